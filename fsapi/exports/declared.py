"""Find what a module says of the type of a handler elsewhere than in the function that runs.

| in the module | says |
|---|---|
| `POST: Handler[A] = run` | the type that stands beside the name |
| `POST = cast(Handler[A], run)` | the type of the cast |
| `POST = make(A)`, `@auth def POST(...)` | what the function is annotated to return |
| `@plain def POST(req: Req[A], res: Res[A])` | the annotations of a function that a decorator hides |
| `if TYPE_CHECKING: def POST(...)` | those of a function that only type checkers see |
| `POST = run`, `from lib import POST` | what the same, or the other module, says of that name |
"""

# isinstance() narrows a value to a list whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import ast
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from fsapi.exports.checked_names import CheckedNames, has_other_names, read_checked_names
from fsapi.exports.evaluation import evaluate_known, evaluate_parameters, evaluate_text
from fsapi.exports.expressions import Method, types_of
from fsapi.exports.layers import layers
from fsapi.exports.typing_words import (
    DEFINITIONS,
    bound_values,
    imported_module,
    imported_names,
    is_typing,
    read_source,
    statements,
)
from fsapi.tree.source import parse_file

_Names = Mapping[str, Any]
_Seen = set[tuple[int, str]]


class Declared(NamedTuple):
    """A type that a module declares for a name, evaluated, and the names that it could use.

    Or a function among the arguments of the call that has made what has the name.
    """

    hint: Any
    names: _Names
    is_argument: bool = False


def declared_types(module: ModuleType, name: str, value: Callable[..., object]) -> Iterator[Declared]:
    """Yield the types that a module declares for a name with a value: of functions, or of their parameters.

    Raise what evaluating them raises.
    """
    variable, _, place = name.partition("[")
    held = vars(module).get(variable)
    if held is not value and not (place and isinstance(held, (list, tuple)) and any(each is value for each in held)):
        return
    yield from _declared(module, variable, value, set())


def says_more(module: ModuleType, name: str, function: Callable[..., object]) -> bool:
    """Return whether a module may say more of a function than its annotations do."""
    return name in getattr(module, "__annotations__", {}) or not _is_plain(module, name, function)


def _declared(module: ModuleType, name: str, value: Any, seen: _Seen) -> Iterator[Declared]:
    """Yield the types for a name, and for other names of the same value that it is taken from."""
    names = vars(module)
    if (id(module), name) in seen or name not in names:
        return
    seen.add((id(module), name))
    annotations: _Names = getattr(module, "__annotations__", {})
    if name in annotations:
        yield Declared(evaluate_text(annotations[name], names), names)
    if _is_plain(module, name, value):
        return
    body = parse_file(names.get("__file__") or "")
    checked = cache(partial(read_checked_names, body, module))  # few statements need it
    for node, is_seen in statements(body, names):
        if isinstance(node, DEFINITIONS) and node.name == name:
            yield from _of_function(node, checked, is_own=is_seen and _is_layer(module, name, value))
        elif isinstance(node, ast.ImportFrom):
            yield from _of_import(node, module, name, value, seen)
        elif isinstance(node, ast.AnnAssign) and not is_seen and ast.unparse(node.target) == name:
            yield Declared(evaluate_text(ast.unparse(node.annotation), checked().names), checked().names)
        for each, expression in bound_values(node):
            yield from _of_value(expression, module, value, seen) if each == name else ()


def _of_value(expression: ast.expr, module: ModuleType, value: Any, seen: _Seen) -> Iterator[Declared]:
    """Yield the types of what a name is assigned, of the casts in it, and of other names of the value."""
    names = vars(module)
    for node, is_inside in _nodes(expression):
        if isinstance(node, ast.Call) and node.args and is_typing(node.func, "cast", names):
            text = ast.unparse(node.args[0])
            hints = evaluate_known(text, names) if is_inside else [evaluate_text(text, names)]
            yield from (Declared(each, names) for each in hints)
        elif isinstance(node, ast.Name) and names.get(node.id) is value:
            yield from _declared(module, node.id, value, seen)
        elif isinstance(node, ast.Attribute):
            for owner in types_of(node.value, names):
                is_same = isinstance(owner, ModuleType) and vars(owner).get(node.attr) is value
                yield from _declared(owner, node.attr, value, seen) if is_same else ()
    yield from _of_types(expression, names)
    yield from (Declared(each, names, is_argument=True) for each in _arguments(expression, names))


def _nodes(node: ast.AST, *, inside: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Yield an expression and those in it, each with whether it is in a call; not what a lambda does later."""
    yield node, inside
    inside = inside or isinstance(node, ast.Call)
    for part in ast.iter_child_nodes(node) if not isinstance(node, ast.Lambda) else ():
        yield from _nodes(part, inside=inside)


def _of_types(expression: ast.expr, names: _Names) -> Iterator[Declared]:
    """Yield the types of the parameters of the functions that an expression gives, or other types as a whole."""
    for hint in types_of(expression, names):
        if isinstance(hint, FunctionType):
            yield from (Declared(each, hint.__globals__) for each in evaluate_parameters(hint))
        elif isinstance(hint, Method):
            taken = evaluate_parameters(hint.function)
            yield from (Declared(hint.fill(each), hint.function.__globals__) for each in taken)
        elif not isinstance(hint, ModuleType) and typing.get_origin(hint) is not type:
            yield Declared(hint, names)


def _arguments(node: ast.AST, names: _Names) -> Iterator[FunctionType]:
    """Yield the functions that are arguments of the calls in an expression, also in collections."""
    for part in ast.iter_child_nodes(node) if not isinstance(node, ast.Lambda) else ():
        if isinstance(part, (ast.Name, ast.Attribute)):
            yield from (each for each in types_of(part, names) if isinstance(each, FunctionType))
        else:
            yield from _arguments(part, names)


def _of_import(node: ast.ImportFrom, module: ModuleType, name: str, value: Any, seen: _Seen) -> Iterator[Declared]:
    """Yield what the module says from which a name is imported."""
    source = imported_module(node, module)
    for each, original in imported_names(node, name):
        if each == name and source is not None:
            yield from _declared(source, original, value, seen)


def _of_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, checked: Callable[[], CheckedNames], *, is_own: bool
) -> Iterator[Declared]:
    """Yield the types of the parameters of a function, and what its decorators return.

    The annotations of the function that runs are known; those that type checkers read otherwise are not.
    """
    for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        text = ast.unparse(each.annotation) if each.annotation is not None else ""
        if text and not (is_own and checked().differing.isdisjoint(re.findall(r"\w+", text))):
            yield Declared(evaluate_text(text, checked().names), checked().names)
    for decorator in node.decorator_list:
        yield from _of_types(ast.Call(decorator, [], []), checked().names)


def _is_plain(module: ModuleType, name: str, value: Any) -> bool:
    """Return whether a module can say nothing more of a function than its annotations do."""
    is_own = isinstance(value, FunctionType) and value.__globals__ is vars(module) and value.__code__.co_name == name
    if not is_own or has_other_names(vars(module)):
        return False
    source = read_source(str(vars(module).get("__file__")))
    return b"\n@" not in source and b"cast" not in source and source.count(name.encode()) == 1


def _is_layer(module: ModuleType, name: str, value: Any) -> bool:
    """Return whether one of the functions that a value leads to is the one of that name in a module."""
    functions = [getattr(layer, "__func__", layer) for layer in layers(value)]
    return any(
        isinstance(each, FunctionType) and each.__globals__ is vars(module) and each.__code__.co_name == name
        for each in functions
    )
