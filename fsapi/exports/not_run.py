"""Find what a class has that does not run, since msgspec sets the attributes by itself, or that never ends."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import Any

from fsapi.contracts.typeinfo import Type, describe, types_below
from fsapi.json.hints import display_name
from fsapi.models.structure import Structure, functions
from fsapi.models.wrappers import is_endless
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected

_SYNCHRONOUS = "fsapi is synchronous: drop the `async`."


def check_not_run(name: str, contract: Contract) -> None:
    """Raise Rejected for a body, a query or an answer with code that would not run."""
    for part, hint in (("body", contract.body), ("query", contract.query), ("data", contract.data)):
        below = () if hint in (UNTYPED, None) else types_below(describe(hint))
        for what, remedy in (found for described in below for found in _find_not_run(described, made=part != "data")):
            raise Rejected(f"the {part} type of {name} has {what}", remedy)


def _find_not_run(described: Type, *, made: bool) -> Iterator[tuple[str, str]]:
    """Yield what a class has that does not run, and what to write instead; an answer makes no instances."""
    if described.is_model:
        yield from _find_endless(described.hint)
        yield from _find_async(described.hint)
        yield from _find_lazy(described.hint) if made else ()
    elif described.family and made:
        yield from _find_in_class(described)


def _find_endless(model: Any) -> Iterator[tuple[str, str]]:
    """Yield the type in a pydantic model that contains itself with nothing between."""
    if is_endless(model.__pydantic_core_schema__):
        what = f"`{display_name(model)}`, and in it a type that contains itself with no list or object between"
        yield what, "Drop it where it stands in itself: `type X = int` in place of `type X = X | int`."


def _find_async(model: Any) -> Iterator[tuple[str, str]]:
    """Yield the async functions of a pydantic model."""
    for function in functions(model.__pydantic_core_schema__):
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            name = getattr(function, "__name__", "function")
            yield f"`{display_name(model)}`, whose async {name} would not run", _SYNCHRONOUS


def _find_lazy(model: Any) -> Iterator[tuple[str, str]]:
    """Yield the Iterable of a pydantic model: its items are checked while the handler reads them."""
    if "generator" in Structure(model.__pydantic_core_schema__).types:
        what = f"`{display_name(model)}`, and in it an Iterable, which pydantic checks only when it is read"
        yield what, "Write a list: `list[...]`."


def _find_in_class(described: Type) -> Iterator[tuple[str, str]]:
    """Yield what a class has that msgspec does not run."""
    cls, name = typing.get_origin(described.hint) or described.hint, display_name(described.hint)
    after = getattr(cls, _after_init(described), None)
    if inspect.iscoroutinefunction(after) or inspect.isgeneratorfunction(after):
        yield f"`{name}`, whose {after.__name__} would not run", "Make it a plain function, without async and yield."
    if described.family not in ("dataclass", "attrs"):
        return
    if hasattr(cls, "__pydantic_validator__"):
        yield f"`{name}`, a pydantic dataclass, whose checks would not run", "Make it a pydantic.BaseModel."
    elif _has_own_init(cls):
        yield f"`{name}`, whose own __init__ would not run", f"Write {_after_init(described)} instead."
    for field in getattr(cls, "__attrs_attrs__", ()):
        yield from _find_in_field(f"`{name}.{field.name}`", field)


def _find_in_field(name: str, field: Any) -> Iterator[tuple[str, str]]:
    """Yield what a field of an attrs class has that msgspec does not know."""
    if field.converter is not None:
        yield f"{name}, whose converter would not run", "Convert the value in __attrs_post_init__."
    if field.alias != field.name.lstrip("_"):
        yield f"{name} with the alias {field.alias}, which JSON does not have", f"Name the field {field.alias}."


def _has_own_init(cls: Any) -> bool:
    """Return whether a dataclass or an attrs class has an `__init__` that is not made from its fields."""
    made = getattr(cls, "__dataclass_params__", None)
    return hasattr(cls, "__attrs_init__") or (made is not None and not made.init)


def _after_init(described: Type) -> str:
    """Return the method that runs when the fields are set."""
    return "__attrs_post_init__" if described.family == "attrs" else "__post_init__"
