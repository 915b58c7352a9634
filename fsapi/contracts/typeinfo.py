"""What a type is made of: one frozen description per type, made once, which all readers of contracts share."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from werkzeug.datastructures import FileStorage

from fsapi.contracts import model_fields, models
from fsapi.json import hints
from fsapi.json.nodes import Node, fields_without_init, read_node, type_node


@dataclass(frozen=True, eq=False, repr=False)
class Type:
    """A type with all that is below it, in a circle if it contains itself.

    `kinds` are the kinds of JSON that it accepts (see `json/nodes.py`), those of all members for a union. `family` is
    "Struct", "dataclass", "attrs", "TypedDict", "NamedTuple", "model" (pydantic), "custom" (any other class that
    msgspec does not know) or "". A model says its fields, but is described by itself alone.
    """

    #: The type with its constraints, for msgspec; a class without its metadata.
    hint: Any
    kinds: frozenset[str]
    family: str = ""
    #: The fields of an object by their names in JSON; a dict has none.
    fields: Mapping[str, Field] = field(default_factory=dict[str, "Field"])
    #: The type of the keys of a dict.
    key: Type | None = None
    #: The type that all items of a list, or all values of a dict, have.
    element: Type | None = None
    #: The types of the items of a tuple, a NamedTuple or an array-like Struct, without a tag; `least` have to be there.
    positions: tuple[Type, ...] = ()
    least: int = 0
    #: The members of a union that are no unions themselves.
    alternatives: tuple[Type, ...] = ()
    forbids_extra: bool = False
    #: The JSON name of the field that tells the Structs of a union apart, and its value.
    tag_field: str | None = None
    tag: str | int | None = None

    @property
    def is_model(self) -> bool:
        """Whether pydantic reads the type."""
        return self.family == "model"

    @property
    def members(self) -> tuple[Type, ...]:
        """The members of a union, or the type itself."""
        return self.alternatives or (self,)

    def parts(self) -> Iterator[Type]:
        """Yield the types one level below."""
        yield from (field.type for field in self.fields.values())
        yield from (part for part in (self.key, self.element) if part is not None)
        yield from (*self.positions, *self.alternatives)


class Field(NamedTuple):
    """A field of an object: its names in JSON and in Python, its type, and whether it must be sent."""

    json_name: str
    name: str
    type: Type
    required: bool
    #: Whether `__init__` takes it.
    in_init: bool


def describe(hint: Any) -> Type:
    """Return the description of a type; raise TypeError or NameError if it cannot be written as JSON."""
    try:
        known = _classes.get(hint)
    except TypeError:  # its metadata cannot be hashed
        return _describe(hint)
    return known or _described(hint)


@cache
def types_below(described: Type, *, in_models: bool = False) -> tuple[Type, ...]:
    """Return a type and the types in it, at every depth; those in models, which only pydantic knows, if asked for."""
    found: dict[Type, None] = {}
    pending = [described]
    while pending:
        current = pending.pop()
        if current not in found:
            found[current] = None
            pending += current.parts() if in_models or not current.is_model else ()
    return tuple(found)


@cache
def unknown_types(described: Type) -> tuple[Any, ...]:
    """Return the types in and below a type that msgspec does not know: models, files and others."""
    return tuple(below.hint for below in types_below(described) if below.family in ("model", "custom"))


def has_files(described: Type) -> bool:
    """Return whether a type contains a file."""
    return FileStorage in unknown_types(described)


def _describe(hint: Any) -> Type:
    """Return the description of a type, and keep those of its classes."""
    reader = _Reader()
    described = reader.read(hint)
    _classes.update(reader.classes)
    return described


_described = cache(_describe)
#: The classes that have been described, which other types can contain as well.
_classes: dict[Any, Type] = {}


class _Reader:
    """Reads one type: its hint and msgspec's description of it side by side."""

    def __init__(self) -> None:
        self.classes: dict[Any, Type] = {}

    def read(self, hint: Any) -> Type:
        """Return the description of a type; raise TypeError."""
        return self._pair(hint, type_node(hint))

    def _pair(self, hint: Any, node: object) -> Type:
        """Return the description of a type with a node."""
        found, parts = read_node(node), hints.members(hint)
        if found.members:
            pairs = zip(parts, found.members) if len(parts) == len(found.members) else ()
            members = [member for pair in pairs for member in self._pair(*pair).members]
            return Type(hint, found.kinds, alternatives=tuple(members))
        if parts:  # msgspec leaves UNSET out, and then one member is no union
            return self._pair(parts[0], node)
        return self._class(found) if found.family else self._container(hint, found)

    def _container(self, hint: Any, found: Node) -> Type:
        """Return the description of a list, dict or tuple with the types in its brackets, or of a scalar."""
        items = [self._pair(*pair) for pair in zip(typing.get_args(hints.unwrap(hint)), found.items)]
        if not items or len(items) != len(found.items):
            return Type(hint, found.kinds)
        if "tuple" in found.kinds:
            return Type(hint, found.kinds, positions=tuple(items), least=len(items))
        return Type(hint, found.kinds, key=items[0] if len(items) == 2 else None, element=items[-1])

    def _class(self, found: Node) -> Type:
        """Return the description of a class; while its fields are read, what contains it has it already."""
        cls = found.cls
        known = self.classes.get(cls) or _classes.get(cls)
        if known is not None:
            return known
        made = self.classes[cls] = Type.__new__(Type)
        is_model, is_tuple = models.is_model(cls), "tuple" in found.kinds
        fields = self._model_fields(cls) if is_model else self._fields(found)
        Type.__init__(
            made,
            cls,
            found.kinds,
            "model" if is_model else found.family,
            fields=MappingProxyType({} if is_tuple else fields),
            positions=tuple(field.type for field in fields.values()) if is_tuple else (),
            least=sum(field.required for field in fields.values()) if is_tuple else 0,
            forbids_extra=models.forbids_extra(cls) if is_model else found.forbids_extra,
            tag_field=found.tag_field,
            tag=found.tag,
        )
        return made

    def _fields(self, found: Node) -> dict[str, Field]:
        """Return the fields of a class."""
        types = hints.field_types(found.cls) if found.fields else dict[str, Any]()
        later = fields_without_init(found.cls)
        return {
            json_name: Field(json_name, name, self._pair(types[name], node), required, name not in later)
            for name, json_name, required, node in found.fields
        }

    def _model_fields(self, cls: Any) -> dict[str, Field]:
        """Return the fields of a model."""
        return {
            json_name: Field(json_name, name, self._model_part(hint), required, in_init)
            for json_name, name, hint, required, in_init, *_ in model_fields.fields(cls)
        }

    def _model_part(self, hint: Any) -> Type:
        """Return the description of the type of a model's field, which perhaps only the model understands."""
        before = {**self.classes}
        try:
            return self.read(model_fields.with_values(model_fields.without_missing(hint)))
        except Exception:  # a type of the project can run any code
            self.classes = before
            members = [member for part in hints.members(hint) for member in self._model_part(part).members]
            return Type(hint, frozenset({"custom"}), alternatives=tuple(members))
