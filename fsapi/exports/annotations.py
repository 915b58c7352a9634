"""Read the annotations of a handler as its contract, once, when the app is built."""

from __future__ import annotations

import typing
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union

from fsapi.contracts.allowed_types import check_types, undefined_name
from fsapi.contracts.models import limited_generics
from fsapi.contracts.typeinfo import describe, types_below
from fsapi.exports.declared import Declared, declared_types, is_overloaded
from fsapi.exports.evaluation import evaluate, evaluate_parameters, find, hidden_functions, layers, parameters
from fsapi.exports.signatures import accepts, own_signature
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
        declared = [*declared_types(module, name, function)] if module is not None else []
        request, answer = (_chosen(name, cls, layers(function), declared, parameters) for cls in (Req, Res))
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


def _chosen(
    name: str,
    cls: type,
    functions: Sequence[Callable[..., object]],
    declared: Sequence[Declared],
    taken: Sequence[str],
) -> _Types:
    """Return the types in the brackets of Req or Res; raise Rejected if functions have different ones.

    Those of decorators, and what the module declares, count where they say more than the innermost function.
    """
    innermost, *wrappers = functions
    _reject_unread(name, functions)
    said = [found for each in declared for found in _declared_contracts(name, cls, each)]
    own = [*_contracts(name, cls, innermost)]
    if any(_is_definite(cls, typing.get_args(found), own) for found in said):
        own = [found for found in own if _is_definite(cls, typing.get_args(found), ())]
    others = said + [found for wrapper in wrappers for found in _contracts(name, cls, wrapper)]
    definite = [found for found in others if _is_definite(cls, typing.get_args(found), own)]
    if not own and not definite and not _says(cls, innermost):
        definite = _hidden(name, cls, innermost, taken, set())
    # Without another one, the status of a decorator counts, and its None for no body.
    rest = [found for found in others if not all(map(_is_any, typing.get_args(found)))]
    return typing.get_args(_one(name, cls, own + definite) or next(iter(rest), None))


def _reject_unread(name: str, functions: Sequence[Callable[..., object]]) -> None:
    """Raise Rejected for functions whose annotations say one thing to type checkers, and another at run time."""
    if any(map(is_overloaded, functions)):
        raise Rejected(f"{name} has overloads, which are not read", "Write one contract: Req[A | B], Res[C | D].")
    if any(getattr(function, "__no_type_check__", False) for function in functions):
        raise Rejected(f"{name} has @no_type_check, so its annotations are not read", "Drop the decorator.")


def _says(cls: type, function: Callable[..., object]) -> bool:
    """Return whether an annotation of a function has Req or Res, with or without types in brackets."""
    names = getattr(function, "__globals__", {})
    return any(True for hint in evaluate_parameters(function) for _ in find(cls, hint, names))


def _hidden(name: str, cls: type, function: Callable[..., object], taken: Sequence[str], seen: set[int]) -> list[Any]:
    """Return the contracts of the functions that one calls without saying so, as a decorator without `wraps` does."""
    found: list[Any] = []
    for each in hidden_functions(function):
        signature = own_signature(each)
        if id(each) not in seen and signature is not None and accepts(signature, taken):
            seen.add(id(each))
            innermost = layers(each)[0]
            own = _contracts(name, cls, innermost)
            found += own or ([] if _says(cls, innermost) else _hidden(name, cls, innermost, taken, seen))
    return found


def _contracts(name: str, cls: type, layer: Callable[..., object]) -> list[Any]:
    """Return Req or Res with types in brackets, once for each annotation of a function that has it; raise Rejected."""
    names = getattr(layer, "__globals__", {})
    return _more_definite(cls, [*_found(name, cls, ((hint, names) for hint in evaluate_parameters(layer)))])


def _declared_contracts(name: str, cls: type, declared: Declared) -> Iterator[Any]:
    """Yield Req or Res with types in brackets, of the type of a function or of one parameter; raise Rejected."""
    yield from _found(name, cls, [declared, *parameters(*declared)])


def _found(name: str, cls: type, types: Iterable[tuple[Any, Mapping[str, Any]]]) -> Iterator[Any]:
    """Yield Req or Res with types in brackets from types, each with its names; raise Rejected."""
    for hint, names in types:
        found = _one(name, cls, [*find(cls, hint, names)])
        if typing.get_args(found):
            yield found


def _more_definite(cls: type, found: list[Any]) -> list[Any]:
    """Return those of several contracts that do not take anything; all of them if none does."""
    return [each for each in found if _is_definite(cls, typing.get_args(each), ())] or found


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
