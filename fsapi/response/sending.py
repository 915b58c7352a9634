"""The one place that writes responses, filled in or returned.

Nothing leaves that a server would pass on as it is: no CR or LF, no wrong length, no body with a 204.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wsgi import ClosingIterator

from fsapi.request.contract import Write
from fsapi.request.req import Req
from fsapi.request.route import ErrorCall, Handler
from fsapi.response.error import Error
from fsapi.response.headers import header_key, header_value, length_value
from fsapi.response.layers import Headers, Value, to_lines
from fsapi.response.res import Res
from fsapi.response.returned import Returned
from fsapi.response.statuses import NO_CONTENT, NO_CONTENT_HEADERS, STATUSES
from fsapi.response.stream import exactly

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.wrappers import Response

_STATUS_LINES = {code: f"{code} {HTTP_STATUS_CODES.get(code, 'Unknown')}" for code in STATUSES}

#: Take back the answer, and all headers but those of middleware that describe no body.
discard = Res._discard  # pyright: ignore[reportPrivateUsage] # a function of its own would cost a 404 a call


def adopt(res: Res, response: Response, environ: WSGIEnvironment) -> None:
    """Answer with a Werkzeug Response instead of what was filled in; raise ValueError where it cannot be sent.

    Headers set on `res` are kept. Those of the Response win, except that Set-Cookie and Vary add up.
    """
    body, status, lines = response.get_wsgi_response(environ)
    # Werkzeug leaves it to the body to close the Response, except where it passes an iterable through. The server's
    # own file wrapper stays as it is, so that the server can send the file itself.
    if body is response.response and type(body) is not environ.get("wsgi.file_wrapper"):
        body = ClosingIterator(chain(body), response.close)  # a chain has no `close`: the Response closes its iterable
    if response.status_code not in STATUSES:
        raise ValueError(f"the status of an answer is from 200 to 599, not {response.status_code}")
    headers: Headers = {}
    for name, value in lines:
        key, line = header_key(name), header_value(name, value)
        before = headers.get(key)
        headers[key] = name, line if before is None else [*to_lines(before[1]), line]
    _, declared = headers.pop("content-length", ("", None))
    # Handlers have no use for these, and properties would cost each request a call.
    length = _true_length(response, declared, may_declare=res._length is not False)  # pyright: ignore[reportPrivateUsage]
    if length is not None and not response.is_sequence and environ.get("REQUEST_METHOD") != "HEAD":
        body = _measured(body, int(length), environ)
    res._with_layers().adopt(headers)  # pyright: ignore[reportPrivateUsage]
    res._returned = Returned(body, header_value("the status", status), length, response)  # pyright: ignore[reportPrivateUsage]
    res._status, res._closed = response.status_code, True  # pyright: ignore[reportPrivateUsage]


def _true_length(response: Response, declared: Value | None, *, may_declare: bool) -> str | None:
    """Return the Content-Length of a Response, None where it is not known; raise ValueError for one that is no number.

    A stream has the length that it declares, and so has the answer of a HEAD function, which stands for that of GET.
    """
    if declared is None:
        return None
    if response.is_sequence and not may_declare:
        return str(sum(map(len, response.iter_encoded())))
    return length_value(declared)


def _measured(body: Iterable[bytes], length: int, environ: WSGIEnvironment) -> Iterable[bytes]:
    """Return a stream that has the length that it declares; a server sends its own file wrapper with that length."""
    if type(body) is environ.get("wsgi.file_wrapper"):
        return body
    close: Callable[[], None] | None = getattr(body, "close", None)
    return ClosingIterator(exactly(body, length), close)


def within(handler: Handler, status: int, write: Write | None) -> Handler:
    """Return a handler that starts with a status, unless middleware has set another, and whose `json` writes so."""

    def answer(req: Req, res: Res) -> object:
        # A function of the response would cost a call.
        if status != 200 and res._status == 200:  # pyright: ignore[reportPrivateUsage]
            res._status = status  # pyright: ignore[reportPrivateUsage]
        res._as = write  # pyright: ignore[reportPrivateUsage]
        return handler(req, res)

    return answer


def within_error(function: ErrorCall, write: Write) -> ErrorCall:
    """Return an error function whose `json` writes so what it sends as a success."""

    def answer(req: Req, res: Res, error: Error) -> object:
        res._as = write  # pyright: ignore[reportPrivateUsage] # a handler could only break it
        return function(req, res, error)

    return answer


def unchecked(res: Res) -> str:
    """Say where middleware has made a success of what a handler wrote as an error under a contract, else ""."""
    code = res._status  # pyright: ignore[reportPrivateUsage] # a property would cost a call
    if code < 400 and code not in NO_CONTENT:
        what = "for which its contract does not hold: answer by res.json(...) or res.end(...) instead"
        return f"set the status {code}, but the handler answered with another, {what}"
    return ""


def returned_response(res: Res) -> Response | None:
    """Return the Response in which the body was returned, which ends only when the server has iterated over it."""
    returned = res._returned  # pyright: ignore[reportPrivateUsage] # not for handlers
    return None if returned is None else returned.response


def forget_returned(res: Res) -> None:
    """Forget a returned Response without closing it."""
    res._returned = None  # pyright: ignore[reportPrivateUsage] # not for handlers


def allow_length(res: Res) -> None:
    """Let the running function set a Content-Length, as a HEAD function may (RFC 9110, 9.3.2)."""
    res._length = None  # pyright: ignore[reportPrivateUsage] # only for HEAD functions


def send(res: Res, method: str, start_response: StartResponse) -> Iterable[bytes]:
    """Start a response that has ended, and return its body.

    204 and 304 have neither body nor Content-Type (RFC 9110, 15.3.5 and 15.4.5), 205 is empty (15.3.6), and
    HEAD has the headers of GET (9.3.2).
    """
    # Handlers have no use for these, and properties would cost each request a call.
    code, layers = res._status, res._layers  # pyright: ignore[reportPrivateUsage]
    if res._returned is not None or code in NO_CONTENT:  # pyright: ignore[reportPrivateUsage]
        return _send_other(res, start_response)
    content = res._body or b""  # pyright: ignore[reportPrivateUsage]
    length = res._length or f"{len(content)}"  # pyright: ignore[reportPrivateUsage]
    lines = [("Content-Type", res._type), ("Content-Length", length)]  # pyright: ignore[reportPrivateUsage]
    if layers is not None:
        layers.to_send(lines)
    start_response(_STATUS_LINES[code], lines)
    return [content] if method != "HEAD" else []  # servers send a list in one piece


def _send_other(res: Res, start_response: StartResponse) -> Iterable[bytes]:
    """Start a response that was returned, or that has no content."""
    code, layers, returned = res._status, res._layers, res._returned  # pyright: ignore[reportPrivateUsage]
    body: Iterable[bytes] = []
    status, lines = _STATUS_LINES[code], [("Content-Type", res._type), ("Content-Length", "0")]  # pyright: ignore[reportPrivateUsage]
    if returned is not None:
        body, status, lines = _returned_answer(returned, code)
    if layers is not None:
        layers.to_send(lines)
    if code in NO_CONTENT_HEADERS:
        lines = [line for line in lines if line[0].lower() not in ("content-type", "content-length")]
    start_response(status, lines)
    return body


def _returned_answer(returned: Returned, code: int) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
    """Return body, status line and length of a returned Response; middleware may have changed its status."""
    body, status, length, response = returned
    if code in NO_CONTENT:
        body, length = ClosingIterator((), response.close), "0"
    if not status.startswith(str(code)):
        status = _STATUS_LINES[code]
    return body, status, [] if length is None else [("Content-Length", length)]


def vary(res: Res, name: str) -> None:
    """Add a request header to `Vary`, also of a response that has ended, since the answer depends on it.

    Caches need to know (RFC 9110, 12.5.5).
    """
    # Public methods would cost many calls.
    res._with_layers().vary(res._writer, name)  # pyright: ignore[reportPrivateUsage]


def restore(res: Res, name: str, value: str) -> None:
    """Set a header of a response that may have ended."""
    # setHeader would raise.
    res._with_layers().set(res._writer, name.lower(), name, value)  # pyright: ignore[reportPrivateUsage]
