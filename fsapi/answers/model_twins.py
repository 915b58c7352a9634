"""Make the types that read back what pydantic has written of a model: all of its fields, and no others.

Pydantic itself rejects values of most other types, but writes null for None and any value for a Literal. What a
serializer of the project's own writes, and what is `SerializeAsAny`, can be anything.
"""

# Types are joined at run time, where one may be a reference, which `|` cannot join.
# ruff: noqa: UP007
# Core schemas are dicts of any depth, whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownLambdaType=false

from __future__ import annotations

import typing
from collections.abc import Iterator
from enum import Enum
from types import GenericAlias, UnionType
from typing import Any, Literal, Union

from fsapi.answers.core_schemas import REALS, Schema
from fsapi.answers.references import Twins
from fsapi.json import engine
from fsapi.models.wrappers import may_be_left_out

#: What JSON has for a scalar of a core schema; a setting can make numbers of dates.
_TIME: Any = str | int | float
_SCALARS: dict[str, Any] = {
    "none": None,
    "bool": bool,
    "int": int,
    "str": str,
    "uuid": str,
    "url": str,
    "bytes": str,
    "decimal": str,
    "float": float,
    "date": _TIME,
    "time": _TIME,
    "datetime": _TIME,
    "timedelta": _TIME,
}
_INT64 = range(-(2**63), 2**63)
_LISTS = ("list", "set", "frozenset", "generator")
#: A field: its name in JSON, its core schema, and whether it may be missing.
_Field = tuple[str, Schema, bool]


class ModelTwins:
    """Makes the types for core schemas, with twins for classes.

    With `nan` a float or a Decimal may be null, which JSON has for NaN.
    """

    def __init__(self, twins: Twins, *, nan: bool = False) -> None:
        self._twins, self._nan = twins, nan
        self._definitions: dict[str, Schema] = {}
        self._names: dict[str, str | None] = {}

    def of(self, schema: Schema) -> Any:
        """Return the type that reads what is written by a core schema; Raw for what can be anything."""
        kind = schema["type"]
        if "serialization" in schema:
            return engine.Raw
        if kind == "definitions":
            self._definitions |= {each["ref"]: each for each in schema["definitions"]}
            return self.of(schema["schema"])
        if kind == "definition-ref":
            return self._referred(schema["schema_ref"])
        if kind in ("model", "dataclass", "typed-dict") and not schema.get("root_model"):
            return self._object(schema)
        scalar = self._scalar(schema, kind)
        return self._container(schema, kind) if scalar is engine.Raw else scalar

    def _scalar(self, schema: Schema, kind: str) -> Any:
        """Return the type of a scalar, Raw for any other; an enum stands for itself, as it can make members."""
        values = schema["expected" if kind == "literal" else "members"] if kind in ("literal", "enum") else ()
        values = [value.value if isinstance(value, Enum) else value for value in values]
        if any(type(value) is int and value not in _INT64 for value in values):
            return engine.Raw  # msgspec knows no such values of an enum or a Literal
        if kind == "enum" and {*map(type, values)} in ({str}, {int}):
            return schema["cls"]
        if values and all(type(value) in (str, int) for value in values):
            return Literal[tuple(values)]
        found = _SCALARS.get(kind, engine.Raw)
        return Union[found, None] if kind in REALS and self._nan else found

    def _referred(self, ref: str) -> Any:
        """Return the type of a definition, by name if it is being made."""
        if ref in self._names:
            name = self._names[ref]
            return engine.Raw if name is None else self._twins.refer(name)
        self._names[ref] = None
        found = self.of(self._definitions[ref])
        if self._names[ref] is None:
            del self._names[ref]
        return found

    def _container(self, schema: Schema, kind: str) -> Any:
        """Return the type of what has other types in it; Raw if there is nothing to check in them."""
        if kind == "nullable":
            return _with(self.of(schema["schema"]), lambda inner: Union[inner, None])
        if kind in _LISTS:
            return _with(self.of(schema.get("items_schema", {"type": "any"})), lambda inner: list[inner])  # type: ignore[valid-type]
        if kind == "dict":
            return _with(self.of(schema.get("values_schema", {"type": "any"})), lambda inner: dict[str, inner])  # type: ignore[valid-type]
        if kind == "tuple":
            return self._tuple(schema["items_schema"], schema.get("variadic_item_index"))
        if kind == "named-tuple":
            return self._tuple([each["schema"] for each in schema["fields"]], None)
        if kind in ("union", "tagged-union"):
            return self._union(schema["choices"])
        if kind in ("json-or-python", "lax-or-strict"):
            return self.of(schema["json_schema" if kind == "json-or-python" else "strict_schema"])
        return self.of(schema["schema"]) if isinstance(schema.get("schema"), dict) else engine.Raw

    def _tuple(self, items: list[Schema], variadic: int | None) -> Any:
        """Return the type of a list that has a type at each position, or of any length."""
        parts = [self.of(each) for each in items]
        if all(part is engine.Raw for part in parts):
            return engine.Raw
        if variadic is None:
            return GenericAlias(tuple, tuple(parts))
        return GenericAlias(list, (parts[0],)) if len(parts) == 1 else engine.Raw

    def _union(self, choices: Any) -> Any:
        """Return the type of a union with one choice that is no scalar, or with none; Raw for any other."""
        each = [*(choices.values() if isinstance(choices, dict) else choices)]
        parts = [self.of(choice[0] if isinstance(choice, tuple) else choice) for choice in each]
        scalars = {kind for part in parts for kind in _plain(part)}
        others = [part for part in parts if not _plain(part)]
        return engine.Raw if engine.Raw in parts or len(others) > 1 else Union[(*others, *scalars)]

    def _object(self, schema: Schema) -> Any:
        """Return the twin of a class."""
        inner = _innermost(schema)
        config = {**schema.get("config", {}), **inner.get("config", {})}
        if "fields" not in inner or config.get("polymorphic_serialization"):
            return engine.Raw
        name = f"_model_{len(self._twins)}"
        self._twins.begin(name)
        self._names |= {schema["ref"]: name} if "ref" in schema else {}
        fields = [*_fields(inner, self._definitions), *_computed(inner)]
        if len({json_name for json_name, *_ in fields}) < len(fields):
            fields = []
        found = [self._field(f"f{index}", *field) for index, field in enumerate(fields)]
        is_open = not fields or "allow" in (inner.get("extra_behavior"), config.get("extra_fields_behavior"))
        twin = engine.define("Answer", found, forbid_unknown_fields=not is_open, kw_only=True, gc=False)
        return self._twins.end(name, twin)

    def _field(self, own: str, json_name: str, schema: Schema, optional: bool) -> tuple[str, Any, Any]:
        """Return a field of a twin."""
        hint = self.of(schema)
        if not optional:
            return own, hint, engine.field(name=json_name)
        hint = hint if hint is engine.Raw else Union[hint, engine.UnsetType]
        default: Any = engine.Raw(b"null") if hint is engine.Raw else engine.UNSET
        return own, hint, engine.field(name=json_name, default=default)


