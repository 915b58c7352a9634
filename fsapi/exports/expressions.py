"""The types that type checkers see in an expression: what a name is declared to be, and what a call returns.

| expression | its types |
|---|---|
| a name, an attribute | its annotation, or the function, class or module that it is |
| a call | what the function is annotated to return, with its type variables filled in by the arguments |
| an element | those of the elements of a list, a tuple or a dict |
| a choice, an assignment | those of its parts |

A function, or a method of an object, stands for its own type. Other expressions have none.
"""

# isinstance() narrows a value to a list whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import ast
import collections.abc
import functools
import inspect
import sys
import typing
from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple, TypeVar

from fsapi.exports.evaluation import evaluate_known, evaluate_parameters, evaluate_text
from fsapi.exports.typing_words import annotation_of
from fsapi.json import hints, type_variables

_CALLABLE: Any = collections.abc.Callable
_Names = Mapping[str, Any]


class Method(NamedTuple):
    """A function found in a class, and the class as the expression has it, with types in its brackets."""

    function: Any
    owner: Any

    def fill(self, hint: Any) -> Any:
        """Return a type of the method with the type variables that the expression gives values; its class for Self."""
        cls: Any = typing.get_origin(owner := _inside_type(self.owner)) or owner
        if str(hint).endswith(".Self"):
            return owner
        base = next((base for base in cls.__mro__ if self.function.__name__ in vars(base)), cls)
        return _filled(hint, self.owner, base)


def types_of(node: ast.expr, names: _Names) -> Iterator[Any]:
    """Yield the types of an expression; raise what evaluating them raises."""
    if isinstance(node, ast.Name):
        yield from _variable(names, node.id)
    elif isinstance(node, ast.Attribute):
        for owner in types_of(node.value, names):
            yield from _attribute(owner, node.attr)
    elif isinstance(node, ast.Call):
        for called in types_of(node.func, names):
            yield from _result(called, node, names)
    elif isinstance(node, ast.Subscript):
        for held in types_of(node.value, names):
            is_class = typing.get_origin(held) is type
            yield from [type[evaluate_text(ast.unparse(node), names)]] if is_class else _elements(held, node.slice)
    elif isinstance(node, (ast.IfExp, ast.BoolOp, ast.NamedExpr)):
        for part in ast.iter_child_nodes(node):
            yield from types_of(part, names) if isinstance(part, ast.expr) else ()


def _variable(names: _Names, name: str) -> Iterator[Any]:
    """Yield the type of a variable of a module, which may be imported."""
    annotated = [*annotation_of(names, name)]
    yield from (hint for each in annotated for hint in evaluate_known(*each))
    if name in names and not annotated:
        yield _type_of_value(names[name])


def _type_of_value(value: Any) -> Any:
    """Return the type of a value that no annotation describes; no proxy is asked, which may not be bound yet."""
    kind = type(value)
    if issubclass(kind, type):
        return type[value]
    if issubclass(kind, (FunctionType, ModuleType)):
        return value
    if issubclass(kind, MethodType):
        return Method(value.__func__, _type_of_value(value.__self__))
    return inspect.getattr_static(value, "__orig_class__", kind)


def _attribute(owner: Any, name: str) -> Iterator[Any]:
    """Yield the type of an attribute of a module, a class, an object, or of a collection: its elements."""
    yield from _variable(vars(owner), name) if isinstance(owner, ModuleType) else ()
    owner = _inside_type(owner)
    cls: Any = typing.get_origin(owner) or owner
    for base in getattr(cls, "__mro__", ()):
        if name in (declared := inspect.get_annotations(base)):
            names = getattr(sys.modules.get(base.__module__), "__dict__", {})
            yield from (_filled(each, owner, base) for each in evaluate_known(declared[name], names))
            return
        if name in vars(base):
            yield from _member(vars(base)[name], owner, base)
            return


def _member(value: Any, owner: Any, base: type) -> Iterator[Any]:
    """Yield the type of a member of a class that has no annotation."""
    if isinstance(value, (property, functools.cached_property)):
        getter: Any = getattr(value, "fget", None) or getattr(value, "func", None)
        yield from (_filled(hint, owner, base) for hint in _returned(getter))
    elif isinstance(value, (staticmethod, classmethod, FunctionType)):
        yield Method(getattr(value, "__func__", value), owner)
    elif inspect.isroutine(value):
        yield from (_CALLABLE[..., each] for each in _elements(owner))
    else:
        yield _type_of_value(value)


