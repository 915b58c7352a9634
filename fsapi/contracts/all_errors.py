"""Find every error in a value, although msgspec reports only the first.

This runs only after validation has failed, and its cost is bounded:
- a list is checked in blocks, so that msgspec skips the items that fit;
- no level of a document is decoded again for each error in it;
- at most MAX_ERRORS errors are found, on at most `_MAX_LEVELS` levels.

Errors come in the order of the fields of a type and of the items of a list.
"""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from fsapi.contracts import checks
from fsapi.contracts.checks import first_error, fits_shape, has_tag
from fsapi.contracts.typeinfo import Type
from fsapi.json import engine
from fsapi.json.invalid import ValidationError
from fsapi.json.path import path_step, shorten
from fsapi.models.errors import ModelError

#: How many errors are reported at most.
MAX_ERRORS = 50
# Below so many levels only the first error is reported, and only if it is the first error of the document.
_MAX_LEVELS = 50
# How many items of a list are checked together.
_BLOCK = 1000
# msgspec writes this for the key of a dict. Up to so many of them in a path, the key is searched for.
_UNNAMED_KEY, _MAX_UNNAMED_KEYS = "[...]", 10
#: The path to a value, such as `$.items[0].id`, and the message.
ErrorAt = tuple[str, str]
_Errors = Iterator[ErrorAt]
# Stands for the error of a key that comes again with a value that fits. It counts, since to find none takes as long.
_NOTHING: ErrorAt = "", ""


class _Failed(NamedTuple):
    """A value that does not fit its type, its path, its first error, and how many levels are above it."""

    value: Any
    path: str
    first: ValidationError
    level: int


class _Child(NamedTuple):
    """A value inside an object or a tuple: its step in the path, and its type."""

    step: str
    value: Any
    type: Type


def find_errors(value: Any, described: Type, first: ValidationError) -> list[ErrorAt]:
    """Return the errors of built-in data or a part of a JSON document whose first error is known.

    There is none if the error was in a key that comes again with a value that fits.
    """
    if _count_steps(first.rest) > _MAX_LEVELS:
        first.reject_out_of_range("$")
        return [(f"${first.rest}", first.text)]
    found = islice(_find(_Failed(value, "$", first, 0), described), MAX_ERRORS)
    return [(shorten(path), shorten(text)) for path, text in found if path]


def _find(failed: _Failed, described: Type) -> _Errors:
    """Yield the errors of a value and of what it contains, _NOTHING if there is none.

    An array has one without a place if nothing in it does.
    """
    found = [*islice(_find_inside(failed, described), MAX_ERRORS)]
    if not (failed.first.has_place or engine.shape(failed.value) != "array" or any(path for path, _ in found)):
        found = [(failed.path, failed.first.text)]
    yield from found or [_NOTHING]


def _find_inside(failed: _Failed, described: Type) -> _Errors:
    """Return the errors of a value and of what it contains, but for one without a place; raise Malformed."""
    value, path, first, level = failed
    if first.rest.count(_UNNAMED_KEY) not in range(1, _MAX_UNNAMED_KEYS + 1):  # else it has to be found by its key
        first.reject_out_of_range(path)
    if level == _MAX_LEVELS or described.is_model or not fits_shape(described, value):
        return _check_whole(value, described, path)
    decoded = checks.decode_level(value, described, level + _count_steps(first.rest))
    member = checks.narrow(described, decoded)
    if not has_tag(member, decoded):
        return _check_whole(value, described, path)
    if isinstance(decoded, dict) and member.family:
        return _find_in_object(failed, decoded, member)
    if isinstance(decoded, list) and (member.positions or member.family):
        return _find_in_tuple(failed, decoded, member)
    item = member.element
    if item is not None and first.rest.count(_UNNAMED_KEY) <= _MAX_UNNAMED_KEYS:
        return chain(_key_errors(failed, decoded, member), _find_in_items(failed, decoded, item))
    return _check_whole(value, described, path)


def _count_steps(path: str) -> int:
    """Return how many levels a path has, roughly: a name can contain a dot or a bracket."""
    return path.count(".") + path.count("[")


