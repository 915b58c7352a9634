"""Read what a value of any class holds: the fields of a mapping, a database row or an object, or the items of a list.

Nothing here turns an exception of the project's code into a value that is missing.
"""

# isinstance() narrows Any to containers whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from operator import attrgetter, itemgetter
from typing import Any, Final

from fsapi.json import engine, twins
from fsapi.json.base_values import reader_of
from fsapi.json.convert import is_text

#: Returns what a value has of the fields or items that a type declares.
Pick = Callable[[Any], Any]

#: Stands for a field that a value does not have.
MISSING: Final = type("Missing", (), {})()
_MISSING = id(MISSING)
_ARRAYS = (list, tuple, set, frozenset)


def as_mapping(value: Any) -> Mapping[Any, Any] | None:
    """Return a mapping, or the row of a database by its names; None for any other value."""
    if type(value) is dict:
        return value
    if getattr(value, "__getitem__", None) is None:  # asking the class would take longer
        return None
    value = getattr(value, "_mapping", value)  # a Row of SQLAlchemy, whose iteration gives only values
    if isinstance(value, Mapping):
        return value
    has_keys = callable(getattr(value, "keys", None))  # which can be a field of a NamedTuple
    return {key: value[key] for key in value.keys()} if has_keys else None  # noqa: SIM118 - a Row


def read_keys(found: Mapping[Any, Any], names: Sequence[tuple[str, str]]) -> list[Any]:
    """Return the values of fields by their name in JSON, else by that in Python; MISSING for those without any."""
    return [found[json_name] if json_name in found else found.get(name, MISSING) for json_name, name in names]


def read_attributes(value: Any, names: Sequence[str]) -> list[Any]:
    """Return attributes, each read once, MISSING for those that a value does not have; raise what a property raises."""
    found = [getattr(value, name, MISSING) for name in names]
    if _MISSING in map(id, found):
        return [_explain_missing(value, *pair) for pair in zip(names, found)]
    return found


def _explain_missing(value: Any, name: str, found: Any) -> Any:
    """Return MISSING only if a class has no such attribute: getattr() hides what a property raised."""
    if found is not MISSING or not hasattr(type(value), name):
        return found
    try:
        return getattr(value, name)
    except AttributeError as exc:
        if any(base.__name__ == "ObjectDoesNotExist" for base in type(exc).__mro__):  # Django has no row to refer to
            return None
        raise


def picker(outlined: twins.Outline, nested: Sequence[tuple[int, Pick]]) -> Pick:
    """Return the function that picks the fields of a mapping, a row or an object, as a twin that writes them.

    `nested` are functions for fields by index. A value without any of the fields is returned as it is.
    """
    make, names, pick_any = twins.for_writing(outlined), outlined.names, _careful_picker(outlined, nested)
    if len(names) < 2 or len(outlined.required) < len(names):
        return pick_any
    # Six times as fast as a call for each, but all or none is read.
    attributes, keys = attrgetter(*names), itemgetter(*(field.json_name for field in outlined.fields))

    def pick_fields(value: Any) -> Any:
        try:
            if type(value) is dict:
                values = [*keys(value)]
            elif getattr(value, "__getitem__", None) is None:
                values = [*attributes(value)]
            else:
                return pick_any(value)
        except (AttributeError, KeyError):
            return pick_any(value)
        for index, pick in nested:
            values[index] = pick(values[index])
        return make(*values)

    return pick_fields


def _careful_picker(outlined: twins.Outline, nested: Sequence[tuple[int, Pick]]) -> Pick:
    """Return the function that picks fields also if some of them are missing."""
    make, names, cls, fields = twins.for_writing(outlined), outlined.names, outlined.cls, outlined.fields
    keys = [(field.json_name, field.name) for field in fields]

    def pick_fields(value: Any) -> Any:
        found = as_mapping(value)
        if found is not None:
            values = read_keys(found, keys)
            if outlined.is_array and _MISSING in map(id, values) and _is_row(value):
                values = [*value]
        elif outlined.is_array and type(value) in (list, tuple):
            left_out = fields[len(value) :]
            values = [*value, *(MISSING for _ in left_out if not any(field.required for field in left_out))]
        else:
            values = read_attributes(value, names)
        lacks = _MISSING in map(id, values)
        if len(values) != len(names):
            return [*map(_pick_at(nested), range(len(values)), values)]  # of another length, which reading back reports
        if found is None and lacks and _has_none(values) and not isinstance(value, cls):
            return value
        if lacks:
            values = [value if value is not MISSING else field.default() for value, field in zip(values, fields)]
        for index, pick in nested:
            if values[index] is not engine.UNSET:
                values[index] = pick(values[index])
        if lacks and outlined.is_array and id(engine.UNSET) in map(id, values):
            return [value for value in values if value is not engine.UNSET]  # too short, which reading back reports
        return make(*values)

    return pick_fields


def _pick_at(nested: Sequence[tuple[int, Pick]]) -> Callable[[int, Any], Any]:
    """Return the function that picks from a value by its index."""
    picks = dict(nested)
    return lambda index, value: picks[index](value) if index in picks else value


def _has_none(values: Sequence[Any]) -> bool:
    """Return whether all fields are missing."""
    return {_MISSING}.issuperset(map(id, values))


def is_array(value: Any) -> bool:
    """Return whether a value is a list or a row, or can be iterated and is no text, flag, mapping, file or model."""
    if isinstance(value, _ARRAYS):
        return True
    if (
        isinstance(value, Enum)
        or not hasattr(value, "__iter__")
        or reader_of(value)
        or (as_mapping(value) is not None and not _is_row(value))
    ):
        return False
    return not (is_text(value) or hasattr(value, "read") or hasattr(value, "model_dump"))


def _is_row(value: Any) -> bool:
    """Return whether what gives values by names is the row of a database, which gives them by position too."""
    return isinstance(value, Sequence) and not isinstance(value, Mapping)


def is_scalar(value: Any) -> bool:
    """Return whether a value is neither an array nor an object."""
    return isinstance(value, (Enum, uuid.UUID)) or reader_of(value) is not None or is_text(value)
