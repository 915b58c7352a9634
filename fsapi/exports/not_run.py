"""Find what a class has that does not run when msgspec makes an instance: it sets the attributes by itself."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from fsapi.contracts.typeinfo import Type, describe, types_below
from fsapi.json.hints import display_name
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected


def check_not_run(name: str, contract: Contract) -> None:
    """Raise Rejected for a body or query with code that would not run."""
    for part, hint in (("body", contract.body), ("query", contract.query)):
        below = () if hint in (UNTYPED, None) else types_below(describe(hint))
        for what, remedy in (found for described in below for found in _find_not_run(described)):
            raise Rejected(f"the {part} type of {name} has {what}", remedy)


def _find_not_run(described: Type) -> Iterator[tuple[str, str]]:
    """Yield what a class has that does not run, and what to write instead."""
    if described.family not in ("dataclass", "attrs"):
        return
    cls, name = typing.get_origin(described.hint) or described.hint, display_name(described.hint)
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
