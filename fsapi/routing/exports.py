"""A module read for what it exports, handlers, a page or middleware, and what is wrong with it."""

from __future__ import annotations

import dis
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import ModuleType
from typing import NamedTuple

from fsapi.contracts.annotations import read_contract
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import METHODS, Handler
from fsapi.tree import import_hook
from fsapi.tree.mistakes import Mistake, Rejected

#: What is wrong with a file that has no handler, nor anything that looks like one.
NO_HANDLER = "defines no handler"
_NAMES = (*METHODS, "default")


class Exports(NamedTuple):
    """What a module has under the names of handlers, the contract of each, and what is wrong with them."""

    handlers: dict[str, Handler]
    contracts: dict[str, Contract]
    mistakes: list[Mistake]


def read_handlers(module: ModuleType, file: str) -> Exports:
    """Return the handlers that a module defines, by method or `default`."""
    found = {name: vars(module)[name] for name in _NAMES if name in vars(module)}
    contracts, mistakes = _judged(module, file, found)
    return Exports(found, contracts, mistakes if found else [_nothing(module, file)])


def read_page(module: ModuleType, file: str) -> Exports:
    """Return the page that a module defines."""
    if "page" not in vars(module):
        near = get_close_matches("page", list(_functions(module)), n=1, cutoff=0.7)
        what = f"defines no page, but `{near[0]}` looks like one" if near else "defines no page"
        remedy = "Write `def page(req):`, or let its name start with _ if it is no page."
        return Exports({}, {}, [Mistake(file, what, remedy, line(module, near[0]) if near else 1)])
    found = {"page": vars(module)["page"]}
    contracts, mistakes = _judged(module, file, found, parameters=("req",))
    if any(contract.body not in (UNTYPED, None) for contract in contracts.values()):
        what = "the annotations of page ask for a body, which no browser sends with it"
        mistakes = [Mistake(file, what, "Write Req[None, Params, Query].", line(module, "page"))]
    return Exports(found, contracts, mistakes)


def read_middleware(module: ModuleType, file: str) -> tuple[Handler | None, list[Mistake]]:
    """Return the middleware function of a module, and what is wrong with it."""
    function = vars(module).get("middleware")
    if function is None:
        return None, [Mistake(file, "defines no middleware", "Write `def middleware(req, res):`.", 1)]
    contracts, mistakes = _judged(module, file, {"middleware": function}, generator=True)
    if any(contract != Contract() for contract in contracts.values()):
        what = "the annotations of middleware have a contract, which is only checked after it"
        mistakes = [Mistake(file, what, "Write Req and Res alone.", line(module, "middleware"))]
    return (None if mistakes else function), mistakes


def _judged(
    module: ModuleType,
    file: str,
    found: Mapping[str, Handler],
    *,
    generator: bool = False,
    parameters: Sequence[str] = ("req", "res"),
) -> tuple[dict[str, Contract], list[Mistake]]:
    """Return the contracts of functions, and the mistakes of those that cannot be called or read."""
    contracts: dict[str, Contract] = {}
    mistakes: list[Mistake] = []
    for name, value in found.items():
        try:
            _reject_uncallable(name, value, generator=generator, parameters=parameters)
            contracts[name] = read_contract(name, _function(value))
        except Rejected as rejected:
            mistakes.append(Mistake(file, rejected.what, rejected.remedy, line(module, name)))
    return contracts, mistakes


def line(module: ModuleType, name: str) -> int | None:
    """Return the line of a file that gives a name its value, by `def`, assignment or import, where it is known."""
    code = import_hook.code(module)
    if code is None:
        return None
    starts, found, current = dict(dis.findlinestarts(code)), None, None
    for step in dis.get_instructions(code):
        current = starts.get(step.offset, current)
        if step.opname == "STORE_NAME" and step.argval == name:
            found = current
    return found


def read_max_body(module: ModuleType, file: str, default: int | None) -> tuple[int | None, list[Mistake]]:
    """Return the limit of a file's bodies in bytes, None for no limit, and what is wrong with it."""
    value = vars(module).get("max_body", default)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value, []
    remedy = "Write a number of bytes, or None for no limit."
    return default, [Mistake(file, f"max_body is {value!r}", remedy, line(module, "max_body"))]


def _reject_uncallable(name: str, value: object, *, generator: bool, parameters: Sequence[str]) -> None:
    """Raise Rejected for an export that cannot be called as a handler is."""
    given = f"({', '.join(parameters)})"
    write = f"Write `def {name}{given}:`."
    if not callable(value) or inspect.isclass(value):
        raise Rejected(f"{name} is not a function", write)
    function = _function(value)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise Rejected(f"{name} is async", "fsapi is synchronous: drop the `async`.")
    if inspect.isgeneratorfunction(function) and not generator:
        raise Rejected(
            f"{name} is a generator function, which would never run", "Return a werkzeug Response that streams."
        )
    if (signature := _signature(value, parameters)) is not None:
        raise Rejected(f"{name} takes {signature}, but is called with {given}", write)


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


def _nothing(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file that defines no handler, with the name that looks most like one."""
    for name in _functions(module):
        near = [known for known in _NAMES if known.upper() == name.upper()]
        near = near or get_close_matches(name.upper(), METHODS, n=1, cutoff=0.6)
        if near:
            how = "small letters" if near[0] == "default" else "capitals"
            what, remedy = f"{NO_HANDLER}, but `{name}` looks like one", f"Name it {near[0]}, in {how}."
            return Mistake(file, what, remedy, line(module, name))
    remedy = "Write `def GET(req, res):`, or let its name start with _ if it is no route file."
    return Mistake(file, NO_HANDLER, remedy, 1)


def _functions(module: ModuleType) -> Iterator[str]:
    """Yield the names of the functions that a module itself defines."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            yield name
