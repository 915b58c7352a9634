"""Where connections wait until the first byte of their request has come. No byte is read here."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Sequence
from contextlib import suppress

from fsapi.live.messages import CAN_SEND
from fsapi.live.process import Process


class Entrance:
    """The listening socket and the connections that no child has yet.

    Where connections cannot be sent to a child, they wait in the listening socket, and the child accepts one at a time.
    """

    def __init__(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        self._listener, self._selector = listener, selector
        self._asking: list[socket.socket] = []
        self._has_unaccepted = False
        listener.setblocking(False)
        self._open()

    @property
    def is_asked(self) -> bool:
        """Return whether a request waits for a child."""
        return bool(self._asking) or self._has_unaccepted

    def admit(self, ready: socket.socket) -> bool:
        """Accept a connection, or keep one whose request has come; return whether this is a request."""
        if ready is not self._listener:
            self._selector.unregister(ready)
            self._asking.append(ready)
            return True
        if CAN_SEND:
            with suppress(OSError):  # the client is gone, or there are too many
                connection, _ = self._listener.accept()
                self._selector.register(connection, selectors.EVENT_READ, connection)
            return False
        self._selector.unregister(self._listener)
        self._has_unaccepted = True
        return True

    def pass_on(self, process: Process) -> None:
        """Let a child answer the requests that wait."""
        self._asking = [connection for connection in self._asking if not process.hand_over(connection)]
        if self._has_unaccepted and not process.is_accepting:
            process.let_accept()

    def take_back(self, connections: Sequence[socket.socket]) -> None:
        """Keep connections that a child was to answer, and which it has not read."""
        self._asking += connections

    def reopen(self) -> None:
        """Wait for connections again, now that a child has accepted one, if it had to."""
        if self._has_unaccepted:
            self._has_unaccepted = False
            self._open()

    def _open(self) -> None:
        """Wait for connections."""
        self._selector.register(self._listener, selectors.EVENT_READ, self._listener)
