"""A module read as a table of handlers, and what is wrong with it.

`default` answers the seven named methods only; HEAD runs GET, and OPTIONS answers itself. All of this is
put into the table when the app is built, so that picking a handler is one look-up.
"""

from __future__ import annotations

import functools
import inspect
import sys
import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import ModuleType

from fsapi.mistake import Mistake
from fsapi.req import Req
from fsapi.res import Res
from fsapi.route import METHODS, Handler

#: What is wrong with a file that has no handler, nor anything that looks like one.
NOTHING = "defines no handler"
_NAMES = (*METHODS, "default")


def read(module: ModuleType, file: str) -> tuple[dict[str, Handler], list[Mistake]]:
    """Return the handlers that a module defines, by method or `default`, and its mistakes."""
    found = {name: vars(module)[name] for name in _NAMES if name in vars(module)}
    mistakes = [_mistake(file, name, value) for name, value in found.items()]
    if not found:
        mistakes.append(_nothing(module, file))
    return found, [mistake for mistake in mistakes if mistake is not None]


def table(found: Mapping[str, Handler]) -> dict[str, Handler]:
    """Return the handler of every method that a file with these handlers answers."""
    default = found.get("default")
    methods = {method: found.get(method, default) for method in METHODS}
    methods["HEAD"] = found.get("HEAD") or found.get("GET") or default
    answered = {method: handler for method, handler in methods.items() if handler is not None}
    if "OPTIONS" not in answered:
        answered["OPTIONS"] = _options(", ".join(method for method in METHODS if method in {*answered, "OPTIONS"}))
    return answered


def _options(allow: str) -> Handler:
    """Return the handler of OPTIONS for a file that has none (RFC 9110, 9.3.7)."""

    def options(req: Req, res: Res) -> None:
        res.setHeader("Allow", allow)
        res.status(204).end()

    return options


def limit(module: ModuleType, file: str, default: int | None) -> tuple[int | None, list[Mistake]]:
    """Return the limit of a file's bodies in bytes, None for no limit, and what is wrong with it."""
    value = vars(module).get("max_body", default)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value, []
    return default, [Mistake(file, f"max_body is {value!r}", "Write a number of bytes, or None for no limit.")]


def _mistake(file: str, name: str, value: object) -> Mistake | None:
    """Return what is wrong with one export, or None."""
    if not callable(value) or inspect.isclass(value):
        return Mistake(file, f"{name} is not a function", f"Write `def {name}(req, res):`.")
    function = _function(value)
    line = getattr(getattr(function, "__code__", None), "co_firstlineno", None)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return Mistake(file, f"{name} is async", "fsapi is synchronous: drop the `async`.", line)
    if inspect.isgeneratorfunction(function):
        remedy = "Call res.json(...) or res.end(...), or return a werkzeug Response that streams."
        return Mistake(file, f"{name} is a generator function: it would never run", remedy, line)
    if (signature := _signature(value)) is not None:
        remedy = f"Write `def {name}(req, res):`."
        return Mistake(file, f"{name} takes {signature}, but is called with (req, res)", remedy, line)
    if (reason := _unreadable(function)) is not None:
        remedy = "Import what it names outside of `if TYPE_CHECKING:`, since fsapi reads annotations when it starts."
        return Mistake(file, f"an annotation of {name} cannot be read: {reason}", remedy, line)
    return None


def _function(value: object) -> object:
    """Return the function that runs when a callable is called."""
    while isinstance(value, functools.partial):
        value = value.func
    return value if inspect.isroutine(value) else type(value).__call__


def _signature(handler: Handler) -> str | None:
    """Return the signature of a callable that cannot be called with two arguments, else None."""
    try:
        signature = inspect.signature(handler)
    except ValueError:  # some built-in functions tell no signature
        return None
    try:
        signature.bind(None, None)
    except TypeError:
        return str(signature)
    return None


def _unreadable(function: object) -> str | None:
    """Return why the annotations of a handler cannot be read, or None.

    Req, Res and fsapi always can, so that they may be imported under TYPE_CHECKING, as documentation has it.
    """
    known = {"Req": Req, "Res": Res, "fsapi": sys.modules["fsapi"]}
    try:
        typing.get_type_hints(inspect.unwrap(function), localns=known)  # type: ignore[arg-type]
    except Exception as exc:  # whatever an annotation runs
        return f"{type(exc).__name__}: {exc}"
    return None


def _nothing(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file that defines no handler, with the name that looks most like one."""
    for name, value in _functions(module):
        near = [known for known in _NAMES if known.upper() == name.upper()]
        near = near or get_close_matches(name.upper(), METHODS, n=1, cutoff=0.6)
        if near:
            how = "small letters" if near[0] == "default" else "capitals"
            line = value.__code__.co_firstlineno
            return Mistake(file, f"{NOTHING}, but `{name}` looks like one", f"Name it {near[0]}, in {how}.", line)
    remedy = "Write `def GET(req, res):`, or let its name start with _ if it is no route file."
    return Mistake(file, NOTHING, remedy, 1)


def _functions(module: ModuleType) -> Iterator[tuple[str, typing.Any]]:
    """Yield the functions that a module itself defines."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            yield name, value
