"""Types as annotations write them: what is behind their aliases, metadata and type variables."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, NewType, TypeVar, Union

from fsapi.json import engine
from fsapi.json.type_variables import (
    bases_of,
    changed,
    fill_models,
    fill_open,
    fill_variables,
    has_default,
    limit_of,
    parameters_of,
    read_scopes,
    rebuilt,
    values_of,
    variables_in,
)

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
        values = values_of(origin.__type_params__, typing.get_args(hint))
        return fill_variables(fill_models(origin.__value__, values), values)
    if isinstance(hint, TypeVar) and not has_default(hint):
        return limit_of(hint)
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
    if (found := engine.struct_hints(hint)) is not None:
        return {name: fill_variables(field, {}) for name, field in found.items()}
    cls, scopes = typing.get_origin(hint) or hint, read_scopes(hint)
    types = {name: _unqualified(field) for name, field in _annotations(cls).items()}
    if issubclass(cls, dict):
        _reject_inherited(cls, types)
    return {name: fill_variables(field, scopes[_owner(cls, name)]) for name, field in types.items()}


def open_field_types(hint: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class, with the type variables that have no value as they are."""
    cls, scopes = typing.get_origin(hint) or hint, read_scopes(hint, keep_open=True)
    types = _annotations(cls).items()
    return {name: fill_open(_unqualified(field), scopes[_owner(cls, name)]) for name, field in types}


def _annotations(cls: Any) -> dict[str, Any]:
    """Return the types in the annotations of a class and of its base classes.

    Up to Python 3.12.3, typing knows no type parameters (PEP 695) in text.
    """
    if not any(getattr(base, "__type_params__", ()) for base in cls.__mro__):
        return typing.get_type_hints(cls, include_extras=True)
    types: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        module = vars(sys.modules[base.__module__]) if base.__module__ in sys.modules else {}
        names: dict[str, Any] = {**vars(base), **module, **parameters_of(base, module)}
        holder = type("Holder", (), {"__annotations__": inspect.get_annotations(base)})
        types |= typing.get_type_hints(holder, names, names, include_extras=True)
    return types


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


def _is_filled(cls: Any) -> bool:
    """Return whether a class, or one below it, puts other types than its variables into the brackets of a base."""
    return any(
        typing.get_args(base) != getattr(typing.get_origin(base) or base, "__parameters__", ())
        or _is_filled(typing.get_origin(base) or base)
        for base in bases_of(cls)
    )


def _unqualified(hint: Any) -> Any:
    """Return a type without its qualifiers, which can stand within metadata."""
    origin = typing.get_origin(hint)
    if origin is Annotated:
        return rebuilt(hint, [_unqualified(typing.get_args(hint)[0])])
    return _unqualified(typing.get_args(hint)[0]) if str(origin).endswith(_QUALIFIERS) else hint


def is_alias(hint: Any) -> bool:
    """Return whether a type is a name that was given by `type X = ...` (PEP 695), new in Python 3.12."""
    return type(hint).__name__ == "TypeAliasType"


def expanded(hint: Any) -> Any:
    """Return a type with what its names mean in their place, at every depth; raise RecursionError.

    The names in classes stay. msgspec fills the type variables of a name in the order in which its type has them.
    """
    if is_alias(hint) or is_alias(typing.get_origin(hint)):
        return expanded(inside(hint))
    return changed(hint, expanded)


def is_misread(hint: Any) -> bool:
    """Return whether msgspec puts other types into the brackets of a name than Python does.

    Raise TypeError for a name without brackets whose type variables have defaults.
    """
    origin, within = typing.get_origin(hint), inside(hint)
    if is_alias(hint):
        fill_variables(within, {})
    if is_alias(origin):
        try:
            read = origin.__value__[typing.get_args(hint)]
        except TypeError:  # the type has other variables than the name
            return True
        if read != within:
            return True
    return within is not hint and is_misread(within)
