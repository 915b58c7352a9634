"""The development server: Werkzeug's, in threads. An app that cannot be reloaded is served as its error report."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import escape
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from fsapi.answers.response_check import DEVELOPMENT
from fsapi.changes import Watch
from fsapi.development.debugger import with_debugger
from fsapi.development.greeting import greet, report_changes
from fsapi.development.hosts import only_for_hosts
from fsapi.development.log_format import Formatter
from fsapi.development.reload import inherited_socket, is_restart, run_children, serve_until_changed
from fsapi.development.terminal import request_line
from fsapi.inspection import find_app
from fsapi.inspection.wrapped_apps import Mounted, find_apps
from fsapi.json.encode import encode
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


class Options(NamedTuple):
    """What `serve` is asked for: which app, the names of this machine that it answers for, and whether to debug."""

    spec: str | None
    names: tuple[str, ...]
    debugger: bool


def serve(spec: str | None, host: str, port: int, names: Sequence[str] = (), *, reload: bool, debugger: bool) -> int:
    """Serve an app until Ctrl-C; return the exit code: 1 if the app cannot be loaded or no port is free.

    It answers for the host and for these names, and shows exceptions in a debugger if that is asked for.
    """
    options = Options(spec, (host, *names), debugger)
    listener = inherited_socket()
    if listener is not None:
        return _serve_app(options, listener, reload=True)
    # A shell ignores SIGINT in background jobs, and Python would leave it so.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        listener = _bind(host, port)
    except (OSError, UnicodeError) as exc:  # a name that cannot be one of a host is a UnicodeError
        print(f"cannot listen on {host}:{port}: {getattr(exc, 'strerror', exc)}", file=sys.stderr)
        return 1
    with listener:
        return run_children(_arguments(options), listener) if reload else _serve_app(options, listener, reload=False)


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


def _arguments(options: Options) -> list[str]:
    """Return the arguments of the command `serve` with these options."""
    host, *names = options.names
    app = ["--app", options.spec] if options.spec is not None else []
    allowed = [argument for name in names for argument in ("--allow-host", name)]
    return [*app, "--host", host, *allowed, *(["--debugger"] if options.debugger else [])]


def _serve_app(options: Options, listener: socket.socket, *, reload: bool) -> int:
    """Load the app and serve it; return the exit code. If it fails to load after a restart, serve its error report."""
    watch = Watch(os.getcwd(), modules=True)
    os.environ[DEVELOPMENT] = "1"
    compile_afresh()
    try:
        app, name, apps = _load(options)
    except find_app.Unloadable as exc:
        print(exc, file=sys.stderr)
        if not is_restart():
            return exc.code
        app, name, apps = _error_app(str(exc)), "", []
    terminal = logging.StreamHandler()
    terminal.setFormatter(Formatter("%(message)s"))
    logging.basicConfig(handlers=[terminal], level=logging.INFO)
    logger().setLevel(logging.DEBUG)
    host, port = listener.getsockname()[:2]
    if not is_restart():
        greet(name, apps, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    app = only_for_hosts(app, options.names)
    server = make_server(host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())
    if reload:
        return serve_until_changed(server, watch)
    server.serve_forever()  # returns on Ctrl-C
    return 0


def _load(options: Options) -> tuple[WSGIApplication, str, list[Mounted]]:
    """Return the app with its name and the Apps in it, and print what is to be said of them; raise Unloadable."""
    app, name, notes = find_app.load(options.spec)
    apps = find_apps(app)
    report_changes(apps)
    if options.debugger:
        app, pin = with_debugger(app)
        notes = (*notes, f"Debugger for requests from this machine: PIN {pin}")
    if not is_restart():
        print("".join(f"{note}\n" for note in notes), end="", file=sys.stderr)
    return app, name, apps


def _error_app(report: str) -> WSGIApplication:
    """Return an app that answers every request with a report: a page for browsers, JSON for others."""

    @Request.application
    def app(request: Request) -> Response:
        if request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality("application/json"):
            return Response(_PAGE.format(escape(report)), 500, mimetype="text/html")
        return Response(encode({"error": report}), 500, mimetype="application/json")

    return app


class _Handler(WSGIRequestHandler):
    """Werkzeug's request handler, with the target as it was sent, and a line of its own for each request."""

    status, started = 0, 0.0

    def make_environ(self) -> WSGIEnvironment:
        """Return the environ of a request (PEP 3333), with the target and the host as they were sent.

        http.server removes leading slashes from the target, and Werkzeug takes the host from one that has it, such as
        no browser sends.
        """
        environ = super().make_environ()
        if host := self.headers.get("Host"):
            environ["HTTP_HOST"] = host
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.requestline.split()[1]
        return environ

    def run_wsgi(self) -> None:
        """Answer a request, and write its line when the answer has ended."""
        self.started = perf_counter()
        try:
            super().run_wsgi()
        finally:
            self._write_line(self.status)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the status; write the line of what is no request of HTTP, which reaches no app."""
        self.status = int(code) if str(code).isdigit() else 0
        if not self.started:
            self.started = perf_counter()
            self._write_line(self.status)

    def log_error(self, format: str, *args: object) -> None:
        """Write nothing: the line of the request has its status."""

    def _write_line(self, status: int) -> None:
        """Write the line of a request; the project may have closed the stream."""
        method, _, target = self.requestline.partition(" ")
        seconds, self.started = perf_counter() - self.started, 0.0
        with suppress(OSError, ValueError):
            sys.stderr.write(request_line(method, target.rpartition(" ")[0] or target, status, seconds, sys.stderr))
            sys.stderr.flush()
