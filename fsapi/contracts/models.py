"""Types that msgspec does not know but a contract may use: pydantic models, and uploaded files.

A model is recognised by its methods, so that pydantic is not a dependency.
"""

# isinstance() narrows JSON to containers whose contents pyright calls unknown.
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from werkzeug.datastructures import FileStorage

from fsapi.contracts.model_fields import ModelField, fields
from fsapi.json import engine
from fsapi.json.hints import alternatives, unwrap
from fsapi.json.sources import MISSING, as_mapping, is_array, is_scalar, read_attributes
from fsapi.tree.mistakes import Rejected

# A model builds all of its errors or none. One costs the client a byte of JSON, and the server 3 microseconds.
_MAX_BUILT = 10_000
# How many errors of one model an answer reports.
_MAX_ANSWER_ERRORS = 5
# Types of values that hold no models.
_SCALARS = frozenset({str, int, float, bool, type(None)})
#: The steps of the path to an error in a model, and the message.
_ModelError = tuple[Sequence[str | int], str]


def is_model(hint: Any) -> bool:
    """Return whether a type is a model that decodes JSON by itself."""
    return isinstance(hint, type) and hasattr(hint, "model_validate_json")


def forbids_extra(hint: Any) -> bool:
    """Return whether a model rejects fields that it does not define."""
    return bool(hint.model_config.get("extra") == "forbid")


def reject_unknown(hint: Any) -> None:
    """Raise Rejected for a type that `decode_hook` cannot make."""
    if not is_model(hint) and hint not in (FileStorage, object):
        remedy = "Use a msgspec.Struct, a dataclass, a TypedDict or another type that can be written as JSON."
        raise Rejected(f"contains {hint.__qualname__}, which cannot be written as JSON", remedy)


def decode_hook(hint: type, value: Any) -> Any:
    """Return a value of a type that msgspec does not know; raise ValueError."""
    if is_model(hint):
        return hint.model_validate_json(_write(value))  # type: ignore[attr-defined] # see is_model
    if not isinstance(value, hint):
        raise ValueError("Expected a file")
    return value


class Unfit:
    """Stands in an answer for a value that does not fit a model; nothing can write it."""

    def __init__(self, errors: Sequence[_ModelError]) -> None:
        self.errors = errors


def answer_pick(hint: Any) -> Callable[[Any], Any]:
    """Return the function that writes a value by the serializer of a model, or returns Unfit.

    Instances of subclasses are written as the model; of other values, the model makes an instance.
    """
    hint = _with_bounds(hint)
    accepted = inspect.signature(hint.model_validate).parameters
    options: dict[str, Any] = {"by_alias": True, "by_name": True} if "by_name" in accepted else {}  # pydantic 2.11
    if forbids_extra(hint) and "extra" in accepted:
        options["extra"] = "ignore"

    def pick(value: Any) -> Any:
        is_made = isinstance(value, hint)
        source = value if is_made else _source(value, hint, bool(options))
        try:
            made = value if is_made else hint.model_validate(source, from_attributes=True, **options)
            missing = [*islice(_missing(made, hint, ()), _MAX_ANSWER_ERRORS)]
            return Unfit(missing) if missing else _written(made, hint)
        except ValueError as exc:
            if not type(exc).__module__.startswith("pydantic"):
                raise
            return Unfit(model_errors(exc, _MAX_ANSWER_ERRORS) or [((), str(exc))])

    return pick


def _with_bounds(hint: Any) -> Any:
    """Return a model with the bounds of its type variables: pydantic would write subclasses of them whole."""
    variables = hint.__pydantic_generic_metadata__["parameters"]
    bounds = tuple(getattr(variable, "__bound__", None) or Any for variable in variables)
    return hint[bounds] if any(bound is not Any for bound in bounds) else hint


def models_with_bounds(hint: Any, seen: set[Any]) -> Iterator[Any]:
    """Yield the models in a model whose type variables have a bound and no value: pydantic writes subclasses whole."""
    seen.add(hint)
    hint.model_rebuild()
    for field in hint.model_fields.values():
        for found in _models_in(field.annotation):
            if _with_bounds(found) is not found:
                yield found
            elif found not in seen:
                yield from models_with_bounds(found, seen)


