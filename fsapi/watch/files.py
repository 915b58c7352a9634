"""The files of a project as they were before they were read, and which of them have changed since."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from typing import NamedTuple

from fsapi.tree.source import is_own
from fsapi.watch.folders import FILE, FOLDER, read_states
from fsapi.watch.signature import YOUNG, Signature, TooManyFilesError, digest, is_young

#: Seconds between two looks at least, and the part of a core that looks may take.
PERIOD, SHARE = 0.1, 0.012
# A save of many files is over once nothing has changed for so many seconds; there is no waiting for ever.
_QUIET, _MOST_LOOKS = 0.02, 25


class Noted(NamedTuple):
    """What is to be watched: paths with their depths, the states of what exists there, and digests of young files."""

    roots: dict[str, int]
    states: dict[str, Signature]
    digests: dict[str, str]


class Files:
    """Files and folders, each as it was when it was noted; threads may share them.

    Folders and files are noted before they are read, so a change while they are read is seen afterwards.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._roots: dict[str, int] = {}
        self._states: dict[str, Signature] = {}
        self._young: dict[str, tuple[str, float]] = {}
        self.pause = PERIOD

    def note(self, path: str, depth: int = FILE) -> Noted | None:
        """Note a file, or a folder and those below it, so many levels deep; return what is new.

        Return None if nothing is, or if too many files are open.
        """
        path = os.path.abspath(path)
        if not is_own(path if depth == FILE else path + os.sep):
            return None
        with self._lock, suppress(TooManyFilesError):
            if depth <= self._depth(path):
                return None
            states = read_states({path: depth})
            states = {found: state for found, state in states.items() if found not in self._states}
            young = (found for found, state in states.items() if is_young(state))
            noted = Noted({path: depth}, states, {found: digest(found) for found in young})
            self.add(noted)
            return noted
        return None

    def add(self, noted: Noted) -> None:
        """Add what was noted, here or in another process; what is known keeps its first state."""
        with self._lock:
            self._roots.update(noted.roots)
            for path, state in noted.states.items():
                self._states.setdefault(path, state)
            now = time.monotonic()
            self._young.update({path: (value, now) for path, value in noted.digests.items()})

    def find_changes(self) -> list[str]:
        """Return what is new, gone or different, sorted; the paths of folders come last and end with a separator.

        Return nothing if too many files are open: a later look finds it.
        """
        with self._lock, suppress(TooManyFilesError):
            begun = time.thread_time()
            states = read_states(self._roots)
            changed = set[str]()
            if states != self._states:
                changed = {path for path, _ in states.items() ^ self._states.items()}
            changed.update(self._find_young_changes())
            self.pause = max(PERIOD, (time.thread_time() - begun) / SHARE)
            return sorted(changed, key=lambda path: (path.endswith(os.sep), path))
        return []

    def wait_until_quiet(self, changed: list[str]) -> list[str]:
        """Wait until a save of several files is over; return the changes."""
        pause = threading.Event()
        for _ in range(_MOST_LOOKS):
            pause.wait(_QUIET)
            before, changed = changed, self.find_changes()
            if before == changed:
                break
        return changed

    def _depth(self, path: str) -> int:
        """Return to which depth a path is noted already, -1 if it is not."""
        known = FOLDER if path + os.sep in self._states else FILE if path in self._states else -1
        return max(known, self._roots.get(path, -1))

    def _find_young_changes(self) -> set[str]:
        """Return the files that differ in their content, and forget the others that are young no longer."""
        changed = {path for path, (before, _) in self._young.items() if digest(path) != before}
        oldest = time.monotonic() - YOUNG
        self._young = {path: found for path, found in self._young.items() if path in changed or found[1] > oldest}
        return changed
