"""A body parsed by what its headers say of it: JSON, or text in one of three charsets."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.http import parse_options_header

from fsapi.codec import Malformed, decode

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_log = logging.getLogger("fsapi")
# RFC 9110, 8.3.1 and RFC 6839, 3.1.
_JSON = re.compile(r"application/json|[!#$%&'*+\-.^_`|~0-9a-z]+/[!#$%&'*+\-.^_`|~0-9a-z]+\+json", re.ASCII)
#: The charsets in which text may come, and their codecs: what a client names never reaches `bytes.decode`.
_CHARSETS = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin-1": "latin-1",
    "latin1": "latin-1",
}


def parsed(data: bytes, environ: WSGIEnvironment) -> Any:
    """Return the value of a body; raise 400 or 415."""
    if (environ.get("HTTP_CONTENT_ENCODING") or "identity").lower() != "identity":
        raise _Encoded("the body has a Content-Encoding; send it as it is")
    declared: str = environ.get("CONTENT_TYPE") or ""
    kind = declared.partition(";")[0].strip(" \t").lower()
    if _JSON.fullmatch(kind):
        try:
            return decode(data)
        except Malformed as exc:
            raise BadRequest(f"the body is not JSON: {exc}") from None
    if data[:1] in (b"{", b"["):
        _log.debug("a body that looks like JSON came as %r: send it with `Content-Type: application/json`", kind)
    return _text(data, parse_options_header(declared)[1].get("charset", "").lower())


def _text(data: bytes, charset: str) -> str:
    """Return a body as text; raise 400 where it is not in its charset, 415 where that is not supported."""
    codec = _CHARSETS.get(charset)
    if codec is None:
        raise UnsupportedMediaType(f"the charset {charset!r} is not supported: send UTF-8")
    try:
        return data.decode(codec)
    except UnicodeDecodeError as exc:
        raise BadRequest(f"the body is not {codec} at byte {exc.start}") from None


class _Encoded(UnsupportedMediaType):
    """A 415 that says what would be taken (RFC 9110, 12.5.3)."""

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **kwargs), ("Accept-Encoding", "identity")]
