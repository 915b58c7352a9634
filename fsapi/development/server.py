"""The development server: in this process, or in children that reload.

The parent of children loads neither the app nor what answers requests, so that its first child can start at once.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
from collections.abc import Sequence

from fsapi.development.options import ROUTES_FILE, Arguments, Options, added_path, write_arguments
from fsapi.development.terminal import occupy_standard_streams, say
from fsapi.inspection.unloadable import Unloadable
from fsapi.live.process import Command
from fsapi.live.remains import temporary_folder
from fsapi.live.supervisor import Supervisor

# How many ports are tried, from the given one on.
_PORTS = 100


def serve(spec: str | None, host: str, port: int, names: Sequence[str] = (), *, reload: bool, debugger: bool) -> int:
    """Serve an app until Ctrl-C; return the exit code.

    It answers for the host and for these names, and shows exceptions in a debugger if that is asked for. No free port
    is a 1, and without a reload a project with a mistake too.
    """
    occupy_standard_streams()
    options = Options(spec, (host, *names), debugger)
    # A shell ignores SIGINT in background jobs, and Python would leave it so.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        listener = _bind(host, port)
    except (OSError, UnicodeError) as exc:  # a name that cannot be one of a host is a UnicodeError
        print(f"cannot listen on {host}:{port}: {getattr(exc, 'strerror', exc)}", file=sys.stderr)
        return 1
    with listener:
        return _serve_reloading(options, listener) if reload else _serve_once(options, listener)


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


def _serve_once(options: Options, listener: socket.socket) -> int:
    """Serve the app in this process; return the exit code."""
    from werkzeug.serving import make_server

    from fsapi.development.loading import load_app
    from fsapi.development.request_handler import RequestHandler

    address = _address(listener)
    try:
        app = load_app(options, address, greets=True)
    except Unloadable as exc:
        print(exc, file=sys.stderr)
        return exc.code
    server = make_server(*address, app, threaded=True, request_handler=RequestHandler, fd=listener.fileno())
    server.serve_forever()  # returns on Ctrl-C
    return 0


def _serve_reloading(options: Options, listener: socket.socket) -> int:
    """Serve the app in children; return the exit code."""
    folder = os.getcwd()
    with temporary_folder() as state:
        os.environ[ROUTES_FILE] = os.path.join(state, "routes")
        arguments = Arguments(options, _address(listener), folder, os.path.join(state, "compiled"))
        command = Command("fsapi.development.child:run_child", [write_arguments(arguments)], folder, added_path(folder))
        return Supervisor(listener, command, lambda line: say(f"{line}\n", sys.stdout)).run()


def _address(listener: socket.socket) -> tuple[str, int]:
    """Return the host and the port of a socket."""
    host, port = listener.getsockname()[:2]
    return host, port
