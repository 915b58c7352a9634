"""Read the handlers, the page or the middleware that a module exports, with the mistakes in them."""

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

#: The mistake of a file without a handler, and without a function that looks like one.
NO_HANDLER = "defines no handler"
_HANDLER_NAMES = (*METHODS, "default")


class Exports(NamedTuple):
    """The handlers of a module or its page, by name; their contracts, by name; and the mistakes in them.

    A handler that has a mistake has no contract.
    """

    handlers: dict[str, Handler]
    contracts: dict[str, Contract]
    mistakes: list[Mistake]


def read_handlers(module: ModuleType, file: str) -> Exports:
    """Return the handlers that a module defines, by method or `default`."""
    found = {name: vars(module)[name] for name in _HANDLER_NAMES if name in vars(module)}
    contracts, mistakes = _read_contracts(module, file, found)
    return Exports(found, contracts, mistakes if found else [_no_handler(module, file)])


def read_page(module: ModuleType, file: str) -> Exports:
    """Return the page that a module defines."""
    if "page" not in vars(module):
        return Exports({}, {}, [_no_page(module, file)])
    found = {"page": vars(module)["page"]}
    contracts, mistakes = _read_contracts(module, file, found, parameters=("req",))
    if any(contract.body not in (UNTYPED, None) for contract in contracts.values()):
        what = "the annotations of page ask for a body, which browsers do not send"
        mistakes = [Mistake(file, what, "Write Req[None, Params, Query].", line(module, "page"))]
    return Exports(found, contracts, mistakes)


def read_middleware(module: ModuleType, file: str) -> tuple[Handler | None, list[Mistake]]:
    """Return the middleware function of a module, None where it has a mistake, and the mistakes."""
    function = vars(module).get("middleware")
    if function is None:
        return None, [Mistake(file, "defines no middleware", "Write `def middleware(req, res):`.", 1)]
    contracts, mistakes = _read_contracts(module, file, {"middleware": function}, generator=True)
    if any(contract != Contract() for contract in contracts.values()):
        what = "the annotations of middleware have a contract, but middleware runs before contracts are checked"
        mistakes = [Mistake(file, what, "Write Req and Res without types.", line(module, "middleware"))]
    return (None if mistakes else function), mistakes


def _read_contracts(
    module: ModuleType,
    file: str,
    found: Mapping[str, Handler],
    *,
    generator: bool = False,
    parameters: Sequence[str] = ("req", "res"),
) -> tuple[dict[str, Contract], list[Mistake]]:
    """Return the contracts of functions, and the mistakes of those that cannot be called or read.

    They are called with `parameters`. Only middleware may be a `generator` function.
    """
    contracts: dict[str, Contract] = {}
    mistakes: list[Mistake] = []
    for name, value in found.items():
        try:
            _check_callable(name, value, generator=generator, parameters=parameters)
            contracts[name] = read_contract(name, _called_function(value))
        except Rejected as rejected:
            mistakes.append(Mistake(file, rejected.what, rejected.remedy, line(module, name)))
    return contracts, mistakes


def line(module: ModuleType, name: str) -> int | None:
    """Return the line that last gives a name its value, by `def`, assignment or import, or None if it is not known."""
    code = import_hook.code(module)
    if code is None:
        return None
    starts, found, current = dict(dis.findlinestarts(code)), None, None
    for instruction in dis.get_instructions(code):
        current = starts.get(instruction.offset, current)
        if instruction.opname == "STORE_NAME" and instruction.argval == name:
            found = current
    return found


def read_max_body(module: ModuleType, file: str, default: int | None) -> tuple[int | None, list[Mistake]]:
    """Return the limit of a file's bodies in bytes, None for no limit, and the mistake in it, if any."""
    value = vars(module).get("max_body", default)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value, []
    remedy = "Write a number of bytes, or None for no limit."
    return default, [Mistake(file, f"max_body is {value!r}", remedy, line(module, "max_body"))]


def _check_callable(name: str, value: object, *, generator: bool, parameters: Sequence[str]) -> None:
    """Raise Rejected for an export that cannot be called with the parameters, or would not run when it is."""
    given = f"({', '.join(parameters)})"
    write = f"Write `def {name}{given}:`."
    if not callable(value) or inspect.isclass(value):
        raise Rejected(f"{name} is not a function", write)
    function = _called_function(value)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise Rejected(f"{name} is async", "fsapi is synchronous: drop the `async`.")
    if inspect.isgeneratorfunction(function) and not generator:
        what = f"{name} is a generator function, which would never run"
        raise Rejected(what, "Return a werkzeug Response that streams.")
    signature = _signature(value)
    if signature is not None and not _accepts(signature, parameters):
        raise Rejected(f"{name} takes {signature}, but is called with {given}", write)


def _called_function(value: Callable[..., object]) -> Callable[..., object]:
    """Return the function that runs when a callable is called."""
    while isinstance(value, functools.partial):
        value = value.func
    return value if inspect.isroutine(value) else type(value).__call__


def _signature(value: Callable[..., object]) -> inspect.Signature | None:
    """Return the signature of a callable; some built-in functions have none."""
    try:
        return inspect.signature(value)
    except ValueError:
        return None


def _accepts(signature: inspect.Signature, parameters: Sequence[str]) -> bool:
    """Return whether a signature accepts so many positional arguments."""
    try:
        signature.bind(*parameters)
    except TypeError:
        return False
    return True


def _no_handler(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file without a handler; it names the first function that looks like one."""
    for name in _function_names(module):
        near = [known for known in _HANDLER_NAMES if known.upper() == name.upper()]
        near = near or get_close_matches(name.upper(), METHODS, n=1, cutoff=0.6)
        if near:
            case = "lower case" if near[0] == "default" else "capitals"
            what, remedy = f"{NO_HANDLER}, but `{name}` looks like one", f"Name it {near[0]}, in {case}."
            return Mistake(file, what, remedy, line(module, name))
    remedy = "Write `def GET(req, res):`, or start the file name with _ if it is not a route file."
    return Mistake(file, NO_HANDLER, remedy, 1)


def _no_page(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file without a page; it names the function that looks most like one."""
    near = get_close_matches("page", list(_function_names(module)), n=1, cutoff=0.7)
    what = f"defines no page, but `{near[0]}` looks like one" if near else "defines no page"
    remedy = "Write `def page(req):`, or start the file name with _ if it is not a page."
    return Mistake(file, what, remedy, line(module, near[0]) if near else 1)


def _function_names(module: ModuleType) -> Iterator[str]:
    """Yield the names of the functions that a module itself defines."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            yield name
