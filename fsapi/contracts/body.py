"""Read a body by its content type: as JSON, a form (see `forms.py`) or text.

| body | answer |
|---|---|
| with another content type, or without one | 415 |
| no body at all | 415, or None if the contract makes it optional |
| empty, but sent as JSON | 422, or None if the contract makes it optional |
| not JSON, or a form that cannot be read | 400 |
| not of the type of the contract | 422 |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import BadRequest

from fsapi.contracts.coercion import is_flat
from fsapi.contracts.forms import FORMS, MULTIPART, URLENCODED, form_reader
from fsapi.contracts.typeinfo import Type, describe, has_files
from fsapi.contracts.validation import Invalid, builder, reader
from fsapi.json.hints import unwrap
from fsapi.json.malformed import Malformed
from fsapi.request import content_type
from fsapi.request.contract import UNTYPED
from fsapi.request.req import Req, environ_of

JSON, PLAIN = "application/json", "text/plain"

_Request = Req[Any, Any, Any]
_ReadBody = Callable[[_Request], Any]


def content_types(hint: Any) -> list[str]:
    """Return the content types that a body of a type may have; none if the contract has no body."""
    if hint is UNTYPED or hint is None:
        return []
    described = describe(hint)
    if has_files(described):
        return [MULTIPART]
    forms = FORMS if is_flat(described) else ()
    return [JSON, *forms, *([PLAIN] if unwrap(hint) is str else [])]


def body_reader(hint: Any) -> Callable[[_Request], _ReadBody] | None:
    """Return the function that chooses how to read a body; None if the contract has no body.

    That function raises 415; the one that it returns raises 400, 413 and Invalid.
    """
    names = content_types(hint)
    if not names:
        return None
    readers = _readers(describe(hint), names)
    optional, accept, read_json = is_optional(hint), ", ".join(names), readers.get(JSON)

    def choose(req: _Request) -> _ReadBody:
        name = content_type.media_type(environ_of(req))
        if read_json is not None and content_type.is_json(name):
            return read_json
        read = readers.get(name)
        if read is not None:
            return read
        if optional and not name and not req.bytes:
            return _read_nothing
        text = f"the content type {name!r} is not accepted" if name else "the body has no content type"
        raise content_type.Unsupported(f"{text}: send it with `Content-Type: {names[0]}`", accept)

    return choose


def is_optional(hint: Any) -> bool:
    """Return whether a request may come without the body."""
    return bool(describe(hint).kinds & {"null", "any"})


def _readers(described: Type, names: list[str]) -> dict[str, _ReadBody]:
    """Return the function that reads a body of each content type."""
    makers = {JSON: _json_reader, MULTIPART: form_reader, PLAIN: _text_reader}
    readers = {name: make(described) for name, make in makers.items() if name in names}
    return {name: readers[MULTIPART if name == URLENCODED else name] for name in names}


def _json_reader(described: Type) -> _ReadBody:
    """Return the function that reads JSON."""
    decode, optional = reader(described), bool(described.kinds & {"null", "any"})

    def read(req: _Request) -> Any:
        data = req.bytes
        if not data:
            if optional:
                return None
            raise Invalid([("$", "Missing body")])
        try:
            return decode(data)
        except Malformed as exc:
            raise BadRequest(f"the body is not JSON: {exc}") from None

    return read


def _text_reader(described: Type) -> _ReadBody:
    """Return the function that reads plain text."""
    build = builder(described)

    def read(req: _Request) -> Any:
        return build(content_type.decode_text(req.bytes, environ_of(req)))

    return read


def _read_nothing(req: _Request) -> None:
    """Return None for a body that was not sent."""
