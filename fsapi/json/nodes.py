"""Read msgspec's description of a type, one level at a time, in our own words; that of a class is made once.

| kind | values |
|---|---|
| any, null, bool, int, float, str, object | what the name says |
| array | a list of any length whose items have one type |
| tuple | a list in which each position has a type |
| text | a string in some format: a date, a UUID, one of several strings |
| custom | a type that msgspec does not know |
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from contextlib import suppress
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
_LITERALS = {type(None): "null", bool: "bool", int: "int"}
_FAMILIES = {
    "StructType": "Struct",
    "DataclassType": "dataclass",
    "TypedDictType": "TypedDict",
    "NamedTupleType": "NamedTuple",
    "CustomType": "custom",
}

# msgspec's descriptions of the classes that were read.
_class_nodes: dict[Any, Any] = {}


class NodeField(NamedTuple):
    """A field: its name in Python and in JSON, whether it is required, and its node."""

    name: str
    json_name: str
    required: bool
    node: object


class Node(NamedTuple):
    """One type of msgspec's description; what is below it are nodes that are not read yet."""

    kinds: frozenset[str]
    #: What kind of class it is, "" for none; attrs classes are told from dataclasses by `is_attrs`.
    family: str
    cls: Any
    #: The members of a union.
    members: tuple[object, ...]
    fields: tuple[NodeField, ...]
    #: The items of a list, the keys and values of a dict, or the positions of a tuple.
    items: tuple[object, ...]
    forbids_extra: bool
    tag_field: str | None
    tag: str | int | None


def read_node(node: Any) -> Node:
    """Return what msgspec says of one type, without its metadata; raise TypeError if it is not of JSON."""
    node = _without_metadata(node)
    name = type(node).__name__
    if name == "ExtType":
        raise TypeError("an Ext of MessagePack cannot be written as JSON")
    family = _family(node, name)
    if family:
        _class_nodes.setdefault(node.cls, node)
    return Node(
        kinds=frozenset(_kinds(node, name)),
        family=family,
        cls=getattr(node, "cls", None),
        members=getattr(node, "types", ()),
        fields=tuple(
            NodeField(each.name, each.encode_name, each.required, each.type) for each in getattr(node, "fields", ())
        ),
        items=tuple(_items(node)),
        forbids_extra=getattr(node, "forbid_unknown_fields", False),
        tag_field=getattr(node, "tag_field", None),
        tag=getattr(node, "tag", None),
    )


def type_node(hint: Any) -> Any:
    """Return msgspec's description of a type, with all below it: that from before for a class, and for a list of it."""
    with suppress(KeyError, TypeError):  # a TypeError for a type whose metadata cannot be hashed
        return _class_nodes[hint]
    items = typing.get_args(hint) if typing.get_origin(hint) is list else ()
    found = engine.type_info(list[Any] if items else hint)
    for item in items:
        found.item_type = type_node(item)
    return found


def _without_metadata(node: Any) -> Any:
    return node.type if type(node).__name__ == "Metadata" else node


def _kinds(node: Any, name: str) -> Iterator[str]:
    """Yield the kind of a type; for a union the kinds of its members, for a Literal or an Enum those of its values."""
    if name == "UnionType":
        for member in map(_without_metadata, node.types):
            yield from _kinds(member, type(member).__name__)
    elif name in ("LiteralType", "EnumType"):
        values = node.values if name == "LiteralType" else [member.value for member in node.cls]
        yield from {_LITERALS.get(value.__class__, "text") for value in values}
    elif getattr(node, "array_like", False):
        yield "tuple"
    else:
        yield _KINDS.get(name, "text")


def _family(node: Any, name: str) -> str:
    """Return what kind of class a type is; msgspec has one description for dataclasses and attrs classes."""
    family = _FAMILIES.get(name, "")
    return "attrs" if family == "dataclass" and hasattr(node.cls, "__attrs_attrs__") else family


def _items(node: Any) -> Iterator[object]:
    """Yield the types of the items of a list, of the keys and values of a dict, or of the positions of a tuple."""
    for name in ("item_type", "key_type", "value_type"):
        if hasattr(node, name):
            yield getattr(node, name)
    yield from getattr(node, "item_types", ())


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
