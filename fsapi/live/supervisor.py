"""The parent: it owns the socket, accepts connections and looks at the files; it imports nothing of the project.

A connection waits here until the first byte of its request has come: a browser connects before it asks. Then the
parent looks at the files. If nothing has changed, the child gets the connection, else the next child will. So no
request meets old code, none is lost, and no project can hold up the look.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from fsapi.live.entrance import Entrance
from fsapi.live.messages import BUSY, LOADED, PRELOADED, TAKEN, WRONG, Order
from fsapi.live.process import Command, Leaving, Process
from fsapi.tree.source import delete_bytecode
from fsapi.watch.files import Files

# Seconds after which another spare is started if one could not be, or has died.
_RETRY = 2.0
# Seconds that children have to end with the parent.
_LAST_WAIT = 1.5
_REPORT = "The process has ended {} while it loaded the app.\n  Fix that: a save loads it again."


class Supervisor:
    """Serves a project by one child after another, until it is interrupted."""

    def __init__(self, listener: socket.socket, command: Command, say: Callable[[str], object]) -> None:
        self._listener, self._command, self._say = listener, command, say
        self._selector = selectors.DefaultSelector()
        self._entrance = Entrance(listener, self._selector)
        self._files = Files()
        # What children import before their order, say by a sitecustomize or a .pth file.
        self._preloaded = set[str]()
        self._current: Process | None = None
        self._spare: Process | None = None
        self._leaving: list[Leaving] = []
        self._order, self._is_due = Order(is_first=True), True
        self._next_look = self._next_start = 0.0
        self._is_wrong = False

    def run(self) -> int:
        """Serve until KeyboardInterrupt, then end all children; return 0, or 2 for a mistake in the command."""
        try:
            while not self._is_wrong:
                self._take_turn()
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        finally:
            self._end()
        return 2 if self._is_wrong else 0

    def _take_turn(self) -> None:
        """Wait for something to do, and do it."""
        asked = False
        for key, _ in self._selector.select(self._timeout()):
            if isinstance(key.data, Process):
                self._hear(key.data)
            elif self._entrance.admit(key.data):
                asked = True
        if asked or time.monotonic() >= self._next_look:
            self._look()
        self._end_overdue()
        self._start_due()
        if self._current is not None and self._current.is_loaded:
            self._entrance.pass_on(self._current)

    def _timeout(self) -> float:
        """Return for how many seconds there is nothing to do."""
        moments = [moment for leaving in self._leaving for moment in (leaving.waits_until, leaving.ends_at)]
        now = time.monotonic()
        return min(moment - now for moment in (now + self._files.pause, self._next_look, *moments) if moment > now)

    def _hear(self, process: Process) -> None:
        """Take in what a child has said, and how it has ended."""
        for kind, noted in process.read():
            if noted is not None and kind == PRELOADED:
                self._preloaded.update(noted.roots)
                self._files.add(noted)
            elif noted is not None and process is self._current:
                self._files.add(noted)
            elif kind == LOADED:
                self._order = Order()
            elif kind == WRONG:
                self._is_wrong = True
            elif kind == TAKEN:
                self._entrance.reopen()
            elif kind == BUSY:
                for leaving in self._leaving:
                    leaving.wait_no_longer(process)
        if process.has_ended:
            self._bury(process)

    def _look(self) -> None:
        """Look at the files, also at those that the child has just read; let it end if one has changed."""
        if self._current is not None:
            self._hear(self._current)
        if changed := self._files.find_changes():
            changed = self._files.wait_until_quiet(changed)
            changed = self._watch_preloaded(changed)
        self._next_look = time.monotonic() + self._files.pause
        if changed:
            self._say(f"{self._name(changed[0])} has changed: reloading")
            self._order, self._is_due = self._order._replace(report=""), True
            if self._current is not None:
                self._leaving.append(Leaving(self._current))
                self._current = None

    def _watch_preloaded(self, changed: list[str]) -> list[str]:
        """Watch from now on what children import before their order; return the changes until then.

        If the spare has imported one of these files before, another spare takes its place.
        """
        before, self._files = self._files, Files()
        for path in self._preloaded:
            self._files.note(path)
        if self._preloaded:
            changed = before.find_changes() or changed
        stale = self._preloaded.intersection(changed)
        if stale and self._spare is not None:
            self._bury(self._spare, 0.0)
            self._next_start = 0.0
        for path in stale:
            delete_bytecode(path)
        return changed

    def _name(self, path: str) -> str:
        """Return a path as it is shown: from the folder of the project on."""
        with suppress(ValueError):  # it is on another drive
            path = os.path.relpath(path, self._command.folder)
        return path

    def _end_overdue(self) -> None:
        """Kill the children that have had their time."""
        for leaving in list(self._leaving):
            self._hear(leaving.process)
            if time.monotonic() >= leaving.ends_at and not leaving.process.has_ended:
                self._bury(leaving.process, 0.0)

    def _start_due(self) -> None:
        """Let the spare load when the child before it is out of the way, and start another once it has."""
        now = time.monotonic()
        waits = any(leaving.waits_until > now for leaving in self._leaving)
        if (
            self._spare is not None
            and self._current is None
            and not waits
            and (self._is_due or self._entrance.is_asked)
        ):
            self._spare.order(self._order)
            self._current, self._spare, self._is_due = self._spare, None, False
        is_free = self._current is None or self._current.is_loaded
        if self._spare is None and is_free and now >= self._next_start:
            self._next_start = now + _RETRY  # if this is not possible
            with suppress(OSError):  # there are too many processes, or files
                self._spare = Process(self._command, self._listener)
                self._selector.register(self._spare.control, selectors.EVENT_READ, self._spare)
                self._next_start = 0.0

    def _bury(self, process: Process, *seconds: float) -> None:
        """Forget a child that has ended, or kill it after so many seconds."""
        self._selector.unregister(process.control)
        how = process.wait(*seconds)
        self._entrance.take_back(process.untaken)
        self._leaving = [leaving for leaving in self._leaving if leaving.process is not process]
        if process is self._spare:
            self._spare, self._next_start = None, time.monotonic() + _RETRY
        elif process is self._current:
            self._current = None
            self._say(f"The process has ended {how}.")
            # Code that is loaded may have ended by a request: the next one loads it again. Else that one is told why.
            self._is_due = not (process.is_loaded or self._order.report)
            self._order = self._order._replace(report="" if process.is_loaded else _REPORT.format(how))

    def _end(self) -> None:
        """End all children; those that have not begun to load are killed."""
        processes = [process for process in (self._current, self._spare) if process is not None]
        processes += [leaving.process for leaving in self._leaving]
        for process in processes:
            process.control.close()
        deadline = time.monotonic() + _LAST_WAIT
        for process in processes:
            process.wait(max(0.0, deadline - time.monotonic()) if process.has_begun else 0.0)
        self._selector.close()
