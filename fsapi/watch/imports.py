"""Note what the import system asks for, before it reads it: folders, files, and modules that it does not find.

So modules are watched wherever they lie, also those that are broken or missing.
"""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader, SourcelessFileLoader
from types import ModuleType
from typing import Any, NoReturn

from fsapi.tree.import_hook import Finder, TreeObserver
from fsapi.tree.source import compile_afresh, is_installed, is_own
from fsapi.watch.folders import ASKED, FILE, FOLDER, NAMES, TREE

#: Notes a path and a depth.
Note = Callable[[str, int], object]


class ImportObserver(TreeObserver):
    """The last finder of the import system: it notes the modules that no other finds, and the trees."""

    def __init__(self, note: Note) -> None:
        self.note = note

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Note the folders that would be the module, and find nothing; a file is noticed as new in its own folder."""
        for folder in sys.path if path is None else path:
            if isinstance(folder, str):  # pyright: ignore[reportUnnecessaryIsInstance] # Python ignores others, too
                self.note(os.path.join(folder, fullname.rpartition(".")[2]), ASKED)
                if not is_own(os.path.join(folder, "")):
                    self.note(folder, NAMES)
        if path is not None and not isinstance(path, list):  # of a namespace package, which may get another folder
            parent, _, _ = fullname.rpartition(".")
            above = sys.modules.get(parent.rpartition(".")[0])
            self.find_spec(parent, getattr(above, "__path__", None))
        return None

    def see_tree(self, folder: str) -> None:
        """Note a tree before it is scanned."""
        self.note(folder, TREE)

    def see_folder(self, folder: str) -> NoReturn:
        """Note a folder or an archive before the import system reads it; raise ImportError: the next hook takes it."""
        # Before Python 3.11 it may be bytes. An archive counts where packages are installed, too.
        is_text = isinstance(folder, str)  # pyright: ignore[reportUnnecessaryIsInstance]
        for depth in ([FOLDER] if os.path.isdir(folder) else [FOLDER, NAMES]) if is_text else []:
            self.note(folder, depth)
        raise ImportError


def observe_imports(note: Note) -> ImportObserver:
    """Note what is imported from now on, and what has been; the project's own files are compiled at every import."""
    compile_afresh()
    observer = ImportObserver(note)
    for finder in sys.meta_path:
        if isinstance(finder, Finder):
            observer.see_tree(finder.folder)
    note_modules(note)
    sys.meta_path.append(observer)
    sys.path_hooks.insert(0, observer.see_folder)
    sys.path_importer_cache.clear()  # so that the hook sees every folder
    _observe_files(note)
    for loader in (ExtensionFileLoader, SourcelessFileLoader):
        _observe_loader(loader, note)
    return observer


def installed_folders() -> list[str]:
    """Return the folders in which Python looks for installed packages and for their `.pth` files."""
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return [*(folder for folder in sys.path if is_installed(os.path.join(folder, ""))), *user]


def note_modules(note: Note) -> None:
    """Note the files of what has been imported."""
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str):
            note(path, FILE)


def _observe_files(note: Note) -> None:
    """Note every source file before it is read."""
    path_stats = SourceFileLoader.path_stats

    @wraps(path_stats)
    def noting(loader: SourceFileLoader, path: str) -> Any:
        note(path, FILE)
        return path_stats(loader, path)

    setattr(SourceFileLoader, "path_stats", noting)  # noqa: B010 # checkers reject a plain assignment


def _observe_loader(loader: type[ExtensionFileLoader | SourcelessFileLoader], note: Note) -> None:
    """Note every file for which there is a loader of a kind, before it is read."""
    begin: Callable[..., None] = loader.__init__

    @wraps(begin)
    def noting(self: Any, fullname: str, path: str) -> None:
        begin(self, fullname, path)
        note(path, FILE)

    setattr(loader, "__init__", noting)  # noqa: B010 # checkers reject a plain assignment
