"""Generate twins of classes: Structs that write their fields and no others, or that check what has been written.

| twin | its fields |
|---|---|
| for writing | take any value, and have the defaults, the names and the tag of the class |
| for reading | all have to be there, but for those that are left out on purpose; no others may |
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from fsapi.json import engine, hints
from fsapi.json.nodes import type_node


class TwinField(NamedTuple):
    """A field of a class: how twins, Python and JSON call it, and how it is defined for writing."""

    own: str
    name: str
    json_name: str
    #: Whether JSON may lack it: UNSET, a key that is not required, or a default that is left out.
    optional: bool
    required: bool
    #: Returns the default, or UNSET if there is none.
    default: Callable[[], Any]
    definition: Any


class Outline(NamedTuple):
    """What twins have in common with their class."""

    cls: Any
    fields: tuple[TwinField, ...]
    is_array: bool
    #: The tag and its field as options of a Struct; empty without a tag.
    tag: dict[str, Any]
    omits_defaults: bool

    @property
    def silent(self) -> set[str]:
        """The names in Python of fields with others in JSON, and those in JSON of fields that may be left out."""
        renamed = {field.name for field in self.fields if field.name != field.json_name}
        return renamed | {field.json_name for field in self.fields if field.optional}

    @property
    def names(self) -> list[str]:
        """The names of the fields in Python."""
        return [field.name for field in self.fields]

    @property
    def required(self) -> set[str]:
        """The own names of the fields without a default."""
        return {field.own for field in self.fields if field.required}


@cache
def outline(hint: Any) -> Outline:
    """Return what twins have in common with a class."""
    node = type_node(hint)
    cls = origin(node.cls)
    config: Any = getattr(cls, "__struct_config__", None)
    has_tag, is_array = getattr(node, "tag", None) is not None, getattr(node, "array_like", hasattr(cls, "_fields"))
    types = hints.field_types(node.cls)
    order = [*types]  # msgspec sorts the keys of a TypedDict
    omits = config is not None and config.omit_defaults and not is_array
    fields = sorted(node.fields, key=lambda field: order.index(field.name)) if cls is dict else node.fields
    prefix = _free_prefix([field.name for field in fields])
    owns = [field.name if _can_be_own(field.name) else f"{prefix}{index}" for index, field in enumerate(fields)]
    return Outline(
        cls=cls,
        fields=tuple(_field(own, field, types[field.name], omits=omits) for own, field in zip(owns, fields)),
        is_array=is_array,
        tag={"tag": node.tag, "tag_field": node.tag_field} if has_tag else {},
        omits_defaults=omits,
    )


def origin(hint: Any) -> Any:
    """Return the class of the values of a class with or without types in brackets: dict for a TypedDict."""
    cls = typing.get_origin(hint) or hint
    return dict if isinstance(cls, type) and issubclass(cls, dict) else cls  # pyright: ignore[reportUnknownVariableType] # of any types


def for_writing(outlined: Outline) -> Any:
    """Return the twin that writes fields, given in their order or by `own`; it leaves out those that lack."""
    fields = [(field.own, Any, field.definition) for field in outlined.fields]
    options: dict[str, Any] = {
        "array_like": outlined.is_array,
        "omit_defaults": outlined.omits_defaults,
        **outlined.tag,
    }
    return engine.define("Answer", fields, gc=False, **options)


def for_reading(outlined: Outline, types: Sequence[Any], *, in_union: bool) -> Any:
    """Return the twin that reads what was written.

    In a union the tag is an option of the Struct. Else it is a field, since msgspec would accept an object without it.
    """
    fields: list[tuple[str, Any, Any]] = []
    for field, hint in zip(outlined.fields, types):
        if field.optional:
            hint = typing.Union[hint, engine.UnsetType]  # noqa: UP007 - a reference cannot be joined by `|`
        fields.append((field.own, hint, _definition(field.json_name, unset=field.optional)))
    options: dict[str, Any] = {
        "array_like": outlined.is_array,
        "forbid_unknown_fields": True,
        "kw_only": True,
        **(outlined.tag if in_union else {}),
    }
    if outlined.tag and not in_union:
        fields.insert(
            0,
            (
                f"{_free_prefix(outlined.names)}tag",
                Literal[outlined.tag["tag"]],
                _definition(outlined.tag["tag_field"]),
            ),
        )
    return engine.define("Answer", fields, gc=False, **options)


def for_reading_array(outlined: Outline, types: Sequence[Any]) -> Any:
    """Return the twin that reads what was written of an array, for a union with an object.

    It is no Struct: beside one without a tag msgspec takes no other.
    """
    tag = [("tag", Literal[outlined.tag["tag"]])] if outlined.tag else []
    items: list[tuple[str, Any]] = [*tag, *((f"item{index}", hint) for index, hint in enumerate(types))]
    return typing.NamedTuple("Answer", items)


def _definition(json_name: str, described: Any = None, *, unset: bool = False) -> Any:
    """Return the definition of a field; its default is UNSET, that of a field that msgspec describes, or none."""
    if unset:
        return engine.field(default=engine.UNSET, name=json_name)
    if described is None:
        return engine.field(name=json_name)
    defaults: dict[str, Any] = {"default": described.default, "default_factory": described.default_factory}
    return engine.field(**defaults, name=json_name)


def _default_of(field: Any) -> Callable[[], Any]:
    """Return the function that makes the default of a field from msgspec's description."""
    if callable(field.default_factory):
        return field.default_factory  # type: ignore[no-any-return]
    default = engine.UNSET if field.default is field.default_factory else field.default
    return lambda: default


def _can_be_own(name: str) -> bool:
    """Return whether a Struct can have a field of a name; Python changes those with two underscores."""
    return name.isidentifier() and not name.startswith("__")


def _free_prefix(names: Sequence[str]) -> str:
    """Return what none of some names begins with."""
    prefix = "field_"
    while any(name.startswith(prefix) for name in names):
        prefix += "_"
    return prefix


def _field(own: str, field: Any, hint: Any, *, omits: bool) -> TwinField:
    """Return a field of a class from msgspec's description and its type."""
    bare = not field.required and field.default is field.default_factory  # UNSET, or a key that may be missing
    optional = bare or (omits and not field.required) or engine.UnsetType in typing.get_args(hints.unwrap(hint))
    definition = _definition(field.encode_name, field, unset=bare or field.required or not omits)
    return TwinField(own, field.name, field.encode_name, optional, field.required, _default_of(field), definition)
