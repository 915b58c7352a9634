"""Whether a `_middleware.py` guards what lies below it: whether it rejects whom it does not know.

`guards = True` or `guards = False` in it says so. Without either, it guards if one of its functions visibly answers in
place of a handler: it raises, aborts, returns an answer or ends the response.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Sequence
from functools import partial
from types import ModuleType

from fsapi.routing.middleware import Innermost

_ANSWERING = ("abort", "end", "json", "redirect")


def may_guard(module: ModuleType | None) -> bool:
    """Return whether a `_middleware.py` has functions besides those of `cors`."""
    return bool(_functions(module))


def guards(module: ModuleType | None) -> bool:
    """Return whether a `_middleware.py` guards; `cors` never does."""
    said: object = getattr(module, "guards", None)
    return said if isinstance(said, bool) else any(map(_rejects, _functions(module)))


def _functions(module: ModuleType | None) -> list[object]:
    """Return the middleware of a file, without `cors`."""
    value: Sequence[object] | Innermost | None = getattr(module, "middleware", None)  # or any function
    functions = value if isinstance(value, Sequence) else [value]
    return [function for function in functions if not isinstance(function, Innermost | None)]


def _rejects(function: object) -> bool:
    """Return whether the source of a function has what answers in place of a handler."""
    while isinstance(function, partial):
        function = function.func
    code = function if inspect.isroutine(function) else type(function).__call__
    try:
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(code)))
        return any(map(_answers, ast.walk(ast.parse(source))))
    except (OSError, TypeError, SyntaxError):  # there is no source, or a part of a line, as of a lambda
        return False


def _answers(node: ast.AST) -> bool:
    """Return whether a statement or a call answers; `raise` alone raises on what another has raised."""
    if isinstance(node, ast.Raise):
        return node.exc is not None
    if isinstance(node, ast.Return):
        return not (node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None))
    name = node.func if isinstance(node, ast.Call) else None
    return (isinstance(name, ast.Name) and name.id in _ANSWERING) or (
        isinstance(name, ast.Attribute) and name.attr in _ANSWERING
    )
