"""Find what a module says of the type of a handler elsewhere than in the function that runs.

| in the module | says |
|---|---|
| `POST: Handler[A] = run` | the type that stands beside the name |
| `POST = cast(Handler[A], run)` | the type of the cast |
| `@plain def POST(req: Req[A], res: Res[A])` | the annotations of a function that a decorator hides |
| `if TYPE_CHECKING: def POST(...)` | those of a function that only type checkers see |
| `POST = run`, `from lib import POST` | what the same, or the other module, says of that name |
"""

# isinstance() narrows a value to a list whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from fsapi.exports.evaluation import evaluate_text
from fsapi.exports.layers import layers
from fsapi.exports.typing_words import DEFINITIONS, is_typing, knows, read_source, statements
from fsapi.tree.source import parse_file


class Declared(NamedTuple):
    """A type that a module declares for a name, evaluated, and the names that it could use."""

    hint: Any
    names: Mapping[str, Any]


def declared_types(module: ModuleType, name: str, value: Callable[..., object]) -> Iterator[Declared]:
    """Yield the types that a module declares for a name with a value: of functions, or of their parameters.

    Raise what evaluating them raises.
    """
    variable, _, place = name.partition("[")
    held = vars(module).get(variable)
    if held is not value and not (place and isinstance(held, (list, tuple)) and any(each is value for each in held)):
        return
    yield from _declared(module, variable, value, set())


def _declared(module: ModuleType, name: str, value: Any, seen: set[tuple[int, str]]) -> Iterator[Declared]:
    """Yield the types for a name, and for other names of the same value that it is taken from."""
    names = vars(module)
    if (id(module), name) in seen or name not in names:
        return
    seen.add((id(module), name))
    annotations: Mapping[str, Any] = getattr(module, "__annotations__", {})
    if name in annotations:
        yield Declared(evaluate_text(annotations[name], names), names)
    if _is_plain(module, name, value):
        return
    for node, is_seen in statements(parse_file(names.get("__file__") or ""), names):
        if isinstance(node, DEFINITIONS) and node.name == name and (not is_seen or not _is_layer(module, name, value)):
            yield from _of_function(node, names)
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                source = _imported_module(node, module)
                if (each.asname or each.name) == name and source is not None:
                    yield from _declared(source, each.name, value, seen)
        elif name in _targets(node):
            yield from _of_value(node, module, value, seen)


def _of_value(node: Any, module: ModuleType, value: Any, seen: set[tuple[int, str]]) -> Iterator[Declared]:
    """Yield the types of the casts in what a name is assigned, and those of the name that it is assigned."""
    names = vars(module)
    for each in ast.walk(node.value):
        if isinstance(each, ast.Call) and each.args and is_typing(each.func, "cast", names):
            yield Declared(evaluate_text(ast.unparse(each.args[0]), names), names)
    if isinstance(node.value, ast.Name):
        yield from _declared(module, node.value.id, value, seen)
    elif isinstance(node.value, ast.Attribute):
        owner, name = _resolved(node.value.value, names), node.value.attr
        if isinstance(owner, ModuleType):
            yield from _declared(owner, name, value, seen)
        for base in getattr(owner, "__mro__", ()):
            known = vars(sys.modules[base.__module__])
            if name in inspect.get_annotations(base):
                yield Declared(evaluate_text(inspect.get_annotations(base)[name], known), known)


def _resolved(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """Return what a dotted name stands for, or the class of what a call of it makes; None for other expressions."""
    if isinstance(node, ast.Attribute):
        return getattr(_resolved(node.value, names), node.attr, None)
    found = names.get(node.id) if isinstance(node, ast.Name) else None
    if isinstance(node, ast.Call):
        found = _resolved(node.func, names)
    return found if isinstance(found, (type, ModuleType)) else type(found)


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef, names: Mapping[str, Any]) -> Iterator[Declared]:
    """Yield the types of the parameters of a function."""
    taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for each in taken:
        if each.annotation is not None:
            yield Declared(evaluate_text(ast.unparse(each.annotation), names), names)


def _is_plain(module: ModuleType, name: str, value: Any) -> bool:
    """Return whether a module can say nothing more of a function than its annotations do."""
    if not _is_layer(module, name, value):
        return False
    knows_typing = knows(vars(module), "cast") or "TYPE_CHECKING" in vars(module)
    source = read_source(str(vars(module).get("__file__"))) if knows_typing else b""
    return b"cast" not in source and source.count(b"def %b" % name.encode()) < 2


def _is_layer(module: ModuleType, name: str, value: Any) -> bool:
    """Return whether one of the functions that a value leads to is the one of that name in a module."""
    functions = [getattr(layer, "__func__", layer) for layer in layers(value)]
    return any(
        isinstance(each, FunctionType) and each.__globals__ is vars(module) and each.__code__.co_name == name
        for each in functions
    )


def _targets(node: ast.stmt) -> list[str]:
    """Return the names that an assignment binds."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.NamedExpr):
        return [node.value.target.id]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    if getattr(node, "value", None) is None:
        return []
    return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]


def _imported_module(node: ast.ImportFrom, module: ModuleType) -> ModuleType | None:
    """Return the module that an import takes names from, if it has been imported."""
    package = str(vars(module).get("__package__") or "").split(".")
    parent = package[: len(package) - node.level + 1] if node.level else []
    return sys.modules.get(".".join([*parent, *([node.module] if node.module else [])]))
