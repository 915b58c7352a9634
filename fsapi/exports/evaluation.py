"""Evaluate annotations, and find the types between the brackets of Req and Res in them.

| annotation | its contract |
|---|---|
| `Annotated[...]`, a NewType, `type X = ...` | that of the type that they name |
| a union | that of its member with types in brackets |
| a type variable | that of its bound, or of its constraints |
| a subclass | that of its base class, with the type variables filled in |
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, TypeVar

from fsapi.json import hints
from fsapi.request.req import Req
from fsapi.response.error import Error
from fsapi.response.res import Res
from fsapi.tree.source import parse_file

_Names = Mapping[str, Any]


def layers(function: Callable[..., object]) -> list[Callable[..., object]]:
    """Return the functions that decorators, partials and objects lead to, the innermost first.

    Functions that have the annotations of the one that they wrap are left out. Raise ValueError if they lead nowhere.
    """
    found: list[Callable[..., object]] = []
    while True:
        wrappers: list[Callable[..., object]] = []
        function = inspect.unwrap(function, stop=wrappers.append)
        found += map(_called, wrappers)
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.isroutine(function):
            own = _annotations(function)
            return [function, *(wrapper for wrapper in reversed(found) if _annotations(wrapper) not in ({}, own))]
        else:
            function = _called(function)


def evaluate(function: Callable[..., object]) -> dict[str, Any]:
    """Return the types in the annotations of a function; raise what they raise.

    Req, Res, Error and fsapi are always defined, so that a route file may import them under TYPE_CHECKING, also by
    other names.
    """
    known = {"Req": Req, "Res": Res, "Error": Error, "fsapi": sys.modules["fsapi"]}
    names: dict[str, Any] = known | getattr(function, "__globals__", {})
    try:
        return typing.get_type_hints(function, globalns=names, include_extras=True)
    except NameError:
        names = dict(_imported_names(names.get("__file__") or "")) | names
    return typing.get_type_hints(function, globalns=names, include_extras=True)


def find(cls: type, hint: Any, names: _Names) -> Iterator[Any]:
    """Yield a class as an annotation has it, with or without types in brackets; `names` are those of the annotation."""
    kind: Any = typing.get_origin(hint) or hint
    if kind is cls:
        yield hint
        return
    if type(hint) is type and not issubclass(hint, cls):  # a plain class has nothing inside
        return
    parts = (*_parts(kind, hint), *_bases(cls, kind, hint))
    own = _names_of(kind, names) if parts else names
    for part in parts:
        yield from find(cls, _evaluate(part, own), own)


def _parts(kind: Any, hint: Any) -> tuple[Any, ...]:
    """Return what a name or metadata stands for, or the members of a union, a type variable or the types of `*args`."""
    inside = hints.inside(hint)
    if inside is not hint:
        return (inside,)
    if kind is tuple or str(kind).endswith("Unpack"):  # which before Python 3.11 says that it is a TypeVar
        return typing.get_args(hint)
    return hint.__constraints__ or (hint.__bound__,) if isinstance(hint, TypeVar) else hints.members(hint)


def _bases(cls: type, kind: Any, hint: Any) -> Iterator[Any]:
    """Yield the base classes of a subclass, with the type variables of its own filled in."""
    if isinstance(kind, type) and issubclass(kind, cls):
        parameters = getattr(kind, "__parameters__", ())
        variables = {**dict(zip(parameters, parameters)), **dict(zip(parameters, typing.get_args(hint)))}
        bases: Any = vars(kind).get("__orig_bases__", kind.__bases__)
        for base in bases:
            if issubclass(typing.get_origin(base) or base, cls):
                yield hints.fill_variables(base, variables)


def _names_of(kind: Any, names: _Names) -> _Names:
    """Return the names that the text in a class, a NewType, an alias or a type variable means: those of its module."""
    module = sys.modules.get(str(getattr(kind, "__module__", None)))
    return names if module is None or module is typing else {**names, **vars(module)}


def _evaluate(hint: Any, names: _Names) -> Any:
    """Return the type that a text or a reference means."""
    holder = FunctionType(_evaluate.__code__, dict(names))
    holder.__annotations__ = {"hint": hint}
    return evaluate(holder)["hint"]


def _imported_names(file: str) -> Iterator[tuple[str, Any]]:
    """Yield the names by which a file imports fsapi, or something from it, also under TYPE_CHECKING."""
    fsapi = sys.modules["fsapi"]
    for node in (node for statement in parse_file(file) for node in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and node.module == "fsapi" and node.level == 0:
            yield from (
                (each.asname or each.name, vars(fsapi)[each.name]) for each in node.names if each.name in vars(fsapi)
            )
        elif isinstance(node, ast.Import):
            yield from ((each.asname, fsapi) for each in node.names if each.asname and each.name == "fsapi")


def _called(function: Callable[..., object]) -> Callable[..., object]:
    """Return a function as it is, and the method by which an object is called."""
    return function if inspect.isroutine(function) else function.__call__  # type: ignore[operator] # mypy does not know that it has one


def _annotations(function: Callable[..., object]) -> Any:
    """Return the annotations of a function, or what evaluates them, which would raise too early (PEP 649)."""
    return getattr(function, "__annotate__", None) or getattr(function, "__annotations__", {})
