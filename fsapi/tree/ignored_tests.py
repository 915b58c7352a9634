"""Warn of files that are ignored as tests, although they define a handler.

They are parsed, never imported.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from types import NoneType

from fsapi.tree.log import logger
from fsapi.tree.scan import File, Tree
from fsapi.tree.source import parse_file

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_WARNING = "%s:%s: defines %s, but files of this name are tests and are ignored; if it is a route, move it to %s"


def warn_of_ignored(tree: Tree, names: Collection[str]) -> None:
    """Warn of the ignored tests of a tree that define a handler of one of these names."""
    for file in tree.tests:
        for name, line in _find_handlers(file, names):
            logger().warning(_WARNING, file.name, line, name, f"{file.name.removesuffix('.py')}/index.py")
            break


def _find_handlers(file: File, names: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the handlers that a file defines outside of functions and classes, each with its line."""
    nodes = [*_statements(parse_file(file.path))]
    # A test may import the handler that it tests.
    has_tests = any(isinstance(node, _DEFINITIONS) and node.name.lower().startswith("test") for node in nodes)
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            # What has no parameters, or is decorated as a fixture, is no handler.
            defined = node.args.args and "fixture" not in "".join(map(ast.dump, node.decorator_list))
            found = [node.name] if defined else []
        elif isinstance(node, ast.ImportFrom):
            found = [] if has_tests or _is_of_tree(node, file) else [each.asname or each.name for each in node.names]
        else:
            found = [*_assigned(node)]
        yield from ((name, node.lineno) for name in found if name in names)


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.stmt]:
    """Yield statements, and those within them, but for functions and classes."""
    for node in nodes:
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)) and not isinstance(node, _DEFINITIONS):
            yield from _statements(ast.iter_child_nodes(node))


def _assigned(node: ast.stmt) -> Iterator[str]:
    """Yield the names to which a statement gives a value that may be a function."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or isinstance(node.value, (ast.Constant, NoneType)):
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name) and _is_stored(name))


def _is_stored(name: ast.Name) -> bool:
    """Return whether a name gets a value; that of `x` in `x.GET = 1` does not."""
    return isinstance(name.ctx, ast.Store)


def _is_of_tree(node: ast.ImportFrom, file: File) -> bool:
    """Return whether something is imported from a file of the tree, as a test of it does."""
    return node.level > 0 or (node.module or "").partition(".")[0] in file.name.split("/")
