"""Learn from the events of Python (PEP 578) what a project reads and writes otherwise than by an import."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from inspect import currentframe
from typing import Any

from fsapi.tree.source import is_own
from fsapi.watch.folders import FILE, FOLDER, absolute
from fsapi.watch.imports import Note

_STARTS = frozenset(("subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"))
# Which argument of an event is the path that is written.
_WRITES = {"open": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1, "os.truncate": 0}
_COUNT = _STARTS.union(_WRITES)
_FLAGS = os.O_WRONLY | os.O_RDWR
_LISTS = ("os.listdir", "os.scandir")
# Folders of the project that are noted: what lists more looks for other files, and each takes time at every look.
_MOST_LISTED = 100
_EVENTS = _COUNT.union(_LISTS)
# The modules whose reading is known already: the import system and ours.
_KNOWN = ("importlib._bootstrap", "_frozen_importlib", "fsapi.")


#: Takes in the name of an event and its arguments.
Hook = Callable[[str, Sequence[Any]], object]


def audit_hook(*hooks: Hook) -> Hook:
    """Return a hook for all events that lets others take in what may read or write.

    An import has four more events: those cost one call.
    """

    def observe(event: str, arguments: Sequence[Any]) -> None:
        if event in _EVENTS:
            for hook in hooks:
                hook(event, arguments)

    return observe


class WritingHook:
    """A hook that calls a function once: before the first Python file is written or process started."""

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
    try:  # which takes no time at each import, unlike `suppress`
        is_read = event == "open" and not arguments[2] & _FLAGS
        return not is_read and os.fsdecode(arguments[_WRITES[event]]).endswith(".py")
    except Exception:  # it is the number of a descriptor, or an event of the project
        return False


class ReadingHook:
    """A hook that notes the Python files that the project reads itself, and the folders that it lists.

    It may run them, or import the modules that it finds there.
    """

    def __init__(self, note: Note) -> None:
        self._note = note
        self._listed = set[str]()
        self._imported = ""
        #: Whether the project is loaded: what it reads later, it reads anew.
        self.is_over = False

    def note(self, path: str, depth: int) -> None:
        """Note what the import system is about to read."""
        self._imported = path
        self._note(path, depth)

    def __call__(self, event: str, arguments: Sequence[Any]) -> None:
        """Take in an event; no hook can be removed, so this one is quick later on."""
        if self.is_over or arguments[:1] == (self._imported,):
            return
        with suppress(Exception):  # it is the number of a descriptor, or an event of the project
            if event == "open":
                if os.fsdecode(arguments[0]).endswith(".py") and not arguments[2] & _FLAGS and not _is_known():
                    self._note(os.fsdecode(arguments[0]), FILE)
            elif event in _LISTS and len(self._listed) < _MOST_LISTED and not _is_known():
                self._note_listed(absolute(os.fsdecode(os.curdir if arguments[0] is None else arguments[0])))

    def _note_listed(self, folder: str) -> None:
        """Note a folder when it is listed for the first time, if it is one of the project."""
        if folder not in self._listed and is_own(os.path.join(folder, "")):
            self._listed.add(folder)
            self._note(folder, FOLDER)


def _is_known() -> bool:
    """Return whether an event is one of the import system, or of what notes files itself."""
    frame = currentframe()
    while frame is not None and frame.f_globals is globals():
        frame = frame.f_back
    return frame is not None and str(frame.f_globals.get("__name__")).startswith(_KNOWN)
