"""Find numbers without a value in decoded data: a Decimal can be NaN or infinite, which msgspec reads from text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from fsapi.json.invalid import ValidationError
from fsapi.json.path import children, join, walk

_TEXT = "Expected a finite number"
# Decimal reads `NaN`, `sNaN12`, `Infinity`, `inf` in any case and with underscores; JSON can escape each letter.
_SUSPECT = re.compile(rb"n_*a_*n|i_*n_*f|\\", re.IGNORECASE)
# Types of single values; most of a document are such.
_SINGLE = frozenset({str, int, float, bool, type(None), Decimal})


def only_finite(decode: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Return a function that decodes JSON, and raises ValidationError for a number without a value."""

    def decode_finite(data: bytes) -> Any:
        value = decode(data)
        if _SUSPECT.search(data):
            reject_not_finite(value)
        return value

    return decode_finite


def reject_not_finite(value: Any) -> None:
    """Raise ValidationError for the first number without a value in decoded data, at any depth."""
    for steps, item in walk(value, _is_settled, _children):
        if not _is_finite(item):
            raise ValidationError(_TEXT, join(steps))
        if isinstance(item, dict) and not all(map(_is_finite, item)):  # pyright: ignore[reportUnknownArgumentType] # isinstance() narrows to dict[Unknown, Unknown]
            raise ValidationError(f"{_TEXT} as a key", join(steps), of_key=True)


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container holds, each with its step; as msgspec does, without the keys, which the client chooses."""
    is_dict = isinstance(value, dict)
    yield from (("[...]" if is_dict else step, item) for step, item in children(value))


def _is_settled(value: object) -> bool:
    """Return whether a value is a number with a value, or holds none."""
    return type(value) in _SINGLE and _is_finite(value)


def _is_finite(value: object) -> bool:
    """Return whether a value is no number, or a number with a value."""
    return (
        value.is_finite() if isinstance(value, Decimal) else not isinstance(value, float) or abs(value) < float("inf")
    )
