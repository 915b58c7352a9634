"""Values of a type made from JSON and from built-in data, or all that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from fsapi.contracts import json_kinds, models
from fsapi.contracts.all_errors import MAX_ERRORS, ErrorAt, find_errors
from fsapi.json import engine
from fsapi.json.engine import Raw, ValidationError
from fsapi.json.path import path_step

#: How many characters of a place or of a text are told at most: both can hold what the client has sent.
MAX_LENGTH = 200


class Invalid(Exception):
    """All that is wrong with a value, MOST at most."""

    def __init__(self, wrongs: Sequence[ErrorAt]) -> None:
        super().__init__(wrongs)
        self.wrongs = [(_short(place), _short(text)) for place, text in islice(wrongs, MAX_ERRORS)]


def reader(kind: Any) -> Callable[[bytes], Any]:
    """Return the function that makes a value of a type from a JSON document; it raises Malformed or Invalid."""
    if models.is_model(kind):
        return _model_reader(kind)
    decode, build = engine.decoder(kind, models.decode_hook), builder(kind)

    def read(data: bytes) -> Any:
        try:
            return decode(data)
        except ValidationError as first:
            if found := find_errors(Raw(data.strip()), kind, first):
                raise Invalid(found) from None
        return build(engine.decode(data))  # of equal keys the last one fits

    return read


def builder(kind: Any) -> Callable[[Any], Any]:
    """Return the function that makes a value of a type from built-in data; it raises Invalid."""
    if models.is_model(kind):
        return _model(kind.model_validate)
    convert = engine.converter(kind, models.decode_hook if json_kinds.unknown_types(kind) else None)

    def build(value: Any) -> Any:
        try:
            return convert(value)
        except ValidationError as first:
            raise Invalid(find_errors(value, kind, first) or [(f"${first.rest}", first.text)]) from None

    return build


def _model_reader(kind: Any) -> Callable[[bytes], Any]:
    """Return the function that lets a model read JSON which is as strict as that of all others."""
    validate = _model(kind.model_validate_json)

    def read(data: bytes) -> Any:
        engine.reject_malformed(data)
        return validate(data)

    return read


def _model(validate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function of a model that raises Invalid for what the model says is wrong."""

    def build(value: Any) -> Any:
        try:
            return validate(value)
        except ValueError as exc:
            wrongs = models.model_errors(exc, MAX_ERRORS)
            if not wrongs:
                raise
            raise Invalid([("$" + "".join(map(path_step, steps)), text) for steps, text in wrongs]) from None

    return build


def _short(text: str) -> str:
    """Return a text without what is too much of it."""
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"
