"""Python files as they are on the disk: parsed without an import, and those that are installed."""

from __future__ import annotations

import ast
import os
import sysconfig
import warnings
from pathlib import Path

_INSTALLED = tuple(sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib"))


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
    return path.startswith(_INSTALLED) or f"{os.sep}dist-packages{os.sep}" in path
