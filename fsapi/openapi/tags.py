"""The tags of operations: the first folder of a route file that not all route files share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from fsapi.request.route import Route


def tags(routes: Sequence[Route]) -> Mapping[Route, str]:
    """Return the tag of each route, "" for none.

    It is the first folder, below those that all routes share, that is not a param, without the parentheses of a group.
    """
    folders = {route: _folders(route) for route in routes}
    shared = len([*takewhile(lambda names: len({*names}) == 1, zip(*folders.values()))])
    return {route: _first(names[shared:]) for route, names in folders.items()}


def _folders(route: Route) -> list[str]:
    """Return the names of the folders above a route file, from below the tree's own on."""
    return [part.replace("*", ".") for part in route.module.__name__.split(".")[1:-1]]


def _first(names: Sequence[str]) -> str:
    """Return the first folder that is not a param, or ""."""
    return next((name.strip("()") for name in names if "[" not in name), "")
