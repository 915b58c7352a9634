"""Read the numbers that databases have as those that a type declares."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any

_NAN = float("nan")


def to_bool(value: Any) -> Any:
    """Return 0 or 1, which databases have for a bool, as one; any other value as it is."""
    if type(value) is bool:
        return value
    return bool(value) if isinstance(value, (int, float, Decimal)) and value in (0, 1) else value


def to_int(value: Any) -> Any:
    """Return a whole number of another type as an int; any other value as it is."""
    if type(value) is int or not isinstance(value, (float, Decimal)):
        return value
    try:
        whole = int(value)
    except (ValueError, OverflowError):  # NaN and infinities
        return value
    return whole if whole == value else value


def to_float(value: Any) -> Any:
    """Return a Decimal as a float; any other value as it is."""
    if not isinstance(value, Decimal):
        return value
    return _NAN if value.is_snan() else float(value)


def to_decimal(value: Any) -> Any:
    """Return a number as a Decimal, which JSON has as text, and NaN and infinities as a float, which is null there.

    Any other value is returned as it is.
    """
    if isinstance(value, Decimal):
        return value if value.is_finite() else _NAN
    if isinstance(value, float):
        return Decimal(str(value)) if isfinite(value) else value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def zero_for_nan(value: Any) -> Any:
    """Return 0 for a NaN or an infinity, which JSON has as null; any other number as `to_float` does."""
    value = to_float(value)
    return 0.0 if isinstance(value, float) and not isfinite(value) else value


def zero_decimal_for_nan(value: Any) -> Any:
    """Return 0 for a NaN or an infinity, which JSON has as null; any other number as `to_decimal` does."""
    found = to_decimal(value)
    return Decimal(0) if isinstance(found, float) else found
