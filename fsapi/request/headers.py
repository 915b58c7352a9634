"""The headers of a request; asking for one that was not sent is a 400.

Two of them say how long the body is, or what is wrong with it; that is kept without the frames that have found it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from werkzeug.exceptions import BadRequest, LengthRequired, NotImplemented, RequestEntityTooLarge

from fsapi.request.missing import Missing

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

E = TypeVar("E", bound=BaseException)

# The environ has these two without the prefix HTTP_ (RFC 3875, 4.1.2 and 4.1.3).
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Headers(Mapping[str, str]):
    """Headers by name, in any case; iteration gives lower case, and the server has joined repeated lines."""

    __slots__ = ("_environ",)

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        # `X_User` is not `X-User`, although the environ has one key for both.
        value = None if "_" in name or not name else self._environ.get(key if key in _UNPREFIXED else f"HTTP_{key}")
        if not isinstance(value, str) or (key in _UNPREFIXED and not value):
            raise Missing("header", name)
        return value

    def __iter__(self) -> Iterator[str]:
        for key, value in self._environ.items():
            if key in _UNPREFIXED and value:
                yield key.lower().replace("_", "-")
            elif key.startswith("HTTP_") and key[5:] and key[5:] not in _UNPREFIXED:
                yield key[5:].lower().replace("_", "-")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


def declared_length(environ: WSGIEnvironment) -> int | None:
    """Return the length of the body in bytes, None where the server ends the stream; raise 400, 411 or 501."""
    coding, length = environ.get("HTTP_TRANSFER_ENCODING"), environ.get("CONTENT_LENGTH")
    if coding and not environ.get("wsgi.input_terminated"):
        raise LengthRequired() if "chunked" in coding.lower() else NotImplemented()
    if coding or not length:
        return None if environ.get("wsgi.input_terminated") else 0
    if not (length.isdigit() and length.isascii()):  # which takes a third of the time of a regex
        raise BadRequest("Content-Length is not a number")
    # int() takes quadratic time and raises ValueError above 4,300 digits.
    return int(length) if len(length) < 19 else sys.maxsize


def unraised(exc: E) -> E:
    """Return an exception like another, but without a traceback, to be kept: that would keep the frames, and bodies."""
    made = type(exc).__new__(type(exc), *exc.args)
    vars(made).update(vars(exc))
    return made


def too_large(limit: int) -> RequestEntityTooLarge:
    """Return the exception for a body over the limit, in bytes."""
    return RequestEntityTooLarge(f"the body is larger than {limit} bytes")
