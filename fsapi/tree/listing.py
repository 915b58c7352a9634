"""List a folder of the tree: its names in order, and for each whether it is a folder, a file or a symbolic link.

The listing itself says which of them a name is. Only a symbolic link costs a look at the disk.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """One name in a folder; a symbolic link is what it points to."""

    name: str
    path: Path
    real: Path
    is_folder: bool
    is_file: bool
    is_link: bool

    @property
    def stem(self) -> str:
        """Return the name, for a file without its last `.py`."""
        return self.name.removesuffix(".py") if self.is_file else self.name

    @property
    def is_index(self) -> bool:
        """Return whether this is a file that has the URL of its folder."""
        return self.is_file and self.stem == "index"


def list_folder(folder: Path, real: Path) -> list[Entry]:
    """Return the entries of a folder, sorted by name; `real` is its real path, the same object if they are equal.

    Raise OSError for a folder that cannot be read, or whose files cannot.
    """
    os.stat(os.path.join(folder, os.curdir))  # the listing needs no permission to enter the folder
    with os.scandir(folder) as listing:
        return [_resolve(folder, real, found) for found in sorted(listing, key=_sort_key)]


def is_ignored(name: str) -> bool:
    """Return whether a name is private, hidden, a test or a cache."""
    return (
        name.startswith("_")
        or (name.startswith(".") and name not in (".well-known", ".well-known.py"))
        or is_test(name)
    )


def is_test(name: str) -> bool:
    """Return whether a name is that of a file with tests."""
    return (name.startswith("test_") and name.endswith(".py")) or name.endswith("_test.py") or name == "conftest.py"


def find_link_fault(link: Entry, project: Path, tree: Path) -> str:
    """Return why a symbolic link must not be followed, or an empty string."""
    if not os.path.exists(link.real):
        return "is a broken symbolic link"
    if not any(link.real.is_relative_to(os.path.realpath(home)) for home in (project, tree)):
        return "is a symbolic link out of the project"
    # Real paths are compared: two folders that link to each other have no end otherwise.
    parents = {os.path.realpath(parent) for parent in link.path.parents}
    return "is a symbolic link to a folder above it" if str(link.real) in parents else ""


def find_first_file(entry: Entry) -> Path | None:
    """Return the file itself, or the first route file in the folder and all below it."""
    if entry.is_file:
        return entry.path
    return min((path for path in entry.path.rglob("*.py") if not is_ignored(path.name)), default=None)


def _sort_key(found: os.DirEntry[str]) -> tuple[str, bool]:
    """Return the sort key of a name: `users.py` before `users/`, since its module is the parent of those in there."""
    return found.name.removesuffix(".py"), not found.name.endswith(".py")


def _resolve(folder: Path, real: Path, found: os.DirEntry[str]) -> Entry:
    """Return a name of a listing as an entry."""
    name, path = found.name, folder / found.name
    if found.is_symlink():
        return Entry(name, path, Path(os.path.realpath(path)), os.path.isdir(path), os.path.isfile(path), is_link=True)
    below = path if folder is real else real / name
    return Entry(name, path, below, found.is_dir(), found.is_file(), is_link=False)
