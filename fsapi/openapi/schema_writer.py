"""Write msgspec's description of a type as a JSON Schema (2020-12), as it is read or as it is sent.

| | read | sent |
|---|---|---|
| constraints: `Meta(ge=0)`, patterns, lengths | are told | are left out: answers are not held to them |
| a field with a default | can be left out | is always there, unless its class has `omit_defaults` or its type UNSET |
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Any

from fsapi.json import engine
from fsapi.json.hints import field_types, unwrap
from fsapi.openapi.keywords import ARRAYS, BYTES, Schema, class_name, constraints, default, docstring, enum

_PLAIN: Mapping[str, Schema] = {
    "AnyType": {},
    "RawType": {},
    "NoneType": {"type": "null"},
    "BoolType": {"type": "boolean"},
    "IntType": {"type": "integer"},
    "FloatType": {"type": "number"},
    "StrType": {"type": "string"},
    **{name: {"type": "string", "contentEncoding": "base64"} for name in BYTES},
    "DateType": {"type": "string", "format": "date"},
    "DateTimeType": {"type": "string", "format": "date-time"},
    "TimeType": {"type": "string", "format": "time"},
    "TimeDeltaType": {"type": "string", "format": "duration"},
    "UUIDType": {"type": "string", "format": "uuid"},
    "DecimalType": {"type": "string", "format": "decimal"},
}
_CLASSES = ("StructType", "DataclassType", "TypedDictType", "NamedTupleType", "EnumType")


class Writer:
    """Writes the schemas of nodes, either as they are read or as they are sent.

    `refer` returns the reference to a class that is described apart, by its node; `custom` the schema of a class that
    msgspec does not know.
    """

    def __init__(self, refer: Callable[[Any], Schema], custom: Callable[[Any], Schema], *, sent: bool) -> None:
        self._refer, self._custom, self._sent = refer, custom, sent

    def schema(self, node: Any) -> Schema:
        """Return the schema of a node, with references in place of classes."""
        name = type(node).__name__
        extra: Schema = {}
        while name == "Metadata":
            extra = {**extra, **(node.extra_json_schema or {})}
            node = node.type
            name = type(node).__name__
        if name in _CLASSES:
            return {**extra, **self._refer(node)}
        if name == "CustomType":
            return {**self._custom(node.cls), **extra}
        return {**extra, **self._plain(node, name)}

    def described(self, node: Any) -> Schema:
        """Return the schema of a class in full."""
        name = type(node).__name__
        text = {"title": class_name(node.cls), "description": docstring(node.cls, name)}
        described = {key: value for key, value in text.items() if value}
        if name == "EnumType":
            return {**described, **enum(node.cls)}
        is_array = name == "NamedTupleType" or getattr(node, "array_like", False)
        return {**described, **(self._array(node, name) if is_array else self._object(node, name))}

    def _plain(self, node: Any, name: str) -> Schema:
        """Return the schema of a type without fields."""
        if name == "LiteralType":
            return {"enum": sorted(node.values, key=lambda value: (isinstance(value, str), value is None, value))}
        if name == "UnionType":
            return self._union(node)
        schema = {**_PLAIN[name]} if name in _PLAIN else self._container(node, name)
        if getattr(node, "tz", None) is False:
            del schema["format"]  # those of dates and times have an offset (RFC 3339)
        return schema if self._sent else {**schema, **constraints(node, str(schema.get("type")))}

    def _container(self, node: Any, name: str) -> Schema:
        """Return the schema of a list, a set, a tuple or a dict."""
        if name in ARRAYS:
            unique = {"uniqueItems": True} if name in ("SetType", "FrozenSetType") else {}
            return {"type": "array", **self._below("items", node.item_type), **unique}
        if name == "TupleType":
            items = [self.schema(each) for each in node.item_types]
            size = len(items)
            positions: Schema = {"prefixItems": items, "items": False} if items else {}
            return {"type": "array", "minItems": size, "maxItems": size, **positions}
        keys, is_choice = self.schema(node.key_type), _is_one_of_texts(node.key_type)
        is_told = is_choice or (keys.get("type") == "string" and not self._sent)
        told = {key: value for key, value in keys.items() if key != "type"} if is_told else {}
        names = {"propertyNames": told} if told else {}
        return {"type": "object", **names, **self._below("additionalProperties", node.value_type)}

    def _below(self, keyword: str, node: Any) -> Schema:
        """Return the keyword with the schema of what is below, or nothing if that can be anything."""
        schema = self.schema(node)
        return {keyword: schema} if schema else {}

    def _union(self, node: Any) -> Schema:
        """Return the schema of a union; Structs with tags are told apart by a discriminator (OpenAPI 3.1, 4.8.25)."""
        inner = [getattr(each, "type", each) if type(each).__name__ == "Metadata" else each for each in node.types]
        tagged = [each for each in inner if getattr(each, "tag_field", None) and not each.array_like]
        options = [self.schema(each) for each, bare in zip(node.types, inner) if bare not in tagged]
        if len(tagged) < 2:
            return {"anyOf": [*options, *map(self.schema, tagged)]}
        places = {str(each.tag): self._refer(each)["$ref"] for each in tagged}
        discriminator = {"propertyName": tagged[0].tag_field, "mapping": places}
        structs = {"anyOf": [{"$ref": place} for place in places.values()], "discriminator": discriminator}
        return {"anyOf": [*options, structs]} if options else structs

    def _object(self, node: Any, name: str) -> Schema:
        """Return the schema of a class that is an object."""
        tag = {node.tag_field: {"enum": [node.tag]}} if getattr(node, "tag_field", None) else {}
        fields = {field.encode_name: self._field(field) for field in node.fields}
        required = [field.encode_name for field in node.fields if field.encode_name in self._required(node, name)]
        closed = {"additionalProperties": False} if getattr(node, "forbid_unknown_fields", False) else {}
        return {"type": "object", "properties": {**tag, **fields}, "required": [*tag, *required], **closed}

    def _array(self, node: Any, name: str) -> Schema:
        """Return the schema of a class that is an array; only the last positions can be left out."""
        tag = [{"enum": [node.tag]}] if getattr(node, "tag_field", None) else []
        positions = [*tag, *map(self._field, node.fields)]
        needed = [place for place, field in enumerate(node.fields, 1) if self._sent or field.required]
        closed = name == "NamedTupleType" or node.forbid_unknown_fields
        most = {"maxItems": len(positions)} if closed or self._sent else {}
        return {"type": "array", "prefixItems": positions, "minItems": len(tag) + max(needed, default=0), **most}

    def _field(self, field: Any) -> Schema:
        """Return the schema of a field, with its default where it can be left out."""
        schema = self.schema(field.type)
        return schema if field.required or self._sent else {**schema, **default(field)}

    def _required(self, node: Any, name: str) -> set[str]:
        """Return the JSON names of the fields that are always there."""
        if not self._sent or name == "TypedDictType":
            return {field.encode_name for field in node.fields if field.required}
        types = field_types(node.cls)
        config = getattr(typing.get_origin(node.cls) or node.cls, "__struct_config__", None)
        omits = getattr(config, "omit_defaults", False)
        return {
            field.encode_name
            for field in node.fields
            if not _may_be_unset(types[field.name]) and (field.required or not omits)
        }


def _is_one_of_texts(node: Any) -> bool:
    """Return whether a type is a Literal or an Enum of texts, which hold for what is sent, too."""
    node = getattr(node, "type", node)  # without its metadata
    name = type(node).__name__
    values = [each.value for each in node.cls] if name == "EnumType" else getattr(node, "values", [None])
    return all(isinstance(value, str) for value in values)


def _may_be_unset(hint: Any) -> bool:
    """Return whether a field of a type can be left out of what is sent, because it may hold UNSET."""
    return engine.UnsetType in typing.get_args(unwrap(hint))
