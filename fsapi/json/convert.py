"""Convert values that msgspec does not know to values that it can write.

| value | becomes |
|---|---|
| an instance of a subclass of a basic type, a path, an IP address or network | its base value, or text |
| a proxy | what it stands for |
| text that is no str, such as a UserString | str |
| a model of pydantic, a mapping, a database row | dict |
| an array or a scalar of numpy | what its `tolist` returns |
| a sequence, set, view or deque, or the result of a query | list |

Nothing else becomes a list, even if it can be iterated; nor does a file, which has `read`, `readline` or `fileno`.
"""

# JSON is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, ValuesView
from collections.abc import Set as AbstractSet
from typing import Any

from fsapi.json.base_values import behind_proxy, reader_of
from fsapi.json.path import type_name

#: Types whose subclasses msgspec writes from what they store, which they may present otherwise.
CONTAINERS = (dict, list)
#: Types that never present themselves otherwise than they are stored.
PLAIN = frozenset({dict, list, str, int, float, bool, type(None)})
_DICT: Any = dict
# What is no instance of one, but has its `__class__`, would be a list of numbers.
_BYTES = (bytes, bytearray, memoryview)
# One of these makes a file, as does `readline` alone of fileinput.
_FILE = ("read", "readline", "fileno")
_SEQUENCE = ("__iter__", "__len__", "__getitem__")


class UnreadIterator(Exception):
    """The data contains an iterator, which can be read only once and has not been read yet."""


def convert(value: Any) -> Any:
    """Return a value that msgspec cannot write as one that it can; raise TypeError, or UnreadIterator."""
    if read := reader_of(value):
        return read(value)
    if (real := behind_proxy(value)) is not value:
        return present(real)
    if hasattr(value, "model_dump"):  # pydantic
        return _checked(value.model_dump(mode="json", by_alias=True), "model_dump", value)
    if hasattr(value, "_mapping"):  # a Row of SQLAlchemy, whose iteration gives only values
        value = value._mapping
    if hasattr(value, "keys") and hasattr(type(value), "__getitem__"):  # a Result of SQLAlchemy has only `keys`
        return _present_values({key: value[key] for key in value.keys()})  # noqa: SIM118 - a Row iterates its values
    return _convert_other(value)


def convert_scalar(value: Any) -> Any:
    """Return a subclass of a basic type, a path or a text as msgspec can write it; raise TypeError for any other."""
    if read := reader_of(value):
        return read(value)
    if is_text(value):
        return str(value)
    raise TypeError(f"{type_name(value)} is not a scalar")


def _convert_other(value: Any) -> Any:
    """Return a text, iterator, array, path or list as msgspec can write it; raise TypeError, or UnreadIterator."""
    if is_text(value):
        return str(value)
    if hasattr(value, "tolist"):  # numpy
        return _checked(value.tolist(), "tolist", value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, _BYTES) or any(hasattr(value, name) for name in _FILE):
        raise TypeError(f"{type_name(value)} holds bytes, but cannot be written as JSON")
    if isinstance(value, Iterator):
        raise UnreadIterator
    if isinstance(value, (AbstractSet, ValuesView)) or all(hasattr(type(value), name) for name in _SEQUENCE):
        return present_all(list(value))
    raise TypeError(f"{type_name(value)} cannot be written as JSON")


def _checked(made: Any, method: str, value: Any) -> Any:
    """Return what a method made of a value; raise TypeError if it has that method, too, and so could go on for ever."""
    if hasattr(made, method):
        raise TypeError(f"{type_name(value)} cannot be written as JSON")
    return made


def present(value: Any) -> Any:
    """Return a subclass of dict or list as it presents itself, which may not be what it stores; others as they are.

    A MultiDict presents the first value of each key and stores lists. Plain dicts and lists are not searched.
    """
    if type(value) in PLAIN or not issubclass(type(value), CONTAINERS):
        return value
    return _present_values(dict(_items(value))) if issubclass(type(value), dict) else present_all([*iter(value)])


def present_all(values: list[Any]) -> list[Any]:
    """Return values, each as it presents itself."""
    return values if PLAIN.issuperset(map(type, values)) else [present(value) for value in values]


def _present_values(data: dict[Any, Any]) -> dict[Any, Any]:
    if PLAIN.issuperset(map(type, data.values())):
        return data
    return {key: present(value) for key, value in data.items()}


def _items(value: dict[Any, Any]) -> Iterable[tuple[Any, Any]]:
    """Return the items of a subclass of dict that overrides `items`, or only what they are made of."""
    if getattr(type(value), "items", None) is not _DICT.items:
        return value.items()
    return [(key, value[key]) for key in value.keys()]  # noqa: SIM118 - `keys` may be overridden, as in dict()


def is_text(value: Any) -> bool:
    """Return whether a value has the methods of str, and is not an object that has every method, such as a Mock."""
    method = getattr(value, "isidentifier", None)  # bytes has no such method
    return callable(method) and isinstance(method(), bool)
