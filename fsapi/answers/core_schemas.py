"""Change the core schemas of pydantic models: to what answers are held to, and into the types that read them back.

A core schema is what pydantic makes of a model's annotations, and from which it builds validators and serializers.
"""

# Core schemas are dicts of any depth, whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from fsapi.answers import numbers
from fsapi.json.encode import encode
from fsapi.models.structure import is_schema

Schema = dict[str, Any]
# What guards data that comes in, also by an `__init__` of the project that calls pydantic's.
_CONSTRAINTS = {
    *("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern", "max_digits", "decimal_places"),
    *(
        "strict",
        "custom_init",
        "tz_constraint",
        "now_op",
        "allow_inf_nan",
        "str_min_length",
        "str_max_length",
        "ser_json_inf_nan",
    ),
}
#: Keys of a schema with values in which nothing is a schema.
VALUES = {"metadata", "default", "expected", "members", "cls", "custom_error_context"}
# Keys below which there are no schemas of what is read.
_NO_SCHEMAS = {*VALUES, "serialization", "function"}
# The modules of the functions by which pydantic checks constraints that its core does not know for a type.
_CHECKS = ("pydantic._internal._validators", "pydantic._internal._known_annotated_metadata")
#: The schemas of numbers of which NaN is one.
REALS = {"decimal", "float"}


def to_text(value: Any) -> Any:
    """Return a value that JSON has as text as this text; any other as it is."""
    if type(value) is str:
        return value
    try:
        text = json.loads(encode(value))
    except TypeError:
        return value
    return text if isinstance(text, str) else value


def lenient(schema: Any, *, in_union: bool = False) -> Any:
    """Return a core schema without constraints, which takes what fits as JSON: a UUID for a str, 0 for a bool."""
    if isinstance(schema, (list, tuple)):
        return type(schema)(lenient(each, in_union=in_union) for each in schema)
    if not isinstance(schema, dict):
        return schema
    if not is_schema(schema):
        return {name: lenient(each, in_union=in_union) for name, each in schema.items()}
    kind = schema["type"]
    if kind == "function-after" and _is_check(schema["function"]["function"]):
        kept = {key: schema[key] for key in ("ref", "serialization") if key in schema}
        return {**lenient(schema["schema"], in_union=in_union), **kept}
    below = in_union if kind in ("nullable", "default") else kind.endswith("union")
    return _converting(
        {
            key: value if key in _NO_SCHEMAS else _config(value) if key == "config" else lenient(value, in_union=below)
            for key, value in schema.items()
            if key not in _CONSTRAINTS and (key, value) != ("extra_behavior", "forbid")
        },
        in_union=in_union,
    )


def build(name: str, schema: Schema) -> Any:
    """Return a SchemaValidator or a SchemaSerializer of pydantic for a schema, also where a class has its own."""
    make = getattr(sys.modules["pydantic_core"], name)
    # Before pydantic 2.11 none is taken from a class.
    options = {"_use_prebuilt": False} if "_use_prebuilt" in inspect.signature(make).parameters else {}
    return make(schema, **options)


def contains(schema: Any, words: AbstractSet[str]) -> bool:
    """Return whether a core schema has one of some kinds or settings."""
    return any(isinstance(value, str) and value in words for each in _schemas(schema) for value in each.values())


def classes(schema: Any) -> set[Any]:
    """Return the classes in a core schema."""
    return {each["cls"] for each in _schemas(schema) if is_schema(each) and "cls" in each}


def list_of(schema: Schema) -> Schema:
    """Return the core schema of a list of what has a core schema."""
    if schema["type"] == "definitions":
        return {**schema, "schema": list_of(schema["schema"])}
    return {"type": "list", "items_schema": schema}


def _schemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings in a core schema, at every depth."""
    if isinstance(schema, (list, tuple)):
        for each in schema:
            yield from _schemas(each)
    elif isinstance(schema, dict):
        yield schema
        for key, each in schema.items():
            if key not in _NO_SCHEMAS or not is_schema(schema):
                yield from _schemas(each)


def _config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a model without those that are constraints."""
    out = {*_CONSTRAINTS, *(["extra_fields_behavior"] if config.get("extra_fields_behavior") == "forbid" else [])}
    return {key: value for key, value in config.items() if key not in out}


def _is_check(function: Any) -> bool:
    """Return whether a validator is one of pydantic's own for a constraint."""
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__module__", None) in _CHECKS


def _converting(schema: Schema, *, in_union: bool) -> Schema:
    """Return the schema of a scalar that takes what fits as JSON; any other as it is."""
    convert = _CONVERSIONS.get(schema["type"])
    if convert is None:
        return {**schema, "type": "list"} if schema["type"] == "generator" else schema
    if schema["type"] in REALS:
        null = {"type": "function-wrap", "function": _null_for_nan}
        schema = {"serialization": null, **schema, "allow_inf_nan": True}
    ref = {"ref": schema.pop("ref")} if "ref" in schema else {}
    function = {"type": "no-info", "function": convert}
    converted = {"type": "function-before", "function": function, "schema": schema}
    # A function hides from a union of pydantic that a value fits exactly.
    return {**({"type": "union", "choices": [schema, converted]} if in_union else converted), **ref}


def _null_for_nan(value: Any, write: Callable[[Any], Any]) -> Any:
    """Return None for a NaN or an infinity, or what pydantic writes for any other number."""
    is_real = isinstance(value, (float, Decimal))
    return None if is_real and not Decimal(value).is_finite() else write(value)


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "str": to_text,
    "bool": numbers.to_bool,
    "int": numbers.to_int,
    "float": numbers.to_float,
    "decimal": lambda value: Decimal(str(value)) if isinstance(value, float) else value,
}
