"""Make values of the types that msgspec does not know: pydantic models, and uploaded files."""

from __future__ import annotations

from typing import Any

from fsapi.contracts.models import is_model
from fsapi.json.engine import Hook
from fsapi.models.numbers import Floats
from fsapi.models.reader import reader_of


def decode_hook(hint: type, value: Any) -> Any:
    """Return a value of a type that msgspec does not know; raise ValueError."""
    return reader_of(hint).build(value) if is_model(hint) else _file(hint, value)


def digit_hook() -> tuple[Hook, Floats]:
    """Return a `decode_hook` that keeps the digits of the numbers of a document, and its floats."""
    floats = Floats()

    def decode_hook(hint: type, value: Any) -> Any:
        return reader_of(hint).build(value, floats) if is_model(hint) else _file(hint, value)

    return decode_hook, floats


def _file(hint: type, value: Any) -> Any:
    """Return a file; raise ValueError for any other value."""
    if not isinstance(value, hint):
        raise ValueError("Expected a file")
    return value
