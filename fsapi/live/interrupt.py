"""Ctrl-C, SIGTERM and the end of the terminal as something to wait for.

An exception could come at any place, with a lock held.

While a child starts, Ctrl-C is held back.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager


class Interrupt:
    """Whether the process is to end; `reader` can be read from then on."""

    def __init__(self) -> None:
        """Take the place of what handles the signals."""
        self.is_set = False
        self.reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, *signals_of_terminal()):
            signal.signal(number, self._note)

    def _note(self, *_: object) -> None:
        """Note that the process is to end."""
        self.is_set = True

    def close(self) -> None:
        """Ignore the signals from now on: the process ends."""
        signal.set_wakeup_fd(-1)
        for each in (self.reader, self._writer):
            each.close()


def signals_of_terminal() -> list[int]:
    """Return the signals that a terminal sends to all processes, but not that of its end if `nohup` ignores it."""
    hangup = getattr(signal, "SIGHUP", signal.SIGINT)
    return [signal.SIGINT] if signal.getsignal(hangup) == signal.SIG_IGN else [signal.SIGINT, hangup]


@contextmanager
def interrupts_held() -> Generator[None]:
    """Hold Ctrl-C back, where the system can: a child that starts inherits that until it ignores Ctrl-C."""
    hold = getattr(signal, "pthread_sigmask", None)
    if hold is None:
        yield
        return
    hold(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        hold(signal.SIG_UNBLOCK, {signal.SIGINT})
