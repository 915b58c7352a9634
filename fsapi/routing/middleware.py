"""Functions that run before and around the handlers of a folder, composed once when the app is built.

A plain function runs before; if it ends the response, nothing further in runs. A generator function runs around:
up to its one `yield` on the way in, from there on the way out, where the response has ended and is open again. An
exception from further in is raised at the `yield`, as by contextlib.contextmanager.
"""

# The attribute is read here because a property would cost every request a call.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.dispatch import settle, take
from fsapi.response.res import Res, abandon, close, keep, reopen

_Run = Callable[[Req, Res], None]


@dataclass(frozen=True)
class Middleware:
    """The middleware of one folder: the name of its file, and its function."""

    file: str
    function: Callable[[Req, Res], Any]


def compose(chain: Sequence[Middleware], handler: Handler) -> Handler:
    """Return a handler within its middleware, the outermost first; without middleware it is the handler itself."""
    if not chain:
        return handler
    run = _inmost(handler)
    for around, group in groupby(reversed(chain), _is_around):
        if around:
            for middleware in group:
                run = _around(middleware, run)
        else:
            run = _before([*group][::-1], run)
    return run


def _is_around(middleware: Middleware) -> bool:
    """Tell whether a callable makes a generator, also where it is an object or is decorated."""
    function: Callable[..., object] = middleware.function
    if not inspect.isroutine(function) and not isinstance(function, partial):
        function = type(function).__call__
    return inspect.isgeneratorfunction(inspect.unwrap(function))  # pyright: ignore[reportUnknownArgumentType]


def _inmost(handler: Handler) -> _Run:
    """Return a handler that has answered when it returns."""

    def run(req: Req, res: Res) -> None:
        returned = handler(req, res)
        if returned is not None or not res._closed:
            settle(returned, req, res)

    return run


def _before(chain: Sequence[Middleware], inner: _Run) -> _Run:
    """Return plain functions, one after the other, and what is further in."""
    functions = [(middleware.function, middleware.file) for middleware in chain]

    def run(req: Req, res: Res) -> None:
        try:
            for function, file in functions:
                returned = function(req, res)
                if returned is not None:
                    take(returned, f"{file}: middleware", req, res)
                if res._closed:
                    return
        finally:
            keep(res)
        inner(req, res)

    return run


def _around(middleware: Middleware, inner: _Run) -> _Run:
    """Return a generator function around what is further in."""
    function, file = middleware.function, middleware.file

    def run(req: Req, res: Res) -> None:
        generator: Generator[object, None, object] = function(req, res)
        try:
            yielded, returned = _go_on(generator)
            if returned is not None:
                take(returned, f"{file}: middleware", req, res)
        finally:
            keep(res)
        if yielded:
            _through(generator, inner, file, req, res)
            close(res)
        elif not res.ended:
            raise RuntimeError(f"{file}: middleware neither yielded nor ended the response")

    return run


def _through(generator: Generator[object, None, object], inner: _Run, file: str, req: Req, res: Res) -> None:
    """Run what is further in, and the way out of a generator that has yielded."""
    try:
        if not res.ended:
            inner(req, res)
    except BaseException as exc:
        abandon(res)
        _throw(generator, exc, file)
        if not res.ended:
            raise RuntimeError(f"{file}: middleware caught an exception, but did not end the response") from exc
        return
    reopen(res)
    again, returned = _go_on(generator)
    if again:
        raise _twice(generator, file)
    if returned is not None:
        raise TypeError(f"{file}: middleware returned {type(returned).__qualname__} on the way out: call res.json(...)")


def _go_on(generator: Generator[object, None, object]) -> tuple[bool, object]:
    """Let a generator run; return whether it has yielded, and what it returned."""
    try:
        next(generator)
    except StopIteration as end:
        return False, end.value
    return True, None


def _throw(generator: Generator[object, None, object], exc: BaseException, file: str) -> None:
    """Raise an exception at the `yield` of a generator; return where the generator has caught it."""
    try:
        generator.throw(exc)
    except StopIteration:
        return
    raise _twice(generator, file)


def _twice(generator: Generator[object, None, object], file: str) -> RuntimeError:
    """Return the exception for a generator that has yielded a second time, and close it."""
    generator.close()
    return RuntimeError(f"{file}: middleware yielded twice")
