"""An app served in one process after the other: each ends when a file changes, and the next has the new code.

The parent owns the socket and imports nothing of the project; the child serves and watches, and ends with RELOAD
when something has changed. While the next child starts, clients wait instead of being refused.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import NoReturn

from werkzeug.serving import BaseWSGIServer

from fsapi.tree.changes import RELOAD, Watch

#: Seconds that requests have to end before the next child takes over.
GRACE = 1.0
# What a child inherits: the numbers of the socket and of the parent, and in all but the first, that it is not.
_SOCKET, _PARENT, _AGAIN = "FSAPI_SERVE_SOCKET", "FSAPI_SERVE_PARENT", "FSAPI_SERVE_AGAIN"


def inherited() -> socket.socket | None:
    """Return the socket that the parent has handed to this process, None where it is no child."""
    return socket.socket(fileno=int(os.environ[_SOCKET])) if _SOCKET in os.environ else None


def is_first() -> bool:
    """Tell whether no child has served before this process."""
    return _AGAIN not in os.environ


def run_children(spec: str | None, listener: socket.socket) -> int:
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


def serve_until_changed(server: BaseWSGIServer, watch: Watch) -> int:
    """Serve until a file changes, or the parent is gone, which ends this process on Ctrl-C; return the exit code."""
    parent = int(os.environ[_PARENT])
    signal.signal(signal.SIGINT, _leave_it_to_the_parent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if not watch.wait(lambda: os.getppid() != parent):
        return 0
    _finish(server)
    return RELOAD


def _stop(*_: object) -> NoReturn:
    """End on SIGTERM as on Ctrl-C, so that the child ends too."""
    raise KeyboardInterrupt


def _leave_it_to_the_parent(*_: object) -> None:
    """Do nothing on Ctrl-C, which a terminal sends to both processes."""


def _finish(server: BaseWSGIServer) -> None:
    """Take no more requests, and let those that run end; what waits in the socket is for the next child."""
    server.shutdown()
    end = time.monotonic() + GRACE
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(max(0.0, end - time.monotonic()))
