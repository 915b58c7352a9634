"""Read models from JSON or built-in data as other types are read, or report every error with its place."""

# isinstance() narrows Any to a list whose items pyright calls unknown.
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, partial
from typing import Any
from uuid import UUID

from fsapi.json import engine
from fsapi.json.malformed import Malformed
from fsapi.json.path import path_step
from fsapi.models.errors import ModelError, listed, too_many
from fsapi.models.long_keys import repeats_long_key
from fsapi.models.numbers import Floats, decode_floats, fit, may_lose_digits, may_overflow
from fsapi.models.places import find_place
from fsapi.models.structure import Structure


class Reader:
    """Reads one model."""

    def __init__(self, hint: Any) -> None:
        self._from_json, self._from_python = hint.model_validate_json, hint.model_validate
        self._structure = structure = Structure(hint.__pydantic_core_schema__)
        self._is_strict = bool(hint.model_config.get("strict"))
        decimals, floats = "decimal" in structure.types, structure.holds_any_float
        #: What tells whether pydantic may read a number of a document as another one.
        self.checks = ((may_lose_digits,) if decimals else ()) + ((may_overflow,) if floats else ())

    def read(self, data: bytes) -> Any:
        """Return a model for a JSON document; raise Malformed or ModelError."""
        engine.reject_malformed(data)
        _reject_long_keys(data)
        for may_misread in self.checks:
            if may_misread(data):
                return self.build(*decode_floats(data))
        try:
            return self._from_json(data)
        except ValueError as exc:
            failure = _of_model(exc)
        sent, floats = decode_floats(data)
        if floats.has_large or _is_not_json(failure) or _has_equal_keys(data):
            return self.build(sent, floats)
        raise self._error(failure, sent)

    def build(self, value: Any, floats: Floats | None = None) -> Any:
        """Return a model for what was decoded from JSON, which can be changed if there are floats; raise as `read`."""
        if floats is not None:
            value = fit(self._structure, value, floats)
        try:
            data = _write(value)
        except RecursionError:
            return self._build_deep(value)
        _reject_long_keys(data)
        try:
            return self._from_json(data)
        except ValueError as exc:
            failure = _of_model(exc)
        if _is_not_json(failure):
            return self._build_deep(value)
        raise self._error(failure, value)

    def build_from_text(self, value: Any) -> Any:
        """Return a model for the values of a path, a query or a form; raise ModelError.

        A strict model takes text for a date, a UUID or an Enum only from JSON.
        """
        if self._is_strict and all(map(_is_plain, value.values())):
            return self.build(value)
        try:
            return self._from_python(value)
        except ValueError as exc:
            raise self._error(_of_model(exc), value) from None

    def _build_deep(self, value: Any) -> Any:
        """Return a model for data that is nested deeper than pydantic reads JSON."""
        try:
            return self._from_python(value)
        except ValueError as exc:
            failure = _of_model(exc)
        if any(each["type"].startswith("recursion") for each in listed(failure)):
            raise Malformed("nested too deep")
        raise self._error(failure, value)

    def _error(self, failure: Any, sent: Any) -> ModelError:
        """Return the exception for an error of pydantic."""
        return ModelError(partial(self._find_errors, failure, sent))

    def _find_errors(self, failure: Any, sent: Any) -> Iterator[tuple[str, str]]:
        """Yield the errors that pydantic reports, each with the path to it."""
        if message := too_many(failure):
            yield "", message
        for error in listed(failure):
            place = find_place(self._structure, sent, error["loc"])
            yield "".join(map(path_step, place.steps)), error["msg"] + " as a key" * place.of_key


#: Returns the reader of a model.
reader_of = cache(Reader)
_write = engine.encoder(str)


def _reject_long_keys(data: bytes) -> None:
    """Raise ModelError for a document whose errors could take too much memory."""
    if repeats_long_key(data):
        raise ModelError(partial(list, [("", "A key is too long above so many values")]))


def _is_plain(value: Any) -> bool:
    """Return whether a value is what a path, a query or a form without files gives."""
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, int, float, UUID))


def _of_model(exc: ValueError) -> Any:
    """Return an error of pydantic, without the frames that would keep it; raise any other again."""
    if not hasattr(exc, "error_count"):
        raise exc
    return exc.with_traceback(None)


def _is_not_json(failure: Any) -> bool:
    """Return whether pydantic cannot read a document at all, which is JSON, but has long numbers or is deep."""
    first, *others = listed(failure) or [{}]
    return not (others or first.get("loc", "?")) and first["type"] == "json_invalid"


def _has_equal_keys(data: bytes) -> bool:
    """Return whether a key of an object comes again: pydantic checks all values of a dict, and not only the last."""
    found = False

    def compare(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len(dict(pairs)) < len(pairs)

    json.loads(data, object_pairs_hook=compare)
    return found
