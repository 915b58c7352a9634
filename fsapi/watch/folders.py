"""Find the modules in some folders, each with its signature. A folder counts too: it may be new or gone.

Caches, hidden folders and virtual environments hold no source of a project. An archive on the path of imports, as a zip
file or an egg, counts as one file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress

from fsapi.watch.listings import IS_THERE, NO_SOURCE, Listing, Listings
from fsapi.watch.signature import Signature, sign

#: The depth of a file, of the names in an installed folder, of a folder that would be a module that was not found, of
#: a folder alone, and of a folder with all below it.
FILE, NAMES, ASKED, FOLDER, TREE = 0, 1, 2, 3, 99
#: In a folder with more Python files or folders, those count that are imported, and new ones.
MANY = 2_500
#: The list of the files of an installed package, which installers write last.
RECORD = "RECORD"
# What installers call a package while they remove it, or write it.
_TEMPORARY = ("~", ".")


def absolute(path: str) -> str:
    """Return an absolute path, without `..` unless that leads up from where a link leads."""
    plain = os.path.abspath(path)
    if os.pardir not in path:
        return plain
    path = os.path.join(os.getcwd(), path)
    folders = {os.path.realpath(os.path.dirname(each)) for each in (plain, path)}
    return plain if len(folders) == 1 else path


def shown_path(path: str, folder: str = os.curdir) -> str:
    """Return a path as it is shown: from a folder on, or whole if it is on another drive."""
    with suppress(ValueError):
        path = os.path.relpath(path, folder)
    return path


def read_states(roots: Mapping[str, int], asked: Mapping[str, set[str]], listings: Listings) -> dict[str, Signature]:
    """Return the signatures of what exists: of files, and of folders with the Python files in them.

    `roots` are absolute paths, each with its depth; `asked` are folders, each with the names of modules that were not
    found there. Found folders end with a separator. Raise TooManyFilesError.
    """
    reader = Reader(roots, listings)
    reader.read(asked)
    return reader.states


class Reader:
    """One look at files and folders."""

    def __init__(self, roots: Mapping[str, int], listings: Listings) -> None:
        self.states: dict[str, Signature] = {}
        self._roots, self._listings = roots, listings

    def read(self, asked: Mapping[str, set[str]]) -> None:
        """Add all that there is."""
        for folder, names in asked.items():
            self._read_asked(folder, names)
        for path, depth in self._roots.items():
            if depth != FILE:
                self._read_root(path, depth)
        # Last: they count for more than their names in a big folder.
        self.read_files(path for path, depth in self._roots.items() if depth == FILE)

    def _read_root(self, path: str, depth: int) -> None:
        """Add what a folder or an archive is now."""
        if (listing := self.list(path)) is None:
            self._read_archive(path)
        elif depth == NAMES:
            self.read_names(path, listing)
        else:
            self._read_folder(path, listing, depth, frozenset())

    def _read_asked(self, folder: str, names: set[str]) -> None:
        """Add the folders of a folder that have these names."""
        listing = self.list(folder)
        if listing is not None and not listing.names.isdisjoint(names):
            for name in listing.names & names:
                path = os.path.join(folder, name)
                if (found := self.list(path)) is not None:
                    self._read_folder(path, found, FOLDER, frozenset())

    def list(self, path: str) -> Listing | None:
        """Return what a folder lists, None for what is none or cannot be read."""
        return self._listings.read(path)

    def read_files(self, paths: Iterable[str]) -> None:
        """Add the signatures of the files that are there; that of its archive for one that lies in one."""
        states, stat = self.states, os.stat  # each look takes as long as this loop
        for path in paths:
            try:
                status = stat(path)  # not of an entry of a listing: Windows has no inode there
            except NotADirectoryError:
                self._read_archive(path)
            except (OSError, ValueError):  # a ValueError for what no path can be
                pass
            else:
                states[path] = status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino

    def _read_archive(self, path: str) -> None:
        """Add the signature of the file that a path is, or that is on the way to it."""
        try:
            status = os.stat(path)
        except NotADirectoryError:
            self._read_archive(os.path.dirname(path))
        except (OSError, ValueError):
            return
        else:
            if not stat.S_ISDIR(status.st_mode):
                self.states[path] = sign(status)

    def read_names(self, path: str, listing: Listing) -> None:
        """Add what is installed in a folder, and the files that tell of other folders, or that all of it is installed.

        The same version of a package may be installed again.
        """
        files: list[str] = []
        for name in listing.names:
            if name.endswith(".pth"):
                files.append(os.path.join(path, name))
            elif not name.startswith(_TEMPORARY) and name not in NO_SOURCE:
                self.states.setdefault(os.path.join(path, name), IS_THERE)  # unless it is noted by itself
                if name.endswith(".dist-info"):
                    files.append(os.path.join(path, name, RECORD))
        self.read_files(files)

    def _read_folder(self, path: str, listing: Listing, depth: int, links: frozenset[str]) -> None:
        """Add a folder, its files, and those below it; `links` are the real paths of symbolic links on the way."""
        self.states[path + os.sep] = IS_THERE
        if depth > FOLDER:
            self._read_modules(listing)
            for name in listing.folders:
                self._read_below(os.path.join(path, name), depth - 1, links)
            self._read_links(listing)
        elif len(listing.modules) + len(listing.folders) <= MANY:
            self._read_modules(listing)
            self.read_files(listing.packages)
        else:
            new = listing.states.keys() - self.states.keys()  # a package may be in the folder around it, with more
            self.states.update(dict.fromkeys(new, IS_THERE))
            self.read_files(listing.packages_beside_modules)

    def _read_modules(self, listing: Listing) -> None:
        """Add the files of a folder that are not added by themselves."""
        self.read_files(path for path in listing.modules if path not in self._roots)

    def _read_links(self, listing: Listing) -> None:
        """Add the links of a folder themselves: a tree must not have those that lead nowhere, or out of the project."""
        for path in listing.links:
            if path not in self.states:
                with suppress(OSError):
                    self.states[path] = sign(os.lstat(path))

    def _read_below(self, path: str, depth: int, links: frozenset[str]) -> None:
        """Add a folder of a folder; links may make a circle, so each is followed once."""
        if os.path.islink(path):
            real = os.path.realpath(path)
            if real in links:
                return
            links |= {real}
        listing = None if self._is_excluded(path) else self.list(path)
        if listing is not None:
            self._read_folder(path, listing, depth, links)

    def _is_excluded(self, folder: str) -> bool:
        """Return whether a folder holds no source."""
        return os.path.basename(folder) in NO_SOURCE or self.is_file(os.path.join(folder, "pyvenv.cfg"))

    def is_file(self, path: str) -> bool:
        """Return whether a path is a file."""
        return os.path.isfile(path)
