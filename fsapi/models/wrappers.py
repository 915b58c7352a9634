"""The schemas of a model that contain another one, which reads the same value, and what follows from them."""

# isinstance() narrows Any to mappings whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from fsapi.models.nodes import Schema

#: Where the schema is that a wrapper contains.
INNER = {"json-or-python": "json_schema", "lax-or-strict": "lax_schema", "call": "arguments_schema"}
#: A validator that runs before what it contains can read any JSON.
BEFORE = {"function-before", "function-wrap"}
#: All that contain one schema.
WRAPPERS = {
    *("default", "nullable", "model", "dataclass", "custom-error", "definitions", "function-after"),
    *(*BEFORE, *INNER),
}
#: What the sentinel MISSING is; from pydantic 2.14 on it is around the other types of a field.
MISSING = "missing-sentinel"
# Wrappers that make no object of what they contain.
_AROUND_A_VALUE = WRAPPERS - {"model", "dataclass", "call"}


def choice(member: Any) -> Schema:
    """Return the schema of a choice of a union, which can come with a name."""
    schema: Schema = member if isinstance(member, Mapping) else member[0]
    return schema


def may_be_left_out(field: Schema, definitions: Mapping[str, Schema]) -> bool:
    """Return whether an instance is sent without a field at times: by its `exclude_if`, or because it is MISSING."""
    if field.get("serialization_exclude_if") is not None:
        return True
    pending, referred = [field["schema"]], set[str]()
    while pending:
        schema = pending.pop()
        if schema["type"] == MISSING:
            return True
        if schema["type"] == "definition-ref" and schema["schema_ref"] not in referred:
            referred.add(schema["schema_ref"])
            pending.append(definitions[schema["schema_ref"]])
        pending += _of_same_value(schema)
    return False


def is_endless(core_schema: Schema) -> bool:
    """Return whether a type in a model contains itself with no array or object between, as `type X = X | int`.

    Pydantic would end the process at the first JSON that it reads.
    """
    types = {each["ref"]: {*_read_at_once(each)} for each in core_schema.get("definitions", ())}
    try:
        TopologicalSorter(types).prepare()
    except CycleError:
        return True
    return False


def _read_at_once(schema: Schema) -> Iterator[str]:
    """Yield the names of the definitions that read what a schema reads, before any code of the project."""
    pending = [schema]
    while pending:
        current = pending.pop()
        if current["type"] == "definition-ref":
            yield current["schema_ref"]
        elif current["type"] not in BEFORE:
            pending += _of_same_value(current)


def _of_same_value(schema: Schema) -> Iterable[Schema]:
    """Return the schemas in a schema that read its value, and no field or item of it."""
    kind = schema["type"]
    if kind in _AROUND_A_VALUE or schema.get("root_model"):
        return [schema[INNER.get(kind, "schema")]]
    return map(choice, schema["choices" if kind == "union" else "steps"]) if kind in ("union", "chain") else ()
