"""Nodes of a model: arrays and objects, and the schemas that read their items and fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

#: One schema of pydantic-core, as its documentation describes them.
Schema = Mapping[str, Any]
#: A step of a path: the name of a field, or the number of an item.
Step = str | int

#: What reads any JSON: a validator of the project, or a type that only pydantic knows.
ANY: Schema = {"type": "any"}
#: Array → where the schema of its items is; a dict has a schema for its values.
_ITEMS = {
    **dict.fromkeys(("list", "set", "frozenset", "generator"), "items_schema"),
    "dict": "values_schema",
}
#: Types of single values; what is in an array or object that comes instead is not read.
SCALARS = {
    *("none", "bool", "int", "float", "decimal", "complex", "str", "bytes", "date", "time", "datetime", "timedelta"),
    *("literal", "uuid", "url", "multi-host-url", "json"),
}


_ARRAYS = {*_ITEMS, "tuple", "named-tuple", "arguments"} - {"dict"}
_OBJECTS = {"dict", "model-fields", "typed-dict", "dataclass-args", "named-tuple", "arguments"}
#: Types of arrays and objects.
CONTAINERS = _ARRAYS | _OBJECTS


class NodeField(NamedTuple):
    """A field: its name in Python, all paths from which it is read, and the schema that reads it."""

    name: str
    paths: Sequence[Sequence[Step]]
    schema: Schema


def has_shape(node: Schema, value: Any) -> bool:
    """Return whether a node can read an array or object as what it is."""
    kind = node["type"]
    return kind not in CONTAINERS or kind in (_ARRAYS if isinstance(value, list) else _OBJECTS)


def is_open(schema: Schema) -> bool:
    """Return whether a schema reads items or fields that it does not describe."""
    kind = schema["type"]
    return bool((kind in _ITEMS and _ITEMS[kind] not in schema) or _allows_extra(schema))


def children(node: Schema, size: int) -> Callable[[Step], Sequence[Schema]]:
    """Return the function that gives the schemas that read the part at a step of an array or object of a size."""
    kind = node["type"]
    if kind == "tuple":
        return lambda step: _at_position(node, int(step), size)
    if kind == "path":
        return lambda step: _continued(node["steps"], step, node["schema"])
    named = fields(node)
    if named is None:
        schemas = [node.get(_ITEMS.get(kind, ""), ANY)] if kind not in SCALARS else []
        return lambda step: schemas
    by_step = dict[Step, list[Schema]]()
    for field in named:
        for path in field.paths:
            by_step.setdefault(path[0], []).extend(_continued(path, path[0], field.schema))
    extras = [node.get("extras_schema", ANY)] if _allows_extra(node) else []
    return lambda step: by_step.get(step, extras)


def fields(node: Schema) -> list[NodeField] | None:
    """Return the fields of an object or a NamedTuple; None for any other node."""
    kind = node["type"]
    if kind in ("model-fields", "typed-dict"):
        return [NodeField(name, _paths(name, each, node), each["schema"]) for name, each in node["fields"].items()]
    if kind == "dataclass-args":
        return [NodeField(each["name"], _paths(each["name"], each, node), each["schema"]) for each in node["fields"]]
    if kind in ("named-tuple", "arguments"):
        listed = node["fields"] if kind == "named-tuple" else node["arguments_schema"]
        return [NodeField(each["name"], [[each["name"]], [i]], each["schema"]) for i, each in enumerate(listed)]
    return None


def _paths(name: str, field: Schema, node: Schema) -> Sequence[Sequence[Step]]:
    """Return the paths from which a field is read, those of its alias first."""
    alias, config = field.get("validation_alias"), node["config"]
    if alias is None or config.get("validate_by_alias") is False:
        return [[name]]
    by_name = config.get("validate_by_name") or config.get("populate_by_name")
    paths = [[alias]] if isinstance(alias, str) else alias if isinstance(alias[0], list) else [alias]
    return [*paths, [name]] if by_name else paths


def _allows_extra(schema: Schema) -> bool:
    """Return whether an object, or the class around it, keeps fields that it does not define."""
    config: Schema = schema.get("config", {})
    return "allow" in (schema.get("extra_behavior"), config.get("extra_fields_behavior"))


def _at_position(node: Schema, index: int, size: int) -> list[Schema]:
    """Return the schema of an item of a tuple with a type for each position, of which one can repeat."""
    items: list[Schema] = node["items_schema"]
    repeated: int | None = node.get("variadic_item_index")
    if repeated is not None and index >= repeated:
        index = max(repeated, index - max(0, size - len(items)))
    return items[index : index + 1]


def _continued(path: Sequence[Step], step: Step, schema: Schema) -> list[Schema]:
    """Return what reads the part at a step if a path begins with it: a schema, or a node for the rest of the path."""
    if path[0] != step:
        return []
    return [schema if len(path) == 1 else {"type": "path", "steps": path[1:], "schema": schema}]
