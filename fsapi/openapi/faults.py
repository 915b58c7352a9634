"""Find what OpenAPI 3.1 does not allow in a part of a document: wrong types, fields, and contradictions."""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from fsapi.openapi.keywords import keyword_faults
from fsapi.openapi.structure import EXAMPLES, FIELDS, OBJECTS, Part, is_reference, item_kind, walk

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
# What each type of security scheme needs (OpenAPI 3.1, 4.8.27).
_NEEDED = {"apiKey": ("name", "in"), "http": ("scheme",), "oauth2": ("flows",), "openIdConnect": ("openIdConnectUrl",)}
# The styles of parameters in each place (4.8.12.2).
_STYLES = {
    "path": ("matrix", "label", "simple"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}


class Fault(NamedTuple):
    """What is wrong with the part of a document at a place, and the remedy."""

    place: tuple[str | int, ...]
    what: str
    remedy: str


def find_faults(value: Any, kind: str, place: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    """Yield the faults of a part that should be of a kind, and of all that is in it."""
    for part in walk(value, kind, place):
        for what, remedy in check(part):
            yield Fault(part.place, what, remedy)


def parameter_key(parameter: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what two parameters of an operation cannot share: place and name; headers are equal in any case."""
    name, place = parameter.get("name"), parameter.get("in")
    return place, name.lower() if place == "header" and isinstance(name, str) else name


def check(part: Part) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a part itself, and the remedy."""
    _, kind, value = part
    if remedy := _other_type(kind, value):
        yield f"is {value!r}", remedy
    elif isinstance(value, list) and item_kind(kind) == "Parameter":
        yield from _repeated(value)
    elif isinstance(value, dict) and is_reference(part) and not isinstance(value["$ref"], str):
        yield f"has the $ref {value['$ref']!r}", "Write a text such as #/components/schemas/User."
    elif kind in OBJECTS and isinstance(value, dict) and not is_reference(part):
        yield from _wrong_fields(kind, value)
        yield from _CHECKS[kind](value) if kind in _CHECKS else ()


def _other_type(kind: str, value: Any) -> str:
    """Return what to write in place of a value that is not of a kind, "" if it is."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in ("text", "bool", "number", "count", "any", "Type"):
        fits, remedy = {
            "any": (True, ""),
            "text": (isinstance(value, str), "Write a text."),
            "bool": (isinstance(value, bool), "Write True or False."),
            "number": (number, "Write a number."),
            "count": (number and value >= 0 and value == int(value), "Write a number from 0 on."),
            "Type": (_is_type(value), f"Write one of {', '.join(_TYPES)}, or a list of them."),
        }[kind]
        return "" if fits else remedy
    if kind[0] in "+[":
        fits = isinstance(value, list) and (value != [] or kind[0] == "[")
        return "" if fits else f"Write a list such as [{_example(item_kind(kind))}]."
    if kind[0] == "{":
        return "" if isinstance(value, dict) else f'Write a dict such as {{"name": {_example(item_kind(kind))}}}.'
    if kind in OBJECTS:
        fits = isinstance(value, dict) or (kind == "Schema" and isinstance(value, bool))
        return "" if fits else f"Write a dict such as {_example(kind)}."
    return "" if value in kind.split("|") else f"Write {_listed(kind.split('|'))}."


def _is_type(value: Any) -> bool:
    """Return whether a value is one of the types of JSON Schema, or a list of different ones."""
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(name in _TYPES for name in names) and len({*names}) == len(names)


def _example(kind: str) -> str:
    """Return an example of a kind, as it is written in Python."""
    if item_kind(kind):
        return f"[{_example(item_kind(kind))}]" if kind[0] in "+[" else f'{{"name": {_example(item_kind(kind))}}}'
    return json.dumps(EXAMPLES.get(kind, "text"))


def _wrong_fields(kind: str, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fields that an object lacks, and those that it cannot have."""
    known = FIELDS[kind]
    for name in (name[:-1] for name in OBJECTS[kind] if name[-1] == "!" and name[:-1] not in value):
        yield f"has no {name}", f"Write it, as in {_example(kind)}."
    for name in value if "*" not in known else ():
        if name not in known and not name.startswith("x-"):
            near = get_close_matches(name, known, n=1)
            remedy = f"Write {near[0]}." if near else f"It has {', '.join(known)}, and what starts with x-."
            yield f"has the key {name}, which OpenAPI does not have there", remedy


def _repeated(parameters: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield the parameters that stand in a list twice."""
    named = (each for each in parameters if isinstance(each, dict) and {"name", "in"} <= each.keys())
    keys = [parameter_key(each) for each in named]
    for key in (key for place, key in enumerate(keys) if key in keys[:place]):
        yield f"has the {key[0]} parameter {key[1]} twice", "Remove one of them."


def _parameter(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the contradictions of a parameter."""
    place = value.get("in")
    yield from _content_or_schema(value)
    if place == "path" and value.get("required") is not True:
        yield "is a path parameter, but not required", 'Write "required": True.'
    styles = _STYLES.get(place, ()) if isinstance(place, str) else ()
    if styles and isinstance(value.get("style"), str) and value["style"] not in styles:
        yield f"has the style {value['style']}, but is a {place} parameter", f"Write {_listed(styles)}."
    for name in {"allowEmptyValue", "allowReserved"} & value.keys() if styles and place != "query" else ():
        yield f"has {name}, but is a {place} parameter", "Remove it: only query parameters have it."


def _content_or_schema(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fault of a parameter or header without the one of two fields that describes its value."""
    if "schema" not in value and "content" not in value:
        yield "has neither schema nor content", 'Write "schema": {"type": "string"}.'
    if "schema" in value and "content" in value:
        yield "has both schema and content", "Remove one of them."
    if isinstance(value.get("content"), dict) and len(value["content"]) != 1:
        yield f"has {len(value['content'])} content types", "Write one."


def _example_object(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fault of an example with two values."""
    if "value" in value and "externalValue" in value:
        yield "has both value and externalValue", "Remove one of them."


def _link(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fault of a link that names no operation, or two."""
    if ("operationId" in value) == ("operationRef" in value):
        yield "names no operation" if "operationId" not in value else "names two operations", "Write one operationId."


def _server(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the variables in a URL that are not described."""
    url, variables = value.get("url"), value.get("variables", {})
    for name in re.findall(r"\{([^{}]*)\}", url) if isinstance(url, str) and isinstance(variables, dict) else ():
        if name not in variables:
            yield (
                f"has {{{name}}} in its url, which is not one of its variables",
                (f'Write "variables": {{"{name}": {{"default": "..."}}}}.'),
            )


def _server_variable(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fault of a default that is not one of the values."""
    if isinstance(value.get("enum"), list) and "default" in value and value["default"] not in value["enum"]:
        yield f"has the default {value['default']}, which is not in its enum", "Write one of enum."


def _security_scheme(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fields that the type of a security scheme needs, but are missing."""
    kind = value.get("type")
    for name in _NEEDED.get(kind, ()) if isinstance(kind, str) else ():
        if name not in value:
            yield f"has the type {kind}, but no {name}", f"Write {name} too."


def _listed(names: Any) -> str:
    """Return names as a list of words."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


_CHECKS: Mapping[str, Callable[[dict[str, Any]], Iterator[tuple[str, str]]]] = {
    "Schema": keyword_faults,
    "Parameter": _parameter,
    "Header": _content_or_schema,
    "Example": _example_object,
    "Link": _link,
    "Server": _server,
    "ServerVariable": _server_variable,
    "SecurityScheme": _security_scheme,
}
