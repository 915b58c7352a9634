"""Answer errors by the function of an `_error.py`, else plainly, and log exceptions.

A client sees only what it may know; the log has all.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response

from fsapi.json.encode import encode
from fsapi.request.path import read_url
from fsapi.request.req import Req, environ_of
from fsapi.request.route import ErrorFunction
from fsapi.response.error import CONTENT, Parts, Unprocessable, as_error, describe
from fsapi.response.res import Res
from fsapi.response.return_values import adopt_returned, blame, place
from fsapi.response.sending import adopt, discard, restore, vary
from fsapi.tree.log import logger, mark_logged

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Headers that every answer to an error keeps, whatever a function of the project does with it: clients rely on them.
_KEPT = ("allow", "retry-after")

_UNEXPECTED = (500, HTTP_STATUS_CODES[500], ())

#: Logs an unexpected exception of a file, or raises it.
Report = Callable[[str, BaseException], None]
#: Answers with an unexpected exception in development; None stands for production.
Show = Callable[[BaseException, Req, Res], None] | None

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{code} {phrase}</title>
<h1>{phrase}</h1>
<p>{text}</p>
"""


def answer_error(
    exc: BaseException, req: Req, res: Res, report: Report, show: Show = None, *, html: bool | None
) -> None:
    """Replace the answer by that of an exception.

    `report` gets each unexpected exception with the file that it comes from, and may raise it; `show` answers with it.
    `html` says whether the client prefers HTML; it is None where the answer does not depend on that.
    """
    parts: Parts | None = None
    unexpected: BaseException | None = exc
    try:
        discard(res)
        if isinstance(exc, HTTPException):
            parts, unexpected = _begin(exc, req, res), None
    except BaseException as broken:  # of a Response that is closed, or an exception class of the project's own
        unexpected = broken
    if unexpected is not None:
        report(req.route.file, unexpected)
        exc, parts = unexpected, _UNEXPECTED
        if show_unexpected(exc, req, res, show):
            return
    function = req.route.errors.html if html else req.route.errors.json
    if parts is not None and (function is None or not _answer_with(function, exc, parts, req, res, report, show)):
        _answer_plainly(exc, parts, res, html=html)
    if html is not None:
        vary(res, "Accept")
    if isinstance(exc, HTTPException):
        exc.__traceback__ = None  # of one that a project keeps and raises again, it would have the frames of each time


def _begin(exc: HTTPException, req: Req, res: Res) -> Parts | None:
    """Begin the answer of an exception; if it has a Response, answer with that and return None.

    Raise what the project's code raises in the middle of this.
    """
    if isinstance(exc.response, Response):
        adopt(res, exc.response, environ_of(req))
        return None
    parts = describe(exc, environ_of(req))
    _start(res, parts)
    return parts


def _start(res: Res, parts: Parts) -> None:
    """Set the status and the headers of an error."""
    status, _, lines = parts
    res.status(status)
    values: dict[str, list[str]] = {}
    for name, value in lines:
        if name.lower() not in CONTENT:
            values.setdefault(name, []).append(value)
    for name, each in values.items():
        res.setHeader(name, each if len(each) > 1 else each[0])


def _answer_with(
    function: ErrorFunction, exc: BaseException, parts: Parts, req: Req, res: Res, report: Report, show: Show
) -> bool:
    """Let the project's function answer an error; return False if it fails.

    What it raises is reported, and shown in development.
    """
    try:
        returned = function.call(req, res, as_error(exc, parts))
        if returned is not None:
            adopt_returned(returned, partial(place, function.file, "error", function.call), req, res)
        elif not res.ended:
            who = place(function.file, "error", function.call)
            raise blame(RuntimeError(f"{who} did not end the response: call res.json(...) or res.end(...)"), who)
    except BaseException as failed:
        if isinstance(failed, HTTPException):  # such as for a body that cannot be read: no host needs to know
            log_exception(environ_of(req), function.file, failed)
        else:
            report(function.file, failed)
        discard(res)
        _start(res, parts)
        return _has_shown(failed, parts, req, res, show)
    for name, value in parts[2]:
        if name.lower() in _KEPT and res.getHeader(name) is None:
            restore(res, name, value)
    return True


def show_unexpected(exc: BaseException, req: Req, res: Res, show: Show) -> bool:
    """Replace an answer by an exception that is shown in development; return False where that fails."""
    discard(res)
    _start(res, _UNEXPECTED)
    return _has_shown(exc, _UNEXPECTED, req, res, show)


def _has_shown(exc: BaseException, parts: Parts, req: Req, res: Res, show: Show) -> bool:
    """Show an exception in development; return False in production, and where that fails."""
    if show is None:
        return False
    try:
        show(exc, req, res)
    except Exception as failed:  # of a class that does not say its name, or a file that is gone
        log_exception(environ_of(req), req.route.file, failed)
        discard(res)
        _start(res, parts)
        return False
    return True


def _answer_plainly(exc: BaseException, parts: Parts, res: Res, *, html: bool | None) -> None:
    """Answer an error with its message, as JSON or as a page."""
    status, message, _ = parts
    if html:
        phrase = HTTP_STATUS_CODES.get(status, "Unknown Error")
        text = message if isinstance(message, str) else encode(message).decode()
        res.setHeader("Content-Type", "text/html; charset=utf-8")
        page = _PAGE.format(code=status, phrase=escape(phrase), text="" if text == phrase else escape(text))
        res.end(page.encode(errors="replace"))
    elif isinstance(exc, Unprocessable):
        res.json({"error": message, "details": exc.details})
    else:
        res.json({"error": message})


def log_exception(environ: WSGIEnvironment, file: str, exc: BaseException) -> None:
    """Write the one log record of an unexpected exception: traceback, method, path and file."""
    method, path = (
        quote(text, safe="/!$&'()*+,;=:@-._~%?", errors="replace")
        for text in (environ.get("REQUEST_METHOD", ""), read_url(environ))
    )
    extra = {"method": method, "path": path, "file": file}
    mark_logged(exc)
    try:
        logger().error("%s %s failed in %s", *extra.values(), exc_info=exc, extra=extra)
    except Exception:  # from a filter or handler of the project: the client still gets its answer
        _print_exception(f"{method} {path} failed in {file}")


def _print_exception(message: str) -> None:
    """Print the exception that is handled, or a message where its class cannot be printed."""
    try:
        traceback.print_exc()
    except Exception:
        print(message, "by an exception that cannot be printed", file=sys.stderr)
