"""Read the annotations of a handler as its contract, once, when the app is built."""

from __future__ import annotations

import typing
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType, NoneType
from typing import Any, Literal

from fsapi.contracts.allowed_types import check_types, undefined_name
from fsapi.contracts.models import limited_generics
from fsapi.contracts.typeinfo import describe, types_below
from fsapi.exports.choice import Types, choose
from fsapi.exports.evaluation import evaluate
from fsapi.exports.layers import layers
from fsapi.json.hints import expanded, short_name, unwrap
from fsapi.json.type_variables import changed
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected

#: That of a function whose annotations say nothing of types.
NO_CONTRACT = Contract()
# What JSON has as a list.
_ITERABLES = (Iterable, Iterator, Generator)


def read_contract(
    name: str,
    function: Callable[..., object],
    module: ModuleType | None = None,
    parameters: Sequence[str] = ("req", "res"),
) -> Contract:
    """Return the contract of a handler; raise Rejected if its annotations cannot be read or satisfied.

    `module` is where it has its name. The status of an error is not the function's to choose.
    """
    with _rejecting(name):
        request, answer = choose(name, function, module, parameters)
    if not (request or answer):
        return NO_CONTRACT
    request, answer = [*map(_without_names, request)], [*map(_without_names, answer)]
    body, params, query = _request_types(name, request)
    if len(answer) > 1 and "error" in parameters:
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
    if contract.data is not UNTYPED:
        _check_models(name, contract.data)
    return contract


def _check_models(name: str, data: Any) -> None:
    """Raise Rejected for a model in a model of an answer that could send the fields of any subclass."""
    for below in types_below(describe(data)):
        for found in limited_generics(below.hint, set()) if below.is_model else ():
            what = f"the data type of {name} has {short_name(found)} in a model, without types for its variables"
            raise Rejected(what, f"Write them in brackets: {short_name(found)}[...].")


def read_hints(name: str, function: Callable[..., object]) -> dict[str, Any]:
    """Return the types in the annotations of a handler, by parameter and `return`; raise Rejected.

    Those of a decorated handler are the annotations of the function that is wrapped.
    """
    with _rejecting(name):
        return {parameter: unwrap(hint) for parameter, hint in evaluate(layers(function)[0]).items()}


@contextmanager
def _rejecting(name: str) -> Generator[None]:
    """Raise Rejected for what annotations raise when they are read."""
    try:
        yield
    except Rejected:
        raise
    except NameError as exc:
        raise undefined_name(f"an annotation of {name}", exc) from None
    except Exception as exc:  # an annotation can run any code
        what = f"an annotation of {name} cannot be read: {type(exc).__name__}: {exc}"
        raise Rejected(what, "Fix or remove it.") from None


def _request_types(name: str, types: Types) -> Types:
    """Return the types of body, params and query; raise Rejected if there are more."""
    if len(types) > 3:
        what = f"Req of {name} has {len(types)} types"
        raise Rejected(what, "Write Req[Body, Params, Query], with None for no body.")
    return [*types, *[UNTYPED] * (3 - len(types))]


def _without_names(hint: Any) -> Any:
    """Return a type with what its names mean in their place; as it is if they cannot be read."""
    try:
        found = expanded(hint)
    except Exception:  # a name can stand for any code; the check of the types reports it
        return hint
    return NoneType if found is None else found


def _json_type(hint: Any) -> Any:
    """Return the type of an answer as it is in JSON, where an iterable is a list, at every depth."""
    if typing.get_origin(hint) in _ITERABLES or hint in _ITERABLES:
        parts = typing.get_args(hint)
        return list[_json_type(parts[0]) if parts else Any]  # type: ignore[misc] # known only at run time
    return NoneType if hint is None else changed(hint, _json_type)


def _statuses(name: str, types: Types) -> tuple[int, ...]:
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
