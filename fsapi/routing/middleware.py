"""Functions that run before and around the handlers of a folder, composed once when the app is built.

A plain function runs before; if it ends the response, nothing further in runs. A generator function runs around: up
to its one `yield` on the way in, and from there on the way out, when the response has ended and is open again. An
exception from further in is raised at the `yield`, as in contextlib.contextmanager. Which of the two a function is
shows when it is called: it may be decorated, or call another one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from types import GeneratorType
from typing import Any

from werkzeug.exceptions import HTTPException

from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.dispatch import adopt_returned, answer_with
from fsapi.response.layers import HANDLER, Layers
from fsapi.response.res import Res
from fsapi.response.sending import discard

_Generator = Generator[object, None, object]


@dataclass(frozen=True)
class Middleware:
    """The middleware of one folder: the name of its file, and its function."""

    file: str
    function: Callable[[Req, Res], Any]


@dataclass(frozen=True)
class Innermost:
    """A function that gives way to one of its kind further in, which then runs in its place.

    `fsapi.cors` makes such functions: no middleware between two of them can refuse a preflight that the inner one
    allows, or answer without its headers.
    """

    function: Callable[[Req, Res], Any]

    def __call__(self, req: Req, res: Res) -> Any:
        """Run the function."""
        return self.function(req, res)


def compose(chain: Sequence[Middleware], handler: Handler) -> Handler:
    """Return a handler inside its middleware, the outermost first; without middleware it is the handler itself."""
    if not chain:
        return handler
    chain = _only_innermost(chain)
    # Functions are numbered from 1 on, the outermost first: the handler is HANDLER.
    functions = [(number, middleware.function, middleware.file) for number, middleware in enumerate(chain, 1)]

    return partial(_run_chain, functions, 0, handler)


def _only_innermost(chain: Sequence[Middleware]) -> list[Middleware]:
    """Return a chain with only the innermost function of those that give way, in the place of the outermost one."""
    places = [place for place, middleware in enumerate(chain) if isinstance(middleware.function, Innermost)]
    kept = [middleware for place, middleware in enumerate(chain) if place not in places[1:]]
    if places:
        kept[places[0]] = chain[places[-1]]
    return kept


# `_layers` and `_closed` are used here because handlers have no use for them, and because properties and public
# functions would cost each request with middleware several calls.


def _run_chain(
    functions: Sequence[tuple[int, Callable[[Req, Res], Any], str]], start: int, handler: Handler, req: Req, res: Res
) -> None:
    """Run the functions from one of them on, then the handler, unless one of them ends the response."""
    layers = res._layers or res._with_layers()  # pyright: ignore[reportPrivateUsage] # once a request
    for number, function, file in functions[start:]:
        layers.writer = number
        returned = function(req, res)
        if type(returned) is GeneratorType:
            inner = partial(_run_chain, functions, number, handler, req, res)
            _run_around(returned, inner, layers, file, req, res)  # pyright: ignore[reportUnknownArgumentType]
            return
        if returned is not None:
            adopt_returned(returned, f"{file}: middleware", req, res)
        if layers.own:
            layers.end_phase(ended=res.ended)
        if res._closed:  # pyright: ignore[reportPrivateUsage]
            return
    layers.writer = HANDLER
    returned = handler(req, res)
    if returned is not None or not res._closed:  # pyright: ignore[reportPrivateUsage]
        answer_with(returned, req, res)


def _run_around(
    generator: _Generator, inner: Callable[[], None], layers: Layers, file: str, req: Req, res: Res
) -> None:
    """Run a generator to its `yield`, then what is further in, then the way out of the generator."""
    number = layers.writer
    yielded, returned = _advance(generator)
    if returned is not None:
        adopt_returned(returned, f"{file}: middleware", req, res)
    if layers.own:
        layers.end_phase(ended=res.ended)
    if not yielded:
        if not res.ended:
            raise RuntimeError(f"{file}: middleware neither yielded nor ended the response")
        return
    try:
        if not res.ended:
            inner()
    except BaseException as exc:
        discard(res, _status(exc))
        layers.writer, layers.status = number, res.statusCode
        _throw(generator, exc, file)
        if not res.ended:
            raise RuntimeError(f"{file}: middleware caught an exception, but did not end the response") from exc
    else:
        layers.writer, layers.status = number, res._status  # pyright: ignore[reportPrivateUsage]
        res._closed = False  # pyright: ignore[reportPrivateUsage]
        yielded_again, returned = _advance(generator)
        if yielded_again:
            raise _yielded_twice(generator, file)
        if returned is not None:
            name = type(returned).__qualname__
            raise TypeError(f"{file}: middleware returned {name} on the way out: call res.json(...)")
    if layers.own:
        layers.end_phase(ended=True)
    res._closed = True  # pyright: ignore[reportPrivateUsage]


def _status(exc: BaseException) -> int:
    """Return the status that an exception is answered with."""
    if not isinstance(exc, HTTPException):
        return 500
    status: Any = exc.code or getattr(exc.response, "status_code", 500)
    return int(status)


def _advance(generator: _Generator) -> tuple[bool, object]:
    """Run a generator to its next `yield` or its end; return whether it has yielded, and what it returned."""
    try:
        next(generator)
    except StopIteration as end:
        return False, end.value
    return True, None


def _throw(generator: _Generator, exc: BaseException, file: str) -> None:
    """Raise an exception at the `yield` of a generator; return if the generator catches it."""
    try:
        generator.throw(exc)
    except StopIteration:
        return
    raise _yielded_twice(generator, file)


def _yielded_twice(generator: _Generator, file: str) -> RuntimeError:
    """Close a generator that has yielded a second time, and return the exception for it."""
    generator.close()
    return RuntimeError(f"{file}: middleware yielded twice")
