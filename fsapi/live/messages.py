"""What parent and child say to each other.

The parent orders a child to load, then sends one byte for each connection, with its descriptor, and one for the end. A
child sends lines of JSON: what it has noted, and how far it is. Functions are kept as they were before the project is
loaded: it may set `json.dumps` to another one, or forbid sockets.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from contextlib import suppress
from json import JSONDecoder, JSONEncoder
from typing import Any, NamedTuple

from fsapi.watch.files import Noted

#: The bytes of the parent: a connection comes with this one, the child is to accept one itself, the child is to end.
CONNECTION, ACCEPT, END = b"c", b"a", b"e"
#: The lines of a child: it has noted what to watch, or what it has imported before its order; it serves, or cannot,
#: since the command is wrong; it is about to serve a report of mistakes; it has taken a connection; it was told to end,
#: but requests still run; the project has written a Python file, or started a process, which may do so.
NOTED, PRELOADED, LOADED, WRONG, TAKEN, BUSY = "noted", "preloaded", "loaded", "wrong", "taken", "busy"
WRITES, BROKEN = "writes", "broken"
#: Seconds for which running requests hold up a reload, and for which they live on beside the next child.
PATIENCE, GRACE = 0.3, 5.0
#: Seconds that what the project has registered at `atexit` has.
ATEXIT = 0.3
#: Whether the parent accepts connections, and sends them on when they are read: not on Windows.
CAN_SEND = hasattr(socket, "send_fds")

_ENDED = "The process has ended {} while it loaded the app.\n  Fix that: a save loads it again{}."
_RETRIES = ", and so does a request a second later"

_write, _read = JSONEncoder().encode, JSONDecoder().decode
_Socket, _receive = socket.socket, getattr(socket, "recv_fds", None)


class Order(NamedTuple):
    """What a child is to do: load the project, for the first time or again, or show the report of a child's end."""

    is_first: bool = False
    report: str = ""


def report_end(how: str, *, retries: bool) -> str:
    """Return the report of a child that has ended while it loaded the app, and of whether a request loads it again."""
    return _ENDED.format(how, _RETRIES if retries else "")


def write_order(order: Order) -> bytes:
    """Return an order as the child reads it."""
    return _write(order).encode() + b"\n"


def write_line(kind: str, noted: Noted | None = None) -> bytes:
    """Return a line of a child; names that are not UTF-8 are escaped."""
    return _write([kind, noted]).encode() + b"\n"


def read_line(line: bytes) -> tuple[str, Noted | None]:
    """Return what a line of a child says; no kind if the project has written it."""
    with suppress(Exception):
        kind, noted = _read(line.decode())
        return kind, None if noted is None else _read_noted(*noted)
    return "", None


def _read_noted(roots: dict[str, int], states: dict[str, list[int]], digests: dict[str, str]) -> Noted:
    """Return what was noted; JSON has no tuples."""
    return Noted(roots, {path: (state[0], state[1], state[2], state[3]) for path, state in states.items()}, digests)


class ToParent:
    """The end of a child: it reads the order and connections, and writes lines; threads may share it."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lock = threading.RLock()
        self._unsent = deque[bytes]()
        self.is_open, self._is_writing = True, False

    def read_order(self) -> Order | None:
        """Wait for the order and return it; return None if the parent has ended."""
        line = b""
        while not line.endswith(b"\n"):  # byte by byte: a connection may follow
            if not (byte := self._control.recv(1)):
                return None
            line += byte
        order: list[Any] = _read(line.decode())
        return Order(*order)

    def read(self) -> tuple[bytes, socket.socket | None]:
        """Wait for a byte and return it with its connection; return no byte if the parent has ended."""
        if _receive is None:
            return self._control.recv(1), None
        byte, descriptors, _, _ = _receive(self._control, 1, 1)
        return byte, _Socket(fileno=descriptors[0]) if descriptors else None

    def write(self, kind: str, noted: Noted | None = None) -> bool:
        """Write a line, which waits while the parent does not read; return whether the parent can still be reached.

        A signal or the collection of garbage may run code that imports a module meanwhile: its line comes next.
        """
        self._unsent.append(write_line(kind, noted))
        with self._lock, suppress(OSError):
            while self._unsent and not self._is_writing:
                self._send()
            return True
        return False

    def _send(self) -> None:
        """Send all lines; raise OSError."""
        self._is_writing = True
        try:
            while self._unsent:
                self._control.sendall(self._unsent.popleft())
        finally:
            self._is_writing = False

    def close(self) -> None:
        """Close this end, as a process has to that the project forks; a lock may be held there for ever."""
        self.is_open = False
        self._control.close()
