"""The steps of a path into data, such as `$.items[0].id`, and the names of types."""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any


def children(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container holds, each with its step in the path."""
    if isinstance(value, Mapping):
        yield from ((path_step(key), item) for key, item in value.items())
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from ((f"[{index}]", item) for index, item in enumerate(value))
    else:
        for name in _fields(value):
            yield f".{name}", getattr(value, name)


def path_step(key: object) -> str:
    """Return a key as a step of a path; only str and small int have a text that can be relied upon."""
    if isinstance(key, str):
        return f".{key}"
    return f"[{key}]" if isinstance(key, int) and key in range(10**9) else f"[{type_name(key)}]"


def type_name(value: object) -> str:
    """Return the name of a value's type, with its module where that is not the built-in one."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _fields(value: Any) -> Iterator[str]:
    """Yield the names of the fields of a Struct, a dataclass or an attrs object."""
    if dataclasses.is_dataclass(value):
        yield from (entry.name for entry in dataclasses.fields(value))
    else:
        yield from getattr(value, "__struct_fields__", ())  # msgspec
        yield from (entry.name for entry in getattr(value, "__attrs_attrs__", ()))
