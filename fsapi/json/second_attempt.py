"""Write data that contains iterators or lone surrogates."""

# JSON is Any; issubclass() narrows its type to containers whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import enum
import json
from typing import Any

from fsapi.json import engine
from fsapi.json.convert import UnreadIterator, convert, present_all
from fsapi.json.path import stored_items, stored_pairs, type_name


class SecondAttempt:
    """Writes values, and keeps what their iterators gave, so that a value can be written again."""

    def __init__(self) -> None:
        #: By id: an iterator, kept so that no other gets its id, and its values, or None if reading it failed.
        self._read: dict[int, tuple[Any, list[Any] | None]] = {}

    def encode(self, data: Any) -> bytes:
        """Return the JSON of data, with ASCII escapes if it has a lone surrogate; raise TypeError or ValueError."""
        try:
            return self._encode(data)
        except UnicodeEncodeError:  # the escapes are those of JSON.stringify
            return json.dumps(self._build(data), separators=(",", ":")).encode()

    def _encode(self, data: Any) -> bytes:
        return engine.encoder(self.convert)(data)  # which is not kept, since it keeps the attempt with its values

    def convert(self, value: Any) -> Any:
        """Return a value that msgspec cannot write as one that it can; raise TypeError."""
        try:
            return convert(value)
        except UnreadIterator:
            return self._list(value)

    def _list(self, iterator: Any) -> list[Any]:
        """Return the values of an iterator; raise TypeError if reading it failed before."""
        if id(iterator) not in self._read:
            self._read[id(iterator)] = iterator, None
            self._read[id(iterator)] = iterator, present_all(list(iterator))
        _, values = self._read[id(iterator)]
        if values is None:
            raise TypeError(f"{type_name(iterator)} cannot be read")
        return values

    def _build(self, value: Any) -> Any:
        """Return a value as the built-in data that its JSON describes.

        Only what has no lone surrogate can be written and decoded. Loops, since each comprehension takes a frame.
        """
        kind = type(value)
        if issubclass(kind, enum.Enum):
            return self._build(value.value)
        if issubclass(kind, str):
            return str.__str__(value)
        if issubclass(kind, dict):
            built: dict[str, Any] = {}
            for key, inner in stored_pairs(value):
                built[self._build_key(key)] = self._build(inner)
            return built
        if items := stored_items(value):
            array: list[Any] = []
            for inner in items:
                array.append(self._build(inner))
            return array
        try:
            return engine.decode(self._encode(value))
        except UnicodeEncodeError:
            return self._build(engine.to_builtins(value, self.convert))

    def _build_key(self, key: Any) -> str:
        """Return a key as its JSON names it; raise TypeError."""
        kind = type(key)
        if issubclass(kind, enum.Enum):
            return self._build_key(key.value)
        if issubclass(kind, str):
            return str.__str__(key)
        try:
            name: str = next(iter(engine.decode(self._encode({key: None}))))
        except UnicodeEncodeError:
            return self._build_key(self.convert(key))
        return name
