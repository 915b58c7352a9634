"""Warn of files that are ignored as tests, although they define a handler.

They are parsed, never imported.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from fsapi.tree.log import logger
from fsapi.tree.scan import File, Tree
from fsapi.tree.source import parse_file

_WARNING = "%s:%s: defines %s, but files of this name are tests and are ignored; if it is a route, move it to %s"


def warn_of_ignored(tree: Tree, names: Collection[str]) -> None:
    """Warn of the ignored tests of a tree that define a handler of one of these names."""
    for file in tree.tests:
        for name, line in _find_handlers(file, names):
            logger().warning(_WARNING, file.name, line, name, f"{file.name.removesuffix('.py')}/index.py")
            break


def _find_handlers(file: File, names: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the handlers that a file defines at its top level, each with its line."""
    for node in parse_file(file.path):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            # What has no parameters, or is decorated as a fixture, is no handler.
            if node.name in names and node.args.args and "fixture" not in "".join(map(ast.dump, node.decorator_list)):
                yield node.name, node.lineno
        elif isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
            yield from ((t.id, t.lineno) for t in node.targets if isinstance(t, ast.Name) and t.id in names)
