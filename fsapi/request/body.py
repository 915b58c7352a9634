"""The body of a request: read once, counted, and never past what the client declared.

| body | answer |
|---|---|
| no Content-Length and not chunked | none; the stream is not touched (RFC 9112, 6.3) |
| longer than the limit | 413, by Content-Length before a byte is read, else while reading |
| shorter than its Content-Length, or cut off | 400 (RFC 9112, 8) |
| a Content-Length that is no number | 400 (RFC 9110, 8.6) |
| chunked, and the server does not say `wsgi.input_terminated` | 411: to read on could wait for ever |
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from werkzeug.exceptions import BadRequest, HTTPException, LengthRequired, NotImplemented, RequestEntityTooLarge

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import WSGIEnvironment

#: Bytes that are read beyond the limit, and thrown away, so that the client can read the answer.
DRAIN = 10 * 1024 * 1024
_PIECE = 64 * 1024
_NUMBER = re.compile(r"[0-9]+", re.ASCII)


class Body(io.RawIOBase):
    """The body as a stream that counts, and as a whole that is read once and kept.

    It takes the place of `wsgi.input`, so that whoever reads, nobody reads too far or too much. `limit` is in
    bytes; None is no limit.
    """

    def __init__(self, environ: WSGIEnvironment, limit: int | None) -> None:
        super().__init__()
        self._source = environ.get("wsgi.input", io.BytesIO())
        self._limit = limit
        self._count = self._place = 0
        self._whole: bytes | None = None
        self._failure: HTTPException | None = None
        self._closers: list[Callable[[], None]] = []
        self._left: int | None = 0
        try:
            self._left = _declared(environ)
        except HTTPException as exc:
            self._failure = exc
        if limit is not None and self._left is not None and self._left > limit:
            self._failure = _too_large(limit)
        environ["wsgi.input"] = self
        environ["wsgi.input_terminated"] = True

    def readable(self) -> bool:
        """Return True, as a stream does that can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer with the next bytes (io.RawIOBase); raise as `whole` does."""
        view = memoryview(buffer).cast("B")
        if self._whole is None:
            data = self._next(len(view))
        else:
            data = self._whole[self._place : self._place + len(view)]
        self._place += len(data)
        view[: len(data)] = data
        return len(data)

    def whole(self) -> bytes:
        """Return all of the body, the same each time; raise 400, 411, 413 or 501.

        Raise RuntimeError where the stream has been read from already: its bytes are gone.
        """
        if self._whole is None:
            if self._place:
                raise RuntimeError("the body has been read as a stream already: read req.body before req.raw")
            pieces = list(iter(lambda: self._next(self._left or _PIECE), b""))
            self._whole = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return self._whole

    def call_on_finish(self, closer: Callable[[], None]) -> None:
        """Let a function be called when the request has been answered."""
        self._closers.append(closer)

    def finish(self) -> None:
        """Read on and throw away, up to DRAIN bytes beyond the limit, so that the client can read the answer.

        A client that has announced more is left alone: it could not be waited for (RFC 9112, 9.3).
        """
        while self._closers:
            self._closers.pop()()
        self._drain()
        self._left = 0  # a second time there is nothing more to do

    def _drain(self) -> None:
        """Throw away what can be waited for."""
        end = DRAIN + (self._count if self._limit is None else self._limit)
        if self._left is not None and self._count + self._left > end:
            return
        with suppress(HTTPException):  # the client is gone, or what it sends has no end that could be found
            while self._left != 0 and self._count < end:
                self._read(_PIECE)

    def _next(self, size: int) -> bytes:
        """Return the next bytes, none at the end."""
        if self._failure is None:
            try:
                data = self._read(size)
            except HTTPException as exc:
                self._failure = exc
            else:
                if self._limit is None or self._count <= self._limit:
                    return data
                self._failure = _too_large(self._limit)
        raise self._failure

    def _read(self, size: int) -> bytes:
        """Return the next bytes of the source whatever the limit; raise 400 where they do not come."""
        if self._left == 0:
            return b""
        try:
            data: bytes = self._source.read(size if self._left is None else min(size, self._left)) or b""
        except HTTPException:
            raise
        except Exception as exc:  # gunicorn raises plain Exceptions for chunks that are cut off or malformed
            raise BadRequest("the body could not be read") from exc
        self._count += len(data)
        if self._left is None:
            self._left = None if data else 0
        elif data:
            self._left -= len(data)
        else:
            declared = self._count + self._left
            raise BadRequest(f"the body ends after {self._count} bytes, but Content-Length is {declared}")
        return data


def _declared(environ: WSGIEnvironment) -> int | None:
    """Return the length of the body in bytes, None where the stream itself ends; raise 400, 411 or 501."""
    coding = environ.get("HTTP_TRANSFER_ENCODING")
    if coding and not environ.get("wsgi.input_terminated"):
        raise LengthRequired() if "chunked" in coding.lower() else NotImplemented()
    length = environ.get("CONTENT_LENGTH")
    if coding or not length:
        return None if environ.get("wsgi.input_terminated") else 0
    if not _NUMBER.fullmatch(length):
        raise BadRequest("Content-Length is not a number")
    # int() takes quadratic time, and refuses more than 4,300 digits with a ValueError.
    return int(length) if len(length) < 19 else sys.maxsize


def _too_large(limit: int) -> RequestEntityTooLarge:
    """Return the exception for a body over the limit."""
    return RequestEntityTooLarge(f"the body is larger than {limit} bytes")
