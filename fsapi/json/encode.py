"""Write Python values as JSON: compact UTF-8, with null for NaN and infinities."""

# JSON is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fsapi.json import engine
from fsapi.json.path import children, type_name


class EncodeError(TypeError):
    """A value that cannot be written as JSON; the text names the path to it and its type."""


class _UnreadIterator(Exception):
    """The data contains an iterator, which can be read only once and has not been read yet."""


def encode(data: Any) -> bytes:
    """Return a value as JSON; raise EncodeError.

    Besides what msgspec can write: subclasses of str, int and float, mappings, iterables, pydantic models,
    numpy arrays and scalars, and database rows. A lone surrogate, which UTF-8 cannot encode, is written with
    ASCII escapes, and so is the rest of the text.
    """
    try:
        return _encode(data)
    except (TypeError, ValueError, RecursionError, _UnreadIterator) as exc:
        return _encode_again(data, exc)


def _encode_again(data: Any, exc: Exception) -> bytes:
    """Return the JSON of data at which the first attempt failed; raise EncodeError."""
    try:
        return _encode_otherwise(data, exc)
    except RecursionError:
        raise EncodeError("the data is nested too deep, or contains itself") from None
    except (TypeError, ValueError) as final:
        raise EncodeError(_explain(data)) from final


def _encode_otherwise(data: Any, exc: Exception) -> bytes:
    """Return the JSON of data with iterators or lone surrogates; raise the exception again for any other reason."""
    if isinstance(exc, _UnreadIterator):
        data = engine.to_builtins(data, _convert)
        try:
            return _encode(data)
        except UnicodeEncodeError:
            return _encode_ascii(data)
    if isinstance(exc, UnicodeEncodeError):
        return _encode_ascii(data)
    raise exc


def _convert(value: Any) -> Any:
    """Return a value that msgspec cannot write as one that it can; raise TypeError."""
    if isinstance(value, (bool, tuple, frozenset)):  # msgspec can write these as values, so this one is a key
        raise TypeError(f"{type_name(value)} cannot be a JSON key")
    for base in (str, int, float):
        if isinstance(value, base):
            return base(value)
    if hasattr(value, "model_dump"):  # pydantic
        return value.model_dump(mode="json", by_alias=True)
    if hasattr(value, "_mapping"):  # a Row of SQLAlchemy, whose iteration gives only values
        return dict(value._mapping)
    if hasattr(value, "keys"):  # mappings, and the Row of sqlite3
        return {key: value[key] for key in value.keys()}  # noqa: SIM118 - iterating a Row gives its values
    if hasattr(value, "tolist"):  # numpy
        return value.tolist()
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type_name(value)} cannot be written as JSON")


def _convert_unless_iterator(value: Any) -> Any:
    """Return a value that msgspec cannot write as one that it can; raise _UnreadIterator before one is read."""
    if isinstance(value, Iterator):
        raise _UnreadIterator
    return _convert(value)


_encode = engine.encoder(_convert_unless_iterator)


def _encode_ascii(data: Any) -> bytes:
    """Return the JSON of data with lone surrogates, in ASCII escapes, as JSON.stringify writes them."""
    built = _replace_nan(engine.to_builtins(data, _convert))
    return json.dumps(built, separators=(",", ":")).encode()


def _replace_nan(value: Any) -> Any:
    """Return built-in data with None for NaN and infinities, as msgspec writes them."""
    if isinstance(value, dict):
        return {key: _replace_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replace_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _explain(value: Any) -> str:
    """Return the path to the value that cannot be written, and its type; only called after a failure."""
    path = "$"
    while found := next((child for child in children(value) if _fails(child[1])), None):
        step, value = found
        path += step
    for key in value if isinstance(value, Mapping) else ():
        if _fails({key: None}):
            return f"{path} has a key of the type {type_name(key)}, which cannot be a JSON key"
    return f"{path} is of the type {type_name(value)}, which cannot be written as JSON"


def _fails(value: Any) -> bool:
    """Return whether a value cannot be written; iterators and lone surrogates can, at a second attempt."""
    try:
        _encode(value)
    except (_UnreadIterator, UnicodeEncodeError):
        return False
    except (TypeError, ValueError, RecursionError):
        return True
    return False
