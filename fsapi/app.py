"""The WSGI application. Everything is decided when it is built; a request then takes one path through it.

App.__call__                the WSGI seam, and path → route
  └ Responder.respond       method → handler, in the only `try` of the request path
  └ send                    the only `start_response`
"""

from __future__ import annotations

import os
import sys
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from fsapi.answers.response_check import in_development
from fsapi.openapi.document import document
from fsapi.openapi.options import OpenAPI
from fsapi.request.route import FILE_KEY, ROUTE_KEY, Limits, Route, is_limit
from fsapi.respond import DevelopmentResponder, Responder
from fsapi.routing.build import build, find_project, is_on_path, read_path_argument
from fsapi.routing.router import Found, Router
from fsapi.routing.routes import PATH_ERROR
from fsapi.tree.scan import display_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.routing import Map


class App:
    """A project folder as a WSGI application (PEP 3333).

    It is built once and then frozen: nothing in it changes while it serves.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] = ".",
        *,
        server: str | os.PathLike[str] = "server",
        pages: str | os.PathLike[str] = "app/pages",
        fallback: WSGIApplication | None = None,
        errors: Literal["answer", "raise"] = "answer",
        openapi: str | OpenAPI | None = None,
        docs: str | None = None,
        max_body: int | None = 10 * 1024 * 1024,
        max_fields: int | None = 1000,
    ) -> None:
        """Read and import the tree; raise TreeError with all of its mistakes.

        `root` is the project folder, or a file in it such as `__file__`. `server` and `pages` are the folders of
        route files and of pages in it. `fallback` is a WSGI application for paths that no route matches. `openapi`
        is the path at which the OpenAPI document is served, or an OpenAPI that says more about it, and `docs` the path
        of a page that shows it. `max_body` limits request bodies, in bytes, and `max_fields` the fields of a form; None
        is no limit. With `errors="raise"` unexpected exceptions go to the host instead of being logged and answered.
        """
        if errors not in ("answer", "raise"):
            raise ValueError(f'errors is "answer" or "raise", not {errors!r}')
        for name, limit, unit in (("max_body", max_body, "bytes"), ("max_fields", max_fields, "fields")):
            if limit is not None and not is_limit(limit):
                raise ValueError(f"{name} is a number of {unit}, or None for no limit, not {limit!r}")
        if fallback is not None and not callable(fallback):
            raise ValueError(f"fallback is a WSGI application, or None, not {fallback!r}")
        if openapi is not None and not isinstance(openapi, (str, OpenAPI)):  # pyright: ignore[reportUnnecessaryIsInstance] # callers need not be typed
            raise ValueError(f"openapi is a path such as /openapi.json, an OpenAPI, or None, not {openapi!r}")
        self._project = find_project(read_path_argument("root", root))
        self._tree = self._project / read_path_argument("server", server)
        page_folder = self._project / read_path_argument("pages", pages)
        if not is_on_path(self._project):
            sys.path.append(str(self._project))  # last, so that it shadows nothing
        self._openapi = openapi if isinstance(openapi, OpenAPI) else OpenAPI(openapi)
        limits = Limits(max_body, max_fields)
        built = build(self._project, self._tree, page_folder, limits, self._openapi, docs)
        self._router, self._pages, self._unmatched = Router(built.routes), built.pages, built.unmatched
        # GET and HEAD see pages too.
        self._page_router = Router(built.readable) if built.pages else self._router
        self._fallback = fallback
        answering = DevelopmentResponder if in_development() else Responder
        self._respond = answering(self, always_raises=errors == "raise", has_pages=bool(built.pages)).respond

    @property
    def project(self) -> Path:
        """Return the project folder."""
        return self._project

    @property
    def url_map(self) -> Map:
        """Return the Werkzeug Map of the paths that GET answers; its endpoints are the routes."""
        return self._page_router.url_map

    @property
    def routes(self) -> tuple[Route, ...]:
        """Return the routes and the pages, in the order of precedence."""
        return tuple(sorted((*self._router.routes, *self._pages), key=lambda route: route.url.order))

    @property
    def unmatched(self) -> Route | None:
        """Return what answers paths that no route matches, with its middleware; None if the fallback does."""
        return None if self._fallback is not None else self._unmatched

    def url_for(self, file: str, /, **params: Any) -> str:
        """Return the path of a route file such as `users/[id].py`, below the mount.

        Raise LookupError if the file is not in the tree, and ValueError if the params do not fit its path.
        """
        return self._router.url(display_name(self._project, self._tree / file), params, self._page_router)

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document of the route files, without the mount as its server."""
        return document(self._router.routes, self._project.name, self._openapi)

    def test_client(self) -> Client:
        """Return a Werkzeug test client for the app."""
        return Client(self)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        found = self._router.find(environ) if not self._pages else self._find(environ)
        if isinstance(found, tuple):  # which takes less time than to ask for an exception
            route, params = found
        else:
            if self._fallback is not None:
                return self._fallback(environ, start_response)
            environ[PATH_ERROR] = found
            route, params = self._unmatched, dict[str, Any]()
        environ[ROUTE_KEY], environ[FILE_KEY] = route.pattern, route.file
        context = copy_context()
        return context.run(self._respond, environ, start_response, route, params, context)

    def _find(self, environ: WSGIEnvironment) -> Found:
        """Return the route of a request in a project with pages, which answer no methods but GET and HEAD."""
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            found = self._router.find(environ)
            if not isinstance(found, HTTPException):
                return found
        return self._page_router.find(environ)
