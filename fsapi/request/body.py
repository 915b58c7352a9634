"""The body of a request: read once, counted, and never past the length that the client declared.

| body | result |
|---|---|
| no Content-Length and not chunked | empty; the stream is not touched (RFC 9112, 6.3) |
| longer than the limit | 413, by Content-Length before a byte is read, else while reading |
| shorter than its Content-Length, or cut off | 400 (RFC 9112, 8) |
| a Content-Length that is not a number | 400 (RFC 9110, 8.6) |
| chunked, and the server does not set `wsgi.input_terminated` | 411: reading could block forever |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, HTTPException

from fsapi.request.body_stream import BodyStream, Record
from fsapi.request.headers import declared_length, too_large, unraised

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Bytes read beyond the limit and thrown away, so that the client gets to read the answer.
DRAIN = 10 * 1024 * 1024
_CHUNK, _PEEK = 64 * 1024, 512  # most lines are no longer than the second
_GONE = (
    "the body has been read as a stream already, by middleware, by a contract with files or by the handler, "
    "and was not kept: read req.body or req.bytes before that"
)


class Body:
    """The body of a request, as a stream that counts its bytes or as a whole that is read once and kept.

    It replaces `wsgi.input`, with the methods that PEP 3333 asks for, so that no reader can read past the end or the
    limit. `limit` is in bytes; None is no limit. With `keep` it can be read from its start again after it was read as a
    stream, until `stop_keeping`.
    """

    __slots__ = (
        *("_ahead", "_closers", "_failure", "_keeps", "_kept", "_limit", "_position", "_received", "_remaining"),
        *("_source", "_whole"),
    )

    def __init__(self, environ: WSGIEnvironment, limit: int | None, *, keep: bool = False) -> None:
        self._source: Any = environ.get("wsgi.input")
        # Bytes taken from the source, bytes handed to readers, and bytes still to come: None until the server ends it.
        self._received = self._position = 0
        self._remaining: int | None = 0
        self._whole: bytes | None = None
        # What was read as a stream, as far as it is kept, and bytes taken from the source that nobody has read.
        self._kept: Record | None = None
        self._limit, self._keeps, self._ahead = limit, keep, b""
        self._failure: HTTPException | None = None
        self._closers: list[Callable[[], None]] | None = None
        try:
            self._remaining = declared_length(environ)
        except HTTPException as exc:
            self._failure = unraised(exc)
        if limit is not None and self._remaining is not None and self._remaining > limit:
            self._failure = too_large(limit)
        environ["wsgi.input"] = self
        environ["wsgi.input_terminated"] = True

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes, all that are left by default; raise as `read_all` does."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self._next(_CHUNK), b""))
        return self._next(size) if size else b""

    def peek(self) -> bytes:
        """Return some of the next bytes, none at the end, and leave them there; raise as `read_all` does."""
        if self._whole is None and (self._kept is None or not self._kept.read(self._position, 1)):
            self._ahead = self._ahead or self._read_within_limit(_PEEK)
            return self._ahead
        data = self._next(_PEEK)
        self._position -= len(data)
        return data

    def readline(self, size: int | None = -1) -> bytes:
        """Return the next line; raise as `read_all` does."""
        return BodyStream(self).readline(size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Return the lines that are left; raise as `read_all` does."""
        return BodyStream(self).readlines(hint)

    def __iter__(self) -> Iterator[bytes]:
        return iter(BodyStream(self))

    def read_all(self) -> bytes:
        """Return the whole body, the same each time; raise 400, 411, 413 or 501.

        Raise RuntimeError where it has been read as a stream before: those bytes are gone.
        """
        if self._whole is None:
            if self._position and not self.rewind():
                raise RuntimeError(_GONE)
            data = self._read_within_limit(self._remaining or _CHUNK)
            if self._kept is not None or self._remaining != 0:
                kept = b"" if self._kept is None else self._kept.read(0)
                rest = iter(lambda: self._read_within_limit(self._remaining or _CHUNK), b"")
                data = b"".join([kept, data, *rest])
            self._whole, self._position = data, 0
        return self._whole

    def rewind(self) -> bool:
        """Begin again at the first byte; return whether that is possible."""
        if self._whole is not None or self._keeps:
            self._position = 0
        return not self._position

    def stop_keeping(self) -> None:
        """Keep nothing of what is read from here on."""
        self._keeps = False

    def call_on_finish(self, closer: Callable[[], None]) -> None:
        """Register a function to call when the request has been answered."""
        self._closers = [*(self._closers or ()), closer]

    def finish(self) -> None:
        """Run the closers, then read and discard up to DRAIN bytes beyond the limit, so that the client can read.

        A body that is declared longer than that is left unread: waiting for it would take too long (RFC 9112, 9.3).
        """
        while self._closers:
            self._closers.pop()()
        if self._remaining != 0:
            self._drain()
            self._remaining = 0  # a second call does nothing

    def _next(self, size: int) -> bytes:
        """Return the next bytes of the stream, none at its end."""
        if self._whole is not None:
            data = self._whole[self._position : self._position + size]
        else:
            data = b"" if self._kept is None else self._kept.read(self._position, size)
            if len(data) < size:
                more = self._read_within_limit(size - len(data))
                self._keep(self._position + len(data), more)
                data += more
        self._position += len(data)
        return data

    def _keep(self, start: int, data: bytes) -> None:
        """Keep bytes that have just come, if any reader may want them again."""
        if self._keeps and data:
            if self._kept is None:
                self._kept = Record()
                self.call_on_finish(self._kept.close)
            self._kept.write(start, data)

    def _drain(self) -> None:
        """Discard what is left of the body, if there is not too much of it."""
        end = DRAIN + (self._received if self._limit is None else self._limit)
        if self._remaining is not None and self._received + self._remaining > end:
            return
        with suppress(HTTPException):  # the client is gone, or its body has no valid end
            while self._remaining != 0 and self._received < end:
                self._read(_CHUNK)

    def _read_within_limit(self, size: int) -> bytes:
        """Return the next bytes, none at the end; raise the first failure again at each call."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data if len(data) == size else data + self._read_within_limit(size - len(data))
        if self._failure is None:
            try:
                data = self._read(size)
            except HTTPException as exc:
                self._failure = unraised(exc)
                raise
            if self._limit is None or self._received <= self._limit:
                return data
            self._failure = too_large(self._limit)
        raise unraised(self._failure)

    def _read(self, size: int) -> bytes:
        """Return the next bytes of the source, whatever the limit; raise 400 where the source fails or ends early."""
        if self._remaining == 0:
            return b""
        wanted = size if self._remaining is None or size < self._remaining else self._remaining
        try:
            data: bytes = self._source.read(wanted) or b""
        except HTTPException:
            raise
        except Exception as exc:  # gunicorn raises plain Exceptions for malformed or truncated chunks
            raise BadRequest("the body could not be read") from exc
        self._received += len(data)
        if self._remaining is None:
            self._remaining = None if data else 0
        elif data:
            self._remaining -= len(data)
        else:
            declared = self._received + self._remaining
            raise BadRequest(f"the body ends after {self._received} bytes, but Content-Length is {declared}")
        return data
