"""A type taken apart: what it is once its names are resolved, and the types of what its values hold."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, NewType, TypeVar, Union

from fsapi.contracts import json_kinds, models
from fsapi.json import engine

#: What `element` returns for a type whose values do not hold any number of values of one type.
NO_ELEMENT = object()


class Field(NamedTuple):
    """A field of an object: its type, and whether it has to be there."""

    kind: Any
    required: bool


def unwrap(kind: Any) -> Any:
    """Return what a type is without what is said about it: constraints, qualifiers, and the name of an alias."""
    while True:
        kind = _unqualified(kind)
        if typing.get_origin(kind) is Annotated:
            kind = typing.get_args(kind)[0]
        elif isinstance(kind, NewType):  # type: ignore[arg-type, unused-ignore] # it is a class, which stubs do not say
            kind = kind.__supertype__
        elif type(kind).__name__ == "TypeAliasType":  # `type X = ...` (PEP 695), which Python has from 3.12 on
            kind = kind.__value__
        else:
            return kind


def display_name(kind: Any) -> str:
    """Return a type as messages call it."""
    return kind.__qualname__ if isinstance(kind, type) and not typing.get_args(kind) else str(kind)


def alternatives(kind: Any) -> list[Any]:
    """Return the members of a union, or the one type that it is."""
    kind = unwrap(kind)
    if typing.get_origin(kind) in (Union, UnionType):
        return [member for part in typing.get_args(kind) for member in alternatives(part)]
    return [kind]


def narrowed(kind: Any, value: Any) -> Any:
    """Return the one alternative of a type that an object or array is meant to be, or the type itself."""
    found = alternatives(kind)
    if len(found) > 1:
        words = {"object"} if isinstance(value, dict) else {"array", "tuple"} if isinstance(value, list) else set[str]()
        found = [member for member in found if words & json_kinds.kinds_of(member)]
        if len(found) > 1 and isinstance(value, dict):
            found = [member for member in found if json_kinds.has_tag(member, value)]  # pyright: ignore[reportUnknownArgumentType] # isinstance() forgets what it holds
    return found[0] if len(found) == 1 else kind


def fields(kind: Any) -> Mapping[str, Field]:
    """Return the fields of a class whose instances are objects, by their names in JSON."""
    return _fields(unwrap(kind))


@cache
def _fields(kind: Any) -> Mapping[str, Field]:
    """Return what `members` does for a type about which nothing is said."""
    if models.is_model(kind):
        return {display_name: Field(*field) for display_name, field in models.fields(kind).items()}
    fields = json_kinds.fields(kind) if json_kinds.kinds_of(kind) == {"object"} else []
    hints = _hints(kind) if fields else dict[str, Any]()
    return {field.wire: Field(hints[field.name], field.required) for field in fields}


def forbids_extra(kind: Any) -> bool:
    """Tell whether a type takes no other fields than its own."""
    return models.forbids_extra(kind) if models.is_model(kind) else json_kinds.forbids_extra(kind)


def element(kind: Any) -> Any:
    """Return the type of the values of a list, a set, a dict or a tuple of any length, or NONE."""
    kind = unwrap(kind)
    arguments: tuple[Any, ...] = () if typing.get_origin(kind) in (Union, UnionType) else typing.get_args(kind)
    try:
        words = json_kinds.kinds_of(kind) if arguments else set[str]()
    except TypeError:  # a field of a model, which only that can tell apart
        return NO_ELEMENT
    if "array" in words:
        return arguments[0]
    return arguments[1] if "object" in words and not json_kinds.fields(kind) else NO_ELEMENT


def positions(kind: Any) -> Sequence[Any]:
    """Return the types of the values of a tuple, in its order."""
    if "tuple" not in json_kinds.kinds_of(kind):
        return ()
    fields = json_kinds.fields(kind)
    return [_hints(kind)[field.name] for field in fields] if fields else typing.get_args(kind)


def _hints(kind: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class, with those that it was given for its type variables."""
    found = engine.struct_hints(kind)
    if found is not None:
        return found
    origin = typing.get_origin(kind) or kind
    given = dict(zip(getattr(origin, "__parameters__", ()), typing.get_args(kind)))
    hints = typing.get_type_hints(origin, include_extras=True)
    return {display_name: _filled(_unqualified(hint), given) for display_name, hint in hints.items()}


def _unqualified(kind: Any) -> Any:
    """Return a type without what a TypedDict says of its key: NotRequired, Required, ReadOnly (PEP 655, PEP 705)."""
    while str(typing.get_origin(kind)).endswith(("Required", "ReadOnly")):
        kind = typing.get_args(kind)[0]
    return kind


def _filled(hint: Any, given: Mapping[Any, Any]) -> Any:
    """Return a type with type variables filled in."""
    if isinstance(hint, TypeVar):
        return given.get(hint, Any)
    variables = getattr(hint, "__parameters__", ()) if typing.get_args(hint) else ()
    return hint[tuple(given.get(variable, Any) for variable in variables)] if variables else hint
