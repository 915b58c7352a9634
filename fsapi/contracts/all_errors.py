"""Find every error in a value, although msgspec reports only the first.

This runs only after validation has failed, and its cost is bounded:

- a list is checked in blocks, so that msgspec skips the items that fit;
- no level of a document is decoded twice;
- at most MAX_ERRORS errors are found, on at most `_MAX_LEVELS` levels.

Errors come in the order of the fields of a type and of the items of a list.
"""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from fsapi.contracts import models
from fsapi.contracts.typeinfo import Type
from fsapi.json import engine
from fsapi.json.engine import Raw, ValidationError
from fsapi.json.path import path_step

#: How many errors are reported at most.
MAX_ERRORS = 50
# Every level that is decoded alone costs a scan of what is below; deeper down, all of it is decoded.
_MAX_SCANS = 8
# Below so many levels only the first error is reported, and only if it is the first error of the document.
_MAX_LEVELS = 50
# How many items of a list are checked together.
_BLOCK = 1000
# msgspec writes this for the key of a dict. Up to so many of them in a path, the key is searched for.
_UNNAMED_KEY, _MAX_UNNAMED_KEYS = "[...]", 3
# Kinds of items that may be large, and so are better left undecoded.
_LARGE_KINDS = {"any", "object", "array", "tuple", "custom"}
_INDEX = re.compile(r"\[(\d+)\]")

#: The path to a value, such as `$.items[0].id`, and the message.
ErrorAt = tuple[str, str]


class _Child(NamedTuple):
    """A value inside an object or a tuple: its step in the path, and its type."""

    step: str
    value: Any
    type: Type


def find_errors(value: Any, described: Type, first: ValidationError) -> list[ErrorAt]:
    """Return the errors of built-in data or a part of a JSON document whose first error is known."""
    if _count_steps(first.rest) > _MAX_LEVELS:
        return [(f"${first.rest}", first.text)]
    return list(islice(_find(value, described, "$", first, 0), MAX_ERRORS))


def _find(value: Any, described: Type, path: str, first: ValidationError, level: int) -> Iterator[ErrorAt]:
    """Return the errors of a value and of what it contains; `first` is its first error."""
    wrong_type = not first.rest and ", got `" in first.text and not first.text.endswith(engine.KEY_SUFFIX)
    if level == _MAX_LEVELS or wrong_type or described.is_model:
        return _check_whole(value, described, path)
    decoded = _decode_level(value, described, level + _count_steps(first.rest))
    member = narrow(described, decoded)
    if isinstance(decoded, dict) and member.fields:
        return _find_in_object(decoded, member, path, first, level)
    if isinstance(decoded, list) and first.rest and member.positions:
        children = [_Child(f"[{i}]", *pair) for i, pair in enumerate(zip(decoded, member.positions))]
        return _find_in_children(children, path, first, level)
    few_unnamed = first.rest.count(_UNNAMED_KEY) <= _MAX_UNNAMED_KEYS
    if isinstance(decoded, (dict, list)) and member.element is not None and few_unnamed:
        return _find_in_items(decoded, member.element, path, first, level)
    return _check_whole(value, described, path)


def narrow(described: Type, value: Any) -> Type:
    """Return the member of a union that an object or array must match, or the type itself if there is not just one."""
    found = described.alternatives
    if found:
        kinds = {"object"} if isinstance(value, dict) else {"array", "tuple"} if isinstance(value, list) else set[str]()
        found = tuple(member for member in found if kinds & member.kinds)
        if len(found) > 1 and isinstance(value, dict):
            found = tuple(member for member in found if _has_tag(member, value))  # pyright: ignore[reportUnknownArgumentType] # isinstance() narrows to dict[Unknown, Unknown]
    return found[0] if len(found) == 1 else described


def _has_tag(described: Type, value: dict[str, Any]) -> bool:
    """Return whether an object carries the tag of a Struct."""
    name = described.tag_field
    return name in value and engine.decode_part(value[name]) == described.tag


