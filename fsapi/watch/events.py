"""Whether anything has happened that may change what a look at the files finds: else there is no need to look.

A look at thousands of files takes longer than most answers. Where the system reports events of all folders that count,
it is asked instead. The folders on the way to a path count too: they may be renamed, and links replaced.
"""

from __future__ import annotations

import os

from fsapi.watch.inotify import MODIFIED, NAMED, OF_FOLDER, Inotify, NoEventsError
from fsapi.watch.listings import SUFFIXES
from fsapi.watch.paths import Paths

# Which names of a folder count: those that are asked for, those of all that can be imported, and all.
_ASKED_FOR, _SOURCE, _ALL = range(3)


class Events:
    """What the system reports of some paths."""

    def __init__(self) -> None:
        self._inotify: Inotify | None = None
        self._is_usable = True
        #: Whether all paths are watched that can be.
        self.is_complete = False
        # The paths that are watched, each with which names in it count; the same of the numbers of those that exist,
        # with their paths; the names that are asked for.
        self._known: dict[str, int] = {}
        self._numbers: dict[int, tuple[int, str]] = {}
        self._names = set[str]()

    def watch(self, paths: Paths) -> None:
        """Report from now on what happens to files and folders, which may be missing.

        This is complete once there is nothing new to watch: another folder may have come before its folder is watched.
        """
        known = len(self._known)
        if self._is_usable:
            try:
                self._inotify = self._inotify or Inotify()
                self._names |= paths.names
                for counts, group in ((_ALL, paths.installed), (_SOURCE, paths.listed)):
                    for path in group:
                        self._watch(self._inotify, path, counts)
                for path in paths.folders | paths.files:
                    self._watch(self._inotify, path, _ASKED_FOR)
            except NoEventsError:
                self.close()
                self._is_usable, known = False, 0
        self.is_complete = len(self._known) == known

    def are_none(self) -> bool:
        """Return whether nothing has happened since this was asked before; False if that is not known."""
        if self._inotify is None:
            return False
        none = True
        for number, kind, name in self._inotify.read():
            if self._counts(number, kind, name):
                none = False
                if kind & NAMED:
                    self.is_complete = False  # there may be another folder
                if not (kind & MODIFIED or (kind & NAMED and self._numbers[number][0])):
                    self.close()  # paths may lead elsewhere: all are watched anew
                    break
        return none

    def close(self) -> None:
        """Watch nothing any more."""
        if self._inotify is not None:
            self._inotify.close()
        self._inotify, self.is_complete = None, False
        self._known.clear()
        self._numbers.clear()

    def _counts(self, number: int, kind: int, name: str) -> bool:
        """Return whether an event may change what a look finds."""
        is_asked_for = name in self._names
        if kind & MODIFIED:
            return is_asked_for or not name or name.endswith(SUFFIXES)
        if not kind & NAMED or is_asked_for:
            return True
        counts, folder = self._numbers[number]
        if counts == _SOURCE:  # a database or a log may come and go with each request
            return bool(kind & OF_FOLDER) or name.endswith(SUFFIXES) or os.path.islink(os.path.join(folder, name))
        return counts == _ALL

    def _watch(self, inotify: Inotify, path: str, counts: int) -> None:
        """Watch a path, all folders on the way to it, and what it is a link to."""
        if self._known.get(path, -1) >= counts:
            return
        self._known[path] = counts
        folder, name = os.path.split(path)
        self._names.add(name)
        self._watch(inotify, folder, _ASKED_FOR)
        try:
            if os.path.islink(path):
                target = os.path.join(os.path.realpath(folder), os.readlink(path))  # `..` may lead up behind a link
                self._watch(inotify, target, _ASKED_FOR)
            number = inotify.add(path)
        except (OSError, ValueError):  # it is missing, and may come, or it is what no path can be
            del self._known[path]
        else:
            self._numbers[number] = max((counts, path), self._numbers.get(number, (counts, path)))
