"""The kinds of JSON that a type stands for, read from msgspec's description of the type.

| kind | values |
|---|---|
| any, null, bool, int, float, str, object | what the name says |
| array | a list of any length whose items have one type |
| tuple | a list in which each position has a type |
| text | a string in some format: a date, a UUID, one of several strings |
| custom | a type that msgspec does not know |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fsapi.json import engine

_KINDS = {
    "AnyType": "any",
    "NoneType": "null",
    "BoolType": "bool",
    "IntType": "int",
    "FloatType": "float",
    "StrType": "str",
    "CustomType": "custom",
    "TupleType": "tuple",
    "NamedTupleType": "tuple",
    **dict.fromkeys(("StructType", "DataclassType", "TypedDictType", "DictType", "FrozenDictType"), "object"),
    **dict.fromkeys(("ListType", "SetType", "FrozenSetType", "VarTupleType"), "array"),
}


class FieldName(NamedTuple):
    """The name of a field in Python and in JSON, and whether the field is required."""

    name: str
    json_name: str
    required: bool


def kinds_of(hint: Any) -> set[str]:
    """Return the kinds of JSON that a type accepts; raise TypeError for a type that msgspec cannot describe."""
    return {kind for node in _union_members(engine.type_info(hint)) for kind in _node_kinds(node)}


def field_names(hint: Any) -> list[FieldName]:
    """Return the names of the fields of a class or a named tuple, in the order of their definition."""
    found = getattr(engine.type_info(hint), "fields", ())
    return [FieldName(field.name, field.encode_name, field.required) for field in found]


def forbids_extra(hint: Any) -> bool:
    """Return whether a type rejects fields that it does not define."""
    return getattr(engine.type_info(hint), "forbid_unknown_fields", False)


def tag_field(hint: Any) -> str | None:
    """Return the JSON name of the field that tells the Structs of a union apart, or None if a type has no tag."""
    return getattr(engine.type_info(hint), "tag_field", None)


def has_tag(hint: Any, value: dict[str, Any]) -> bool:
    """Return whether an object carries the tag of a Struct."""
    name = tag_field(hint)
    return name in value and engine.decode_part(value[name]) == engine.type_info(hint).tag


def unknown_types(hint: Any) -> list[type]:
    """Return the types in and below a type that msgspec does not know; raise TypeError or NameError."""
    found: list[type] = []
    engine.reject_ambiguous(hint)
    _collect_unknown(engine.type_info(hint), found, set())
    return found


def _union_members(node: Any) -> Iterator[Any]:
    """Yield the members of a union, or the node itself, without metadata."""
    if type(node).__name__ == "Metadata":
        yield from _union_members(node.type)
    elif type(node).__name__ == "UnionType":
        for member in node.types:
            yield from _union_members(member)
    else:
        yield node


def _node_kinds(node: Any) -> Iterator[str]:
    """Yield the kind of a type that is not a union; for a Literal or an Enum, the kind of each value."""
    name = type(node).__name__
    if name in ("LiteralType", "EnumType"):
        values = node.values if name == "LiteralType" else [member.value for member in node.cls]
        yield from {"null" if value is None else "int" if isinstance(value, int) else "text" for value in values}
    elif getattr(node, "array_like", False):
        yield "tuple"
    else:
        yield _KINDS.get(name, "text")


def _collect_unknown(node: Any, found: list[type], seen: set[int]) -> None:
    """Append the unknown types of a description to `found`; `seen` stops at types that contain themselves."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if type(node).__name__ == "CustomType":
        found.append(node.cls)
    elif isinstance(node, tuple):
        for part in node:  # pyright: ignore[reportUnknownVariableType] # isinstance() narrows to tuple[Unknown, ...]
            _collect_unknown(part, found, seen)
    else:
        for name in getattr(node, "__struct_fields__", ()):
            _collect_unknown(getattr(node, name), found, seen)
