"""Find the files that share the path of a request but do not answer it, and say at which segment each loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from fsapi.request.path import SLASH
from fsapi.request.route import Route
from fsapi.routing.segment_match import segment_match
from fsapi.tree.segment import Segment

# How many files that lose are listed.
_MOST = 10
_KINDS = {10: "an int", 20: "a UUID", 30: "a param", 40: "the rest of the path"}


class Loser(NamedTuple):
    """A route that shares the first segments of a path, and why it does not answer."""

    route: Route
    why: str


def find_losers(routes: Sequence[Route], parts: Sequence[str], winner: Route | None) -> list[Loser]:
    """Return the routes that share the first segments of a path but do not answer it, those that share most first."""
    own = "" if winner is None else winner.file
    others = (route for route in routes if route.exports and route.file != own)
    found = [(route, *_compare(route.url.segments, parts)) for route in others]
    found.sort(key=lambda each: (-each[1], each[2] != ""))  # first those that have all of the path
    return [Loser(each, why or _rank_below(each, winner)) for each, shared, why in found if shared or not why]


def list_losers(losers: Sequence[Loser]) -> Iterator[str]:
    """Yield the lines for the routes that share the path so far."""
    if losers:
        yield "These share the path so far:"
    width = max((len(loser.route.file) for loser in losers[:_MOST]), default=0)
    yield from (f"  {loser.route.file:{width}}  {loser.why}" for loser in losers[:_MOST])
    if len(losers) > _MOST:
        yield f"  and {len(losers) - _MOST:,} more"


def _compare(segments: Sequence[Segment], parts: Sequence[str]) -> tuple[int, str]:
    """Return how many segments of a URL fit a path, and why the next one does not, "" if all of them fit."""
    for place, (segment, part) in enumerate(zip_longest(segments, parts)):
        if segment is None:
            return place, f"the path goes on with `{_shown(part)}`"
        if part is None:
            return place, f"the path ends before `{segment.name}`"
        if segment.rest:
            break
        if not segment.params and segment.shape != part:
            return place, f"`{_shown(part)}` is not `{segment.name}`"
        if segment.params and segment_match(segment.pieces)(part) is None:
            return place, f"`{_shown(part)}` does not fit `{segment.name}`"
    return len(parts), ""


def _rank_below(route: Route, winner: Route | None) -> str:
    """Return why a route that has the path too does not answer, or comes after the one that does."""
    is_page = "page" in route.exports
    pairs = zip(route.url.segments, winner.url.segments if winner is not None else ())
    later, first = next(((own, other) for own, other in pairs if own.shape != other.shape), (None, None))
    if later is None or first is None:
        return f"has the same URL, and answers {'clients that prefer HTML' if is_page else 'other methods'}"
    if later.order < first.order:
        return "is a page, which answers GET and HEAD alone"
    return f"`{later.name}`, {_kind(later)}, comes after `{first.name}`, {_kind(first)}"


def _kind(segment: Segment) -> str:
    """Return what a segment is, in words."""
    if not segment.params:
        return "a literal"
    return _KINDS[segment.params[0].rank] if len(segment.pieces) == 1 else "text around params"


def _shown(part: str) -> str:
    """Return a part of a path for people, with the slashes that are data encoded."""
    return part.replace(SLASH, "%2F")
