"""The keywords of a JSON Schema that one type alone decides: its name and description, values, constraints, default.

And what is wrong with those that a project writes itself.
"""

# JSON is Any; isinstance() narrows it to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Iterator
from enum import Flag, IntFlag
from typing import Any

from fsapi.json import engine

Schema = dict[str, Any]

#: The lists in msgspec's description whose items all have one type.
ARRAYS = ("ListType", "VarTupleType", "SetType", "FrozenSetType")
#: The bytes in it, which are Base64 in JSON.
BYTES = ("BytesType", "ByteArrayType", "MemoryViewType")
_NUMBERS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "pattern": "pattern",
}
_COUNTS = {"string": "Length", "array": "Items", "object": "Properties"}
# What Python says of regexes that JavaScript cannot read either; `[]` and `[^]` mean something there.
_WRONG_PATTERNS = (
    "missing ), unterminated subpattern",
    "unbalanced parenthesis",
    "unterminated character set",
    "nothing to repeat",
    "multiple repeat",
    "bad character range",
)
# The combinations of a flag that are listed; more are told as a range.
_MOST_FLAGS = 32


def class_name(hint: Any) -> str:
    """Return the name of a class, with the types in its brackets."""
    names = (each.__name__ if isinstance(each, type) else str(each) for each in typing.get_args(hint))
    name: str = (typing.get_origin(hint) or hint).__name__
    return f"{name}[{', '.join(names)}]" if typing.get_args(hint) else name


def docstring(hint: Any, name: str) -> str:
    """Return the docstring that a class was given, which is not the signature that Python gives to some."""
    cls = typing.get_origin(hint) or hint
    text = cls.__doc__ or ""
    is_made = name in ("NamedTupleType", "DataclassType") and text.startswith(f"{cls.__name__}(")
    return "" if is_made or text == "An enumeration." else inspect.cleandoc(text)


def enum(cls: Any) -> Schema:
    """Return the schema of an enum by its values; flags can be combined."""
    values = [member.value for member in cls]
    if not issubclass(cls, Flag) or not all(isinstance(value, int) for value in values):
        return {"enum": sorted(values)}
    mask = sum({1 << place for value in values for place in range(value.bit_length()) if value >> place & 1})
    usual = "KEEP" if issubclass(cls, IntFlag) else "STRICT"  # Python 3.10 has no other
    boundary = getattr(getattr(cls, "_boundary_", None), "name", usual)
    if boundary not in ("STRICT", "CONFORM"):
        return {"type": "integer"}
    combined = [value for value in range(min(mask, 2**16) + 1) if value & ~mask == 0]
    if mask > 2**16 or len(combined) > _MOST_FLAGS:
        return {"type": "integer", "minimum": 0, "maximum": mask}
    return {"type": "integer", "enum": combined}


def constraints(node: Any, kind: str) -> Schema:
    """Return the constraints of a type."""
    found = {keyword: getattr(node, name, None) for name, keyword in _NUMBERS.items()}
    for end in ("min", "max"):
        length = getattr(node, f"{end}_length", None)
        if length is not None:
            found[end + _COUNTS[kind]] = 4 * ((length + 2) // 3) if type(node).__name__ in BYTES else length
    return {keyword: value for keyword, value in found.items() if value is not None}


def default(field: Any) -> Schema:
    """Return the default of a field as it is in JSON, if it has one that is the same each time."""
    value, factory = field.default, field.default_factory
    try:
        if engine.has_value(factory) and type(field.type).__name__ in (*ARRAYS, "DictType", "FrozenDictType"):
            value = factory()
        return {"default": engine.in_json(value, sort=True)} if engine.has_value(value) else {}
    except Exception:  # a factory can run any code, and a default need not be JSON
        return {}


def keyword_faults(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield what JSON Schema does not allow in values of the right kind, and the remedy (Validation, 6)."""
    dependent = schema.get("dependentRequired")
    lists = [("required", schema.get("required")), *(dependent.items() if isinstance(dependent, dict) else ())]
    for name, values in lists:
        for value in _repeated(values):
            yield f"has {value!r} twice in {name}", "Write it once."
    patterned = schema.get("patternProperties")
    for pattern in (schema.get("pattern"), *(patterned if isinstance(patterned, dict) else ())):
        if isinstance(pattern, str) and (what := _pattern_fault(pattern)):
            yield f"has the pattern {pattern}, which is not a regex: {what}", "Write one that JavaScript reads."
    if isinstance(step := schema.get("multipleOf"), (int, float)) and step <= 0:
        yield f"has multipleOf {step}", "Write a number above 0."


def _repeated(values: Any) -> list[str]:
    """Return the texts that come again in a list."""
    listed = [each for each in values if isinstance(each, str)] if isinstance(values, list) else []
    return [each for place, each in enumerate(listed) if each in listed[:place]]


def _pattern_fault(pattern: str) -> str:
    """Return what is wrong with a regex in every language, "" if it may be right: JavaScript has other escapes."""
    try:
        re.compile(pattern)
    except re.error as exc:
        is_wrong = exc.msg.startswith(_WRONG_PATTERNS) and "[]" not in pattern and "[^]" not in pattern
        return exc.msg if is_wrong else ""
    return ""