def _with(inner: Any, around: Any) -> Any:
    """Return a type around another one; Raw around Raw."""
    return engine.Raw if inner is engine.Raw else around(inner)


def _plain(hint: Any) -> set[Any]:
    """Return the types of the values of a scalar; none for other types."""
    if typing.get_origin(hint) is Literal:
        return {*map(type, typing.get_args(hint))}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {type(member.value) for member in hint.__members__.values()}
    parts = {*typing.get_args(hint)} if typing.get_origin(hint) in (Union, UnionType) else {hint}
    return parts if parts <= {str, int, float, bool, None, type(None)} else set()


def _innermost(schema: Schema) -> Schema:
    """Return the schema of the fields of a class, which validators may be around."""
    while "fields" not in schema or schema["type"] == "dataclass":
        if not isinstance(schema.get("schema"), dict):
            return {}
        schema = schema["schema"]
    return schema


def _fields(schema: Schema, definitions: dict[str, Schema]) -> Iterator[_Field]:
    """Yield the fields that are written."""
    found = schema["fields"]
    pairs = found.items() if isinstance(found, dict) else [(each["name"], each) for each in found]
    for name, field in pairs:
        if not field.get("serialization_exclude") and not field.get("init_only"):
            optional = may_be_left_out(field, definitions) or not field.get("required", schema.get("total", True))
            yield field.get("serialization_alias", name), field["schema"], optional


def _computed(schema: Schema) -> Iterator[_Field]:
    """Yield the fields that are computed, which a setting can leave out."""
    for field in schema.get("computed_fields", ()):
        yield field.get("alias", field["property_name"]), field["return_schema"], True
