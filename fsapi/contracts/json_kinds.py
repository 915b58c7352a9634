"""What a type is in JSON, read from the description that the engine has of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fsapi.json import engine

_WORDS = {
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


class Field(NamedTuple):
    """A field of an object: its name in Python, its name in JSON, and whether it has to be there."""

    name: str
    wire: str
    required: bool


def kinds_of(kind: Any) -> set[str]:
    """Return what a type is in JSON: any, null, bool, int, float, str, object, array or tuple.

    Text in a form of its own (a date, a UUID, one of some strings) is `text`, and what the engine does not know
    `custom`. Raise TypeError for what can be no type of JSON.
    """
    return {word for node in _alternatives(engine.type_info(kind)) for word in _word(node)}


def fields(kind: Any) -> list[Field]:
    """Return the fields of a class whose instances are objects or named tuples, in the order of their definition."""
    found = getattr(engine.type_info(kind), "fields", ())
    return [Field(field.name, field.encode_name, field.required) for field in found]


def forbids_extra(kind: Any) -> bool:
    """Tell whether a type takes no other fields than its own."""
    return getattr(engine.type_info(kind), "forbid_unknown_fields", False)


def tag_field(kind: Any) -> str | None:
    """Return the name in JSON of the field by which the Structs of a union are told apart, if a type has one."""
    return getattr(engine.type_info(kind), "tag_field", None)


def has_tag(kind: Any, value: dict[str, Any]) -> bool:
    """Tell whether an object has the tag of a Struct."""
    name = tag_field(kind)
    return name in value and engine.decode_part(value[name]) == engine.type_info(kind).tag


def unknown_types(kind: Any) -> list[type]:
    """Return the types in and below a type that the engine does not know; raise TypeError or NameError."""
    found: list[type] = []
    engine.reject_ambiguous(kind)
    _search(engine.type_info(kind), found, set())
    return found


def _alternatives(node: Any) -> Iterator[Any]:
    """Yield the members of a union, or the one type that it is, without what is said about it."""
    if type(node).__name__ == "Metadata":
        yield from _alternatives(node.type)
    elif type(node).__name__ == "UnionType":
        for member in node.types:
            yield from _alternatives(member)
    else:
        yield node


def _word(node: Any) -> Iterator[str]:
    """Yield what a type is in JSON, the words for each of its values where it is an enumeration."""
    name = type(node).__name__
    if name in ("LiteralType", "EnumType"):
        values = node.values if name == "LiteralType" else [member.value for member in node.cls]
        yield from {"null" if value is None else "int" if isinstance(value, int) else "text" for value in values}
    elif getattr(node, "array_like", False):
        yield "tuple"
    else:
        yield _WORDS.get(name, "text")


def _search(node: Any, found: list[type], seen: set[int]) -> None:
    """Collect the types that the engine does not know in a description, which may lead back to itself."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if type(node).__name__ == "CustomType":
        found.append(node.cls)
    elif isinstance(node, tuple):
        for part in node:  # pyright: ignore[reportUnknownVariableType] # isinstance() forgets what it holds
            _search(part, found, seen)
    else:
        for name in getattr(node, "__struct_fields__", ()):
            _search(getattr(node, name), found, seen)
