"""Keep the digits of numbers for models: pydantic reads a number with a fraction as a float, which can lose them.

Text takes the place of a number where a model has a Decimal for it. What only a Decimal could hold, but none is to
take it, is an error, as for other types.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from fsapi.json import engine, path
from fsapi.json.invalid import ValidationError
from fsapi.json.malformed import Malformed
from fsapi.models.errors import ModelError
from fsapi.models.nodes import Schema, Step, children, has_shape
from fsapi.models.structure import Structure

# Python reads no longer numbers (sys.set_int_max_str_digits).
_MOST_DIGITS = 4300
_TOO_LONG = "Integer value out of range"
_TOO_MANY = re.compile(rb"[0-9]{%d}" % (_MOST_DIGITS + 1))
# No float is larger; a whole number with fewer digits is smaller.
_BEYOND = 2**1024 - 2**970
_LARGE_DIGITS = 309
_SAMPLED = 100
_DIGITS_IN_SAMPLE = re.compile(rb"[0-9]{%d}" % (_LARGE_DIGITS // _SAMPLED))
# Digits become 0, and E becomes e.
_OUTLINE = bytes(ord("0") if chr(byte) in "0123456789" else byte | 32 for byte in range(256))
_EXPONENT = b"0e000"
# A string of JSON, or a number.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[0-9][0-9.eE+-]*', re.DOTALL)
# A float has 15 digits that are always kept, and exponents of two.
_LOSES_DIGITS = re.compile(rb"[0-9](?:[0-9.]{15}|[eE][+-]?[0-9]{3})")
_NUMBER = re.compile(rb"[\[:,\s]-?[0-9](?:[0-9.]{15}|[0-9.]*[eE][+-]?[0-9]{3})")
_SHORT = 15


class Floats:
    """The numbers of one document that a float may not hold, each by the float that was made of it."""

    def __init__(self) -> None:
        #: The floats are kept, so that no other gets the same id.
        self._texts: dict[int, tuple[float, str]] = {}
        #: Whether a number is beyond all floats.
        self.has_large = False

    def keep(self, text: str) -> float:
        """Return the float for the text of a number."""
        number = float(text)
        if len(text) > _SHORT or "e" in text or "E" in text:
            self._texts[id(number)] = number, text
            self.has_large = self.has_large or math.isinf(number)
        return number

    def text(self, number: float) -> str | None:
        """Return the text of a number that this float may not hold; None for others."""
        return self._texts.get(id(number), (number, None))[1]

    def reject_large(self, made: Any) -> None:
        """Raise ValidationError for a number beyond all floats that a value holds, but for those in models."""
        if self.has_large:
            for steps, value in path.walk(made, _is_finite):
                if isinstance(value, float) and math.isinf(value) and self.text(value):
                    raise ValidationError("Number out of range", path.join(steps), Malformed.out_of_range(""))


def _is_finite(value: object) -> bool:
    """Return whether a value is a number that a float holds."""
    return type(value) is float and math.isfinite(value)


def may_lose_digits(data: bytes) -> bool:
    """Return whether a document may have a number that a float does not hold."""
    return _LOSES_DIGITS.search(data) is not None and _NUMBER.search(b":" + data) is not None


def may_overflow(data: bytes) -> bool:
    """Return whether a JSON document may have a number beyond all floats."""
    if _has_many_digits(data):
        return True
    if _EXPONENT not in data.translate(_OUTLINE, b"+"):
        return False
    try:
        engine.decode(data)
    except Malformed:
        return True
    return False


def _has_many_digits(data: bytes) -> bool:
    """Return whether a document has more digits in a row than any float."""
    if len(data) < _LARGE_DIGITS or not _DIGITS_IN_SAMPLE.search(data[::_SAMPLED]):
        return False
    return b"0" * _LARGE_DIGITS in data.translate(_OUTLINE)


def mark_long_integers(data: bytes) -> bytes:
    """Return a document with whole numbers that Python does not read written as others are: `...9e0`."""
    if not (_has_many_digits(data) and _TOO_MANY.search(data)):
        return data
    return _TOKEN.sub(lambda token: token[0] + b"e0" * (token[0].isdigit() and len(token[0]) > _MOST_DIGITS), data)


def decode_floats(data: bytes) -> tuple[Any, Floats]:
    """Return the value of a JSON document and its floats; raise Malformed if it is nested too deep."""
    floats = Floats()
    try:
        return engine.Decoder(float_hook=floats.keep).decode(mark_long_integers(data)), floats
    except (RecursionError, engine.NotJSON) as exc:
        raise Malformed.of(exc, data) from None


class _Part(NamedTuple):
    """A part of what was sent: what contains it at which step, the schemas that read it, and the steps above it."""

    holder: Any
    step: Step
    schemas: Sequence[Schema]
    above: Any


def fit(structure: Structure, sent: Any, floats: Floats) -> Any:
    """Return built-in data as a model can read it from JSON, changed in place; raise Malformed or ModelError.

    What the model does not read is left out, however deep it is.
    """
    root = [sent]
    pending = [_Part(root, 0, [structure.root], None)]
    while pending:
        part = pending.pop()
        value = part.holder[part.step]
        nodes = [node for schema in part.schemas for node in structure.nodes(schema, value)]
        if isinstance(value, (dict, list)):
            pending += reversed([*_parts(value, nodes, part, floats)])  # the first is next
        elif isinstance(value, (float, int)):
            part.holder[part.step] = _number(value, floats, [str(node["type"]) for node in nodes], part)
    return root[0]


def _parts(value: Any, nodes: Sequence[Schema], above: _Part, floats: Floats) -> Iterator[_Part]:
    """Yield the arrays and objects in an array or object, and the numbers that a float may not hold."""
    reading = [children(node, len(value)) for node in nodes if has_shape(node, value)]
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        is_container = isinstance(inner, (dict, list))
        if is_container or _is_rare(inner, floats):
            schemas = reading[0](step) if len(reading) == 1 else [each for read in reading for each in read(step)]
            if is_container and not schemas:
                value[step] = None
            else:
                yield _Part(value, step, schemas, above)


def _is_rare(value: Any, floats: Floats) -> bool:
    """Return whether a value is a number that a float may not hold."""
    if isinstance(value, float):
        return floats.text(value) is not None
    return type(value) is int and not -_BEYOND < value < _BEYOND


def _number(value: float, floats: Floats, kinds: Sequence[str], part: _Part) -> float | str:
    """Return a number as one of some kinds of nodes can read it from JSON; raise Malformed or ModelError."""
    text = floats.text(value) if isinstance(value, float) else None
    takes_text = "decimal" in kinds and "str" not in kinds[: kinds.index("decimal")]
    is_large = not -_BEYOND < value < _BEYOND
    if text is not None and takes_text and (is_large or "float" not in kinds):
        return text.removesuffix("e0")
    if text is None and is_large and takes_text and "float" in kinds and "int" not in kinds:
        return str(value)
    if not is_large or (text is None and ("float" not in kinds or "int" in kinds)):
        return value
    if not kinds:
        return 0
    if text is not None and "float" not in kinds and text.removesuffix("e0").lstrip("-").isdigit():
        raise ModelError(partial(list, [(_path_to(part), _TOO_LONG)]))
    raise Malformed.out_of_range(_path_to(part))


def _path_to(part: _Part) -> str:
    """Return the path to a part, as in `.items[0]`."""
    steps: list[Step] = []
    while part.above is not None:
        steps.append(part.step)
        part = part.above
    return "".join(map(path.path_step, reversed(steps)))
