"""Python files as they are on the disk: parsed without an import, and those that are installed."""

from __future__ import annotations

import ast
import os
import sysconfig
import warnings
from functools import cache
from pathlib import Path


def parse_file(path: str | Path) -> list[ast.stmt]:
    """Return the statements of a file; none if it cannot be read or parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are those of an import
            return ast.parse(Path(path).read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def is_installed(path: str) -> bool:
    """Return whether a file is one of Python itself or of an installed package, also of Debian's."""
    return path.startswith(_installed_folders()) or f"{os.sep}dist-packages{os.sep}" in path


@cache
def _installed_folders() -> tuple[str, ...]:
    """Return the folders of Python itself and of installed packages; asking costs an import, so only when needed."""
    return tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))
