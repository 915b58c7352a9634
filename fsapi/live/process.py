"""A child as its parent sees it: what it has said, and what can be done with it without waiting for it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from fsapi.live.interrupt import interrupts_held
from fsapi.live.messages import (
    ACCEPT,
    ATEXIT,
    CAN_SEND,
    CONNECTION,
    END,
    GRACE,
    LOADED,
    PATIENCE,
    PRELOADED,
    TAKEN,
    WRITES,
    Order,
    read_line,
    write_order,
)
from fsapi.live.remains import MARK
from fsapi.watch.files import Noted

# Seconds that a child has to answer or to exit, besides what its requests and `atexit` have.
_MARGIN = 0.2

# Options of Python, also before `-m` as in `-Om`.
_FLAGS = re.compile("-[bBdEIOPqsSuv]+")
# The folder of a project shadows nothing that a child imports before its order. fsapi need not be installed.
_CODE = """\
import sys
sys.path[:] = [*dict.fromkeys([*{path!r}, *filter(None, sys.path)]), {folder!r}]
from {module} import {function}
sys.path.pop()
{function}()
"""


class Command(NamedTuple):
    """What runs in a child: a function, the arguments after the numbers of its sockets, where, and what it imports."""

    run: str  # as `module:function`: the parent need not import it
    arguments: Sequence[str]
    folder: str
    path: Sequence[str] = ()  # folders to import from, before those that Python finds

    def line(self, sockets: Sequence[socket.socket]) -> list[str]:
        """Return the command line of a child that inherits sockets."""
        package = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
        module, _, function = self.run.partition(":")
        code = _CODE.format(path=[*self.path], folder=package, module=module, function=function)
        python, numbers = [sys.executable, *_options(sys.orig_argv[1:])], [str(each.fileno()) for each in sockets]
        return [*python, "-c", code, ",".join(numbers), *self.arguments]


def _options(command: Iterable[str]) -> Iterator[str]:
    """Yield the options of Python in the arguments of a command: `-O`, `-X dev`, `-W error` and others."""
    arguments = iter(command)
    for argument in arguments:
        if argument in ("-W", "-X"):
            yield from (argument, next(arguments))
        elif argument.startswith(("-W", "-X")):
            yield argument
        elif flags := _FLAGS.match(argument):
            yield flags[0]
        else:
            return


class Process:
    """A child that waits for its order, then loads the app, then serves."""

    def __init__(self, command: Command, listener: socket.socket) -> None:
        """Start it; raise OSError if that is not possible."""
        self.control, theirs = socket.socketpair()
        self.control.setblocking(False)
        self.has_begun = self.is_loaded = self.is_accepting = self.has_ended = False
        #: Whether the project has written a Python file, or started a process that may.
        self.may_write = False
        #: What its processes have in their environment.
        self.mark = f"{os.getpid()}.{time.monotonic_ns()}"
        #: The connections that it has not taken yet, in order; if it ends before, another child answers them.
        self.untaken: list[socket.socket] = []
        self._unread = b""
        inherited = [theirs] if CAN_SEND else [theirs, listener]
        folder = command.folder if os.path.isdir(command.folder) else os.path.abspath(os.sep)
        with theirs, _inheritable(inherited), interrupts_held():
            environ = {**os.environ, MARK: self.mark}
            self._popen = subprocess.Popen(command.line(inherited), close_fds=False, cwd=folder, env=environ)
        self.number = self._popen.pid

    def read(self) -> Iterator[tuple[str, Noted | None]]:
        """Yield what the child has said since last time, and note how far it is."""
        with suppress(BlockingIOError):
            while not self.has_ended:
                data = self._receive()
                self.has_ended = not data
                *lines, self._unread = (self._unread + data).split(b"\n")
                for line in lines:
                    kind, noted = read_line(line)
                    self.has_begun = self.has_begun or kind != PRELOADED
                    self.is_loaded = self.is_loaded or kind == LOADED
                    self.may_write = self.may_write or kind == WRITES
                    if kind == TAKEN:
                        self._close_taken()
                    yield kind, noted
        if self._popen.poll() is not None:
            self.has_ended = True  # though a process that the project has forked may hold its socket

    def _receive(self) -> bytes:
        """Return what can be read, nothing at the end; raise BlockingIOError if there is nothing yet."""
        try:
            return self.control.recv(1 << 16)
        except ConnectionError:
            return b""

    def _close_taken(self) -> None:
        """Leave a connection to the child that has it."""
        self.is_accepting = False
        if self.untaken:
            self.untaken.pop(0).close()

    def order(self, order: Order) -> None:
        """Order the child to load; if it has ended, that is noticed later."""
        self._send(write_order(order))

    def end(self) -> bool:
        """Let the child end its requests and exit; return whether it may still hear."""
        return self._send(END)

    def hand_over(self, connection: socket.socket) -> bool:
        """Let the child answer on a connection; return whether that is sent."""
        with suppress(OSError):  # it has ended, or does not read
            socket.send_fds(self.control, [CONNECTION], [connection.fileno()])
            self.untaken.append(connection)
            return True
        return False

    def let_accept(self) -> None:
        """Let the child accept a connection itself."""
        self.is_accepting = self._send(ACCEPT)

    def wait(self, seconds: float = _MARGIN) -> str:
        """Wait until the child has ended, so many seconds at most, then kill it; return how it has ended."""
        try:
            code = self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            code = self._popen.wait()
        self.control.close()
        names = {int(each): each.name for each in signal.Signals}
        return f"by {names.get(-code, f'the signal {-code}')}" if code < 0 else f"with the exit code {code}"

    @property
    def was_killed(self) -> bool:
        """Return whether a signal has ended it."""
        return (self._popen.poll() or 0) < 0

    def _send(self, data: bytes) -> bool:
        """Send a few bytes; return whether they are sent."""
        with suppress(OSError):
            return self.control.send(data) == len(data)
        return False


class Leaving:
    """A child that is to end: how long the next one waits for it, and when it is killed."""

    def __init__(self, process: Process) -> None:
        now = time.monotonic()
        self.process = process
        self.waits_until = now + (PATIENCE + ATEXIT + _MARGIN if process.end() else 0.0)
        self.ends_at = self.waits_until + (GRACE if process.is_loaded else 0.0)

    def wait_no_longer(self, process: Process) -> None:
        """Let the next child start beside this one, if it is the one that has said so."""
        if process is self.process:
            self.waits_until = 0.0


@contextmanager
def _inheritable(sockets: Sequence[socket.socket]) -> Generator[None]:
    """Let a child inherit sockets."""
    for each in sockets:
        each.set_inheritable(True)
    yield
    for each in sockets:
        each.set_inheritable(False)
