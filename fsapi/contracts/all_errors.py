"""All that is wrong with a value, where msgspec tells of the first error alone.

Only ever called on failure, and bounded: what holds no error is left to msgspec, in blocks, and nothing is looked at
again on each level of a document. The order is that of the fields of a type and of the values of a list.
"""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from fsapi.contracts import json_kinds, models, typeinfo
from fsapi.json import engine
from fsapi.json.engine import Raw, ValidationError
from fsapi.json.path import path_step

#: How many errors are told at most.
MAX_ERRORS = 50
# Levels of a document that are opened one by one, since each costs a scan; where an error is deeper, all is decoded.
_SCANS = 8
# Levels on which all errors are told; of those further down it is the first one, alone where it is the first of all.
_DEEPEST = 50
# How many values of a list are checked at once.
_BLOCK = 1000
# The place that msgspec gives a value under some key, and in how many of them the key is looked for.
_SOME, _NAMELESS = "[...]", 3
# What is worth being left undecoded.
_HOLDERS = {"any", "object", "array", "tuple", "custom"}
_INDEX = re.compile(r"\[(\d+)\]")

#: Where a value stands, as in `$.items[0].id`, and what is wrong there.
ErrorAt = tuple[str, str]


def find_errors(value: Any, kind: Any, first: ValidationError) -> list[ErrorAt]:
    """Return all that is wrong with built-in data or a part of a JSON document, of which the first error is known."""
    if _steps(first.rest) > _DEEPEST:
        return [(f"${first.rest}", first.text)]
    return list(islice(_at(value, kind, "$", first, 0), MAX_ERRORS))


def _at(value: Any, kind: Any, place: str, first: ValidationError, level: int) -> Iterator[ErrorAt]:
    """Yield what is wrong at and below a value, of which the first error is known."""
    known = typeinfo.unwrap(kind)
    of_another_type = not first.rest and ", got `" in first.text and not first.text.endswith(engine.KEY_SUFFIX)
    if level == _DEEPEST or of_another_type or models.is_model(known):
        return _leaf(value, kind, place)
    whole = _opened(value, known, level + _steps(first.rest))
    known = typeinfo.narrow(known, whole)
    item = typeinfo.element(known)
    if isinstance(whole, dict) and typeinfo.fields(known):
        return _object(whole, known, place, first, level)
    if isinstance(whole, list) and first.rest and (types := typeinfo.positions(known)):
        return _parts([(f"[{i}]", *pair) for i, pair in enumerate(zip(whole, types))], place, first, level)
    if isinstance(whole, (dict, list)) and item is not typeinfo.NO_ELEMENT and first.rest.count(_SOME) <= _NAMELESS:
        return _many(whole, item, place, first, level)
    return _leaf(value, kind, place)


def _opened(value: Any, kind: Any, level: int) -> Any:
    """Return a value with what it holds; in a JSON document that is left undecoded where it may be much."""
    if not isinstance(value, Raw):
        return value
    item = typeinfo.element(kind)
    if level >= _SCANS or (item is not typeinfo.NO_ELEMENT and not json_kinds.kinds_of(item) & _HOLDERS):
        return engine.decode_part(value)
    # What is not a field is not looked at, unless it is wrong that it is there.
    return engine.decode_shallow(value, () if json_kinds.forbids_extra(kind) else tuple(typeinfo.fields(kind)))


def _steps(place: str) -> int:
    """Return about how many levels down a place is."""
    return place.count(".") + place.count("[")


def _leaf(value: Any, kind: Any, place: str) -> Iterator[ErrorAt]:
    """Yield what is wrong with a value that is not taken apart: nothing where an equal key comes later."""
    wrong = engine.first_error(value, kind, models.decode_hook)
    if wrong is not None:
        for steps, text in models.model_errors(wrong.cause, MAX_ERRORS) or [((), wrong.text)]:
            yield place + wrong.rest + "".join(map(path_step, steps)), text


def _object(value: dict[str, Any], kind: Any, place: str, first: ValidationError, level: int) -> Iterator[ErrorAt]:
    """Yield what is wrong with an object: fields that it should not have or lacks, and what is in the others."""
    members = typeinfo.fields(kind)
    known = {*members, json_kinds.tag_field(kind)} if json_kinds.forbids_extra(kind) else value
    strange = list(islice((name for name in value if name not in known), MAX_ERRORS))
    lacking = [name for name, member in members.items() if member.required and name not in value]
    yield from ((place + path_step(name), "Unknown field") for name in strange)
    yield from ((place + path_step(name), "Missing field") for name in lacking)
    if not (first.rest or strange or lacking):
        yield place, first.text
    parts = [(path_step(name), value[name], member.hint) for name, member in members.items() if name in value]
    yield from _parts(parts, place, first, level)


def _parts(parts: Sequence[tuple[str, Any, Any]], place: str, first: ValidationError, level: int) -> Iterator[ErrorAt]:
    """Yield what is wrong with values that stand side by side, each with its step and a type of its own."""
    ahead = [name for name, _, _ in parts if re.match(rf"{re.escape(name)}(?=[.\[]|\Z)", first.rest)]
    known = max(ahead, key=len, default="")  # a name can have a dot in it
    inner = ValidationError(first.text, first.rest[len(known) :])
    for name, value, kind in parts:
        wrong = inner if name == known else engine.first_error(value, kind, models.decode_hook)
        if wrong is not None:
            yield from _at(value, kind, place + name, wrong, level + 1)


def _many(
    value: dict[str, Any] | list[Any], kind: Any, place: str, first: ValidationError, level: int
) -> Iterator[ErrorAt]:
    """Yield what is wrong with the values of a list or dict, all of one type; they are checked in blocks."""
    if not first.rest:
        yield place, first.text
    steps, values = (list(value), list(value.values())) if isinstance(value, dict) else (range(len(value)), value)
    start, block = 0, first if _INDEX.match(first.rest) else _block(values, 0, kind)
    while start < len(values):
        found = block and _INDEX.match(block.rest)
        if block and found:
            index = start + int(found[1])
            inner = ValidationError(block.text, block.rest[found.end() :])
            yield from _at(values[index], kind, place + path_step(steps[index]), inner, level + 1)
            start = index + 1
        else:
            start += _BLOCK
        block = _block(values, start, kind)


def _block(values: Sequence[Any], start: int, kind: Any) -> ValidationError | None:
    """Return what is wrong first in some of the values of a list."""
    return engine.first_error(engine.join_parts(values[start : start + _BLOCK]), list[kind], models.decode_hook)
