"""The files that a running project is made of, and whether they have changed.

Werkzeug's reloaders are not used: the one sees neither new nor deleted files and skips projects whose path
begins like that of the Python in use, the other depends on how watchdog behaves this month.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress

from fsapi.loader import Finder

#: Path → time of change and size.
_Stats = dict[str, tuple[int, int]]


class Watch:
    """A look at the files as they are now, to compare with later.

    Watched are all Python files of the working directory and of the trees, and the imported modules of others
    that are not installed.
    """

    def __init__(self) -> None:
        self._trees = set(trees())
        self._seen = stats(_own())

    def look(self) -> list[str]:
        """Return the files that are new, gone or different since the first look."""
        known = set(_imported())
        for tree in set(trees()) - self._trees:
            self._trees.add(tree)
            # A tree in the working directory has been looked at before the app was loaded, one elsewhere is new here.
            if not any(path.startswith(tree + os.sep) for path in self._seen):
                known.update(below(tree))
        for path, stat in stats(known).items():
            self._seen.setdefault(path, stat)
        return sorted({path for path, _ in self._seen.items() ^ stats({*_own(), *self._seen}).items()})


def stats(paths: Iterable[str]) -> _Stats:
    """Return what the files are like that are there."""
    found: _Stats = {}
    for path in paths:
        with suppress(OSError):  # deleted in between
            status = os.stat(path)
            found[path] = status.st_mtime_ns, status.st_size
    return found


def _own() -> set[str]:
    """Return the Python files of the working directory and the trees."""
    return {path for folder in (os.getcwd(), *trees()) for path in below(folder)}


def trees() -> list[str]:
    """Return the folders of the trees, those that could not be served included."""
    return [finder.folder for finder in sys.meta_path if isinstance(finder, Finder)]


def below(folder: str) -> Iterator[str]:
    """Yield the Python files of a folder, but for caches, hidden folders and virtual environments."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _foreign(place, name)]
        yield from (os.path.join(place, name) for name in files if name.endswith(".py"))


def _foreign(place: str, name: str) -> bool:
    """Tell whether a folder holds no source of the project."""
    if name in ("__pycache__", "node_modules") or os.path.isfile(os.path.join(place, name, "pyvenv.cfg")):
        return True
    return name.startswith(".") and name != ".well-known"


def _imported() -> Iterator[str]:
    """Yield the files of all modules but those of Python and of installed packages."""
    installed = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and not path.startswith(installed):
            yield path
