"""Describe the routes of an app as an OpenAPI 3.1 document."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any
from urllib.parse import quote

from fsapi.openapi.checks import find_document_mistakes
from fsapi.openapi.operation import operation
from fsapi.openapi.options import OpenAPI
from fsapi.openapi.responses import complete
from fsapi.openapi.schemas import Schemas
from fsapi.openapi.settings import documented_methods, merge, merged
from fsapi.request.route import Route
from fsapi.tree.mistakes import TreeError


def document(routes: Sequence[Route], title: str, options: OpenAPI) -> dict[str, Any]:
    """Return the document of the documented routes; raise TreeError with what makes it invalid.

    It has every URL with every method that a handler answers, in order. HEAD and OPTIONS are left out unless a file
    defines a handler for them. `title` is the title by default.
    """
    routes = [route for route in routes if route.documented]
    schemas, folders, ids = Schemas(), _tags(routes), _Ids(routes)
    paths: dict[str, dict[str, Any]] = {}
    described: dict[str, Route] = {}
    for route in routes:
        path, names = _path(route, paths)
        operations = {
            method.lower(): {
                "operationId": ids.take(method, path, said),
                **_described(route, operation(route, name, method, names, folders[route], schemas), said, schemas),
            }
            for name, method, said in _operations(route, names)
        }
        if operations:  # settings may hide all of them
            paths[path], described[path] = operations, route
    named, components = schemas.name(paths)
    head = options.head(title)
    made = {
        "openapi": "3.1.0",
        **head,
        "tags": [{"name": name} for name in _used_tags(named)],
        "paths": named,
        "components": {"schemas": components, **head["components"]},
    }
    if mistakes := find_document_mistakes(made, described):
        raise TreeError(mistakes)
    return made


def _described(route: Route, made: dict[str, Any], said: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    """Return an operation that is made of annotations, with what settings say of it; without an id."""
    described = merge(made, {key: each for key, each in said.items() if key != "operationId"})
    return {**described, "responses": complete(route, described["responses"], schemas)}


def _used_tags(paths: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """Return the tags of operations in their order."""
    operations = (each for path in paths.values() for each in path.values())
    return dict.fromkeys(name for each in operations for name in each.get("tags", ()))


def _operations(route: Route, names: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the name of a handler, a method that it answers, and what settings say of it, unless they hide it.

    `names` are those of the params in the document.
    """
    for name, method in documented_methods(route.exports):
        said = merged(route.openapi, method)
        if said is not None:
            renamed = {"parameters": [_renamed(each, names) for each in said.get("parameters", ())]}
            yield name, method, {**said, **(renamed if "parameters" in said else {})}


def _renamed(parameter: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a parameter of a setting with its name in the document."""
    name: object = parameter.get("name")
    is_param = parameter.get("in") == "path" and isinstance(name, str)
    return {**parameter, "name": names.get(str(name), name)} if is_param else parameter


def _path(route: Route, taken: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return the path of a route in the document, and the name there of each of its params.

    A path has no matchers, so the params of `[id=int].py` and `[id].py` get different names: `id` and `id_`.
    """
    names = {name: name for name, _ in route.variables}
    while (path := _template(route, names)) in taken:
        names = {name: f"{other}_" for name, other in names.items()}
    return path, names


def _template(route: Route, names: Mapping[str, str]) -> str:
    """Return the path of a route with the names of its params in braces (OpenAPI 3.1, 4.8.8)."""
    pieces = (
        quote(piece, safe="/!$&'()*+,:;=@") if isinstance(piece, str) else f"{{{names[piece.name]}}}"
        for segment in route.url.segments
        for piece in ("/", *segment.pieces)
    )
    return "".join(pieces) or "/"


class _Ids:
    """The ids of operations, each of them once. An id that a setting says is left to it."""

    def __init__(self, routes: Sequence[Route]) -> None:
        said = (found for route in routes for _, _, found in _operations(route, {}))
        self._reserved = {found["operationId"] for found in said if "operationId" in found}
        self._taken = set[str]()

    def take(self, method: str, path: str, said: Mapping[str, Any]) -> str:
        """Return the id of an operation, such as `getUsersById`, with a number if another has it."""
        words = ("By" * ("{" in part) + _camel_case(part) for part in path.split("/") if part)
        name = said.get("operationId") or method.lower() + ("".join(words) or "Index")
        taken = (self._taken,) if "operationId" in said else (self._taken, self._reserved)
        found, count = name, 1
        while any(found in each for each in taken):
            count += 1
            found = f"{name}{count}"
        self._taken.add(found)
        return found


def _tags(routes: Sequence[Route]) -> Mapping[Route, str]:
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


def _camel_case(text: str) -> str:
    """Return text as one word, such as `SitemapXml` for `sitemap.xml`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text))
