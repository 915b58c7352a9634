"""Find the value that cannot be written as JSON."""

# JSON is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import Any

from fsapi.json.path import children, type_name
from fsapi.json.second_attempt import SecondAttempt


def explain(value: Any, attempt: SecondAttempt) -> str:
    """Return the path to the value that cannot be written, and its type, after an attempt that failed."""
    path = "$"
    while found := next((child for child in children(_open(value, attempt)) if _fails(child[1], attempt)), None):
        step, value = found
        path += step
    opened = _open(value, attempt)
    for key in opened if isinstance(opened, dict) else ():
        if _fails({key: None}, attempt):
            return f"{path} has a key of the type {type_name(key)}, which cannot be a JSON key"
    return f"{path} is of the type {type_name(value)}, which cannot be written as JSON"


def _open(value: Any, attempt: SecondAttempt) -> Any:
    """Return a value that has children as it is, and any other as what it is converted to, if it can be."""
    if next(children(value), None) is not None:
        return value
    try:
        return attempt.convert(value)
    except (TypeError, ValueError):
        return value


def _fails(value: Any, attempt: SecondAttempt) -> bool:
    """Return whether a value cannot be written."""
    try:
        attempt.encode(value)
    except (TypeError, ValueError, RecursionError, BufferError):
        return True
    return False
