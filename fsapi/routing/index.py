"""The routes as a tree of segments, in which a path is found in linear time.

A path is tried segment by segment in the order of precedence: literal, text around params, matcher, param, rest. Where
the first choice leads nowhere, the next one is tried. Each node is visited at most once, since it has one way to it.
Most paths are like `/users/[id]`, literals and then one param: they are found by all their literals at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fsapi.request.path import SLASH
from fsapi.request.route import Route
from fsapi.routing.siblings import Siblings
from fsapi.tree.segment import Segment

#: A route with the names of its params.
_Answer = tuple[Route, tuple[str, ...]]


class _Node:
    """What can follow the first segments of a path; `answer` is for a path that ends here."""

    __slots__ = ("answer", "literals", "matches", "param", "rest")

    def __init__(self) -> None:
        self.answer: _Answer | None = None
        self.literals: dict[str, _Node] = {}
        self.matches: Siblings[_Node] | None = None
        self.param: _Node | None = None
        self.rest: _Answer | None = None


class Index:
    """The routes of one Map."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Build the tree. The routes are in the order of precedence, and no two have the same shape."""
        self._root = _Node()
        # By literals such as "/users": the node after them, with the route and the name of the one param that follows.
        self._one_param: dict[str, tuple[_Node, Route, str]] = {}
        nodes: dict[tuple[str, ...], _Node] = {(): self._root}
        for route in routes:
            _add(route, nodes)
            *literals, last = (segment.shape for segment in route.url.segments)
            if last == "[]" and len(route.variables) == 1:
                parent, name = nodes[tuple(literals)], route.variables[0][0]
                self._one_param["".join(f"/{literal}" for literal in literals)] = parent, route, name

    def find(self, path: str) -> tuple[Route, dict[str, Any]] | None:
        """Return the route of a path and its params; None if there is none."""
        head, _, last = path.rpartition("/")
        if head in self._one_param and last and SLASH not in last:
            node, route, name = self._one_param[head]
            if last not in node.literals and not node.matches:
                return route, {name: last}
        parts = path.split("/")
        del parts[0]
        node, answer = self._root, None
        remaining = iter(parts)
        values: list[Any] = []  # list[Any]() takes four times as long
        for part in remaining:  # the first choice everywhere, which is right if it leads to a route
            child = node.literals.get(part)
            if child is None:
                if node.matches or not part:
                    break
                child = node.param
                if child is None:
                    answer = node.rest
                    if answer is not None:
                        values.append([part, *remaining])
                    break
                values.append(part)
            node = child
        else:
            answer = node.answer
        if answer is None:
            values.clear()
            answer = _walk(self._root, parts, 0, values)
            if answer is None:
                return None
        if SLASH in path:
            values = [_with_slashes(value) for value in values]
        route, names = answer
        return route, dict(zip(names, values)) if len(values) > 1 else {names[0]: values[0]}


def _add(route: Route, nodes: dict[tuple[str, ...], _Node]) -> None:
    """Add a route; `nodes` are those that there are, by the shape of the path to them."""
    answer = route, tuple(name for name, _ in route.variables)
    shape: tuple[str, ...] = ()
    node = nodes[shape]
    for segment in route.url.segments:
        if segment.rest:
            node.rest = answer
            return
        shape = (*shape, segment.shape)
        if shape not in nodes:
            nodes[shape] = _grow(node, segment)
        node = nodes[shape]
    node.answer = answer


def _grow(node: _Node, segment: Segment) -> _Node:
    """Return a new node after another, for one more segment."""
    grown = _Node()
    if not segment.params:
        node.literals[segment.shape] = grown
    elif segment.shape == "[]":
        node.param = grown
    else:
        node.matches = node.matches or Siblings()
        node.matches.add(segment.pieces, grown)
    return grown


def _walk(node: _Node, parts: list[str], place: int, values: list[Any]) -> _Answer | None:
    """Return the answer for the parts from a place on, and add their values; None if there is none."""
    if place == len(parts):
        return node.answer
    part, count = parts[place], len(values)
    child = node.literals.get(part)
    if child is not None and (answer := _walk(child, parts, place + 1, values)) is not None:
        return answer
    for match, child in node.matches.candidates(part) if node.matches else ():
        found = match(part)
        if found is not None:
            values += found
            if (answer := _walk(child, parts, place + 1, values)) is not None:
                return answer
            del values[count:]
    if node.param is not None and part:
        values.append(part)
        if (answer := _walk(node.param, parts, place + 1, values)) is not None:
            return answer
        del values[count:]
    if node.rest is not None and part:
        values.append(parts[place:])
        return node.rest
    return None


def _with_slashes(value: Any) -> Any:
    """Return a value with the slashes that were data."""
    if isinstance(value, list):
        return [_with_slashes(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return value.replace(SLASH, "/") if isinstance(value, str) else value
