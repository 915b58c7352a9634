"""End a process that a project may hold up: nothing of it is waited for longer than a moment."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from fsapi.live.server import join

#: Seconds that what the project has registered at `atexit` has.
ATEXIT = 0.3


def end_process(code: int = 0) -> NoReturn:
    """Kill the workers of the project, run what it has registered at `atexit`, and exit; its threads end with it."""
    with suppress(Exception):
        for process in multiprocessing.active_children():
            process.kill()
    farewell = threading.Thread(target=_run_exit_functions, daemon=True)
    with suppress(RuntimeError):  # too many threads
        farewell.start()
        join([farewell], ATEXIT)
    os._exit(code)


def _run_exit_functions() -> None:
    """Run what is registered at `atexit`, and write what is buffered."""
    # Private, but there is no other way to run these and to exit all the same when one of them blocks.
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # the project may have closed or replaced them
            stream.flush()
