"""Whether anything has happened that may change what a look at the files finds: else there is no need to look.

A look at thousands of files takes longer than most answers. Where the system reports events of all folders that count,
it is asked instead. The folders on the way to a path count too: they may be renamed, and links replaced.
"""

from __future__ import annotations

import os
from contextlib import suppress

from fsapi.watch.folders import Paths
from fsapi.watch.inotify import MODIFIED, NAMED, Inotify, NoEventsError


class Events:
    """What the system reports of some paths."""

    def __init__(self) -> None:
        self._inotify: Inotify | None = None
        self._is_usable = True
        #: Whether all paths are watched that can be.
        self.is_complete = False
        # The paths that are watched, and the numbers of those that exist, each with whether all names in it count;
        # the names that count everywhere.
        self._counts_all: dict[int, bool] = {}
        self._names = set[str]()
        self._known: dict[str, bool] = {}

    def watch(self, paths: Paths) -> None:
        """Report from now on what happens to files and folders, which may be missing."""
        self.is_complete = True
        if self._is_usable:
            try:
                self._inotify = self._inotify or Inotify()
                self._names |= paths.names
                for path in paths.listed:
                    self._watch(self._inotify, path, counts_all=True)
                for path in paths.folders | paths.files:
                    self._watch(self._inotify, path, counts_all=False)
            except NoEventsError:
                self.close()
                self._is_usable, self.is_complete = False, True

    def are_none(self) -> bool:
        """Return whether nothing has happened since this was asked before; False if that is not known."""
        if self._inotify is None:
            return False
        events = [event for event in self._inotify.read() if self._counts(*event)]
        if any(kind & NAMED for _, kind, _ in events):
            self.is_complete = False  # there may be another folder
        if not all(kind & MODIFIED or (kind & NAMED and self._counts_all[number]) for number, kind, _ in events):
            self.close()  # paths may lead elsewhere: all are watched anew
        return not events

    def close(self) -> None:
        """Watch nothing any more."""
        if self._inotify is not None:
            self._inotify.close()
        self._inotify, self.is_complete = None, False
        self._known.clear()

    def _counts(self, number: int, kind: int, name: str) -> bool:
        """Return whether an event may change what a look finds."""
        if kind & MODIFIED:
            return not name or name.endswith(".py") or name in self._names
        return not kind & NAMED or self._counts_all.get(number, True) or name in self._names

    def _watch(self, inotify: Inotify, path: str, *, counts_all: bool) -> None:
        """Watch a path, all folders on the way to it, and what it is a link to."""
        if path in self._known and self._known[path] >= counts_all:
            return
        self._known[path] = counts_all
        folder, name = os.path.split(path)
        self._names.add(name)
        self._watch(inotify, folder, counts_all=False)
        with suppress(OSError, ValueError):  # it is missing, and may come, or it is what no path can be
            if os.path.islink(path):
                target = os.path.join(os.path.realpath(folder), os.readlink(path))  # `..` may lead up behind a link
                self._watch(inotify, target, counts_all=False)
            number = inotify.add(path)
            self._counts_all[number] = counts_all or self._counts_all.get(number, False)
