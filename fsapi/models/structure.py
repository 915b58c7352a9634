"""The structure of a model: which schema of pydantic-core reads which part of a document.

| schema | reads |
|---|---|
| a wrapper: a default, a validator, a nullable, a model, … | what the schema in it reads |
| a union | what one of its choices reads |
| a node: any other | an array, an object, a single value, or what only pydantic knows |
"""

# isinstance() narrows Any to mappings whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fsapi.models.nodes import ANY, CONTAINERS, SCALARS, Schema, is_open
from fsapi.models.wrappers import BEFORE, INNER, MISSING, WRAPPERS, choice

# Types that hold no float, or only in what they contain.
_NO_FLOATS = {
    *(*WRAPPERS - BEFORE, "union", "tagged-union", "definition-ref", "chain", "enum"),
    *(*SCALARS - {"float"}, *CONTAINERS, "model-field", "typed-dict-field", "dataclass-field", "named-tuple-field"),
    *("computed-field", MISSING),
}
# Parts of a schema that hold no schemas.
_WITH_FUNCTIONS = {"serialization", "function"}
_OPAQUE = {"metadata", "config", "default", "expected", "members", "cls", *_WITH_FUNCTIONS}


class Structure:
    """The core schema of a model, with all that is below it."""

    def __init__(self, core_schema: Schema) -> None:
        self.root = core_schema
        self._definitions = {each["ref"]: each for each in core_schema.get("definitions", ())}
        found = [*_schemas(core_schema)]
        #: The types of all schemas in it.
        self.types = {str(schema["type"]) for schema in found}
        #: Whether it can hold a float without a value: a float or a validator takes it, or what it does not describe.
        self.holds_any_float = bool(self.types - _NO_FLOATS) or any(map(is_open, found))
        self._names: dict[int, str | None] = {}

    def resolve(self, schema: Schema) -> tuple[Schema, bool]:
        """Return the union or the node that a schema reads, and whether a validator reads the JSON before it.

        A node has the settings of the innermost class around it as `config`.
        """
        config: Schema = {}
        is_seen = False
        while True:
            kind = schema["type"]
            if kind == "definition-ref":
                schema = self._definitions[schema["schema_ref"]]
            elif kind in WRAPPERS or (kind == MISSING and "schema" in schema):
                config = schema.get("config", config)
                is_seen = is_seen or kind in BEFORE
                schema = schema[INNER.get(kind, "schema")]
            elif kind == "chain":
                schema = schema["steps"][0]
            elif kind == "union" and len(schema["choices"]) == 1:
                schema = choice(schema["choices"][0])
            else:
                return {"config": config, **schema}, is_seen

    def nodes(self, schema: Schema, value: Any) -> list[Schema]:
        """Return the nodes that can read a value, in the order in which pydantic tries them."""
        found, is_seen = self.resolve(schema)
        if found["type"] not in ("union", "tagged-union"):
            nodes = [found]
        else:
            nodes = [node for each in _choices(found, value) for node in self.nodes(each, value)]
            if found.get("mode") == "left_to_right" and isinstance(value, (float, int)):
                nodes = _until_float(nodes)
        return [*nodes, ANY] if is_seen else nodes

    def name(self, member: Any) -> str | None:
        """Return the name of a choice of a union in the place of an error; None if pydantic does not tell it."""
        if not isinstance(member, Mapping):
            return str(member[1])
        key = id(member)
        if key not in self._names:
            whole = {"type": "definitions", "schema": member, "definitions": [*self._definitions.values()]}
            try:
                self._names[key] = sys.modules["pydantic_core"].SchemaValidator(whole).title
            except Exception:  # of any code of the project that a schema contains
                self._names[key] = None
        return self._names[key]


def is_schema(part: Mapping[str, Any]) -> bool:
    """Return whether a mapping in a core schema is a schema, and not fields or choices by their names.

    A field can be called `type`, or as any other key of a schema.
    """
    return isinstance(part.get("type"), str)


def functions(core_schema: Any) -> Iterator[Any]:
    """Yield the functions of the project in a core schema: validators, serializers, defaults, computed fields."""
    pending: list[Any] = [core_schema]
    while pending:
        part = pending.pop()
        if isinstance(part, Mapping):
            yield from (part[name] for name in ("function", "default_factory") if callable(part.get(name)))
            if part.get("type") == "model":
                yield from _of_class(part["cls"])
            skipped = _OPAQUE - _WITH_FUNCTIONS if is_schema(part) else set[str]()
            pending += (inner for name, inner in part.items() if name not in skipped)
        elif isinstance(part, (list, tuple)):
            pending += part


def _of_class(model: Any) -> Iterator[Any]:
    """Yield the functions of a model class that its core schema names only."""
    yield model.model_post_init
    yield from (field.func for field in model.__pydantic_decorators__.computed_fields.values())


def _choices(union: Schema, value: Any) -> list[Schema]:
    """Return the schemas of a union; only the one that a tag names, if a value has it."""
    if union["type"] == "union":
        return [choice(each) for each in union["choices"]]
    by_tag, field = union["choices"], union["discriminator"]
    tag = value.get(field) if isinstance(field, str) and isinstance(value, dict) else None
    found = [schema for name, schema in by_tag.items() if tag in (name, getattr(name, "value", name))]
    return found or [*by_tag.values()]


def _until_float(nodes: Sequence[Schema]) -> list[Schema]:
    """Return the nodes up to the first that takes every number."""
    kinds = [node["type"] for node in nodes]
    return [*nodes[: kinds.index("float") + 1]] if "float" in kinds else [*nodes]


def _schemas(core_schema: Schema) -> Iterator[Schema]:
    """Yield a schema and all schemas in it."""
    pending: list[Any] = [core_schema]
    while pending:
        part = pending.pop()
        if isinstance(part, Mapping):
            if is_schema(part):
                yield part
                pending += (inner for name, inner in part.items() if name not in _OPAQUE)
            else:
                pending += part.values()
        elif isinstance(part, (list, tuple)):
            pending += part
