"""Werkzeug's server for connections that the parent has accepted: a thread for each, and none is waited for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler


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
        """Answer the request of a connection in a thread; close the connection if its client is gone."""
        connection.setblocking(True)  # BSD passes on what the listener is
        try:
            thread = threading.Thread(
                target=self.process_request_thread, args=(connection, connection.getpeername()), daemon=True
            )
            thread.start()
        except (OSError, RuntimeError):  # a RuntimeError if there are too many threads
            connection.close()
        else:
            self._running = [other for other in self._running if other.is_alive()] + [thread]

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
