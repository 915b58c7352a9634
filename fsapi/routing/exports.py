"""Read the handlers, the page or the middleware that a module exports, with the mistakes in them."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import ModuleType
from typing import Any, NamedTuple

from fsapi.contracts.annotations import read_contract, read_hints
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import METHODS, Handler
from fsapi.routing.bindings import bindings, line
from fsapi.routing.handler_types import check_parameters, check_return
from fsapi.routing.near_misses import HANDLERS, near_handler, near_handlers, near_setting
from fsapi.routing.signatures import check_callable
from fsapi.tree.mistakes import Mistake, Rejected
from fsapi.tree.near_names import nearly_special

#: The mistake of a file without a handler, and without a function that looks like one.
NO_HANDLER = "defines no handler"
#: What a route file may set beside its handlers.
_SETTINGS = ("max_body",)


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
    near = near_handlers(module, found.values())
    if not found:
        mistakes = [_no_handler(module, file, near)]
    mistakes += [_near_miss(module, file, name, known, found) for name, known in near.items()]
    return Exports(found, contracts, mistakes)


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


def read_middleware(module: ModuleType, file: str) -> tuple[list[Handler], list[Mistake]]:
    """Return the middleware functions of a module, the outermost first, none where there is a mistake; and those."""
    value: Any = vars(module).get("middleware")
    if value is None:
        return [], [_no_middleware(module, file)]
    listed = issubclass(type(value), (list, tuple))
    found = {f"middleware[{place}]": each for place, each in enumerate(value)} if listed else {"middleware": value}
    wrong = [f"{name} is not a function" for name, each in found.items() if listed and not callable(each)]
    if wrong or not found:
        remedy = "Write functions into it: `middleware = [first, second]`."
        empty = ["middleware is an empty list"]
        return [], [Mistake(file, what, remedy, line(module, "middleware")) for what in wrong or empty]
    contracts, mistakes = _read_contracts(module, file, found, generator=True)
    for name, contract in contracts.items():
        if contract != Contract():
            what = f"the annotations of {name} have a contract, but middleware runs before contracts are checked"
            mistakes.append(Mistake(file, what, "Write Req and Res without types.", line(module, "middleware")))
    return [] if mistakes else [*found.values()], mistakes


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
            mistakes.append(Mistake(file, rejected.what, rejected.remedy, line(module, name.partition("[")[0])))
    return contracts, mistakes


def read_max_body(module: ModuleType, file: str, default: int | None) -> tuple[int | None, list[Mistake]]:
    """Return the limit of a file's bodies in bytes, None for no limit, and the mistake in it, if any."""
    value = vars(module).get("max_body", default)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value, []
    remedy = "Write a number of bytes, or None for no limit."
    return default, [Mistake(file, f"max_body is {value!r}", remedy, line(module, "max_body"))]


def near_settings(module: ModuleType) -> Iterator[tuple[str, str, int | None]]:
    """Yield the names of values that are nearly those of a setting the module does not have: name, setting, line."""
    for name, number, imported in bindings(module):
        known = near_setting(name, _SETTINGS)
        is_value = not imported and not callable(vars(module).get(name)) and not name.startswith("_")
        if known is not None and is_value and known not in vars(module):
            yield name, known, number


def _near_miss(module: ModuleType, file: str, name: str, known: str, found: Collection[str]) -> Mistake:
    """Return the mistake of a function that is nearly called like a handler."""
    named = f"Name it _{name}" if known in found else f"Name it {known}, or _{name}"
    what = f"`{name}` looks like the handler {known}, but is not one"
    return Mistake(file, what, f"{named} if it is a helper.", line(module, name))


def _no_handler(module: ModuleType, file: str, near: dict[str, str]) -> Mistake:
    """Return the mistake of a file without a handler; take the first function that looks like one from `near`."""
    for name in _function_names(module):
        near.pop(name, None)
        known = near_handler(name) or next(iter(get_close_matches(name.upper(), METHODS, n=1, cutoff=0.6)), None)
        if known is not None:
            case = "lower case" if known == "default" else "capitals"
            what, remedy = f"{NO_HANDLER}, but `{name}` looks like one", f"Name it {known}, in {case}."
            return Mistake(file, what, remedy, line(module, name))
    return Mistake(file, NO_HANDLER, f"Write `def GET(req, res):`, {_other_name(file, 'route file')}", 1)


def _no_middleware(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file without middleware; it names what looks most like it."""
    near = next((name for name in vars(module) if near_setting(name, ["middleware"])), None)
    if near is None:
        return Mistake(file, "defines no middleware", "Write `def middleware(req, res):`.", 1)
    what = f"defines no middleware, but `{near}` looks like it"
    return Mistake(file, what, "Name it middleware.", line(module, near))


def _no_page(module: ModuleType, file: str) -> Mistake:
    """Return the mistake of a file without a page; it names the function that looks most like one."""
    near = get_close_matches("page", list(_function_names(module)), n=1, cutoff=0.7)
    what = f"defines no page, but `{near[0]}` looks like one" if near else "defines no page"
    remedy = f"Write `def page(req):`, {_other_name(file, 'page')}"
    return Mistake(file, what, remedy, line(module, near[0]) if near else 1)


def _other_name(file: str, kind: str) -> str:
    """Return the part of a remedy that says what to name a file which is not of this kind."""
    special = nearly_special(file.rpartition("/")[2])
    if special is not None:
        return f"or name the file {special} if that is what it is meant to be."
    return f"or start the file name with _ if it is not a {kind}."


def _function_names(module: ModuleType) -> Iterator[str]:
    """Yield the names of the functions that a module itself defines."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__:
            yield name
