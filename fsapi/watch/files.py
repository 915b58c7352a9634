"""The files of a project as they were before they were read, and which of them have changed since."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from fsapi.tree.source import is_own
from fsapi.watch.contents import Contents, digest_all
from fsapi.watch.events import Events
from fsapi.watch.folders import ASKED, FILE, FOLDER, NAMES, RECORD, absolute, read_states
from fsapi.watch.listings import Listings
from fsapi.watch.paths import find_paths
from fsapi.watch.signature import Signature, TooManyFilesError, is_young, sign

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

    #: If there are more, the system is asked first whether anything has happened to them.
    many = 300

    def __init__(self, listings: Listings | None = None) -> None:
        """Start with no files; listings of folders may be those of other Files."""
        self._lock = threading.RLock()
        self._listings = listings or Listings()
        self._roots: dict[str, int] = {}
        # Folders with the names of modules that were not found in them.
        self._asked: dict[str, set[str]] = {}
        self._states: dict[str, Signature] = {}
        self._contents = Contents()
        self._events = Events()
        # What the last look found, None if that is no longer so.
        self._found: list[str] | None = None
        self.pause = PERIOD

    def note(self, path: str, depth: int = FILE) -> Noted | None:
        """Note a file, or a folder and those below it, so many levels deep; return what is new.

        Return None if nothing is, or if too many files are open. Of what is installed, only names are noted, and what
        was asked for.
        """
        if depth == FILE and self._is_listed(path):  # first, since it is asked for every import
            self._roots.setdefault(path, FILE)
            return None
        path = absolute(path)
        if depth not in (NAMES, ASKED) and not is_own(path if depth == FILE else path + os.sep):
            return None
        return self._note(path, depth)

    def note_installed(self, path: str) -> None:
        """Note a package or a module while it is installed; the list of its files is the last to be written."""
        self._note(path, FOLDER if os.path.isdir(path) else FILE)
        self._note(os.path.join(path, RECORD), FILE)

    def _note(self, path: str, depth: int) -> Noted | None:
        """Note an absolute path; return what is new."""
        with self._lock, suppress(TooManyFilesError):
            if depth <= self._depth(path):
                return None
            folder, name = os.path.split(path)
            roots, asked = ({}, {folder: {name}}) if depth == ASKED else ({path: depth}, {})
            states = read_states(roots, asked, self._listings)
            states = {found: state for found, state in states.items() if found not in self._states or found in roots}
            young = (found for found, state in states.items() if is_young(state))
            noted = Noted({path: depth}, states, digest_all(young))
            self.add(noted)
            return noted
        return None

    def add(self, noted: Noted) -> None:
        """Add what was noted, here or in another process; what is known keeps its first state.

        That of a file is the one from before it was read, and not the one from when its folder was listed.
        """
        with self._lock:
            self._found, self._events.is_complete = None, False
            states = {path: state for path, state in noted.states.items() if self._is_new(path, noted.roots)}
            self._states.update(states)
            self._contents.add({path: noted.digests[path] for path in states if path in noted.digests})
            for path, depth in noted.roots.items():
                folder, name = os.path.split(path)
                if depth == ASKED:
                    self._asked.setdefault(folder, set()).add(name)
                else:
                    self._roots[path] = max(depth, self._roots.get(path, depth))

    def find_changes(self, *, afresh: bool = False) -> list[str]:
        """Return what is new, gone or different, sorted; the paths of folders come last and end with a separator.

        Unless it is to look afresh, return what it found last time if the system reports that nothing has happened
        since. Return nothing if too many files are open: a later look finds it.
        """
        with self._lock, suppress(TooManyFilesError):
            if afresh or self._found is None or not (self._events.is_complete and self._events.are_none()):
                self._found = None
                found = self._compare()
                # Not before: what has changed is watched anew, and to watch takes longer than to look.
                if not found and len(self._states) > self.many and not self._events.is_complete:
                    self._events.watch(find_paths(self._roots, self._asked, self._listings))
                    found = self._compare()
                self._found = found
            return list(self._found)
        return []

    def _compare(self) -> list[str]:
        """Return what differs from the states that are known; raise TooManyFilesError."""
        begun = time.thread_time()
        states = self._look()
        changed = set[str]()
        if states != self._states:
            changed = {path for path, _ in states.items() ^ self._states.items()}
        changed.update(self._contents.find_changes())
        self.pause = max(PERIOD, (time.thread_time() - begun) / SHARE)
        return sorted(changed, key=lambda path: (path.endswith(os.sep), path))

    def close(self) -> None:
        """Let the system report nothing any more."""
        self._events.close()

    def wait_until_quiet(self, changed: list[str]) -> list[str]:
        """Wait until a save of several files is over; return the changes."""
        pause = threading.Event()
        for _ in range(_MOST_LOOKS):
            pause.wait(_QUIET)
            before, changed = changed, self.find_changes()
            if before == changed:
                break
        return changed

    def rest(self, seconds: float) -> bool:
        """Wait so many seconds; return whether nothing has changed meanwhile."""
        before = self._look()
        threading.Event().wait(seconds)
        return self._look() == before

    def _look(self) -> dict[str, Signature]:
        """Return the states of what exists now; raise TooManyFilesError."""
        return read_states(self._roots, self._asked, self._listings)

    def has(self, path: str) -> bool:
        """Return whether a file or folder was there when it was noted."""
        return path in self._states

    def has_same_text(self, path: str) -> bool:
        """Return whether a file has the content that it had when it was noted, as far as that is known."""
        with suppress(TooManyFilesError):
            return self._contents.has(path)
        return False

    def accept(self, paths: Iterable[str]) -> None:
        """Let files and folders be as they are now: no change."""
        with self._lock, suppress(TooManyFilesError):
            self._found = None
            states = self._look()
            for path in paths:
                self._states.pop(path, None)
                self._contents.forget(path)
                if path in states:
                    self._states[path] = states[path]
                    self._contents.add(digest_all([path] if is_young(states[path]) else []))

    def _is_new(self, path: str, roots: Mapping[str, int]) -> bool:
        """Return whether a state is the first of a path, or of a file that is noted by itself."""
        return path not in self._states or (path in roots and path not in self._roots)

    def _is_listed(self, path: str) -> bool:
        """Return whether a file is as it was when its folder was noted."""
        state = self._states.get(path)
        try:
            return state is not None and state == sign(os.stat(path))
        except (OSError, ValueError):
            return False

    def _depth(self, path: str) -> int:
        """Return to which depth a path is noted already, -1 if it is not."""
        folder, name = os.path.split(path)
        asked = ASKED if name in self._asked.get(folder, ()) else -1
        listed = FOLDER if path + os.sep in self._states else -1
        return max(asked, listed, self._roots.get(path, -1))
