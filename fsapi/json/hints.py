"""Types as annotations write them: what is behind their aliases, metadata and type variables."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, NewType, TypeVar, Union

from fsapi.json import engine

#: Returns a type with the values of type variables.
_Fill = Callable[[Any, Mapping[Any, Any]], Any]
# NotRequired, Required and ReadOnly are those of a TypedDict (PEP 655, PEP 705).
_QUALIFIERS = ("Required", "ReadOnly", "Final", "ClassVar")


def unwrap(hint: Any) -> Any:
    """Return a type without metadata (Annotated), qualifiers (NotRequired) and names (NewType, `type X = ...`).

    Raise RecursionError for a name that stands for itself: `type X = X`.
    """
    for _ in range(100):  # names behind each other, far more than there are
        found = inside(hint)
        if found is hint and not is_alias(hint):
            return hint
        hint = found
    raise RecursionError


def inside(hint: Any) -> Any:
    """Return a type without the outermost of its metadata, qualifiers and names, or the type itself."""
    if type(hint) is type:  # a plain class, as most types are
        return hint
    origin = typing.get_origin(hint)
    if origin is Annotated or str(origin).endswith(_QUALIFIERS):
        return typing.get_args(hint)[0]
    if isinstance(hint, NewType):  # type: ignore[arg-type, unused-ignore] # stubs do not say that it is a class
        return hint.__supertype__
    if is_alias(hint):
        return hint.__value__
    if is_alias(origin):
        return fill_variables(origin.__value__, dict(zip(origin.__type_params__, typing.get_args(hint))))
    if isinstance(hint, TypeVar) and not has_default(hint):
        return _limit(hint)
    return hint


def display_name(hint: Any) -> str:
    """Return the name of a type for messages."""
    return hint.__qualname__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)


def short_name(hint: Any) -> str:
    """Return the name of a type without the modules in it, which may be those of route files."""
    return re.sub(r"\w(?:[\w.~-]|\[{1,2}[^][]*\]{1,2})*\.(?=\w)", "", display_name(hint)).replace("NoneType", "None")


def members(hint: Any) -> tuple[Any, ...]:
    """Return the members of a union as it is written but for UNSET, or none for another type."""
    if type(hint) is type:
        return ()
    hint = unwrap(hint)
    parts = typing.get_args(hint) if typing.get_origin(hint) in (Union, UnionType) else ()
    return tuple(part for part in parts if part is not engine.UnsetType)


def alternatives(hint: Any) -> list[Any]:
    """Return the members of a union, and of the unions in it, or a list of the type itself."""
    parts = members(hint)
    return [member for part in parts for member in alternatives(part)] if parts else [unwrap(hint)]


def field_types(hint: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class by their Python names, with its type variables filled in.

    Raise TypeError for type variables that msgspec takes for Any.
    """
    found = engine.struct_hints(hint)
    if found is not None:
        return {name: fill_variables(field, {}) for name, field in found.items()}
    cls, scopes = typing.get_origin(hint) or hint, read_scopes(hint)
    types = {name: _unqualified(field) for name, field in typing.get_type_hints(cls, include_extras=True).items()}
    if issubclass(cls, dict):
        _reject_inherited(cls, types)
    return {name: fill_variables(field, scopes[_owner(cls, name)]) for name, field in types.items()}


