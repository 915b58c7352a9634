"""Functions that run before and around the handlers of a folder, composed once when the app is built.

A plain function runs before; if it ends the response, nothing further in runs. A generator function runs around: up
to its one `yield` on the way in, and from there on the way out, when the response has ended and is open again. An
exception from further in is raised at the `yield`, as in contextlib.contextmanager.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from fsapi.request.req import Req
from fsapi.request.route import Handler
from fsapi.response.dispatch import adopt_returned, answering
from fsapi.response.res import Res
from fsapi.response.sending import discard

_Run = Callable[[Req, Res], None]
_Generator = Generator[object, None, object]


@dataclass(frozen=True)
class Middleware:
    """The middleware of one folder: the name of its file, and its function."""

    file: str
    function: Callable[[Req, Res], Any]


def compose(chain: Sequence[Middleware], handler: Handler) -> Handler:
    """Return a handler inside its middleware, the outermost first; without middleware it is the handler itself."""
    if not chain:
        return handler
    run = answering(handler)
    for around, group in groupby(reversed(chain), _is_generator_function):
        if around:
            for middleware in group:
                run = _around(middleware, run)
        else:
            run = _before([*group][::-1], run)
    return run


def _is_generator_function(middleware: Middleware) -> bool:
    """Return whether the function is a generator function; it may be decorated, or a callable object."""
    function: Callable[..., object] = middleware.function
    if not inspect.isroutine(function) and not isinstance(function, partial):
        function = type(function).__call__
    return inspect.isgeneratorfunction(inspect.unwrap(function))  # pyright: ignore[reportUnknownArgumentType]


# `_closed` is read and set here, and `_keep_headers` called, because handlers have no use for either; a property and
# public functions would cost each request with middleware several calls.


def _before(chain: Sequence[Middleware], inner: _Run) -> _Run:
    """Return a function that runs plain functions one after the other, then what is further in."""
    functions = [(middleware.function, middleware.file) for middleware in chain]

    def run(req: Req, res: Res) -> None:
        try:
            for function, file in functions:
                returned = function(req, res)
                if returned is not None:
                    adopt_returned(returned, f"{file}: middleware", req, res)
                if res._closed:  # pyright: ignore[reportPrivateUsage]
                    return
        finally:
            res._keep_headers()  # pyright: ignore[reportPrivateUsage]
        inner(req, res)

    return run


def _around(middleware: Middleware, inner: _Run) -> _Run:
    """Return a function that runs a generator function around what is further in."""
    function, file = middleware.function, middleware.file

    def run(req: Req, res: Res) -> None:
        generator: _Generator = function(req, res)
        try:
            yielded, returned = _advance(generator)
            if returned is not None:
                adopt_returned(returned, f"{file}: middleware", req, res)
        finally:
            res._keep_headers()  # pyright: ignore[reportPrivateUsage]
        if yielded:
            _run_inside(generator, inner, file, req, res)
            res._closed = True  # pyright: ignore[reportPrivateUsage]
        elif not res.ended:
            raise RuntimeError(f"{file}: middleware neither yielded nor ended the response")

    return run


def _run_inside(generator: _Generator, inner: _Run, file: str, req: Req, res: Res) -> None:
    """Run what is further in, then the way out of a generator that has yielded."""
    try:
        if not res.ended:
            inner(req, res)
    except BaseException as exc:
        discard(res)
        _throw(generator, exc, file)
        if not res.ended:
            raise RuntimeError(f"{file}: middleware caught an exception, but did not end the response") from exc
        return
    res._closed = False  # pyright: ignore[reportPrivateUsage]
    yielded_again, returned = _advance(generator)
    if yielded_again:
        raise _yielded_twice(generator, file)
    if returned is not None:
        raise TypeError(f"{file}: middleware returned {type(returned).__qualname__} on the way out: call res.json(...)")


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
