"""The errors of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

# A model builds all of its errors or none. One costs the client a byte of JSON, and the server 3 microseconds.
_MAX_BUILT = 10_000
# Choices of a union repeat each other's errors, thousands of times where it contains itself: so many places are looked
# for, for each error that is listed. One takes up to half a millisecond.
_MAX_REPEATS = 20

#: The steps of the path to an error in a model, and the message.
PlacedError = tuple[Sequence[str | int], str]
_Errors = Iterable[tuple[str, str]]


class ModelError(ValueError):
    """A value that does not fit a model; its errors are found when they are asked for."""

    def __init__(self, find: Callable[[], _Errors]) -> None:
        super().__init__()
        self._find = find

    def errors(self, most: int) -> list[tuple[str, str]]:
        """Return at most `most` different errors, each a path such as `.items[0]` and a message."""
        found = dict[tuple[str, str], None]()
        for error in islice(self._find(), most * _MAX_REPEATS):  # the places of others are not looked for
            found[error] = None
            if len(found) == most:
                break
        return [*found]


def too_many(failure: Any) -> str:
    """Return the message of an error of pydantic that has too many errors to list, empty for any other."""
    count: int = failure.error_count()
    return f"{count} errors, too many to list" if count > _MAX_BUILT else ""


def listed(failure: Any) -> list[dict[str, Any]]:
    """Return the errors that pydantic reports; none if they are too many."""
    if too_many(failure):
        return []
    errors: list[dict[str, Any]] = failure.errors(include_url=False, include_context=False, include_input=False)
    return errors


def model_errors(exc: object, most: int) -> list[PlacedError]:
    """Return the path and message of at most `most` errors of a model; none if the exception is not a model's."""
    if not hasattr(exc, "error_count"):
        return []
    message = too_many(exc)
    return [((), message)] if message else [(each["loc"], each["msg"]) for each in listed(exc)[:most]]
