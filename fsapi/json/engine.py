"""Decode and encode JSON: the only module that imports msgspec.

Decoding is strict (RFC 8259): it rejects bytes that are not UTF-8, NaN, numbers out of range, lone surrogates, and
values of another type than the one asked for. If a key is repeated, the last one wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import msgspec
from msgspec import inspect

from fsapi.json.malformed import Malformed

#: A part of a JSON document that has not been decoded yet.
Raw = msgspec.Raw
#: The type of a field that tells whether it was sent.
UnsetType = msgspec.UnsetType
#: Makes a value of a type that msgspec does not know from built-in data; raises ValueError.
Hook = Callable[[type, Any], Any]

_LOCATION = re.compile(r" - at `(?:(?P<key>key)` in `)?\$(?P<rest>.*)`\Z", re.DOTALL)
#: Ends the text of an error about the key of an object.
KEY_SUFFIX = " as a key"
_OUT_OF_RANGE = "Number out of range"
_SHALLOW = msgspec.json.Decoder(list[Raw] | dict[str, Raw] | str | int | float | bool | None)


class ValidationError(ValueError):
    """A value that does not fit its type: what is wrong, and the path to it within the value, as in `.items[0].id`."""

    def __init__(self, text: str, rest: str = "", cause: BaseException | None = None) -> None:
        super().__init__(text)
        self.text, self.rest, self.cause = text, rest, cause


def decode(data: bytes) -> Any:
    """Return the value of a JSON document; raise Malformed."""
    return _decode(msgspec.json.decode, data)


def decoder(hint: Any, hook: Hook) -> Callable[[bytes], Any]:
    """Return a function that decodes a JSON document as a type; it raises Malformed or ValidationError."""
    read = msgspec.json.Decoder(hint, dec_hook=hook).decode

    def decode_typed(data: bytes) -> Any:
        try:
            if not data.isascii():
                data.decode()  # msgspec does not check what no field takes
            return read(data)
        except msgspec.ValidationError as exc:
            _decode(_skip, data)  # further on it may not even be JSON
            raise _validation_error(exc) from None
        except (RecursionError, UnicodeDecodeError, msgspec.DecodeError) as exc:
            raise Malformed.of(exc, data) from None

    return decode_typed


def reject_malformed(data: bytes) -> None:
    """Raise Malformed for bytes that are not JSON."""
    _decode(_skip, data)
    _decode(bytes.decode, data)


def converter(hint: Any, hook: Hook | None) -> Callable[[Any], Any]:
    """Return a function that converts built-in data to a type; it raises ValidationError."""
    # As the field of a Struct, a type is analyzed only once; a bare TypedDict is analyzed at each call.
    wrapped: Any = msgspec.defstruct("Wrapped", [("value", hint)])

    def convert(value: Any) -> Any:
        try:
            return msgspec.convert({"value": value}, wrapped, dec_hook=hook).value
        except msgspec.ValidationError as exc:
            error = _validation_error(exc)
            raise ValidationError(error.text, error.rest.removeprefix(".value"), error.cause) from None

    return convert


def first_error(value: Any, hint: Any, hook: Hook) -> ValidationError | None:
    """Return the first error in a value, or in a part of a JSON document, checked as a type; None if it fits."""
    try:
        if isinstance(value, Raw):
            msgspec.json.decode(value, type=hint, dec_hook=hook)
        else:
            msgspec.convert(value, hint, str_keys=True, dec_hook=hook)
    except msgspec.ValidationError as exc:
        return _validation_error(exc)
    except RecursionError:  # the depth that was decoded before, but with less of the stack left
        raise Malformed("nested too deep") from None
    return None


def join_parts(parts: Sequence[Any]) -> Any:
    """Return parts of a JSON document as one array, or other values as a list."""
    if parts and isinstance(parts[0], Raw):
        return Raw(b"[%b]" % b",".join(parts))
    return list(parts)


def decode_shallow(part: Raw, names: Sequence[str] = ()) -> Any:
    """Return a part of a JSON document decoded one level deep; with `names`, only those names of an object."""
    if names:
        return msgspec.json.decode(part, type=_typed_dict("parts", dict.fromkeys(names, Raw), total=False))
    return _decode(_SHALLOW.decode, part)


def type_info(hint: Any) -> Any:
    """Return msgspec's description of a type, for `nodes.py`; raise TypeError if it cannot be written as JSON."""
    return inspect.type_info(hint)


def reject_ambiguous(hint: Any) -> None:
    """Raise TypeError for a union whose members cannot be told apart, and NameError for a name that is not defined."""
    msgspec.json.Decoder(hint)


def struct_hints(hint: Any) -> dict[str, Any] | None:
    """Return the types of the fields of a Struct, with type variables filled in, or None for any other class."""
    try:
        return {field.name: field.type for field in msgspec.structs.fields(hint)}
    except TypeError:
        return None


def schemas(
    hints: Sequence[Any], hook: Callable[[type], dict[str, Any]], place: str
) -> tuple[list[Any], dict[str, Any]]:
    """Return the JSON Schemas (2020-12) of types, and by name those they refer to with `place` as the prefix."""
    found = msgspec.json.schema_components(hints, schema_hook=hook, ref_template=place + "{name}")
    own, shared = decode(msgspec.json.encode(found))  # the defaults are still Python values
    return own, shared


def decode_part(part: Any) -> Any:
    """Decode a part of a JSON document; return built-in data as it is."""
    return _decode(msgspec.json.decode, part) if isinstance(part, Raw) else part


def encoder(hook: Callable[[Any], Any]) -> Callable[[Any], bytes]:
    """Return a function that writes compact JSON; NaN and infinities become null, as in JSON.stringify."""
    return msgspec.json.Encoder(enc_hook=hook).encode


def to_builtins(value: Any, hook: Callable[[Any], Any]) -> Any:
    """Return a value as dicts, lists, str, int, float, bool and None."""
    return msgspec.to_builtins(value, enc_hook=hook, str_keys=True)


_skip = msgspec.json.Decoder(Raw).decode
_typed_dict: Any = TypedDict  # type checkers accept its call only with literal names


def _decode(read: Callable[[Any], Any], data: bytes | Raw) -> Any:
    """Return what a function reads from a document; raise Malformed."""
    try:
        return read(data)
    except (RecursionError, UnicodeDecodeError, msgspec.DecodeError) as exc:
        raise Malformed.of(exc, bytes(data)) from None


def _validation_error(exc: msgspec.ValidationError) -> ValidationError:
    """Return an error of msgspec with its text and its path apart; raise Malformed for a number out of range."""
    text = str(exc)
    if text.startswith(_OUT_OF_RANGE):
        raise Malformed.of(exc, b"")
    location = _LOCATION.search(text)
    if location is None:
        return ValidationError(text, cause=exc.__cause__)
    text = text[: location.start()]
    return ValidationError(text + KEY_SUFFIX if location["key"] else text, location["rest"], exc.__cause__)
