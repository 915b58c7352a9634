"""The files that a running project is made of, and whether they have changed.

Werkzeug's reloaders are not used: the one sees neither new nor deleted files and skips projects whose path
begins like that of the Python in use, the other depends on how watchdog behaves this month.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from fsapi.tree.import_hook import Finder

#: The exit code by which a process asks to be started again, here as in Werkzeug's and in Django's reloader.
RELOAD = 3
#: Seconds between two looks at the files.
PERIOD = 0.4

#: Path → time of change and size.
_Stats = dict[str, tuple[int, int]]


class Watch:
    """A look at the files as they are now, to compare with later.

    Watched are all Python files of some folders and of the trees and, with `modules`, the imported modules of others
    that are not installed.
    """

    def __init__(self, *folders: str, modules: bool) -> None:
        self._begun = time.time_ns()
        self._folders = folders
        self._modules = modules
        self._trees = set(tree_folders())
        self._seen = snapshot(self._own())

    def look(self) -> list[str]:
        """Return the files that are new, gone or different since the first look."""
        for tree in set(tree_folders()) - self._trees:
            self._trees.add(tree)
            files, now = snapshot(python_files(tree)), time.time_ns()
            # A tree comes into being after the first look, and may have been edited before this one.
            self._know({path: stat for path, stat in files.items() if not self._begun < stat[0] < now})
        if self._modules:
            self._know(snapshot(_imported()))
        return sorted({path for path, _ in self._seen.items() ^ snapshot({*self._own(), *self._seen}).items()})

    def wait(self, given_up: Callable[[], bool] = bool) -> bool:
        """Look until something has changed, and print what; return False where `given_up` says so before that."""
        pause = threading.Event()
        while not (changed := self.look()):
            pause.wait(PERIOD)
            if given_up():
                return False
        print(f"{os.path.relpath(changed[0])} has changed, so the app is loaded again.", flush=True)
        return True

    def _own(self) -> set[str]:
        """Return the Python files of the folders and the trees."""
        return {path for folder in (*self._folders, *tree_folders()) for path in python_files(folder)}

    def _know(self, files: _Stats) -> None:
        """Take files that have not been seen yet for what they are now."""
        self._seen = {**files, **self._seen}


def snapshot(paths: Iterable[str]) -> _Stats:
    """Return what the files are like that are there."""
    found: _Stats = {}
    for path in paths:
        with suppress(OSError):  # deleted in between
            status = os.stat(path)
            found[path] = status.st_mtime_ns, status.st_size
    return found


def tree_folders() -> list[str]:
    """Return the folders of the trees, those that could not be served included."""
    return [finder.folder for finder in sys.meta_path if isinstance(finder, Finder)]


def python_files(folder: str) -> Iterator[str]:
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