def _decode_level(value: Any, described: Type, level: int) -> Any:
    """Return a value decoded one level deep, or wholly where its contents are small or deep down."""
    if not isinstance(value, Raw):
        return value
    item = described.element
    if level >= _MAX_SCANS or (item is not None and not item.kinds & _LARGE_KINDS):
        return engine.decode_part(value)
    # Names that are not fields matter only to a type that forbids them.
    return engine.decode_shallow(value, () if described.forbids_extra else tuple(described.fields))


def _count_steps(path: str) -> int:
    """Return how many levels a path has, roughly: a name can contain a dot or a bracket."""
    return path.count(".") + path.count("[")


def _check_whole(value: Any, described: Type, path: str) -> Iterator[ErrorAt]:
    """Yield the first error of a value without looking into it, or all errors of a model.

    There is none if the error was in a key that comes again with a value that fits.
    """
    error = engine.first_error(value, described.hint, models.decode_hook)
    if error is not None:
        for steps, message in models.model_errors(error.cause, MAX_ERRORS) or [((), error.text)]:
            yield path + error.rest + "".join(map(path_step, steps)), message


def _find_in_object(
    value: dict[str, Any], described: Type, path: str, first: ValidationError, level: int
) -> Iterator[ErrorAt]:
    """Yield the errors of an object: unknown fields, missing fields, its own error, and those of its fields."""
    fields = described.fields
    allowed = {*fields, described.tag_field} if described.forbids_extra else value
    unknown = list(islice((name for name in value if name not in allowed), MAX_ERRORS))
    missing = [name for name, field in fields.items() if field.required and name not in value]
    yield from ((path + path_step(name), "Unknown field") for name in unknown)
    yield from ((path + path_step(name), "Missing field") for name in missing)
    if not (first.rest or unknown or missing):
        yield path, first.text
    children = [_Child(path_step(name), value[name], field.type) for name, field in fields.items() if name in value]
    yield from _find_in_children(children, path, first, level)


def _find_in_children(children: Sequence[_Child], path: str, first: ValidationError, level: int) -> Iterator[ErrorAt]:
    """Yield the errors of values that each have a type; `first` is the first error of them all."""
    leading = [child.step for child in children if re.match(rf"{re.escape(child.step)}(?=[.\[]|\Z)", first.rest)]
    failed = max(leading, key=len, default="")  # a name can contain a dot
    known = ValidationError(first.text, first.rest[len(failed) :])
    for step, value, described in children:
        error = known if step == failed else engine.first_error(value, described.hint, models.decode_hook)
        if error is not None:
            yield from _find(value, described, path + step, error, level + 1)


def _find_in_items(
    value: dict[str, Any] | list[Any], item: Type, path: str, first: ValidationError, level: int
) -> Iterator[ErrorAt]:
    """Yield the errors of the items of a list or dict, which all have one type."""
    if not first.rest:
        yield path, first.text
    keys, items = (list(value), list(value.values())) if isinstance(value, dict) else (range(len(value)), value)
    for index, error in _failing_items(items, item.hint, first):
        yield from _find(items[index], item, path + path_step(keys[index]), error, level + 1)


def _failing_items(items: Sequence[Any], hint: Any, first: ValidationError) -> Iterator[tuple[int, ValidationError]]:
    """Yield the index of each item that does not fit, and its first error.

    msgspec stops at the first error of a block, so the next block starts right after that item.
    """
    start = 0
    known = first if _INDEX.match(first.rest) else None  # saves the first check; a dict's error has no index
    while start < len(items):
        error = known or _check_block(items[start : start + _BLOCK], hint)
        known = None
        found = error and _INDEX.match(error.rest)
        if error and found:
            index = start + int(found[1])
            yield index, ValidationError(error.text, error.rest[found.end() :])
            start = index + 1
        else:
            start += _BLOCK


def _check_block(items: Sequence[Any], hint: Any) -> ValidationError | None:
    """Return the first error of some items, or None."""
    return engine.first_error(engine.join_parts(items), list[hint], models.decode_hook)
