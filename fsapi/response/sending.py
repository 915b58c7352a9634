"""The one place that writes responses, filled in or returned.

Nothing that a server would send as it is (CR and LF, a wrong length, a body with 204) can leave.
"""

# The functions here are friends of Res: as methods they would be part of what handlers see.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.http import HTTP_STATUS_CODES

from fsapi.response.headers import header_key, header_value
from fsapi.response.res import Headers, Res

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.wrappers import Response

_STATUS = {code: f"{code} {HTTP_STATUS_CODES.get(code, 'Unknown')}" for code in range(200, 600)}
#: The statuses of answers that have no content (RFC 9110, 15.3.5, 15.3.6 and 15.4.5).
NO_CONTENT = (204, 205, 304)
_BARE = (204, 304)


def adopt(res: Res, response: Response, environ: WSGIEnvironment) -> None:
    """Let a Werkzeug Response take the place of what was filled in, headers excepted; raise ValueError.

    Its own headers win over those of `res`, except Set-Cookie and Vary, which add up.
    """
    body, status, lines = response.get_wsgi_response(environ)
    if not 200 <= response.status_code <= 599:
        raise ValueError(f"the status of an answer is from 200 to 599, not {response.status_code}")
    merged: Headers = {}
    for name, value in lines:
        _add(merged, header_key(name), name, header_value(name, value))
    own = merged.keys() - {"set-cookie", "vary"}
    for name, value in _lines(res):
        if name.lower() not in own:
            _add(merged, name.lower(), name, value)
    res._reply = body, header_value("the status", status), response
    res._status, res._headers, res._closed = response.status_code, merged, True


def streams(res: Res) -> bool:
    """Tell whether the body is a returned Response's, which ends when the server has iterated it."""
    return res._reply is not None


def send(res: Res, method: str, start_response: StartResponse) -> Iterable[bytes]:
    """Start a response that has ended, and return its body.

    204 and 304 have neither body nor Content-Type (RFC 9110, 15.3.5 and 15.4.5), 205 is empty (15.3.6), and
    HEAD has the headers of GET (9.3.2).
    """
    code = res._status
    body: Iterable[bytes]
    if res._reply is None:
        content = b"" if code in NO_CONTENT else res._body or b""
        body, status = (content,) if method != "HEAD" and code not in _BARE else (), _STATUS[code]
        lines = [("Content-Type", res._type), ("Content-Length", str(len(content)))]
        if res._headers is not None:
            lines = lines["content-type" in res._headers :] + _lines(res)
    else:
        body, reason, _ = res._reply
        status, lines = reason if reason.startswith(str(code)) else _STATUS[code], _lines(res)
    if code in _BARE:
        lines = [line for line in lines if line[0].lower() not in ("content-type", "content-length")]
    start_response(status, lines)
    return body


def _lines(res: Res) -> list[tuple[str, str]]:
    """Return the headers that were set, one entry a line."""
    lines: list[tuple[str, str]] = []
    for name, value in (res._headers or {}).values():
        lines += [(name, line) for line in value] if isinstance(value, list) else [(name, value)]
    return lines


def _add(headers: Headers, key: str, name: str, value: str) -> None:
    """Add one line."""
    name, lines = headers.get(key, (name, []))
    headers[key] = name, [*lines, value]
