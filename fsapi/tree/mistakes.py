"""What is wrong with a tree, told so that its author can mend it.

Every mistake of a tree is found before any is reported, and all come in one TreeError.
The grammar is `FILE: what is wrong`, a newline, two spaces, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mistake:
    """One mistake: the file (from the project folder on), the line where known, what, and the remedy."""

    file: str
    what: str
    remedy: str
    line: int | None = None
    cause: BaseException | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        remedy = self.remedy.replace("\n", "\n  ")
        return f"{place}: {self.what}\n  {remedy}"


class Rejected(Exception):
    """A name or a handler that cannot be served: `what` is wrong with it, and the `remedy`."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


class TreeError(Exception):
    """A tree that cannot be served; `mistakes` holds every one of them, in the order of their files.

    The first exception that a route file raised while it was imported is the cause.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))
        self.__cause__ = next((m.cause for m in self.mistakes if m.cause is not None), None)
