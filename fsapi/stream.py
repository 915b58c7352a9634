"""The body of a returned Response while the server iterates it.

It runs in the context of the request, its request body is drained when it has ended, and a failure halfway
cannot take the server down: `SystemExit` would reach the main loop of a gunicorn worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import Context


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
        self._iterator = iter(body)
        self._context = context
        self._failed = failed
        self._closed = closed

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> bytes:
        try:
            return self._context.run(next, self._iterator)
        except StopIteration:
            raise
        except BaseException as exc:
            self._failed(exc)
            raise

    def close(self) -> None:
        """Close the body, however far it was read (PEP 3333, Handling Streaming Data)."""
        try:
            self._context.run(getattr(self._body, "close", _nothing))
        finally:
            self._closed()


def _nothing() -> None:
    """Close what has nothing to close."""
