"""Python files as they are on the disk: parsed without an import, compiled afresh, and those that are installed.

Python takes bytecode for that of a file if size and modification time agree, in whole seconds. Two saves of one size
within a second leave old code in force for good, in later processes too. So in development the project's own files are
compiled at every start.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import sysconfig
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

#: Bytecode that was written so many nanoseconds after its file was saved cannot be that of an earlier save.
_SAFE = 2_000_000_000
# The name of a module, the tag of a Python, and how far it has optimized (PEP 488).
_BYTECODE = re.compile(r"(.+)\.(?!opt-)[^.]+(?:\.opt-\w+)?\.pyc", re.DOTALL)
_OUR_FOLDER = os.path.dirname(os.path.dirname(__file__)) + os.sep
_PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_read_stats = SourceFileLoader.path_stats


def parse_file(path: str | Path) -> list[ast.stmt]:
    """Return the statements of a file; none if it cannot be read or parsed."""
    try:
        return _parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []


@lru_cache(maxsize=4)  # what is asked of one file comes together
def _parse(source: bytes) -> list[ast.stmt]:
    """Return the statements of a source, which nobody changes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are those of an import
        return ast.parse(source).body


def is_reloaded() -> bool:
    """Return whether the reloader of Flask or Django runs this process."""
    return "true" in (os.environ.get("WERKZEUG_RUN_MAIN"), os.environ.get("RUN_MAIN"))


def compile_afresh() -> None:
    """Let every import in this process compile the project's files: their bytecode is neither read nor written.

    Bytecode that may be older than its file is deleted, also of modules that are imported already.
    """
    if _reject_bytecode in (SourceFileLoader.path_stats, getattr(SourceFileLoader.path_stats, "__wrapped__", None)):
        return
    _installed_folders()  # which imports, so it must know them before an import asks
    setattr(SourceFileLoader, "path_stats", _reject_bytecode)  # noqa: B010 # checkers reject a plain assignment
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # for processes that the project starts
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and is_own(path):
            _delete_older(path, _known_bytecode)


def find_edited() -> dict[str, str]:
    """Return the project's files that were saved after Python had imported them, with their bytecode.

    It is older than they are: Python writes it at the import, unless it is to write none.
    """
    edited: dict[str, str] = {}
    for module in () if sys.dont_write_bytecode else list(sys.modules.values()):
        path, cached = getattr(module, "__file__", None), getattr(getattr(module, "__spec__", None), "cached", None)
        if isinstance(path, str) and isinstance(cached, str) and is_own(path):
            with suppress(OSError):
                if os.stat(cached).st_mtime_ns < os.stat(path).st_mtime_ns:
                    edited[path] = cached
    return edited


def _reject_bytecode(loader: SourceFileLoader, path: str) -> Mapping[str, Any]:
    """Return what bytecode is compared with, or raise OSError: then `get_code` compiles the file and keeps nothing."""
    if not is_own(path):
        return _read_stats(loader, path)
    _delete_older(path, _known_bytecode)
    raise OSError


def _find_bytecode(folder: str) -> dict[str, list[str]]:
    """Return the bytecode of the modules in a folder: that of other Pythons may be stale as well, and that of -O."""
    found: dict[str, list[str]] = {}
    with suppress(OSError, NotImplementedError):  # there is none, or Python is set to have none
        caches = os.path.dirname(cache_from_source(os.path.join(folder, "x.py")))
        for name in os.listdir(caches):
            if tagged := _BYTECODE.fullmatch(name):
                found.setdefault(tagged[1], []).append(os.path.join(caches, name))
    return found


# As it was when this process began to import from a folder.
_known_bytecode = cache(_find_bytecode)


@cache
def is_own(path: str) -> bool:
    """Return whether a path is one of the project's own; that of a folder ends with a separator."""
    return (not is_installed(path) or _is_linked(path)) and not path.startswith(_OUR_FOLDER)


def _is_linked(path: str) -> bool:
    """Return whether a file of an installed package lies elsewhere, as after `flit install --symlink`."""
    for folder in _PACKAGES:
        before, found, inside = path.partition(folder)
        if found:
            return _leads_elsewhere(f"{before}{folder}{inside.partition(os.sep)[0]}")
    return False


@cache
def _leads_elsewhere(path: str) -> bool:
    """Return whether a path is a link to what is not installed; asked once for each package."""
    return os.path.islink(path) and not is_installed(os.path.realpath(path))


def delete_bytecode(path: str) -> None:
    """Delete the bytecode of a file unless it is surely younger than the file; ignore what cannot be deleted."""
    _delete_older(path, _find_bytecode)


def _delete_older(path: str, find: Callable[[str], Mapping[str, Iterable[str]]]) -> None:
    """Delete what is found in the folder of a file, unless it is surely younger; ignore what cannot be deleted."""
    folder, name = os.path.split(path)
    for cached in find(folder).get(name.removesuffix(".py"), ()):
        with suppress(OSError):
            if os.stat(cached).st_mtime_ns < os.stat(path).st_mtime_ns + _SAFE:
                os.remove(cached)


def is_installed(path: str) -> bool:
    """Return whether a file is one of Python itself or of an installed package, also of a user's or of Debian's."""
    return path.startswith(_installed_folders()) or _PACKAGES[0] in path or _PACKAGES[1] in path


@cache
def _installed_folders() -> tuple[str, ...]:
    """Return the folders of Python itself and of installed packages; asking costs an import, so only when needed."""
    return tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))
