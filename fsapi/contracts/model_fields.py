"""The fields of a pydantic model, and where clients can put their values: names, or paths into lists and objects."""

# Types are joined at run time, where one may be a reference, which `|` cannot join.
# ruff: noqa: UP007

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator, Sequence
from enum import Enum, EnumMeta
from types import NoneType
from typing import Any, Literal, NamedTuple, Union

from fsapi.json.hints import alternatives
from fsapi.json.type_variables import changed

_Path = tuple["str | int", ...]


class ModelField(NamedTuple):
    """A field of a model: the name that clients send, the name in Python, its type, and how it is set."""

    json_name: str
    name: str
    hint: Any
    required: bool
    in_init: bool
    #: All names that clients can send, each with whether it is a list from which one item is taken.
    names: Sequence[tuple[str, bool]]
    #: Whether a name takes what a query or a form can send: a text, or an item of a list of texts.
    takes_text: bool


def fields(hint: Any) -> list[ModelField]:
    """Return the fields of a model; raise NameError if it uses an undefined name."""
    hint.model_rebuild()
    return [
        ModelField(
            str(paths[0][0]),
            name,
            field.annotation,
            field.is_required(),
            field.init is not False,
            [(str(first), isinstance(next(iter(steps), ""), int)) for first, *steps in paths],
            any(map(_takes_text, paths)),
        )
        for name, field in hint.model_fields.items()
        if not getattr(hint, "__pydantic_root_model__", False)
        # As in pydantic's schema: a name comes before a path into a list or an object.
        for paths in [sorted(_paths(name, field.validation_alias, hint.model_config), key=lambda path: len(path) > 1)]
    ]


def without_missing(hint: Any) -> Any:
    """Return the type of a field without the sentinel MISSING, which no client can send."""
    missing = getattr(sys.modules["pydantic_core"], "MISSING", None)  # pydantic 2.12
    found = alternatives(hint)
    others = [each for each in found if each is not missing]
    return Union[tuple(others)] if 0 < len(others) < len(found) else hint


def with_values(hint: Any) -> Any:
    """Return a type with the values of those enums in place of their members that msgspec does not read."""
    is_enum = isinstance(hint, EnumMeta)
    if not is_enum and typing.get_origin(hint) is not Literal:
        return changed(hint, with_values)
    parts: Any = [*hint] if is_enum else typing.get_args(hint)
    values = [part.value if isinstance(part, Enum) else part for part in parts]
    types: set[Any] = {*map(type, values)}
    if is_enum and len(types) == 1 and types <= {int, str}:
        return hint
    return Literal[tuple(values)] if types <= {int, str, bool, NoneType} else Union[tuple(types)]


def _paths(name: str, alias: Any, config: Any) -> Iterator[_Path]:
    """Yield where clients can put the value of a field: a name, and what leads from there into a list or an object."""
    by_alias = alias is not None and config.get("validate_by_alias") is not False
    if by_alias:
        yield from _aliases(alias)
    if not by_alias or config.get("populate_by_name") or config.get("validate_by_name"):
        yield (name,)


def _aliases(alias: Any) -> Iterator[_Path]:
    """Yield the paths in an alias: a text, an AliasPath or an AliasChoices of pydantic."""
    if isinstance(alias, str):
        yield (alias,)
    for choice in getattr(alias, "choices", ()):
        yield from _aliases(choice)
    if path := getattr(alias, "path", ()):
        yield tuple(path)


def _takes_text(path: _Path) -> bool:
    """Return whether a path leads to a text, or to an item of a list of texts."""
    return len(path) == 1 or (len(path) == 2 and isinstance(path[1], int))
