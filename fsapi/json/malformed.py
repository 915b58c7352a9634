"""What is wrong with bytes that are no JSON, and where, in words that a client can use."""

from __future__ import annotations

import re

_LONE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")


class Malformed(ValueError):
    """Bytes that are no JSON; the text says what is wrong and where."""

    @classmethod
    def of(cls, exc: Exception, data: bytes) -> Malformed:
        """Return what msgspec means by an exception, in words of our own where its place is missing or wrong."""
        if isinstance(exc, RecursionError):
            return cls("nested too deep")
        if isinstance(exc, UnicodeDecodeError):
            return cls(f"not UTF-8 at byte {_valid(data)}")
        text = str(exc)
        if text == "Input data was truncated":
            lone = _LONE.search(data.replace(b"\\\\", b"  "))  # a backslash may stand before the u as text
            return cls(
                f"a lone surrogate at byte {lone.start()}" if lone else f"it ends too early, at byte {len(data)}"
            )
        if " out of range" in text:
            return cls(f"a number out of range{text.partition(' out of range -')[2]}")
        return cls(text.removeprefix("JSON is malformed: "))


def _valid(data: bytes) -> int:
    """Return how many bytes are UTF-8; msgspec counts from the start of the string that it is about."""
    try:
        return len(data.decode().encode())
    except UnicodeDecodeError as exc:
        return exc.start
