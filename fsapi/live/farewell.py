"""End a process that a project may hold up: nothing of it is waited for longer than a moment."""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from fsapi.live.messages import ATEXIT
from fsapi.live.server import join
from fsapi.watch.inotify import CTYPES

# What Linux calls the signal that a process gets when its parent has ended.
_PR_SET_PDEATHSIG = 1


def end_with_parent(control: socket.socket) -> bool:
    """Let the kill of the parent end this process too, where the system can; return whether the parent still lives.

    A thread that waits for the end of the control socket does not run while code in C lets none run.
    """
    if CTYPES is None:
        return True
    with suppress(AttributeError):  # something has taken `poll` away, as eventlet does
        CTYPES.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        hangup = select.poll()
        hangup.register(control, 0)
        return not hangup.poll(0)
    return True


def end_process(code: int = 0) -> NoReturn:
    """Kill the workers of the project, run what it has registered at `atexit`, and exit; its threads end with it."""
    _kill_workers(daemons=False)
    # Private, but there is no other way to run these and to exit all the same when one of them blocks.
    farewell = threading.Thread(target=atexit._run_exitfuncs, daemon=True)  # pyright: ignore[reportPrivateUsage]
    with suppress(RuntimeError):  # too many threads
        farewell.start()
        join([farewell], ATEXIT)
    _kill_workers(daemons=True)
    os._exit(code)


def _kill_workers(*, daemons: bool) -> None:
    """Kill the processes of multiprocessing, with or without the daemons.

    It waits at `atexit` for those that are none. The daemons it ends itself: a pool waits for a lock that a worker has.
    """
    with suppress(Exception):
        multiprocessing = sys.modules.get("multiprocessing")  # which takes long to import
        workers = multiprocessing.active_children() if multiprocessing else ()
        for worker in [each for each in workers if daemons or not each.daemon]:
            worker.kill()


def flush_at_exit() -> None:
    """Write what is buffered when the process ends: after what the project registers later."""
    atexit.register(_flush)


def _flush() -> None:
    """Write what is buffered; the project may have closed or replaced the streams."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
