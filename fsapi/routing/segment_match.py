"""Match one segment of a path by text around params and by matchers, in linear time.

The answer is that of a greedy regex with one group for each param. A regex itself would try every way to split a text:
with three params and a suffix it takes 25 seconds for 4,000 characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
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
_LONG = len(str(2**63))
# RFC 9562, 4.
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_UUID_SIZE = 36
_DIGITS = re.compile("[0-9]+")


def segment_match(pieces: Sequence[_Piece]) -> Match:
    """Return the function that matches the pieces of a segment.

    A part that is `.` or `..`, or an int beyond 64 bits, is no match; no other split is tried.
    """
    matchers = [piece.matcher for piece in pieces if isinstance(piece, Param)]
    readers = [READERS[matcher] for matcher in matchers]
    if len(pieces) == 1:
        return partial(_match_whole, readers[0])
    is_fixed = len(matchers) == 1 or not any(matchers)  # what a single matcher does not take, its reader rejects
    split = partial(_split_from_right if is_fixed else _split_by_matchers, pieces)

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
    return value if len(text) < _LONG or value in _INT64 else None


def _read_uuid(text: str) -> UUID | None:
    """Return a UUID in its canonical form, in upper or lower case."""
    return UUID(text) if _UUID.fullmatch(text) else None


#: Matcher → returns the value of a text; None for one that does not match.
READERS: dict[str, Callable[[str], Any]] = {"": _read_text, "int": _read_int, "uuid": _read_uuid}


def _split_from_right(pieces: Sequence[_Piece], text: str) -> list[str] | None:
    """Split a text with one param, or whose params take any text: greed looks for each separator from the right."""
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


def _split_by_matchers(pieces: Sequence[_Piece], text: str) -> list[str] | None:
    """Split a text by pieces of any kind, from the left, where what is left of it fits what is left of the pieces."""
    first, last = pieces[0], pieces[-1]
    if (isinstance(first, str) and not text.startswith(first)) or (isinstance(last, str) and not text.endswith(last)):
        return None  # a folder may have many such names
    split = _Split(pieces, text)
    found: list[str] = []
    place = 0
    for number, piece in enumerate(pieces):
        end = split.end(number, place)
        if end < 0:
            return None
        if isinstance(piece, Param):
            found.append(text[place:end])
        place = end
    return found


class _Split:
    """Where the pieces of a segment can end in a text. Each question is answered once, and only if it is asked.

    The end of a piece is the last one with which what follows fits, -1 where there is none.
    """

    __slots__ = ("_ends", "_lasts", "_pieces", "_runs", "_text")

    def __init__(self, pieces: Sequence[_Piece], text: str) -> None:
        self._pieces, self._text = pieces, text
        self._ends: dict[tuple[int, int], int] = {}
        self._lasts: dict[tuple[int, int], int] = {}
        self._runs: list[tuple[int, int]] | None = None

    def end(self, number: int, place: int) -> int:
        """Return the end of a piece that begins at a place."""
        key = number, place
        if key not in self._ends:
            piece = self._pieces[number]
            if isinstance(piece, str):
                fits = self._text.startswith(piece, place)
                self._ends[key] = self._if_fits(number + 1, place + len(piece)) if fits else -1
            else:
                self._ends[key] = _ENDS[piece.matcher](self, number + 1, place)
        return self._ends[key]

    def _if_fits(self, number: int, place: int) -> int:
        """Return a place if the pieces from a number on fit there, else -1."""
        fits = place == len(self._text) if number == len(self._pieces) else self.end(number, place) >= 0
        return place if fits else -1

    def _last(self, number: int, low: int, high: int) -> int:
        """Return the last place from `low` to `high` where the pieces from a number on fit; `low` depends on `high`."""
        key = number, high
        if key not in self._lasts:
            self._lasts[key] = self._find_last(number, low, high)
        return self._lasts[key]

    def _find_last(self, number: int, low: int, high: int) -> int:
        """Return that place: from the right, the text between two params is looked for, then what follows it."""
        if number == len(self._pieces):
            return self._if_fits(number, high)
        separator = str(self._pieces[number])  # two params have text between them
        place = self._text.rfind(separator, low, high + len(separator))
        while place >= 0 and self._if_fits(number, place) < 0:
            place = self._text.rfind(separator, low, place + len(separator) - 1)
        return place

    def any_end(self, following: int, place: int) -> int:
        """Return the end of a param that takes any text."""
        last = self._last(following, 0, len(self._text))
        return last if last > place else -1

    def uuid_end(self, following: int, place: int) -> int:
        """Return the end of a UUID."""
        return self._if_fits(following, place + _UUID_SIZE) if _UUID.match(self._text, place) else -1

    def int_end(self, following: int, place: int) -> int:
        """Return the end of a whole number of any size."""
        if self._text.startswith("0", place):
            return self._if_fits(following, place + 1)
        start = place + self._text.startswith("-", place)
        if self._runs is None:
            self._runs = [run.span() for run in _DIGITS.finditer(self._text)]
        run = bisect_right(self._runs, (start, len(self._text))) - 1
        if run < 0 or self._runs[run][1] <= start or self._text[start] == "0":
            return -1
        last = self._last(following, *self._runs[run])
        return last if last > start else -1


_ENDS: dict[str, Callable[[_Split, int, int], int]] = {
    "": _Split.any_end,
    "int": _Split.int_end,
    "uuid": _Split.uuid_end,
}
