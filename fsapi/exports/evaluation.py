"""Evaluate annotations, and find the types between the brackets of Req and Res in them.

| annotation | its contract |
|---|---|
| `Annotated[...]`, a NewType, `type X = ...` | that of the type that they name |
| a union | that of its member with types in brackets |
| a type variable | that of its bound, or of its constraints |
| a subclass | that of its base class, with the type variables filled in |
"""

# isinstance() narrows a value to a list whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import collections.abc
import inspect
import re
import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FunctionType
from typing import Any, TypeVar

from fsapi.exports.typing_words import fsapi_names
from fsapi.json import hints, type_variables
from fsapi.request.req import Req
from fsapi.response.error import Error
from fsapi.response.res import Res
from fsapi.tree.source import is_own

_Names = Mapping[str, Any]
_CALLABLE: Any = collections.abc.Callable
#: Returns the types in the annotations of a function by parameter.
ReadTypes = Callable[[Callable[..., object]], Mapping[str, Any]]


def evaluate(function: Callable[..., object]) -> dict[str, Any]:
    """Return the types in the annotations of a function; raise what they raise.

    Req, Res, Error and fsapi are always defined, so that a route file may import them under TYPE_CHECKING, also by
    other names. Of a function of an installed package only what can be evaluated is read: nobody can change the rest.
    """
    try:
        return _hints_of(function, getattr(function, "__globals__", {}))
    except Exception:
        code = getattr(function, "__code__", None)
        if code is None or is_own(code.co_filename):
            raise
    return _known_hints(function)


def _hints_of(holder: Any, own: _Names) -> dict[str, Any]:
    """Return the types in the annotations of a function or a class that uses some names."""
    names: dict[str, Any] = {"Req": Req, "Res": Res, "Error": Error, "fsapi": sys.modules["fsapi"], **own}
    names |= type_variables.parameters_of(holder, own)
    try:
        return typing.get_type_hints(holder, globalns=names, include_extras=True)
    except NameError:
        names = dict(fsapi_names(names.get("__file__") or "")) | names
    return typing.get_type_hints(holder, globalns=names, include_extras=True)


def evaluate_known(annotation: Any, names: _Names) -> Iterator[Any]:
    """Yield the type of an annotation; none if only type checkers can read it, and it has no Req or Res."""
    try:
        yield evaluate_text(annotation, names)
    except Exception:
        if {"Req", "Res"} & {*re.findall(r"\w+", str(annotation))}:
            raise


def evaluate_known_types(function: Any) -> Mapping[str, Any]:
    """Return the types in the annotations of a function that can be evaluated; none of what is no function."""
    function = getattr(function, "__func__", function)
    try:
        return evaluate(function) if isinstance(function, FunctionType) else {}
    except Exception:
        return _known_hints(function)


def _known_hints(function: Any) -> dict[str, Any]:
    """Return those types in the annotations of a function that can be evaluated."""
    annotations = inspect.get_annotations(function).items()
    return {name: hint for name, each in annotations for hint in evaluate_known(each, function.__globals__)}


def evaluate_parameters(function: Callable[..., object], read: ReadTypes = evaluate_known_types) -> Iterator[Any]:
    """Yield the types in the annotations of a function, and in a `__signature__` of its own.

    Those of a method have the type variables of its class filled in, where the object gives them values. What only type
    checkers can read is left out, unless it has a Req or Res, or another function is to `read` all types.
    """
    yield from _filled_by_owner(function, read(function).values())
    names = getattr(function, "__globals__", {})
    for holder in (function, getattr(function, "__self__", None)):
        signature = getattr(holder, "__signature__", None)
        for parameter in signature.parameters.values() if isinstance(signature, inspect.Signature) else ():
            if parameter.annotation is not parameter.empty:
                yield evaluate_text(parameter.annotation, names)


def _filled_by_owner(function: Any, types: Iterable[Any]) -> Iterable[Any]:
    """Return types with the type variables of the class that a method belongs to filled in."""
    if not inspect.ismethod(function):
        return types
    owner: Any = function.__self__
    cls: Any = owner if isinstance(owner, type) else type(owner)
    return _filled(getattr(owner, "__orig_class__", cls), cls, function.__name__, types)


