"""Turn exceptions into answers, which show a client only what it may know, and into log records, which show all."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import quote

from markupsafe import escape
from werkzeug.exceptions import HTTPException, UnprocessableEntity, default_exceptions
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from fsapi.json.encode import encode
from fsapi.request.path import read_url
from fsapi.request.route import PAGE_KEY
from fsapi.response.layers import ADDED_UP
from fsapi.response.res import Res
from fsapi.response.sending import adopt, discard, vary

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_log = logging.getLogger("fsapi")
# The descriptions of Werkzeug, which an exception has if it was raised without one.
_STOCK = {kind.description for kind in default_exceptions.values()}


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{code} {phrase}</title>
<h1>{phrase}</h1>
<p>{text}</p>
"""

# `in` is a keyword of Python.
Detail = TypedDict("Detail", {"in": str, "path": str, "message": str})


class Unprocessable(UnprocessableEntity):
    """A 422 (RFC 9110, 15.5.21); `details` are the validation errors, each with its place."""

    def __init__(self, details: Sequence[Detail]) -> None:
        first, more = details[0], len(details) - 1
        text = f"{first['in']} {first['path']}: {first['message']}"
        super().__init__(f"{text}, and {more} more" if more else text)
        self.details = details


def answer_exception(exc: HTTPException, environ: WSGIEnvironment, res: Res, *, html: bool | None = None) -> None:
    """Fill in the answer of an HTTPException: its status, headers, and description as `error`.

    `html` says whether the client prefers HTML; it is None where errors are always JSON. An exception that has a
    Response is answered with that. Raise whatever an exception class of the project's own raises, and the exception
    itself if it has no status.
    """
    if html is not None:
        vary(res, "Accept")
    given: Any = exc.description
    stock = given is None or (isinstance(given, str) and given in _STOCK)
    error = "" if stock else str(given) if isinstance(given, str) else given
    if isinstance(exc.response, Response):
        adopt(res, exc.response, environ)
    elif exc.code is None:
        raise exc
    elif isinstance(exc, Unprocessable) and not html:
        res.json({"error": error, "details": exc.details}, 422)
    elif type(exc).get_response is HTTPException.get_response:
        _fill(res, exc.code, error, exc.get_headers(environ), html)
    else:
        response = exc.get_response(environ)
        _fill(res, response.status_code, error, response.headers, html)


def answer_status(res: Res, code: int, *, html: bool | None = None) -> None:
    """Replace what was filled in by an error that tells the client its status and nothing else."""
    discard(res)
    if html is not None:
        vary(res, "Accept")
    _fill(res, code, "", (), html)


def _fill(res: Res, code: int, error: Any, headers: Iterable[tuple[str, str]], html: bool | None) -> None:
    """Fill in an error; without a text it has the phrase of its status. `Vary` and `Set-Cookie` of middleware stay."""
    phrase = HTTP_STATUS_CODES.get(code, "Unknown Error")
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in ("content-type", "content-length"):
            lines.setdefault(name, []).append(value)
    for name, values in lines.items():
        if name.lower() in ADDED_UP:
            for value in values:
                res.appendHeader(name, value)
        else:
            res.setHeader(name, values)
    if html:
        res.setHeader("Content-Type", "text/html; charset=utf-8")
        text = error if isinstance(error, str) else encode(error).decode()
        res.status(code).end(_PAGE.format(code=code, phrase=escape(phrase), text=escape(text)))
    else:
        res.json({"error": phrase if error == "" else error}, code)


def log_exception(environ: WSGIEnvironment, file: str, exc: BaseException) -> None:
    """Write the one log record of an unexpected exception: traceback, method, path and route file."""
    path = quote(read_url(environ), safe="/!$&'()*+,;=:@-._~%?", errors="replace")
    extra = {"method": environ.get("REQUEST_METHOD"), "path": path, "file": environ.get(PAGE_KEY, file)}
    _log.disabled = False  # as logging.config.dictConfig leaves every logger that it does not name
    try:
        _log.error("%s %s failed in %s", *extra.values(), exc_info=exc, extra=extra)
    except Exception:  # from a filter or handler of the project: the client still gets its answer
        traceback.print_exc()