def open_field_types(hint: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class, with the type variables that have no value as they are."""
    cls, scopes = typing.get_origin(hint) or hint, read_scopes(hint, keep_open=True)
    types = typing.get_type_hints(cls, include_extras=True)
    return {name: fill_open(_unqualified(field), scopes[_owner(cls, name)]) for name, field in types.items()}


def read_scopes(hint: Any, *, keep_open: bool = False) -> Mapping[Any, Mapping[Any, Any]]:
    """Return the values of the type variables of a class and of all below it, by class.

    One without a value stands for its limit, unless it is kept open.
    """
    scopes: dict[Any, dict[Any, Any]] = {}
    _read_scopes(hint, {}, scopes, fill_open if keep_open else fill_variables)
    return scopes


def _read_scopes(hint: Any, outer: Mapping[Any, Any], scopes: dict[Any, dict[Any, Any]], fill: _Fill) -> None:
    """Put the values of the type variables of a class, and of all below it, into `scopes`."""
    cls = typing.get_origin(hint) or hint
    if cls in scopes:
        return
    values = [fill(value, outer) for value in typing.get_args(hint)]
    scopes[cls] = dict(zip(getattr(cls, "__parameters__", ()), values))
    for base in _bases(cls):
        _read_scopes(base, scopes[cls], scopes, fill)


def _bases(cls: Any) -> tuple[Any, ...]:
    """Return the base classes of a class with the types in their brackets."""
    bases = (*getattr(cls, "__dict__", {}).get("__orig_bases__", ()), *getattr(cls, "__bases__", ()))
    return tuple(base for base in bases if (typing.get_origin(base) or base) is not typing.Generic)


def _owner(cls: Any, name: str) -> Any:
    """Return the class that gives a field its type."""
    return next(base for base in cls.__mro__ if name in inspect.get_annotations(base))


def _reject_inherited(cls: Any, types: Mapping[str, Any]) -> None:
    """Raise TypeError for fields from a generic TypedDict with types in brackets, which are lost."""
    own = {*getattr(cls, "__parameters__", ())}
    for name, hint in types.items():
        variables = variables_in(hint)
        if variables and (variables - own or _is_filled(cls)):
            raise TypeError(f"{cls.__qualname__} has `{name}` from a generic TypedDict; write the field in it")


def variables_in(hint: Any) -> set[Any]:
    """Return the type variables in a type."""
    if isinstance(hint, TypeVar):
        return {hint}
    return {*getattr(hint, "__parameters__", ())} if typing.get_args(hint) else set()


def _is_filled(cls: Any) -> bool:
    """Return whether a class, or one below it, puts other types than its variables into the brackets of a base."""
    return any(
        typing.get_args(base) != getattr(typing.get_origin(base) or base, "__parameters__", ())
        or _is_filled(typing.get_origin(base) or base)
        for base in _bases(cls)
    )


def _unqualified(hint: Any) -> Any:
    """Return a type without its qualifiers."""
    return _unqualified(typing.get_args(hint)[0]) if str(typing.get_origin(hint)).endswith(_QUALIFIERS) else hint


def is_alias(hint: Any) -> bool:
    """Return whether a type is a name that was given by `type X = ...` (PEP 695), new in Python 3.12."""
    return type(hint).__name__ == "TypeAliasType"


def fill_open(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with the type variables replaced that have a value."""
    return fill_variables(hint, {**{variable: variable for variable in variables_in(hint)}, **variables})


def fill_variables(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with its type variables replaced: by their value, else their bound, else Any.

    Raise TypeError for one that has a default and no value, since msgspec does not know defaults.
    """
    if isinstance(hint, TypeVar):
        return _value(hint, variables)
    open_variables = getattr(hint, "__parameters__", ()) if typing.get_args(hint) else ()
    return hint[tuple(_value(variable, variables) for variable in open_variables)] if open_variables else hint


def _value(variable: Any, variables: Mapping[Any, Any]) -> Any:
    """Return what stands for a type variable; raise TypeError."""
    if variable in variables:
        return variables[variable]
    if has_default(variable):
        raise TypeError(f"the default of the type variable {variable.__name__} is not read; write the type in brackets")
    found = _limit(variable)
    return Any if found is variable else found


def has_default(variable: Any) -> bool:
    """Return whether a type variable has a default (PEP 696)."""
    ask = getattr(variable, "has_default", None)
    return ask is not None and bool(ask())


def _limit(variable: Any) -> Any:
    """Return the bound of a type variable, or the variable itself."""
    bound = getattr(variable, "__bound__", None)
    return variable if bound is None else bound
