"""The content types in which a body can come, and the body read by the one in which it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from fsapi.contracts import json_kinds, typeinfo
from fsapi.contracts.coercion import TextFields, is_flat
from fsapi.contracts.validation import Invalid, builder, reader
from fsapi.json.malformed import Malformed
from fsapi.request import content_type
from fsapi.request.contract import UNTYPED
from fsapi.request.req import Req

#: The content types of forms (RFC 7578, and the URL standard of WHATWG, 5).
FORMS = URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
JSON, PLAIN = "application/json", "text/plain"

_Request = Req[Any, Any, Any]
_Read = Callable[[_Request], Any]


def content_types(kind: Any) -> list[str]:
    """Return the content types in which a body of a type can come, none where there is no contract for it."""
    if kind is UNTYPED or kind is None:
        return []
    if FileStorage in json_kinds.unknown_types(kind):
        return [MULTIPART]
    forms = FORMS if is_flat(kind) else ()
    return [JSON, *forms, *([PLAIN] if typeinfo.unwrap(kind) is str else [])]


def body_reader(kind: Any) -> Callable[[_Request], _Read] | None:
    """Return the function that chooses how a body is read by its content type, None where it is not.

    It raises 415, and what it returns raises 400, 413 and Invalid.
    """
    reads = {name: _READERS[name](kind) for name in content_types(kind)}
    if not reads:
        return None
    may_be_missing, accept, json = is_optional(kind), ", ".join(reads), reads.get(JSON)

    def choose(req: _Request) -> _Read:
        name = content_type.media_type(req.environ)
        if json is not None and content_type.is_json(name):
            return json
        read = reads.get(name)
        if read is None and may_be_missing and not name and not req.bytes:
            return _nothing
        if read is None:
            raise content_type.Unsupported(
                f"the body comes as {name!r}" if name else "the body has no content type", accept
            )
        return read

    return choose


def is_optional(kind: Any) -> bool:
    """Tell whether a body may be missing."""
    return bool(json_kinds.kinds_of(kind) & {"null", "any"})


def _json(kind: Any) -> _Read:
    """Return the function that reads JSON."""
    decode, may_be_missing = reader(kind), is_optional(kind)

    def read(req: _Request) -> Any:
        data = req.bytes
        if not data:
            if may_be_missing:
                return None
            raise Invalid([("$", "Missing body")])
        try:
            return decode(data)
        except Malformed as exc:
            raise BadRequest(f"the body is not JSON: {exc}") from None

    return read


def _form(kind: Any) -> _Read:
    """Return the function that reads a form."""
    text, build, files = TextFields(kind), builder(kind), FileStorage in json_kinds.unknown_types(kind)

    def read(req: _Request) -> Any:
        return build(text.collected(form(req, text, files_too=files)))

    return read


def _text(kind: Any) -> _Read:
    """Return the function that reads text."""
    build = builder(kind)

    def read(req: _Request) -> Any:
        return build(content_type.decode_text(req.bytes, req.environ))

    return read


def form(req: Req[Any, Any, Any], text: TextFields, *, files_too: bool) -> Iterator[tuple[str, Any]]:
    """Yield the fields and files that were filled in; raise 400 for a form that cannot be read, and 413.

    Where there are to be files the form is read as a stream, since it can be large, and its bytes are gone.

    A browser sends an input that nobody has filled in as empty text, or as a file without a name.
    """
    if not files_too:
        req.bytes  # noqa: B018 # kept, so that the handler can read it as it can read JSON
    try:
        fields, files = req.raw.read_form()
    except ValueError as exc:
        raise BadRequest(f"the body is not a form: {exc}") from None
    # A part without a name is one of the name None to Werkzeug.
    yield from (pair for pair in fields.items(multi=True) if (pair[1] or pair[0] not in text.textless) and pair[0])
    for name, file in files.items(multi=True):
        if file.filename and (name in text.files or (text.closed and name)):
            yield name, file


def _nothing(req: _Request) -> None:
    """Read a body that is not there."""


_READERS = {JSON: _json, **dict.fromkeys(FORMS, _form), PLAIN: _text}
