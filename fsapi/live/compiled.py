"""The code of the project's files, as children hand it on: what has not changed is not compiled again.

A file is known by its path and a digest of its content. So no code can be older than its file, unlike the bytecode of
Python, which knows a file by its size and the second of its last change.
"""

from __future__ import annotations

import marshal
import os
from contextlib import suppress
from hashlib import blake2b
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER
from types import CodeType
from typing import Any, Protocol

_compile = SourceFileLoader.source_to_code
# As they are before the project is loaded: it may set them to others.
_open, _dump = open, marshal.dump


class _Compile(Protocol):
    """A function that compiles for a loader."""

    __code__: CodeType

    def __call__(self, loader: SourceFileLoader, data: Any, path: Any, *others: Any, **options: Any) -> CodeType:
        """Return the code of a file, or of what else `compile` takes."""
        ...


class CompiledFiles:
    """The code that this process and those before it have compiled."""

    def __init__(self, store: str) -> None:
        """Read what another process has saved in a file, which may be missing."""
        self._store = store
        self._codes: dict[str, tuple[bytes, bytes]] = {}
        self._has_new = False
        with suppress(OSError), open(store, "rb") as file:
            self._codes = marshal.load(file)  # nosec B302 # the folder of the store is the parent's alone

    def use(self) -> None:
        """Compile from now on only those imported files whose code is not known."""
        source_to_code = _hide(
            lambda loader, data, path, *others, **options: (
                self._find(path, digest := _digest(data, path, *others, **options))
                or self._keep(path, digest, _compile(loader, data, path, *others, **options))
            )
        )
        setattr(SourceFileLoader, "source_to_code", source_to_code)  # noqa: B010 # checkers reject a plain assignment

    def _find(self, path: str, digest: bytes) -> CodeType | None:
        """Return the code of a file with this content, if it is known."""
        known, data = self._codes.get(path if digest else "", (b"", b""))
        return marshal.loads(data) if digest and known == digest else None  # nosec B302 # as above

    def _keep(self, path: str, digest: bytes, code: CodeType) -> CodeType:
        """Keep the code of a file, and return it."""
        if digest:
            self._codes[path], self._has_new = (digest, marshal.dumps(code)), True
        return code

    def save(self) -> None:
        """Save all that is known for the next process, if there is more than before."""
        if self._has_new:
            self._has_new = False
            part = f"{self._store}.{os.getpid()}"
            with suppress(OSError):  # the parent has ended, and its folder is gone
                try:
                    with _open(part, "wb") as file:
                        _dump(self._codes, file)
                    os.replace(part, self._store)
                except OSError:  # the disk is full
                    os.remove(part)


def _hide(function: _Compile) -> _Compile:
    """Let tracebacks leave a function out, as they do what Python does itself at an import."""
    function.__code__ = function.__code__.replace(co_filename=_compile.__code__.co_filename)
    return function


def _digest(source: Any, path: Any, *others: Any, **options: Any) -> bytes:
    """Return what tells contents of files apart; nothing if it is not a file that is compiled as usual."""
    if type(source) is bytes and type(path) is str and not others and not options:
        return blake2b(source, digest_size=16, person=MAGIC_NUMBER).digest()  # the next Python may be another one
    return b""
