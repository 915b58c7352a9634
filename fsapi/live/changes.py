"""What has changed since a child has read it, across all reloads."""

from __future__ import annotations

from collections.abc import Callable

from fsapi.live.own_writes import OwnWrites
from fsapi.live.process import Process
from fsapi.tree.source import delete_bytecode, is_own
from fsapi.watch.files import Files, Noted
from fsapi.watch.folders import NAMES
from fsapi.watch.imports import installed_folders
from fsapi.watch.listings import Listings


class Changes:
    """The files and folders that children have noted."""

    def __init__(self) -> None:
        #: Whether a child that was started before has imported old code, or does not know of what is installed.
        self.is_spare_stale = False
        self._listings = Listings()
        self._files = Files(self._listings)
        # What was watched before the last change. The system takes some milliseconds to forget it: no answer waits.
        self._outdated = Files(self._listings)
        self._own_writes = OwnWrites()
        # What children import before their order, say by a sitecustomize or a .pth file.
        self._preloaded = set[str]()
        self._installed = dict.fromkeys(installed_folders(), NAMES)
        # What was installed since the start: the first change may be that of half a package.
        self._new_packages = set[str]()
        self._watch_always()

    @property
    def pause(self) -> float:
        """Return the seconds between two looks."""
        return self._files.pause

    def add(self, noted: Noted) -> None:
        """Take in what a child has noted for its load."""
        self._files.add(noted)

    def add_preloaded(self, noted: Noted) -> None:
        """Take in what a child has imported before its order."""
        self._preloaded.update(noted.roots)
        self._files.add(noted)

    def find(self, hear: Callable[[], Process | None], *, is_asked: bool) -> list[str]:
        """Return what has changed for the child that is heard, once the save is over; watch anew if anything has.

        The child is heard before the look, for what it has read, and after it: it says that it writes before it does.
        """
        self._outdated.close()  # before anything else is watched: a user may watch so many paths
        process = hear()
        changed = self._files.find_changes(afresh=not is_asked)
        if changed:
            process = hear()
            changed = self._files.find_changes()  # it may be loaded now, and have written more until then
        if process is not None:
            changed = self._own_writes.leave_out(self._files, changed, process, is_asked=is_asked)
        if changed:
            changed = self._files.wait_until_quiet(changed)
        return self._watch_anew(changed) if changed else []  # a file may have come and gone

    def _watch_anew(self, changed: list[str]) -> list[str]:
        """Watch from now on what every child reads; return the changes until then."""
        before = self._outdated = self._files
        self._files = Files(self._listings)
        self._new_packages.update(path for path in changed if not is_own(path))
        self._watch_always()
        changed = before.find_changes() or changed
        stale = self._preloaded.intersection(changed)
        self.is_spare_stale = bool(stale) or not all(map(is_own, changed))
        for path in stale:
            delete_bytecode(path)
        return changed

    def _watch_always(self) -> None:
        """Watch what children read before their order."""
        for path in self._preloaded:
            self._files.note(path)
        for path, depth in self._installed.items():
            self._files.note(path, depth)
        for path in self._new_packages:
            self._files.note_installed(path)
