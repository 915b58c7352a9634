"""Read the annotations of a handler as its contract, once, when the app is built."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from types import NoneType
from typing import Any, Literal

from fsapi.contracts.allowed_types import check_types, undefined_name
from fsapi.json.hints import unwrap
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.req import Req
from fsapi.response.error import Error
from fsapi.response.res import Res
from fsapi.tree.mistakes import Rejected
from fsapi.tree.source import parse_file

_Types = Sequence[Any]


def read_contract(name: str, function: Callable[..., object], *, has_status: bool = True) -> Contract:
    """Return the contract of a handler; raise Rejected if its annotations cannot be read or satisfied.

    Without `has_status` the status is not the function's to choose.
    """
    hints = [*read_hints(name, function).values()]
    body, params, query = _request_types(name, _type_arguments(Req, hints))
    answer = _type_arguments(Res, hints)
    if len(answer) > 1 and not has_status:
        raise Rejected(f"Res of {name} has a status, but an error has its own", "Write Res[Data].")
    contract = Contract(
        body=None if body is NoneType else body,
        params=UNTYPED if params in (None, NoneType, dict[str, Any]) else params,
        query=UNTYPED if query in (None, NoneType, dict[str, Any], dict[str, str]) else query,
        data=_json_type(answer[0]) if answer else UNTYPED,
        statuses=_statuses(name, answer[1:]),
        answers=bool(answer),
    )
    check_types(name, contract)
    return contract


def read_hints(name: str, function: Callable[..., object]) -> dict[str, Any]:
    """Return the types in the annotations of a handler, by parameter and `return`; raise Rejected.

    Those of a decorated handler are the annotations of the function that is wrapped. Req, Res, Error and fsapi are
    always defined, so that a route file may import them under TYPE_CHECKING, also by other names.
    """
    try:
        hints = _type_hints(_innermost(function))
        return {name: unwrap(hint) for name, hint in hints.items()}
    except NameError as exc:
        raise undefined_name(f"an annotation of {name}", exc) from None
    except Exception as exc:  # an annotation can run any code
        what = f"an annotation of {name} cannot be read: {type(exc).__name__}: {exc}"
        raise Rejected(what, "Fix or remove it.") from None


def _type_hints(function: Callable[..., object]) -> dict[str, Any]:
    """Return the types in the annotations of a function; raise what they raise."""
    known = {"Req": Req, "Res": Res, "Error": Error, "fsapi": sys.modules["fsapi"]}
    names: dict[str, Any] = known | getattr(function, "__globals__", {})
    try:
        return typing.get_type_hints(function, globalns=names, include_extras=True)
    except NameError:
        names = dict(_imported_names(names.get("__file__") or "")) | names
    return typing.get_type_hints(function, globalns=names, include_extras=True)


def _imported_names(file: str) -> Iterator[tuple[str, Any]]:
    """Yield the names by which a file imports fsapi, or something from it, also under TYPE_CHECKING."""
    fsapi = sys.modules["fsapi"]
    for node in (node for statement in parse_file(file) for node in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and node.module == "fsapi" and node.level == 0:
            yield from (
                (each.asname or each.name, vars(fsapi)[each.name]) for each in node.names if each.name in vars(fsapi)
            )
        elif isinstance(node, ast.Import):
            yield from ((each.asname, fsapi) for each in node.names if each.asname and each.name == "fsapi")


def _innermost(function: Callable[..., object]) -> Callable[..., object]:
    """Return the function that decorators, partials and objects lead to; raise ValueError if they lead nowhere."""
    while True:
        function = inspect.unwrap(function)
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.isroutine(function):
            return function
        else:
            function = function.__call__  # type: ignore[operator] # mypy does not know that it has one


def _type_arguments(cls: type, hints: Sequence[Any]) -> _Types:
    """Return the types between the brackets of the first annotation with a class, such as `Req[...]`."""
    return next((typing.get_args(hint) for hint in hints if typing.get_origin(hint) is cls), ())


def _request_types(name: str, types: _Types) -> _Types:
    """Return the types of body, params and query; raise Rejected if there are more."""
    if len(types) > 3:
        what = f"Req of {name} has {len(types)} types"
        raise Rejected(what, "Write Req[Body, Params, Query], with None for no body.")
    return [*types, *[UNTYPED] * (3 - len(types))]


def _json_type(hint: Any) -> Any:
    """Return the type of an answer as it is in JSON, where an iterable is a list."""
    if typing.get_origin(hint) in (Iterable, Iterator, Generator):
        return list[typing.get_args(hint)[0]]  # type: ignore[misc] # the type is known only at run time
    return NoneType if hint is None else hint


def _statuses(name: str, types: _Types) -> tuple[int, ...]:
    """Return the statuses that Res names after its data; raise Rejected unless they are success statuses."""
    if not types or types[0] in (int, Any):
        return ()
    status, *others = types
    origin: Any = typing.get_origin(status)
    values = typing.get_args(status) if origin is Literal else ()
    statuses = [int(value) for value in values if isinstance(value, int) and 200 <= value < 400]
    if others or not statuses or len(statuses) < len(values):
        what = f"Res of {name} must have a success status as its second and last type"
        raise Rejected(what, "Write Res[Data, Literal[201]], with a status from 200 to 399.")
    return tuple(statuses)
