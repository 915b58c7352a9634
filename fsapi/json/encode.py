"""Python written as JSON: compact UTF-8, NaN and infinities as null, and what has no form refused with its place."""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fsapi.json import engine
from fsapi.json.path import children, type_name


class EncodeError(TypeError):
    """A value that JSON has no form for; the text names the path to it and its type."""


def encode(data: Any) -> bytes:
    """Return a value as JSON; raise Unwritable.

    Beyond what msgspec knows: subclasses of str and int, mappings, iterables, pydantic models, numpy
    arrays and scalars, and the rows of databases. Text with a lone surrogate, which has no form in
    UTF-8, is written with ASCII escapes.
    """
    try:
        return _encode(data)
    except (TypeError, ValueError, RecursionError, _Once) as exc:
        return _encode_again(data, exc)


class _Once(Exception):
    """An iterator in the data, which can be read once only, and has not been read yet."""


def _encode_again(data: Any, exc: Exception) -> bytes:
    """Return the JSON of data that msgspec did not take at once; raise Unwritable."""
    try:
        return _written(data, exc)
    except RecursionError:
        raise EncodeError("the data is nested too deep, or holds itself") from None
    except (TypeError, ValueError) as final:
        raise EncodeError(_place(data)) from final


def _written(data: Any, exc: Exception) -> bytes:
    """Return the JSON of data that msgspec did not take for a reason that has a remedy; raise that of the others."""
    if isinstance(exc, _Once):
        data = engine.to_builtins(data, convert_unknown)
        try:
            return _encode(data)
        except UnicodeEncodeError:
            return _escaped(data)
    if isinstance(exc, UnicodeEncodeError):
        return _escaped(data)
    raise exc


def convert_unknown(value: Any) -> Any:
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


def _known(value: Any) -> Any:
    """Return what msgspec does not know in a form that it knows; raise _Once before an iterator is read."""
    if isinstance(value, Iterator):
        raise _Once
    return convert_unknown(value)


_encode = engine.encoder(_known)


def _escaped(data: Any) -> bytes:
    """Return the JSON of data that has lone surrogates, with ASCII escapes, as JSON.stringify writes them."""
    built = without_nan(engine.to_builtins(data, convert_unknown))
    return json.dumps(built, separators=(",", ":")).encode()


def without_nan(value: Any) -> Any:
    """Return built-in data with None for NaN and infinities, as msgspec writes them."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _place(value: Any) -> str:
    """Return the path to the value that cannot be written, and its type; only ever called on failure."""
    path, part = "$", value
    step: str | None = ""
    while step is not None:
        path, value = path + step, part
        step, part = next((found for found in children(value) if _fails(found[1])), (None, None))
    for key in value if isinstance(value, Mapping) else ():
        if _fails({key: None}):
            return f"{path} has a key of the type {type_name(key)}, which is no name in JSON"
    return f"{path} is of the type {type_name(value)}, which JSON has no form for"


def _fails(value: Any) -> bool:
    """Tell whether a value cannot be written."""
    try:
        _encode(value)
    except (_Once, UnicodeEncodeError):
        return False
    except (TypeError, ValueError, RecursionError):
        return True
    return False
