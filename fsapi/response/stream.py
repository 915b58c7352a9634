"""The body of a returned Response while the server iterates it.

It runs in the context of the request, the body of the request is drained when it has ended, and no failure of
it can take the server down: SystemExit would stop a gunicorn worker, and an OSError would leave the client
without an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context
from typing import TypeVar

T = TypeVar("T")


class Stream:
    """An iterable of bytes with `close`, as PEP 3333 asks for."""

    def __init__(
        self,
        body: Iterable[bytes],
        context: Context,
        failed: Callable[[BaseException], None],
        closed: Callable[[], None],
    ) -> None:
        """Wrap a body; `failed` sees an exception before it is raised, `closed` runs after the body's own close."""
        self._body = body
        self._context = context
        self._failed = failed
        self._closed = closed
        self._iterator: Iterator[bytes] | None = None

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> bytes:
        if self._iterator is None:
            self._iterator = self._run(iter, self._body)
        chunk: bytes = self._run(next, self._iterator)
        return chunk

    def close(self) -> None:
        """Close the body, however far it was read (PEP 3333, Handling Streaming Data)."""
        try:
            self._run(getattr(self._body, "close", _nothing))
        finally:
            self._closed()

    def _run(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function in the context of the request; raise RuntimeError for what would end the server."""
        try:
            return self._context.run(function, *arguments)
        except StopIteration:
            raise
        except BaseException as exc:
            self._failed(exc)
            if harmless(exc):
                raise
            raise RuntimeError("the body of a response failed") from exc


def harmless(exc: BaseException) -> bool:
    """Tell whether a server survives an exception, and answers it; Ctrl-C in the main thread is for it alone."""
    if isinstance(exc, KeyboardInterrupt):
        return threading.current_thread() is threading.main_thread()
    return isinstance(exc, Exception) and not isinstance(exc, OSError)


def _nothing() -> None:
    """Close what has nothing to close."""
