"""Find the Python files of some folders, each with its signature. A folder counts too: it may be new or gone.

Caches, hidden folders and virtual environments hold no source of a project.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress

from fsapi.watch.signature import Signature, sign

#: The depth of a file, of a folder alone, and of a folder with all below it.
FILE, FOLDER, TREE = 0, 1, 99
# What a folder has in place of a signature: that of a file changes with it.
_IS_THERE: Signature = (0, 0, 0, 0)


def read_states(roots: Mapping[str, int]) -> dict[str, Signature]:
    """Return the signatures of what exists: of files, and of folders with the Python files in them.

    `roots` are absolute paths, each with its depth. The path of a folder ends with a separator.
    """
    states: dict[str, Signature] = {}
    for path, depth in roots.items():
        if depth > FILE:
            states.update(_read_folder(path, depth, frozenset()))
        else:
            with suppress(OSError):
                states[path] = sign(os.stat(path))
    return states


def _read_folder(path: str, depth: int, links: frozenset[str]) -> Iterator[tuple[str, Signature]]:
    """Yield a folder, its files, and those below it; `links` are the real paths of symbolic links on the way."""
    try:
        with os.scandir(path) as listing:
            entries = list(listing)
    except OSError:  # it is gone, no folder, or not ours to read
        return
    yield path + os.sep, _IS_THERE
    for entry in entries:
        with suppress(OSError):  # it is gone since
            if entry.name.endswith(".py") and not entry.is_dir():
                yield entry.path, sign(os.stat(entry.path))  # not of the entry: Windows has no inode there
            elif depth > FOLDER and entry.is_dir() and not _is_excluded(entry):
                followed = links | {os.path.realpath(entry.path)} if entry.is_symlink() else links
                if followed != links or not entry.is_symlink():  # links may make a circle
                    yield from _read_folder(entry.path, depth - 1, followed)


def _is_excluded(folder: os.DirEntry[str]) -> bool:
    """Return whether a folder holds no source."""
    if folder.name in ("__pycache__", "node_modules") or os.path.isfile(os.path.join(folder.path, "pyvenv.cfg")):
        return True
    return folder.name.startswith(".") and folder.name != ".well-known"
