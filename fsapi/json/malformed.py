"""Explain why bytes are not valid JSON, and where."""

from __future__ import annotations

import re

from fsapi.json.path import shorten

_LONE_SURROGATE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")


class Malformed(ValueError):
    """Bytes that are not JSON; the text says what is wrong and where, for the client."""

    #: The path to a number out of range; None for other errors.
    rest: str | None = None

    @classmethod
    def of(cls, exc: Exception, data: bytes) -> Malformed:
        """Explain an exception of msgspec; where its place is missing or wrong, find it again."""
        if isinstance(exc, RecursionError):
            return cls("nested too deep")
        text = str(exc)
        if isinstance(exc, UnicodeDecodeError) or text == "Invalid UTF-8 encoded string":  # the second from 0.23 on
            return cls(f"not UTF-8 at byte {_count_utf8(data)}")
        if text == "Input data was truncated":
            lone = _LONE_SURROGATE.search(data.replace(b"\\\\", b"  "))  # an escaped backslash before a `u` is text
            return cls(
                f"a lone surrogate at byte {lone.start()}" if lone else f"it ends too early, at byte {len(data)}"
            )
        if " out of range" in text:
            return cls(f"a number out of range{text.partition(' out of range -')[2]}")
        return cls(text.removeprefix("JSON is malformed: "))

    @classmethod
    def out_of_range(cls, rest: str) -> Malformed:
        """Return the error of a number that is too large, with the path to it, as in `.items[0]`."""
        made = cls(f"a number out of range at `{shorten(f'${rest}')}`" if rest else "a number out of range")
        made.rest = rest
        return made


def _count_utf8(data: bytes) -> int:
    """Return how many bytes are UTF-8 before the first that is not; msgspec counts from the start of the string."""
    try:
        return len(data.decode().encode())
    except UnicodeDecodeError as exc:
        return exc.start
