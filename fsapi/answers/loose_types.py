"""Types for which pydantic writes any value, and all that is in it: made to write no other than their own.

| type | of an instance that was not validated, is written |
|---|---|
| `Sequence` | a sequence |
| a class of the project's own, `type[X]`, a Callable, an `IPvAnyAddress`, an `ImportString` | no object with fields |
"""

# Core schemas are dicts of any depth, whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from fsapi.answers.core_schemas import VALUES, Schema
from fsapi.contracts.models import has_fields, is_model
from fsapi.models.structure import is_schema

# Types that a value is only asked about, and the words for serializers that take any value.
_ASKED = {"is-instance", "is-subclass", "callable"}
_SEQUENCE, _IMPORTED = "serialize_sequence_via_list", "ImportString._serialize"
_TEXT: Schema = {"type": "to-string"}


def is_loose(schema: Any) -> bool:
    """Return whether a core schema has such a type."""
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            if _rule(part) is not None:
                return True
            pending += (value for key, value in part.items() if key not in VALUES or not is_schema(part))
        elif isinstance(part, (list, tuple)):
            pending += part
    return False


def closed(schema: Any) -> Any:
    """Return a core schema that writes nothing but what its types declare, also as members of a union."""
    if isinstance(schema, (list, tuple)):
        return type(schema)(map(closed, schema))
    if not isinstance(schema, dict):
        return schema
    if not is_schema(schema):
        return {name: closed(each) for name, each in schema.items()}
    inner = {key: value if key in VALUES else closed(value) for key, value in schema.items()}
    rule = _rule(schema)
    return inner if rule is None else rule(inner)


def _rule(schema: Mapping[str, Any]) -> Callable[[Schema], Schema] | None:
    """Return what closes one schema, None if nothing has to."""
    if not is_schema(schema):
        return None
    name = getattr(schema.get("function"), "__qualname__", "")
    if name.endswith(_SEQUENCE):
        return lambda found: {**found, "function": _only_sequences(found["function"])}
    if name == _IMPORTED:
        return lambda found: {**found, "function": _only_plain(found["function"])}
    if schema == _TEXT:
        return lambda _: {"type": "function-plain", "function": _only_plain(str)}
    if schema.get("type") in _ASKED and "serialization" not in schema:
        return lambda found: {**found, "serialization": {"type": "function-wrap", "function": _write_plain}}
    return None


def _only_sequences(write_sequence: Callable[..., Any]) -> Callable[..., Any]:
    """Return a serializer for `Sequence` that rejects other values."""

    def write(value: Any, write_item: Any, info: Any) -> Any:
        if isinstance(value, (str, bytes, bytearray)) or not isinstance(value, (Sequence, AbstractSet)):
            raise _unexpected("a sequence")
        return write_sequence([*value], write_item, info)

    return write


def _only_plain(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a serializer that rejects objects with fields."""
    return lambda value: _write_plain(value, write)


def _write_plain(value: Any, write: Callable[[Any], Any]) -> Any:
    """Return what a serializer makes of a value without fields."""
    if has_fields(type(value)) or is_model(type(value)):
        raise _unexpected("no object with fields")
    return write(value)


def _unexpected(what: str) -> Exception:
    error: Exception = sys.modules["pydantic_core"].PydanticSerializationUnexpectedValue(f"Expected {what}")
    return error
