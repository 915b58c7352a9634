"""Write values as text for a URL, and compare them with what a request for that URL has as params."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from enum import Enum
from typing import Any, TypeGuard
from uuid import UUID


def as_text(value: object) -> str:
    """Return the text of a value; raise ValueError for one that has none, such as a list.

    Subclasses of str and int are written by their base, enums by their value, dates as in ISO 8601.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Enum):
        return as_text(value.value)
    if isinstance(value, (bool, float)):
        return repr(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (Sequence, Mapping, set, frozenset)) or type(value).__str__ is object.__str__:
        raise ValueError(f"{value!r} does not fit into the path: it is not text")
    return str(value)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Return whether a value is a list of segments, which a str or bytes are not."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))


def is_same(param: Any, value: object) -> bool:
    """Return whether a param of a request is the value that its URL was made of."""
    if is_list(value):
        return isinstance(param, list) and param == [as_text(part) for part in value]
    text = as_text(value)
    return as_text(param) == (text.lower() if isinstance(param, UUID) else text)
