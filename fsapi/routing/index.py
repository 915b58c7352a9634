"""Find the route of a path, in linear time.

Most routes are like `/users/[id]/posts/[post]`: literals, params, and perhaps the rest. Those of one shape have their
literals in the same places. Where such a route is the first choice at each segment, it is found by all of these at
once. For all other paths the tree of segments is walked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from fsapi.request.path import SLASH
from fsapi.request.route import Route
from fsapi.routing.nodes import Node, add_route, walk

# So many shapes of one length are looked up. There may be as many as routes.
_MOST = 8

#: Params, each with its place among the parts of a path; the rest has several.
_Params = list[tuple[str, int | slice]]
#: Places of params, each with the literals that are tried there before.
_Before = list[tuple[int, Mapping[str, object]]]
#: What takes the literals out of the parts of a path, one or a tuple of several, and the routes by these.
_Shape = tuple[Callable[[Sequence[Any]], object], dict[object, tuple[Route, _Params, _Before]]]


class _Way(NamedTuple):
    """A route of literals and params; `parts` are those of its path, with "[]" for a param."""

    route: Route
    parts: list[str]
    literals: tuple[int, ...]
    params: _Params
    before: _Before

    @property
    def ends_with_first(self) -> bool:
        """Return whether it ends with its first param, so that it has no other."""
        return self.params[0][1] == len(self.parts) - 1

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
        # By literals such as "/users": the route whose one param follows, and its name. Nothing is tried before it.
        self._one_param = {
            "/".join(way.parts[:-1]): (way.route, way.params[0][0]) for way in ways if way.ends_with_first
        }
        # By the number of the parts of a path, then for all that have more.
        self._shapes, self._long_shapes = _shapes(way for way in ways if not way.ends_with_first)

    def find(self, path: str) -> tuple[Route, dict[str, Any]] | None:
        """Return the route of a path and its params; None if there is none."""
        head, _, last = path.rpartition("/")
        if head in self._one_param and last and SLASH not in last:
            route, name = self._one_param[head]
            return route, {name: last}
        parts = path.split("/")
        for literals_of, routes in self._shapes.get(len(parts), self._long_shapes):
            found = routes.get(literals_of(parts))
            if found is not None:
                route, params, before = found
                for place, literals in before:
                    if parts[place] in literals:
                        break
                else:
                    if SLASH in path:
                        parts = [part.replace(SLASH, "/") for part in parts]
                    taken: dict[str, Any] = {}  # dict(zip(...)) takes three times as long
                    for name, part in params:
                        taken[name] = parts[part]
                    return route, taken
        values: list[Any] = []  # list[Any]() takes four times as long
        answer = walk(self._root, parts, 1, values)
        if answer is None:
            return None
        return answer[0], dict(zip(answer[1], map(_with_slashes, values) if SLASH in path else values))


def _shapes(ways: Iterable[_Way]) -> tuple[dict[int, list[_Shape]], list[_Shape]]:
    """Return the shapes by the number of the parts of a path, and those for all that have more."""
    shapes: dict[tuple[int, bool, tuple[int, ...]], _Shape] = {}
    for way in ways:
        key = len(way.parts), way.is_open, way.literals
        if key not in shapes:
            shapes[key] = itemgetter(*way.literals), {}
        literals_of, routes = shapes[key]
        routes[literals_of(way.parts)] = way.route, way.params, way.before
    closed = defaultdict[int, list[_Shape]](list)
    for (size, is_open, _), shape in shapes.items():
        if not is_open and len(closed[size]) < _MOST:
            closed[size].append(shape)
    opened = [(least, shape) for (least, is_open, _), shape in shapes.items() if is_open][:_MOST]
    sizes = range(1, max((size for size, *_ in shapes), default=0) + 1)
    by_size = {size: [*closed[size], *(shape for least, shape in opened if least <= size)] for size in sizes}
    return by_size, [shape for _, shape in opened]


def _way(route: Route, names: Sequence[str], nodes: Mapping[tuple[str, ...], Node]) -> _Way | None:
    """Return the places of the literals and the params of a route.

    None if a name with a matcher or with text around a param is on the way, or tried before one that is; and for the
    rest of a path from its beginning on, which may be empty.
    """
    shapes = [segment.shape for segment in route.url.segments]
    literals, places, before = list[int](), list[int | slice](), _Before()
    for place, segment in enumerate(route.url.segments, 1):
        if not segment.params:
            literals.append(place)
            continue
        node = nodes[tuple(shapes[: place - 1])]
        if node.matches or segment.shape not in ("[]", "[...]") or (segment.rest and (node.param or place == 1)):
            return None
        places.append(slice(place, None) if segment.rest else place)
        is_last = place == len(shapes) and not segment.rest
        tried = node.literals if not is_last else {text: each for text, each in node.literals.items() if each.answer}
        if tried:
            before.append((place, tried))
    return _Way(route, ["", *shapes], tuple(literals or [0]), [*zip(names, places)], before)


def _with_slashes(value: Any) -> Any:
    """Return a value with the slashes that were data."""
    if isinstance(value, list):
        return [_with_slashes(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return value.replace(SLASH, "/") if isinstance(value, str) else value
