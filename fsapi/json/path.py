"""Steps of a path into data, such as `$.items[0].id`, and names of types for messages."""

# JSON is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any


def children(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the values in a container, each with its step of the path."""
    if isinstance(value, Mapping):
        yield from ((path_step(key), item) for key, item in value.items())
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from ((f"[{index}]", item) for index, item in enumerate(value))
    else:
        for name in _list_fields(value):
            yield f".{name}", getattr(value, name)


def path_step(key: object) -> str:
    """Return a key as a step of a path: the text of a str or a small int, else its type, since str() of it may fail."""
    if isinstance(key, str):
        return f".{key}"
    return f"[{key}]" if isinstance(key, int) and key in range(10**9) else f"[{type_name(key)}]"


def type_name(value: object) -> str:
    """Return the name of a value's type, with its module unless it is built in."""
    cls = type(value)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def _list_fields(value: Any) -> Iterator[str]:
    """Yield the names of the fields of a Struct, dataclass or attrs object; none for any other value."""
    if dataclasses.is_dataclass(value):
        yield from (entry.name for entry in dataclasses.fields(value))
    else:
        yield from getattr(value, "__struct_fields__", ())  # msgspec
        yield from (entry.name for entry in getattr(value, "__attrs_attrs__", ()))
