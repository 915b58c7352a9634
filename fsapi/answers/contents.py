"""Tell what is in the type of an answer, at every depth."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from fsapi.answers.containers import is_set
from fsapi.contracts.typeinfo import Type, types_below
from fsapi.json import twins
from fsapi.json.hints import unwrap


def has_sets(described: Type) -> bool:
    """Return whether a type contains a set, whose items are all different."""
    return any(each.element is not None and is_set(each.hint) for each in types_below(described))


def has_reals(described: Type) -> bool:
    """Return whether a type contains numbers that may be NaN."""
    reals = (each for each in types_below(described) if each.kinds & {"float", "text"})
    return any(unwrap(each.hint) in (float, Decimal) for each in reals)


def silent_names(described: Type) -> set[str]:
    """Return the names that a type declares, but that JSON may lack."""
    return {name for each in types_below(described) for name in _silent_names(each)}


def _silent_names(described: Type) -> Iterator[str]:
    """Yield those of one class."""
    if described.is_model:
        yield from (name for json_name, field in described.fields.items() for name in (json_name, field.name))
    elif described.family not in ("", "custom"):
        yield from twins.outline(described.hint).silent
