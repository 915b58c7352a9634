"""Warn of files that are ignored as tests, although they define a handler.

They are parsed, never imported.
"""

from __future__ import annotations

import ast
import logging
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path

from fsapi.tree.scan import File, Tree

_log = logging.getLogger("fsapi")
_WARNING = "%s:%s: defines %s, but files of this name are tests and are ignored; if it is a route, move it to %s"


def warn_of_ignored(tree: Tree, names: Collection[str]) -> None:
    """Warn of the ignored tests of a tree that define a handler of one of these names."""
    for file in tree.tests:
        for name, line in _find_handlers(file, names):
            _log.warning(_WARNING, file.name, line, name, f"{file.name.removesuffix('.py')}/index.py")
            break


def _find_handlers(file: File, names: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the handlers that a file defines at its top level, each with its line."""
    for node in _parse(file.path, names):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            # What has no parameters, or is decorated as a fixture, is no handler.
            if node.name in names and node.args.args and "fixture" not in "".join(map(ast.dump, node.decorator_list)):
                yield node.name, node.lineno
        elif isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
            yield from ((t.id, t.lineno) for t in node.targets if isinstance(t, ast.Name) and t.id in names)


def _parse(path: Path, names: Collection[str]) -> list[ast.stmt]:
    """Return the statements of a file that has one of these names in it; none if it cannot be parsed."""
    try:
        source = path.read_bytes()
        if not any(name.encode() in source for name in names):
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
