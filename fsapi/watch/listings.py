"""What folders list, kept while it cannot change: then a big folder costs one question to the system."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.machinery import all_suffixes

from fsapi.watch.signature import Signature, is_young, sign, unreadable_as_missing

#: What an entry has in place of a signature where it counts that it is there.
IS_THERE: Signature = (0, 0, 0, 0)
#: How the names of files end that can be imported: of Python, in bytecode alone, and of extension modules.
SUFFIXES = tuple(all_suffixes())
#: Folders that hold no source of a project.
NO_SOURCE = ("__pycache__", "node_modules")


class Listing:
    """What is in a folder: all names, the paths of modules and of links, and the names of folders."""

    def __init__(
        self, path: str, names: Sequence[str], modules: Sequence[str], folders: Sequence[str], links: Sequence[str]
    ) -> None:
        self._path, self.links = path, links
        self.names, self.modules, self.folders = frozenset(names), modules, folders

    @cached_property
    def packages(self) -> list[str]:
        """Return the files that would make the folders packages."""
        return self._init_files(name for name in self.folders if name.isidentifier() and name not in NO_SOURCE)

    @cached_property
    def packages_beside_modules(self) -> list[str]:
        """Return those of them that would come before a module of the same name."""
        modules = (os.path.basename(path).partition(".")[0] for path in self.modules)
        return self._init_files(set(self.folders).intersection(modules))

    @cached_property
    def states(self) -> dict[str, Signature]:
        """Return what can be imported from the folder, as it was when it was listed, without signatures."""
        return dict.fromkeys([*self.modules, *filter(os.path.isfile, self.packages)], IS_THERE)

    def _init_files(self, folders: Iterable[str]) -> list[str]:
        """Return the files that would make these folders packages."""
        return [os.path.join(self._path, name, "__init__.py") for name in folders]


class Listings:
    """The listings of folders; one is read again once its folder has changed, or while it is young."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Signature, Listing]] = {}

    def read(self, path: str) -> Listing | None:
        """Return the listing of a folder, None for what is none or cannot be read; raise TooManyFilesError."""
        try:
            signature = sign(os.stat(path))
        except (OSError, ValueError):  # a ValueError for what no path can be
            return None
        known = self._known.get(path)
        if known is not None and known[0] == signature:
            return known[1]
        listing = _list(path)
        if listing is not None and not is_young(signature):
            self._known[path] = signature, listing
        return listing


def _list(path: str) -> Listing | None:
    """Return what a folder lists, None if it cannot be read."""
    names: list[str] = []
    modules: list[str] = []
    folders: list[str] = []
    links: list[str] = []
    with unreadable_as_missing(), os.scandir(path) as entries:
        for entry in entries:
            names.append(entry.name)
            if _is_hidden(entry.name):
                continue
            if entry.name.endswith(SUFFIXES) and not _is_folder(entry):
                modules.append(entry.path)
            elif entry.is_dir(follow_symlinks=False) or entry.is_symlink():
                folders.append(entry.name)
            if entry.is_symlink():
                links.append(entry.path)
        return Listing(path, names, modules, folders, links)
    return None


def _is_hidden(name: str) -> bool:
    """Return whether a name is one that nothing imports: Emacs locks a file by a link `.#a.py`."""
    return name.startswith(".") and name not in (".well-known", ".well-known.py")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder, or a symbolic link to one."""
    try:
        return entry.is_dir()
    except OSError:  # it is a link to itself
        return False
