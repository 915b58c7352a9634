"""Werkzeug's server for connections that the parent has accepted: a thread for each, once there is room for one."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

try:
    from resource import RLIMIT_NOFILE, getrlimit
except ImportError:  # on Windows, where sockets have no descriptors

    def _most_descriptors() -> int:
        """Return how many descriptors this process may have."""
        return sys.maxsize

else:

    def _most_descriptors() -> int:
        """Return how many descriptors this process may have."""
        return getrlimit(RLIMIT_NOFILE)[0] % sys.maxsize  # there is no limit if it is -1


# How often a thread is started that cannot be, and the seconds between, and between two questions for the end of one.
_MOST_ATTEMPTS, _PAUSE = 100, 0.01


class Server(ThreadedWSGIServer):
    """Answers on connections, as the server of an address that another process listens on. Its `app` is set later."""

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        with socket.socket(family) as placeholder:  # without a descriptor, it would listen
            super().__init__(*address, ServiceUnavailable(), handler, fd=placeholder.fileno())
        self.socket.close()
        self.server_address, self.port = address, address[1]
        self._running: list[threading.Thread] = []

    def answer(self, connection: socket.socket) -> None:
        """Answer the request of a connection in a thread; close the connection if its client is gone.

        Return once there are descriptors for another: a request opens others beside its connection.
        """
        connection.setblocking(True)  # BSD passes on what the listener is
        has_room = connection.fileno() < _most_descriptors() // 2
        try:
            self._start(connection, connection.getpeername())
        except OSError:
            connection.close()
        if not has_room:
            self._wait_for_end()

    def _start(self, connection: socket.socket, client: object) -> None:
        """Answer in a thread, once the system can start one; close the connection if that takes too long."""
        for _ in range(_MOST_ATTEMPTS):
            thread = threading.Thread(target=self.process_request_thread, args=(connection, client), daemon=True)
            with suppress(RuntimeError):  # there are too many, or there is too little memory
                thread.start()
                self._running = [other for other in self._running if other.is_alive()] + [thread]
                return
            self._wait_for_end()
            time.sleep(_PAUSE)  # the system may still have one that has ended
        connection.close()

    def _wait_for_end(self) -> None:
        """Wait until one of the requests has ended, if there are any."""
        while self._running and all(thread.is_alive() for thread in self._running):
            self._running[0].join(_PAUSE)
        self._running = [thread for thread in self._running if thread.is_alive()]

    def wait(self, seconds: float) -> bool:
        """Wait until no request runs, so many seconds at most; return whether none does."""
        return join(self._running, seconds)


def accept(listeners: Iterable[socket.socket]) -> socket.socket | None:
    """Return a connection, or None if there is none any more: its client is gone."""
    for listener in listeners:
        with suppress(OSError):
            return listener.accept()[0]
    return None


def join(threads: Iterable[threading.Thread], seconds: float) -> bool:
    """Wait until threads have ended, so many seconds at most; return whether they have."""
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)
