"""JSON Schemas of the types of contracts (OpenAPI 3.1, 4.8.24), with the components that they share.

A class is a component, and every place that uses it refers to it by `$ref`. What is read and what is sent are two
schemas; where they are equal, and where a class has only one of them, they are one component. That, and all names, are
known only when the document is complete: until then a component has a mark.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from fsapi.contracts.typeinfo import describe
from fsapi.json.nodes import type_node
from fsapi.openapi.keywords import Schema
from fsapi.openapi.model_schema import model_schema, replaced
from fsapi.openapi.names import class_choices, key_choices, unique_names
from fsapi.openapi.schema_writer import Writer

_COMPONENTS = "#/components/schemas/"
# No name has it, and no pointer of JSON (RFC 6901, 3).
_MARK = "~"


class _Component(NamedTuple):
    """What a component describes: a class, or a definition of pydantic by its key; and whether as it is sent."""

    owner: Any
    sent: bool


class Schemas:
    """The schemas of types, and the components that they refer to."""

    def __init__(self) -> None:
        self._marks: dict[_Component, str] = {}
        self._components: dict[str, _Component] = {}
        self._schemas: dict[str, Schema] = {}
        self._choices: dict[Any, list[str]] = {}
        # The classes that a type has led to, with their places.
        self._waiting: list[tuple[str, Any]] = []
        self._writers = {
            sent: Writer(partial(self._refer, sent=sent), partial(self._custom, sent=sent), sent=sent)
            for sent in (False, True)
        }

    def read(self, hint: Any) -> Schema:
        """Return the schema of a type as it is read, or a reference to it; that of Any allows everything."""
        return self._schema(hint, sent=False)

    def sent(self, hint: Any) -> Schema:
        """Return the schema of a type as it is sent, or a reference to it."""
        return self._schema(hint, sent=True)

    def _schema(self, hint: Any, *, sent: bool) -> Schema:
        """Return the schema of a type, once all classes that it leads to have theirs."""
        schema = self._writers[sent].schema(type_node(hint))
        for place, node in self._waiting:  # each adds those that it refers to: types can be nested deep
            self._schemas[place] = self._writers[sent].described(node)
        self._waiting.clear()
        return schema

    def fields(self, hint: Any) -> Iterator[tuple[str, Schema, bool]]:
        """Yield the fields of a type as text fills them: name, schema without null, and whether required."""
        schema = self.read(hint)
        properties = self._schemas.get(schema.get("$ref", ""), schema).get("properties", {})
        for name, field in describe(hint).fields.items():
            if name in properties:  # a model can read a field from inside another one, which has no schema of its own
                yield name, _without_null(properties[name]), field.required

    def name(self, paths: Any) -> tuple[Any, dict[str, Schema]]:
        """Return the paths of a document with names in place of marks, and the components that they refer to."""
        used = self._used_by(paths)
        same = self._equal(used)
        owners = {self._owner(place): None for place in used if place not in same}
        names = unique_names({owner: self._choices[owner] for owner in owners})
        kept = {place: None for place in used if place not in same}
        places = {place: f"{_COMPONENTS}{names[self._owner(place)]}{self._suffix(place, kept)}" for place in kept}
        places |= {place: places[other] for place, other in same.items()}
        components = {
            places[place].removeprefix(_COMPONENTS): replaced(_without_defaults(self._schemas[place]), places)
            for place in kept
        }
        return replaced(paths, places), dict(sorted(components.items()))

    def _refer(self, node: Any, *, sent: bool) -> Schema:
        """Return the reference to a class, by its node."""
        place, is_new = self._place(node.cls, class_choices(node.cls), sent=sent)
        if is_new:
            self._waiting.append((place, node))
        return {"$ref": place}

    def _custom(self, hint: Any, *, sent: bool) -> Schema:
        """Return the schema of a file or `object`, or the reference to a model."""
        found = model_schema(hint, lambda key: self._place(key, key_choices(key), sent=sent)[0], sent=sent)
        for key, schema in found.definitions.items():
            choices = class_choices(found.classes[key]) if key in found.classes else key_choices(key)
            self._choices[key] = choices
            self._schemas[self._marks[_Component(key, sent)]] = schema
        return found.root

    def _place(self, owner: Any, choices: list[str], *, sent: bool) -> tuple[str, bool]:
        """Return the place of a component, and whether it is new."""
        component, count = _Component(owner, sent), len(self._marks)
        self._choices.setdefault(owner, choices)
        place = self._marks.setdefault(component, f"{_COMPONENTS}{_MARK}{count}")
        self._components[place] = component
        return place, len(self._marks) > count

    def _owner(self, place: str) -> Any:
        """Return what the component at a place describes."""
        return self._components[place].owner

    def _used_by(self, document: Any) -> list[str]:
        """Return the places that a document refers to, and those that these refer to, in the order of their marks."""
        used, pending = set[str](), references(document)
        while pending:
            place = pending.pop()
            if place not in used and place in self._schemas:
                used.add(place)
                pending |= references(self._schemas[place])
        return [place for place in self._marks.values() if place in used]

    def _equal(self, used: list[str]) -> dict[str, str]:
        """Return the places of what is read whose schemas are those of what is sent, each with the other place.

        Schemas that refer to each other are equal if they are so once all of these references are taken as equal.
        """
        components = {self._components[place]: place for place in used}
        same = {
            place: components[component._replace(sent=True)]
            for component, place in components.items()
            if not component.sent and component._replace(sent=True) in components
        }
        users: dict[str, list[str]] = {}
        for place in same:
            for used_by_it in references(self._schemas[place]):
                users.setdefault(used_by_it, []).append(place)
        waiting = [*same]
        while waiting:
            place = waiting.pop()
            if place in same and not self._is_equal(place, same[place], same):
                del same[place]
                waiting += users.get(place, ())
        return same

    def _is_equal(self, place: str, other: str, same: Mapping[str, str]) -> bool:
        """Return whether two components are equal, but for references that are taken as equal."""
        one, two = (_without_defaults(self._schemas[each]) for each in (place, other))
        return bool(replaced(one, same) == replaced(two, same))

    def _suffix(self, place: str, kept: Mapping[str, None]) -> str:
        """Return what tells the two components of one class apart."""
        component = self._components[place]
        if self._marks.get(component._replace(sent=not component.sent)) not in kept:
            return ""
        return "-Output" if component.sent else "-Input"


def references(part: Any) -> set[str]:
    """Return the places of the components that a part of a document refers to, at any depth."""
    if isinstance(part, dict):
        place = part.get("$ref")
        own = {place} if isinstance(place, str) and place.startswith(_COMPONENTS) else set[str]()
        return own.union(*map(references, part.values()))
    return set[str]().union(*map(references, part)) if isinstance(part, list) else set()


def without_default(schema: Schema) -> Schema:
    """Return a schema without its own default."""
    return {key: value for key, value in schema.items() if key != "default"}


def _without_defaults(schema: Schema) -> Schema:
    """Return the schema of an object without the defaults of its fields.

    openapi-typescript makes a field with a default a required one, but clients may leave it out.
    """
    fields = {name: without_default(field) for name, field in schema.get("properties", {}).items()}
    return {**schema, "properties": fields} if fields else schema


def _without_null(schema: Schema) -> Schema:
    """Return a schema without null, which text cannot be."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    return {**rest, **(options[0] if len(options) == 1 else {"anyOf": options} if options else {})}