def _filled(hint: Any, cls: type, name: str, types: Iterable[Any]) -> Iterator[Any]:
    """Yield the types of a method of a class, with what `hint`, the class with types in brackets, gives its variables.

    A method without types has those of the one that it overrides, as some type checkers see it.
    """
    scopes, found = type_variables.read_scopes(hint, keep_open=True), [*types]
    for base in [base for base in cls.__mro__ if name in vars(base)] or [cls]:
        found += () if found else evaluate_known_types(vars(base).get(name)).values()
        if found:
            yield from (part for each in found for part in _fill(each, scopes.get(base, {})))
            return


def _fill(hint: Any, variables: Mapping[Any, Any]) -> Iterable[Any]:
    """Return a type with its type variables filled in; for the `*args` of a ParamSpec all that it stands for."""
    if type(hint).__name__ != "ParamSpecArgs":
        return [type_variables.fill_open(hint, variables)]
    taken = variables.get(hint.__origin__, ())
    return taken if isinstance(taken, (list, tuple)) else ()


def parameter_types(hint: Any, names: _Names) -> Iterator[tuple[Any, _Names]]:
    """Yield the types of the parameters of a type that can be called."""
    kind: Any = typing.get_origin(hint) or hint
    own = _names_of(kind, names)
    call = inspect.getattr_static(kind, "__call__", None)
    if kind is _CALLABLE:
        taken: Any = next(iter(typing.get_args(hint)), ...)
        types = taken if isinstance(taken, list) else typing.get_args(taken)  # a ParamSpec has none
        yield from ((each, own) for each in types)
    elif isinstance(kind, type) and isinstance(call, FunctionType):
        if call.__module__ in ("typing", "typing_extensions"):  # what stands for declarations by @overload
            raise TypeError(f"{kind.__qualname__}.__call__ has overloads")
        yield from ((each, call.__globals__) for each in _filled(hint, kind, "__call__", ()))
    else:
        for part in _evaluated_parts(hint, _parts(kind, hint), own):
            yield from parameter_types(part, own)


def find(cls: type, hint: Any, names: _Names) -> Iterator[Any]:
    """Yield a class as an annotation has it, with or without types in brackets; `names` are those of the annotation."""
    kind: Any = typing.get_origin(hint) or hint
    if kind is cls:
        yield hint
        return
    if type(hint) is type and not issubclass(hint, cls):  # a plain class has nothing inside
        return
    parts = (*_parts(kind, hint), *_bases(cls, kind, hint))
    own = _names_of(kind, names) if parts else names
    for part in _evaluated_parts(hint, parts, own):
        yield from find(cls, part, own)


def _evaluated_parts(hint: Any, parts: Iterable[Any], names: _Names) -> Iterator[Any]:
    """Yield the parts of a type; not the bound of a type variable that only type checkers can read."""
    for part in (part for part in parts if part not in (None, ...)):
        yield from evaluate_known(part, names) if isinstance(hint, TypeVar) else [evaluate_text(part, names)]


def _parts(kind: Any, hint: Any) -> tuple[Any, ...]:
    """Return what a name or metadata stands for, or the members of a union, a type variable or the types of `*args`."""
    inside = hints.inside(hint)
    if inside is not hint:
        return (inside,)
    if kind is tuple or str(kind).endswith("Unpack"):  # which before Python 3.11 says that it is a TypeVar
        return typing.get_args(hint)
    return hint.__constraints__ or (hint.__bound__,) if isinstance(hint, TypeVar) else hints.members(hint)


def _bases(cls: type, kind: Any, hint: Any) -> Iterator[Any]:
    """Yield the base classes of a subclass, with the type variables of its own filled in."""
    if isinstance(kind, type) and issubclass(kind, cls):
        parameters = getattr(kind, "__parameters__", ())
        variables = {**dict(zip(parameters, parameters)), **dict(zip(parameters, typing.get_args(hint)))}
        bases: Any = vars(kind).get("__orig_bases__", kind.__bases__)
        for base in bases:
            if issubclass(typing.get_origin(base) or base, cls):
                yield type_variables.fill_variables(base, variables)


def _names_of(kind: Any, names: _Names) -> _Names:
    """Return the names that the text in a class, a NewType, an alias or a type variable means: those of its module."""
    module = sys.modules.get(str(getattr(kind, "__module__", None)))
    return names if module is None or module is typing else {**names, **vars(module)}


def evaluate_text(hint: Any, names: _Names) -> Any:
    """Return the type that a text or a reference means; what holds it has no name, and so no scope."""
    return _hints_of(type("", (), {"__annotations__": {"hint": hint}}), names)["hint"]
