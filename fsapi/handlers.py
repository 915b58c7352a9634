"""A module read for what it exports, handlers, a page or middleware, and what is wrong with it.

`default` answers the seven named methods only; HEAD runs GET, and OPTIONS answers itself. All of this is
put into the table when the app is built, so that picking a handler is one look-up.
"""

from __future__ import annotations

import dis
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import ModuleType
from typing import NoReturn

from werkzeug.exceptions import MethodNotAllowed

from fsapi import loader
from fsapi.mistake import Mistake
from fsapi.req import Req
from fsapi.res import Res
from fsapi.route import METHODS, Handler

#: What is wrong with a file that has no handler, nor anything that looks like one.
NOTHING = "defines no handler"
_NAMES = (*METHODS, "default")


def read(module: ModuleType, file: str) -> tuple[dict[str, Handler], list[Mistake]]:
    """Return the handlers that a module defines, by method or `default`, and its mistakes."""
    found = exports(module)
    mistakes = [] if found else [_nothing(module, file)]
    for name, value in found.items():
        if (wrong := _wrong(name, value)) is not None:
            mistakes.append(Mistake(file, *wrong, line(module, name)))
    return found, mistakes


def read_page(module: ModuleType, file: str) -> tuple[dict[str, Handler], list[Mistake]]:
    """Return the page that a module defines, and its mistakes."""
    if "page" not in vars(module):
        near = get_close_matches("page", list(_functions(module)), n=1, cutoff=0.7)
        what = f"defines no page, but `{near[0]}` looks like one" if near else "defines no page"
        remedy = "Write `def page(req):`, or let its name start with _ if it is no page."
        return {}, [Mistake(file, what, remedy, line(module, near[0]) if near else 1)]
    wrong = _wrong("page", vars(module)["page"], parameters=("req",))
    return {"page": vars(module)["page"]}, [Mistake(file, *wrong, line(module, "page"))] if wrong else []


def read_middleware(module: ModuleType, file: str) -> tuple[Handler | None, list[Mistake]]:
    """Return the middleware function of a module, and what is wrong with it."""
    function = vars(module).get("middleware")
    if function is None:
        return None, [Mistake(file, "defines no middleware", "Write `def middleware(req, res):`.", 1)]
    if (wrong := _wrong("middleware", function, generator=True)) is not None:
        return None, [Mistake(file, *wrong, line(module, "middleware"))]
    return function, []


def refuse(methods: Collection[str]) -> Handler:
    """Return the handler of the methods that a file does not answer: a 405 with a complete Allow."""

    def otherwise(req: Req, res: Res) -> NoReturn:
        raise MethodNotAllowed(allow(methods))

    return otherwise


def exports(module: ModuleType) -> dict[str, Handler]:
    """Return what a module has under the names of handlers, as it is."""
    return {name: vars(module)[name] for name in _NAMES if name in vars(module)}


def line(module: ModuleType, name: str) -> int | None:
    """Return the line of a file that gives a name its value, by `def`, assignment or import, where it is known."""
    code = loader.code(module)
    if code is None:
        return None
    starts, found, current = dict(dis.findlinestarts(code)), None, None
    for step in dis.get_instructions(code):
        current = starts.get(step.offset, current)
        if step.opname == "STORE_NAME" and step.argval == name:
            found = current
    return found


def table(found: Mapping[str, Handler], also: Sequence[str] = ()) -> dict[str, Handler]:
    """Return the handler of every method that a file with these handlers answers.

    OPTIONS tells of further methods `also`, where something else answers them.
    """
    default = found.get("default")
    methods = {method: found.get(method, default) for method in METHODS}
    methods["HEAD"] = found.get("HEAD") or found.get("GET") or default
    answered = {method: handler for method, handler in methods.items() if handler is not None}
    if "OPTIONS" not in answered:
        answered["OPTIONS"] = _options(", ".join(allow({*answered, *also, "OPTIONS"})))
    return answered


def allow(methods: Collection[str]) -> tuple[str, ...]:
    """Return methods in the order in which `Allow` lists them."""
    return tuple(method for method in METHODS if method in methods)


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
    remedy = "Write a number of bytes, or None for no limit."
    return default, [Mistake(file, f"max_body is {value!r}", remedy, line(module, "max_body"))]


def _wrong(
    name: str, value: object, *, generator: bool = False, parameters: Sequence[str] = ("req", "res")
) -> tuple[str, str] | None:
    """Return what is wrong with one export, and the remedy, or None."""
    given = f"({', '.join(parameters)})"
    write = f"Write `def {name}{given}:`."
    if not callable(value) or inspect.isclass(value):
        return f"{name} is not a function", write
    function = _function(value)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return f"{name} is async", "fsapi is synchronous: drop the `async`."
    if inspect.isgeneratorfunction(function) and not generator:
        return f"{name} is a generator function, which would never run", "Return a werkzeug Response that streams."
    if (signature := _signature(value, parameters)) is not None:
        return f"{name} takes {signature}, but is called with {given}", write
    return _unreadable(name, function)


def _function(value: Callable[..., object]) -> Callable[..., object]:
    """Return the function that runs when a callable is called."""
    while isinstance(value, functools.partial):
        value = value.func
    return value if inspect.isroutine(value) else type(value).__call__


def _signature(handler: Callable[..., object], parameters: Sequence[str]) -> str | None:
    """Return the signature of a callable that cannot be called with so many arguments, else None."""
    try:
        signature = inspect.signature(handler)
    except ValueError:  # some built-in functions tell no signature
        return None
    try:
        signature.bind(*parameters)
    except TypeError:
        return str(signature)
    return None


def _unreadable(name: str, function: Callable[..., object]) -> tuple[str, str] | None:
    """Return why the annotations of a handler cannot be read, and the remedy, or None.

    Req, Res and fsapi always can, so that they may be imported under TYPE_CHECKING, as documentation has it.
    """
    known = {"Req": Req, "Res": Res, "fsapi": sys.modules["fsapi"]}
    try:
        typing.get_type_hints(inspect.unwrap(function), localns=known)
    except NameError as exc:
        remedy = f"Import {exc.name} outside of `if TYPE_CHECKING:`: annotations are read when the app starts."
        return f"an annotation of {name} needs {exc.name}, which is not there at run time", remedy
    except Exception as exc:  # whatever an annotation runs
        return f"an annotation of {name} cannot be read: {type(exc).__name__}: {exc}", "Mend or drop it."
    return None


def _nothing(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file that defines no handler, with the name that looks most like one."""
    for name in _functions(module):
        near = [known for known in _NAMES if known.upper() == name.upper()]
        near = near or get_close_matches(name.upper(), METHODS, n=1, cutoff=0.6)
        if near:
            how = "small letters" if near[0] == "default" else "capitals"
            what, remedy = f"{NOTHING}, but `{name}` looks like one", f"Name it {near[0]}, in {how}."
            return Mistake(file, what, remedy, line(module, name))
    remedy = "Write `def GET(req, res):`, or let its name start with _ if it is no route file."
    return Mistake(file, NOTHING, remedy, 1)


def _functions(module: ModuleType) -> Iterator[str]:
    """Yield the names of the functions that a module itself defines."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            yield name
