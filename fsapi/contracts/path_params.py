"""Compare a contract with the path of its file; reject params that the path could never give."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from fsapi.contracts.coercion import takes_any_text
from fsapi.contracts.hooks import decode_hook
from fsapi.contracts.typeinfo import Type, describe
from fsapi.json import engine
from fsapi.json.hints import display_name
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected
from fsapi.tree.patterns import Pattern
from fsapi.tree.segment import Param

# Kinds that text can be read as.
_FROM_TEXT = {"any", "str", "text", "int", "float", "bool", "custom"}
# Methods whose requests seldom have a body (RFC 9110, 9.3).
_WITHOUT_BODY = ("GET", "HEAD", "DELETE")


def check_params(name: str, contract: Contract, patterns: Sequence[Pattern]) -> None:
    """Raise Rejected unless the params of a contract have the names of the path, and types that its values can fit."""
    params = {param.name: param for pattern in patterns for segment in pattern.segments for param in segment.params}
    if contract.params is UNTYPED:
        if params and name in _WITHOUT_BODY and contract.body not in (UNTYPED, None):
            _check_order(name, contract.body, params.keys())
        return
    described = describe(contract.params)
    types = {field.json_name: field.type for field in described.fields.values()}
    if takes_any_text(described) and described.element is not None:
        types = dict.fromkeys(params, described.element)
    _check_names(name, display_name(described.hint), types, params)
    left_out = {field.json_name for field in described.fields.values() if not field.required}
    for param in params.values():
        found = types[param.name]
        what = f"the params of {name} have `{param.name}: {display_name(found.hint)}`"
        _check_value(what, found, param)
        if param.name not in left_out and any(param in pattern.absent for pattern in patterns):
            _check_absence(what, found, param)


def _check_order(name: str, body: Any, params: Collection[str]) -> None:
    """Raise Rejected if the params were written in the place of the body."""
    if describe(body).fields.keys() == params:
        body_name = display_name(body)
        what = f"the body type of {name} is {body_name}, whose fields are the params of the path"
        raise Rejected(what, f"Write Req[None, {body_name}]: the type of the body comes first.")


def _check_names(name: str, type_name: str, types: Mapping[str, Type], params: Mapping[str, Param]) -> None:
    """Raise Rejected for a field that is not in the path, or a param that has no field."""
    for field in types.keys() - params.keys():
        near = " or ".join(sorted(params.keys() - types.keys()))
        remedy = f"Name it {near}, as the path does." if near else "Remove it, or add it to the path."
        raise Rejected(f"the params of {name} have `{field}`, which is not in the path", remedy)
    for param in params.keys() - types.keys():
        remedy = f"Add it to {type_name}: `{param}: {_example(params[param])[1]}`."
        raise Rejected(f"the params of {name} lack `{param}`, which is in the path", remedy)


def _check_value(what: str, described: Type, param: Param) -> None:
    """Raise Rejected for a type that no value of a param fits."""
    value, type_name = _example(param)
    if param.rest:
        fits = bool(described.kinds & {"any", "array"})
    elif not param.matcher:
        fits = bool(described.kinds & _FROM_TEXT)
    else:
        error = engine.first_error(value, described.hint, decode_hook)
        fits = error is None or f"got `{type_name.lower()}`" not in error.text
    if not fits:
        segment = f"[{'...' * param.rest}{param.name}{'=' * bool(param.matcher)}{param.matcher}]"
        raise Rejected(f"{what}, but {segment} is {type_name}", f"Write `{param.name}: {type_name}`.")


def _check_absence(what: str, described: Type, param: Param) -> None:
    """Raise Rejected for a type without None, if the path can leave the param out; the rest of a path is then []."""
    if not param.rest and not described.kinds & {"any", "null"}:
        remedy = f"Write `{param.name}: {display_name(described.hint)} | None`."
        raise Rejected(f"{what}, but [[{param.name}]] can be absent", remedy)


def _example(param: Param) -> tuple[Any, str]:
    """Return a value that a param can have, and the name of its type."""
    if param.rest:
        return ["a"], "list[str]"
    return {"int": (1, "int"), "uuid": (UUID(int=0), "UUID")}.get(param.matcher, ("a", "str"))
