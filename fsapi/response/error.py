"""What went wrong with a request, as the function of an `_error.py` gets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, TypedDict

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, UnprocessableEntity, default_exceptions
from werkzeug.http import HTTP_STATUS_CODES

from fsapi.json.encode import encode
from fsapi.json.engine import decode
from fsapi.response.statuses import STATUSES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The descriptions of Werkzeug, which an exception has if it was raised without one.
_STOCK = {"", *(kind.description for kind in default_exceptions.values())}

#: The headers of an exception that belong to Werkzeug's HTML page.
CONTENT = ("content-type", "content-length")

# `in` is a keyword of Python.
Detail = TypedDict("Detail", {"in": str, "path": str, "message": str})


class Unprocessable(UnprocessableEntity):
    """A 422 (RFC 9110, 15.5.21); `details` are the validation errors, each with its place."""

    def __init__(self, details: Sequence[Detail]) -> None:
        first, more = details[0], len(details) - 1
        text = f"{first['in']} {first['path']}: {first['message']}"
        super().__init__(f"{text}, and {more} more" if more else text)
        self.details = details


@dataclass(frozen=True, eq=False)
class Error:
    """An error that a request is answered with.

    | field | is |
    |---|---|
    | `status` | the status code, an int |
    | `message` | what a client may know: the description of an HTTPException, else the phrase of the status |
    | `details` | the validation errors of a 422, each with `in`, `path` and `message`; else empty |
    | `headers` | the headers that belong to it, such as `Allow` and `Retry-After`; `res` has them already |
    | `exception` | what the project's code raised; None for an error that fsapi found, such as a 404 or a 422 |
    """

    status: int
    message: Any
    details: Sequence[Detail] = ()
    headers: Headers = field(default_factory=Headers)
    exception: BaseException | None = None


#: Status, message and header lines of an error.
Parts = tuple[int, Any, Sequence[tuple[str, str]]]


def describe(exc: HTTPException, environ: WSGIEnvironment) -> Parts:
    """Return what an HTTPException is answered with: its status, message and header lines.

    Raise the exception itself if it has no status, and whatever an exception class of the project's own raises.
    """
    if exc.code is None:
        raise exc
    if type(exc).get_response is HTTPException.get_response:
        status, lines = exc.code, exc.get_headers(environ)
    else:
        response = exc.get_response(environ)
        status, lines = response.status_code, [*response.headers]
    given: Any = exc.description  # which need not be text
    if given is None or (isinstance(given, str) and given in _STOCK):
        return status, HTTP_STATUS_CODES.get(status, "Unknown Error"), lines
    return status, _to_json(given), lines


def status_of(exc: BaseException) -> int:
    """Return the status that an exception is answered with, 500 if it has none that can be sent."""
    status: Any = None
    if isinstance(exc, HTTPException):
        status = exc.code or getattr(exc.response, "status_code", None)
    return status if type(status) is int and status in STATUSES else 500


def as_error(exc: BaseException, parts: Parts) -> Error:
    """Return the error of an exception, for the function that answers it."""
    status, message, lines = parts
    details = exc.details if isinstance(exc, Unprocessable) else ()
    headers = Headers([(name, value) for name, value in lines if name.lower() not in CONTENT])
    found = isinstance(exc, HTTPException) and _is_own(exc)
    return Error(status, message, details, headers, None if found else exc)


def _to_json(description: Any) -> Any:
    """Return a description as plain JSON data; an exception is its text, as in `abort(400, exc)`.

    Raise TypeError for one that cannot be written as JSON.
    """
    if isinstance(description, BaseException):
        description = str(description)
    return str.__str__(description) if isinstance(description, str) else decode(encode(description))


def _is_own(exc: BaseException) -> bool:
    """Return whether fsapi raised an exception: the last frame of its traceback tells, of those outside Werkzeug."""
    modules = [str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(exc.__traceback__)]
    raisers = [name for name in modules if not name.startswith("werkzeug.")]
    return bool(raisers) and raisers[-1].startswith("fsapi.")
