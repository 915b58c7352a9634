"""The route of the OpenAPI document, which an app serves among those of its files."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from urllib.parse import quote

from fsapi.openapi.document import document
from fsapi.request.req import Req
from fsapi.request.route import Route
from fsapi.response.res import Res
from fsapi.routing.methods import method_not_allowed, method_table
from fsapi.routing.middleware import Middleware, compose
from fsapi.tree.mistakes import Rejected
from fsapi.tree.patterns import Pattern
from fsapi.tree.segment import parse


def document_pattern(path: str) -> Pattern:
    """Return a path without params as a pattern; raise ValueError for another one."""
    wrong = ValueError(f"openapi is a path such as /openapi.json, not {path!r}")
    try:
        pattern = Pattern(tuple(parse(name) for name in path[1:].split("/")))
    except Rejected:
        raise wrong from None
    if not path.startswith("/") or any(segment.params or not segment.name for segment in pattern.segments):
        raise wrong
    return pattern


def openapi_route(
    pattern: Pattern, routes: Sequence[Route], title: str, chain: Sequence[Middleware], max_body: int | None
) -> Route:
    """Return the route that serves the document of some routes, within the middleware of the tree's own folder."""
    told = document(routes, title)

    def GET(req: Req, res: Res) -> None:  # noqa: N802 # as in a route file
        res.json({**told, "servers": [{"url": quote(req.environ.get("SCRIPT_NAME", ""), encoding="latin-1") or "/"}]})

    answered = method_table({"GET": GET})
    return Route(
        file="openapi",
        pattern=pattern.text,
        module=ModuleType("openapi"),
        url=pattern,
        variables=(),
        methods={method: compose(chain, handler) for method, handler in answered.items()},
        otherwise=compose(chain, method_not_allowed(answered)),
        max_body=max_body,
        middleware=tuple(middleware.file for middleware in chain),
        exports=("GET",),
    )
