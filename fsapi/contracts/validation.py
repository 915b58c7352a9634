"""Build values of a type from JSON or built-in data, or report every error in them."""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from fsapi.contracts.all_errors import MAX_ERRORS, ErrorAt, find_errors
from fsapi.contracts.checks import has_decimals, has_models
from fsapi.contracts.coercion import BEYOND, value_kinds
from fsapi.contracts.finite import only_finite, reject_not_finite
from fsapi.contracts.hooks import decode_hook, digit_hook
from fsapi.contracts.typeinfo import Type, types_below, unknown_types
from fsapi.json import engine
from fsapi.json.engine import Raw
from fsapi.json.invalid import ValidationError
from fsapi.json.malformed import Malformed
from fsapi.json.path import shorten
from fsapi.models.errors import ModelError
from fsapi.models.numbers import mark_long_integers
from fsapi.models.reader import reader_of

#: Builds a value of a type from built-in data; raises Invalid.
Build = Callable[[Any], Any]
_TOO_LONG = "Expected an integer of 64 bits"


class Invalid(Exception):
    """A value that does not fit its type; `errors` has at most MAX_ERRORS of its errors, each a path and a message."""

    def __init__(self, errors: Sequence[ErrorAt]) -> None:
        super().__init__(errors)
        self.errors = [(shorten(path), shorten(message)) for path, message in islice(errors, MAX_ERRORS)]


def reader(described: Type) -> Callable[[bytes], Any]:
    """Return the function that builds a value of a type from JSON; it raises Malformed or Invalid."""
    if described.is_model:
        return _or_invalid(reader_of(described.hint).read)
    decode = _decoder(described)
    check = only_finite(decode) if has_decimals(described) else decode

    def read(data: bytes) -> Any:
        try:
            return check(data)
        except ValidationError as first:
            sent = mark_long_integers(data) if has_models(described) else data
            if errors := find_errors(Raw(sent.strip()), described, first):
                raise Invalid(errors) from None
        try:
            return check(engine.last_of_equal_keys(mark_long_integers(data)))
        except ValidationError as exc:
            raise _invalid(exc) from None

    return read


def _decoder(described: Type) -> Callable[[bytes], Any]:
    """Return the function that decodes JSON as a type, with all digits where it contains models."""
    decode = engine.decoder(described.hint, decode_hook)
    if not has_models(described):
        return decode
    models = [part.hint for part in types_below(described) if part.is_model]
    checks = {check for model in models for check in reader_of(model).checks}

    def decode_models(data: bytes) -> Any:
        for may_misread in checks:
            if may_misread(data):
                return decode_all(data)
        try:
            return decode(data)
        except (Malformed, ValidationError):
            return decode_all(data)

    def decode_all(data: bytes) -> Any:
        hook, floats = digit_hook()
        made = engine.decoder(described.hint, hook, floats.keep)(mark_long_integers(data))
        floats.reject_large(made)
        return made

    return decode_models


def builder(described: Type) -> Build:
    """Return the function that builds a value of a type from built-in data; it raises Invalid."""
    if described.is_model:
        return _or_invalid(reader_of(described.hint).build_from_text)
    convert = engine.converter(described.hint, decode_hook if unknown_types(described) else None)
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
    """Return an error by itself; raise Malformed."""
    exc.reject_out_of_range("$")
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


def _or_invalid(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a method of the reader of a model as a function that raises Invalid."""

    def build(value: Any) -> Any:
        try:
            return read(value)
        except ModelError as exc:
            raise Invalid([(f"${rest}", message) for rest, message in exc.errors(MAX_ERRORS)]) from None

    return build
