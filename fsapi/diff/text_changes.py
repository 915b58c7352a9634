"""What has changed of a parameter, which a client sends as text: any text is a string, and a list can have one item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fsapi.diff.alternatives import Alternative, find_alternatives
from fsapi.diff.change import Change
from fsapi.diff.schema_changes import SchemaChanges

_TEXTS = ("boolean", "integer", "number", "string")
_RESTRICTING = ("enum", "pattern", "format", "minLength", "maxLength")


def find_text_changes(old: Any, new: Any, schemas: tuple[Any, Any], place: str) -> Iterator[Change]:
    """Yield the changes between the schemas of a parameter in an old and a new document."""
    sides = find_alternatives(old, schemas[0]), find_alternatives(new, schemas[1])
    lists = [any(each.type == "array" for each in side) for side in sides]
    if lists[0] != lists[1]:
        yield Change(place, "takes several values" if lists[1] else "takes one value only", lists[0])
    before, after = (
        [item for each in side for item in _items(document, each)]
        for document, side in zip((old, new), sides, strict=True)
    )
    if any(map(_takes_any_text, after)) and all(each.type in _TEXTS for each in before):
        if not any(map(_takes_any_text, before)):
            yield Change(place, "takes any text", False)
    else:
        yield from SchemaChanges(old, new, sent=True).compare(before, after, place)


def _takes_any_text(alternative: Alternative) -> bool:
    """Return whether an alternative has no restriction."""
    return alternative.type == "string" and alternative.schema.keys().isdisjoint(_RESTRICTING)


def _items(document: Any, alternative: Alternative) -> list[Alternative]:
    """Return an alternative, or those of its items; none for null, which no text is."""
    if alternative.type != "array":
        return [alternative] if alternative.type != "null" else []
    return find_alternatives(document, alternative.schema.get("items", True))
