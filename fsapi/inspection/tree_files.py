"""Find files of a tree that other systems cannot hold, and files with handlers that are not route files.

Windows has names for devices, with any suffix and in any case, forbids some characters, and drops dots and spaces at
the end of a name. Disks of Windows and macOS hold one of two names that differ in case or Unicode form only.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from fsapi.tree.listing import is_test
from fsapi.tree.mistakes import Mistake
from fsapi.tree.near_names import ERROR, MIDDLEWARE
from fsapi.tree.scan import display_name
from fsapi.tree.source import is_own, parse_file

_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
#: What is wrong with a name that clashes with another, which follows.
BESIDE = "disks of Windows and macOS cannot hold it beside"
# Importing another file, or building the app, imports these.
_ALWAYS_IMPORTED = ("__init__.py", MIDDLEWARE, ERROR)
# An import, and what follows up to a character that none has.
_IMPORTS = re.compile(rb"\b(?:from|import)\b(?:[\w\s.,()*\\\x80-\xff]|#[^\r\n]*)*")
_FORBIDDEN = '<>:"|?*\\'


def find_foreign_names(folder: Path) -> Iterator[Mistake]:
    """Yield the names in a tree that Windows or macOS cannot hold."""
    for parent, names in _walk(folder):
        seen: dict[str, str] = {}
        for name in names:
            path = display_name(Path.cwd(), parent / name)
            twin = seen.setdefault(normalize("NFC", normalize("NFC", name).casefold()), name)
            if twin != name:
                yield Mistake(path, f"{BESIDE} {twin}", "Rename one of them.")
            if name.partition(".")[0].rstrip(" ").lower() in _DEVICES:
                yield Mistake(path, f"`{name.partition('.')[0]}` is a device on Windows", "Rename it.")
            elif bad := [letter for letter in name if letter in _FORBIDDEN or letter < " "]:
                yield Mistake(path, f"Windows has no names with {bad[0]!r}", "Rename it.")
            elif name[-1] in ". ":
                yield Mistake(path, f"Windows drops the {name[-1]!r} at the end of a name", "Rename it.")


def find_unserved(folder: Path, served: Collection[str], functions: Collection[str]) -> list[Mistake]:
    """Return the files that define one of these functions, but are neither served nor imported by any file.

    `served` are the real paths of the route files, and of the files in which their functions are written.
    """
    paths = [path for module in list(sys.modules.values()) if (path := file_of(module)) and is_own(path)]
    known = {*served} | {os.path.realpath(path) for path in paths if os.path.basename(path) not in _ALWAYS_IMPORTED}
    found: list[Mistake] = []
    for parent, names in _walk(folder):
        for name in names:
            path = os.path.realpath(parent / name)
            if not os.path.isfile(path):  # such as a pipe, which nobody may write to
                continue
            if name.lower().endswith((".py", ".pyw")) and path not in known and not is_test(name):
                found += _describe(folder, parent / name, functions)
    late = _imported_names(paths, {PurePosixPath(mistake.file).stem for mistake in found}) if found else ()
    return [mistake for mistake in found if PurePosixPath(mistake.file).stem not in late]


def _imported_names(paths: Iterable[str], wanted: Collection[str]) -> set[str]:
    """Return the last parts of the names that files import, at least those that are wanted.

    An import within a function may not have run yet. What imports none of the names is not parsed.
    """
    words = re.compile(rb"\b(?:%b)\b|[^\0-\x7f]" % "|".join(map(re.escape, wanted)).encode())
    names: set[str] = set()
    importing = (path for path in paths if _may_import(path, words))
    for node in chain.from_iterable(map(ast.walk, chain.from_iterable(map(parse_file, importing)))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.name.rpartition(".")[2] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").rpartition(".")[2])
    return names


def _may_import(path: str, words: re.Pattern[bytes]) -> bool:
    """Return whether what may be an import contains such a word; Python reads some letters beyond ASCII as others."""
    with suppress(OSError):
        return any(map(words.search, _IMPORTS.findall(Path(path).read_bytes())))
    return False


def file_of(module: object) -> str | None:
    """Return the file of a module."""
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) else None


def _walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield each folder with the names in it, but for caches, in order."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", ".git"))
        yield Path(parent), sorted([*folders, *files])


def _describe(folder: Path, path: Path, functions: Collection[str]) -> Iterator[Mistake]:
    """Yield the mistake of a file that defines one of the functions."""
    for node in parse_file(path):
        if isinstance(node, ast.FunctionDef) and node.name in functions and node.args.args:
            what = f"defines {node.name}, but no path reaches it: {_why(path.relative_to(folder).parts)}"
            yield Mistake(display_name(Path.cwd(), path), what, _REMEDY, node.lineno)
            return


_REMEDY = "Rename it if it is a route, else delete it or give the function another name."


def _why(parts: tuple[str, ...]) -> str:
    """Return why a file is not a route file."""
    if not parts[-1].endswith(".py"):
        return "the name of a route file ends with `.py`"
    if parts[-1] == "__init__.py":
        return "a folder has its URL from `index.py`"
    mark = next((part[0] for part in parts if part[0] in "_."), "")
    return f"names that begin with `{mark}` are private" if mark else "nothing has imported it"
