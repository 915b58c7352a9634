"""What a look asks the system for: so much may change what it finds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from fsapi.watch.folders import Reader
from fsapi.watch.listings import Listing, Listings


class Paths(NamedTuple):
    """What a look asks the system for."""

    #: Folders of which all names count, those of which all source counts, and those of files that are asked for.
    installed: set[str]
    listed: set[str]
    folders: set[str]
    #: The names of these files, and the paths of those that may change elsewhere: links, and files of several names.
    names: set[str]
    files: set[str]


def find_paths(roots: Mapping[str, int], asked: Mapping[str, set[str]], listings: Listings) -> Paths:
    """Return what `read_states` asks the system for; raise TooManyFilesError."""
    recorder = _Recorder(roots, listings)
    recorder.read(asked)
    return recorder.paths


class _Recorder(Reader):
    """A look that keeps what it asks for, in place of the answers."""

    def __init__(self, roots: Mapping[str, int], listings: Listings) -> None:
        super().__init__(roots, listings)
        self.paths = Paths(set(), set(), set(), set(), set())

    def list(self, path: str) -> Listing | None:
        """Keep the path of a folder."""
        self.paths.listed.add(path)
        return super().list(path)

    def read_names(self, path: str, listing: Listing) -> None:
        """Keep the path of a folder of which all names count."""
        self.paths.installed.add(path)
        super().read_names(path, listing)

    def read_files(self, paths: Iterable[str]) -> None:
        """Keep the paths of files."""
        folders, names = self.paths.folders, self.paths.names
        for path in paths:
            folder, _, name = path.rpartition(os.sep)
            folders.add(folder)
            names.add(name)
            with suppress(OSError, ValueError):  # it is missing, and may come, or it is what no path can be
                status = os.lstat(path)
                if status.st_nlink > 1 or not stat.S_ISREG(status.st_mode):
                    self.paths.files.add(path)

    def is_file(self, path: str) -> bool:
        """Keep the path of a file."""
        self.read_files([path])
        return super().is_file(path)
