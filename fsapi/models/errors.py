"""The errors of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

_Errors = Iterable[tuple[str, str]]


class ModelError(ValueError):
    """A value that does not fit a model; its errors are found when they are asked for."""

    def __init__(self, find: Callable[[], _Errors]) -> None:
        super().__init__()
        self._find = find

    def errors(self, most: int) -> list[tuple[str, str]]:
        """Return at most `most` different errors, each a path such as `.items[0]` and a message."""
        return [*islice(dict.fromkeys(self._find()), most)]
