"""Build values of a type from JSON or built-in data, or report every error in them."""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice, repeat
from typing import Any

from fsapi.contracts import models
from fsapi.contracts.all_errors import MAX_ERRORS, ErrorAt, find_errors
from fsapi.contracts.checks import has_decimals
from fsapi.contracts.coercion import BEYOND, value_kinds
from fsapi.contracts.finite import only_finite, reject_not_finite
from fsapi.contracts.typeinfo import Type, types_below, unknown_types
from fsapi.json import engine
from fsapi.json.engine import Raw
from fsapi.json.hints import unwrap
from fsapi.json.invalid import ValidationError
from fsapi.json.path import path_step

#: Builds a value of a type from built-in data; raises Invalid.
Build = Callable[[Any], Any]
#: Characters of a path or a message that are reported at most: both can contain text from the client.
MAX_LENGTH = 200
# A number with a fraction that a float does not hold exactly has 16 digits or more.
_LONG_NUMBER = re.compile(rb"[0-9][0-9.]{15}")
_SHAPES = {"object": {"object", "custom"}, "array": {"array", "tuple"}}
_TOO_LONG = "Expected an integer of 64 bits"


class Invalid(Exception):
    """A value that does not fit its type; `errors` has at most MAX_ERRORS of its errors, each a path and a message."""

    def __init__(self, errors: Sequence[ErrorAt]) -> None:
        super().__init__(errors)
        self.errors = [(_shorten(path), _shorten(message)) for path, message in islice(errors, MAX_ERRORS)]


def reader(described: Type) -> Callable[[bytes], Any]:
    """Return the function that builds a value of a type from JSON; it raises Malformed or Invalid."""
    if described.is_model:
        return _model_reader(described)
    decode = engine.decoder(described.hint, models.decode_hook)
    check = only_finite(decode) if has_decimals(described) else decode

    def read(data: bytes) -> Any:
        try:
            return check(data)
        except ValidationError as first:
            if errors := find_errors(Raw(data.strip()), described, first):
                raise Invalid(errors) from None
        try:
            return check(engine.last_of_equal_keys(data))
        except ValidationError as exc:
            raise _invalid(exc) from None

    return read


def builder(described: Type) -> Build:
    """Return the function that builds a value of a type from built-in data; it raises Invalid."""
    if described.is_model:
        return _model_builder(described.hint.model_validate)
    convert = engine.converter(described.hint, models.decode_hook if unknown_types(described) else None)
    check = reject_not_finite if has_decimals(described) else None

    def build(value: Any) -> Any:
        try:
            made = convert(value)
            if check is not None:
                check(made)
            return made
        except ValidationError as first:
            if errors := find_errors(value, described, first):
                raise Invalid(errors) from None
            raise _invalid(first) from None

    return build


def _invalid(exc: ValidationError) -> Invalid:
    """Return an error by itself."""
    return Invalid([(f"${exc.rest}", exc.text)])


def text_builder(described: Type) -> Build:
    """Return the builder of a type for values that were read from text: their ints have 64 bits, in a model too.

    Other types never see a longer int (see `coercion.py`). In JSON an int is taken as it is.
    """
    build = builder(described)
    fields = [field for field in described.fields.values() if value_kinds(field.type) & {"int", "custom"}]
    if not (described.is_model and fields):
        return build

    def build_from_text(value: Any) -> Any:
        made = build(value)
        if errors := [(f"$.{field.json_name}", _TOO_LONG) for field in fields if _is_long(getattr(made, field.name))]:
            raise Invalid(errors)
        return made

    return build_from_text


def _is_long(value: Any) -> bool:
    """Return whether a value, or one in a list, is an int of more than 64 bits."""
    if isinstance(value, int):
        return not -BEYOND <= value < BEYOND
    return isinstance(value, (list, tuple, set, frozenset)) and any(map(_is_long, value))


def _model_reader(described: Type) -> Callable[[bytes], Any]:
    """Return the function that builds a model from JSON; it rejects the JSON that other types reject."""
    validate = _model_builder(described.hint.model_validate_json)
    decimals = any(unwrap(part.hint) is Decimal for part in types_below(described, in_models=True))

    def read(data: bytes) -> Any:
        engine.reject_malformed(data)
        if decimals and _LONG_NUMBER.search(data):
            with suppress(RecursionError):  # which pydantic reports
                data = engine.last_of_equal_keys(data, lambda value: _decimals_as_text(value, described))
        return validate(data)

    return read


def _decimals_as_text(value: Any, described: Type | None) -> Any:
    """Return built-in data with text for the numbers that are to be decimals: pydantic would read them as floats."""
    members = described.members if described is not None else ()
    if isinstance(value, Raw):
        is_decimal = any(unwrap(member.hint) is Decimal for member in members)
        is_float = any("float" in member.kinds for member in members)
        return bytes(value).decode() if is_decimal and not is_float else value
    shape = "object" if isinstance(value, dict) else "array"
    found = [member for member in members if member.kinds & _SHAPES[shape]]
    if len(found) != 1 or not isinstance(value, (dict, list)):
        return value
    if isinstance(value, list):
        types = found[0].positions or repeat(found[0].element)
        return [*map(_decimals_as_text, value, types), *value[len(found[0].positions) or len(value) :]]
    by_name = {name: field.type for field in found[0].fields.values() for name in (field.name, field.json_name)}
    return {name: _decimals_as_text(each, by_name.get(name, found[0].element)) for name, each in value.items()}


def _model_builder(validate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a validation method of a model as a function that raises Invalid; other exceptions pass."""

    def build(value: Any) -> Any:
        try:
            return validate(value)
        except ValueError as exc:
            errors = models.model_errors(exc, MAX_ERRORS)
            if not errors:
                raise
            raise Invalid([("$" + "".join(map(path_step, steps)), message) for steps, message in errors]) from None

    return build


def _shorten(text: str) -> str:
    """Return a text cut to MAX_LENGTH characters, with an ellipsis if it was longer."""
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"
