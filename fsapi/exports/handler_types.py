"""Reject annotations of a handler that do not fit its call.

| annotation | is rejected if |
|---|---|
| of a parameter | it cannot be what the parameter receives, a Req, a Res or an Error |
| of the return value | it can only be data: dict, str, a dataclass, a model and the like |

A decorator may add arguments, and send what a function returns. So of what it wraps only a swapped pair is rejected.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from enum import Enum
from itertools import permutations
from numbers import Number
from types import NoneType
from typing import Any, Literal
from uuid import UUID

from fsapi.exports.signatures import READ_REQUEST, is_decorated, mismatch, positional_names
from fsapi.json.hints import alternatives, short_name
from fsapi.request.req import Req
from fsapi.response.error import Error
from fsapi.response.res import Res
from fsapi.tree.mistakes import Rejected

_CLASSES: Mapping[str, type] = {"req": Req, "res": Res, "error": Error}
_DATA = (str, bytes, bytearray, Number, Mapping, Sequence, AbstractSet, date, time, timedelta, UUID, Enum)
# What dataclasses, attrs classes, Structs and pydantic models have.
_DATA_MARKS = ("__dataclass_fields__", "__attrs_attrs__", "__struct_fields__", "model_validate_json")
_Taken = Sequence[tuple[str, Any]]


def check_parameters(
    name: str,
    value: Callable[..., object],
    signature: inspect.Signature | None,
    hints: Mapping[str, Any],
    parameters: Sequence[str],
) -> None:
    """Raise Rejected if a callable takes the parameters in another order, or as types that they are not."""
    own = positional_names(signature)
    if is_decorated(value):
        taken = [(parameter, hint) for parameter, hint in hints.items() if parameter != "return"][: len(parameters)]
        wrong = len(taken) == len(parameters) and _fits_swapped(taken, parameters)
    else:
        # The last one may take all further arguments, as in *args.
        taken = [(parameter, hints.get(parameter, Any)) for parameter in [*own, *own[-1:]][: len(parameters)]]
        wrong = not _fits(taken, parameters)
    if wrong:
        raise _wrong_types(name, taken, hints, parameters)
    swapped = own[: len(parameters)] != [*parameters] and sorted(own[: len(parameters)]) == sorted(parameters)
    if swapped and not hints.keys() & {*parameters}:
        raise mismatch(name, f"({', '.join(own)})", parameters, f"Write `def {name}({', '.join(parameters)}):`.")


def check_return(name: str, value: Callable[..., object], hints: Mapping[str, Any]) -> None:
    """Raise Rejected if the annotation of the return value can only be data."""
    hint = hints.get("return", Any)
    if hint is not NoneType and not is_decorated(value) and all(map(_is_data, alternatives(hint))):
        what = f"{name} is annotated to return {_display(hint)}, but returned data is not sent"
        raise Rejected(what, "Send it with `res.json(...)`, and write `-> None`.")


def holds(hint: Any, cls: type) -> bool:
    """Return whether a type is a class, with or without types in brackets, or a union with it."""
    return any((typing.get_origin(member) or member) is cls for member in alternatives(hint))


def _fits(taken: _Taken, parameters: Sequence[str]) -> bool:
    """Return whether types can be those of the parameters."""
    return all(_can_be(hint, _CLASSES[parameter]) for (_, hint), parameter in zip(taken, parameters))


def _fits_swapped(taken: _Taken, parameters: Sequence[str]) -> bool:
    """Return whether types can be those of the parameters in another order only."""
    return not _fits(taken, parameters) and any(_fits(order, parameters) for order in permutations(taken))


def _can_be(hint: Any, cls: type) -> bool:
    """Return whether a value of a type can be an instance of a class."""
    return any(_overlaps(member, cls) for member in alternatives(hint))


def _overlaps(member: Any, cls: type) -> bool:
    """Return whether a type that is not a union can be a class; what is not a class, such as a TypeVar, can."""
    kind = typing.get_origin(member) or member
    if kind is Literal:
        return False
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return True
    # A TypedDict is a dict, and cannot be asked about subclasses.
    return not issubclass(kind, dict) and (issubclass(cls, kind) or issubclass(kind, cls))


def _is_data(member: Any) -> bool:
    """Return whether a type that is not a union is always data: neither None, nor a Response, nor to be called."""
    kind = typing.get_origin(member) or member
    if kind is Literal:
        return True
    if kind is Any or not isinstance(kind, type) or any("__call__" in vars(base) for base in kind.__mro__):
        return False
    return any(hasattr(kind, mark) for mark in _DATA_MARKS) or issubclass(kind, _DATA)


def _wrong_types(name: str, taken: _Taken, hints: Mapping[str, Any], parameters: Sequence[str]) -> Rejected:
    """Return the mistake of parameters with types that do not fit."""
    written = [f"{parameter}: {_display(hint)}" if parameter in hints else parameter for parameter, hint in taken]
    given = [f"{parameter}: {_CLASSES[parameter].__name__}" for parameter in parameters]
    foreign = "error" not in parameters and not all(
        any(_can_be(hint, cls) for cls in _CLASSES.values()) for _, hint in taken
    )
    remedy = f"Write `def {name}({', '.join(given)}):`."
    return mismatch(name, f"({', '.join(written)})", given, f"{remedy} {READ_REQUEST}" if foreign else remedy)


def _display(hint: Any) -> str:
    """Return a type without the modules of its names, except for a namesake of a class of fsapi."""
    names = {cls.__name__ for cls in _CLASSES.values()}
    is_class = isinstance(hint, type) and not typing.get_args(hint)  # to Python 3.10 Req[int] is a type
    if is_class and hint.__name__ in names and hint not in _CLASSES.values():
        return f"{hint.__module__}.{hint.__qualname__}"
    return short_name(hint)
