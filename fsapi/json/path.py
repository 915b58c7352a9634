"""Steps of a path into data, such as `$.items[0].id`, and names of types for messages."""

# JSON is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

#: The steps to a value, the last one first. A path is as long as its keys, which would be kept for each value below.
Steps: TypeAlias = "tuple[Steps, str] | None"
#: Characters of a path or a message that are reported at most: both can contain text from the client.
MAX_LENGTH = 200

_ARRAYS: tuple[Any, ...] = (list, tuple, set, frozenset)
_DICT: Any = dict

#: Yields what a container holds, each with its step of the path.
Children = Callable[[Any], Iterable[tuple[str, Any]]]


def children(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the values that are stored in a container, each with its step of the path."""
    if issubclass(type(value), dict):
        yield from ((path_step(key), item) for key, item in stored_pairs(value))
    elif items := stored_items(value):
        yield from ((f"[{index}]", item) for index, item in enumerate(items))
    elif not isinstance(value, type):
        yield from ((f".{name}", getattr(value, name, None)) for name in _list_fields(type(value)))


def walk(value: Any, is_settled: Callable[[Any], bool], below: Children = children) -> Iterator[tuple[Steps, Any]]:
    """Yield a value and what it holds, at any depth and in order, each with the steps to it, but not what is settled.

    `below` yields what a container holds, each with its step.
    """
    pending: list[tuple[Steps, Any]] = [(None, value)]
    while pending:
        steps, item = pending.pop()
        yield steps, item
        pending += reversed([((steps, step), inner) for step, inner in below(item) if not is_settled(inner)])


def join(steps: Steps) -> str:
    """Return steps as a path."""
    found: list[str] = []
    while steps is not None:
        steps, step = steps
        found.append(step)
    return "".join(reversed(found))


def shorten(text: str) -> str:
    """Return a text cut to MAX_LENGTH characters, with an ellipsis if it was longer."""
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"


def stored_pairs(value: dict[Any, Any]) -> Iterable[tuple[Any, Any]]:
    """Return the keys and values that a dict stores, also if a subclass presents others."""
    pairs: Iterable[tuple[Any, Any]] = _DICT.items(value)
    return pairs


def stored_items(value: Any) -> Iterator[Any] | None:
    """Return the items that a list, tuple or set stores, also if a subclass iterates otherwise; None for others."""
    base = next((base for base in _ARRAYS if issubclass(type(value), base)), None)
    return base.__iter__(value) if base else None


def path_step(key: object) -> str:
    """Return a key as a step of a path: the text of a str or a small int, else its type, since str() of it may fail."""
    if isinstance(key, str):
        return f".{key}"
    return f"[{key}]" if isinstance(key, int) and key in range(10**9) else f"[{type_name(key)}]"


def type_name(value: object) -> str:
    """Return the name of a value's type, with its module unless it is built in."""
    cls = type(value)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def _list_fields(cls: Any) -> Iterator[str]:
    """Yield the names of the fields of a Struct, dataclass or attrs class; none for any other."""
    if dataclasses.is_dataclass(cls):
        yield from (entry.name for entry in dataclasses.fields(cls))
    else:
        yield from getattr(cls, "__struct_fields__", ())  # msgspec
        yield from (entry.name for entry in getattr(cls, "__attrs_attrs__", ()))
