"""Signals that come while a process is forked: Python forgets those that reach the new process before it is done."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection


class HeldSignals:
    """Signals that whatever this process forks gets, with the handlers of this process until it has its own."""

    def __init__(self, signals: Collection[int]) -> None:
        self.signals = signals
        self.pid = os.getpid()
        os.register_at_fork(before=self.hold, after_in_parent=self.release, after_in_child=self.begin)

    def hold(self) -> None:
        """Block them in the process itself; what a worker forks is its own business."""
        if os.getpid() == self.pid:
            signal.pthread_sigmask(signal.SIG_BLOCK, self.signals)

    def release(self) -> None:
        """Handle what came meanwhile."""
        if os.getpid() == self.pid:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self.signals)

    def begin(self) -> None:
        """Handle in the new process what came meanwhile; end it if that raises SystemExit, which a hook cannot."""
        if self.pid:
            self.pid = 0
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, self.signals)
            except SystemExit:
                os._exit(0)
