"""Watch the Python files of a running project for changes.

Werkzeug's reloaders are not used. One sees neither new nor deleted files, and skips projects whose path begins
like that of the Python in use; the other depends on the version of watchdog.
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

#: The exit code of a process that wants to be started again, as in Werkzeug's and Django's reloaders.
RELOAD = 3
#: Seconds between two looks at the files.
_PERIOD = 0.4

#: Path → time of change and size.
_Stats = dict[str, tuple[int, int]]


class Watch:
    """The files as they are now, to compare with later.

    It watches all Python files of some folders and of the trees. With `modules` it also watches imported modules
    from elsewhere, except those of Python and of installed packages.
    """

    def __init__(self, *folders: str, modules: bool) -> None:
        self._begun = time.time_ns()
        self._folders = folders
        self._modules = modules
        self._trees = set(_list_trees())
        self._seen = _read_stats(self._list_files())

    def look(self) -> list[str]:
        """Return the files that are new, deleted or changed since the first look."""
        for tree in set(_list_trees()) - self._trees:
            self._trees.add(tree)
            files, now = _read_stats(_list_python_files(tree)), time.time_ns()
            # A tree is registered after the first look; what was edited since then counts as a change.
            self._remember({path: stat for path, stat in files.items() if not self._begun < stat[0] < now})
        if self._modules:
            self._remember(_read_stats(_list_imported()))
        return sorted(
            {path for path, _ in self._seen.items() ^ _read_stats({*self._list_files(), *self._seen}).items()}
        )

    def wait(self, stopped: Callable[[], bool] = bool) -> bool:
        """Look until a file has changed, print its name and return True; return False once `stopped()` is true."""
        pause = threading.Event()
        while not (changed := self.look()):
            pause.wait(_PERIOD)
            if stopped():
                return False
        print(f"{os.path.relpath(changed[0])} has changed, so the app is reloaded.", flush=True)
        return True

    def _list_files(self) -> set[str]:
        """Return the Python files of the folders and the trees."""
        return {path for folder in (*self._folders, *_list_trees()) for path in _list_python_files(folder)}

    def _remember(self, files: _Stats) -> None:
        """Add files that have not been seen yet, as they are now."""
        self._seen = {**files, **self._seen}


def _read_stats(paths: Iterable[str]) -> _Stats:
    """Return the time and size of the files that exist."""
    found: _Stats = {}
    for path in paths:
        with suppress(OSError):  # deleted in between
            status = os.stat(path)
            found[path] = status.st_mtime_ns, status.st_size
    return found


def _list_trees() -> list[str]:
    """Return the folders of all trees, including those that could not be served."""
    return [finder.folder for finder in sys.meta_path if isinstance(finder, Finder)]


def _list_python_files(folder: str) -> Iterator[str]:
    """Yield the Python files of a folder, except those in caches, hidden folders and virtual environments."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _is_skipped(place, name)]
        yield from (os.path.join(place, name) for name in files if name.endswith(".py"))


def _is_skipped(place: str, name: str) -> bool:
    """Tell whether a folder contains no source files of the project."""
    if name in ("__pycache__", "node_modules") or os.path.isfile(os.path.join(place, name, "pyvenv.cfg")):
        return True
    return name.startswith(".") and name != ".well-known"


def _list_imported() -> Iterator[str]:
    """Yield the files of all imported modules, except those of Python and of installed packages."""
    installed = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and not path.startswith(installed):
            yield path
