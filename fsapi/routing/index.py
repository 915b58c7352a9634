"""Find the route of a path, in linear time.

Most routes are like `/users/[id]/posts/[post=int]`: literals, segments with one param, and perhaps the rest. Those of
one shape have their literals in the same places. Where such a route is the first choice at each segment, it is found by
all of these at once. For all other paths the tree of segments is walked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from fsapi.request.path import SLASH
from fsapi.request.route import Route
from fsapi.routing.nodes import Node, add_route, walk
from fsapi.routing.segment_match import READERS, Match, segment_match
from fsapi.tree.segment import Segment

# So many shapes of one length are looked up. There may be as many as routes.
_MOST = 8

#: A route and its params.
_Found = tuple[Route, dict[str, Any]]
#: Returns the value of a part, None for one that does not match.
_Read = Callable[[Any], Any]
#: Params, each with its place among the parts of a path, several for the rest, and what reads it unless it is any text.
_Params = list[tuple[str, int | slice, _Read | None]]
#: Places of params, each with texts that are tried there before.
_Before = list[tuple[int, Container[str]]]
#: Takes some parts of a path: one, or a tuple of several.
_Pick = Callable[[Sequence[str]], object]
#: What takes the literals of a path, and by these the routes.
_Shape = tuple[_Pick, dict[object, tuple[Route, _Params, _Before]]]


class _Matched:
    """The texts that names match."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self._matches = matches

    def __contains__(self, text: object) -> bool:
        return any(match(str(text)) is not None for match in self._matches)


class _Way(NamedTuple):
    """A route of literals and params; `parts` are those of its path, with "[]" for a param."""

    route: Route
    parts: list[str]
    literals: tuple[int, ...]
    params: _Params
    before: _Before

    @property
    def is_short(self) -> bool:
        """Return whether it ends with its first param, so that it has no other, and nothing is tried before that."""
        return self.params[0][1] == len(self.parts) - 1 and not self.before

    @property
    def is_open(self) -> bool:
        """Return whether the last param takes the rest of the path."""
        return isinstance(self.params[-1][1], slice)


class Index:
    """The routes of one Map."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Index the routes. They have params, are in the order of precedence, and no two have the same shape."""
        self._root = Node()
        nodes: dict[tuple[str, ...], Node] = {(): self._root}
        added = [add_route(route, nodes) for route in routes]
        ways = [way for route, names in added if (way := _way(route, names, nodes)) is not None]
        # By literals such as "/users": the route whose one param follows. Its shape would take half as long again.
        self._one_param = {"/".join(way.parts[:-1]): (way.route, *way.params[0]) for way in ways if way.is_short}
        # By the number of the parts of a path, then for all that have more.
        self._shapes, self._long_shapes = _shapes(way for way in ways if not way.is_short)

    def find(self, path: str) -> _Found | None:
        """Return the route of a path and its params; None if there is none."""
        head, _, last = path.rpartition("/")
        if head in self._one_param and last and SLASH not in last:
            route, name, _, read = self._one_param[head]
            value = last if read is None else read(last)
            if value is not None:
                return route, {name: value}
        parts = path.split("/")
        for literals_of, routes in self._shapes.get(len(parts), self._long_shapes):
            found = routes.get(literals_of(parts))
            if found is None:
                continue
            route, params, before = found
            for place, texts in before:
                if parts[place] in texts:
                    break
            else:
                values: dict[str, Any] = {}  # dict(zip(...)) takes three times as long
                for name, part, read in params:
                    value = parts[part] if read is None else read(parts[part])
                    if value is None:
                        break
                    values[name] = value
                else:
                    if SLASH in path:
                        values = {name: _with_slashes(value) for name, value in values.items()}
                    return route, values
        walked: list[Any] = []  # list[Any]() takes four times as long
        answer = walk(self._root, parts, 1, walked)
        if answer is None:
            return None
        return answer[0], dict(zip(answer[1], map(_with_slashes, walked) if SLASH in path else walked))


def _shapes(ways: Iterable[_Way]) -> tuple[dict[int, list[_Shape]], list[_Shape]]:
    """Return the shapes by the number of the parts of a path, and those for all that have more."""
    shapes: dict[tuple[int, bool, tuple[int, ...], int], _Shape] = {}
    taken = Counter[object]()
    for way in ways:
        kind, pick = (len(way.parts), way.is_open, way.literals), _picker(way.literals)
        literals = pick(way.parts)
        # Names such as [id=int] and [id] make routes of equal literals.
        _, routes = shapes.setdefault((*kind, taken[kind, literals]), (pick, {}))
        routes[literals] = way.route, way.params, way.before
        taken[kind, literals] += 1
    closed = defaultdict[int, list[_Shape]](list)
    for (size, is_open, *_), shape in shapes.items():
        if not is_open and len(closed[size]) < _MOST:
            closed[size].append(shape)
    opened = [(least, shape) for (least, is_open, *_), shape in shapes.items() if is_open][:_MOST]
    sizes = range(1, max((size for size, *_ in shapes), default=0) + 1)
    by_size = {size: [*closed[size], *(shape for least, shape in opened if least <= size)] for size in sizes}
    return by_size, [shape for _, shape in opened]


def _picker(places: Sequence[int]) -> _Pick:
    """Return the function that takes the parts at some places."""
    return itemgetter(*places)


def _way(route: Route, names: Sequence[str], nodes: Mapping[tuple[str, ...], Node]) -> _Way | None:
    """Return the places of the literals and the params of a route.

    None if a segment has several params, or many names before it; and if `/` would match, whose segment is empty.
    """
    shapes = [segment.shape for segment in route.url.segments]
    literals, params, before = list[int](), _Params(), _Before()
    for place, segment in enumerate(route.url.segments, 1):
        if not segment.params:
            literals.append(place)
            continue
        node, read = nodes[tuple(shapes[: place - 1])], _reader(segment)
        matches = node.matches.before(nodes.get(tuple(shapes[:place]))) if node.matches else []
        if len(segment.params) > 1 or matches is None or (segment.rest and node.param):
            return None
        if len(shapes) == 1 and (segment.rest or matches):
            return None
        params.append((names[len(params)], slice(place, None) if segment.rest else place, read))
        is_last = place == len(shapes) and not segment.rest
        tried = node.literals if not is_last else {text: each for text, each in node.literals.items() if each.answer}
        if tried:
            before.append((place, tried))
        if matches:
            before.append((place, _Matched(matches)))
    return _Way(route, ["", *shapes], tuple(literals or [0]), params, before)


def _reader(segment: Segment) -> _Read | None:
    """Return what reads the first param of a segment, None where that takes the whole as it is."""
    if segment.shape in ("[]", "[...]"):
        return None
    if len(segment.pieces) == 1:
        return READERS[segment.params[0].matcher]
    match = segment_match(segment.pieces)
    return lambda part: None if (found := match(part)) is None else found[0]


def _with_slashes(value: Any) -> Any:
    """Return a value with the slashes that were data."""
    if isinstance(value, list):
        return [_with_slashes(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return value.replace(SLASH, "/") if isinstance(value, str) else value
