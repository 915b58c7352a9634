"""Text by name, as a path, a query or a form has it, made ready for the fields of a type.

| the field takes | text that fits |
|---|---|
| int, or one of some | a whole number in one form: no leading zero, no plus, no `-0`, no `1.0` |
| float | a number of JSON |
| bool | true, false, 1, 0, and on, which a checkbox sends; in capitals too |
| a list | the values of all equal names |
| anything else | the text itself: a str, a date, a UUID, a Decimal, one of some strings |
"""

# isinstance() narrows what a name stands for to a list whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from fsapi.contracts import json_kinds, models, typeinfo

# RFC 8259, 6; int() refuses 4,300 digits and more (CVE-2020-10735).
_INT = re.compile(r"0|-?[1-9][0-9]{0,4000}", re.ASCII)
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_BOOLS = {"true": True, "false": False, "1": True, "0": False, "on": True}

Read = Callable[[str], Any]


class TextFields:
    """What the texts of an object are to become: which names are lists, and which texts are read as something else."""

    def __init__(self, kind: Any) -> None:
        fields = {name: member.hint for name, member in typeinfo.fields(kind).items()}
        self.lists = frozenset(name for name, kind in fields.items() if "array" in _words(kind))
        #: The fields that have no use for empty text, which is how a form sends an input that nobody has filled in.
        self.textless = frozenset(name for name, kind in fields.items() if not _taken(kind) & {"any", "str"})
        #: The names under which a file is what is asked for, or is told to be wrong; elsewhere it is left out.
        self.files = frozenset(name for name, kind in fields.items() if "any" not in _taken(kind))
        self.closed = typeinfo.forbids_extra(kind)
        self._reads: dict[str, Read] = {}
        if not models.is_model(kind):  # which reads text itself
            self._reads = {name: read for name, kind in fields.items() if (read := _reader(_taken(kind)))}

    def collected(self, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Return values by name: the last of equal names, or all of them where it is a list."""
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in self.lists:
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        return self.read(found)

    def read(self, values: dict[str, Any]) -> dict[str, Any]:
        """Replace the texts that stand for something else, and return the values."""
        for name, read in self._reads.items():
            value = values.get(name)
            if isinstance(value, str):
                values[name] = read(value)
            elif isinstance(value, list):
                values[name] = [read(text) if isinstance(text, str) else text for text in value]  # files stay
        return values


def takes_any_text(kind: Any) -> bool:
    """Tell whether a type is a dict of text by any name."""
    item = typeinfo.element(kind)
    return (
        json_kinds.kinds_of(kind) == {"object"}
        and item is not typeinfo.NO_ELEMENT
        and bool(json_kinds.kinds_of(item) & {"any", "str"})
    )


def is_flat(kind: Any) -> bool:
    """Tell whether a type is an object whose fields text and files can fill."""
    return all(_fillable(member.hint) for member in typeinfo.fields(kind).values()) and bool(typeinfo.fields(kind))


def _fillable(kind: Any) -> bool:
    """Tell whether text, a file or a list of them can fill a field."""
    words = _taken(kind)
    nested = [
        part
        for part in typeinfo.alternatives(kind)
        for part in [typeinfo.element(part)]
        if part is not typeinfo.NO_ELEMENT
    ]
    checks_itself = any(models.is_model(part) for part in (*typeinfo.alternatives(kind), *nested))
    return not checks_itself and not words & {"object", "tuple", "array"}


def _taken(kind: Any) -> set[str]:
    """Return what a field takes, or what the values of its list are."""
    items = [typeinfo.element(part) for part in typeinfo.alternatives(kind)]
    return {word for part in items if part is not typeinfo.NO_ELEMENT for word in _words(part)} | (
        _words(kind) - {"array"}
    )


def _words(kind: Any) -> set[str]:
    """Return what a field is in JSON; a model can have fields that only it can tell apart."""
    try:
        return json_kinds.kinds_of(kind)
    except TypeError:
        return {"custom"}


def _reader(words: set[str]) -> Read | None:
    """Return the function that reads text for what takes some kinds of values, or None where text is what it takes."""
    if words & {"any", "str"} or not words & {"int", "float", "bool"}:
        return None

    def read(text: str) -> Any:
        if "int" in words and _INT.fullmatch(text):
            return int(text)
        if "float" in words and _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        return _BOOLS.get(text.lower(), text) if "bool" in words else text

    return read
