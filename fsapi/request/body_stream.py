"""The body of a request as a stream of the io module, as csv and TextIOWrapper need it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class _Source(Protocol):
    """What the bytes come from."""

    def read(self, size: int, /) -> bytes: ...


class BodyStream(io.RawIOBase):
    """A stream without a buffer, so that it can be read in turns with its source."""

    def __init__(self, source: _Source) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        """Return True (io.IOBase)."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer with the next bytes (io.RawIOBase); raise what the source raises."""
        view = memoryview(buffer).cast("B")
        data = self._source.read(len(view))
        view[: len(data)] = data
        return len(data)
