"""The development server: Werkzeug's, threaded, with its greeting and with a report of what cannot be loaded."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from typing import TYPE_CHECKING

from markupsafe import escape
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from fsapi.app import App
from fsapi.contracts.response_check import DEVELOPMENT
from fsapi.development import find_app, route_table
from fsapi.development.reload import inherited, is_first, run_children, serve_until_changed
from fsapi.json.encode import encode
from fsapi.tree.changes import Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# How many ports are tried.
_PORTS = 100

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>fsapi</title>
<h1>The app cannot be loaded</h1>
<pre>{}</pre>
"""


class _Handler(WSGIRequestHandler):
    """Werkzeug's, with the target as it was sent: Python's own has taken leading slashes away from it."""

    def make_environ(self) -> WSGIEnvironment:
        """Return the environ of a request (PEP 3333)."""
        environ = super().make_environ()
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.requestline.split()[1]
        return environ


def serve(spec: str | None, host: str, port: int, *, reload: bool) -> int:
    """Serve an app until Ctrl-C, and return the exit code: 1 where it cannot be loaded or no port is free."""
    listener = inherited()
    if listener is not None:
        return _child(spec, listener, reload=True)
    try:
        listener = _bind(host, port)
    except OSError as exc:
        print(f"cannot listen on {host}:{port}: {exc.strerror}", file=sys.stderr)
        return 1
    with listener:
        return run_children(spec, listener) if reload else _child(spec, listener, reload=False)


def _bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port or on the next one that is free; raise OSError."""
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
                print(f"Port {port} is taken.")
            return listener
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _child(spec: str | None, listener: socket.socket, *, reload: bool) -> int:
    """Load the app and serve it; one that has been served before and is broken now is served as its report."""
    watch = Watch(os.getcwd(), modules=True)
    os.environ[DEVELOPMENT] = "1"
    try:
        app = find_app.load(spec)
    except find_app.Unloadable as exc:
        print(exc, file=sys.stderr)
        if is_first():
            return 1
        app = _report(str(exc))
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    logging.getLogger("fsapi").setLevel(logging.DEBUG)
    host, port = listener.getsockname()[:2]
    if is_first():
        _greet(app, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    server = make_server(host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())
    if reload:
        return serve_until_changed(server, watch)
    server.serve_forever()  # which ends on Ctrl-C
    return 0


def _greet(app: WSGIApplication, place: str) -> None:
    """Print the URL and the routes."""
    print(f"fsapi serves http://{place} for development; Ctrl-C ends it, and gunicorn is for production.")
    if isinstance(app, App):
        print(f"\n{route_table.table(app.routes)}\n")
    sys.stdout.flush()


def _report(text: str) -> WSGIApplication:
    """Return an app that answers every request with a report, as a page where a browser asks."""

    @Request.application
    def app(request: Request) -> Response:
        if request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality("application/json"):
            return Response(_PAGE.format(escape(text)), 500, mimetype="text/html")
        return Response(encode({"error": text}), 500, mimetype="application/json")

    return app
