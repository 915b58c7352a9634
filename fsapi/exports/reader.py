"""Read what a module exports, with the mistakes in it: handlers, a page, middleware, an error function, settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from fsapi.exports.annotations import NO_CONTRACT, read_contract, read_hints
from fsapi.exports.bindings import bindings, line
from fsapi.exports.choice import is_plain
from fsapi.exports.handler_types import check_parameters, check_return
from fsapi.exports.near_misses import (
    HANDLERS,
    looks_like,
    near_handlers,
    near_miss,
    near_setting,
    no_function,
    no_handler,
    no_page,
)
from fsapi.exports.not_run import check_not_run
from fsapi.exports.signatures import call_signature
from fsapi.openapi.model_schema import check_models
from fsapi.openapi.settings import read_setting
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.route import METHODS, ErrorFunction, Handler, Limits, Setting, is_limit
from fsapi.tree.mistakes import Mistake, Rejected

#: What a route file may set beside its handlers, and what a `_middleware.py` may.
SETTINGS, MIDDLEWARE_SETTINGS = ("max_body", "max_fields", "openapi"), ("openapi",)
# Those of them that are numbers, in the order of Limits.
_LIMITS = SETTINGS[:2]


class Exports(NamedTuple):
    """The handlers of a module or its page, by name; their contracts, by name; and the mistakes in them.

    A handler that has a mistake has no contract. `openapi` is the setting of that name, None if there is none.
    """

    handlers: dict[str, Handler]
    contracts: dict[str, Contract]
    mistakes: list[Mistake]
    openapi: Setting | None = None


def read_handlers(module: ModuleType, file: str) -> Exports:
    """Return the handlers that a module defines, by method or `default`."""
    found = {name: vars(module)[name] for name in HANDLERS if name in vars(module)}
    contracts, mistakes = read_contracts(module, file, found)
    near = near_handlers(module, found.values())
    if not found:
        mistakes = [no_handler(module, file, near)]
    mistakes += [near_miss(module, file, name, known, found) for name, known in near.items()]
    answered = METHODS if "default" in found else [*found]
    setting, wrong = read_openapi(module, file, answered)
    return Exports(found, contracts, [*mistakes, *wrong], setting)


def read_page(module: ModuleType, file: str) -> Exports:
    """Return the page that a module defines."""
    if "page" not in vars(module):
        return Exports({}, {}, [no_page(module, file)])
    found = {"page": vars(module)["page"]}
    contracts, mistakes = read_contracts(module, file, found, parameters=("req",))
    if any(contract.body not in (UNTYPED, None) for contract in contracts.values()):
        what = "the annotations of page ask for a body, which browsers do not send"
        mistakes = [Mistake(file, what, "Write Req[None, Params, Query].", line(module, "page"))]
    return Exports(found, contracts, mistakes)


def read_middleware(module: ModuleType, file: str) -> tuple[list[Handler], list[Mistake]]:
    """Return the middleware functions of a module, the outermost first, none where there is a mistake; and those.

    A module that says `openapi` needs no function.
    """
    value: Any = vars(module).get("middleware")
    if value is None:
        mistake = no_function(module, file, "middleware", "def middleware(req, res):")
        is_needed = looks_like(module, "middleware") or not _has_openapi(module)
        return [], [mistake] if is_needed else []
    listed = issubclass(type(value), (list, tuple))
    found = {f"middleware[{place}]": each for place, each in enumerate(value)} if listed else {"middleware": value}
    wrong = [f"{name} is not a function" for name, each in found.items() if listed and not callable(each)]
    if wrong or not found:
        remedy = "Write functions into it: `middleware = [first, second]`."
        empty = ["middleware is an empty list"]
        return [], [Mistake(file, what, remedy, line(module, "middleware")) for what in wrong or empty]
    contracts, mistakes = read_contracts(module, file, found, generator=True)
    for name, contract in contracts.items():
        if contract != Contract():
            what = f"the annotations of {name} have a contract, but middleware runs before contracts are checked"
            mistakes.append(Mistake(file, what, "Write Req and Res without types.", line(module, "middleware")))
    return [] if mistakes else [*found.values()], mistakes


def read_error(module: ModuleType, file: str) -> tuple[ErrorFunction | None, list[Mistake]]:
    """Return the error function of a module, None where there is a mistake; and the mistakes."""
    function: Any = vars(module).get("error")
    if function is None:
        return None, [no_function(module, file, "error", "def error(req, res, error):")]
    contracts, mistakes = read_contracts(module, file, {"error": function}, parameters=("req", "res", "error"))
    for contract in contracts.values():
        if contract != Contract(data=contract.data, answers=contract.answers):
            what = "the annotations of error have a contract for the request, which an error need not fit"
            mistakes.append(Mistake(file, what, "Write Req without types.", line(module, "error")))
    return None if mistakes else ErrorFunction(file, function, contracts["error"]), mistakes


def read_contracts(
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
        if is_plain(name, value, module, parameters):
            contracts[name] = NO_CONTRACT
            continue
        try:
            signature = call_signature(name, value, parameters, generator=generator)
            hints = read_hints(name, value)
            check_parameters(name, value, signature, hints, parameters)
            if "res" in parameters:
                check_return(name, value, hints)
            contract = read_contract(name, value, module, () if generator else parameters)
            check_models(name, contract)
            check_not_run(name, contract)
            contracts[name] = contract
        except Rejected as rejected:
            mistakes.append(Mistake(file, rejected.what, rejected.remedy, line(module, name.partition("[")[0])))
    return contracts, mistakes


def read_limits(module: ModuleType, file: str, default: Limits) -> tuple[Limits, list[Mistake]]:
    """Return the limits that a file sets, and the mistakes in them."""
    found = {name: vars(module).get(name, limit) for name, limit in zip(_LIMITS, default)}
    mistakes = [
        Mistake(file, f"{name} is {value!r}", f"Write a number of {unit}, or None for no limit.", line(module, name))
        for (name, value), unit in zip(found.items(), ("bytes", "fields"))
        if value is not None and not is_limit(value)
    ]
    return default if mistakes else Limits(*found.values()), mistakes


def read_openapi(
    module: ModuleType, file: str, methods: Collection[str] = METHODS
) -> tuple[Setting | None, list[Mistake]]:
    """Return the setting `openapi` of a module, None where there is none or a mistake; and the mistake, if any.

    `methods` are those that it may be about.
    """
    if not _has_openapi(module):
        return None, []
    try:
        return Setting(file, line(module, "openapi"), read_setting(vars(module)["openapi"], methods)), []
    except Rejected as rejected:
        return None, [Mistake(file, rejected.what, rejected.remedy, line(module, "openapi"))]


def _has_openapi(module: ModuleType) -> bool:
    """Return whether a module has the setting; a module of this name is something else that the file has imported."""
    return not isinstance(vars(module).get("openapi", module), ModuleType)


def near_settings(module: ModuleType, settings: Collection[str]) -> Iterator[tuple[str, str, int | None]]:
    """Yield the names of values that are nearly those of a setting the module does not have: name, setting, line."""
    values = (name for name, value in vars(module).items() if not name.startswith("_") and not callable(value))
    near = {name: known for name in values if (known := near_setting(name, settings)) and known not in vars(module)}
    for name, number, imported in bindings(module) if near else ():  # which reads the file again
        if name in near and not imported:
            yield name, near[name], number
