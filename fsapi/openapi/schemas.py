"""JSON Schemas of the types of contracts (OpenAPI 3.1, 4.8.24), shared by name among the components of a document.

A type is asked for by the place at which it is needed, since the names of the shared ones are known only when all are.
"""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fsapi.contracts import models, typeinfo
from fsapi.json import engine

_PLACE = "#/components/schemas/"

Schema = dict[str, Any]


class Schemas:
    """The schemas of some types, and those that they share."""

    def __init__(self, kinds: Sequence[Any]) -> None:
        self._models: dict[str, Schema] = {}
        found, own = engine.schemas(kinds, self._model, _PLACE)
        if own.keys() & self._models.keys():  # a model has the name of a class that is none
            self._models.clear()
            found, own = engine.schemas(kinds, self._qualified, _PLACE)
        self.shared = {**self._models, **own}
        self._found = dict(zip(map(id, kinds), found))

    def of(self, kind: Any) -> Schema:
        """Return the schema of one of the types, by itself or as a reference; of Any it is one that all fits."""
        return self._found[id(kind)] if kind is not Any else {}

    def fields(self, kind: Any) -> Iterator[tuple[str, Schema, bool]]:
        """Yield the fields of one of the types as text has them: name, schema, and whether it has to be there."""
        properties = self._resolved(self.of(kind)).get("properties", {})
        for name, member in typeinfo.fields(kind).items():
            if name in properties:  # a model can look for a field within another, which the document does not tell
                yield name, _without_null(properties[name]), member.required

    def needed(self, document: Any) -> dict[str, Schema]:
        """Return the shared schemas that a document refers to, the one or the other by way of others."""
        names, left = set[str](), references(document)
        while left:
            name = left.pop()
            if name not in names:
                names.add(name)
                left |= references(self.shared[name])
        return {name: _without_defaults(schema) for name, schema in self.shared.items() if name in names}

    def _resolved(self, schema: Schema) -> Schema:
        """Return a schema itself where it is a reference to one."""
        return self.shared[schema["$ref"].removeprefix(_PLACE)] if "$ref" in schema else schema

    def _model(self, kind: type) -> Schema:
        """Return a reference to the schema of a model, by its name where no other has it."""
        schema, models = _taken_apart(kind, "")
        if any(self._models.get(name, model) != model for name, model in models.items()):
            return self._qualified(kind)
        self._models |= models
        return schema

    def _qualified(self, kind: type) -> Schema:
        """Return a reference to the schema of a model, by its name with the module before it."""
        schema, models = _taken_apart(kind, f"{kind.__module__}.")
        self._models |= models
        return schema


def _taken_apart(kind: type, prefix: str) -> tuple[Schema, dict[str, Schema]]:
    """Return the schema of a type that the engine does not know, as a reference, and those that are referred to."""
    schema = models.schema(kind, _PLACE + prefix)
    found = {prefix + name: model for name, model in schema.pop("$defs", {}).items()}
    if not models.is_model(kind) or "$ref" in schema:
        return schema, found
    name = prefix + re.sub(r"[^\w.-]", "_", kind.__name__)  # what the name of a component may have
    return {"$ref": _PLACE + name}, {**found, name: schema}


def references(part: Any) -> set[str]:
    """Return the names of the shared schemas that a part of a document refers to."""
    if isinstance(part, dict):
        own = {part["$ref"].removeprefix(_PLACE)} if str(part.get("$ref", "")).startswith(_PLACE) else set[str]()
        return own.union(*map(references, part.values()))
    return set[str]().union(*map(references, part)) if isinstance(part, list) else set()


def without_default(schema: Schema) -> Schema:
    """Return a schema without its own default."""
    return {key: value for key, value in schema.items() if key != "default"}


def _without_defaults(schema: Schema) -> Schema:
    """Return the schema of an object without the defaults of its fields.

    openapi-typescript takes a field with a default for one that is always there, which it need not be in what is
    sent, nor in an answer where defaults are omitted.
    """
    fields = {name: without_default(field) for name, field in schema.get("properties", {}).items()}
    return {**schema, "properties": fields} if fields else schema


def _without_null(schema: Schema) -> Schema:
    """Return a schema without null, which no text stands for."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    return {**rest, **(options[0] if len(options) == 1 else {"anyOf": options} if options else {})}
