"""Compile the type of an answer into functions that pick from any value what the type declares.

Each type becomes a Part: the type that reads back what was written, with no constraints and with twins for classes (see
`json/twins.py`), and a function that picks. A value that is of no use for its type is left as it is, and the type that
reads back rejects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ForwardRef, NamedTuple, Union

from fsapi.contracts import models
from fsapi.contracts.typeinfo import Type
from fsapi.json import engine, sources, twins
from fsapi.json.hints import unwrap
from fsapi.json.sources import Pick

# A Decimal as JSON has it: msgspec would take a number too.
_DECIMAL = Annotated[str, engine.Meta(pattern=r"^-?(?:[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?|s?NaN[0-9]*|Infinity)$")]


class Part(NamedTuple):
    """A compiled type; `pick` is None where values stay as they are."""

    twin: Any
    pick: Pick | None = None
    #: The class of scalars that need no pick.
    exact: type | None = None


class Compiler:
    """Compiles one type; `nan_as_zero` makes picks that write 0 for NaN, to check all the rest of an answer."""

    def __init__(self, *, nan_as_zero: bool = False) -> None:
        self.has_models = self.has_floats = False
        #: Names that the type declares, but that JSON may lack.
        self.silent: set[str] = set()
        self._nan_as_zero = nan_as_zero
        self._twins: dict[str, Any] = {}
        self._picks: dict[Type, Pick] = {}
        self._types: dict[Type, list[Any]] = {}

    def compile(self, described: Type) -> Part:
        """Return a type compiled, with all that is below it."""
        part = self._part(described)
        twins.link(self._twins)
        return part

    def _part(self, described: Type) -> Part:
        if described.alternatives:
            return self._union(described)
        if described.is_model:
            self.has_models = True
            self.silent |= {name for json_name, field in described.fields.items() for name in (json_name, field.name)}
            return Part(engine.Raw, models.answer_pick(described.hint))
        if described.family == "custom":
            return Part(Any)
        if described.family:
            return self._class(described)
        return self._container(described)

    def _container(self, described: Type) -> Part:
        """Return a list, a dict or a tuple compiled, or a scalar."""
        if described.key is not None and described.element is not None:
            key, value = self._part(described.key), self._part(described.element)
            return Part(dict[key.twin, value.twin], _dict_pick(value.pick))  # type: ignore[name-defined] # made at run time
        if described.element is not None:
            item = self._part(described.element)
            return Part(list[item.twin], _list_pick(item))  # type: ignore[name-defined] # made at run time
        if described.positions:
            parts = [self._part(position) for position in described.positions]
            return Part(tuple[tuple(part.twin for part in parts)], _tuple_pick(parts))  # type: ignore[misc] # the same
        if "array" in described.kinds:
            return Part(list[Any], _list_pick(Part(Any)))
        return self._scalar(unwrap(described.hint))

    def _scalar(self, hint: Any) -> Part:
        """Return a scalar compiled."""
        self.has_floats |= hint is float
        real = sources.zero_for_nan if self._nan_as_zero else sources.to_float
        scalars = {
            bool: Part(bool, sources.to_bool, bool),
            int: Part(int, sources.to_int, int),
            float: Part(float, real, None if self._nan_as_zero else float),
            Decimal: Part(_DECIMAL, sources.to_decimal, Decimal),
        }
        return scalars[hint] if hint in (*scalars,) else Part(hint)

    def _class(self, described: Type, *, in_union: bool = False) -> Part:
        """Return a class compiled; types that contain themselves find their twins by name."""
        name = f"_twin_{id(described)}_{in_union}"
        if name in self._twins:
            return Part(self._twins[name] or ForwardRef(name), self._picks[described])
        self._twins[name] = None
        outlined = twins.outline(described.hint)
        self.silent |= outlined.silent
        nested: list[tuple[int, Pick]] = []
        pick = self._picks.setdefault(described, sources.picker(outlined, nested))
        found = [field.type for field in described.fields.values()] or described.positions
        by_name = {field.name: field.type for field in described.fields.values()}
        types = [by_name[field.name] for field in outlined.fields] if by_name else found
        parts = [self._part(each) for each in types]
        nested += [(index, part.pick) for index, part in enumerate(parts) if part.pick is not None]
        twin = twins.for_reading(outlined, [part.twin for part in parts], in_union=in_union)
        self._twins[name] = twin
        return Part(twin, pick)

    def _union(self, described: Type) -> Part:
        """Return a union compiled; what a model of it writes is not read back."""
        members = described.alternatives
        parts = [
            self._class(member, in_union=True) if member.tag is not None else self._part(member) for member in members
        ]
        hints = [part.twin for part in parts]
        twin = next((hint for hint in (Any, engine.Raw) if hint in hints), Union[tuple(hints)])  # noqa: UP007 - see twins.py
        return Part(twin, _union_pick(members, [part.pick or _keep for part in parts]))


def _keep(value: Any) -> Any:
    return value


def _list_pick(item: Part) -> Pick:
    """Return the function that picks from the items of a list or of anything that can be iterated."""
    pick, exact = item.pick, item.exact

    def pick_items(value: Any) -> Any:
        if not sources.is_array(value):
            return value
        items: Sequence[Any] = value if type(value) in (list, tuple) else [*value]
        if pick is None or (exact is not None and {exact}.issuperset(map(type, items))):
            return items
        return [pick(each) for each in items]

    return pick_items


def _dict_pick(pick: Pick | None) -> Pick:
    """Return the function that picks from the values of a mapping."""

    def pick_values(value: Any) -> Any:
        found = sources.as_mapping(value)
        if found is None or (pick is None and type(found) is dict):
            return value
        return {key: (pick or _keep)(found[key]) for key in found}

    return pick_values


def _tuple_pick(parts: Sequence[Part]) -> Pick:
    """Return the function that picks from the items of a list by their positions, if it has so many."""
    picks = [part.pick or _keep for part in parts]

    def pick_positions(value: Any) -> Any:
        if not sources.is_array(value):
            return value
        items = [*value]
        return [*(pick(item) for pick, item in zip(picks, items)), *items[len(picks) :]]

    return pick_positions


def _union_pick(members: Sequence[Type], picks: Sequence[Pick]) -> Pick:
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
            tag = found.get(tag_field) if found is not None else getattr(value, tag_field, None) if tag_field else None
            if tag in tags:
                return tags[tag](value)
        return fitting[0](value) if len(fitting) == 1 else value

    return pick_member


def _shape(member: Type) -> str:
    """Return the shape of a member of a union."""
    if member.kinds & {"array", "tuple"}:
        return "array"
    return "object" if member.kinds & {"object", "custom"} else "scalar"
