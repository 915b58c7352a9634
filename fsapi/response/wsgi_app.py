"""Answer with a WSGI application that a handler has returned (PEP 3333)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class _Answer:
    """What an application answers, while it runs; Werkzeug's `run_wsgi_app` raises every `exc_info`, and loses data."""

    def __init__(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        self.head: tuple[str, list[tuple[str, str]]] | None = None
        self.sent = False
        self._written: deque[bytes] = deque()
        self._body = app(environ.copy(), self._start_response)
        self.close = getattr(self._body, "close", None)

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """Keep a status and headers; an application may replace them, with `exc_info`, until something is sent."""
        if exc_info is not None and self.sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self.head is not None:
            raise RuntimeError("the application called start_response twice")
        self.head = status, headers
        return self._write

    def _write(self, data: bytes) -> None:
        """Keep data until its place in the body has come; it counts as sent, since PEP 3333 wants no delay."""
        self.sent = self.sent or bool(data)
        self._written.append(data)

    def pieces(self) -> Iterator[bytes]:
        """Yield the body, with what `write` was given in its place."""
        for piece in self._body:
            yield from self._take_written()
            yield piece
        yield from self._take_written()

    def _take_written(self) -> Iterator[bytes]:
        """Yield what `write` was given since the last time."""
        while self._written:
            yield self._written.popleft()


def call_wsgi_app(app: WSGIApplication, environ: WSGIEnvironment) -> Response:
    """Call an application up to the first piece of its body, and return its answer as a Response."""
    answer = _Answer(app, environ)
    callbacks = [answer.close] if answer.close is not None else []
    try:
        pieces = answer.pieces()
        start = next((piece for piece in pieces if piece), b"")
        if answer.head is None:
            raise RuntimeError("the application did not call start_response")
    except BaseException:
        for close in callbacks:
            close()
        raise
    answer.sent = True
    status, headers = answer.head
    return Response(ClosingIterator(_chain(start, pieces), callbacks), status, headers)


def _chain(start: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the first piece of a body, and the rest."""
    if start:
        yield start
    yield from pieces
