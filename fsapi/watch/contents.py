"""What young files contain: they may change while their times stay the same."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from fsapi.watch.signature import YOUNG, digest


class Contents:
    """The digests of files that were young when they were noted."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}
        self._young: dict[str, float] = {}

    def add(self, digests: Mapping[str, str]) -> None:
        """Add the digests of files that are young now."""
        self._digests.update(digests)
        self._young.update(dict.fromkeys(digests, time.monotonic()))

    def forget(self, path: str) -> None:
        """Forget a file, which need not be known."""
        self._digests.pop(path, None)
        self._young.pop(path, None)

    def has(self, path: str) -> bool:
        """Return whether a file has the content that it had, as far as that is known; raise TooManyFilesError."""
        return digest(path) == self._digests.get(path)

    def find_changes(self) -> set[str]:
        """Return the files that differ, and forget the others that are young no longer; raise TooManyFilesError."""
        changed = {path for path in self._young if digest(path) != self._digests[path]}
        oldest = time.monotonic() - YOUNG
        self._young = {path: since for path, since in self._young.items() if path in changed or since > oldest}
        return changed


def digest_all(paths: Iterable[str]) -> dict[str, str]:
    """Return the digests of files; raise TooManyFilesError."""
    return {path: digest(path) for path in paths}
