"""The content type of a body, and the body parsed by it: JSON, or text in one of three charsets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.http import parse_options_header

from fsapi.json.engine import decode
from fsapi.json.malformed import Malformed
from fsapi.tree.log import logger

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

JSON = "application/json"
#: The content type of a form without files (URL standard of WHATWG, 5).
URLENCODED = "application/x-www-form-urlencoded"
#: The content type of a form with files (RFC 7578).
MULTIPART = "multipart/form-data"
# RFC 9110, 8.3.1 and RFC 6839, 3.1.
_JSON = re.compile(r"application/json|[!#$%&'*+\-.^_`|~0-9a-z]+/[!#$%&'*+\-.^_`|~0-9a-z]+\+json", re.ASCII)
_LOOKS_LIKE_JSON = "a body that looks like JSON was sent as %r: send it with `Content-Type: application/json`"
# The accepted charsets and their codecs: a name sent by a client never reaches `bytes.decode`.
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


def media_type(environ: WSGIEnvironment) -> str:
    """Return the media type of a body in lower case, without parameters; raise 415 for a Content-Encoding."""
    if (environ.get("HTTP_CONTENT_ENCODING") or "identity").lower() != "identity":
        raise Unsupported("the body has a Content-Encoding: send it unencoded", "identity", "Accept-Encoding")
    declared: str = environ.get("CONTENT_TYPE") or ""
    return declared.partition(";")[0].strip(" \t").lower()


def is_json(kind: str) -> bool:
    """Return whether a media type is JSON."""
    return kind == "application/json" or _JSON.fullmatch(kind) is not None


def is_json_type(value: str) -> bool:
    """Return whether the value of a Content-Type header is JSON, whatever its parameters."""
    return is_json(value.partition(";")[0].strip(" \t").lower())


def parse_body(data: bytes, environ: WSGIEnvironment) -> Any:
    """Return a body as JSON data or as text, by its content type; raise 400 or 415."""
    is_exact = environ.get("CONTENT_TYPE") == JSON and "HTTP_CONTENT_ENCODING" not in environ  # as of nearly all bodies
    if is_exact or is_json(kind := media_type(environ)):
        try:
            return decode(data)
        except Malformed as exc:
            raise BadRequest(f"the body is not JSON: {exc}") from None
    if kind == URLENCODED:
        reject_json(data)
    if data[:1] in (b"{", b"["):
        logger().debug(_LOOKS_LIKE_JSON, kind)
    return decode_text(data, environ)


def reject_json(form: bytes) -> None:
    """Raise 415 for the bytes of a form that are JSON: `curl -d` says that all it sends is a form.

    No browser and no library sends such a form, since it would encode the braces and the quotes.
    """
    text = form.strip()
    if text[:1] + text[-1:] in (b"{}", b"[]") and (b"=" not in text or _is_valid(text)):
        logger().debug(_LOOKS_LIKE_JSON, URLENCODED)
        what = f"the body is JSON, but its content type is {URLENCODED!r}"
        raise Unsupported(f"{what}: send it with `Content-Type: {JSON}`", JSON)


def _is_valid(text: bytes) -> bool:
    """Return whether bytes are valid JSON."""
    try:
        decode(text)
    except Malformed:
        return False
    return True


def decode_text(data: bytes, environ: WSGIEnvironment) -> str:
    """Return a body as text; raise 400 for bytes that are not in its charset, 415 for an unsupported charset."""
    charset = parse_options_header(environ.get("CONTENT_TYPE"))[1].get("charset", "").lower()
    codec = _CHARSETS.get(charset)
    if codec is None:
        raise UnsupportedMediaType(f"the charset {charset!r} is not supported: send UTF-8")
    try:
        return data.decode(codec)
    except UnicodeDecodeError as exc:
        raise BadRequest(f"the body is not valid {codec} at byte {exc.start}") from None


class Unsupported(UnsupportedMediaType):
    """A 415 with a header that lists what is accepted (RFC 9110, 15.5.16)."""

    def __init__(self, text: str, accepted: str, header: str = "Accept") -> None:
        super().__init__(text)
        self._header = header, accepted

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """Return the headers of the answer, the list included."""
        return [*super().get_headers(*args, **kwargs), self._header]
