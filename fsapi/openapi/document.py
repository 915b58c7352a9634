"""The routes of an app as an OpenAPI 3.1 document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fsapi.openapi.operation import operation, schema_types, tag
from fsapi.openapi.schemas import Schemas
from fsapi.request.route import METHODS, Route


def document(routes: Sequence[Route], title: str) -> dict[str, Any]:
    """Return the document of route files: every URL and method that they answer, and what contracts tell of each.

    HEAD and OPTIONS that need no function are left out. The order is that of the routes.
    """
    routes = [route for route in routes if route.documented]
    schemas = Schemas(
        [kind for route in routes for contract in route.contracts.values() for kind in schema_types(contract)]
    )
    paths: dict[str, dict[str, Any]] = {}
    identities: set[str] = set()
    for route in routes:
        path, names = _path(route, paths)
        paths[path] = {}
        for name, method in _methods(route):
            told = operation(route, name, method, names, schemas)
            paths[path][method.lower()] = {"operationId": _identity(method, path, identities), **told}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "0.1.0"},
        "tags": [{"name": name} for name in dict.fromkeys(map(tag, routes)) if name],
        "paths": paths,
        "components": {"schemas": schemas.needed(paths)},
    }


def _methods(route: Route) -> Iterator[tuple[str, str]]:
    """Yield the name of a handler and each method that it answers by more than the rules of HTTP."""
    for method in METHODS:
        if method in route.exports:
            yield method, method
        elif "default" in route.exports and not (method == "HEAD" and "GET" in route.exports):
            yield "default", method


def _path(route: Route, taken: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """Return the path of a route, and the names of its params there.

    Matchers have no form in a path, so where two routes differ in them alone, their params have different names.
    """
    names = {name: name for name, _ in route.variables}
    while (path := _template(route, names)) in taken:
        names = {name: f"{other}_" for name, other in names.items()}
    return path, names


def _template(route: Route, names: Mapping[str, str]) -> str:
    """Return the path of a route with params by name in braces."""
    pieces = (
        quote(piece, safe="/!$&'()*+,:;=@") if isinstance(piece, str) else f"{{{names[piece.name]}}}"
        for segment in route.url.segments
        for piece in ("/", *segment.pieces)
    )
    return "".join(pieces) or "/"


def _identity(method: str, path: str, taken: set[str]) -> str:
    """Return a name of an operation that no other has, such as `getUsersById`."""
    words = ("By" * ("{" in part) + _capitals(part) for part in path.split("/") if part)
    name = method.lower() + ("".join(words) or "Index")
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name}{count}"
    taken.add(found)
    return found


def _capitals(text: str) -> str:
    """Return text as one word, such as `SitemapXml`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text))
