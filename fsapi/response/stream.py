"""The body of a returned Response while the server iterates over it.

It runs in the context of the request, drains the request's body when it has ended, and lets no exception through that
would harm the server: SystemExit stops a gunicorn worker, and after an OSError the client gets no answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context
from typing import TYPE_CHECKING, Any, TypeVar

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

T = TypeVar("T")


class Stream:
    """An iterable of bytes with `close`, as PEP 3333 asks for."""

    def __init__(
        self,
        body: Any,
        context: Context,
        on_error: Callable[[BaseException], None],
        on_close: Callable[[], None],
    ) -> None:
        """Wrap an iterable; `on_error` gets each exception before it is raised, `on_close` runs after its close."""
        self._body = body
        self._context = context
        self._on_error = on_error
        self._on_close = on_close
        self._iterator: Iterator[bytes] | None = None

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> bytes:
        if self._iterator is None:
            self._iterator = self._run(iter, self._body)
        chunk: bytes = self._run(next, self._iterator)
        return chunk

    def close(self) -> None:
        """Close the body, even if it was not read to its end (PEP 3333, Handling Streaming Data)."""
        try:
            self._run(getattr(self._body, "close", _do_nothing))
        finally:
            self._on_close()

    def _run(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function in the context of the request; raise RuntimeError in place of what would harm the server."""
        try:
            return self._context.run(function, *arguments)
        except StopIteration:
            raise
        except BaseException as exc:
            self._on_error(exc)
            if is_harmless(exc):
                raise
            raise RuntimeError(f"the body of the response raised {exc!r}") from exc


def exactly(body: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield a body up to its declared length, in bytes; raise RuntimeError where it ends before that.

    Else the client would take the next answer on the connection for the rest of this one.
    """
    left = length
    for piece in body:
        if not left and piece:
            return
        yield piece[:left]
        left -= min(left, len(piece))
    if left:
        raise RuntimeError(f"the body ends after {length - left} bytes, but Content-Length is {length}")


class LateStart:
    """A start_response of development: the head is sent with the first piece of a body.

    An exception before that piece can still be shown.
    """

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self._head: tuple[str, list[tuple[str, str]]] = "", []
        self._waits = False

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        """Keep the head."""
        self._head = status, headers
        return _do_nothing

    def send(self) -> None:
        """Send the head, unless it waits for the first piece."""
        if not self._waits:
            self._start_response(*self._head)

    def wait_for(
        self, stream: Iterable[bytes], instead: Callable[[StartResponse, Exception], Iterable[bytes]]
    ) -> Iterable[bytes]:
        """Return a body that sends the head with its first piece; `instead` answers with an exception before it."""
        self._waits = True
        return ClosingIterator(self._pieces(iter(stream), instead), getattr(stream, "close", _do_nothing))

    def _pieces(
        self, stream: Iterator[bytes], instead: Callable[[StartResponse, Exception], Iterable[bytes]]
    ) -> Iterator[bytes]:
        """Yield the pieces of a body."""
        try:
            first = next(stream, None)
        except Exception as exc:
            yield from instead(self._start_response, exc)
            return
        self._start_response(*self._head)
        if first is not None:
            yield first
            yield from stream


def close_with_file(wrapper: Any, close: Callable[[], None]) -> bool:
    """Let a server's file wrapper call a function in place of its own `close`; return False if it cannot be changed."""
    own = wrapper.close

    def close_all() -> None:
        wrapper.close = own  # which the function calls
        close()

    try:
        wrapper.close = close_all
    except AttributeError:  # of a wrapper in C
        return False
    return True


def is_harmless(exc: BaseException) -> bool:
    """Return whether a server survives an exception and answers it; Ctrl-C in the main thread is the server's own."""
    if isinstance(exc, KeyboardInterrupt):
        return threading.current_thread() is threading.main_thread()
    return isinstance(exc, Exception) and not isinstance(exc, OSError)


def _do_nothing(*_: object) -> None:
    """Stand in for a `close` that a body does not have, or for a `write`."""
