"""The development server: Werkzeug's, threaded, in a process that is started anew when a file changes.

The parent owns the socket and imports nothing of the project; the child serves and watches, and ends with
RELOAD when something has changed. While the next child starts, clients wait instead of being refused.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, NoReturn

from markupsafe import escape
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from fsapi import codec, listing, project
from fsapi.answers import DEVELOPMENT
from fsapi.app import App
from fsapi.watch import Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

#: The exit code by which a child asks for another one.
RELOAD = 3
#: Seconds between two looks at the files.
PERIOD = 0.4
#: Seconds that requests have to end before the next child takes over.
GRACE = 1.0
# What a child inherits: the numbers of the socket and of the parent, and in all but the first, that it is not.
_SOCKET, _PARENT, _AGAIN = "FSAPI_SERVE_SOCKET", "FSAPI_SERVE_PARENT", "FSAPI_SERVE_AGAIN"
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
    if _SOCKET in os.environ:
        return _child(spec, socket.socket(fileno=int(os.environ[_SOCKET])), reload=True)
    try:
        listener = _bind(host, port)
    except OSError as exc:
        print(f"cannot listen on {host}:{port}: {exc.strerror}", file=sys.stderr)
        return 1
    with listener:
        return _parent(spec, listener) if reload else _child(spec, listener, reload=False)


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


def _parent(spec: str | None, listener: socket.socket) -> int:
    """Start one child after the other until one ends for good, and return its exit code."""
    listener.set_inheritable(True)
    signal.signal(signal.SIGTERM, _stop)
    environ = {**os.environ, _SOCKET: str(listener.fileno()), _PARENT: str(os.getpid())}
    command = [sys.executable, "-m", "fsapi", "serve", *(["--app", spec] if spec else [])]
    code = RELOAD
    while code == RELOAD:
        child = subprocess.Popen(command, env=environ, close_fds=False)
        try:
            code = child.wait()
        except KeyboardInterrupt:
            code = 0
        finally:
            child.terminate()
            child.wait()
        environ[_AGAIN] = "1"
    return code


def _stop(*_: object) -> NoReturn:
    """End on SIGTERM as on Ctrl-C, so that the child ends too."""
    raise KeyboardInterrupt


def _leave_it_to_the_parent(*_: object) -> None:
    """Do nothing on Ctrl-C, which a terminal sends to both processes."""


def _child(spec: str | None, listener: socket.socket, *, reload: bool) -> int:
    """Load the app and serve it; one that has been served before and is broken now is served as its report."""
    watch, again = Watch(), _AGAIN in os.environ
    os.environ[DEVELOPMENT] = "1"
    try:
        app = project.load(spec)
    except project.Unloadable as exc:
        print(exc, file=sys.stderr)
        if not again:
            return 1
        app = _report(str(exc))
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    logging.getLogger("fsapi").setLevel(logging.DEBUG)
    host, port = listener.getsockname()[:2]
    if not again:
        _greet(app, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    server = make_server(host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())
    if not reload:
        server.serve_forever()  # which ends on Ctrl-C
        return 0
    return _serve_until_changed(server, watch)


def _serve_until_changed(server: BaseWSGIServer, watch: Watch) -> int:
    """Serve until a file changes, or the parent is gone, which ends this process on Ctrl-C; return the exit code."""
    parent, pause = int(os.environ[_PARENT]), threading.Event()
    signal.signal(signal.SIGINT, _leave_it_to_the_parent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while not (changed := watch.look()):
        pause.wait(PERIOD)
        if os.getppid() != parent:
            return 0
    print(f"{os.path.relpath(changed[0])} has changed, so the app is loaded again.", flush=True)
    _finish(server)
    return RELOAD


def _finish(server: BaseWSGIServer) -> None:
    """Take no more requests, and let those that run end; what waits in the socket is for the next child."""
    server.shutdown()
    end = time.monotonic() + GRACE
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(max(0.0, end - time.monotonic()))


def _greet(app: WSGIApplication, place: str) -> None:
    """Print the URL and the routes."""
    print(f"fsapi serves http://{place} for development; Ctrl-C ends it, and gunicorn is for production.")
    if isinstance(app, App):
        print(f"\n{listing.table(app.routes)}\n")
    sys.stdout.flush()


def _report(text: str) -> WSGIApplication:
    """Return an app that answers every request with a report, as a page where a browser asks."""

    @Request.application
    def app(request: Request) -> Response:
        if request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality("application/json"):
            return Response(_PAGE.format(escape(text)), 500, mimetype="text/html")
        return Response(codec.encode({"error": text}), 500, mimetype="application/json")

    return app
