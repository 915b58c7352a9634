"""Check values against a type: which alternative a value must match, and the first value that does not fit."""

# What JSON holds is Any; isinstance() narrows that to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Any

from fsapi.contracts.finite import reject_not_finite
from fsapi.contracts.hooks import decode_hook, digit_hook
from fsapi.contracts.typeinfo import Type, types_below
from fsapi.json import engine
from fsapi.json.hints import unwrap
from fsapi.json.invalid import ValidationError
from fsapi.json.malformed import Malformed

_INDEX = re.compile(r"\[(\d+)\]")
# The kinds of types that a value of each shape can have.
_SHAPES = {"object": {"object"}, "array": {"array", "tuple"}, "": set[str]()}
# Every level that is decoded alone costs a scan of what is below; deeper down, all of it is decoded.
_MAX_SCANS = 8
# Kinds of items that may be large, and so are better left undecoded.
_LARGE_KINDS = {"any", "object", "array", "tuple", "custom"}


@cache
def has_models(described: Type) -> bool:
    """Return whether a type contains a model."""
    return any(part.is_model for part in types_below(described))


@cache
def has_decimals(described: Type) -> bool:
    """Return whether a type contains a Decimal, or a dict with numbers for keys: they can be NaN."""
    parts = types_below(described)
    keys = (part.key for part in parts if part.key is not None)
    return any("float" in key.kinds for key in keys) or Decimal in (
        unwrap(part.hint) for part in parts if "text" in part.kinds
    )


def keeps_digits(described: Type) -> bool:
    """Return whether a type contains decimals, which a float may not hold, or models, which may contain some."""
    return has_decimals(described) or has_models(described)


def decode_level(value: Any, described: Type, level: int) -> Any:
    """Return a value decoded one level deep, or wholly where its contents are small or deep down, without decimals."""
    item = described.element
    is_small = level >= _MAX_SCANS or (item is not None and not item.kinds & _LARGE_KINDS)
    if not isinstance(value, engine.Raw) or (is_small and not keeps_digits(described)):
        with suppress(Malformed):  # a number out of range, whose place is found further down
            return engine.decode_part(value)
    if described.forbids_extra or not described.fields:
        return engine.decode_shallow(value)
    # Names that are not fields matter only to a type that forbids them.
    return engine.decode_shallow(value, [*described.fields, *filter(None, [described.tag_field])])


def fits_shape(described: Type, value: Any) -> bool:
    """Return whether a value is an object or an array, and a type accepts that."""
    return not _SHAPES[engine.shape(value)].isdisjoint(described.kinds)


def narrow(described: Type, value: Any) -> Type:
    """Return the member of a union that an object or array must match, or the type itself if there is not just one."""
    found = tuple(member for member in described.alternatives if fits_shape(member, value))
    if len(found) > 1:
        found = tuple(member for member in found if has_tag(member, value))
    return found[0] if len(found) == 1 else described


def has_tag(described: Type, value: Any) -> bool:
    """Return whether an object or array has the tag of its Struct; an object may leave it out."""
    tag = described.tag
    if tag is None:
        return True
    found = value.get(described.tag_field, tag) if isinstance(value, dict) else next(iter(value), None)
    decoded = engine.decode_part(found)
    return type(decoded) is type(tag) and bool(decoded == tag)


def length_error(value: Sequence[Any], described: Type) -> str | None:
    """Return the error of an array with too few or too many items for its positions, in msgspec's words, or None."""
    least, most = described.least, len(described.positions)
    length = len(value) - (described.tag is not None)
    if described.family != "Struct":
        expected = least if least == most else f"{least} to {most}"
        return None if least <= length <= most else f"Expected `array` of length {expected}"
    if length < least:
        return f"Expected `array` of at least length {least + len(value) - length}"
    return f"Expected `array` of at most length {most}" if length > most and described.forbids_extra else None


def first_error(value: Any, described: Type) -> ValidationError | None:
    """Return the first error of a value, or None."""
    found = first_failure([value], described)
    return found[1] if found else None


def first_failure(values: Sequence[Any], described: Type) -> tuple[int, ValidationError] | None:
    """Return the index of the first of some values that does not fit a type, and its first error, or None."""
    finite = has_decimals(described)
    hook, floats = digit_hook()
    try:
        built = engine.build_all(values, described.hint, hook, floats.keep if has_models(described) else None)
        floats.reject_large(built)
        if finite:
            reject_not_finite(built)
    except ValidationError as exc:
        if not exc.has_place:
            found = ((index, first_failure([value], described)) for index, value in enumerate(values))
            return (0, exc) if len(values) == 1 else next(((index, each[1]) for index, each in found if each), None)
        failure = at_index(exc)
        # All before it fit but for numbers without a value, which are looked for last.
        return (finite and failure and first_failure(values[: failure[0]], described)) or failure
    return None


def key_error(value: dict[str, Any] | list[Any], described: Type) -> ValidationError | None:
    """Return the first error of the keys of a dict, or None."""
    key = described.key
    if key is None or key.hint is str:
        return None
    try:
        keys: Any = dict[key.hint, Any]  # type: ignore[name-defined] # the type is known only at run time
        (built,) = engine.build_all([dict.fromkeys(value)], keys, decode_hook)
        if has_decimals(described):
            reject_not_finite(dict.fromkeys(built))
    except ValidationError as exc:
        return exc if exc.has_place else ValidationError(f"{exc.text} as a key", of_key=True)
    return None


def at_index(error: ValidationError) -> tuple[int, ValidationError] | None:
    """Return the index with which the path of an error begins, and the error within that item; None for others."""
    index = _INDEX.match(error.rest)
    if index is None:
        return None
    return int(index[1]), error.at(error.rest[index.end() :])
