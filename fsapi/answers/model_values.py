"""Read the fields of objects and mappings, and the items of lists, as what pydantic validates."""

# isinstance() narrows Any to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, NamedTuple

from fsapi.answers.containers import keep
from fsapi.contracts.models import is_model
from fsapi.json.sources import MISSING, Pick, as_mapping, is_array, is_scalar, read_attributes

_EXTRA = "__pydantic_extra__"


class Entry(NamedTuple):
    """A field: the keys by which pydantic and a mapping may have it, its name in Python, and what reads its value."""

    key: str
    json_name: str
    name: str
    pick: Pick


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
    entries: Sequence[Entry],
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
        declared = {name: found[name] for name in names if name in found} if only else found
        return _picked_keys(declared, nested, aliased)

    return pick


def _picked_keys(found: Mapping[Any, Any], nested: Sequence[Entry], aliased: Sequence[Entry]) -> Mapping[Any, Any]:
    """Return a mapping with what is read of its values; a field comes by its name in JSON, else by that in Python."""
    if not nested and not aliased and type(found) is dict:
        return found
    renamed = {entry.key: found[entry.name] for entry in aliased if entry.name in found}
    held = renamed | {key: found[key] for key in found}
    for _, json_name, name, pick in nested:
        for key in {json_name, name} & held.keys():
            held[key] = pick(held[key])
    return held


def row_pick(pick_fields: Pick, pick_positions: Pick) -> Pick:
    """Return the function that reads the fields of a NamedTuple by their positions, or else by name."""
    return lambda value: pick_positions(value) if type(value) in (list, tuple) else pick_fields(value)


def values_pick(pick: Pick) -> Pick:
    """Return the function that reads the values of a mapping."""

    def pick_values(value: Any) -> Any:
        found = as_mapping(value)
        return value if found is None else {key: pick(found[key]) for key in found}

    return pick_values


def items_pick(pick: Pick) -> Pick:
    """Return the function that reads the items of anything that can be iterated."""

    def pick_items(value: Any) -> Any:
        if not is_array(value):
            return value
        if pick is keep:
            return value if isinstance(value, (list, tuple, set, frozenset)) else [*value]
        return [pick(each) for each in value]

    return pick_items


def positions_pick(picks: Sequence[Pick]) -> Pick:
    """Return the function that reads the items of a tuple by their positions."""

    def pick_positions(value: Any) -> Any:
        if not is_array(value):
            return value
        items = [*value]
        return (*(pick(each) for pick, each in zip(picks, items)), *items[len(picks) :])

    return pick_positions


def holds_iterator(value: Any) -> bool:
    """Return whether a value is an iterator, or a model, a list or a dict that holds one."""
    if is_model(type(value)):
        return any(map(holds_iterator, vars(value).values()))
    if isinstance(value, (dict, list, tuple)):
        return any(map(holds_iterator, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Iterator)


def has_subclass(values: Iterable[Any], classes: set[Any]) -> bool:
    """Return whether there is an instance of another model than those declared in some values, at any depth."""
    for value in values:
        if is_model(type(value)):
            if type(value) not in classes or has_subclass(value.__dict__.values(), classes):
                return True
            continue
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, (list, tuple, set, frozenset, dict)) and has_subclass(inner, classes):
            return True
    return False