def _check_whole(value: Any, described: Type, path: str) -> _Errors:
    """Yield the first error of a value without looking into it, or all errors of a model."""
    if error := first_error(value, described):
        error.reject_out_of_range(path)
        found = error.cause.errors(MAX_ERRORS) if isinstance(error.cause, ModelError) else [("", error.text)]
        yield from ((path + error.rest + rest, message) for rest, message in found)


def _own_error(failed: _Failed, described: Type) -> _Errors:
    """Yield the error of an object or array as a whole, whose contents fit, unless a key that comes again has it."""
    if failed.first.has_place and not failed.first.rest:
        error = first_error(failed.value, described)
        if error is not None and not (error.rest or error.of_key):
            yield failed.path, error.text


def _find_in_object(failed: _Failed, decoded: dict[str, Any], described: Type) -> _Errors:
    """Yield the errors of an object: unknown fields, missing fields, its own error, and those of its fields."""
    fields = described.fields
    allowed = {*fields, described.tag_field} if described.forbids_extra else decoded
    unknown = list(islice((name for name in decoded if name not in allowed), MAX_ERRORS))
    missing = [name for name, field in fields.items() if field.required and name not in decoded]
    yield from ((failed.path + path_step(name), "Unknown field") for name in unknown)
    yield from ((failed.path + path_step(name), "Missing field") for name in missing)
    if not (unknown or missing):
        yield from _own_error(failed, described)
    found = [_Child(path_step(name), decoded[name], field.type) for name, field in fields.items() if name in decoded]
    yield from _find_in_children(failed, found)


def _find_in_tuple(failed: _Failed, decoded: list[Any], described: Type) -> _Errors:
    """Yield the errors of an array whose items each have a type; a tag is the first item."""
    start = 0 if described.tag is None else 1
    found = [_Child(f"[{start + i}]", *pair) for i, pair in enumerate(zip(decoded[start:], described.positions))]
    if (failed.first.rest or not failed.first.has_place) and (
        text := checks.length_error(decoded, described)
    ):  # msgspec has stopped at an item
        yield failed.path, text
    yield from chain(_own_error(failed, described), _find_in_children(failed, found))


def _find_in_children(failed: _Failed, children: Sequence[_Child]) -> _Errors:
    """Yield the errors of values that each have a type."""
    first = failed.first
    leading = [child.step for child in children if _leads(child.step, first.rest)]
    known_step = max(leading, key=len, default="")  # a name can contain a dot
    known = first.at(first.rest[len(known_step) :])
    for step, value, described in children:
        if error := known if step == known_step else first_error(value, described):
            yield from _find(_Failed(value, failed.path + step, error, failed.level + 1), described)


def _leads(step: str, path: str) -> bool:
    """Return whether a path begins with a step; a regex would be compiled again where types have over 512 fields."""
    return path.startswith(step) and path[len(step) : len(step) + 1] in ("", ".", "[")


def _key_errors(failed: _Failed, decoded: dict[str, Any] | list[Any], described: Type) -> _Errors:
    """Yield the own error of a list or dict, and the first one of the keys of a dict."""
    if not failed.first.of_key:
        yield from _own_error(failed, described)
    if error := checks.key_error(decoded, described):
        yield failed.path, error.text


def _find_in_items(failed: _Failed, decoded: dict[str, Any] | list[Any], item: Type) -> _Errors:
    """Yield the errors of the items of a list or dict, which all have one type."""
    keys = list(decoded) if isinstance(decoded, dict) else range(len(decoded))
    items = list(decoded.values()) if isinstance(decoded, dict) else decoded
    for index, error in _failing_items(items, item, failed.first):
        yield from _find(_Failed(items[index], failed.path + path_step(keys[index]), error, failed.level + 1), item)


def _failing_items(
    items: Sequence[Any], described: Type, first: ValidationError
) -> Iterator[tuple[int, ValidationError]]:
    """Yield the index of each item that does not fit, and its first error.

    msgspec stops at the first error of a block, so the next block starts right after that item.
    """
    start, found = 0, checks.at_index(first)  # a dict's error has no index
    if checks.has_decimals(described) or (found and found[0] >= len(items)):  # that of an array that comes again
        found = None
    while start < len(items):
        if found := found or checks.first_failure(items[start : start + _BLOCK], described):
            yield start + found[0], found[1]
        start += found[0] + 1 if found else _BLOCK
        found = None
