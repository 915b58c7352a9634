"""The mistakes of a tree, and the exception that reports them all together.

The grammar of a message is `FILE: what is wrong`, a newline, two spaces, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Mistake(NamedTuple):
    """One mistake: the file (from the project folder on), what is wrong, what to do, and the line if it is known.

    `cause` is the exception that a file raised while it was imported.
    """

    file: str
    what: str
    remedy: str
    line: int | None = None
    cause: BaseException | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        remedy = self.remedy.replace("\n", "\n  ")
        return f"{place}: {self.what}\n  {remedy}"


class Rejected(Exception):
    """A name or handler that cannot be served: `what` is wrong with it, and the `remedy`."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


class TreeError(Exception):
    """A tree that cannot be served; `mistakes` lists all of its mistakes, in the order of their files.

    Its cause is the first exception that a route file raised while it was imported.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))
        self.__cause__ = next((m.cause for m in self.mistakes if m.cause is not None), None)


def printable(text: str) -> str:
    """Return a name that can be printed; bytes on the disk that are not UTF-8 are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
