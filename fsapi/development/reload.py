"""Serve an app in one child process after another: each exits when a file changes, and the next has the new code.

The parent owns the socket and imports nothing of the project. The child serves and watches the files, and exits with
RELOAD when one has changed. While the next child starts, new connections wait in the socket.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from tempfile import TemporaryDirectory

from werkzeug.serving import BaseWSGIServer

from fsapi.changes import RELOAD, Watch
from fsapi.development.greeting import ROUTES_FILE

#: Seconds that running requests have to end before the next child starts.
GRACE = 1.0
# The environment variables of a child: the number of its socket, the id of its parent, and whether it is a restart.
_SOCKET, _PARENT, _RESTART = "FSAPI_SERVE_SOCKET", "FSAPI_SERVE_PARENT", "FSAPI_SERVE_RESTART"


def run_children(arguments: Sequence[str], listener: socket.socket) -> int:
    """Run `serve` in children until one exits for another reason than a change; return its exit code, or 0 on Ctrl-C.

    `arguments` are those of the command.
    """
    listener.set_inheritable(True)
    # SIGTERM is handled like Ctrl-C, so that the child ends too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    environ = {**os.environ, _SOCKET: str(listener.fileno()), _PARENT: str(os.getpid())}
    command = [sys.executable, "-m", "fsapi", "serve", *arguments]
    with TemporaryDirectory() as folder:
        return _run(command, {**environ, ROUTES_FILE: os.path.join(folder, "routes")})


def _run(command: Sequence[str], environ: dict[str, str]) -> int:
    """Run a command until it exits for another reason than a change; return its exit code, or 0 on Ctrl-C."""
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
        environ[_RESTART] = "1"
    return code


def inherited_socket() -> socket.socket | None:
    """Return the socket that a child inherits, or None in the process that was started by hand."""
    return socket.socket(fileno=int(os.environ[_SOCKET])) if _SOCKET in os.environ else None


def is_restart() -> bool:
    """Return whether another child has served before this one."""
    return _RESTART in os.environ


def serve_until_changed(server: BaseWSGIServer, watch: Watch) -> int:
    """Serve in a child until a file changes or the parent is gone; return the exit code."""
    parent = int(os.environ[_PARENT])
    signal.signal(signal.SIGINT, _ignore)  # a terminal sends Ctrl-C to both processes: the parent ends this one
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    if not watch.wait(lambda: os.getppid() != parent):
        return 0
    _finish(server, serving)
    return RELOAD


def _ignore(*_: object) -> None:
    """Ignore a signal; unlike SIG_IGN, this is not inherited by processes that the app starts."""


def _finish(server: BaseWSGIServer, serving: threading.Thread) -> None:
    """Accept no more requests, and let the running ones end; the next child accepts what waits in the socket."""
    server.shutdown()
    end = time.monotonic() + GRACE
    for thread in {serving, *threading.enumerate()} - {threading.current_thread()}:
        thread.join(max(0.0, end - time.monotonic()))
