"""Functions that run before and around the handlers of a folder, composed once when the app is built.

A plain function runs before; if it ends the response, nothing further in runs. A generator function runs around: up
to its one `yield` on the way in, and from there on the way out, when the response has ended and is open again. An
exception from further in is raised at the `yield`, as in contextlib.contextmanager. Which of the two a function is
shows when it is called: it may be decorated, or call another one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import cached_property, partial
from types import GeneratorType
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException

from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.error import status_of
from fsapi.response.layers import HANDLER
from fsapi.response.res import Res
from fsapi.response.return_values import adopt_returned, answer_with, blame, place
from fsapi.response.sending import discard, unchecked

_Generator = Generator[object, None, object]
# What a generator gives that has not come to its end.
_YIELDED = object()


class Middleware(NamedTuple):
    """The middleware of one folder: the name of its file, and its function."""

    file: str
    function: Callable[[Req, Res], Any]


class _Step(NamedTuple):
    """One function of a composed chain: its number, the name of its file, and the steps further in."""

    number: int
    function: Callable[[Req, Res], Any]
    file: str
    inner: tuple[_Step, ...]


class Innermost:
    """A function that gives way to one of its kind further in, which then runs in its place.

    `fsapi.cors` makes such functions: no middleware between two of them can refuse a preflight that the inner one
    allows, or answer without its headers.
    """

    def __init__(self, function: Callable[[Req, Res], Any]) -> None:
        self.function = function

    def __call__(self, req: Req, res: Res) -> Any:
        """Run the function."""
        return self.function(req, res)


class Chain(tuple[Middleware, ...]):
    """The middleware of a folder and of those above it, the outermost first."""

    @cached_property
    def steps(self) -> tuple[_Step, ...]:
        """Return the steps, which all handlers below the folder share: each step has all those further in."""
        steps: tuple[_Step, ...] = ()
        # Functions are numbered from 1 on, the outermost first: the handler is HANDLER.
        for number, middleware in reversed([*enumerate(_only_innermost(self), 1)]):
            steps = (_Step(number, middleware.function, middleware.file, steps), *steps)
        return steps


def compose(chain: Chain, handler: Handler) -> Handler:
    """Return a handler inside its middleware; without middleware it is the handler itself."""
    return partial(_run_chain, chain.steps, handler) if chain else handler


def _only_innermost(chain: Sequence[Middleware]) -> list[Middleware]:
    """Return a chain with only the innermost function of those that give way, in the place of the outermost one."""
    places = [place for place, middleware in enumerate(chain) if isinstance(middleware.function, Innermost)]
    kept = [middleware for place, middleware in enumerate(chain) if place not in places[1:]]
    if places:
        kept[places[0]] = chain[places[-1]]
    return kept


# `_as`, `_layers`, `_writer`, `_before` and `_closed` are used here because handlers have no use for them, and because
# properties and public functions would cost each request with middleware several calls.


def _run_chain(steps: Sequence[_Step], handler: Handler, req: Req, res: Res) -> None:
    """Run functions, the outermost first, then the handler, unless one of them ends the response."""
    for step in steps:
        res._writer = step.number  # pyright: ignore[reportPrivateUsage]
        returned = step.function(req, res)
        is_generator = type(returned) is GeneratorType
        if is_generator:
            generator, returned = returned, _advance(returned)
            if returned is _YIELDED:
                _run_around(generator, step, handler, req, res)
                return
        if returned is not None:
            adopt_returned(returned, partial(place, step.file, "middleware", step.function), req, res)
        if (layers := res._layers) is not None and layers.own:  # pyright: ignore[reportPrivateUsage]
            layers.end_phase(ended=res.ended)
        if res._closed:  # pyright: ignore[reportPrivateUsage]
            return
        if is_generator:
            raise _broken(step, "neither yielded nor ended the response")
    res._writer = HANDLER  # pyright: ignore[reportPrivateUsage]
    returned = handler(req, res)
    if returned is not None or not res._closed:  # pyright: ignore[reportPrivateUsage]
        answer_with(returned, req, res)


def _run_around(generator: _Generator, step: _Step, handler: Handler, req: Req, res: Res) -> None:
    """Run what is further in than a generator that has yielded, then the way out of the generator."""
    if (layers := res._layers) is not None and layers.own:  # pyright: ignore[reportPrivateUsage]
        layers.end_phase(ended=res.ended)
    try:
        if not res._closed:  # pyright: ignore[reportPrivateUsage]
            _run_chain(step.inner, handler, req, res)
    except BaseException as exc:
        discard(res, status_of(exc))
        res._writer, res._before = step.number, res._status  # pyright: ignore[reportPrivateUsage]
        _throw(generator, exc, step)
        if not res.ended:
            raise _broken(step, "caught an exception, but did not end the response") from exc
        if isinstance(exc, HTTPException):  # as where it is answered
            exc.__traceback__ = None
    else:
        res._writer, res._before = step.number, res._status  # pyright: ignore[reportPrivateUsage]
        res._closed = False  # pyright: ignore[reportPrivateUsage]
        returned = _advance(generator)
        if returned is _YIELDED:
            raise _yielded_twice(generator, step)
        if returned is not None:
            what = f"returned {type(returned).__qualname__} on the way out: call res.json(...)"
            raise _broken(step, what, TypeError)
        if res._as is False and (what := unchecked(res)):  # pyright: ignore[reportPrivateUsage]
            raise _broken(step, what)
    if (layers := res._layers) is not None and layers.own:  # pyright: ignore[reportPrivateUsage]
        layers.end_phase(ended=True)
    res._closed = True  # pyright: ignore[reportPrivateUsage]


def _advance(generator: _Generator) -> object:
    """Run a generator to its next `yield` or its end; return _YIELDED, or what it returned."""
    try:
        next(generator)
    except StopIteration as end:
        return end.value
    return _YIELDED


def _throw(generator: _Generator, exc: BaseException, step: _Step) -> None:
    """Raise an exception at the `yield` of a generator; return if the generator catches it."""
    try:
        generator.throw(exc)
    except StopIteration:
        return
    finally:
        del exc  # its traceback has this frame, which would keep it and the request
    raise _yielded_twice(generator, step)


def _yielded_twice(generator: _Generator, step: _Step) -> Exception:
    """Close a generator that has yielded a second time, and return the exception for it."""
    generator.close()
    return _broken(step, "yielded twice")


def _broken(step: _Step, what: str, kind: type[Exception] = RuntimeError) -> Exception:
    """Return the exception about a function that has broken a rule."""
    who = place(step.file, "middleware", step.function)
    return blame(kind(f"{who} {what}"), who)
