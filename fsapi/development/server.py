"""The development server: Werkzeug's, in threads. An app that cannot be reloaded is served as its error report."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import escape
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from fsapi.answers.response_check import DEVELOPMENT
from fsapi.app import App
from fsapi.changes import Watch
from fsapi.development import find_app, route_table
from fsapi.development.log_format import Formatter
from fsapi.development.reload import inherited_socket, is_restart, run_children, serve_until_changed
from fsapi.json.encode import encode
from fsapi.routing.openapi_routes import PAGE
from fsapi.tree.log import logger
from fsapi.tree.source import compile_afresh

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# How many ports are tried, from the given one on.
_PORTS = 100

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>fsapi</title>
<h1>The app cannot be loaded</h1>
<pre>{}</pre>
"""


def serve(spec: str | None, host: str, port: int, *, reload: bool) -> int:
    """Serve an app until Ctrl-C; return the exit code: 1 if the app cannot be loaded or no port is free."""
    listener = inherited_socket()
    if listener is not None:
        return _serve_app(spec, listener, reload=True)
    # A shell ignores SIGINT in background jobs, and Python would leave it so.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        listener = _bind(host, port)
    except OSError as exc:
        print(f"cannot listen on {host}:{port}: {exc.strerror}", file=sys.stderr)
        return 1
    with listener:
        return run_children(spec, listener) if reload else _serve_app(spec, listener, reload=False)


def _bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port, or on the next free one; raise OSError."""
    for number in range(port, min(port + _PORTS, 65536)):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            listener.listen()
        except OSError as exc:
            listener.close()
            if exc.errno != errno.EADDRINUSE:
                raise
        else:
            if number != port:
                print(f"Port {port} is in use; using {number}.")
            return listener
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _serve_app(spec: str | None, listener: socket.socket, *, reload: bool) -> int:
    """Load the app and serve it; return the exit code. If it fails to load after a restart, serve its error report."""
    watch = Watch(os.getcwd(), modules=True)
    os.environ[DEVELOPMENT] = "1"
    compile_afresh()
    try:
        app = find_app.load(spec)
    except find_app.Unloadable as exc:
        print(exc, file=sys.stderr)
        if not is_restart():
            return 1
        app = _error_app(str(exc))
    terminal = logging.StreamHandler()
    terminal.setFormatter(Formatter("%(message)s"))
    logging.basicConfig(handlers=[terminal], level=logging.INFO)
    logger().setLevel(logging.DEBUG)
    host, port = listener.getsockname()[:2]
    if not is_restart():
        _greet(app, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    server = make_server(host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())
    if reload:
        return serve_until_changed(server, watch)
    server.serve_forever()  # returns on Ctrl-C
    return 0


def _greet(app: WSGIApplication, address: str) -> None:
    """Print the URL, that of the docs page, and the routes."""
    print(f"Serving on http://{address} (development server; use gunicorn in production). Press Ctrl-C to stop.")
    if isinstance(app, App):
        for route in app.routes:
            if route.file == PAGE and route.exports:
                print(f"Docs: http://{address}{quote(route.pattern)}")
        print(f"\n{route_table.table(app.routes)}\n")
    sys.stdout.flush()


def _error_app(report: str) -> WSGIApplication:
    """Return an app that answers every request with a report: a page for browsers, JSON for others."""

    @Request.application
    def app(request: Request) -> Response:
        if request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality("application/json"):
            return Response(_PAGE.format(escape(report)), 500, mimetype="text/html")
        return Response(encode({"error": report}), 500, mimetype="application/json")

    return app


class _Handler(WSGIRequestHandler):
    """Werkzeug's request handler, with the target as it was sent: http.server removes leading slashes."""

    def make_environ(self) -> WSGIEnvironment:
        """Return the environ of a request (PEP 3333)."""
        environ = super().make_environ()
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.requestline.split()[1]
        return environ
