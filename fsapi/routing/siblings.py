"""The names with params in text, or with a matcher, that are beside each other: which of them may match a segment.

A folder may have thousands of names such as `report-7-[id].json`. Those that begin and end with other text than the
segment are not tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Generic, TypeVar

from fsapi.routing.segment_match import Match, segment_match
from fsapi.tree.segment import Param

NextT = TypeVar("NextT")

# So few are tried in less time than their texts take to be looked up.
_FEW = 2


class Siblings(Generic[NextT]):
    """Names in the order of precedence, each with what follows it."""

    __slots__ = ("_all", "_by_ends", "_lengths")

    def __init__(self) -> None:
        self._all: list[tuple[Match, NextT]] = []
        # By the text that names begin and end with: their places. Then the lengths of these texts.
        self._by_ends: dict[tuple[str, str], list[int]] = {}
        self._lengths: set[tuple[int, int]] = set()

    def add(self, pieces: Sequence[str | Param], following: NextT) -> None:
        """Add a name, after all others in precedence."""
        first, last = (piece if isinstance(piece, str) else "" for piece in (pieces[0], pieces[-1]))
        self._by_ends.setdefault((first, last), []).append(len(self._all))
        self._lengths.add((len(first), len(last)))
        self._all.append((segment_match(pieces), following))

    def candidates(self, segment: str) -> Sequence[tuple[Match, NextT]]:
        """Return the functions that may match a segment, in order, each with what follows its name."""
        if len(self._all) <= _FEW:
            return self._all
        end = len(segment)
        ends = ((segment[:first], segment[end - last :]) for first, last in self._lengths if first + last <= end)
        return [self._all[place] for place in sorted(chain.from_iterable(map(self._places, ends)))]

    def _places(self, ends: tuple[str, str]) -> Sequence[int]:
        """Return the places of the names that begin and end with two texts."""
        return self._by_ends.get(ends, ())
