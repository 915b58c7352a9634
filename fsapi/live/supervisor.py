"""The parent: it owns the socket, accepts connections and looks at the files; it imports nothing of the project.

A connection waits here until the first byte of its request has come: a browser connects before it asks. Then the
parent looks at the files. If nothing has changed, the child gets the connection, else the next child will. So no
request meets old code, none is lost, and no project can hold up the look.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable

from fsapi.live.changes import Changes
from fsapi.live.entrance import Entrance
from fsapi.live.interrupt import Interrupt
from fsapi.live.messages import BROKEN, BUSY, LOADED, PRELOADED, TAKEN, WRONG, Order, report_end
from fsapi.live.process import Command, Leaving, Process
from fsapi.live.remains import Remains
from fsapi.live.terminal import Terminal
from fsapi.watch.folders import shown_path

# Seconds after which another spare is started if one could not be, or has died.
_RETRY = 2.0
# Seconds that children have to end with the parent.
_LAST_WAIT = 1.5
# Seconds after which a request loads again what a signal has ended, such as that of a system without memory.
_RETRY_LOAD = 1.0


class Supervisor:
    """Serves a project by one child after another, until it is interrupted."""

    def __init__(self, listener: socket.socket, command: Command, say: Callable[[str], object]) -> None:
        self._listener, self._command, self._say = listener, command, say
        self._selector = selectors.DefaultSelector()
        self._entrance = Entrance(listener, self._selector)
        self._changes, self._remains, self._terminal = Changes(), Remains(), Terminal()
        self._current: Process | None = None
        self._spare: Process | None = None
        self._leaving: list[Leaving] = []
        self._order, self._is_due = Order(is_first=True), True
        self._next_look = self._next_start = 0.0
        self._retries_at, self._is_wrong = float("inf"), False
        # Whether the app is loaded beside a child before it, and whether that failed: it may need a port of that child.
        self._loads_beside = self._failed_beside = False

    def run(self) -> int:
        """Serve until an interrupt, then end all children; return 0, or 2 for a mistake in the command."""
        interrupt = Interrupt()
        self._selector.register(interrupt.reader, selectors.EVENT_READ)
        try:
            while not (self._is_wrong or interrupt.is_set):
                self._take_turn()
        finally:
            self._end()
            interrupt.close()
        return 2 if self._is_wrong else 0

    @property
    def _processes(self) -> list[Process]:
        """Return all children."""
        return [each for each in (self._current, self._spare, *(each.process for each in self._leaving)) if each]

    def _take_turn(self) -> None:
        """Wait for something to do, and do it."""
        asked = False
        for key, _ in self._selector.select(self._timeout()):
            if isinstance(key.data, Process):
                self._hear(key.data)
            elif key.data is not None and self._entrance.admit(key.data):
                asked = True
        if asked or time.monotonic() >= self._next_look:
            self._look(is_asked=asked)
        self._end_overdue()
        self._start_due()
        if self._current is not None and self._current.is_loaded:
            self._entrance.pass_on(self._current)

    def _timeout(self) -> float:
        """Return for how many seconds there is nothing to do."""
        moments = [moment for leaving in self._leaving for moment in (leaving.waits_until, leaving.ends_at)]
        moments += [self._next_look, *self._remains.moments]
        now = time.monotonic()
        return min(moment - now for moment in (now + self._changes.pause, *moments) if moment > now)

    def _hear(self, process: Process) -> None:
        """Take in what a child has said, and how it has ended."""
        for kind, noted in process.read():
            if noted is not None and kind == PRELOADED:
                self._changes.add_preloaded(noted)
            elif noted is not None and process is self._current:
                self._changes.add(noted)
            elif kind == BROKEN and process is self._current:
                self._failed_beside = self._loads_beside
            elif kind == LOADED:
                self._order = Order()
                self._next_look = 0.0 if process.may_write else self._next_look  # its own writes are to be known
            elif kind == WRONG:
                self._is_wrong = True
            elif kind == TAKEN:
                self._entrance.reopen()
            elif kind == BUSY:
                for leaving in self._leaving:
                    leaving.wait_no_longer(process)
        if process.has_ended:
            self._bury(process)

    def _hear_current(self) -> Process | None:
        """Take in what the child has said that loads or serves; return it, None if there is none any more."""
        if self._current is not None:
            self._hear(self._current)
        return self._current

    def _look(self, *, is_asked: bool) -> None:
        """Look at the files, also at those that the child has just read; let it end if one has changed."""
        changed = self._changes.find(self._hear_current, is_asked=is_asked)
        now = time.monotonic()
        self._next_look = now + self._changes.pause
        if changed:
            self._say(f"{shown_path(changed[0], self._command.folder)} has changed: reloading")
        if changed or (is_asked and (now >= self._retries_at or (self._failed_beside and not self._leaving))):
            self._reload()

    def _reload(self) -> None:
        """Let the child end, and the next one load; replace the spare if what it has read is old."""
        self._order, self._is_due, self._retries_at = self._order._replace(report=""), True, float("inf")
        if self._changes.is_spare_stale and self._spare is not None:
            self._bury(self._spare, 0.0)
            self._next_start = 0.0
        self._changes.is_spare_stale = self._failed_beside = False
        if self._current is not None:
            self._leaving.append(Leaving(self._current))
            self._current = None

    def _end_overdue(self) -> None:
        """Kill the children that have had their time, and what they have left."""
        self._remains.kill_overdue()
        self._remains.reap({process.number for process in self._processes})
        for leaving in list(self._leaving):
            self._hear(leaving.process)
            if time.monotonic() >= leaving.ends_at and not leaving.process.has_ended:
                self._bury(leaving.process, 0.0)

    def _start_due(self) -> None:
        """Let the spare load when the child before it is out of the way, and start another once it has."""
        now = time.monotonic()
        waits = any(leaving.waits_until > now for leaving in self._leaving)
        is_wanted = self._current is None and not waits and (self._is_due or self._entrance.is_asked)
        if self._spare is not None and is_wanted:
            self._loads_beside = bool(self._leaving)
            if not self._loads_beside:  # else a debugger may have the terminal
                self._terminal.keep()
            self._spare.order(self._order)
            self._current, self._spare, self._is_due = self._spare, None, False
        is_free = self._current is None or self._current.is_loaded
        if self._spare is None and is_free and now >= self._next_start:
            self._next_start = now + _RETRY  # if this is not possible
            try:
                self._spare = Process(self._command, self._listener)
                self._selector.register(self._spare.control, selectors.EVENT_READ, self._spare)
                self._next_start = 0.0
            except OSError as exc:  # there are too many processes, or files, or Python is installed anew
                if self._current is None:
                    self._say(f"No process can be started: {exc.strerror}")

    def _bury(self, process: Process, *seconds: float) -> None:
        """Forget a child that has ended, or kill it after so many seconds."""
        self._selector.unregister(process.control)
        how = process.wait(*seconds)
        self._remains.end(process.mark)
        self._terminal.restore()
        self._entrance.take_back(process.untaken)
        self._leaving = [leaving for leaving in self._leaving if leaving.process is not process]
        if process is self._spare:
            self._spare, self._next_start = None, time.monotonic() + _RETRY
        elif process is self._current:
            self._current = None
            self._say(f"The process has ended {how}.")
            # Code that is loaded may have ended by a request: the next one loads it again. Else that one is told why.
            self._is_due = not (process.is_loaded or self._order.report)
            self._order = self._order._replace(report="" if process.is_loaded else self._report(process, how))

    def _report(self, process: Process, how: str) -> str:
        """Return the report of a child that has ended while it loaded; let a request try again if that may help."""
        self._retries_at = time.monotonic() + _RETRY_LOAD if process.was_killed else float("inf")
        return report_end(how, retries=process.was_killed)

    def _end(self) -> None:
        """End all children; those that have not begun to load are killed."""
        for process in self._processes:
            process.control.close()
        deadline = time.monotonic() + _LAST_WAIT
        for process in self._processes:
            process.wait(max(0.0, deadline - time.monotonic()) if process.has_begun else 0.0)
            self._remains.end(process.mark)
        self._remains.kill_all()
        self._terminal.restore()
        self._selector.close()
