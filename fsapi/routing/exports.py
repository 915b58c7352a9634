"""Read the handlers, the page or the middleware that a module exports, with the mistakes in them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import ModuleType
from typing import NamedTuple

from fsapi.contracts.annotations import read_contract, read_hints
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import METHODS, Handler
from fsapi.routing.bindings import line
from fsapi.routing.handler_types import check_parameters, check_return
from fsapi.routing.signatures import check_callable
from fsapi.tree.mistakes import Mistake, Rejected

#: The mistake of a file without a handler, and without a function that looks like one.
NO_HANDLER = "defines no handler"
HANDLERS = (*METHODS, "default")


class Exports(NamedTuple):
    """The handlers of a module or its page, by name; their contracts, by name; and the mistakes in them.

    A handler that has a mistake has no contract.
    """

    handlers: dict[str, Handler]
    contracts: dict[str, Contract]
    mistakes: list[Mistake]


def read_handlers(module: ModuleType, file: str) -> Exports:
    """Return the handlers that a module defines, by method or `default`."""
    found = {name: vars(module)[name] for name in HANDLERS if name in vars(module)}
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

    They are called with `parameters`. Only middleware may be a `generator` function, and only pages return data.
    """
    contracts: dict[str, Contract] = {}
    mistakes: list[Mistake] = []
    for name, value in found.items():
        try:
            check_callable(name, value, parameters, generator=generator)
            hints = read_hints(name, value)
            check_parameters(name, value, hints, parameters)
            if "res" in parameters:
                check_return(name, value, hints)
            contracts[name] = read_contract(name, value)
        except Rejected as rejected:
            mistakes.append(Mistake(file, rejected.what, rejected.remedy, line(module, name)))
    return contracts, mistakes


def read_max_body(module: ModuleType, file: str, default: int | None) -> tuple[int | None, list[Mistake]]:
    """Return the limit of a file's bodies in bytes, None for no limit, and the mistake in it, if any."""
    value = vars(module).get("max_body", default)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value, []
    remedy = "Write a number of bytes, or None for no limit."
    return default, [Mistake(file, f"max_body is {value!r}", remedy, line(module, "max_body"))]


def _no_handler(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file without a handler; it names the first function that looks like one."""
    for name in _function_names(module):
        near = [known for known in HANDLERS if known.upper() == name.upper()]
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
