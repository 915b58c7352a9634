"""A schema as the alternatives that it allows, each of one JSON type, and the pairs that two schemas have in common.

`{"type": ["string", "null"]}`, `anyOf`, `oneOf`, `$ref` and `allOf` are ways to write what is compared as a list here.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Json = Any
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


class Alternative(NamedTuple):
    """One JSON type that a schema allows, `any` for all, with the keywords that restrict it.

    `component` is the name of the component that has it, or empty.
    """

    type: str
    schema: Mapping[str, Json]
    component: str = ""

    def __str__(self) -> str:
        """Return how it is called in a message."""
        if self.type == "object" and self.component:
            return self.component
        tags = ", ".join(f"{name}: {value}" for name, value in _tags(self))
        return f"{self.type} ({tags})" if tags else self.type


def as_object(value: Json) -> Mapping[str, Json]:
    """Return an object of JSON, an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> Sequence[Json]:
    """Return a list of JSON, an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def resolve(document: Json, value: Json) -> tuple[Json, str]:
    """Follow the references of an object; return what they lead to, and the last name on the way.

    One that leads nowhere, in a circle or to another document is returned as it is.
    """
    name, seen = "", set[str]()
    while isinstance(reference := as_object(value).get("$ref"), str) and reference not in seen:
        seen.add(reference)
        found = document
        for key in reference.removeprefix("#/").split("/"):
            found = as_object(found).get(key.replace("~1", "/").replace("~0", "~"))
        if found is None or not reference.startswith("#/"):
            break
        value, name = found, reference.rpartition("/")[2]
    return value, name


def find_alternatives(document: Json, schema: Json, around: tuple[str, ...] = ()) -> list[Alternative]:
    """Return the alternatives of a schema; `around` names the components in which it stands."""
    if schema is False:
        return []
    found, name = resolve(document, schema)
    if name and name in around:
        return []
    around = (*around, name) if name else around
    whole = _merge(document, as_object(found))
    for keyword in ("anyOf", "oneOf"):
        if parts := as_list(whole.get(keyword)):
            return [each for part in parts for each in find_alternatives(document, part, around)]
    return [Alternative(kind, schema, name) for kind, schema in _split(whole)]


def _merge(document: Json, schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return a schema with what its `allOf` adds."""
    merged = dict(schema)
    for part in as_list(merged.pop("allOf", None)):
        for keyword, value in _merge(document, as_object(resolve(document, part)[0])).items():
            if isinstance(value, dict):
                merged[keyword] = {**value, **as_object(merged.get(keyword))}
            elif keyword == "required":
                merged[keyword] = [*as_list(value), *as_list(merged.get(keyword))]
            else:
                merged.setdefault(keyword, value)
    return merged


def _split(schema: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield each type that a schema allows, with the values that it may have."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    written = schema.get("type")
    types = as_list(written) or ([written] if isinstance(written, str) else [])
    if not isinstance(values, list):
        yield from ((str(kind), schema) for kind in types or ["any"])
        return
    kinds: dict[str, list[Json]] = {}
    for value in values:
        kinds.setdefault(_TYPES.get(type(value), "null"), []).append(value)
    yield from ((kind, {**schema, "enum": of_kind}) for kind, of_kind in kinds.items())


def _tags(alternative: Alternative) -> list[tuple[str, str]]:
    """Return the required fields that have one value only, such as `kind: "cat"`."""
    tags: list[tuple[str, str]] = []
    for name in as_list(alternative.schema.get("required")):
        field = as_object(as_object(alternative.schema.get("properties")).get(name))
        values = [field["const"]] if "const" in field else as_list(field.get("enum"))
        if len(values) == 1:
            tags.append((str(name), json.dumps(values[0], ensure_ascii=False)))
    return tags


#: What two alternatives must share to be the same one, the best sign first.
_SIGNS: Sequence[Callable[[Alternative], object]] = (
    lambda each: each.component and (each.component, each.type),
    lambda each: (tags := _tags(each)) and (each.type, *tags),
    lambda each: each.type,
    lambda each: each.type in ("integer", "number") and "number",
)


def pair(
    old: Sequence[Alternative], new: Sequence[Alternative]
) -> tuple[list[tuple[Alternative, Alternative]], list[Alternative], list[Alternative]]:
    """Return the alternatives that both have, and those that only the old and only the new one has."""
    pairs: list[tuple[Alternative, Alternative]] = []
    lost, gained = list(old), list(new)
    for sign in _SIGNS:
        for before in tuple(lost):
            wanted = sign(before)
            if wanted and (after := next((each for each in gained if sign(each) == wanted), None)):
                pairs.append((before, after))
                lost.remove(before)
                gained.remove(after)
    return pairs, lost, gained
