"""The one place that writes responses, filled in or returned.

Nothing leaves that a server would pass on as it is: no CR or LF, no wrong length, no body with a 204.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.http import HTTP_STATUS_CODES

from fsapi.response.headers import header_key, header_value
from fsapi.response.res import HeaderLines, Res, Returned, vary

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.wrappers import Response

_STATUS_LINES = {code: f"{code} {HTTP_STATUS_CODES.get(code, 'Unknown')}" for code in range(200, 600)}
#: The statuses of answers that have no content (RFC 9110, 15.3.5, 15.3.6 and 15.4.5).
NO_CONTENT = (204, 205, 304)
# Of these, the statuses that have no Content-Type and no Content-Length either.
_NO_CONTENT_HEADERS = (204, 304)

#: Take back everything that was filled in, except for the headers that stay on an error.
discard = Res._discard  # pyright: ignore[reportPrivateUsage] # a function of its own would cost a 404 a call


def adopt(res: Res, response: Response, environ: WSGIEnvironment) -> None:
    """Answer with a Werkzeug Response instead of what was filled in; raise ValueError where it cannot be sent.

    Headers set on `res` are kept. Those of the Response win, except that Set-Cookie and Vary add up.
    """
    body, status, lines = response.get_wsgi_response(environ)
    if not 200 <= response.status_code <= 599:
        raise ValueError(f"the status of an answer is from 200 to 599, not {response.status_code}")
    merged: HeaderLines = {}
    for name, value in lines:
        _add_line(merged, header_key(name), name, header_value(name, value))
    own = merged.keys() - {"set-cookie", "vary"}
    for name, value in _lines(res._headers):  # pyright: ignore[reportPrivateUsage] # handlers set them by name only
        if name.lower() not in own:
            _add_line(merged, name.lower(), name, value)
    returned = Returned(body, header_value("the status", status), response)
    res._adopt(returned, response.status_code, merged)  # pyright: ignore[reportPrivateUsage] # not for handlers


def set_default_status(res: Res, status: int) -> None:
    """Set the status that a contract names, unless middleware has set another."""
    if res._status == 200:  # pyright: ignore[reportPrivateUsage] # `statusCode` and `status` would cost a call each
        res._status = status  # pyright: ignore[reportPrivateUsage]


def is_stream(res: Res) -> bool:
    """Return whether the body is a returned Response's, which ends only when the server has iterated over it."""
    return res._returned is not None  # pyright: ignore[reportPrivateUsage] # not for handlers


def content_type(res: Res) -> str:
    """Return the Content-Type of a response that its handler has ended, with its parameters."""
    # The default of `json` and `end` is not a header that handlers could see.
    return str(res.getHeader("Content-Type") or res._type)  # pyright: ignore[reportPrivateUsage]


def send(res: Res, method: str, start_response: StartResponse) -> Iterable[bytes]:
    """Start a response that has ended, and return its body.

    204 and 304 have neither body nor Content-Type (RFC 9110, 15.3.5 and 15.4.5), 205 is empty (15.3.6), and
    HEAD has the headers of GET (9.3.2).
    """
    # Properties would cost every request a call each.
    code, headers, returned = res._status, res._headers, res._returned  # pyright: ignore[reportPrivateUsage]
    body: Iterable[bytes]
    if returned is None:
        content = b"" if code in NO_CONTENT else res._body or b""  # pyright: ignore[reportPrivateUsage]
        body = () if method == "HEAD" or code in _NO_CONTENT_HEADERS else (content,)
        status = _STATUS_LINES[code]
        lines = [("Content-Type", res._type), ("Content-Length", str(len(content)))]  # pyright: ignore[reportPrivateUsage]
        if headers is not None:
            if "content-type" in headers:
                del lines[0]
            lines += _lines(headers)
    else:
        body, status, lines = returned.body, returned.status, _lines(headers)
        if not status.startswith(str(code)):  # middleware has changed it
            status = _STATUS_LINES[code]
    if code in _NO_CONTENT_HEADERS:
        lines = [line for line in lines if line[0].lower() not in ("content-type", "content-length")]
    start_response(status, lines)
    return body


def vary_ended(res: Res, name: str) -> None:
    """Add a request header to `Vary` of a response that has ended, and that handlers can no longer change."""
    res._closed = False  # pyright: ignore[reportPrivateUsage] # not for handlers
    vary(res, name)
    res._closed = True  # pyright: ignore[reportPrivateUsage]


def _lines(headers: HeaderLines | None) -> list[tuple[str, str]]:
    """Return headers as they are sent, one entry a line."""
    lines: list[tuple[str, str]] = []
    for name, value in (headers or {}).values():
        lines += [(name, line) for line in value] if isinstance(value, list) else [(name, value)]
    return lines


def _add_line(headers: HeaderLines, key: str, name: str, value: str) -> None:
    """Add one line to the header of a name."""
    name, lines = headers.get(key, (name, []))
    headers[key] = name, [*lines, value]
