"""The route that serves the OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from urllib.parse import quote

from fsapi.openapi.document import document
from fsapi.request.req import Req
from fsapi.request.route import Route
from fsapi.response.res import Res
from fsapi.routing.methods import method_not_allowed, method_table
from fsapi.routing.middleware import compose
from fsapi.routing.route_files import middleware_files
from fsapi.routing.routes import Root
from fsapi.tree.mistakes import Rejected
from fsapi.tree.patterns import Pattern
from fsapi.tree.segment import parse


def document_url(path: str) -> Pattern:
    """Return the path of the document as a pattern; raise ValueError unless it is a path without params."""
    error = ValueError(f"openapi is a path such as /openapi.json, not {path!r}")
    try:
        url = Pattern(tuple(parse(name) for name in path[1:].split("/")))
    except Rejected:
        raise error from None
    if not path.startswith("/") or any(segment.params or not segment.name for segment in url.segments):
        raise error
    return url


def openapi_route(url: Pattern, routes: Sequence[Route], title: str, root: Root) -> Route:
    """Return the route that serves the document of some routes, inside the middleware of the tree's own folder.

    The document is made here; a request adds the mount as its server.
    """
    made = document(routes, title)

    def GET(req: Req, res: Res) -> None:  # noqa: N802 # as in a route file
        mount = quote(req.environ.get("SCRIPT_NAME", ""), encoding="latin-1") or "/"
        res.json({**made, "servers": [{"url": mount}]})

    methods = method_table({"GET": GET})
    return Route(
        file="openapi",
        pattern=url.text,
        module=ModuleType("openapi"),
        url=url,
        variables=(),
        methods={method: compose(root.middleware, handler) for method, handler in methods.items()},
        otherwise=compose(root.middleware, method_not_allowed(methods)),
        limits=root.limits,
        middleware=middleware_files(root.middleware),
        errors=root.errors,
        exports=("GET",),
    )
