"""The body of a request as a stream of the io module, as csv and TextIOWrapper need it, and what was read of it."""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Bytes of a record that stay in memory; a larger one is a file, as Werkzeug has it for uploads.
_IN_MEMORY = 500 * 1024


class _Source(Protocol):
    """What the bytes come from."""

    def read(self, size: int, /) -> bytes: ...
    def peek(self) -> bytes: ...


class BodyStream(io.RawIOBase):
    """A stream without a buffer, so that it can be read in turns with its source."""

    def __init__(self, source: _Source) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        """Return True (io.IOBase)."""
        return True

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return the next line, or so many bytes of it; io.IOBase reads byte by byte."""
        left = sys.maxsize if size is None or size < 0 else size
        pieces: list[bytes] = []
        while left:
            ahead = self._source.peek()[:left]
            piece = self._source.read(ahead.find(b"\n") + 1 or len(ahead))
            pieces.append(piece)
            left -= len(piece)
            if not piece or piece.endswith(b"\n"):
                break
        return b"".join(pieces)

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

    def close(self) -> None:
        """Delete the bytes, also where the disk has no room for the last of them."""
        with suppress(OSError):
            self._file.close()

    def read(self, start: int, size: int = -1) -> bytes:
        """Return the bytes from a position on, none past the end."""
        self._file.seek(start)
        return self._file.read(size)

    def write(self, start: int, data: bytes) -> None:
        """Add bytes at the end, which is `start`."""
        self._file.seek(start)
        self._file.write(data)
