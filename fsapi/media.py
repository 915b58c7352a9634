"""The content types in which a body can come, and the body read by the one in which it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest

from fsapi import content, kinds, shape
from fsapi.contract import UNSAID
from fsapi.forms import FORMS, MULTIPART, form
from fsapi.malformed import Malformed
from fsapi.req import Req
from fsapi.text import Text, flat
from fsapi.values import Misfits, builder, reader

JSON, PLAIN = "application/json", "text/plain"

_Request = Req[Any, Any, Any]
_Read = Callable[[_Request], Any]


def types(kind: Any) -> list[str]:
    """Return the content types in which a body of a type can come, none where there is no contract for it."""
    if kind is UNSAID or kind is None:
        return []
    if FileStorage in kinds.foreign(kind):
        return [MULTIPART]
    forms = FORMS if flat(kind) else ()
    return [JSON, *forms, *([PLAIN] if shape.bare(kind) is str else [])]


def chooser(kind: Any) -> Callable[[_Request], _Read] | None:
    """Return the function that chooses how a body is read by its content type, None where it is not.

    It raises 415, and what it returns raises 400, 413 and Misfits.
    """
    reads = {name: _READERS[name](kind) for name in types(kind)}
    if not reads:
        return None
    may_be_missing, accept, json = optional(kind), ", ".join(reads), reads.get(JSON)

    def choose(req: _Request) -> _Read:
        name = content.media(req.environ)
        if json is not None and content.is_json(name):
            return json
        read = reads.get(name)
        if read is None and may_be_missing and not name and not req.bytes:
            return _nothing
        if read is None:
            raise content.Unsupported(f"the body comes as {name!r}" if name else "the body has no content type", accept)
        return read

    return choose


def optional(kind: Any) -> bool:
    """Tell whether a body may be missing."""
    return bool(kinds.words(kind) & {"null", "any"})


def _json(kind: Any) -> _Read:
    """Return the function that reads JSON."""
    decode, may_be_missing = reader(kind), optional(kind)

    def read(req: _Request) -> Any:
        data = req.bytes
        if not data:
            if may_be_missing:
                return None
            raise Misfits([("$", "Missing body")])
        try:
            return decode(data)
        except Malformed as exc:
            raise BadRequest(f"the body is not JSON: {exc}") from None

    return read


def _form(kind: Any) -> _Read:
    """Return the function that reads a form."""
    text, build, files = Text(kind), builder(kind), FileStorage in kinds.foreign(kind)

    def read(req: _Request) -> Any:
        return build(text.collected(form(req, text, files_too=files)))

    return read


def _text(kind: Any) -> _Read:
    """Return the function that reads text."""
    build = builder(kind)

    def read(req: _Request) -> Any:
        return build(content.text(req.bytes, req.environ))

    return read


def _nothing(req: _Request) -> None:
    """Read a body that is not there."""


_READERS = {JSON: _json, **dict.fromkeys(FORMS, _form), PLAIN: _text}
