"""JSON: bytes to Python and back, by msgspec, strict in what it takes and strict in what it writes.

Taken (RFC 8259): UTF-8 only, no NaN, no number out of range, no lone surrogate; the last of equal keys wins.
Written: compact UTF-8; NaN and infinities as null, as JSON.stringify does.
"""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

_LONE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")


class Malformed(ValueError):
    """Bytes that are no JSON; the text says what is wrong and where."""


def decode(data: bytes) -> Any:
    """Return the value of a JSON document; raise Malformed."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise Malformed("nested too deep") from None
    except UnicodeDecodeError as exc:  # which counts from the start of the string that it is about
        raise Malformed(f"not UTF-8 at byte {data.index(exc.object) + exc.start}") from None
    except msgspec.DecodeError as exc:
        raise Malformed(_reason(str(exc), data)) from None


def _reason(text: str, data: bytes) -> str:
    """Return msgspec's reason in words of our own where its place is missing or wrong."""
    if text == "Input data was truncated":
        lone = _LONE.search(data)
        return f"a lone surrogate at byte {lone.start()}" if lone else f"it ends too early, at byte {len(data)}"
    if " out of range" in text:
        return f"a number out of range{text.partition(' out of range -')[2]}"
    return text.removeprefix("JSON is malformed: ")


class Unwritable(TypeError):
    """A value that JSON has no form for; the text names the path to it and its type."""


def encode(data: Any) -> bytes:
    """Return a value as JSON; raise Unwritable.

    Beyond what msgspec knows: subclasses of str and int, mappings, iterables, pydantic models, numpy
    arrays and scalars, and the rows of databases. Text with a lone surrogate, which has no form in
    UTF-8, is written with ASCII escapes.
    """
    try:
        return _encode(data)
    except RecursionError:
        raise Unwritable("the data is nested too deep, or holds itself") from None
    except UnicodeEncodeError:
        return _escaped(data)
    except (TypeError, ValueError) as exc:
        raise Unwritable(_place(data)) from exc


def _plain(value: Any) -> Any:
    """Return what msgspec does not know in a form that it knows; raise TypeError."""
    if isinstance(value, bool):  # as a key, which would become 1 or 0
        raise TypeError("bool is no name")
    for base in (str, int, float):
        if isinstance(value, base):
            return base(value)
    if hasattr(value, "model_dump"):  # pydantic
        return value.model_dump(mode="json")
    if hasattr(value, "_mapping"):  # a Row of SQLAlchemy, whose iteration gives values alone
        return dict(value._mapping)
    if hasattr(value, "keys"):  # mappings, and the Row of sqlite3
        return {key: value[key] for key in value.keys()}  # noqa: SIM118 - a Row is iterated by its values
    if hasattr(value, "tolist"):  # numpy
        return value.tolist()
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{_type(value)} is not JSON")


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


def _escaped(data: Any) -> bytes:
    """Return the JSON of data that has lone surrogates, with ASCII escapes, as JSON.stringify writes them."""
    plain = _finite(msgspec.to_builtins(data, enc_hook=_plain, str_keys=True))
    return json.dumps(plain, separators=(",", ":")).encode()


def _finite(value: Any) -> Any:
    """Return built-in data with None for NaN and infinities, as msgspec writes them."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _place(value: Any, path: str = "$") -> str:
    """Return the path to the value that cannot be written, and its type; only ever called on failure."""
    for step, part in _parts(value):
        if _fails(part):
            return _place(part, path + step)
    for key in value if isinstance(value, Mapping) else ():
        if _fails({key: None}):
            return f"{path} has the key {key!r} of the type {_type(key)}, which is no name in JSON"
    return f"{path} is of the type {_type(value)}, which JSON has no form for"


def _fails(value: Any) -> bool:
    """Tell whether a value cannot be written."""
    try:
        encode(value)
    except Unwritable:
        return True
    return False


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container holds, each with its step in the path."""
    if isinstance(value, Mapping):
        yield from ((f".{key}", item) for key, item in value.items())
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from ((f"[{index}]", item) for index, item in enumerate(value))
    else:
        for name in _fields(value):
            yield f".{name}", getattr(value, name)


def _fields(value: Any) -> Iterator[str]:
    """Yield the names of the fields of a Struct, a dataclass or an attrs object."""
    if isinstance(value, msgspec.Struct):
        yield from value.__struct_fields__
    elif dataclasses.is_dataclass(value):
        yield from (entry.name for entry in dataclasses.fields(value))
    else:
        yield from (entry.name for entry in getattr(value, "__attrs_attrs__", ()))


def _type(value: object) -> str:
    """Return the name of a value's type, with its module where that is not the built-in one."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
