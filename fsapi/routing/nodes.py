"""The routes as a tree of segments: what may follow each segment, and which names of a folder may match one.

A folder may have thousands of names such as `report-7-[id].json` or `[from]-to-7-[until]`. Those whose text the segment
does not have are not tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, takewhile
from typing import Any, Generic, TypeVar

from fsapi.request.route import Route
from fsapi.routing.segment_match import Match, segment_match
from fsapi.tree.segment import Param, Segment

NextT = TypeVar("NextT")
#: A route with the names of its params.
Answer = tuple[Route, tuple[str, ...]]

# So few are tried in less time than their texts take to be looked up.
_FEW = 2


class Node:
    """What can follow the first segments of a path; `answer` is for a path that ends here."""

    __slots__ = ("answer", "literals", "matches", "param", "rest")

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.literals: dict[str, Node] = {}
        self.matches: Siblings[Node] | None = None
        self.param: Node | None = None
        self.rest: Answer | None = None


class Siblings(Generic[NextT]):
    """Names with a matcher, or with text around params, in the order of precedence, each with what follows it."""

    __slots__ = ("_all", "_by_ends", "_lengths")

    def __init__(self) -> None:
        self._all: list[tuple[Match, NextT]] = []
        # By the text that names begin and end with: their places. Then the lengths of these texts.
        self._by_ends: dict[tuple[str, str], _SameEnds] = {}
        self._lengths: set[tuple[int, int]] = set()

    def add(self, pieces: Sequence[str | Param], following: NextT) -> None:
        """Add a name, after all others in precedence."""
        first, last = (piece if isinstance(piece, str) else "" for piece in (pieces[0], pieces[-1]))
        inner = max((piece for piece in pieces[1:-1] if isinstance(piece, str)), key=len, default="")
        self._by_ends.setdefault((first, last), _SameEnds()).add(inner, len(self._all))
        self._lengths.add((len(first), len(last)))
        self._all.append((segment_match(pieces), following))

    def before(self, following: NextT | None) -> list[Match] | None:
        """Return the functions that match the names before the one with what follows it, or all; None for many."""
        found = [match for match, _ in takewhile(lambda name: name[1] is not following, self._all[: _FEW + 1])]
        return found if len(found) <= _FEW else None

    def candidates(self, segment: str) -> Sequence[tuple[Match, NextT]]:
        """Return the functions that may match a segment, in order, each with what follows its name."""
        if len(self._all) <= _FEW:
            return self._all
        end = len(segment)
        ends = ((segment[:first], segment[end - last :]) for first, last in self._lengths if first + last <= end)
        found = (self._by_ends[each].find(segment) for each in ends if each in self._by_ends)
        return [self._all[place] for place in sorted(chain.from_iterable(found))]


class _SameEnds:
    """The places of names that begin and end with the same texts, by the longest text between their params."""

    __slots__ = ("_by_length", "_places")

    def __init__(self) -> None:
        self._places: list[int] = []
        self._by_length: dict[int, dict[str, list[int]]] = {}

    def add(self, inner: str, place: int) -> None:
        """Add a name."""
        self._places.append(place)
        self._by_length.setdefault(len(inner), {}).setdefault(inner, []).append(place)

    def find(self, segment: str) -> Iterable[int]:
        """Return the places of the names whose text is in a segment."""
        if len(self._places) <= _FEW:
            return self._places
        texts = ((known, text) for known in self._by_length.values() for text in _within(segment, known))
        return chain.from_iterable(known[text] for known, text in texts)


def _within(segment: str, texts: Mapping[str, object]) -> Iterable[str]:
    """Return which texts of one length are in a segment: look for each of few, and look each part up among many."""
    if len(texts) < len(segment):
        return [text for text in texts if text in segment]
    length = len(next(iter(texts)))
    parts = (segment[start : start + length] for start in range(len(segment) - length + 1))
    return texts.keys() & parts


def add_route(route: Route, nodes: dict[tuple[str, ...], Node]) -> Answer:
    """Add a route and return its answer; `nodes` are those that there are, by the shape of the path to them."""
    answer = route, tuple(name for name, _ in route.variables)
    shape: tuple[str, ...] = ()
    node = nodes[shape]
    for segment in route.url.segments:
        if segment.rest:
            node.rest = answer
            return answer
        shape = (*shape, segment.shape)
        if shape not in nodes:
            nodes[shape] = _grow(node, segment)
        node = nodes[shape]
    node.answer = answer
    return answer


def _grow(node: Node, segment: Segment) -> Node:
    """Return a new node after another, for one more segment."""
    grown = Node()
    if not segment.params:
        node.literals[segment.shape] = grown
    elif segment.shape == "[]":
        node.param = grown
    else:
        node.matches = node.matches or Siblings()
        node.matches.add(segment.pieces, grown)
    return grown


def walk(node: Node, parts: list[str], place: int, values: list[Any]) -> Answer | None:
    """Return the answer for the parts from a place on, and add their values; None if there is none."""
    if place == len(parts):
        return node.answer
    part, count = parts[place], len(values)
    child = node.literals.get(part)
    if child is not None and (answer := walk(child, parts, place + 1, values)) is not None:
        return answer
    for match, child in node.matches.candidates(part) if node.matches else ():
        found = match(part)
        if found is not None:
            values += found
            if (answer := walk(child, parts, place + 1, values)) is not None:
                return answer
            del values[count:]
    if node.param is not None and part:
        values.append(part)
        if (answer := walk(node.param, parts, place + 1, values)) is not None:
            return answer
        del values[count:]
    if node.rest is not None and part:
        values.append(parts[place:])
        return node.rest
    return None
