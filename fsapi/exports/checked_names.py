"""Names that mean more to type checkers than at run time: `if TYPE_CHECKING: H = Req[A]`, `else: H = Req`."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

from fsapi.exports.evaluation import evaluate_text
from fsapi.exports.typing_words import bound_values, imported_module, imported_names, statements
from fsapi.request.req import Req
from fsapi.response.res import Res

# What says nothing of a contract, and the names that it has where nothing is hidden.
_VAGUE = {id(each): each for each in (Any, object, Req, Res)}
_KNOWN = {"Any", "object", "Req", "Res"}
# What a type consists of that is not made by a call.
_TYPE_NODES = (ast.expr_context, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp)


class CheckedNames(NamedTuple):
    """The names of a module as type checkers see them, and those that differ; one that is not known is left out."""

    names: Mapping[str, Any]
    differing: set[str]


def has_other_names(names: Mapping[str, Any]) -> bool:
    """Return whether a name of a module says nothing of a contract, so that type checkers may see more."""
    return any(id(value) in _VAGUE and name not in _KNOWN for name, value in names.items())


def read_checked_names(body: list[ast.stmt], module: ModuleType) -> CheckedNames:
    """Return the names of a module as type checkers see them."""
    names, differing = dict(vars(module)), set[str]()
    for node, is_seen in statements(body, vars(module)):
        found: dict[str, Any] = {}
        if isinstance(node, ast.ImportFrom) and not is_seen:
            source = imported_module(node, module)
            found = {name: getattr(source, original, None) for name, original in imported_names(node)}
        for name, expression in bound_values(node):
            if _is_type(expression) and not (is_seen and differing.isdisjoint(_words(expression))):
                found[name] = _evaluated(expression, names)
        for name, value in found.items():
            if name in names and id(vars(module)[name]) in _VAGUE and value is not vars(module)[name]:
                differing.add(name)
                names[name] = value
    return CheckedNames({name: value for name, value in names.items() if value is not None}, differing)


def _is_type(expression: ast.expr) -> bool:
    """Return whether an expression can be evaluated again, since it calls nothing."""
    return all(isinstance(node, (*_TYPE_NODES, ast.operator)) for node in ast.walk(expression))


def _words(expression: ast.expr) -> list[str]:
    """Return the names in an expression, also those in its texts."""
    nodes = [*ast.walk(expression)]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.id for node in nodes if isinstance(node, ast.Name)] + re.findall(r"\w+", " ".join(texts))


def _evaluated(expression: ast.expr, names: Mapping[str, Any]) -> Any:
    """Return the type that an expression is, or None if it is none, or only type checkers can read it."""
    try:
        return evaluate_text(ast.unparse(expression), names)
    except Exception:  # as of a class that takes brackets only in its stub
        return None
