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

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from fsapi.contracts import json_kinds, typeinfo
from fsapi.contracts.coercion import is_flat
from fsapi.contracts.forms import FORMS, MULTIPART, form_reader
from fsapi.contracts.validation import Invalid, builder, reader
from fsapi.json.malformed import Malformed
from fsapi.request import content_type
from fsapi.request.contract import UNTYPED
from fsapi.request.req import Req

JSON, PLAIN = "application/json", "text/plain"

_Request = Req[Any, Any, Any]
_ReadBody = Callable[[_Request], Any]


def content_types(hint: Any) -> list[str]:
    """Return the content types that a body of a type may have; none if the contract has no body."""
    if hint is UNTYPED or hint is None:
        return []
    if FileStorage in json_kinds.unknown_types(hint):
        return [MULTIPART]
    forms = FORMS if is_flat(hint) else ()
    return [JSON, *forms, *([PLAIN] if typeinfo.unwrap(hint) is str else [])]


def body_reader(hint: Any) -> Callable[[_Request], _ReadBody] | None:
    """Return the function that chooses how to read a body; None if the contract has no body.

    That function raises 415; the one that it returns raises 400, 413 and Invalid.
    """
    readers = {name: _READERS[name](hint) for name in content_types(hint)}
    if not readers:
        return None
    optional, accept, read_json = is_optional(hint), ", ".join(readers), readers.get(JSON)

    def choose(req: _Request) -> _ReadBody:
        name = content_type.media_type(req.environ)
        if read_json is not None and content_type.is_json(name):
            return read_json
        read = readers.get(name)
        if read is not None:
            return read
        if optional and not name and not req.bytes:
            return _read_nothing
        text = f"the content type {name!r} is not accepted" if name else "the body has no content type"
        raise content_type.Unsupported(text, accept)

    return choose


def is_optional(hint: Any) -> bool:
    """Return whether a request may come without the body."""
    return bool(json_kinds.kinds_of(hint) & {"null", "any"})


def _json_reader(hint: Any) -> _ReadBody:
    """Return the function that reads JSON."""
    decode, optional = reader(hint), is_optional(hint)

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


def _text_reader(hint: Any) -> _ReadBody:
    """Return the function that reads plain text."""
    build = builder(hint)

    def read(req: _Request) -> Any:
        return build(content_type.decode_text(req.bytes, req.environ))

    return read


def _read_nothing(req: _Request) -> None:
    """Return None for a body that was not sent."""


_READERS = {JSON: _json_reader, **dict.fromkeys(FORMS, form_reader), PLAIN: _text_reader}
