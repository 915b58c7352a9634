"""Write Python values as JSON: compact UTF-8, with null for NaN and infinities."""

from __future__ import annotations

from typing import Any

from fsapi.json import engine
from fsapi.json.convert import CONTAINERS, PLAIN, UnreadIterator, convert, convert_scalar, present
from fsapi.json.explain import explain
from fsapi.json.second_attempt import SecondAttempt


class EncodeError(TypeError):
    """A value that cannot be written as JSON; the text names the path to it and its type."""


def encode(data: Any) -> bytes:
    """Return a value as JSON; raise EncodeError.

    `json/convert.py` lists what can be written besides what msgspec knows. A subclass of dict or list is written as it
    presents itself, but within other dicts and lists as it is stored. A lone surrogate, which UTF-8 cannot encode, is
    written with ASCII escapes, and so is the rest of the text.
    """
    try:
        return _encode(present(data) if type(data) not in PLAIN and issubclass(type(data), CONTAINERS) else data)
    except (TypeError, ValueError, RecursionError, UnreadIterator, BufferError):
        return _encode_again(data)


def _encode_again(data: Any) -> bytes:
    """Return the JSON of data at which the first attempt failed; raise EncodeError."""
    attempt = SecondAttempt()
    try:
        data = present(data)
        return attempt.encode(data)
    except RecursionError:
        raise EncodeError("the data is nested too deep, or contains itself") from None
    except (TypeError, ValueError, BufferError) as exc:  # BufferError: a memoryview with gaps
        raise EncodeError(explain(data, attempt)) from exc


_encode = engine.encoder(convert)
#: Returns a value as JSON; raises TypeError or ValueError for all that runs code of the project or is read only once:
#: iterators, queries, models, rows and mappings. Dicts and lists are written as they are stored.
encode_exact = engine.encoder(convert_scalar)
