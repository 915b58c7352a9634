"""The body of a request as a stream of the io module, as csv and TextIOWrapper need it, and what was read of it."""

from __future__ import annotations

import io
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Bytes of a record that stay in memory; a larger one is a file, as Werkzeug has it for uploads.
_IN_MEMORY = 500 * 1024


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


class Record:
    """The bytes that have been read of a stream, to be read again."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile[bytes](_IN_MEMORY)
        self.close = self._file.close

    def read(self, start: int, size: int = -1) -> bytes:
        """Return the bytes from a position on, none past the end."""
        self._file.seek(start)
        return self._file.read(size)

    def write(self, start: int, data: bytes) -> None:
        """Add bytes at the end, which is `start`."""
        self._file.seek(start)
        self._file.write(data)
