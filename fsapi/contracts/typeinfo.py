"""What a type is made of: the type behind its aliases and metadata, its fields, and the types of its items."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, NewType, TypeVar, Union

from fsapi.contracts import json_kinds, models
from fsapi.json import engine

#: What `element` returns for a type whose items do not share one type.
NO_ELEMENT = object()


class Field(NamedTuple):
    """A field of an object: its type, and whether it is required."""

    hint: Any
    required: bool


def unwrap(hint: Any) -> Any:
    """Return a type without metadata (Annotated), qualifiers (NotRequired) and names (NewType, `type X = ...`)."""
    while True:
        hint = _unqualified(hint)
        if typing.get_origin(hint) is Annotated:
            hint = typing.get_args(hint)[0]
        elif isinstance(hint, NewType):  # type: ignore[arg-type, unused-ignore] # stubs do not say that it is a class
            hint = hint.__supertype__
        elif type(hint).__name__ == "TypeAliasType":  # `type X = ...` (PEP 695), new in Python 3.12
            hint = hint.__value__
        else:
            return hint


def display_name(hint: Any) -> str:
    """Return the name of a type for messages."""
    return hint.__qualname__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)


def alternatives(hint: Any) -> list[Any]:
    """Return the members of a union, or a list of the type itself."""
    hint = unwrap(hint)
    if typing.get_origin(hint) in (Union, UnionType):
        return [member for part in typing.get_args(hint) for member in alternatives(part)]
    return [hint]


def narrow(hint: Any, value: Any) -> Any:
    """Return the member of a union that an object or array must match, or the type itself if there is not just one."""
    found = alternatives(hint)
    if len(found) > 1:
        kinds = {"object"} if isinstance(value, dict) else {"array", "tuple"} if isinstance(value, list) else set[str]()
        found = [member for member in found if kinds & json_kinds.kinds_of(member)]
        if len(found) > 1 and isinstance(value, dict):
            found = [member for member in found if json_kinds.has_tag(member, value)]  # pyright: ignore[reportUnknownArgumentType] # isinstance() narrows to dict[Unknown, Unknown]
    return found[0] if len(found) == 1 else hint


def fields(hint: Any) -> Mapping[str, Field]:
    """Return the fields of a class whose instances are objects, by their JSON names; a dict has none."""
    return _fields(unwrap(hint))


@cache
def _fields(hint: Any) -> Mapping[str, Field]:
    """Return the fields of a type that is already unwrapped."""
    if models.is_model(hint):
        return {name: Field(*field) for name, field in models.fields(hint).items()}
    names = json_kinds.field_names(hint) if json_kinds.kinds_of(hint) == {"object"} else []
    hints = _hints(hint) if names else dict[str, Any]()
    return {json_name: Field(hints[name], required) for name, json_name, required in names}


def forbids_extra(hint: Any) -> bool:
    """Return whether a type rejects fields that it does not define."""
    return models.forbids_extra(hint) if models.is_model(hint) else json_kinds.forbids_extra(hint)


def element(hint: Any) -> Any:
    """Return the type of the items of a list, set, dict or tuple of any length, else NO_ELEMENT."""
    hint = unwrap(hint)
    arguments: tuple[Any, ...] = () if typing.get_origin(hint) in (Union, UnionType) else typing.get_args(hint)
    try:
        kinds = json_kinds.kinds_of(hint) if arguments else set[str]()
    except TypeError:  # the type of a model's field, which only the model understands
        return NO_ELEMENT
    if "array" in kinds:
        return arguments[0]
    return arguments[1] if "object" in kinds and not json_kinds.field_names(hint) else NO_ELEMENT


def positions(hint: Any) -> Sequence[Any]:
    """Return the types of the items of a tuple, in order; none for other types."""
    if "tuple" not in json_kinds.kinds_of(hint):
        return ()
    names = json_kinds.field_names(hint)
    return [_hints(hint)[field.name] for field in names] if names else typing.get_args(hint)


def _hints(hint: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class, with its type variables filled in."""
    found = engine.struct_hints(hint)
    if found is not None:
        return found
    origin = typing.get_origin(hint) or hint
    variables = dict(zip(getattr(origin, "__parameters__", ()), typing.get_args(hint)))
    hints = typing.get_type_hints(origin, include_extras=True)
    return {name: _fill_variables(_unqualified(field), variables) for name, field in hints.items()}


def _unqualified(hint: Any) -> Any:
    """Return a type without the qualifiers of a TypedDict: NotRequired, Required, ReadOnly (PEP 655, PEP 705)."""
    while str(typing.get_origin(hint)).endswith(("Required", "ReadOnly")):
        hint = typing.get_args(hint)[0]
    return hint


def _fill_variables(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with its type variables replaced; those without a value become Any."""
    if isinstance(hint, TypeVar):
        return variables.get(hint, Any)
    open_variables = getattr(hint, "__parameters__", ()) if typing.get_args(hint) else ()
    return hint[tuple(variables.get(variable, Any) for variable in open_variables)] if open_variables else hint
