"""Choose the contract of a handler among those of the functions that it leads to, and what its module declares.

| has types in brackets | counts |
|---|---|
| the innermost function | unless it takes anything, and the module says more |
| a decorator, a type beside the name, a cast | where it says more than the innermost function |
| a function that a decorator calls without saying so | where nothing else says anything |
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from types import FunctionType, ModuleType, NoneType
from typing import Any, NamedTuple

from fsapi.exports.declared import declared_types, says_more
from fsapi.exports.evaluation import (
    ReadTypes,
    evaluate,
    evaluate_known_types,
    evaluate_parameters,
    evaluate_text,
    find,
    parameter_types,
)
from fsapi.exports.layers import hidden_functions, layers
from fsapi.exports.signatures import accepts, own_signature
from fsapi.exports.typing_words import is_overloaded
from fsapi.json.hints import alternatives, short_name
from fsapi.json.type_variables import variables_in
from fsapi.request.req import Req
from fsapi.response.error import Error
from fsapi.response.res import Res
from fsapi.tree.mistakes import Rejected

#: The types between the brackets of Req or Res.
Types = Sequence[Any]
# Types of parameters, each with the names that it can use.
_Said = Sequence[tuple[Any, Mapping[str, Any]]]
# What says no more in each place of a decorator than a bare Req or Res; the status of a Res is none of these.
_NONE = (None, NoneType)
_DICTS = (*_NONE, dict[str, Any], dict[str, object])
# What annotations say that only tell how a function is called, and the flags of code that a call is not enough for.
_BARE = {"req": Req, "res": Res, "error": Error, "return": None}
_MORE_ARGUMENTS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
_NO_CALL = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE | inspect.CO_ASYNC_GENERATOR
_VAGUE: Mapping[type, Sequence[Types]] = {Req: (_NONE, _DICTS, (*_DICTS, dict[str, str])), Res: (_NONE,)}


class _Handler(NamedTuple):
    """A handler with what the innermost function, its decorators and its module say of its parameters."""

    name: str
    innermost: Callable[..., object]
    own: _Said
    decorators: Sequence[_Said]
    declared: _Said
    #: What its module has, and the functions that it was made from.
    value: Callable[..., object]
    arguments: Sequence[Callable[..., object]]
    #: How it is called.
    parameters: Sequence[str]


def choose(
    name: str, function: Callable[..., object], module: ModuleType | None, parameters: Sequence[str]
) -> tuple[Types, Types]:
    """Return the types in the brackets of Req, and those of Res; raise Rejected if functions have different ones."""
    functions = layers(function)
    _reject_unread(name, functions)
    innermost, *others = functions
    own, decorators = _said_by(innermost, evaluate), [*map(_said_by, others)]
    declared = [*declared_types(module, name, function)] if module is not None else []
    said = [found for each in declared if not each.is_argument for found in (each[:2], *_listed_types(*each[:2]))]
    arguments = [each.hint for each in declared if each.is_argument]
    handler = _Handler(name, innermost, own, decorators, said, function, arguments, parameters)
    return _chosen(handler, Req), _chosen(handler, Res)


def is_plain(name: str, function: Any, module: ModuleType, parameters: Sequence[str]) -> bool:
    """Return whether a function takes these parameters and nothing gives it a contract, as is so for most handlers.

    Annotations that are not evaluated yet (PEP 649) are not asked for, since that can raise.
    """
    if type(function) is not FunctionType or vars(function) or getattr(function, "__annotate__", None):
        return False
    code = function.__code__
    taken = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if taken != (*parameters,) or code.co_kwonlyargcount or code.co_flags & (_MORE_ARGUMENTS | _NO_CALL):
        return False
    if function.__closure__ or function.__defaults__:
        return False
    hints = function.__annotations__.items()
    is_bare = all(_named(hint, function.__globals__) is _BARE[parameter] for parameter, hint in hints)
    return is_bare and not says_more(module, name, function)


def _named(hint: Any, names: Mapping[str, Any]) -> Any:
    """Return what an annotation is that may be a name as text."""
    return None if hint == "None" else names.get(hint, hint) if isinstance(hint, str) else hint


def _chosen(handler: _Handler, cls: type) -> Types:
    """Return the types in the brackets of Req or Res."""
    name = handler.name
    declared, own = [*_found(name, cls, handler.declared)], _more_definite(cls, _found(name, cls, handler.own))
    if any(_is_definite(cls, found, own) for found in declared):
        own = [found for found in own if _is_definite(cls, found, ())]
    decorators = [found for each in handler.decorators for found in _more_definite(cls, _found(name, cls, each))]
    definite = [found for found in declared + decorators if _is_definite(cls, found, own)]
    if not definite and (any(map(variables_in, own)) or not (own or _has(cls, handler.own))):
        definite = _hidden(handler, cls)
        own = [found for found in own if _is_definite(cls, found, ())] if definite else own
    # Without another one, the status of a decorator counts, and its None for no body.
    rest = [found for found in declared + decorators if not all(map(_is_any, typing.get_args(found)))]
    return typing.get_args(_one(name, cls, own + definite) or next(iter(rest), None))


def _reject_unread(name: str, functions: Sequence[Callable[..., object]]) -> None:
    """Raise Rejected for functions whose annotations say one thing to type checkers, and another at run time."""
    if any(map(is_overloaded, functions)):
        raise Rejected(f"{name} has overloads, which are not read", "Write one contract: Req[A | B], Res[C | D].")
    if any(getattr(function, "__no_type_check__", False) for function in functions):
        raise Rejected(f"{name} has @no_type_check, so its annotations are not read", "Drop the decorator.")


def _said_by(function: Callable[..., object], read: ReadTypes = evaluate_known_types) -> _Said:
    """Return what a function says of its parameters."""
    names = getattr(function, "__globals__", {})
    return [(hint, names) for hint in evaluate_parameters(function, read)]


def _listed_types(hint: Any, names: Mapping[str, Any]) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield the types of the parameters of a type that can be called, and those in a list of such types."""
    yield from parameter_types(hint, names)
    for member in alternatives(hint):
        for each in typing.get_args(member) if typing.get_origin(member) in (list, Sequence) else ():
            yield from parameter_types(evaluate_text(each, names), names)


