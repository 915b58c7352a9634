"""Find modules of a project that the import system takes from elsewhere.

A name belongs to what comes first on `sys.path`, or was imported first: an installed package, or another project of
the same process.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from fsapi.tree.log import logger
from fsapi.tree.source import is_installed, parse_file

_SHARED = (
    "%s imports %s, which is %s in this process, not %s: rename one of them, or run each project in its own process"
)


def explain_failure(project: Path, exc: BaseException) -> str:
    """Return which module of another place an import has met instead of the project's own, or an empty string."""
    name = getattr(exc, "name", None) if isinstance(exc, ImportError) else ""
    if isinstance(exc, AttributeError) and isinstance(exc.obj, ModuleType):  # `import lib`, then `lib.db`
        name = exc.obj.__name__
    parts, real = str(name or "").split("."), os.path.realpath(project)
    for size in range(1, len(parts) + 1):
        prefix = ".".join(parts[:size])
        if prefix in sys.modules and (pair := _find_rivals(real, prefix, sys.modules[prefix])):
            place, own = pair
            return (
                f"`{prefix}` is {place} here, not {own}: what is first on sys.path has the name.\nRename one of them."
            )
    return ""


def warn_of_shared(project: Path) -> None:
    """Warn of modules of a project that are those of another project in this process, where its files import them."""
    shared = dict(_find_shared(project))
    warned: set[str] = set()
    for file in _find_files(project) if shared else ():
        for name in sorted(_imports(file) & shared.keys()):
            # One warning for a package and all that is in it.
            if not any(f"{name}.".startswith(f"{known}.") for known in warned):
                warned.add(name)
                place, own = shared[name]
                logger().warning(_SHARED, os.path.relpath(file, project), name, place, own)


def _find_shared(project: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield imported modules of other projects that this project has too, each with its place and the project's own."""
    with suppress(OSError):
        tops, real = {name.removesuffix(".py") for name in os.listdir(project)}, os.path.realpath(project)
        # No module is imported without the packages above it, nor from other folders than theirs.
        imported = {name for name in tops if name in sys.modules and not _is_in(real, name, sys.modules[name])}
        below = tuple(f"{name}." for name in imported)
        modules = list(sys.modules) if imported else []
        for name in [name for name in modules if name in imported or name.startswith(below)]:
            pair = _find_rivals(real, name, sys.modules[name])
            if pair is not None and os.path.isabs(pair[0]) and not is_installed(pair[0]):
                yield name, pair


def _is_in(real: str, name: str, module: ModuleType) -> bool:
    """Return whether a module is in a folder alone."""
    base = os.path.join(real, name)
    return all(os.path.realpath(place) in (f"{base}.py", base) for place in _places(module))


def _find_rivals(real: str, name: str, module: ModuleType) -> tuple[str, str] | None:
    """Return where a module is and where the project has one of that name; None if that is the same, or it has none.

    `real` is the real path of the project.
    """
    base = os.path.join(real, *name.split("."))
    expected, places = (f"{base}.py", base), _places(module)
    if any(place in expected or os.path.realpath(place) in expected for place in places):
        return None
    own = next((path for path in expected if os.path.exists(path)), None)
    return None if own is None else (places[0], own)


def _places(module: ModuleType) -> list[str]:
    """Return the file of a module, or the folders of a package."""
    file: object = getattr(module, "__file__", None)
    folders: list[str] = list(getattr(module, "__path__", []))
    return folders or [str(file or "built into Python")]


def _find_files(project: Path) -> list[str]:
    """Return the files of a project that are imported."""
    inside = os.path.realpath(project) + os.sep
    found = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    files = {file for file in found if isinstance(file, str)}
    return sorted(file for file in files if file.startswith(inside) and not is_installed(file))


def _imports(file: str) -> set[str]:
    """Return the names that a file imports absolutely, with the packages above them."""
    names: set[str] = set()
    for node in (node for statement in parse_file(file) for node in ast.walk(statement)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.rsplit(".", count)[0] for name in names for count in range(name.count(".") + 1)}
