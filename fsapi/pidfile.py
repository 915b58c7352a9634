"""The pidfile of gunicorn, which changes from one master to the next in a reload."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from gunicorn.pidfile import Pidfile

if TYPE_CHECKING:
    from _typeshed import StrOrBytesPath
    from gunicorn.arbiter import Arbiter


class MovedPidfile(Pidfile):
    """A pidfile that has the name it is to get."""

    def rename(self, path: StrOrBytesPath) -> None:
        """Leave the file alone: while gunicorn renames one, there is none."""


def adopt_pidfile(server: Arbiter) -> None:
    """Let the second master own the pidfile once the first one has left it."""
    pidfile, path = server.pidfile, server.cfg.pidfile
    if pidfile and path and server.master_pid and not os.path.exists(pidfile.fname):
        server.pidfile = MovedPidfile(path)
        server.pidfile.pid = pidfile.pid


def hand_over_pidfile(server: Arbiter) -> None:
    """Give the pidfile of the second master the name of that of the first one."""
    if server.cfg.pidfile:
        with suppress(OSError):  # the new settings may name another one
            os.replace(f"{server.cfg.pidfile}.2", server.cfg.pidfile)
