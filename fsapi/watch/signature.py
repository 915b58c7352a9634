"""What tells two states of a file apart: its times, its size and its inode, and its content while it is young.

A clock has ticks: two saves within one leave the same times. So for some seconds the content counts too. The time of
the last change of the inode counts because programs can set the other one back; Windows has none.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import blake2b

#: Seconds after which the clock of every file system has moved on.
YOUNG = 3.0
# Bytes of a file that are read at most: no source has more, and to write more takes about as long as a tick.
_MOST = 1 << 24

_open = open  # the project may set it to another one

#: The modification time and the time of the last change in nanoseconds, the size in bytes, and the inode.
Signature = tuple[int, int, int, int]


def sign(status: os.stat_result) -> Signature:
    """Return the signature of a file."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def is_young(signature: Signature) -> bool:
    """Return whether a file may change without a change of its signature."""
    return max(signature[:2]) > time.time_ns() - YOUNG * 1_000_000_000


class TooManyFilesError(Exception):
    """Nothing can be said of a file, since this process or the system has too many open."""


@contextmanager
def unreadable_as_missing() -> Generator[None]:
    """Pass over a file or folder that cannot be read; raise TooManyFilesError if that is not its fault."""
    try:
        yield
    except (OSError, ValueError) as exc:  # a ValueError for what no path can be
        if isinstance(exc, OSError) and exc.errno in (errno.EMFILE, errno.ENFILE):
            raise TooManyFilesError from exc


def digest(path: str) -> str:
    """Return a digest of the first bytes of a file, an empty string if it cannot be read; raise TooManyFilesError.

    Only regular files are read, as Python imports no others: a pipe may have no end.
    """
    with unreadable_as_missing(), _open(path, "rb", opener=_open_at_once) as file:
        state = os.fstat(file.fileno())
        if stat.S_ISREG(state.st_mode):
            # Python makes room for as many bytes as it is to read at most, which takes longer than to read a source.
            return blake2b(file.read(_MOST if state.st_size > _MOST else -1), digest_size=16).hexdigest()
    return ""


def _open_at_once(path: str, flags: int) -> int:
    """Open a file, and do not wait for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
