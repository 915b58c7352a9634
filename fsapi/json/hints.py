"""Types as annotations write them: what is behind their aliases, metadata and type variables."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, NewType, TypeVar, Union

from fsapi.json import engine

# NotRequired, Required and ReadOnly are those of a TypedDict (PEP 655, PEP 705).
_QUALIFIERS = ("Required", "ReadOnly", "Final", "ClassVar")


def unwrap(hint: Any) -> Any:
    """Return a type without metadata (Annotated), qualifiers (NotRequired) and names (NewType, `type X = ...`)."""
    while True:
        found = inside(hint)
        if found is hint:
            return hint
        hint = found


def inside(hint: Any) -> Any:
    """Return a type without the outermost of its metadata, qualifiers and names, or the type itself."""
    origin = typing.get_origin(hint)
    if origin is Annotated or str(origin).endswith(_QUALIFIERS):
        return typing.get_args(hint)[0]
    if isinstance(hint, NewType):  # type: ignore[arg-type, unused-ignore] # stubs do not say that it is a class
        return hint.__supertype__
    if _is_alias(hint):
        return hint.__value__
    if _is_alias(origin):
        return fill_variables(origin.__value__, dict(zip(origin.__type_params__, typing.get_args(hint))))
    return hint


def display_name(hint: Any) -> str:
    """Return the name of a type for messages."""
    return hint.__qualname__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)


def short_name(hint: Any) -> str:
    """Return the name of a type without the modules in it."""
    return re.sub(r"\w[\w.]*\.(?=\w)", "", display_name(hint)).replace("NoneType", "None")


def members(hint: Any) -> tuple[Any, ...]:
    """Return the members of a union as it is written but for UNSET, or none for another type."""
    hint = unwrap(hint)
    parts = typing.get_args(hint) if typing.get_origin(hint) in (Union, UnionType) else ()
    return tuple(part for part in parts if part is not engine.UnsetType)


def may_be_unset(hint: Any) -> bool:
    """Return whether a field of a type can be left out of what is sent, because it may hold UNSET."""
    return engine.UnsetType in typing.get_args(unwrap(hint))


def alternatives(hint: Any) -> list[Any]:
    """Return the members of a union, and of the unions in it, or a list of the type itself."""
    parts = members(hint)
    return [member for part in parts for member in alternatives(part)] if parts else [unwrap(hint)]


def open_variable(hint: Any) -> TypeVar | None:
    """Return a type variable in a type that nothing limits, or None."""
    hint = unwrap(hint)
    if isinstance(hint, TypeVar):
        return None if hint.__bound__ or hint.__constraints__ else hint
    parts = typing.get_args(hint)
    return next((found for part in parts if (found := open_variable(part)) is not None), None)


def field_types(hint: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class by their Python names, with its type variables filled in."""
    found = engine.struct_hints(hint)
    if found is not None:
        return found
    origin = typing.get_origin(hint) or hint
    variables = dict(zip(getattr(origin, "__parameters__", ()), typing.get_args(hint)))
    hints = typing.get_type_hints(origin, include_extras=True)
    return {name: fill_variables(_unqualified(field), variables) for name, field in hints.items()}


def fields_without_init(hint: Any) -> set[str]:
    """Return the fields of a dataclass or an attrs class that its `__init__` does not take, by their Python names.

    msgspec fills them all the same.
    """
    cls = typing.get_origin(hint) or hint
    fields = getattr(cls, "__attrs_attrs__", None) or getattr(cls, "__dataclass_fields__", {}).values()
    taken = _parameters(cls) if fields else None
    return {
        field.name
        for field in fields
        if not field.init or (taken is not None and not {field.name, getattr(field, "alias", "")} & taken)
    }


def _parameters(cls: Any) -> set[str] | None:
    """Return the names of the arguments of a class, or None if it takes any, or as pydantic does under aliases."""
    parameters = inspect.signature(cls).parameters.values()
    takes_any = hasattr(cls, "__pydantic_fields__") or any(p.kind is p.VAR_KEYWORD for p in parameters)
    return None if takes_any else {parameter.name for parameter in parameters}


def _unqualified(hint: Any) -> Any:
    """Return a type without its qualifiers."""
    while str(typing.get_origin(hint)).endswith(_QUALIFIERS):
        hint = typing.get_args(hint)[0]
    return hint


def _is_alias(hint: Any) -> bool:
    """Return whether a type is a name that was given by `type X = ...` (PEP 695), new in Python 3.12."""
    return type(hint).__name__ == "TypeAliasType"


def fill_variables(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with its type variables replaced; those without a value become Any."""
    if isinstance(hint, TypeVar):
        return variables.get(hint, Any)
    open_variables = getattr(hint, "__parameters__", ()) if typing.get_args(hint) else ()
    return hint[tuple(variables.get(variable, Any) for variable in open_variables)] if open_variables else hint
