"""JSON Schemas of the types of contracts (OpenAPI 3.1, 4.8.24), with the components that they share.

A named type is a component, and every place that uses it refers to it by `$ref`. Names are known only when all types
are, so all schemas are made together first, and looked up by type afterwards.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fsapi.contracts import models
from fsapi.contracts.typeinfo import describe
from fsapi.json import engine

_COMPONENTS = "#/components/schemas/"

Schema = dict[str, Any]


class Schemas:
    """The schemas of some types, and the components that they refer to."""

    def __init__(self, hints: Sequence[Any]) -> None:
        self._models: dict[str, Schema] = {}
        found, own = engine.schemas(hints, self._model, _COMPONENTS)
        if own.keys() & self._models.keys():  # a model and another class have the same name
            self._models.clear()
            found, own = engine.schemas(hints, self._qualified_model, _COMPONENTS)
        self.components = {**self._models, **own}
        self._schemas = dict(zip(map(id, hints), found))

    def of(self, hint: Any) -> Schema:
        """Return the schema of one of the types, or a reference to it; that of Any allows everything."""
        return self._schemas[id(hint)] if hint is not Any else {}

    def fields(self, hint: Any) -> Iterator[tuple[str, Schema, bool]]:
        """Yield the fields of one of the types as text fills them: name, schema without null, and whether required."""
        properties = self._resolve(self.of(hint)).get("properties", {})
        for name, field in describe(hint).fields.items():
            if name in properties:  # a model can read a field from inside another one, which has no schema of its own
                yield name, _without_null(properties[name]), field.required

    def used_by(self, document: Any) -> dict[str, Schema]:
        """Return the components that a document refers to, and those that these refer to."""
        used, pending = set[str](), references(document)
        while pending:
            name = pending.pop()
            if name not in used:
                used.add(name)
                pending |= references(self.components[name])
        return {name: _without_defaults(schema) for name, schema in self.components.items() if name in used}

    def _resolve(self, schema: Schema) -> Schema:
        """Return the component that a schema refers to, or the schema itself."""
        return self.components[schema["$ref"].removeprefix(_COMPONENTS)] if "$ref" in schema else schema

    def _model(self, hint: type) -> Schema:
        """Return a reference to a model by its name, with the module before it if another model has that name."""
        schema, components = _split(hint, "")
        if any(self._models.get(name, component) != component for name, component in components.items()):
            return self._qualified_model(hint)
        self._models |= components
        return schema

    def _qualified_model(self, hint: type) -> Schema:
        """Return a reference to a model by its name with the module before it."""
        schema, components = _split(hint, f"{hint.__module__}.")
        self._models |= components
        return schema


def _split(hint: type, prefix: str) -> tuple[Schema, dict[str, Schema]]:
    """Return the schema of a type that the engine does not know, and its components, named with a prefix."""
    schema = models.schema(hint, _COMPONENTS + prefix)
    components = {prefix + name: component for name, component in schema.pop("$defs", {}).items()}
    if not models.is_model(hint) or "$ref" in schema:
        return schema, components
    name = prefix + re.sub(r"[^\w.-]", "_", hint.__name__)  # the characters that OpenAPI 3.1, 4.8.7.1 allows
    return {"$ref": _COMPONENTS + name}, {**components, name: schema}


def references(part: Any) -> set[str]:
    """Return the names of the components that a part of a document refers to, at any depth."""
    if isinstance(part, dict):
        is_reference = str(part.get("$ref", "")).startswith(_COMPONENTS)
        own = {part["$ref"].removeprefix(_COMPONENTS)} if is_reference else set[str]()
        return own.union(*map(references, part.values()))
    return set[str]().union(*map(references, part)) if isinstance(part, list) else set()


def without_default(schema: Schema) -> Schema:
    """Return a schema without its own default."""
    return {key: value for key, value in schema.items() if key != "default"}


def _without_defaults(schema: Schema) -> Schema:
    """Return the schema of an object without the defaults of its fields.

    openapi-typescript makes a field with a default a required one. Clients may leave it out, though, and so may
    answers.
    """
    fields = {name: without_default(field) for name, field in schema.get("properties", {}).items()}
    return {**schema, "properties": fields} if fields else schema


def _without_null(schema: Schema) -> Schema:
    """Return a schema without null, which text cannot be."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    return {**rest, **(options[0] if len(options) == 1 else {"anyOf": options} if options else {})}
