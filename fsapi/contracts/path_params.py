"""A contract compared with the path of its file: params that could never be given are refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from fsapi.contracts import json_kinds, models, typeinfo
from fsapi.contracts.coercion import takes_any_text
from fsapi.json import engine
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected
from fsapi.tree.patterns import Pattern
from fsapi.tree.segment import Param

# What the text of a path can become.
_FROM_TEXT = {"any", "str", "text", "int", "float", "bool", "custom"}
# Methods whose requests seldom have a body (RFC 9110, 9.3).
_READING = ("GET", "HEAD", "DELETE")


def check_params(name: str, contract: Contract, patterns: Sequence[Pattern]) -> None:
    """Compare a contract with the params in the path of its file; raise Rejected where they can never be given."""
    params = {param.name: param for pattern in patterns for segment in pattern.segments for param in segment.params}
    if contract.params is UNTYPED:
        if params and name in _READING and contract.body not in (UNTYPED, None):
            _reject_swapped(name, contract.body, params.keys())
        return
    members = typeinfo.fields(contract.params)
    if takes_any_text(contract.params):
        members = dict.fromkeys(params, typeinfo.Field(typeinfo.element(contract.params), required=True))
    for field in members.keys() - params.keys():
        near = " or ".join(sorted(params.keys() - members.keys()))
        remedy = f"Name it {near}, as the path does." if near else "Drop it, or put it into the path."
        raise Rejected(f"the params of {name} have `{field}`, which the path has not", remedy)
    for field in params.keys() - members.keys():
        remedy = f"Add it to {typeinfo.display_name(contract.params)}: `{field}: {_sample(params[field])[1]}`."
        raise Rejected(f"the params of {name} lack `{field}`, which the path has", remedy)
    for field, param in params.items():
        _reject_never(name, field, members[field], param, absent=any(param in pattern.absent for pattern in patterns))


def _reject_swapped(name: str, body: Any, params: Collection[str]) -> None:
    """Refuse params that were written in the place of the body."""
    if typeinfo.fields(body).keys() == params:
        what = f"the type of the body of {name} is {typeinfo.display_name(body)}, which has the params of the path"
        raise Rejected(what, f"Write Req[None, {typeinfo.display_name(body)}]: the first type is that of the body.")


def _reject_never(name: str, field: str, member: typeinfo.Field, param: Param, *, absent: bool) -> None:
    """Refuse a type that no value of a param fits."""
    words, (value, kind) = json_kinds.kinds_of(member.hint), _sample(param)
    has = f"the params of {name} have `{field}: {typeinfo.display_name(member.hint)}`"
    if param.rest or not param.matcher:
        fits = bool(words & ({"any", "array"} if param.rest else _FROM_TEXT))
    else:
        wrong = engine.first_error(value, member.hint, models.decode_hook)
        fits = wrong is None or f"got `{kind.lower()}`" not in wrong.text
    if not fits:
        raise Rejected(
            f"{has}, but [{'...' * param.rest}{field}{'=' * bool(param.matcher)}{param.matcher}] is {kind}",
            f"Write `{field}: {kind}`.",
        )
    if absent and not param.rest and member.required and not words & {"any", "null"}:
        raise Rejected(
            f"{has}, but [[{field}]] can be absent", f"Write `{field}: {typeinfo.display_name(member.hint)} | None`."
        )


def _sample(param: Param) -> tuple[Any, str]:
    """Return a value that a param can have, and the name of its type."""
    if param.rest:
        return ["a"], "list[str]"
    return {"int": (1, "int"), "uuid": (UUID(int=0), "UUID")}.get(param.matcher, ("a", "str"))
