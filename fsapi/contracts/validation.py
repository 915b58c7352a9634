"""Values of a type made from JSON and from built-in data, or all that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from fsapi.contracts import json_kinds, models
from fsapi.contracts.all_errors import MOST, Wrong, wrongs
from fsapi.json import engine
from fsapi.json.engine import Misfit, Raw
from fsapi.json.path import step

#: How many characters of a place or of a text are told at most: both can hold what the client has sent.
LONGEST = 200


class Misfits(Exception):
    """All that is wrong with a value, MOST at most."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        super().__init__(wrongs)
        self.wrongs = [(_short(place), _short(text)) for place, text in islice(wrongs, MOST)]


def reader(kind: Any) -> Callable[[bytes], Any]:
    """Return the function that makes a value of a type from a JSON document; it raises Malformed or Misfits."""
    if models.is_model(kind):
        return _model_reader(kind)
    decode, build = engine.decoder(kind, models.hook), builder(kind)

    def read(data: bytes) -> Any:
        try:
            return decode(data)
        except Misfit as first:
            if found := wrongs(Raw(data.strip()), kind, first):
                raise Misfits(found) from None
        return build(engine.decode(data))  # of equal keys the last one fits

    return read


def builder(kind: Any) -> Callable[[Any], Any]:
    """Return the function that makes a value of a type from built-in data; it raises Misfits."""
    if models.is_model(kind):
        return _model(kind.model_validate)
    convert = engine.converter(kind, models.hook if json_kinds.foreign(kind) else None)

    def build(value: Any) -> Any:
        try:
            return convert(value)
        except Misfit as first:
            raise Misfits(wrongs(value, kind, first) or [(f"${first.rest}", first.text)]) from None

    return build


def _model_reader(kind: Any) -> Callable[[bytes], Any]:
    """Return the function that lets a model read JSON which is as strict as that of all others."""
    validate = _model(kind.model_validate_json)

    def read(data: bytes) -> Any:
        engine.refuse_malformed(data)
        return validate(data)

    return read


def _model(validate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function of a model that raises Misfits for what the model says is wrong."""

    def build(value: Any) -> Any:
        try:
            return validate(value)
        except ValueError as exc:
            wrongs = models.wrongs(exc, MOST)
            if not wrongs:
                raise
            raise Misfits([("$" + "".join(map(step, steps)), text) for steps, text in wrongs]) from None

    return build


def _short(text: str) -> str:
    """Return a text without what is too much of it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
