"""Pick what a type declares from lists, sets, dicts and tuples, and choose the member of a union."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from fsapi.contracts.typeinfo import Type
from fsapi.json import engine, sources, twins
from fsapi.json.encode import EncodeError, encode
from fsapi.json.hints import unwrap
from fsapi.json.sources import Pick
from fsapi.models.errors import PlacedError


class Unfit:
    """Stands in an answer for a value that does not fit; nothing can write it."""

    def __init__(self, errors: Sequence[PlacedError]) -> None:
        self.errors = errors

    @classmethod
    def of(cls, expected: str, value: object) -> Unfit:
        """Return what stands for a value that is not what was expected."""
        return cls([((), f"Expected {expected}, got {type(value).__name__}")])


class Part(NamedTuple):
    """A compiled type; `pick` is None where values stay as they are."""

    twin: Any
    pick: Pick | None = None
    #: The class of scalars that need no pick.
    exact: type | None = None
    #: Picks from all items of a list at once.
    pick_all: Callable[[Sequence[Any]], Any] | None = None
    #: Whether there is a model in it, whose JSON is not read back: then only what was picked may be written.
    is_open: bool = False


def keep(value: Any) -> Any:
    """Return a value as it is."""
    return value


def is_set(hint: Any) -> bool:
    """Return whether a type is a set, whose items are all different."""
    cls = typing.get_origin(unwrap(hint))
    return isinstance(cls, type) and issubclass(cls, AbstractSet)


def set_pick(pick_items: Pick) -> Pick:
    """Return the function that picks from the items of anything that can be iterated, and leaves out equal ones."""

    def pick_unique(value: Any) -> Any:
        items = pick_items(value)
        try:
            return items if not sources.is_array(items) else [*{encode(each): each for each in items}.values()]
        except EncodeError:  # which the writing of the answer reports with its place
            return items

    return pick_unique


def list_pick(item: Part) -> Pick:
    """Return the function that picks from the items of a list or of anything that can be iterated."""
    pick, exact, pick_all, is_open = item.pick, item.exact, item.pick_all, item.is_open

    def pick_items(value: Any) -> Any:
        if not sources.is_array(value):
            return Unfit.of("a list", value) if is_open else value
        items: Sequence[Any] = value if type(value) in (list, tuple) else [*value]
        if pick is None or (exact is not None and {exact}.issuperset(map(type, items))):
            return items
        return [pick(each) for each in items] if pick_all is None else pick_all(items)

    return pick_items


def dict_pick(part: Part) -> Pick:
    """Return the function that picks from the values of a mapping."""
    pick, is_open = part.pick, part.is_open

    def pick_values(value: Any) -> Any:
        found = sources.as_mapping(value)
        if found is None and is_open:
            return Unfit.of("a dict", value)
        if found is None or (pick is None and type(found) is dict):
            return value
        return {key: (pick or keep)(found[key]) for key in found}

    return pick_values


def tuple_pick(parts: Sequence[Part]) -> Pick:
    """Return the function that picks from the items of a list by their positions, if it has so many."""
    picks, is_open = [part.pick or keep for part in parts], any(part.is_open for part in parts)

    def pick_positions(value: Any) -> Any:
        if not sources.is_array(value):
            return Unfit.of("a list", value) if is_open else value
        items = [*value]
        return [*(pick(item) for pick, item in zip(picks, items)), *items[len(picks) :]]

    return pick_positions


def union_pick(members: Sequence[Type], picks: Sequence[Pick]) -> Pick:
    """Return the function that picks as the member of a union that a value is meant for: by class, tag or shape."""
    classes = {twins.origin(unwrap(member.hint)): pick for member, pick in zip(members, picks)}
    tags = {member.tag: pick for member, pick in zip(members, picks) if member.tag is not None}
    tag_field = next((member.tag_field for member in members if member.tag_field is not None), "")
    shapes: dict[str, list[Pick]] = {"object": [], "array": [], "scalar": []}
    for member, pick in zip(members, picks):
        if "null" not in member.kinds:
            shapes[_shape(member)].append(pick)
    shapes["object"] = shapes["object"] or [pick for member, pick in zip(members, picks) if member.family]

    def pick_member(value: Any) -> Any:
        if value is None:
            return None
        for cls in type(value).__mro__:
            if cls in classes:
                return classes[cls](value)
        found = sources.as_mapping(value)
        if (found is None or not shapes["object"]) and sources.is_array(value):
            fitting = shapes["array"]
        elif found is None and sources.is_scalar(value):
            fitting = shapes["scalar"]
        else:
            fitting = shapes["object"]
            tag = found.get(tag_field) if found is not None else _tag_of(value, tag_field)
            if isinstance(tag, (str, int)) and tag in tags:  # what a client has sent need not have a hash
                return tags[tag](value)
        return fitting[0](value) if len(fitting) == 1 else value

    return pick_member


def _tag_of(value: Any, field: str) -> Any:
    """Return the tag of an object, None if it has none; what was picked has it in its class alone."""
    config: Any = getattr(value.__class__, "__struct_config__", None)
    tag: Any = getattr(config, "tag", None)
    return getattr(value, field, None) if tag is None and field else tag


def unless_default(field: twins.TwinField, pick: Pick) -> Pick:
    """Return a pick that keeps a default, which `omit_defaults` leaves out if it is the same object, or is empty."""
    default: Any = field.definition.default
    factory: Any = field.definition.default_factory  # of an empty list, set or dict the class itself
    if default is engine.UNSET:  # nothing but UNSET is left out
        return pick
    return lambda value: value if value is default or (type(value) is factory and not value) else pick(value)


def optional_pick(pick: Pick) -> Pick:
    """Return the function that picks as a model, or keeps None."""
    return lambda value: None if value is None else pick(value)


def _shape(member: Type) -> str:
    """Return the shape of a member of a union."""
    if member.kinds & {"array", "tuple"}:
        return "array"
    return "object" if member.kinds & {"object", "custom"} else "scalar"
