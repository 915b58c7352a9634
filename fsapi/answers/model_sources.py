"""Read what a value of any class holds of what a pydantic model declares, as built-in data that the model validates.

Pydantic takes a property that raises AttributeError for one that is missing, so attributes are read here.
"""

# isinstance() narrows Any to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, NamedTuple

from fsapi.answers.containers import keep
from fsapi.contracts.model_fields import fields
from fsapi.contracts.models import is_model
from fsapi.json.hints import alternatives, field_types, has_fields
from fsapi.json.sources import MISSING, Pick, as_mapping, is_array, is_scalar, read_attributes
from fsapi.json.twins import origin

_EXTRA = "__pydantic_extra__"


class _Entry(NamedTuple):
    """A field: the keys by which pydantic and a mapping may have it, its name in Python, and what reads its value."""

    key: str
    json_name: str
    name: str
    pick: Pick


class Sources:
    """Makes the functions that read values for types, each once.

    With `opened` instances of the declared classes are read too, which pydantic would take as they are. `by_name` says
    whether a model takes its fields by their names in Python beside their aliases.
    """

    def __init__(self, *, by_name: bool, opened: bool = False) -> None:
        self._by_name, self._opened = by_name, opened
        self._picks: dict[Any, Pick] = {}
        #: The keys of what is read, by the names that pydantic has for them in the places of errors.
        self.keys: dict[str, str] = {}

    def of(self, hint: Any) -> Pick:
        """Return the function that reads a value for a type; `keep` for a scalar."""
        members = alternatives(hint)
        if len(members) > 1:
            return self._union(members)
        hint = members[0]
        if is_model(hint) and getattr(hint, "__pydantic_root_model__", False):
            return self._root(hint)
        if is_model(hint) or has_fields(hint):
            return self._named(hint)
        return self._container(typing.get_origin(hint) or hint, typing.get_args(hint))

    def _named(self, hint: Any) -> Pick:
        """Return the function for a class, which may contain itself."""
        if hint in self._picks:
            return lambda value: self._picks[hint](value)
        self._picks[hint] = keep
        entries = self.entries(hint)
        pick = object_pick(entries, origin(hint), reads_all=self._opened, only=not is_model(hint))
        if hasattr(hint, "_fields"):
            pick = _row_pick(pick, _positions_pick([entry.pick for entry in entries]))
        self._picks[hint] = pick
        return pick

    def entries(self, hint: Any) -> list[_Entry]:
        """Return the fields of a class."""
        if is_model(hint):
            found = {
                (each.name if self._by_name else each.json_name, each.json_name, each.name): each.hint
                for each in fields(hint)
            }
        else:
            found = {(name, name, name): each for name, each in field_types(hint).items()}
        self.keys |= {json_name: key for key, json_name, _ in found}
        return [_Entry(*names, self.of(each)) for names, each in found.items()]

    def _root(self, hint: Any) -> Pick:
        """Return the function for a model with one value in place of fields."""
        pick, opened = self.of(hint.model_fields["root"].annotation), self._opened

        def pick_root(value: Any) -> Any:
            if not isinstance(value, hint):
                return pick(value)
            return pick(value.root) if opened else value

        return pick_root

    def _container(self, cls: Any, parts: tuple[Any, ...]) -> Pick:
        """Return the function for a list, a dict or a tuple, or `keep`."""
        if not isinstance(cls, type) or not issubclass(cls, Iterable) or issubclass(cls, (str, bytes, bytearray)):
            return keep
        if issubclass(cls, Mapping):
            return _values_pick(self.of(parts[1]) if len(parts) > 1 else keep)
        if issubclass(cls, tuple) and parts and parts[-1] is not Ellipsis:
            return _positions_pick([*map(self.of, parts)])
        return _items_pick(self.of(parts[0]) if parts else keep)

    def _union(self, members: Sequence[Any]) -> Pick:
        """Return the function for a union: pydantic chooses among the members by the attributes of all."""
        objects = [member for member in members if is_model(member) or has_fields(member)]
        others = [self.of(member) for member in members if member not in objects]
        arrays = [pick for pick in others if pick is not keep]
        own = {origin(member): self.of(member) for member in objects}
        entries = {entry.key: entry for member in reversed(objects) for entry in self._shown(member)}
        pick_object = object_pick([*entries.values()], (), snapshot=SimpleNamespace) if len(own) > 1 else None

        def pick_member(value: Any) -> Any:
            for cls in type(value).__mro__ if type(value) is not dict else ():
                if cls in own:
                    return own[cls](value)
            is_object = not is_array(value) and (as_mapping(value) is not None or not is_scalar(value))
            if is_object and own:
                return (pick_object or next(iter(own.values())))(value)
            return arrays[0](value) if len(arrays) == 1 else value

        return pick_member

    def _shown(self, member: Any) -> list[_Entry]:
        """Return the fields of a member of a union; none of one whose value has no fields."""
        return [] if getattr(member, "__pydantic_root_model__", False) else self.entries(member)


