"""Find in the source of a module what type checkers read, but leaves no trace at run time: overloads, casts."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from fsapi.tree.source import parse_file

#: The statements that define a function.
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TYPING = ("typing", "typing_extensions")


def is_overloaded(function: Callable[..., object]) -> bool:
    """Return whether a function stands below declarations by `@overload`."""
    function = getattr(function, "__func__", function)
    names: Mapping[str, Any] = getattr(function, "__globals__", {})
    if not isinstance(function, FunctionType) or not knows(names, "overload"):
        return False
    if b"overload" not in read_source(function.__code__.co_filename):
        return False
    body: list[ast.stmt] = parse_file(function.__code__.co_filename)
    *outer, name = function.__qualname__.replace(".<locals>", "").split(".")
    for each in outer:
        found = [node for node, _ in statements(body, names) if getattr(node, "name", None) == each]
        body = [inner for node in found for inner in getattr(node, "body", ())]
    return any(
        isinstance(node, DEFINITIONS)
        and node.name == name
        and any(is_typing(decorator, "overload", names) for decorator in node.decorator_list)
        for node, _ in statements(body, names)
    )


def statements(body: list[ast.stmt], names: Mapping[str, Any], *, seen: bool = True) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield the statements that bind names of a module, each with whether it runs: not for type checkers alone."""
    for node in body:
        yield node, seen
        unseen = _unseen_part(node)
        for part in ("body", "orelse", "finalbody") if not isinstance(node, (*DEFINITIONS, ast.ClassDef)) else ():
            inner: list[ast.stmt] = getattr(node, part, [])
            yield from statements(inner, names, seen=seen and part != unseen)
        for handler in getattr(node, "handlers", ()):
            yield from statements(handler.body, names, seen=seen)


def _unseen_part(node: ast.stmt) -> str:
    """Return the part of a statement that only type checkers read."""
    test = ast.unparse(node.test) if isinstance(node, ast.If) else ""
    return "" if "TYPE_CHECKING" not in test else "orelse" if test.startswith("not ") else "body"


def bound_values(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names to which a statement gives values, each with the expression of its value."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.NamedExpr):
        yield from _unpacked(node.value.target, node.value.value)
    elif isinstance(node, ast.Assign):
        for each in node.targets:
            yield from _unpacked(each, node.value)
    elif isinstance(node, ast.For):
        yield from _unpacked(node.target, _element(node.iter))
    else:  # an annotated assignment, or `type X = ...`, which is new in Python 3.12
        target, assigned = getattr(node, "target", getattr(node, "name", None)), getattr(node, "value", None)
        yield from _unpacked(target, assigned) if isinstance(assigned, ast.expr) else ()


def _unpacked(target: object, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names of a target, each with the part of a value that it gets."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        parts = [_element(value, place) for place in range(len(target.elts))]
        parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else parts
        for each, part in zip(target.elts, parts):
            yield from _unpacked(each, part)


def _element(value: ast.expr, place: int | None = None) -> ast.expr:
    """Return an expression for an element of a collection, for any of them without a place."""
    return ast.Subscript(value, ast.Constant(place), ast.Load())


def imported_names(node: ast.ImportFrom, wanted: str = "*") -> Iterator[tuple[str, str]]:
    """Yield the names that an import defines, each with that in the other module; `wanted` may be one of all names."""
    for each in node.names:
        yield (wanted, wanted) if each.name == "*" else (each.asname or each.name, each.name)


def imported_module(node: ast.ImportFrom, module: ModuleType) -> ModuleType | None:
    """Return the module that an import takes names from, if it has been imported."""
    package = str(vars(module).get("__package__") or "").split(".")
    parent = package[: len(package) - node.level + 1] if node.level else []
    return sys.modules.get(".".join([*parent, *([node.module] if node.module else [])]))


def annotation_of(names: Mapping[str, Any], name: str) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield what annotates a variable of a module, also one that it imports, each with the names that it can use."""
    seen = set[int]()
    while id(names) not in seen:
        seen.add(id(names))
        if name in names.get("__annotations__", {}):
            yield names["__annotations__"][name], names
            return
        for source, original in _origins(names, name):
            names, name = vars(source), original


def _origins(names: Mapping[str, Any], name: str) -> Iterator[tuple[ModuleType, str]]:
    """Yield the modules from which the file of a module imports a name, each with its name there."""
    module = sys.modules.get(str(names.get("__name__")))
    body = parse_file(names.get("__file__") or "") if module else []
    for node, _ in statements(body, names):
        if module and isinstance(node, ast.ImportFrom) and (source := imported_module(node, module)):
            yield from ((source, original) for each, original in imported_names(node, name) if each == name)


def is_typing(node: ast.expr, word: str, names: Mapping[str, Any]) -> bool:
    """Return whether an expression is a function of typing, by any name that it has in a module."""
    if isinstance(node, ast.Attribute):
        return node.attr == word and isinstance(node.value, ast.Name) and names.get(node.value.id) in _typing_modules()
    return isinstance(node, ast.Name) and any(
        names.get(node.id) is vars(each).get(word, names) for each in _typing_modules()
    )


def knows(names: Mapping[str, Any], word: str) -> bool:
    """Return whether some names can stand for a function of typing."""
    modules = _typing_modules()
    known = {*map(id, modules), *(id(vars(each).get(word)) for each in modules)}
    return not known.isdisjoint(map(id, names.values()))


def read_source(file: str) -> bytes:
    """Return the source of a file, empty if it cannot be read."""
    try:
        with open(file, "rb") as opened:  # in half the time of a Path
            return opened.read()
    except (OSError, ValueError):
        return b""


def _typing_modules() -> list[ModuleType]:
    """Return the modules of typing that have been imported."""
    return [sys.modules[name] for name in _TYPING if name in sys.modules]


def fsapi_names(file: str) -> Iterator[tuple[str, Any]]:
    """Yield the names by which a file imports fsapi, or something from it, also under TYPE_CHECKING."""
    fsapi = sys.modules["fsapi"]
    for node in (node for statement in parse_file(file) for node in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and node.module == "fsapi" and node.level == 0:
            yield from (
                (each.asname or each.name, vars(fsapi)[each.name]) for each in node.names if each.name in vars(fsapi)
            )
        elif isinstance(node, ast.Import):
            yield from ((each.asname, fsapi) for each in node.names if each.asname and each.name == "fsapi")
