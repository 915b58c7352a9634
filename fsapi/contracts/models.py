"""Types that msgspec cannot handle alone: pydantic models, uploaded files, unions on which it crashes, misread names.

A model is recognised by its methods, so that pydantic is not a dependency.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import typing
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from werkzeug.datastructures import FileStorage

from fsapi.json import engine
from fsapi.json.encode import encode
from fsapi.json.hints import display_name, expanded, inside, is_misread, members, open_field_types, short_name, unwrap
from fsapi.json.type_variables import is_limited, is_open_model, stand_in, variables_in
from fsapi.tree.mistakes import Rejected

# What dataclasses, attrs classes, Structs, TypedDicts and NamedTuples have.
_FIELD_MARKS = ("__dataclass_fields__", "__attrs_attrs__", "__struct_fields__", "__total__", "_fields")
# Limits of numbers and of lengths in msgspec's Meta.
_LIMITS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length")
# Classes that msgspec has been found to read as they are, with all below them.
_harmless = set[Any]()


def is_model(hint: Any) -> bool:
    """Return whether a type is a model that decodes JSON by itself."""
    return isinstance(hint, type) and hasattr(hint, "model_validate_json")


def forbids_extra(hint: Any) -> bool:
    """Return whether a model rejects fields that it does not define."""
    return bool(hint.model_config.get("extra") == "forbid")


def is_strict(hint: Any) -> bool:
    """Return whether a model takes no text for numbers."""
    return bool(hint.model_config.get("strict"))


def reject_unknown(hint: Any) -> None:
    """Raise Rejected for a type that `decode_hook` cannot make."""
    if not is_model(hint) and hint not in (FileStorage, object):
        remedy = "Use a msgspec.Struct, a dataclass, a TypedDict or another type that can be written as JSON."
        raise Rejected(f"contains {hint.__qualname__}, which cannot be written as JSON", remedy)


def has_fields(hint: Any) -> bool:
    """Return whether a type is a class with fields that its annotations declare: not a model of pydantic."""
    cls: Any = typing.get_origin(hint) or hint
    return isinstance(cls, type) and any(hasattr(cls, mark) for mark in _FIELD_MARKS)


def with_limits(hint: Any) -> Any:
    """Return a model with the limits of its type variables: pydantic would write subclasses of them whole."""
    variables = hint.__pydantic_generic_metadata__["parameters"]
    return hint[tuple(map(stand_in, variables))] if any(map(is_limited, variables)) else hint


def limited_generics(hint: Any, seen: set[object]) -> Iterator[Any]:
    """Yield the classes in a model whose type variables have a limit and no value: pydantic writes subclasses whole."""
    seen.add(_key(hint))
    for found in [part for field in _field_types(hint) for part in _classes_in(field)]:
        if any(is_limited(variable) for field in _field_types(found) for variable in variables_in(field)):
            yield found
        elif _key(found) not in seen:
            yield from limited_generics(found, seen)


def find_unwritable(hint: Any) -> str:
    """Return the field in a type whose schema cannot be written, or the class whose annotations raise, else ""."""
    seen, pending = set[object](), list[Any]()
    with suppress(Exception):  # of `type X = 1 / 0`
        pending += _classes_in(hint)
    while pending:
        cls = pending.pop()
        if _key(cls) not in seen:
            seen.add(_key(cls))
            try:
                for name, field in _said_of_fields(cls):
                    if not all(map(_is_writable, field)):
                        return f": {short_name(cls)}.{name}"
                pending += [part for field in _field_types(cls) for part in _classes_in(field)]
            except Exception:  # such as `"Node" | None` under `from __future__ import annotations`
                return f": {short_name(cls)}"
    return ""


def _key(hint: Any) -> object:
    """Return what tells a class from others; the metadata in its brackets may not be hashable."""
    return typing.get_origin(hint) or hint, repr(hint)


def reject_misread(hint: Any) -> None:
    """Raise Rejected for a type that msgspec reads as another one, or on which it ends the process."""
    seen = set[Any]()
    for part in _types_in(hint, seen):
        if (crash := _find_crash([*_members(part)])) is not None:
            what = f"has a union of {display_name(crash)} and a type with limits, on which msgspec crashes"
            raise Rejected(what, "Write a NamedTuple in place of the tuple.")
        if is_misread(part):
            what = f"has `{short_name(part)}` in a class, which msgspec reads as another type"
            raise Rejected(what, f"Write what it means: `{short_name(expanded(part))}`.")
        if is_open_model(model := unwrap(part)):
            name = short_name(model.__pydantic_generic_metadata__["origin"])
            what = f"has the model {name} with a type variable in its brackets, which only another model can fill in"
            raise Rejected(what, "Make the class around it a model, or write the type itself in its brackets.")
    _harmless.update(seen)


def _find_crash(union: Sequence[Any]) -> Any:
    """Return a tuple in a union with a type with limits, or None.

    msgspec ends the process when Python collects the garbage around such a union.
    """
    tuples = [each for each in map(unwrap, union) if typing.get_origin(each) is tuple]
    fixed = [each for each in tuples if ... not in typing.get_args(each)]
    return fixed[0] if len(union) > 1 and fixed and any(map(_has_limits, union)) else None


def _types_in(hint: Any, seen: set[Any]) -> Iterator[Any]:
    """Yield a type, and all types in it and in the fields of its classes, but for those of models."""
    yield hint
    hint = unwrap(hint)
    below = [*typing.get_args(hint)]
    if has_fields(hint) and hint not in seen and hint not in _harmless:
        seen.add(hint)
        below += open_field_types(hint).values()
    for part in below:
        yield from _types_in(part, seen)


def _members(hint: Any) -> Iterator[Any]:
    """Yield the members of a union, and of the unions in it, with their metadata; else the type itself."""
    parts = members(hint)
    yield from (member for part in parts for member in _members(part)) if parts else (hint,)


def _has_limits(hint: Any) -> bool:
    """Return whether the metadata of a type, under any names, says what numbers or lengths it takes."""
    said = [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, engine.Meta)]
    within = inside(hint)
    return any(getattr(each, name) is not None for each in said for name in _LIMITS) or (
        within is not hint and _has_limits(within)
    )


def _said_of_fields(cls: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the fields of a class, with what they say of their schemas."""
    if is_model(cls):
        for name, field in cls.model_fields.items():
            yield name, [field.json_schema_extra, field.examples]
        return
    for name, hint in open_field_types(cls).items():
        said = getattr(hint, "__metadata__", ())
        yield name, [getattr(each, key, None) for each in said for key in ("extra_json_schema", "extra", "examples")]


def _is_writable(value: Any) -> bool:
    """Return whether what a field says of its schema is JSON, or a function that changes the schema."""
    try:
        encode(None if callable(value) else value)
    except TypeError:
        return False
    return True


def _field_types(hint: Any) -> Iterator[Any]:
    """Yield the types of the fields of a class, with type variables that have no value as they are."""
    if is_model(hint):
        hint.model_rebuild()
        yield from (field.annotation for field in hint.model_fields.values())
    else:
        yield from open_field_types(hint).values()


def _classes_in(hint: Any) -> Iterator[Any]:
    """Yield the models and other classes with fields that a type names; a name can contain itself."""
    pending, seen = [hint], list[Any]()
    while pending:
        part = unwrap(pending.pop(0))
        if part not in seen:
            seen.append(part)
            if is_model(part) or has_fields(part):
                yield part
            pending = [*typing.get_args(part), *pending]
