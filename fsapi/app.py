"""The WSGI application: everything is decided when it is built, and a request is one walk through it.

App.__call__                the WSGI seam
  └ _respond                the only `try` of the request path
      └ dispatch            method → handler
  └ send                    the only `start_response`
"""

# The functions below the class are friends of App: as methods they would be a second way to say what it is built with.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import os
import sys
from contextvars import Context, copy_context
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from fsapi.openapi.document import document
from fsapi.request.body import Body
from fsapi.request.negotiation import prefers_html
from fsapi.request.route import Route
from fsapi.response import errors as answers
from fsapi.response.dispatch import dispatch
from fsapi.response.res import Res, abandon, vary
from fsapi.response.sending import send, streams
from fsapi.response.stream import Stream, harmless
from fsapi.routing.build import PATH_ERROR, build
from fsapi.routing.router import Found, Router
from fsapi.tree.scan import display_name

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        openapi: str | None = None,
        max_body: int | None = 10 * 1024 * 1024,
    ) -> None:
        """Read and import the tree; raise TreeError with all of its mistakes.

        `root` is the project folder or a file in it (`__file__`), `server` the tree in it and `pages` that of
        pages, `fallback` a WSGI application for the paths that no route matches, `openapi` the path under which the
        OpenAPI document is served, and `max_body` the limit of bodies in bytes.
        `errors="raise"` lets unexpected exceptions go up to the host instead of answering and logging them.
        """
        if errors not in ("answer", "raise"):
            raise ValueError(f'errors is "answer" or "raise", not {errors!r}')
        if max_body is not None and max_body < 0:
            raise ValueError(f"max_body is a number of bytes, or None for no limit, not {max_body!r}")
        path = Path(root).absolute()
        self._project = path.parent if path.is_file() else path
        self._tree = self._project / server
        if os.path.realpath(self._project) not in map(os.path.realpath, sys.path):
            sys.path.append(str(self._project))  # last, so that it shadows nothing
        built = build(self._project, self._tree, self._project / pages, max_body, openapi)
        self._router, self._lost, self._pages = Router(built.routes), built.lost, built.pages
        # What GET and HEAD see; without pages it is the same.
        self._reader = Router(built.reading) if built.pages else self._router
        self._fallback = fallback
        self._raises = errors == "raise"

    @property
    def url_map(self) -> Map:
        """Return the Werkzeug Map that paths with params are matched by for GET; its endpoints are the routes."""
        return self._reader.url_map

    @property
    def routes(self) -> tuple[Route, ...]:
        """Return the routes in the order of precedence, those of pages included."""
        return tuple(sorted((*self._router.routes, *self._pages), key=lambda route: route.url.order))

    def url_for(self, file: str, /, **params: Any) -> str:
        """Return the path of a route file, such as `users/[id].py`, below the mount.

        Raise LookupError for a file that is not in the tree, and ValueError for params that do not fit.
        """
        return self._router.url(display_name(self._project, self._tree / file), params)

    def test_client(self) -> Client:
        """Return a Werkzeug test client of the application."""
        return Client(self)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        found = self._router.find(environ) if not self._pages else self._find(environ)
        if isinstance(found, HTTPException):
            if self._fallback is not None:
                return self._fallback(environ, start_response)
            environ[PATH_ERROR] = found
            route, params = self._lost, dict[str, Any]()
        else:
            route, params = found
        context = copy_context()
        return context.run(self._respond, environ, start_response, route, params, context)

    def _find(self, environ: WSGIEnvironment) -> Found:
        """Return the route of a request where there are pages: other methods than GET and HEAD prefer route files."""
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            found = self._router.find(environ)
            if not isinstance(found, HTTPException):
                return found
        return self._reader.find(environ)

    def _respond(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        route: Route,
        params: dict[str, Any],
        context: Context,
    ) -> Iterable[bytes]:
        """Answer a request within its context; whatever is raised becomes an answer, or goes to the host."""
        method: str = environ.get("REQUEST_METHOD", "")
        stream = None
        if environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ:
            stream = Body(environ, route.max_body)
        res = Res()
        try:
            dispatch(environ, method, route, params, stream, res)
        except BaseException as exc:
            if stream is not None:
                stream.finish()
            self._failed(exc, environ, route, res)
        if stream is not None and not streams(res):
            stream.finish()
        body = send(res, method, start_response)
        if isinstance(body, tuple):
            return body  # pyright: ignore[reportUnknownVariableType] # isinstance() forgets what it holds
        if stream is None and type(body) is environ.get("wsgi.file_wrapper"):
            return body  # as it is, so that the server can send the file without Python
        closed = _nothing if stream is None else stream.finish
        return Stream(body, context, partial(self._interrupted, environ, route), closed)

    def _failed(self, exc: BaseException, environ: WSGIEnvironment, route: Route, res: Res) -> None:
        """Fill in the answer to an exception, and log it where it is unexpected; raise what goes to the host."""
        html = bool(self._pages) and prefers_html(environ)
        try:
            abandon(res)
            if self._pages:
                vary(res, "Accept")
            if isinstance(exc, HTTPException):
                return answers.answer_exception(exc, environ, res, html=html)
        except BaseException as broken:  # an exception of the project's own that cannot be answered
            exc = broken
        if isinstance(exc, KeyboardInterrupt) and harmless(exc):
            raise exc
        self._interrupted(environ, route, exc)
        if self._raises:
            raise exc
        abandon(res)
        if self._pages:
            vary(res, "Accept")
        return answers.answer_error(res, 500, html=html)

    def _interrupted(self, environ: WSGIEnvironment, route: Route, exc: BaseException) -> None:
        """Log an unexpected exception, or wrap one that would end the host: SystemExit stops a gunicorn worker."""
        if not self._raises:
            answers.log_exception(exc, environ, route.file)
        elif isinstance(exc, SystemExit):
            raise RuntimeError(f"a handler called sys.exit({exc.code!r})") from exc


def raising(app: App) -> App:
    """Return the same app with `errors="raise"`, as it runs inside another framework."""
    twin = copy(app)
    twin._raises = True
    return twin


def described(app: App) -> dict[str, Any]:
    """Return the OpenAPI document of an app, without its servers."""
    return document(app._router.routes, app._project.name)


def _nothing() -> None:
    """Drain the body of a request that has none."""
