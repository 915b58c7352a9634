"""Compile the type of an answer into functions that pick from any value what the type declares.

Each type becomes a Part: the type that reads back what was written, with no constraints and with twins for classes (see
`json/twins.py`), and a function that picks. A value that is of no use for its type is left as it is, and the type that
reads back rejects it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from types import GenericAlias
from typing import Annotated, Any, Union

from fsapi.answers import numbers
from fsapi.answers.containers import (
    Part,
    dict_pick,
    is_set,
    keep,
    list_pick,
    optional_pick,
    set_pick,
    tuple_pick,
    union_pick,
    unless_default,
)
from fsapi.answers.model_twins import ModelTwins
from fsapi.answers.models import model_writer
from fsapi.answers.references import Twins
from fsapi.contracts.typeinfo import Type
from fsapi.json import engine, sources, twins
from fsapi.json.hints import unwrap
from fsapi.json.sources import Pick

# A Decimal as JSON has it: msgspec would take a number too.
_DECIMAL = Annotated[str, engine.Meta(pattern=r"^-?[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?$")]


#: A class, whether it is a Struct with a tag in a union, and whether it is the only array beside an object there.
_Class = tuple[Type, bool, bool]
# What has been compiled by each kind of Compiler, which other types can contain as well.
_known: defaultdict[tuple[bool, bool], dict[_Class, Part]] = defaultdict(dict)


class Compiler:
    """Compiles one type.

    `nan_as_zero` makes picks that write 0 for NaN, to check all the rest of an answer; `reals` a type that finds a NaN
    in what pydantic has written.
    """

    def __init__(self, *, nan_as_zero: bool = False, reals: bool = False) -> None:
        self._nan_as_zero, self._reals = nan_as_zero, reals
        self._known = _known[nan_as_zero, reals]
        self._classes: dict[_Class, Part] = {}
        self._twins = Twins()
        self._picks: dict[Type, Pick] = {}

    def compile(self, described: Type) -> Part:
        """Return a type compiled, with all that is below it."""
        part = self._part(described)
        if not self._nan_as_zero:
            self._twins.link()
        self._known.update(self._classes)
        return part

    def _part(self, described: Type) -> Part:
        if described.alternatives:
            return self._union(described)
        if described.is_model:
            return self._model(described)
        if described.family == "custom":
            return Part(Any)
        if described.family:
            return self._class(described)
        return self._container(described)

    def _model(self, described: Type) -> Part:
        """Return a model compiled."""
        if self._nan_as_zero:  # it is written already
            return Part(Any)
        writer = model_writer(described.hint)
        twin = ModelTwins(self._twins).of(writer.schema) if self._reals else engine.Raw
        return Part(twin, writer.pick, pick_all=writer.pick_all, is_open=True)

    def _container(self, described: Type) -> Part:
        """Return a list, a dict or a tuple compiled, or a scalar."""
        if described.key is not None and described.element is not None:
            key, value = self._part(described.key), self._part(described.element)
            made: Any = GenericAlias(dict, (key.twin, value.twin))
            return Part(made, dict_pick(value), is_open=value.is_open)
        if described.element is not None:
            item, unique = self._part(described.element), is_set(described.hint)
            pick = list_pick(item._replace(pick_all=None) if unique else item)
            made = GenericAlias(list, (item.twin,))
            return Part(made, set_pick(pick) if unique else pick, is_open=item.is_open)
        if described.positions:
            parts = [self._part(position) for position in described.positions]
            made = GenericAlias(tuple, tuple(part.twin for part in parts))
            return Part(made, tuple_pick(parts), is_open=any(part.is_open for part in parts))
        if "array" in described.kinds:
            return Part(list[Any], list_pick(Part(Any)))
        return self._scalar(unwrap(described.hint))

    def _scalar(self, hint: Any) -> Part:
        """Return a scalar compiled."""
        real = numbers.zero_for_nan if self._nan_as_zero else numbers.to_float
        to_decimal = numbers.zero_decimal_for_nan if self._nan_as_zero else numbers.to_decimal
        scalars = {
            bool: Part(bool, numbers.to_bool, bool),
            int: Part(int, numbers.to_int, int),
            float: Part(float, real, None if self._nan_as_zero else float),
            Decimal: Part(_DECIMAL, to_decimal),
        }
        return scalars[hint] if hint in (*scalars,) else Part(hint)

    def _class(self, described: Type, *, in_union: bool = False, beside_object: bool = False) -> Part:
        """Return a class compiled; types that contain themselves find their twins by name.

        `in_union` is for a Struct with a tag there, `beside_object` for the only array there.
        """
        key = described, in_union, beside_object
        if key in self._known:
            return self._known[key]
        name = f"_twin_{id(described)}_{in_union}_{beside_object}"
        if name in self._twins:
            return Part(self._twins.refer(name), self._picks[described])
        self._twins.begin(name)
        outlined = twins.outline(described.hint)
        nested: list[tuple[int, Pick]] = []
        pick = self._picks.setdefault(described, sources.picker(outlined, nested))
        found = [field.type for field in described.fields.values()] or described.positions
        by_name = {field.name: field.type for field in described.fields.values()}
        types = [by_name[field.name] for field in outlined.fields] if by_name else found
        parts = [self._part(each) for each in types]
        nested += [
            (index, unless_default(field, part.pick))
            for index, (field, part) in enumerate(zip(outlined.fields, parts))
            if part.pick is not None
        ]
        twin: Any = Any  # nothing reads what was picked with zeros
        if not self._nan_as_zero and beside_object:
            twin = twins.for_reading_array(outlined, [part.twin for part in parts])
        elif not self._nan_as_zero:
            twin = twins.for_reading(outlined, [part.twin for part in parts], in_union=in_union)
        self._classes[key] = Part(self._twins.end(name, twin), pick)
        return self._classes[key]

    def _union(self, described: Type) -> Part:
        """Return a union compiled; beside a model there is only None, which is all that msgspec allows."""
        members = described.alternatives
        arrays = [member for member in members if member.family and "tuple" in member.kinds]
        has_objects = any(member.family and member not in arrays for member in members)
        parts = [self._member(member, beside_object=has_objects and [member] == arrays) for member in members]
        hints = [part.twin for part in parts]
        twin = next((hint for hint in (Any, engine.Raw) if hint in hints), Union[tuple(hints)])  # noqa: UP007 - see twins.py
        is_open = any(part.is_open for part in parts)
        picks = [part.pick or keep for part in parts]
        models = [pick for member, pick in zip(members, picks) if member.is_model]
        return Part(twin, optional_pick(models[0]) if models else union_pick(members, picks), is_open=is_open)

    def _member(self, member: Type, *, beside_object: bool) -> Part:
        """Return a member of a union compiled, which may be the only array beside an object."""
        if beside_object:
            return self._class(member, beside_object=True)
        return self._part(member) if member.tag is None else self._class(member, in_union=True)
