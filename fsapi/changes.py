"""Watch the source files of a running project and report which of them have changed.

Werkzeug's reloaders are not used: its stat reloader misses new and deleted files and skips a project whose path
starts like that of the running Python; its other one depends on watchdog.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain

from fsapi.tree.import_hook import Finder
from fsapi.tree.source import is_installed

#: The exit code by which a process asks to be started again, here as in Werkzeug's and in Django's reloader.
RELOAD = 3
#: Seconds between two looks at the files.
_PERIOD = 0.4

#: Path → modification time in nanoseconds, and size in bytes.
_Stats = dict[str, tuple[int, int]]


class Watch:
    """The state of a project's files at one time, to compare with later states.

    The files are all Python files of the given folders and of the trees. With `modules` they are also the files of
    imported modules from anywhere else, except Python's own and those of installed packages.
    """

    def __init__(self, *folders: str, modules: bool) -> None:
        self._started = time.time_ns()
        self._folders = folders
        self._modules = modules
        self._trees = set(_tree_folders())
        self._stats = _read_stats(self._find_files())

    def look(self) -> list[str]:
        """Return the files that are new, deleted or different since the first look, sorted.

        Trees and modules that were registered or imported since then are added, not reported.
        """
        for tree in set(_tree_folders()) - self._trees:
            self._trees.add(tree)
            # The first look has covered the files below the folders: one that it did not find is new.
            elsewhere = set(_find_python_files(tree)) - set(_find_python_files(*self._folders))
            stats, now = _read_stats(elsewhere), time.time_ns()
            # Of the others, one that was edited since then counts as changed, so it is not added.
            self._add({path: stat for path, stat in stats.items() if not self._started < stat[0] < now})
        if self._modules:
            self._add(_read_stats(_find_module_files()))
        current = _read_stats({*self._find_files(), *self._stats})
        return sorted({path for path, _ in self._stats.items() ^ current.items()})

    def wait(self, cancelled: Callable[[], bool] = bool) -> bool:
        """Look until a file has changed, print its name and return True; return False once `cancelled` does."""
        pause = threading.Event()
        while not (changed := self.look()):
            pause.wait(_PERIOD)
            if cancelled():
                return False
        print(f"{os.path.relpath(changed[0])} has changed: reloading", flush=True)
        return True

    def _find_files(self) -> set[str]:
        """Return the Python files of the folders and the trees."""
        return set(_find_python_files(*self._folders, *_tree_folders()))

    def _add(self, stats: _Stats) -> None:
        """Add files, but keep the first state of those that are known."""
        self._stats = {**stats, **self._stats}


def _read_stats(paths: Iterable[str]) -> _Stats:
    """Return the state of those files that exist."""
    stats: _Stats = {}
    for path in paths:
        with suppress(OSError):  # deleted since it was found
            status = os.stat(path)
            stats[path] = status.st_mtime_ns, status.st_size
    return stats


def _tree_folders() -> list[str]:
    """Return the folders of all trees, including those that could not be loaded."""
    return [finder.folder for finder in sys.meta_path if isinstance(finder, Finder)]


def _find_python_files(*tops: str) -> Iterator[str]:
    """Yield the Python files below some folders, except in caches, hidden folders and virtual environments."""
    for parent, folders, files in chain.from_iterable(map(os.walk, tops)):
        folders[:] = [name for name in folders if not _is_excluded(parent, name)]
        yield from (os.path.join(parent, name) for name in files if name.endswith(".py"))


def _is_excluded(parent: str, name: str) -> bool:
    """Return whether a folder holds no source of the project."""
    if name in ("__pycache__", "node_modules") or os.path.isfile(os.path.join(parent, name, "pyvenv.cfg")):
        return True
    return name.startswith(".") and name != ".well-known"


def _find_module_files() -> Iterator[str]:
    """Yield the files of all imported modules, except Python's own and those of installed packages."""
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and not is_installed(path):
            yield path
