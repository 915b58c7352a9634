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
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import EnumMeta
from typing import Any, Literal, NamedTuple

from fsapi.contracts import model_fields, models
from fsapi.contracts.typeinfo import Type
from fsapi.json.hints import unwrap

#: The first number that an integer of 64 bits with its sign, as in databases, cannot hold.
BEYOND = 2**63
_LEAST = -BEYOND
_MAX_INT_LENGTH = len(str(_LEAST))
# RFC 8259, 6.
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
        reads_text = described.is_model and not models.is_strict(described.hint)  # such a model reads text itself
        self.fields = {
            name: _text_field(field.type, closed=closed, reads_text=reads_text)
            for name, field in described.fields.items()
        }
        if described.is_model:
            self.fields |= dict(_model_names(described, reads_text=reads_text))
        # What a request needs, without what it would have to skip.
        self._lists = {name for name, field in self.fields.items() if field.is_list}
        self._readers = tuple((name, field.read) for name, field in self.fields.items() if field.read is not None)
        #: What stands for a name that is not a field. A type that forbids extra fields reports it.
        self.unknown = TextField(is_list=False, read=None, may_be_empty=True, may_be_file=closed)

    def collect(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Return values by name: all values of a list, and the last value of any other field."""
        lists = self._lists
        if not lists:
            return self.read(dict(pairs))
        found = dict[str, Any]()
        for name, value in pairs:
            if name in lists:
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        return self.read(found)

    def read(self, values: dict[str, Any]) -> dict[str, Any]:
        """Read the texts among some values in place, and return the values."""
        for name, read_text in self._readers:
            value = values.get(name)
            if isinstance(value, str):
                values[name] = read_text(value)
            elif isinstance(value, list):
                values[name] = [read_text(text) if isinstance(text, str) else text for text in value]  # files stay
        return values


def _model_names(described: Type, *, reads_text: bool) -> Iterator[tuple[str, TextField]]:
    """Yield all names that fill the fields of a model; from some lists only one item is taken."""
    for field in model_fields.fields(described.hint):
        own = _text_field(described.fields[field.json_name].type, closed=described.forbids_extra, reads_text=reads_text)
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
        read=None if reads_text and not _has_fixed_values(described) else _text_reader(kinds),
        may_be_empty=bool(kinds & {"any", "str"}),
        may_be_file=closed or "any" not in kinds,
    )


def _has_fixed_values(described: Type) -> bool:
    """Return whether one of some values fills a field: pydantic does not read text as one that is a number."""
    hints = [unwrap(part.hint) for part in (*described.members, *_item_types(described))]
    return any(typing.get_origin(hint) is Literal or isinstance(hint, EnumMeta) for hint in hints)


def _item_types(described: Type) -> list[Type]:
    """Return the item types of the lists among the members of a type, and the members of a union of them."""
    lists = [member.element for member in described.members if member.element is not None]
    return [item for element in lists for item in element.members]


def value_kinds(described: Type) -> frozenset[str]:
    """Return the kinds of the single values that a field takes: those of its items if it is a list."""
    return (described.kinds - {"array"}).union(*(item.kinds for item in _item_types(described)))


def _text_reader(kinds: frozenset[str]) -> ReadText | None:
    """Return the function that reads a text as one of some kinds; None if the text itself is the value."""
    if kinds & {"any", "str"}:
        return None
    readers = [read for kind, read in _READERS.items() if kind in kinds]
    return _first_of(readers) if len(readers) > 1 else next(iter(readers), None)


def _first_of(readers: Sequence[ReadText]) -> ReadText:
    """Return the function that reads a text by the first of some functions that can read it."""

    def read(text: str) -> Any:
        return next((value for read in readers if (value := read(text)) is not text), text)

    return read


def _read_int(text: str) -> Any:
    """Return a whole number of 64 bits; str() writes each in one way, and costs half of what a regex does."""
    try:
        number = int(text) if len(text) <= _MAX_INT_LENGTH else BEYOND
    except ValueError:
        return text
    return number if _LEAST <= number < BEYOND and str(number) == text else text


def _read_float(text: str) -> Any:
    """Return a number as JSON writes it."""
    return float(text) if _FLOAT.fullmatch(text) and math.isfinite(float(text)) else text


def _read_bool(text: str) -> Any:
    """Return a bool."""
    return _BOOLS.get(text.lower(), text)


#: Kind of a value → what reads it, and returns a text that it cannot read as it is; in the order in which they try.
_READERS: dict[str, ReadText] = {"int": _read_int, "float": _read_float, "bool": _read_bool}