def place(steps: Sequence[str | int], value: Any, keys: Mapping[str, str]) -> tuple[str | int, ...]:
    """Return the place of an error of pydantic in what was read, without the names of the members of unions."""
    found: list[str | int] = []
    for step in steps:
        if isinstance(value, SimpleNamespace):
            value = vars(value)
        if isinstance(step, int) and isinstance(value, (list, tuple)) and step < len(value):
            value = value[step]
        elif isinstance(value, Mapping) and (step in value or step in keys):
            value = value.get(step, value.get(keys.get(str(step))))
        else:
            continue
        found.append(step)
    return (*found,)


def object_pick(
    entries: Sequence[_Entry],
    cls: Any,
    *,
    snapshot: Callable[..., Any] = dict,
    reads_all: bool = False,
    only: bool = False,
) -> Pick:
    """Return the function that reads the fields of an object as `snapshot`, or those of a mapping as a dict.

    An instance of `cls` stays as it is, unless `reads_all`. With `only` a mapping loses its other keys, which models
    leave out or take, as they are defined, but other classes reject.
    """
    names, keys = [entry.name for entry in entries], [entry.key for entry in entries]
    nested = [entry for entry in entries if entry.pick is not keep]
    aliased = [entry for entry in entries if entry.key != entry.name]
    read = attrgetter(*names) if len(names) > 1 else None

    def read_held(value: Any) -> dict[str, Any]:
        try:
            held = dict(zip(keys, read(value) if read is not None else read_attributes(value, names)))
        except AttributeError:
            held = dict(zip(keys, read_attributes(value, names)))
            held = {key: part for key, part in held.items() if part is not MISSING}
        return held | (getattr(value, _EXTRA, None) or {}) if reads_all and isinstance(value, cls) else held

    def pick(value: Any) -> Any:
        is_own = cls is not dict and isinstance(value, cls)
        if value is None or (is_own and not reads_all):
            return value
        found = as_mapping(value) if not is_own else None
        if found is None and (not names or (not is_own and (is_scalar(value) or is_array(value)))):
            return value
        if found is None:
            held = read_held(value)
            for entry in nested:
                if entry.key in held:
                    held[entry.key] = entry.pick(held[entry.key])
            return snapshot(**held)
        held = {name: found[name] for name in names if name in found} if only else found
        return _picked_keys(held, nested, aliased)

    return pick


def _picked_keys(found: Mapping[Any, Any], nested: Sequence[_Entry], aliased: Sequence[_Entry]) -> Mapping[Any, Any]:
    """Return a mapping with what is read of its values; a field comes by its name in JSON, else by that in Python."""
    if not nested and not aliased and type(found) is dict:
        return found
    held = {key: found[key] for key in found}
    for entry in aliased:
        if entry.name in held:
            held.setdefault(entry.key, held[entry.name])
    for _, json_name, name, pick in nested:
        for key in {json_name, name} & held.keys():
            held[key] = pick(held[key])
    return held


def _row_pick(pick_fields: Pick, pick_positions: Pick) -> Pick:
    """Return the function that reads the fields of a NamedTuple by their positions, or else by name."""
    return lambda value: pick_positions(value) if type(value) in (list, tuple) else pick_fields(value)


def _values_pick(pick: Pick) -> Pick:
    """Return the function that reads the values of a mapping."""

    def pick_values(value: Any) -> Any:
        found = as_mapping(value)
        return value if found is None else {key: pick(found[key]) for key in found}

    return pick_values


def _items_pick(pick: Pick) -> Pick:
    """Return the function that reads the items of anything that can be iterated."""

    def pick_items(value: Any) -> Any:
        if not is_array(value):
            return value
        if pick is keep:
            return value if isinstance(value, (list, tuple, set, frozenset)) else [*value]
        return [pick(each) for each in value]

    return pick_items


def _positions_pick(picks: Sequence[Pick]) -> Pick:
    """Return the function that reads the items of a tuple by their positions."""

    def pick_positions(value: Any) -> Any:
        if not is_array(value):
            return value
        items = [*value]
        return (*(pick(each) for pick, each in zip(picks, items)), *items[len(picks) :])

    return pick_positions