def _models_in(hint: Any) -> Iterator[Any]:
    """Yield the models that a type names."""
    hint = unwrap(hint)
    if is_model(hint):
        yield hint
    for part in typing.get_args(hint):
        yield from _models_in(part)


def _missing(made: Any, cls: Any, steps: Sequence[str | int]) -> Iterator[_ModelError]:
    """Yield the fields that an instance and those in it lack, as `model_construct` allows."""
    held, declared = made.__dict__, cls.model_fields
    if _SCALARS.issuperset(map(type, held.values())) and declared.keys() <= held.keys():
        return
    if not cls.__pydantic_decorators__.model_serializers:
        lacks = (name for name, field in declared.items() if name not in held and not field.exclude)
        yield from (((*steps, name), "Missing field") for name in lacks)
        yield from _missing_in(held.items(), steps)


def _missing_in(items: Iterable[tuple[Any, Any]], steps: Sequence[str | int]) -> Iterator[_ModelError]:
    """Yield the fields that the models in some values lack; each value comes with its step."""
    for step, value in items:
        path = (*steps, step)
        if is_model(type(value)):
            yield from _missing(value, type(value), path)
        elif isinstance(value, dict):
            yield from _missing_in(value.items(), path)
        elif isinstance(value, (list, tuple, set, frozenset)) and not _SCALARS.issuperset(map(type, value)):
            yield from _missing_in(enumerate(value), path)


def _source(value: Any, hint: Any, by_name: bool) -> Any:
    """Return what a model can validate: of an object its attributes, since pydantic hides what they raise."""
    declared = _declared(hint, by_name)
    found = as_mapping(value)
    if found is not None:
        pairs: Iterable[Any] = ((key, found[key]) for key in found)
    elif not declared or is_scalar(value) or is_array(value):
        return value
    else:
        pairs = zip(declared, read_attributes(value, [field.name for field in declared.values()]))
    held = {key: part for key, part in pairs if part is not MISSING}
    return held | {key: _part(held[key], declared[key].hint, by_name) for key in held if key in declared}


@cache
def _declared(hint: Any, by_name: bool) -> dict[str, ModelField]:
    """Return the fields of a model by the names that it validates."""
    return {field.name if by_name else field.json_name: field for field in fields(hint)}


def _part(value: Any, hint: Any, by_name: bool) -> Any:
    """Return what the field of a model can validate, also in lists and dicts."""
    for member in alternatives(hint):
        items = typing.get_args(member)
        if type(value) is dict and typing.get_origin(member) is dict:
            return {key: _part(each, items[1], by_name) for key, each in value.items()}
        if type(value) is list and typing.get_origin(member) is list:
            return [_part(each, items[0], by_name) for each in value]
    found = [] if value is None or is_model(type(value)) else [*filter(is_model, alternatives(hint))]
    return _source(value, found[0], by_name) if len(found) == 1 else value


def _written(made: Any, hint: Any) -> Any:
    """Return what the serializer of a model writes; raise ValueError."""
    serializer = hint.__pydantic_serializer__
    # A model that takes any fields would write those of its subclasses too.
    unknown = {*made.__class__.model_fields} - {*hint.model_fields}
    try:
        return engine.Raw(serializer.to_json(made, by_alias=True, exclude=unknown or None, warnings="error"))
    except ValueError:  # pydantic cannot write a lone surrogate
        return serializer.to_python(made, mode="json", by_alias=True, exclude=unknown or None, warnings="error")


def model_errors(exc: object, most: int) -> list[_ModelError]:
    """Return the path and message of at most `most` errors of a model; none if the exception is not a model's."""
    if not hasattr(exc, "error_count"):
        return []
    error: Any = exc
    if error.error_count() > _MAX_BUILT:
        return [((), f"{error.error_count()} errors, too many to list")]
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [(each["loc"], each["msg"]) for each in found[:most]]


_write = engine.encoder(str)
