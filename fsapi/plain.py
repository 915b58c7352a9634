"""Data of all kinds in the forms that JSON has: what is not JSON made plain, and containers taken apart."""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def plain(value: Any) -> Any:
    """Return what msgspec does not know in a form that it knows; raise TypeError."""
    if isinstance(value, (bool, tuple, frozenset)):  # which are known as values, so this is a key
        raise TypeError(f"{type_name(value)} is no name in JSON")
    for base in (str, int, float):
        if isinstance(value, base):
            return base(value)
    if hasattr(value, "model_dump"):  # pydantic
        return value.model_dump(mode="json", by_alias=True)
    if hasattr(value, "_mapping"):  # a Row of SQLAlchemy, whose iteration gives values alone
        return dict(value._mapping)
    if hasattr(value, "keys"):  # mappings, and the Row of sqlite3
        return {key: value[key] for key in value.keys()}  # noqa: SIM118 - a Row is iterated by its values
    if hasattr(value, "tolist"):  # numpy
        return value.tolist()
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type_name(value)} is not JSON")


def finite(value: Any) -> Any:
    """Return built-in data with None for NaN and infinities, as msgspec writes them."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container holds, each with its step in the path."""
    if isinstance(value, Mapping):
        yield from ((step(key), item) for key, item in value.items())
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from ((f"[{index}]", item) for index, item in enumerate(value))
    else:
        for name in _fields(value):
            yield f".{name}", getattr(value, name)


def step(key: object) -> str:
    """Return a key as a step of a path; only str and small int have a text that can be relied upon."""
    if isinstance(key, str):
        return f".{key}"
    return f"[{key}]" if isinstance(key, int) and key in range(10**9) else f"[{type_name(key)}]"


def _fields(value: Any) -> Iterator[str]:
    """Yield the names of the fields of a Struct, a dataclass or an attrs object."""
    if dataclasses.is_dataclass(value):
        yield from (entry.name for entry in dataclasses.fields(value))
    else:
        yield from getattr(value, "__struct_fields__", ())  # msgspec
        yield from (entry.name for entry in getattr(value, "__attrs_attrs__", ()))


def type_name(value: object) -> str:
    """Return the name of a value's type, with its module where that is not the built-in one."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
