"""Read an error of msgspec: what is wrong, where, and whether it is the client's mistake or the project's.

An error below the top of what is checked ends with its place, ` - at ` and a path in backquotes. The text before can
hold anything that a client has sent, so callers check values as parts of something else: then a place is there, and
the last one is it. It has the names of fields and the numbers of items, but no keys of dicts, nor anything else of the
client's.
"""

from __future__ import annotations

import traceback
from copy import copy

from fsapi.json.malformed import Malformed

_AT, _KEY = " - at `", "key` in `"
_OUT_OF_RANGE = "Number out of range"
# Methods of the project's classes that run when an instance has been made.
_POST_INIT = {"__post_init__", "__attrs_post_init__"}
_NOT_IN_A_SET, _NOT_FINITE = "An array or object cannot be in a set", "Expected a finite number"
# What Python says of values that cannot be in a set or keys of a dict, and msgspec from 0.23 on; the error of each.
_OF_PYTHON = {"unhashable type": _NOT_IN_A_SET, "Cannot hash a signaling NaN": _NOT_FINITE}
_OF_MSGSPEC = {
    "Expected a hashable value, got `decimal.Decimal`": _NOT_FINITE,
    "Expected a hashable value, got `": _NOT_IN_A_SET,
}


class ValidationError(ValueError):
    """A value that does not fit its type: what is wrong, and the path to it within the value, as in `.items[0].id`."""

    def __init__(
        self,
        text: str,
        rest: str = "",
        cause: BaseException | None = None,
        *,
        of_key: bool = False,
        has_place: bool = True,
    ) -> None:
        super().__init__(text)
        self.text, self.rest = text or "Invalid value", rest
        #: Without its frames: they lead to those that have this error, so that none would be freed.
        self.cause = None if cause is None else cause.with_traceback(None)
        #: Whether the error is about a key of the object at that place.
        self.of_key = of_key
        #: Whether the path is known; if not, the error can be anywhere within the value.
        self.has_place = has_place

    def reject_out_of_range(self, path: str) -> None:
        """Raise Malformed if the error is a number out of range; `path` leads to the value."""
        if isinstance(self.cause, Malformed):
            raise Malformed.out_of_range(path[1:] + self.rest) from None

    def at(self, rest: str) -> ValidationError:
        """Return the error with another path."""
        moved = copy(self)
        moved.rest = rest
        return moved


def read_error(exc: Exception, hook_name: str, start: str = "") -> ValidationError:
    """Return an error that ends with its place, of which the start is left out.

    Raise the exception of the project's own code instead if it is none. A number out of range has Malformed as cause.
    """
    if text := _unhashable(exc):
        return ValidationError(text, has_place=False)
    if is_project_error(exc) or isinstance(exc, TypeError):  # also a ValidationError without a place
        raise exc
    cause = exc.__cause__
    if isinstance(cause, TypeError) and not _is_validators(cause, hook_name):
        raise cause from None
    if isinstance(cause, Malformed) and cause.rest is None:
        raise cause from None
    text, at, place = str(exc).rpartition(_AT)
    if not at:  # an array with more items than a Struct has fields
        return ValidationError(place, cause=cause, has_place=False)
    of_key = place.startswith(_KEY)
    rest = place.removeprefix(_KEY)[1 + len(start) : -1]
    if isinstance(cause, Malformed):  # a hook knows the path within what it was given
        rest, cause = f"{rest}{cause.rest}", Malformed.out_of_range("")
    if cause is None and text.startswith(_OUT_OF_RANGE) and not of_key:
        cause = Malformed.out_of_range("")
    if cause is not None and cause.args[1:] and type(cause.args[1]).__module__.partition(".")[0] in ("attr", "attrs"):
        text = str(cause.args[0])  # the others are attributes of attrs
    return ValidationError(f"{text} as a key" if of_key else text, rest, cause, of_key=of_key)


def error_of(exc: Exception, error: ValidationError | None) -> Exception:
    """Return what to raise for an exception and the error that was found for it, which may not have come again."""
    if error is not None:
        return error
    return exc if isinstance(exc, TypeError) else ValidationError(str(exc), cause=exc.__cause__)


def is_project_error(exc: BaseException) -> bool:
    """Return whether the project's code raised an exception, and not the function that called msgspec."""
    return exc.__traceback__ is not None and exc.__traceback__.tb_next is not None


def _unhashable(exc: Exception) -> str:
    """Return the error of a value that cannot be in a set, "" for others; `__hash__` of a class asks its fields."""
    called = {frame.name for frame in traceback.extract_tb(exc.__traceback__)[1:]}
    if called - {"__hash__"} or exc.__cause__ is not None:
        return ""
    is_of_python, said = isinstance(exc, TypeError), str(exc)
    known, has = (_OF_PYTHON, said.__contains__) if is_of_python else (_OF_MSGSPEC, said.startswith)
    return next((text for words, text in known.items() if has(words)), "")


def _is_validators(cause: TypeError, hook_name: str) -> bool:
    """Return whether a validator of attrs raised a TypeError, as its `instance_of` does for a wrong type."""
    called = [frame.name for frame in traceback.extract_tb(cause.__traceback__)]
    return bool(called) and _POST_INIT.union({hook_name}).isdisjoint(called)
