"""Decode and encode JSON: the only module that imports msgspec.

Decoding is strict (RFC 8259): it rejects bytes that are not UTF-8, NaN, numbers out of range, lone surrogates, and
values of another type than the one asked for. If a key is repeated, the last one wins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypedDict

import msgspec
from msgspec import inspect

from fsapi.json.invalid import ValidationError, error_of, is_project_error, read_error
from fsapi.json.malformed import Malformed

#: A part of a JSON document that has not been decoded yet.
Raw = msgspec.Raw
#: The type of a field that tells whether it was sent.
UnsetType, UNSET = msgspec.UnsetType, msgspec.UNSET
#: Make a Struct, a field of one, constraints; Decoder raises Misfit, or NotJSON, which each Misfit is too.
define, field, Meta, Decoder = msgspec.defstruct, msgspec.field, msgspec.Meta, msgspec.json.Decoder
Misfit, NotJSON = msgspec.ValidationError, msgspec.DecodeError
#: Makes a value of a type that msgspec does not know from built-in data, or a float of text; raises ValueError.
Hook = Callable[[type, Any], Any]
FloatHook = Callable[[str], Any] | None

_ANY = msgspec.json.Decoder()
_SHALLOW = msgspec.json.Decoder(list[Raw] | dict[str, Raw] | str | int | float | bool | None)


def decode(data: bytes | Raw, read: Callable[[Any], Any] = _ANY.decode) -> Any:
    """Return the value of a JSON document, or what another function reads from it; raise Malformed."""
    try:
        return read(data)
    except (RecursionError, UnicodeDecodeError, msgspec.DecodeError) as exc:
        raise Malformed.of(exc, bytes(data)) from None


def decoder(hint: Any, hook: Hook, float_hook: FloatHook = None) -> Callable[[bytes], Any]:
    """Return a function that decodes a JSON document as a type; it raises Malformed or ValidationError.

    An exception of the project's own code is raised as it is, but for a ValueError where an instance has been made.
    """
    read = msgspec.json.Decoder(hint, dec_hook=hook, float_hook=float_hook).decode

    def decode_typed(data: bytes) -> Any:
        try:
            if not data.isascii():
                data.decode()  # msgspec does not check what no field takes
            return read(data)
        except (msgspec.ValidationError, TypeError) as exc:
            decode(data, _skip)  # further on it may not even be JSON
            raise error_of(exc, first_error(Raw(data), hint, hook, float_hook)) from None
        except (RecursionError, UnicodeDecodeError, msgspec.DecodeError) as exc:
            raise _malformed(exc, data) from None

    return decode_typed


def reject_malformed(data: bytes) -> None:
    """Raise Malformed for bytes that are not JSON."""
    decode(data, _skip)
    decode(b"" if data.isascii() else data, bytes.decode)


def converter(hint: Any, hook: Hook | None) -> Callable[[Any], Any]:
    """Return a function that converts built-in data to a type; it raises ValidationError."""
    # Any keyword doubles the time of msgspec.convert, so an absent hook is not passed as None.
    run: Any = msgspec.convert if hook is None else partial(msgspec.convert, dec_hook=hook)
    hook_name = "" if hook is None else hook.__name__
    # As the field of a Struct, a type is analyzed only once; a bare TypedDict is analyzed at each call.
    wrapped: Any = msgspec.defstruct("Wrapped", [("value", hint)])

    def convert(value: Any) -> Any:
        try:
            return run({"value": value}, wrapped).value
        except (msgspec.ValidationError, TypeError) as exc:
            raise read_error(exc, hook_name, ".value") from None

    return convert


def build_all(values: Sequence[Any], hint: Any, hook: Hook, float_hook: FloatHook = None) -> list[Any]:
    """Return built-in data or parts of a JSON document, each built as a type.

    Raise ValidationError for the first that does not fit: its path begins with the index, if it has a place.
    """
    hints: Any = list[hint]
    try:
        if values and isinstance(values[0], Raw):
            data = b"[%b]" % b",".join(values)
            built: list[Any] = msgspec.json.Decoder(hints, dec_hook=hook, float_hook=float_hook).decode(data)
        else:
            built = msgspec.convert(list(values), hints, str_keys=True, dec_hook=hook)
    except (msgspec.ValidationError, TypeError) as exc:
        raise read_error(exc, hook.__name__) from None
    except RecursionError as exc:  # the depth that was decoded before, but with less of the stack left
        raise _malformed(exc, b"".join(part for part in values if isinstance(part, Raw))) from None
    return built


def first_error(value: Any, hint: Any, hook: Hook, float_hook: FloatHook = None) -> ValidationError | None:
    """Return the first error in a value, or in a part of a JSON document, checked as a type; None if it fits."""
    try:
        build_all([value], hint, hook, float_hook)
    except ValidationError as exc:
        return exc.at(exc.rest.removeprefix("[0]"))
    return None


def shape(value: Any) -> str:
    """Return whether built-in data or a part of a JSON document is an "object" or an "array"; "" for others."""
    if isinstance(value, Raw):
        return {b"{": "object", b"[": "array"}.get(bytes(memoryview(value)[:1]), "")
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else ""


def last_of_equal_keys(data: bytes, change: Callable[[Any], Any] = lambda value: value) -> bytes:
    """Return a JSON document without the keys that come again, changed as built-in data that has its floats as Raw."""
    return msgspec.json.encode(change(_keeping_digits(data)))


def decode_shallow(part: Raw, names: Sequence[str] = ()) -> Any:
    """Return a part of a JSON document decoded one level deep; with `names`, only those names of an object."""
    if names:
        return msgspec.json.decode(part, type=_typed_dict("parts", dict.fromkeys(names, Raw), total=False))
    return decode(part, _SHALLOW.decode)


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


def has_value(default: object) -> bool:
    """Return whether the default of a field, as msgspec describes it, is a value."""
    return default is not msgspec.NODEFAULT


def in_json(value: Any, *, sort: bool = False) -> Any:
    """Return a value as JSON gives it back, with sets and keys in order if `sort`; raise TypeError."""
    return decode(msgspec.json.encode(value, order="deterministic" if sort else None))


def decode_part(part: Any) -> Any:
    """Decode a part of a JSON document; return built-in data as it is."""
    return decode(part) if isinstance(part, Raw) else part


def encoder(hook: Callable[[Any], Any]) -> Callable[[Any], bytes]:
    """Return a function that writes compact JSON; NaN and infinities become null, as in JSON.stringify."""
    return msgspec.json.Encoder(enc_hook=hook).encode


def to_builtins(value: Any, hook: Callable[[Any], Any]) -> Any:
    """Return a value as dicts, lists, str, int, float, bool and None."""
    return msgspec.to_builtins(value, enc_hook=hook, str_keys=True)


_skip = msgspec.json.Decoder(Raw).decode
_keeping_digits = msgspec.json.Decoder(float_hook=lambda text: Raw(text.encode())).decode
# Levels of a document that a method of the project's may need to itself.
_SPARE = 200
_typed_dict: Any = TypedDict  # type checkers accept its call only with literal names


def _malformed(exc: Exception, data: bytes) -> Exception:
    """Return the exception for bytes that are not JSON, or that of the project's own code as it is.

    Code that runs deep inside of a document has no stack left, which is the document's fault.
    """
    if is_project_error(exc) and not (isinstance(exc, RecursionError) and _is_deep(data)):
        return exc
    return Malformed.of(exc, data)


def _is_deep(data: bytes) -> bool:
    """Return whether a document is nested so deep that little of the stack is left."""
    try:
        _skip(b"[" * _SPARE + data + b"]" * _SPARE)
    except RecursionError:
        return True
    return False
