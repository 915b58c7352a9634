"""The annotations of a handler read as its contract, and what could never be kept refused.

This happens once, when the app is built.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any, Literal
from uuid import UUID

from werkzeug.datastructures import FileStorage

from fsapi import engine, foreign, kinds, shape
from fsapi.contract import UNSAID, Contract
from fsapi.mistake import Unfit
from fsapi.req import Req
from fsapi.res import Res
from fsapi.route import Way
from fsapi.segment import Param
from fsapi.text import flat

_OBJECT = "Write a TypedDict, a dataclass or a msgspec.Struct that has a field for each name."
_FROM_TEXT = {"any", "str", "text", "int", "float", "bool"}
_STATUS = "Write Res[Data, Literal[201]], with a status from 200 to 399."


def read(name: str, function: Callable[..., object]) -> Contract:
    """Return the contract of a handler; raise Unfit where its annotations cannot be read."""
    hints = [shape.bare(hint) for hint in _hints(name, function).values()]
    req, res = (next((typing.get_args(h) for h in hints if typing.get_origin(h) is kind), ()) for kind in (Req, Res))
    if len(req) > 3:
        raise Unfit(f"Req of {name} has {len(req)} types", "Write Req[Body, Params, Query], with None for no body.")
    body, params, query = (*req, *[UNSAID] * (3 - len(req)))
    contract = Contract(
        body=None if body is NoneType else body,  # nothing is read
        params=UNSAID if params == dict[str, Any] else params,
        query=UNSAID if query in (dict[str, Any], dict[str, str]) else query,
        data=UNSAID if not res else NoneType if res[0] is None else res[0],
        statuses=_statuses(name, res),
        answers=bool(res),
    )
    for part in ("body", "params", "query", "data"):
        _check(name, part, getattr(contract, part))
    return contract


def _hints(name: str, function: Callable[..., object]) -> dict[str, Any]:
    """Return the annotations of a handler; raise Unfit.

    Req, Res and fsapi always can be read, so that they may be imported under TYPE_CHECKING, as documentation has it.
    """
    known = {"Req": Req, "Res": Res, "fsapi": sys.modules["fsapi"]}
    try:
        return typing.get_type_hints(inspect.unwrap(function), localns=known, include_extras=True)
    except NameError as exc:
        raise _nameless(f"an annotation of {name}", exc) from None
    except Exception as exc:  # whatever an annotation runs
        what = f"an annotation of {name} cannot be read: {type(exc).__name__}: {exc}"
        raise Unfit(what, "Mend or drop it.") from None


def _nameless(what: str, exc: NameError) -> Unfit:
    """Return the mistake of a name that is not there at run time."""
    remedy = f"Import {exc.name} outside of `if TYPE_CHECKING:`: annotations are read when the app starts."
    return Unfit(f"{what} needs {exc.name}, which is not there at run time", remedy)


def _statuses(name: str, res: Sequence[Any]) -> tuple[int, ...]:
    """Return the statuses of a Res; raise Unfit for what can be none of success."""
    if len(res) < 2 or res[1] in (int, Any):
        return ()
    found = typing.get_args(res[1]) if typing.get_origin(res[1]) is Literal else ()
    if len(res) > 2 or not found or not all(type(status) is int and 200 <= status < 400 for status in found):
        raise Unfit(f"Res of {name} does not have a status of success as its second type", _STATUS)
    return found


def _check(name: str, part: str, kind: Any) -> None:
    """Refuse a type that nothing could be decoded to."""
    if kind is UNSAID or kind is None:
        return
    whose = f"the type of the {part} of {name}"
    try:
        found = kinds.foreign(kind)
        for each in found:
            foreign.refuse_unknown(each)
        engine.schemas([kind], lambda model: foreign.schema(model, ""), "")
    except Unfit as unfit:
        raise Unfit(f"{whose} {unfit.what}", unfit.remedy) from None
    except NameError as exc:
        raise _nameless(whose, exc) from None
    except Exception as exc:  # whatever a type of the project's own runs
        raise Unfit(f"{whose} cannot be used: {exc}", "Write one that msgspec can decode.") from None
    if FileStorage in found and not (part == "body" and flat(kind)):
        raise Unfit(f"{whose} has a file where none can come", "Make it a field of the body: `file: FileStorage`.")
    if part == "query" and not _is_dict(kind) and not flat(kind):
        raise Unfit(f"{whose} is {_name(kind)}, whose fields text cannot fill", _OBJECT)


def _is_dict(kind: Any) -> bool:
    """Tell whether a type is a dict with names of any kind."""
    return kinds.words(kind) == {"object"} and shape.element(kind) is not shape.NONE


def _name(kind: Any) -> str:
    """Return a type as a message calls it."""
    return kind.__qualname__ if isinstance(kind, type) else str(kind)


def refuse_params(name: str, contract: Contract, ways: Sequence[Way]) -> None:
    """Compare the params of a contract with the path of its file; raise Unfit where they can never be given."""
    if contract.params is UNSAID:
        return
    params = {param.name: param for way in ways for segment in way.segments for param in segment.params}
    if _is_dict(contract.params):
        members = dict.fromkeys(params, shape.Member(shape.element(contract.params), True))
    else:
        members = dict(shape.members(contract.params))
    if not members and params:
        raise Unfit(f"the type of the params of {name} is {_name(contract.params)}, which has no fields", _OBJECT)
    for field in members.keys() - params.keys():
        near = " or ".join(sorted(params.keys() - members.keys()))
        remedy = f"Name it {near}, as the path does." if near else "Drop it, or put it into the path."
        raise Unfit(f"the params of {name} have `{field}`, which the path has not", remedy)
    for field in params.keys() - members.keys():
        remedy = f"Add it to {_name(contract.params)}: `{field}: {_sample(params[field])[1]}`."
        raise Unfit(f"the params of {name} lack `{field}`, which the path has", remedy)
    for field, param in params.items():
        _refuse_never(name, field, members[field], param, absent=any(param in way.absent for way in ways))


def _refuse_never(name: str, field: str, member: shape.Member, param: Param, *, absent: bool) -> None:
    """Refuse a type that no value of a param fits."""
    words, (value, kind) = kinds.words(member.kind), _sample(param)
    has = f"the params of {name} have `{field}: {_name(member.kind)}`"
    if param.rest or not param.matcher:
        fits = bool(words & ({"any", "array"} if param.rest else _FROM_TEXT)) or "custom" in words
    else:
        wrong = engine.misfit(value, member.kind, foreign.hook)
        fits = wrong is None or f"got `{kind.lower()}`" not in wrong.text
    if not fits:
        raise Unfit(
            f"{has}, but [{'...' * param.rest}{field}{'=' * bool(param.matcher)}{param.matcher}] is {kind}",
            f"Write `{field}: {kind}`.",
        )
    if absent and not param.rest and member.required and not words & {"any", "null"}:
        raise Unfit(f"{has}, but [[{field}]] can be absent", f"Write `{field}: {_name(member.kind)} | None`.")


def _sample(param: Param) -> tuple[Any, str]:
    """Return a value that a param can have, and the name of its type."""
    if param.rest:
        return ["a"], "list[str]"
    return {"int": (1, "int"), "uuid": (UUID(int=0), "UUID")}.get(param.matcher, ("a", "str"))
