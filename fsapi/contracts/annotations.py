"""The annotations of a handler read as its contract, and what could never be kept refused.

This happens once, when the app is built.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from types import NoneType
from typing import Any, Literal

from werkzeug.datastructures import FileStorage

from fsapi.contracts import json_kinds, models, typeinfo
from fsapi.contracts.coercion import is_flat, takes_any_text
from fsapi.json import engine
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.req import Req
from fsapi.response.res import Res
from fsapi.tree.mistakes import Rejected

_OBJECT = "Write a TypedDict, a dataclass or a msgspec.Struct that has a field for each name."
_STATUS = "Write Res[Data, Literal[201]], with a status from 200 to 399."


def read_contract(name: str, function: Callable[..., object]) -> Contract:
    """Return the contract of a handler; raise Rejected where its annotations cannot be read."""
    hints = [typeinfo.unwrap(hint) for hint in _hints(name, function).values()]
    req, res = (next((typing.get_args(h) for h in hints if typing.get_origin(h) is kind), ()) for kind in (Req, Res))
    if len(req) > 3:
        raise Rejected(f"Req of {name} has {len(req)} types", "Write Req[Body, Params, Query], with None for no body.")
    body, params, query = (*req, *[UNTYPED] * (3 - len(req)))
    contract = Contract(
        body=None if body is NoneType else body,
        params=UNTYPED if params in (None, NoneType, dict[str, Any]) else params,
        query=UNTYPED if query in (None, NoneType, dict[str, Any], dict[str, str]) else query,
        data=_data(res[0]) if res else UNTYPED,
        statuses=_statuses(name, res),
        answers=bool(res),
    )
    for part in ("body", "params", "query", "data"):
        _check(name, part, getattr(contract, part))
    return contract


def _data(kind: Any) -> Any:
    """Return the type of an answer as JSON has it, where all that is iterated is a list."""
    if typing.get_origin(kind) in (Iterable, Iterator, Generator):
        return list[typing.get_args(kind)[0]]  # type: ignore[misc] # the type is known at run time alone
    return NoneType if kind is None else kind


def _hints(name: str, function: Callable[..., object]) -> dict[str, Any]:
    """Return the annotations of a handler; raise Rejected.

    Req, Res and fsapi always can be read, so that they may be imported under TYPE_CHECKING, as documentation has it.
    """
    known = {"Req": Req, "Res": Res, "fsapi": sys.modules["fsapi"]}
    try:
        return typing.get_type_hints(inspect.unwrap(function), localns=known, include_extras=True)
    except NameError as exc:
        raise _nameless(f"an annotation of {name}", exc) from None
    except Exception as exc:  # whatever an annotation runs
        what = f"an annotation of {name} cannot be read: {type(exc).__name__}: {exc}"
        raise Rejected(what, "Mend or drop it.") from None


def _nameless(what: str, exc: NameError) -> Rejected:
    """Return the mistake of a name that is not there at run time."""
    remedy = f"Import {exc.name} outside of `if TYPE_CHECKING:`: annotations are read when the app starts."
    return Rejected(f"{what} needs {exc.name}, which is not there at run time", remedy)


def _statuses(name: str, res: Sequence[Any]) -> tuple[int, ...]:
    """Return the statuses of a Res; raise Rejected for what can be none of success."""
    if len(res) < 2 or res[1] in (int, Any):
        return ()
    found = typing.get_args(res[1]) if typing.get_origin(res[1]) is Literal else ()
    fit = [int(status) for status in found if isinstance(status, int) and 200 <= status < 400]
    if len(res) > 2 or not fit or len(fit) < len(found):
        raise Rejected(f"Res of {name} does not have a status of success as its second type", _STATUS)
    return tuple(fit)


def _check(name: str, part: str, kind: Any) -> None:
    """Refuse a type that nothing could be decoded to."""
    if kind is UNTYPED or kind is None:
        return
    whose = f"the type of the {part} of {name}"
    try:
        found = json_kinds.unknown_types(kind)
        for each in found:
            models.reject_unknown(each)
        engine.schemas([kind], lambda model: models.schema(model, ""), "")
    except Rejected as rejected:
        raise Rejected(f"{whose} {rejected.what}", rejected.remedy) from None
    except NameError as exc:
        raise _nameless(whose, exc) from None
    except Exception as exc:  # whatever a type of the project's own runs
        raise Rejected(f"{whose} cannot be used: {exc}", "Write one that msgspec can decode.") from None
    if FileStorage in found and not (part == "body" and is_flat(kind)):
        raise Rejected(f"{whose} has a file where none can come", "Make it a field of the body: `file: FileStorage`.")
    if part in ("params", "query") and not (takes_any_text(kind) or typeinfo.fields(kind)):
        raise Rejected(f"{whose} is {typeinfo.display_name(kind)}, which has no fields", _OBJECT)
    if part == "query" and not (takes_any_text(kind) or is_flat(kind)):
        raise Rejected(
            f"{whose} has a field that no text can fill", "Let its fields be text, numbers, or lists of them."
        )
