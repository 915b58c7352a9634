"""What has changed between two schemas, and whether it breaks a client.

A client *sends* by the one schema and *reads* by the other. It is broken where it may no longer send what it could,
where what it sends is no longer read, and where it may read what it could not expect.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fsapi.inspection.alternatives import Alternative, as_list, as_object, find_alternatives, pair, resolve

Json = Any
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
#: Keywords of which any other value is another restriction.
_EXACT = (
    *("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType", "contentSchema"),
    *("propertyNames", "patternProperties", "contains", "dependentRequired", "dependentSchemas", "not", "if", "then"),
)


class Change(NamedTuple):
    """One change: where in a schema, such as `$.name`, what it is, and whether it breaks a client."""

    place: str
    what: str
    breaking: bool


class SchemaChanges:
    """The changes between the schemas of two documents, for one direction: what a client sends, or what it reads."""

    def __init__(self, old: Json, new: Json, *, sent: bool) -> None:
        self._old = old
        self._new = new
        self._sent = sent
        self._seen: set[tuple[int, int]] = set()

    def find(self, old: Json, new: Json, place: str = "$") -> Iterator[Change]:
        """Yield the changes between two schemas; what both take from a component stands at its name, and once."""
        (before, old_name), (after, name) = resolve(self._old, old), resolve(self._new, new)
        if (key := (id(before), id(after))) in self._seen:
            return
        self._seen.add(key)
        place = name if name and old_name else place
        alternatives = find_alternatives(self._old, old), find_alternatives(self._new, new)
        open_before, open_after = ("any" in [each.type for each in side] for side in alternatives)
        if open_before != open_after:
            yield self._restricted(
                place, f"is {_list(alternatives[1])}, was {_list(alternatives[0])}", narrower=open_before
            )
            return
        pairs, lost, gained = pair(*alternatives)
        if self._sent:
            yield from (Change(place, f"{each} is rejected", True) for each in lost)
            yield from (Change(place, f"{each} is taken, too", False) for each in gained)
        else:
            yield from (Change(place, f"{each} is not sent any more", False) for each in lost)
            yield from (Change(place, f"may be {each}", True) for each in gained)
        for before, after in pairs:
            yield from self._find_in(before, after, place)

    def _find_in(self, old: Alternative, new: Alternative, place: str) -> Iterator[Change]:
        """Yield the changes between two alternatives of one type."""
        if old.type != new.type:
            yield self._restricted(place, f"is {new.type}, was {old.type}", narrower=new.type == "integer")
        yield from self._values(old.schema, new.schema, place)
        yield from self._limits(old.schema, new.schema, place)
        yield from self._fields(old.schema, new.schema, place)
        yield from self._items(old.schema, new.schema, place)

    def _restricted(self, place: str, what: str, *, narrower: bool) -> Change:
        """Return a change to fewer values, which breaks who sends, or to more, which breaks who reads."""
        return Change(place, what, narrower == self._sent)

    def _values(self, old: Mapping[str, Json], new: Mapping[str, Json], place: str) -> Iterator[Change]:
        """Yield the changes of `enum` and `const`."""
        before, after = (
            None if (found := each.get("enum")) is None else {_show(v) for v in found} for each in (old, new)
        )
        if before is None and after is not None:
            yield self._restricted(place, f"is one of {', '.join(sorted(after))}, was any", narrower=True)
        elif after is None and before is not None:
            yield self._restricted(place, f"is any, was one of {', '.join(sorted(before))}", narrower=False)
        elif before is not None and after is not None:
            yield from (self._restricted(place, f"{each} is gone", narrower=True) for each in sorted(before - after))
            yield from (self._restricted(place, f"{each} is new", narrower=False) for each in sorted(after - before))

    def _limits(self, old: Mapping[str, Json], new: Mapping[str, Json], place: str) -> Iterator[Change]:
        """Yield the changes of restrictions such as `minimum`."""
        for keyword in (*_LOWER, *_UPPER, *_EXACT):
            before, after = old.get(keyword), new.get(keyword)
            if before == after:
                continue
            what = f"{keyword} is {_show(after)}, was {_show(before)}"
            if before is None or after is None:
                yield self._restricted(place, what, narrower=before is None)
            elif keyword not in _EXACT and isinstance(before, (int, float)) and isinstance(after, (int, float)):
                yield self._restricted(place, what, narrower=(after > before) == (keyword in _LOWER))
            else:
                yield Change(place, what, True)

    def _fields(self, old: Mapping[str, Json], new: Mapping[str, Json], place: str) -> Iterator[Change]:
        """Yield the changes of the fields of an object."""
        before, after = as_object(old.get("properties")), as_object(new.get("properties"))
        needed, needs = as_list(old.get("required")), as_list(new.get("required"))
        for name in (name for name in before if name not in after):
            yield Change(f"{place}.{name}", "is not read any more" if self._sent else "is not sent any more", True)
        for name in (name for name in after if name not in before):
            must = self._sent and name in needs
            yield Change(f"{place}.{name}", "is new, and required" if must else "is new", must)
            if isinstance(others := old.get("additionalProperties"), dict):
                yield from self.find(others, after[name], f"{place}.{name}")
        for name in (name for name in after if name in before):
            if (name in needs) != (name in needed):
                what = "is required" if name in needs else "is optional" if self._sent else "may be missing"
                yield Change(f"{place}.{name}", what, (name in needs) == self._sent)
            yield from self.find(before[name], after[name], f"{place}.{name}")
        yield from self._other_fields(
            old.get("additionalProperties", True), new.get("additionalProperties", True), place
        )

    def _other_fields(self, old: Json, new: Json, place: str) -> Iterator[Change]:
        """Yield the changes of the fields that have no name in the schema."""
        if old is not False and new is not False:
            yield from self.find(old, new, f"{place}.*")
        elif old != new:
            yield Change(
                place, "takes no other fields" if new is False else "takes other fields", self._sent and not new
            )

    def _items(self, old: Mapping[str, Json], new: Mapping[str, Json], place: str) -> Iterator[Change]:
        """Yield the changes of the items of a list."""
        count = max(len(as_list(each.get("prefixItems"))) for each in (old, new))
        for index in range(count):
            yield from self.find(_item(old, index), _item(new, index), f"{place}[{index}]")
        yield from self.find(old.get("items", True), new.get("items", True), f"{place}[]")


def _item(schema: Mapping[str, Json], index: int) -> Json:
    """Return the schema of the item at a position."""
    first = as_list(schema.get("prefixItems"))
    return first[index] if index < len(first) else schema.get("items", True)


def _list(alternatives: Sequence[Alternative]) -> str:
    """Return alternatives for a message."""
    return " or ".join(map(str, alternatives)) or "nothing"


def _show(value: Json) -> str:
    """Return a value as JSON, for a message."""
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)
