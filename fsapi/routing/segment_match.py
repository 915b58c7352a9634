"""Match one segment of a path by text around params and by matchers, in linear time.

The answer is that of a greedy regex with one group for each param. A regex itself would try every way to split a text:
with three params and a suffix it takes 25 seconds for 4,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from fsapi.request.path import SLASH
from fsapi.tree.segment import Param

#: Returns the values of the params in a segment, None if it does not match.
Match = Callable[[str], "list[Any] | None"]

_Piece = str | Param
# Whole numbers as Python writes them: no leading zero, no plus sign, no minus zero.
_INT = re.compile(r"0|-?[1-9][0-9]{0,18}")
_INT64 = range(-(2**63), 2**63)
# RFC 9562, 4.
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_UUID_SIZE = 36
_DIGITS = frozenset("0123456789")


def segment_match(pieces: Sequence[_Piece]) -> Match:
    """Return the function that matches the pieces of a segment.

    A part that is `.` or `..`, or an int beyond 64 bits, is no match; no other split is tried.
    """
    matchers = [piece.matcher for piece in pieces if isinstance(piece, Param)]
    readers = [_READERS[matcher] for matcher in matchers]
    if len(pieces) == 1:
        return partial(_match_whole, readers[0])
    split = partial(_split_by_table if any(matchers) else _split_from_right, pieces)

    def match(text: str) -> list[Any] | None:
        parts = split(text)
        if parts is None:
            return None
        values = [read(part) for read, part in zip(readers, parts)]
        return None if None in values else values

    return match


def _match_whole(read: Callable[[str], Any], text: str) -> list[Any] | None:
    """Return the value of a segment that is one param."""
    value = read(text)
    return None if value is None else [value]


def _read_text(text: str) -> str | None:
    """Return a part of a segment with its slashes; None for those that browsers resolve."""
    return None if text in (".", "..") else text.replace(SLASH, "/")


def _read_int(text: str) -> int | None:
    """Return a whole number of 64 bits."""
    if not _INT.fullmatch(text):
        return None
    value = int(text)
    return value if value in _INT64 else None


def _read_uuid(text: str) -> UUID | None:
    """Return a UUID in its canonical form, in upper or lower case."""
    return UUID(text) if _UUID.fullmatch(text) else None


_READERS: dict[str, Callable[[str], Any]] = {"": _read_text, "int": _read_int, "uuid": _read_uuid}


def _split_from_right(pieces: Sequence[_Piece], text: str) -> list[str] | None:
    """Split a text where all params take any text: greed looks for each separator from the right."""
    middle, start, end = list(pieces), 0, len(text)
    if isinstance(first := middle[0], str):
        if not text.startswith(first):
            return None
        start = len(first)
        del middle[0]
    if isinstance(last := middle[-1], str):
        end -= len(last)
        if end < start or not text.endswith(last):
            return None
    found: list[str] = []
    for separator in reversed([piece for piece in middle[:-1] if isinstance(piece, str)]):
        place = text.rfind(separator, start + 1, max(end - 1, 0))
        if place < 0:
            return None
        found.append(text[place + len(separator) : end])
        end = place
    return [text[start:end], *reversed(found)] if end > start else None


def _split_by_table(pieces: Sequence[_Piece], text: str) -> list[str] | None:
    """Split a text by pieces of any kind: from the right, note for every place where the piece from there would end."""
    first, last = pieces[0], pieces[-1]
    if (isinstance(first, str) and not text.startswith(first)) or (isinstance(last, str) and not text.endswith(last)):
        return None  # a folder may have many such names, and most tables would be made in vain
    fits = [False] * len(text) + [True]
    table: list[list[int]] = []
    for piece in reversed(pieces):
        ends = _text_ends(piece, text, fits) if isinstance(piece, str) else _ENDS[piece.matcher](text, fits)
        table.append(ends)
        fits = [end >= 0 for end in ends]
    found: list[str] = []
    place = 0
    for piece, ends in zip(pieces, reversed(table)):
        end = ends[place]
        if end < 0:
            return None
        if isinstance(piece, Param):
            found.append(text[place:end])
        place = end
    return found


# Each of these returns, for every place in a text, the last one at which a piece from there can end so that what
# follows fits, -1 where there is none.


def _text_ends(piece: str, text: str, fits: Sequence[bool]) -> list[int]:
    """Find the ends of a literal text."""
    size = len(piece)
    ends = [-1] * len(fits)
    place = text.find(piece)
    while place >= 0:
        if fits[place + size]:
            ends[place] = place + size
        place = text.find(piece, place + 1)
    return ends


def _any_ends(text: str, fits: Sequence[bool]) -> list[int]:
    """Find the ends of a param that takes any text."""
    last = max((place for place, fit in enumerate(fits) if fit), default=-1)
    return [last if last > place else -1 for place in range(len(fits))]


def _uuid_ends(text: str, fits: Sequence[bool]) -> list[int]:
    """Find the ends of a UUID."""
    ends = [-1] * len(fits)
    for place in range(len(fits) - _UUID_SIZE):
        if fits[place + _UUID_SIZE] and _UUID.match(text, place):
            ends[place] = place + _UUID_SIZE
    return ends


def _int_ends(text: str, fits: Sequence[bool]) -> list[int]:
    """Find the ends of a whole number of any size."""
    size, ends = len(text), [-1] * len(fits)
    stops = _digit_stops(text)
    before, last = [-1] * len(fits), -1
    for place, fit in enumerate(fits):  # the last place up to here from which what follows fits
        last = before[place] = place if fit else last
    for place, letter in enumerate(text):
        start = place + (letter == "-")
        if start < size and text[start] in _DIGITS and text[start] != "0":
            ends[place] = before[stops[start]] if before[stops[start]] > start else -1
        elif letter == "0" and fits[place + 1]:
            ends[place] = place + 1
    return ends


def _digit_stops(text: str) -> list[int]:
    """Return, for every place, where the digits that start there stop."""
    stops = [len(text)] * (len(text) + 1)
    for place in range(len(text) - 1, -1, -1):
        stops[place] = stops[place + 1] if text[place] in _DIGITS else place
    return stops


_ENDS: dict[str, Callable[[str, Sequence[bool]], list[int]]] = {"": _any_ends, "int": _int_ends, "uuid": _uuid_ends}
