"""msgspec, behind the functions that the rest of the package needs: JSON to values of a type and back.

Strict in what is taken (RFC 8259): UTF-8 only, no NaN, no number out of range, no lone surrogate, no value of
another type than the one that is asked for; the last of equal keys wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypedDict

import msgspec
from msgspec import inspect

from fsapi.json.malformed import Malformed

#: A part of a JSON document that has not been decoded yet.
Raw = msgspec.Raw
#: Turns a value of a type that msgspec does not know into one of that type; raises ValueError.
Hook = Callable[[type, Any], Any]

_PLACE = re.compile(r" - at `(?:(?P<key>key)` in `)?\$(?P<rest>.*)`\Z", re.DOTALL)
#: What is added to what is wrong with the key of an object.
KEY_SUFFIX = " as a key"
_HUGE = "Number out of range"
_SHALLOW = msgspec.json.Decoder(list[Raw] | dict[str, Raw] | str | int | float | bool | None)


class ValidationError(ValueError):
    """A value that does not fit its type: what is wrong, and where below the value, as in `.items[0].id`."""

    def __init__(self, text: str, rest: str = "", cause: BaseException | None = None) -> None:
        super().__init__(text)
        self.text, self.rest, self.cause = text, rest, cause


def decode(data: bytes) -> Any:
    """Return the value of a JSON document; raise Malformed."""
    return _decode(msgspec.json.decode, data)


def decoder(kind: Any, hook: Hook) -> Callable[[bytes], Any]:
    """Return the function that makes a value of a type from a JSON document; it raises Malformed or ValidationError."""
    read = msgspec.json.Decoder(kind, dec_hook=hook).decode

    def typed(data: bytes) -> Any:
        try:
            if not data.isascii():
                data.decode()  # all of it: msgspec does not look at what no field takes
            return read(data)
        except msgspec.ValidationError as exc:
            _decode(_skip, data)  # what is wrong further on may make it no JSON at all
            raise _validation_error(exc) from None
        except (RecursionError, UnicodeDecodeError, msgspec.DecodeError) as exc:
            raise Malformed.of(exc, data) from None

    return typed


def reject_malformed(data: bytes) -> None:
    """Raise Malformed for bytes that are no JSON."""
    _decode(_skip, data)
    _decode(bytes.decode, data)


def converter(kind: Any, hook: Hook | None) -> Callable[[Any], Any]:
    """Return the function that makes a value of a type from built-in data; it raises ValidationError."""
    # As a field of a Struct a type is read once: a TypedDict would be at each call.
    wrapped: Any = msgspec.defstruct("Wrapped", [("value", kind)])

    def convert(value: Any) -> Any:
        try:
            return msgspec.convert({"value": value}, wrapped, dec_hook=hook).value
        except msgspec.ValidationError as exc:
            found = _validation_error(exc)
            raise ValidationError(found.text, found.rest.removeprefix(".value"), found.cause) from None

    return convert


def first_error(value: Any, kind: Any, hook: Hook) -> ValidationError | None:
    """Return what is wrong first in a value, or in a part of a JSON document, as one of a type."""
    try:
        if isinstance(value, Raw):
            msgspec.json.decode(value, type=kind, dec_hook=hook)
        else:
            msgspec.convert(value, kind, str_keys=True, dec_hook=hook)
    except msgspec.ValidationError as exc:
        return _validation_error(exc)
    except RecursionError:  # at the same depth as before, but from further down
        raise Malformed("nested too deep") from None
    return None


def join_parts(parts: Sequence[Any]) -> Any:
    """Return parts of a JSON document as one array of it, and other values as a list."""
    if parts and isinstance(parts[0], Raw):
        return Raw(b"[%b]" % b",".join(parts))
    return list(parts)


def decode_shallow(part: Raw, names: Sequence[str] = ()) -> Any:
    """Return a part of a JSON document with what it holds left undecoded; of an object, only some names if given."""
    if names:
        return msgspec.json.decode(part, type=_typed_dict("parts", dict.fromkeys(names, Raw), total=False))
    return _decode(_SHALLOW.decode, part)


def type_info(kind: Any) -> Any:
    """Return the description of a type, which `kinds` reads; raise TypeError for what JSON has no form for."""
    try:
        return _described(kind)
    except TypeError:  # what is said about it cannot be hashed
        return inspect.type_info(kind)


def reject_ambiguous(kind: Any) -> None:
    """Raise TypeError for a union whose members could not be told apart, and NameError for a name that is not there."""
    msgspec.json.Decoder(kind)


def struct_hints(kind: Any) -> dict[str, Any] | None:
    """Return the types of the fields of a Struct, type variables filled in, or None for another class."""
    try:
        return {field.name: field.type for field in msgspec.structs.fields(kind)}
    except TypeError:
        return None


def schemas(
    kinds: Sequence[Any], hook: Callable[[type], dict[str, Any]], place: str
) -> tuple[list[Any], dict[str, Any]]:
    """Return the JSON Schemas (2020-12) of types, and those that they share by name; `place` is where those will be."""
    found = msgspec.json.schema_components(kinds, schema_hook=hook, ref_template=place + "{name}")
    own, shared = decode(msgspec.json.encode(found))  # defaults are values of Python
    return own, shared


def decode_part(part: Any) -> Any:
    """Return a part of a JSON document decoded, and built-in data as it is."""
    return _decode(msgspec.json.decode, part) if isinstance(part, Raw) else part


def encoder(hook: Callable[[Any], Any]) -> Callable[[Any], bytes]:
    """Return the function that writes compact JSON; NaN and infinities become null, as JSON.stringify has it."""
    return msgspec.json.Encoder(enc_hook=hook).encode


def to_builtins(value: Any, hook: Callable[[Any], Any]) -> Any:
    """Return a value as dict, list, str, int, float, bool and None."""
    return msgspec.to_builtins(value, enc_hook=hook, str_keys=True)


_described = lru_cache(maxsize=None)(inspect.type_info)
_skip = msgspec.json.Decoder(Raw).decode
_typed_dict: Any = TypedDict  # whose call checkers know with literal names alone


def _decode(read: Callable[[Any], Any], data: bytes | Raw) -> Any:
    """Return what a function reads; raise Malformed."""
    try:
        return read(data)
    except (RecursionError, UnicodeDecodeError, msgspec.DecodeError) as exc:
        raise Malformed.of(exc, bytes(data)) from None


def _validation_error(exc: msgspec.ValidationError) -> ValidationError:
    """Return what msgspec says of a value, its words apart from the place; raise Malformed for what is no value."""
    text = str(exc)
    if text.startswith(_HUGE):
        raise Malformed.of(exc, b"")
    place = _PLACE.search(text)
    if place is None:
        return ValidationError(text, cause=exc.__cause__)
    text = text[: place.start()]
    return ValidationError(text + KEY_SUFFIX if place["key"] else text, place["rest"], exc.__cause__)
