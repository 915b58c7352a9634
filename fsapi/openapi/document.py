"""Describe the routes of an app as an OpenAPI 3.1 document."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fsapi.openapi.operation import operation, tag
from fsapi.openapi.schemas import Schemas
from fsapi.request.route import METHODS, Route


def document(routes: Sequence[Route], title: str) -> dict[str, Any]:
    """Return the document of the documented routes: every URL with every method that a handler answers, in order.

    HEAD and OPTIONS are left out unless a file defines a handler for them.
    """
    routes = [route for route in routes if route.documented]
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    taken_ids: set[str] = set()
    for route in routes:
        path, names = _path(route, paths)
        paths[path] = {}
        for name, method in _handlers(route):
            described = operation(route, name, method, names, schemas)
            paths[path][method.lower()] = {"operationId": _operation_id(method, path, taken_ids), **described}
    named, components = schemas.name(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "0.1.0"},
        "tags": [{"name": name} for name in dict.fromkeys(map(tag, routes)) if name],
        "paths": named,
        "components": {"schemas": components},
    }


def _handlers(route: Route) -> Iterator[tuple[str, str]]:
    """Yield the name of a handler and a method that it answers, for every method but HEAD of GET and plain OPTIONS."""
    for method in METHODS:
        if method in route.exports:
            yield method, method
        elif "default" in route.exports and not (method == "HEAD" and "GET" in route.exports):
            yield "default", method


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


def _operation_id(method: str, path: str, taken: set[str]) -> str:
    """Return the id of an operation, such as `getUsersById`, with a number if another has it, and add it to `taken`."""
    words = ("By" * ("{" in part) + _camel_case(part) for part in path.split("/") if part)
    name = method.lower() + ("".join(words) or "Index")
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name}{count}"
    taken.add(found)
    return found


def _camel_case(text: str) -> str:
    """Return text as one word, such as `SitemapXml` for `sitemap.xml`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text))
