"""What has changed between two schemas, and whether it breaks a client.

A client *sends* by the one schema and *reads* by the other. It is broken where it may no longer send what it could,
where what it sends is no longer read, and where it may read what it could not expect.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fsapi.diff.alternatives import Alternative, as_list, as_object, find_alternatives, pair, resolve
from fsapi.diff.change import Change
from fsapi.diff.limit_changes import find_limit_changes, find_value_changes, show

Json = Any


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
        key = id(before), id(after)  # True is equal to all others of its kind, and has nothing in it
        if key in self._seen or before is after is True:
            return
        if isinstance(before, dict) and isinstance(after, dict):
            self._seen.add(key)
        place = name if name and name == old_name else place
        yield from self.compare(find_alternatives(self._old, old), find_alternatives(self._new, new), place)

    def compare(self, old: Sequence[Alternative], new: Sequence[Alternative], place: str) -> Iterator[Change]:
        """Yield the changes between the alternatives of two schemas."""
        open_before, open_after = ("any" in [each.type for each in side] for side in (old, new))
        if open_before != open_after:
            yield self._restricted(place, f"is {_list(new)}, was {_list(old)}", narrower=open_before)
            return
        pairs, lost, gained = pair(old, new)
        for each in lost:
            yield from self._unpaired(each, new, place, gone=True)
        for each in gained:
            yield from self._unpaired(each, old, place, gone=False)
        for before, after in pairs:
            yield from self._find_in(before, after, place)

    def _unpaired(
        self, each: Alternative, others: Sequence[Alternative], place: str, *, gone: bool
    ) -> Iterator[Change]:
        """Yield the change of an alternative that only one side has; a number includes whole numbers."""
        if each.type == "integer" and (number := next((other for other in others if other.type == "number"), None)):
            yield from self._limits(*((each, number) if gone else (number, each)), place)
        elif self._sent:
            yield Change(place, f"{each} is rejected" if gone else f"{each} is taken, too", gone)
        else:
            yield Change(place, f"{each} is not sent any more" if gone else f"may be {each}", not gone)

    def _find_in(self, old: Alternative, new: Alternative, place: str) -> Iterator[Change]:
        """Yield the changes between two alternatives of one type."""
        if old.type != new.type:
            yield self._restricted(place, f"is {new.type}, was {old.type}", narrower=new.type == "integer")
        yield from self._limits(old, new, place)
        yield from self._fields(old.schema, new.schema, place)
        yield from self._items(old.schema, new.schema, place)

    def _restricted(self, place: str, what: str, *, narrower: bool) -> Change:
        """Return a change to fewer values, which breaks who sends, or to more, which breaks who reads."""
        return Change(place, what, narrower == self._sent)

    def _limits(self, old: Alternative, new: Alternative, place: str) -> Iterator[Change]:
        """Yield the changes of values and limits, and of the default, which who reads does not see."""
        for what, narrower in (*find_value_changes(old, new), *find_limit_changes(old, new)):
            yield Change(place, what, True) if narrower is None else self._restricted(place, what, narrower=narrower)
        before, after = old.schema.get("default"), new.schema.get("default")
        if self._sent and before != after:
            yield Change(place, f"default is {show(after)}, was {show(before)}", False)

    def _fields(self, old: Mapping[str, Json], new: Mapping[str, Json], place: str) -> Iterator[Change]:
        """Yield the changes of the fields of an object."""
        before, after = as_object(old.get("properties")), as_object(new.get("properties"))
        needed, needs = as_list(old.get("required")), as_list(new.get("required"))
        rest = new.get("additionalProperties")
        for name in (name for name in before if name not in after):
            if isinstance(rest, dict) and rest:  # such as of a dict
                if name in needed and not self._sent:
                    yield Change(f"{place}.{name}", "may be missing", True)
                yield from self.find(before[name], rest, f"{place}.{name}")
            else:
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
        others = [each.get("additionalProperties", True) for each in (old, new)]
        if False in others:
            verb = "takes" if self._sent else "has"
            what = f"{verb} no other fields" if others[1] is False else f"{verb} other fields"
            if others[0] != others[1]:
                yield Change(place, what, self._sent and others[1] is False)
        elif "additionalProperties" in old or not before:  # else the object has not read other fields
            yield from self.find(others[0], others[1], f"{place}.*")

    def _items(self, old: Mapping[str, Json], new: Mapping[str, Json], place: str) -> Iterator[Change]:
        """Yield the changes of the items of a list."""
        count = max(len(as_list(each.get("prefixItems"))) for each in (old, new))
        for index in range(count):
            yield from self.find(_item(old, index), _item(new, index), f"{place}[{index}]")
        yield from self.find(_item(old, count), _item(new, count), f"{place}[{count}:]" if count else f"{place}[]")


def _item(schema: Mapping[str, Json], index: int) -> Json:
    """Return the schema of the item at a position."""
    first, most = as_list(schema.get("prefixItems")), schema.get("maxItems")
    if index < len(first):
        return first[index]
    return False if first and most == len(first) else schema.get("items", True)


def _list(alternatives: Sequence[Alternative]) -> str:
    """Return alternatives for a message."""
    return " or ".join(map(str, alternatives)) or "nothing"
