"""Find documents whose errors could take a model far more memory than they have bytes.

Pydantic keeps the path to each error. A long key is in the paths of all values below it: one of 5 MB above a thousand
wrong values would take 5 GB.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from typing import Any

from fsapi.models.numbers import decode_floats

# The paths of a smaller document take 64 MB at most.
_SMALL = 32 * 1024
_LONG = 1000
# Bytes that the paths of errors may take.
_MOST = 512 * 1024 * 1024
_COLON = re.compile(rb"\s*:")


def repeats_long_key(data: bytes) -> bool:
    """Return whether a JSON document has so long a key that as many errors as it has values would be too large."""
    if len(data) < _SMALL:
        return False
    text = data.replace(rb"\\", b"__").replace(rb"\"", b"__") if b"\\" in data else data
    longest = _longest_before_colon(text)
    may_be_large = longest > 0 and longest * (data.count(b",") + data.count(b":")) > _MOST
    return may_be_large and _size_of_errors(decode_floats(data)[0]) > _MOST


def _longest_before_colon(data: bytes) -> int:
    """Return the most bytes between a quote and one before a colon, 0 for less than _LONG; no quote is escaped.

    Only every thousandth byte or so is looked at. A long array can be before a key that begins with a colon.
    """
    longest = start = 0
    while start + _LONG <= len(data):
        quote = data.rfind(b'"', start, start + _LONG)
        if quote < 0:
            quote = data.find(b'"', start + _LONG)
            if quote < 0:
                break
            if _COLON.match(data, quote + 1):
                longest = max(longest, quote - start)
        start = quote + 1
    return longest


def _size_of_errors(value: Any) -> int:
    """Return the length of the longest key in data, at any depth, once for each value."""
    longest = count = 0
    pending = [value]
    while pending:
        inner = pending.pop()
        count += 1
        if isinstance(inner, dict):
            longest = max(longest, *map(len, inner), 0)
            pending += inner.values()
        elif isinstance(inner, list):
            pending += inner
    return longest * count
