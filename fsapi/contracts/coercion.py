"""Read the text of a path, a query or a form as the values that the fields of a type expect.

| a field of | reads |
|---|---|
| int, or a Literal or Enum of ints | a whole number of 64 bits, written in one way only: no `04`, `+4`, `-0`, `4.0` |
| float | a number as JSON writes it |
| bool | true, false, 1, 0, and on, which a checkbox sends; in any case |
| a list | the values of all equal names |
| any other type | the text itself, which validation turns into a date, a UUID, a Decimal, … |

Text that cannot be read stays text, and validation reports it.
"""

# isinstance() narrows Any to a list whose items pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from fsapi.contracts import model_fields
from fsapi.contracts.typeinfo import Type

# RFC 8259, 6.
_INT = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
#: The first number that an integer of 64 bits with its sign, as in databases, cannot hold.
BEYOND = 2**63
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_BOOLS = {"true": True, "false": False, "1": True, "0": False, "on": True}

ReadText = Callable[[str], Any]


class TextField(NamedTuple):
    """How a field is filled from text: as a list or not, by which function, and whether by empty text or a file."""

    is_list: bool
    #: None if the text itself is the value.
    read: ReadText | None
    #: A form sends empty text for an input that nobody filled in.
    may_be_empty: bool
    #: True for a field of text too: validation then reports the file as an error.
    may_be_file: bool


class TextFields:
    """The fields of a type, each with how it is filled from text."""

    def __init__(self, described: Type) -> None:
        closed = described.forbids_extra
        reads_text = described.is_model  # a model reads text itself
        self.fields = {
            name: _text_field(field.type, closed=closed, reads_text=reads_text)
            for name, field in described.fields.items()
        }
        if described.is_model:
            self.fields |= dict(_model_names(described))
        #: What stands for a name that is not a field. A type that forbids extra fields reports it.
        self.unknown = TextField(is_list=False, read=None, may_be_empty=True, may_be_file=closed)

    def collect(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Return values by name: all values of a list, and the last value of any other field."""
        fields, found = self.fields, dict[str, Any]()
        for name, value in pairs:
            if name in fields and fields[name].is_list:
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        return self.read(found)

    def read(self, values: dict[str, Any]) -> dict[str, Any]:
        """Read the texts among some values in place, and return the values."""
        for name, field in self.fields.items():
            if field.read is None or name not in values:
                continue
            value = values[name]
            if isinstance(value, str):
                values[name] = field.read(value)
            elif isinstance(value, list):
                values[name] = [field.read(text) if isinstance(text, str) else text for text in value]  # files stay
        return values


def _model_names(described: Type) -> Iterator[tuple[str, TextField]]:
    """Yield all names that fill the fields of a model; from some lists only one item is taken."""
    for field in model_fields.fields(described.hint):
        own = _text_field(described.fields[field.json_name].type, closed=described.forbids_extra, reads_text=True)
        for name, is_list in field.names:
            yield name, own._replace(is_list=own.is_list or is_list)


def takes_any_text(described: Type) -> bool:
    """Return whether a type is a dict that takes text under any name."""
    item = described.element
    return "object" in described.kinds and item is not None and bool(item.kinds & {"any", "str"})


def is_flat(described: Type) -> bool:
    """Return whether a type is an object whose fields can all be filled from text and files."""
    fields = described.fields.values()
    return bool(fields) and all(_is_simple(field.type) for field in fields) and not beyond_text(described)


def beyond_text(described: Type) -> list[str]:
    """Return the fields of a model that no name fills, only a path into an object."""
    return (
        [field.name for field in model_fields.fields(described.hint) if not field.takes_text]
        if described.is_model
        else []
    )


def _is_simple(described: Type) -> bool:
    """Return whether text, a file or a list of them can fill a field."""
    parts = (*described.members, *_item_types(described))
    has_model = any(part.is_model for part in parts)
    return not has_model and not value_kinds(described) & {"object", "tuple", "array"}


def _text_field(described: Type, *, closed: bool, reads_text: bool) -> TextField:
    """Return how a field is filled from text."""
    kinds = value_kinds(described)
    return TextField(
        is_list="array" in described.kinds,
        read=None if reads_text else _text_reader(kinds),
        may_be_empty=bool(kinds & {"any", "str"}),
        may_be_file=closed or "any" not in kinds,
    )


def _item_types(described: Type) -> list[Type]:
    """Return the item types of the lists among the members of a type."""
    return [member.element for member in described.members if member.element is not None]


def value_kinds(described: Type) -> frozenset[str]:
    """Return the kinds of the single values that a field takes: those of its items if it is a list."""
    return (described.kinds - {"array"}).union(*(item.kinds for item in _item_types(described)))


def _text_reader(kinds: frozenset[str]) -> ReadText | None:
    """Return the function that reads a text as one of some kinds; None if the text itself is the value."""
    if kinds & {"any", "str"} or not kinds & {"int", "float", "bool"}:
        return None

    def read(text: str) -> Any:
        if "int" in kinds and _INT.fullmatch(text) and -BEYOND <= (number := int(text)) < BEYOND:
            return number
        if "float" in kinds and _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        return _BOOLS.get(text.lower(), text) if "bool" in kinds else text

    return read
