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
from types import CodeType
from typing import Any

_compile = SourceFileLoader.source_to_code


class CompiledFiles:
    """The code that this process and those before it have compiled."""

    def __init__(self, store: str) -> None:
        """Read what another process has saved in a file, which may be missing."""
        self._store = store
        self._codes: dict[str, tuple[bytes, bytes]] = {}
        self._has_new = False
        with suppress(OSError), open(store, "rb") as file:
            self._codes = marshal.load(file)

    def use(self) -> None:
        """Compile from now on only those imported files whose code is not known."""

        def source_to_code(loader: SourceFileLoader, data: Any, path: Any, *others: Any, **options: Any) -> CodeType:
            if type(data) is bytes and type(path) is str and not others and not options:
                return self._code(loader, data, path)
            code: CodeType = _compile(loader, data, path, *others, **options)
            return code

        setattr(SourceFileLoader, "source_to_code", source_to_code)  # noqa: B010 # checkers reject a plain assignment

    def _code(self, loader: SourceFileLoader, source: bytes, path: str) -> CodeType:
        """Return the code of a file with this content; raise what compiling it raises."""
        digest = blake2b(source, digest_size=16).digest()
        known, data = self._codes.get(path, (b"", b""))
        if known == digest:
            code: CodeType = marshal.loads(data)
        else:
            code = _compile(loader, source, path)
            self._codes[path], self._has_new = (digest, marshal.dumps(code)), True
        return code

    def save(self) -> None:
        """Save all that is known for the next process, if there is more than before."""
        if self._has_new:
            self._has_new = False
            part = f"{self._store}.{os.getpid()}"
            with suppress(OSError):  # the parent has ended, and its folder is gone
                try:
                    with open(part, "wb") as file:
                        marshal.dump(self._codes, file)
                    os.replace(part, self._store)
                except OSError:  # the disk is full
                    os.remove(part)
