"""Read the annotations of a handler as its contract, once, when the app is built."""

from __future__ import annotations

import typing
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union

from fsapi.contracts.allowed_types import check_types, undefined_name
from fsapi.contracts.models import limited_generics
from fsapi.contracts.typeinfo import describe, types_below
from fsapi.exports.evaluation import evaluate, find, layers
from fsapi.json.hints import short_name, unwrap
from fsapi.request.contract import UNTYPED, Contract
from fsapi.request.req import Req
from fsapi.response.res import Res
from fsapi.tree.mistakes import Rejected

_Types = Sequence[Any]
# The evaluated annotations of a function, and the names that they can use.
_Layer = tuple[Mapping[str, Any], Mapping[str, Any]]
# What JSON has as a list.
_ITERABLES = (Iterable, Iterator, Generator)
# What says no more in each place of a decorator than a bare Req or Res; the status of a Res is none of these.
_NONE = (None, NoneType)
_DICTS = (*_NONE, dict[str, Any], dict[str, object])
_VAGUE: Mapping[type, Sequence[_Types]] = {Req: (_NONE, _DICTS, (*_DICTS, dict[str, str])), Res: (_NONE,)}


def read_contract(name: str, function: Callable[..., object], *, has_status: bool = True) -> Contract:
    """Return the contract of a handler; raise Rejected if its annotations cannot be read or satisfied.

    Without `has_status` the status is not the function's to choose.
    """
    with _rejecting(name):
        request, answer = _types_of(name, function)
    body, params, query = _request_types(name, request)
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


def _types_of(name: str, function: Callable[..., object]) -> tuple[_Types, _Types]:
    """Return the types between the brackets of Req, and those of Res; raise Rejected if there are several."""
    innermost, *wrappers = [(evaluate(layer), getattr(layer, "__globals__", {})) for layer in layers(function)]
    return _chosen(name, Req, innermost, wrappers), _chosen(name, Res, innermost, wrappers)


def _chosen(name: str, cls: type, innermost: _Layer, wrappers: Sequence[_Layer]) -> _Types:
    """Return the types in the brackets of Req or Res; raise Rejected if functions have different ones.

    Those of decorators count where they say more than the ones that they wrap.
    """
    own = [*_contracts(name, cls, innermost)]
    others = [found for wrapper in wrappers for found in _contracts(name, cls, wrapper)]
    definite = [found for found in others if _is_definite(cls, typing.get_args(found), own)]
    # Without another one, the status of a decorator counts, and its None for no body.
    rest = [found for found in others if not all(map(_is_any, typing.get_args(found)))]
    return typing.get_args(_one(name, cls, own + definite) or next(iter(rest), None))


def _contracts(name: str, cls: type, layer: _Layer) -> Iterator[Any]:
    """Yield Req or Res with types in brackets, once for each annotation of a function that has it; raise Rejected."""
    hints, names = layer
    for hint in hints.values():
        found = _one(name, cls, [*find(cls, hint, names)])
        if typing.get_args(found):
            yield found


def _one(name: str, cls: type, found: Sequence[Any]) -> Any:
    """Return the one contract of several that should be equal, None if there is none; raise Rejected."""
    others = [each for each in found if each != found[0]]
    if others:
        what = f"the annotations of {name} have two contracts, {short_name(found[0])} and {short_name(others[0])}"
        raise Rejected(what, f"Write one of them. A union goes into its brackets: {cls.__name__}[A | B].")
    return found[0] if found else None


def _is_definite(cls: type, types: _Types, own: _Types) -> bool:
    """Return whether a decorator has a type of data that neither takes any nor is that of what it wraps."""
    known = typing.get_args(own[0]) if own else ()
    places = zip_longest(types, known, _VAGUE[cls], fillvalue=())
    return any(hint != each and not _is_any(hint) and hint not in vague for hint, each, vague in places if vague)


def _is_any(hint: Any) -> bool:
    """Return whether a type between the brackets of a decorator takes any."""
    return hint in (Any, object, ()) or isinstance(hint, TypeVar)


def _request_types(name: str, types: _Types) -> _Types:
    """Return the types of body, params and query; raise Rejected if there are more."""
    if len(types) > 3:
        what = f"Req of {name} has {len(types)} types"
        raise Rejected(what, "Write Req[Body, Params, Query], with None for no body.")
    return [*types, *[UNTYPED] * (3 - len(types))]


def _json_type(hint: Any) -> Any:
    """Return the type of an answer as it is in JSON, where an iterable is a list, at every depth."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in _ITERABLES or hint in _ITERABLES:
        return list[_json_type(parts[0]) if parts else Any]  # type: ignore[misc] # known only at run time
    if hint is None or origin is Literal:
        return NoneType if hint is None else hint
    changed = tuple(map(_json_type, parts))
    if not any(part is not before for part, before in zip(changed, parts)):
        return hint
    if origin is Annotated:
        return Annotated[(changed[0], *hint.__metadata__)]
    return Union[changed] if origin is UnionType else origin[changed]  # noqa: UP007 - made at run time


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