def _result(called: Any, call: ast.Call, names: _Names) -> Iterator[Any]:
    """Yield the types of what a call returns."""
    function = called.function if isinstance(called, Method) else called
    if isinstance(function, FunctionType):
        variables = _variables_of(function, call, names, skip=function is not called)
        for hint in _returned(function):
            filled = called.fill(hint) if isinstance(called, Method) else hint
            yield variables.get(filled, filled) if isinstance(filled, TypeVar) else _fill(filled, variables)
    elif typing.get_origin(called) is type:
        yield _made(_inside_type(called), call, names)
    elif typing.get_origin(called) is _CALLABLE:
        yield typing.get_args(called)[-1]
    elif not isinstance(called, ModuleType):
        for method in _attribute(called, "__call__"):
            yield from _result(method, call, names)


def _made(cls: Any, call: ast.Call, names: _Names) -> Any:
    """Return the class of a new object, with what its arguments give to its type variables."""
    init, variables = getattr(cls, "__init__", None), getattr(cls, "__parameters__", ())
    if not (variables and isinstance(init, FunctionType) and all(isinstance(each, TypeVar) for each in variables)):
        return cls
    found = _variables_of(init, call, names, skip=True)
    is_known = not any(isinstance(each, (FunctionType, Method, ModuleType)) for each in found.values())
    return cls[tuple(found.get(each, each) for each in variables)] if found and is_known else cls


def _variables_of(function: FunctionType, call: ast.Call, names: _Names, *, skip: bool) -> dict[Any, Any]:
    """Return the values that the arguments of a call give to the type variables of a function."""
    found: dict[Any, Any] = {}
    parameters = [*inspect.signature(function).parameters.values()][int(skip) :]
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    pairs = [*zip(parameters, call.args), *((each, named[each.name]) for each in parameters if each.name in named)]
    for parameter, argument in pairs:
        for wanted in evaluate_known(parameter.annotation, function.__globals__):
            for given in types_of(argument, names):
                _unify(wanted, given, found)
    return found


def _unify(wanted: Any, given: Any, found: dict[Any, Any]) -> None:
    """Note the values that a type gives to the type variables of another."""
    if isinstance(wanted, TypeVar):
        found.setdefault(wanted, given)
    elif isinstance(given, FunctionType) and typing.get_origin(wanted) is _CALLABLE:
        taken: Any = typing.get_args(wanted)[0]
        for part, each in zip(taken if isinstance(taken, list) else (), evaluate_parameters(given)):
            _unify(part, each, found)
    elif typing.get_origin(wanted) is typing.get_origin(given):
        for part, each in zip(typing.get_args(wanted), typing.get_args(given)):
            _unify(part, each, found)
    for member in hints.members(wanted):
        _unify(member, given, found)


def _returned(function: Any) -> Iterator[Any]:
    """Yield the type that a function is annotated to return, if it is known."""
    annotation = inspect.get_annotations(function).get("return") if isinstance(function, FunctionType) else None
    if annotation is not None:
        yield from evaluate_known(annotation, function.__globals__)


def _elements(hint: Any, place: ast.expr | None = None) -> Iterator[Any]:
    """Yield the types of the elements of a collection, those of the values of a dict; of a tuple that at a place."""
    kind, parts = typing.get_origin(hint), [part for part in typing.get_args(hint) if part is not ...]
    number: Any = getattr(place, "value", None)
    parts = [parts[number]] if kind is tuple and number in range(len(parts)) else parts
    yield from parts[1:] if isinstance(kind, type) and issubclass(kind, collections.abc.Mapping) else parts


def _inside_type(hint: Any) -> Any:
    """Return the class in `type[...]`, and other types as they are."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is type else hint


def _filled(hint: Any, owner: Any, base: type) -> Any:
    """Return a type of a class with the type variables that the expression gives values."""
    return _fill(hint, type_variables.read_scopes(owner, keep_open=True).get(base, {}))


def _fill(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """Return a type with some of its type variables filled in; functions have none."""
    return hint if isinstance(hint, (FunctionType, Method, ModuleType)) else type_variables.fill_open(hint, variables)