def _has(cls: type, said: _Said) -> bool:
    """Return whether there is a Req or a Res, with or without types in brackets."""
    return any(True for hint, names in said for _ in find(cls, hint, names))


def _hidden(handler: _Handler, cls: type) -> list[Any]:
    """Return the contracts of the functions that a handler calls without saying so, as a decorator may."""
    contracts: list[Any] = []
    waiting, seen = (
        [*hidden_functions(handler.innermost), *hidden_functions(handler.value), *handler.arguments],
        set[int](),
    )
    for function in waiting:  # which grows
        signature = own_signature(function) if id(function) not in seen else None
        seen.add(id(function))
        if signature is not None and accepts(signature, handler.parameters):
            innermost = layers(function)[0]
            said = _said_by(innermost)
            contracts += _found(handler.name, cls, said)
            waiting += [] if _has(cls, said) else hidden_functions(innermost)
    return _more_definite(cls, contracts)


def _found(name: str, cls: type, said: _Said) -> Iterator[Any]:
    """Yield Req or Res with types in brackets, once for each type that has it; raise Rejected."""
    for hint, names in said:
        found = _one(name, cls, [*find(cls, hint, names)])
        if typing.get_args(found):
            yield found


def _more_definite(cls: type, contracts: Iterable[Any]) -> list[Any]:
    """Return those of several contracts that do not take anything; all of them if none does."""
    found = [*contracts]
    return [each for each in found if _is_definite(cls, each, ())] or found


def _one(name: str, cls: type, found: Sequence[Any]) -> Any:
    """Return the one contract of several that should be equal, None if there is none; raise Rejected."""
    others = [each for each in found if each != found[0]]
    if others:
        what = f"the annotations of {name} have two contracts, {short_name(found[0])} and {short_name(others[0])}"
        raise Rejected(what, f"Write one of them. A union goes into its brackets: {cls.__name__}[A | B].")
    return found[0] if found else None


def _is_definite(cls: type, contract: Any, own: Sequence[Any]) -> bool:
    """Return whether a contract has a type of data that neither takes any nor is that of the first of others."""
    known = typing.get_args(own[0]) if own else ()
    places = zip_longest(typing.get_args(contract), known, _VAGUE[cls], fillvalue=())
    return any(hint != each and not _is_any(hint) and hint not in vague for hint, each, vague in places if vague)


def _is_any(hint: Any) -> bool:
    """Return whether a type between the brackets of a decorator takes any, or has a variable for what it takes."""
    return hint in (Any, object, ()) or bool(variables_in(hint))
