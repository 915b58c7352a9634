"""Find the Python files of some folders, each with its signature. A folder counts too: it may be new or gone.

Caches, hidden folders and virtual environments hold no source of a project.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from fsapi.watch.signature import Signature, sign, unreadable_as_missing

#: The depth of a file, of a folder alone, and of a folder with all below it.
FILE, FOLDER, TREE = 0, 1, 99
# What a folder has in place of a signature: that of a file changes with it.
_IS_THERE: Signature = (0, 0, 0, 0)
_NO_SOURCE = ("__pycache__", "node_modules")


def read_states(roots: Mapping[str, int]) -> dict[str, Signature]:
    """Return the signatures of what exists: of files, and of folders with the Python files in them.

    `roots` are absolute paths, each with its depth; found folders end with a separator. Raise TooManyFilesError.
    """
    states: dict[str, Signature] = {}
    for path, depth in roots.items():
        if depth > FILE:
            _read_folder(states, path, depth, frozenset())
        else:
            _read_file(states, path)
    return states


def _read_file(states: dict[str, Signature], path: str) -> None:
    """Add the signature of a file, if it is there."""
    with suppress(OSError, ValueError):  # a ValueError for what no path can be
        states[path] = sign(os.stat(path))  # not of an entry of a listing: Windows has no inode there


def _read_folder(states: dict[str, Signature], path: str, depth: int, links: frozenset[str]) -> None:
    """Add a folder, its files, and those below it; `links` are the real paths of symbolic links on the way."""
    entries: list[os.DirEntry[str]] = []
    with unreadable_as_missing(), os.scandir(path) as listing:
        entries += listing
        states[path + os.sep] = _IS_THERE
    for entry in entries:
        if entry.name.endswith(".py") and not _is_folder(entry):
            _read_file(states, entry.path)
        elif depth == FOLDER:
            _read_package(states, entry)
        elif _is_folder(entry) and not _is_excluded(entry):
            _read_below(states, entry, depth - 1, links)


def _read_package(states: dict[str, Signature], folder: os.DirEntry[str]) -> None:
    """Add the file that makes a folder a package, if it may be one: Python prefers it to a module of that name."""
    if folder.name.isidentifier() and folder.name not in _NO_SOURCE:
        _read_file(states, os.path.join(folder.path, "__init__.py"))


def _read_below(states: dict[str, Signature], folder: os.DirEntry[str], depth: int, links: frozenset[str]) -> None:
    """Add a folder of a folder; links may make a circle, so each is followed once."""
    if not folder.is_symlink():
        _read_folder(states, folder.path, depth, links)
    elif (real := os.path.realpath(folder.path)) not in links:
        _read_folder(states, folder.path, depth, links | {real})


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder, or a symbolic link to one."""
    try:
        return entry.is_dir()
    except OSError:  # it is a link to itself
        return False


def _is_excluded(folder: os.DirEntry[str]) -> bool:
    """Return whether a folder holds no source."""
    if folder.name in _NO_SOURCE or os.path.isfile(os.path.join(folder.path, "pyvenv.cfg")):
        return True
    return folder.name.startswith(".") and folder.name != ".well-known"
