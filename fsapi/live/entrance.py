"""Where connections wait until the first byte of their request has come. No byte is read here."""

from __future__ import annotations

import selectors
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

from fsapi.live.messages import CAN_SEND
from fsapi.live.process import Process

try:
    import resource
except ImportError:  # on Windows, where the child accepts the connections
    _limit = sys.maxsize
else:
    _limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0] % sys.maxsize  # there is none if it is -1

# Descriptors from here on are left to the looks and to the start of a child: each gets the lowest that is free.
_RESERVED = _limit - min(64, _limit // 4)

# Connections that a child gets before it has taken one: the next child can answer the others.
_MOST_UNTAKEN = 8


class Entrance:
    """The listening socket and the connections that no child has yet.

    Where connections cannot be sent to a child, they wait in the listening socket, and the child accepts one at a time.
    """

    def __init__(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        self._listener, self._selector = listener, selector
        self._asking: list[socket.socket] = []
        self._has_unaccepted = self._is_open = False
        listener.setblocking(False)
        self._open()

    @property
    def is_asked(self) -> bool:
        """Return whether a request waits for a child."""
        return bool(self._asking) or self._has_unaccepted

    def admit(self, ready: socket.socket) -> bool:
        """Accept a connection, or keep one whose request has come; return whether this is a request."""
        if ready is not self._listener:
            return self._keep(ready)
        if CAN_SEND:
            self._accept()
            return False
        self._close()
        self._has_unaccepted = True
        return True

    def _keep(self, connection: socket.socket) -> bool:
        """Keep a connection, or close it if its client is gone; return whether its request has come."""
        self._selector.unregister(connection)
        if _is_asking(connection):
            self._asking.append(connection)
            return True
        connection.close()
        self.reopen()
        return False

    def _accept(self) -> None:
        """Let a connection wait for its request; accept no other until one of them is gone, if there are too many."""
        with suppress(OSError):  # the client is gone
            connection, _ = self._listener.accept()
            self._selector.register(connection, selectors.EVENT_READ, connection)
            if connection.fileno() >= _RESERVED:
                self._close()

    def pass_on(self, process: Process) -> None:
        """Let a child answer the requests that wait, but keep most of them while it takes none."""
        self._asking = [
            connection
            for connection in self._asking
            if len(process.untaken) == _MOST_UNTAKEN or not process.hand_over(connection)
        ]
        if self._has_unaccepted and not process.is_accepting:
            process.let_accept()

    def take_back(self, connections: Sequence[socket.socket]) -> None:
        """Keep connections that a child was to answer, and which it has not read."""
        self._asking += connections

    def reopen(self) -> None:
        """Wait for connections again, now that one is gone or a child has taken it."""
        self._has_unaccepted = False
        if not self._is_open:
            self._open()

    def _open(self) -> None:
        """Wait for connections."""
        self._selector.register(self._listener, selectors.EVENT_READ, self._listener)
        self._is_open = True

    def _close(self) -> None:
        """Leave connections in the listening socket."""
        self._selector.unregister(self._listener)
        self._is_open = False


def _is_asking(connection: socket.socket) -> bool:
    """Return whether the request of a connection that can be read has come; else its client is gone."""
    with suppress(OSError):
        return bool(connection.recv(1, socket.MSG_PEEK))
    return False
