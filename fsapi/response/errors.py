"""Exceptions turned into answers that tell a client nothing but what it may know, and into log records that do."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import quote

from markupsafe import escape
from werkzeug.exceptions import HTTPException, UnprocessableEntity, default_exceptions
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from fsapi.request.path import read_url
from fsapi.request.route import PAGE_KEY
from fsapi.response.res import Res
from fsapi.response.sending import adopt

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_log = logging.getLogger("fsapi")
# What Werkzeug says of a status where the raiser said nothing.
_STOCK = {kind.description for kind in default_exceptions.values()}


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{code} {phrase}</title>
<h1>{phrase}</h1>
<p>{text}</p>
"""

# `in` is a keyword of Python.
Detail = TypedDict("Detail", {"in": str, "path": str, "message": str})


class Unprocessable(UnprocessableEntity):
    """A 422 (RFC 9110, 15.5.21); `details` are the errors, each with its place."""

    def __init__(self, details: Sequence[Detail]) -> None:
        first, more = details[0], len(details) - 1
        text = f"{first['in']} {first['path']}: {first['message']}"
        super().__init__(f"{text}, and {more} more" if more else text)
        self.details = details


def answer_exception(exc: HTTPException, environ: WSGIEnvironment, res: Res, *, html: bool = False) -> None:
    """Fill in the answer that an HTTPException stands for: its status and headers, its description as `error`.

    An exception that brings a Response is that Response. Raise what an exception of another's making raises,
    and the exception itself where it has no status.
    """
    given = exc.description
    text = "" if given is None or given in _STOCK else str(given)
    if isinstance(exc.response, Response):
        adopt(res, exc.response, environ)
    elif exc.code is None:
        raise exc
    elif isinstance(exc, Unprocessable) and not html:
        res.json({"error": text, "details": exc.details}, 422)
    elif type(exc).get_response is HTTPException.get_response:
        answer_error(res, exc.code, text, exc.get_headers(environ), html=html)
    else:
        response = exc.get_response(environ)
        answer_error(res, response.status_code, text, response.headers, html=html)


def answer_error(
    res: Res, code: int, text: str = "", headers: Iterable[tuple[str, str]] = (), *, html: bool = False
) -> None:
    """Fill in an error with a status, a text that is the phrase of the status by default, and headers."""
    phrase = HTTP_STATUS_CODES.get(code, "Unknown Error")
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in ("content-type", "content-length"):
            lines.setdefault(name, []).append(value)
    for name, values in lines.items():
        set_by_middleware = res.getHeader(name) if name.lower() in ("vary", "set-cookie") else None
        before = [set_by_middleware] if isinstance(set_by_middleware, str) else set_by_middleware or []
        res.setHeader(name, [*before, *values])
    if html:
        res.setHeader("Content-Type", "text/html; charset=utf-8")
        res.status(code).end(_PAGE.format(code=code, phrase=escape(phrase), text=escape(text)))
    else:
        res.json({"error": text or phrase}, code)


def log_exception(exc: BaseException, environ: WSGIEnvironment, file: str) -> None:
    """Write the one log record of a failure: traceback, method, path and route file."""
    path = quote(read_url(environ), safe="/!$&'()*+,;=:@-._~%?", errors="replace")
    extra = {"method": environ.get("REQUEST_METHOD"), "path": path, "file": environ.get(PAGE_KEY, file)}
    try:
        _log.error("%s %s failed in %s", *extra.values(), exc_info=exc, extra=extra)
    except Exception:  # a filter or handler of the project's own: the client gets its answer all the same
        traceback.print_exc()
