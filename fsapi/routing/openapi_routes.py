"""The routes of the OpenAPI document and of the docs page, which an App serves besides its files.

| option | serves |
|---|---|
| `openapi` | the document at that path |
| `docs` | the page at that path, its files below it, and the document too unless `openapi` has a path for it |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import quote

from werkzeug.http import is_resource_modified

from fsapi.openapi import docs_page
from fsapi.openapi.document import document
from fsapi.openapi.options import OpenAPI
from fsapi.request.req import Req
from fsapi.request.route import Handler, Route
from fsapi.response.res import Res
from fsapi.routing.methods import method_not_allowed, method_table
from fsapi.routing.middleware import compose
from fsapi.routing.route_files import middleware_files
from fsapi.routing.routes import Root
from fsapi.tree.mistakes import Rejected
from fsapi.tree.patterns import Pattern
from fsapi.tree.segment import parse

#: The names of the document and of the page, as `file` of their routes.
DOCUMENT, PAGE = "openapi", "docs"


class OwnUrl(NamedTuple):
    """A URL that an App serves besides its files: DOCUMENT, PAGE or a file of the page, and the option that sets it."""

    url: Pattern
    name: str
    option: str


def own_urls(openapi: str | None, docs: str | None) -> list[OwnUrl]:
    """Return the URLs of the document and of the page; raise ValueError unless they are two paths without params."""
    urls: list[OwnUrl] = []
    if openapi is not None:
        urls.append(OwnUrl(_literal_url("openapi", openapi, "/openapi.json"), DOCUMENT, "openapi"))
    if docs is not None:
        page = _literal_url("docs", docs, "/docs")
        if openapi is None:
            urls.append(OwnUrl(_below(page, "openapi.json"), DOCUMENT, "docs"))
        urls.append(OwnUrl(page, PAGE, "docs"))
        urls += [OwnUrl(_below(page, name), name, "docs") for name in docs_page.assets()]
        if any(other.url == urls[0].url for other in urls[1:]):
            raise ValueError(f"openapi is {openapi!r}, which the docs page at {docs!r} serves: give it another path")
    return urls


def openapi_routes(
    urls: Sequence[OwnUrl], routes: Sequence[Route], title: str, options: OpenAPI, root: Root
) -> list[Route]:
    """Return the routes of these URLs, inside the middleware of the tree's own folder; raise TreeError.

    `routes` are those that the document describes, and `title` is its title by default. The document is made, and
    checked, where it is served, and where files say something of it.
    """
    places = {own.name: own.url for own in urls}
    is_made = urls or any(route.openapi for route in routes)
    handlers = dict(_handlers(places, document(routes, title, options) if is_made else {}))
    return [_route(own, handlers[own.name], root) for own in urls]


def _literal_url(option: str, path: object, example: str) -> Pattern:
    """Return the path that an option of App has; raise ValueError unless it is a path without params."""
    error = ValueError(f"{option} is a path such as {example}, not {path!r}")
    if not isinstance(path, str):
        raise error
    try:
        url = Pattern(tuple(parse(name) for name in path[1:].split("/")))
    except Rejected:
        raise error from None
    if not path.startswith("/") or any(segment.params or segment.name in ("", ".", "..") for segment in url.segments):
        raise error
    return url


def _below(url: Pattern, name: str) -> Pattern:
    """Return the URL of a file below a URL."""
    return Pattern((*url.segments, parse(name)))


def _handlers(places: Mapping[str, Pattern], made: dict[str, Any]) -> Iterator[tuple[str, Handler]]:
    """Yield the GET function of every name."""
    if DOCUMENT in places:
        yield DOCUMENT, _send_document(made)
    if PAGE in places:
        yield PAGE, _send_page(places[PAGE], places[DOCUMENT])
        for name, file in docs_page.assets().items():
            yield name, _send_file(file)


def _send_document(made: dict[str, Any]) -> Handler:
    """Return the function that sends the document; unless it has servers, a request adds the mount as its server."""

    def GET(req: Req, res: Res) -> None:  # noqa: N802 # as in a route file
        mount = quote(req.environ.get("SCRIPT_NAME", ""), encoding="latin-1") or "/"
        res.json({"servers": [{"url": mount}], **made})

    return GET


def _send_page(url: Pattern, document: Pattern) -> Handler:
    """Return the function that sends the page, whose relative URLs depend on a slash at the end of the path."""
    plain, slash = (_send_file(docs_page.page(url, document, slash=slash)) for slash in (False, True))

    def GET(req: Req, res: Res) -> object:  # noqa: N802 # as in a route file
        return (slash if req.url.partition("?")[0].endswith("/") else plain)(req, res)

    return GET


def _send_file(file: docs_page.File) -> Handler:
    """Return the function that sends a file, or a 304 if the client has it (RFC 9110, 13.1.2)."""

    def GET(req: Req, res: Res) -> None:  # noqa: N802 # as in a route file
        for name, value in docs_page.HEADERS.items():
            res.setHeader(name, value)
        res.setHeader("ETag", file.etag)
        if is_resource_modified(req.environ, file.etag):
            res.setHeader("Content-Type", file.type)
            res.end(file.content)
        else:
            res.status(304).end()

    return GET


def _route(own: OwnUrl, handler: Handler, root: Root) -> Route:
    """Return a route that answers GET; of the page's files only the page itself is listed."""
    name = own.name if own.name in (DOCUMENT, PAGE) else PAGE
    methods = method_table({"GET": handler})
    return Route(
        file=name,
        pattern=own.url.text,
        module=ModuleType(name),
        url=own.url,
        variables=(),
        methods={method: compose(root.middleware, answer) for method, answer in methods.items()},
        otherwise=compose(
            root.middleware, method_not_allowed(methods, seen=root.sees_errors(root.middleware, root.errors))
        ),
        limits=root.limits,
        middleware=middleware_files(root.middleware),
        errors=root.errors,
        exports=("GET",) if own.name in (DOCUMENT, PAGE) else (),
    )
