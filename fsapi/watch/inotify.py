"""The inotify of Linux: the system keeps a list of what happens in folders, so nothing is missed between two questions.

An event is in the list before the call that made it returns. Only file systems of this machine have such events: on
those of a network, and in folders that a virtual machine shares, a file changes without one.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

#: None on other systems, and in a Python without libffi.
CTYPES = import_module("ctypes") if sys.platform == "linux" and find_spec("_ctypes") is not None else None

#: What happened to the content of a file or to its times.
MODIFIED = 0x2 | 0x4
#: A name came, went, or belongs to another file now.
NAMED = 0x40 | 0x80 | 0x100 | 0x200
_OF_ITSELF = 0x400 | 0x800
#: The name is that of a folder.
OF_FOLDER = 0x40000000
#: The system could not keep all events.
LOST = 0x4000
_MASK = MODIFIED | NAMED | _OF_ITSELF
_EVENT = struct.Struct("iIII")
# The numbers of ext2 to ext4, XFS, Btrfs, tmpfs, F2FS, ZFS and overlayfs (statfs(2)).
_LOCAL = {0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0xF2F52010, 0x2FC12FC1, 0x794C7630}
# The system keeps about so much: who reads more would never end while somebody writes all the time.
_SIZE, _MOST_READS = 65_536, 16


class NoEventsError(Exception):
    """The system reports no events of a folder or a file, or of no more of them."""


class Inotify:
    """One list of events."""

    def __init__(self) -> None:
        """Start with no folders; raise NoEventsError where there is no inotify."""
        if CTYPES is None:
            raise NoEventsError
        self._ctypes, self._libc = CTYPES, CTYPES.CDLL(None, use_errno=True)
        self._file: int = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._file < 0:
            raise NoEventsError

    def add(self, path: str) -> int:
        """List what happens from now on in a folder or to a file; return its number.

        Raise OSError if it is missing, or NoEventsError.
        """
        name = os.fsencode(path)
        status = self._ctypes.create_string_buffer(256)
        if self._libc.statfs(name, status) == 0:
            if self._ctypes.c_long.from_buffer(status).value not in _LOCAL:
                raise NoEventsError
            number: int = self._libc.inotify_add_watch(self._file, name, _MASK)
            if number >= 0:
                return number
        if self._ctypes.get_errno() in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise FileNotFoundError
        raise NoEventsError

    def read(self) -> Iterator[tuple[int, int, str]]:
        """Yield what has happened: the number, the kind of event, and the name in the folder if there is one."""
        with suppress(BlockingIOError):
            for _ in range(_MOST_READS):
                yield from _parse(os.read(self._file, _SIZE))
            yield -1, LOST, ""

    def close(self) -> None:
        """End the list."""
        os.close(self._file)


def _parse(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the events of what was read."""
    start = 0
    while start < len(data):
        number, kind, _, length = _EVENT.unpack_from(data, start)
        start += _EVENT.size + length
        yield number, kind, os.fsdecode(data[start - length : start].rstrip(b"\0"))
