"""End what is left of a child: the processes that the project has started in it, which would pile up over reloads.

A server that is killed leaves its folder, which the next one deletes.

They have the mark of their child in their environment, also if the process between has ended. One with a session of its
own, such as a daemon, is meant to live on. A child has no process group of its own: it could not read from the
terminal, and Ctrl-C would not reach what the project has started.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Container, Generator
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryDirectory, gettempdir

#: The variable that marks all processes of a child.
MARK = "FSAPI_PROCESS"
# Seconds that they have to end.
_GRACE = 0.3
# The folder of a server, with the number of its process.
_FOLDER = re.compile(r"fsapi-serve-(\d{1,9})-\w+")


class Remains:
    """The processes that children have left, asked to end and then killed."""

    def __init__(self) -> None:
        self._ends_at: dict[str, float] = {}

    @property
    def moments(self) -> list[float]:
        """Return when there is something to be killed."""
        return list(self._ends_at.values())

    def end(self, mark: str) -> None:
        """Ask the processes of a child that has ended to end."""
        if _send(mark, signal.SIGTERM):
            self._ends_at[mark] = time.monotonic() + _GRACE

    def kill_overdue(self) -> None:
        """Kill those that have not ended in time."""
        now = time.monotonic()
        for mark in [mark for mark, moment in self._ends_at.items() if moment <= now]:
            _send(mark, signal.SIGKILL)
            del self._ends_at[mark]

    def reap(self, own: Container[int]) -> None:
        """Forget processes that have ended and whose own parents have: the first one of a container gets them."""
        with suppress(ChildProcessError, AttributeError):  # there are none, or the system cannot say so
            options = os.WEXITED | os.WNOHANG | os.WNOWAIT
            while (ended := os.waitid(os.P_ALL, 0, options)) and ended.si_pid not in own:
                os.waitpid(ended.si_pid, 0)

    def kill_all(self) -> None:
        """Wait until all have ended, but no longer than they have; kill the others."""
        while self._ends_at:
            self.kill_overdue()
            self._ends_at = {mark: moment for mark, moment in self._ends_at.items() if _send(mark, 0)}
            time.sleep(0.01)


def _send(mark: str, number: int) -> bool:
    """Send a signal to all processes of this session that have a mark; return whether there are any.

    Linux alone shows the environment of a process; elsewhere none is found.
    """
    needle, found = f"\0{MARK}={mark}\0".encode(), False
    with suppress(OSError, AttributeError):  # an AttributeError on Windows, where there are no sessions
        session = os.getsid(0)
        for name in os.listdir("/proc"):
            with suppress(OSError, ValueError):  # it is no process, or has ended, or is another user's
                if os.getsid(int(name)) == session and needle in _environment(name):
                    os.kill(int(name), number)
                    found = True
    return found


def _environment(process: str) -> bytes:
    """Return the environment that a process was started with; raise OSError."""
    with open(f"/proc/{process}/environ", "rb") as file:
        return b"\0" + file.read()


@contextmanager
def temporary_folder() -> Generator[str]:
    """Yield a folder for what a child hands on to the next; delete those of servers that were killed.

    If there can be none, as on a full disk, yield a path where nothing can be written or read.
    """
    with suppress(OSError):  # a folder may be used that must not be listed
        for found in filter(None, map(_FOLDER.fullmatch, os.listdir(gettempdir()))):
            if os.name == "posix" and _has_ended(int(found[1])):  # on Windows, there is no such question
                shutil.rmtree(os.path.join(gettempdir(), found[0]), ignore_errors=True)
    folder = os.devnull
    with ExitStack() as stack:
        with suppress(OSError):
            prefix = f"fsapi-serve-{os.getpid()}-"
            folder = stack.enter_context(TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True))
        yield folder


def _has_ended(process: int) -> bool:
    """Return whether a process has ended; it may be one of another user."""
    try:
        os.kill(process, 0)
    except OSError as exc:
        return isinstance(exc, ProcessLookupError)
    return False
