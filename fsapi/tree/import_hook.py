"""Import route files under canonical names, with Python's own import system.

`server/users/[id].py` is the module `server.users.[id]`, so relative imports, pickling, tracebacks,
`inspect.getsource`, bytecode caches and `import server.users._helper` work as for any module.
The import system does not ask for identifiers. The Finder adds two things that it cannot do: a dot inside
a name (`[...slug].py` is `server.[***slug]`), and `users.py` beside a folder `users/`.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType


class Loader(SourceFileLoader):
    """Loads one file; the modules in a folder of the same name beside it are its children."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the file; `__package__` stays the parent, so that `from ._x` is relative to the folder of the file."""
        beside = self.path.removesuffix(".py")
        if os.path.isdir(beside):
            module.__path__ = [beside]
        super().exec_module(module)


class Finder:
    """Finds the modules of one tree, all of them below one top-level name."""

    def __init__(self, name: str, folder: str) -> None:
        self.name, self.folder = name, folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module of the tree, or None for any other (PEP 451)."""
        top, *parts = fullname.split(".")
        if top != self.name:
            return None
        base = os.path.join(self.folder, *(part.replace("*", ".") for part in parts))
        if parts and os.path.isfile(base + ".py"):
            return spec_from_file_location(fullname, base + ".py", loader=Loader(fullname, base + ".py"))
        if os.path.isfile(package := os.path.join(base, "__init__.py")):
            return spec_from_file_location(fullname, package, submodule_search_locations=[base])
        if not os.path.isdir(base):
            return self._find_elsewhere(fullname, parts)
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = [base]
        return spec

    def _find_elsewhere(self, fullname: str, parts: Sequence[str]) -> ModuleSpec | None:
        """Return the spec of a module in other folders of the name, as of a namespace package: tests may be there."""
        trees = {finder.folder for finder in sys.meta_path if isinstance(finder, Finder)}
        tops = [os.path.join(entry, self.name) for entry in sys.path]
        folders = [os.path.join(top, *parts[:-1]) for top in tops if os.path.realpath(top) not in trees]
        return PathFinder.find_spec(fullname, folders) if parts else None


class TreeObserver:
    """A finder that finds nothing, and learns of every tree before it is read; those in development are subclasses."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return None (PEP 451)."""

    def see_tree(self, folder: str) -> None:
        """Learn of a tree."""


def announce(*folders: Path) -> None:
    """Let the observers of this process learn of trees, which may be missing."""
    for observer in sys.meta_path:
        if isinstance(observer, TreeObserver):
            for folder in folders:
                observer.see_tree(str(folder))


def register(folder: Path) -> str:
    """Make a tree importable and return its top-level module name; the same folder always has the same name.

    If the name is taken (by a package of the host or another tree), the tree is called `server~2`.
    """
    real = os.path.realpath(folder)
    finders = [finder for finder in sys.meta_path if isinstance(finder, Finder)]
    for finder in finders:
        if finder.folder == real:
            return finder.name
    base = os.path.basename(real).replace(".", "*")
    taken = {finder.name for finder in finders}
    name, count = base, 1
    while name in taken or not _is_free(name, real):
        count += 1
        name = f"{base}~{count}"
    # Just before PathFinder: after pytest's hook, which rewrites assertions, and after the built-in modules.
    sys.meta_path.insert(sys.meta_path.index(PathFinder), Finder(name, real))
    return name


def find_other(name: str) -> str | None:
    """Return the file that has the name of a tree which is called `server~2`; None if that is another tree, or none."""
    base, tilde, _ = name.partition("~")
    trees = {finder.name for finder in sys.meta_path if isinstance(finder, Finder)}
    module = sys.modules.get(base)
    if not tilde or base in trees:
        return None
    if module is not None:
        return getattr(module, "__file__", None)
    spec = find_spec(base)
    return None if spec is None else spec.origin


def _is_free(name: str, real: str) -> bool:
    """Return whether the import system finds nothing under a top-level name, only this folder, or no package."""
    try:
        spec = find_spec(name)
    except ValueError:  # in sys.modules without a spec, as `__main__` is
        return False
    if spec is None:
        return True
    folders = spec.submodule_search_locations
    if folders is None or (spec.origin is not None and {os.path.realpath(place) for place in folders} != {real}):
        return False
    return _adopt(name, real)


def _adopt(name: str, real: str) -> bool:
    """Return whether no file of a tree is imported already from another folder of its name.

    Those that are imported from the tree become parents of the files in the folders beside them.
    """
    above = f"{name}."
    # By name first: to ask every module for its file takes time, and makes lazy ones load. No file is imported without
    # its package, so most often a look at the name of the tree is enough.
    for fullname in [other for other in list(sys.modules) if other.startswith(above)] if name in sys.modules else ():
        module = sys.modules[fullname]
        file: str | None = getattr(module, "__file__", None)
        if file is None:
            continue
        base = os.path.join(real, *fullname.split(".")[1:])
        if os.path.realpath(file) == f"{base}.py":
            if os.path.isdir(base):
                module.__path__ = [base]
        elif os.path.isfile(f"{base}.py"):
            return False
    return True


def module_name(top: str, folder: Path, file: Path) -> str:
    """Return the canonical name of a file in a folder; symbolic links are not resolved."""
    inside = str(file).removeprefix(str(folder)).removesuffix(".py").strip(os.sep)
    return f"{top}.{inside.replace('.', '*').replace(os.sep, '.')}"


def load(name: str) -> ModuleType:
    """Import a route file by its canonical name, or return its module if it is imported already."""
    return importlib.import_module(name)


def code(module: ModuleType) -> CodeType | None:
    """Return the compiled source of an imported route file, or None if it is gone or can no longer be compiled."""
    file: str | None = getattr(module, "__file__", None)
    if file is None:
        return None
    try:
        return Loader(module.__name__, file).get_code(module.__name__)
    except (OSError, SyntaxError):
        return None
