"""Learn of the first time that this process writes a Python file, or starts a process that may."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

_STARTS = frozenset(("subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"))
# Which argument of an event is the path that is written.
_WRITES = {"open": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1, "os.truncate": 0}
_COUNT = _STARTS.union(_WRITES)
_FLAGS = os.O_WRONLY | os.O_RDWR


class WritingHook:
    """An audit hook (PEP 578) that calls a function once: before the first file is written or process started."""

    def __init__(self, tell: Callable[[], object]) -> None:
        self._tell = tell
        self._is_over = False

    def __call__(self, event: str, arguments: Sequence[Any]) -> None:
        """Take in an event; no hook can be removed, so this one is quick later on."""
        if event in _COUNT and not self._is_over and (event in _STARTS or _is_written(event, arguments)):
            self._is_over = True
            self._tell()


def _is_written(event: str, arguments: Sequence[Any]) -> bool:
    """Return whether a file is written that may be one of Python; not every event has a path."""
    with suppress(Exception):  # it is the number of a descriptor, or an event of the project
        is_read = event == "open" and not arguments[2] & _FLAGS
        return not is_read and os.fsdecode(arguments[_WRITES[event]]).endswith(".py")
    return False
