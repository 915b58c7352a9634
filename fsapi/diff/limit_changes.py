"""What has changed of the values that one alternative of a schema allows, and whether they have become fewer."""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fsapi.diff.alternatives import Alternative

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
# Keywords of which any other value is another restriction.
_EXACT = (
    *("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType", "contentSchema"),
    *("propertyNames", "patternProperties", "contains", "dependentRequired", "dependentSchemas", "not", "if", "then"),
)
# Exclusive limits of whole numbers, with the inclusive ones that say the same, and how far they are.
_WHOLE = (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1))

#: What a change is, and whether there are fewer values now; None if they are others.
_Restriction = tuple[str, bool | None]


def find_value_changes(old: Alternative, new: Alternative) -> Iterator[_Restriction]:
    """Yield the changes of `enum` and `const`."""
    before, after = (None if (found := each.schema.get("enum")) is None else {*map(show, found)} for each in (old, new))
    if before is None and after is not None:
        yield f"is {' or '.join(sorted(after))}, was any {old.type}", True
    elif after is None and before is not None:
        yield f"is any {new.type}, was {' or '.join(sorted(before))}", False
    elif before is not None and after is not None:
        yield from ((f"{each} is gone", True) for each in sorted(before - after))
        yield from ((f"{each} is new", False) for each in sorted(after - before))


def find_limit_changes(old: Alternative, new: Alternative) -> Iterator[_Restriction]:
    """Yield the changes of keywords such as `minimum`."""
    limits = [_inclusive(each) for each in (old, new)]
    for keyword in (*_LOWER, *_UPPER, *_EXACT):
        before, after = (each.get(keyword) for each in limits)
        if before != after:
            yield f"{keyword} is {show(after)}, was {show(before)}", _is_narrower(keyword, before, after)


def show(value: Any) -> str:
    """Return a value as JSON, for a message."""
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


def _is_narrower(keyword: str, before: Any, after: Any) -> bool | None:
    """Return whether a keyword allows fewer values than before, or None if it allows others."""
    if before is None or after is None:
        return before is None
    if keyword in _EXACT or not (isinstance(before, (int, float)) and isinstance(after, (int, float))):
        return None
    return (after > before) == (keyword in _LOWER)


def _inclusive(alternative: Alternative) -> Mapping[str, Any]:
    """Return the keywords of an alternative; those of whole numbers with limits that they can reach."""
    limits = dict(alternative.schema)
    for exclusive, inclusive, step in _WHOLE if alternative.type == "integer" else ():
        if isinstance(limits.get(exclusive), int) and inclusive not in limits:
            limits[inclusive] = limits.pop(exclusive) + step
    return limits
