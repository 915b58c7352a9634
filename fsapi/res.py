"""The response that a handler fills in, and the one place that writes one.

Every mistake raises in the handler, where its traceback says who made it; nothing that a server would
send as it is (CR and LF, a wrong length, a body with 204) can leave.
"""

# The functions below the class are its friends: as methods they would be part of what handlers see.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from werkzeug.http import HTTP_STATUS_CODES

from fsapi import header
from fsapi.codec import encode

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from typing_extensions import Self
    from werkzeug.wrappers import Response

#: Response headers as PEP 3333 takes them.
Headers = list[tuple[str, str]]

_STATUS = {code: f"{code} {HTTP_STATUS_CODES.get(code, 'Unknown')}" for code in range(200, 600)}
_BARE, _EMPTY = (204, 304), (204, 205, 304)


class Res:
    """One response: a status, headers, and a body that ends it.

    Nothing is sent before the handler has returned, so that an exception can still become an error.
    """

    __slots__ = ("_body", "_headers", "_reply", "_status", "_type")

    def __init__(self) -> None:
        self._status = 200
        self._headers: dict[str, tuple[str, str | list[str]]] | None = None
        self._body: bytes | None = None
        self._type = ""
        self._reply: tuple[Iterable[bytes], str, Headers] | None = None

    def json(self, data: Any, status: int | None = None) -> None:
        """Send data as JSON (RFC 8259), and end.

        The status is 200 unless it is given here or was set before. Raise TypeError for data that JSON has
        no form for, and RuntimeError where the response has ended.
        """
        if self._body is not None:
            raise _ended("json")
        if status is not None:
            self.status(status)
        self._body = encode(data)
        self._type = "application/json"

    def status(self, code: int) -> Self:
        """Set the status code, an int from 200 to 599 (RFC 9110, 15), and return the response.

        Raise TypeError, ValueError, or RuntimeError where the response has ended.
        """
        if self._body is not None:
            raise _ended("status")
        if isinstance(code, bool) or not isinstance(code, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a status is an int, not {code!r}")
        if code not in _STATUS:
            raise ValueError(f"a status is from 200 to 599, not {code!r}")
        self._status = int(code)
        return self

    def setHeader(self, name: str, value: str | int | Sequence[str]) -> None:
        """Set a header, whatever was set under its name in any case; a list sends one line each.

        A Content-Length is ignored in favour of the true one. Raise ValueError for a hop-by-hop header and
        for what HTTP does not allow (RFC 9110, 5.6.2; PEP 3333), TypeError for a value of another type, and
        RuntimeError where the response has ended.
        """
        if self._body is not None:
            raise _ended("setHeader")
        key = header.key(name)
        lines = (
            [header.line(name, line) for line in value]
            if isinstance(value, (list, tuple))
            else header.line(name, value)
        )
        if key != "content-length":
            if self._headers is None:
                self._headers = {}
            self._headers[key] = str.__str__(name), lines

    def end(self, body: str | bytes | None = None) -> None:
        """Send text as UTF-8, bytes as they are, or no body, and end.

        Raise TypeError for a body of another type, and RuntimeError where the response has ended.
        """
        if self._body is not None:
            raise _ended("end")
        if isinstance(body, bytes):
            self._body, self._type = bytes(body), "application/octet-stream"
        elif body is None or isinstance(body, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            self._body, self._type = (body or "").encode(), "text/plain; charset=utf-8"
        else:
            raise TypeError(f"a body is str, bytes or None, not {type(body).__name__}: use res.json(...)")

    def getHeader(self, name: str) -> str | list[str] | None:
        """Return what `setHeader` set, in any case of the name, or None."""
        found = (self._headers or {}).get(name.lower())
        return None if found is None else found[1]

    def removeHeader(self, name: str) -> None:
        """Take back what `setHeader` set, if anything; raise RuntimeError where the response has ended."""
        if self._body is not None:
            raise _ended("removeHeader")
        if self._headers is not None:
            self._headers.pop(name.lower(), None)

    @property
    def statusCode(self) -> int:
        """Return the status code as it stands."""
        return self._status

    @property
    def ended(self) -> bool:
        """Tell whether the response has ended."""
        return self._body is not None


def _ended(name: str) -> RuntimeError:
    """Return the exception for a change that comes too late."""
    return RuntimeError(f"res.{name}: the response has already ended")


def adopt(res: Res, response: Response, environ: WSGIEnvironment) -> None:
    """Let a Werkzeug Response take the place of what was filled in, headers excepted; raise ValueError.

    Its own headers win over those of `res`, except Set-Cookie and Vary, which add up.
    """
    body, status, lines = response.get_wsgi_response(environ)
    if not 200 <= response.status_code <= 599:
        raise ValueError(f"the status of an answer is from 200 to 599, not {response.status_code}")
    checked = [(name, header.line(name, value)) for name, value in lines if header.key(name)]
    own = {name.lower() for name, _ in lines} - {"set-cookie", "vary"}
    checked += [line for line in _lines(res) if line[0].lower() not in own]
    res._status, res._reply = response.status_code, (body, header.line("the status", status), checked)


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
        content = b"" if code in _EMPTY else res._body or b""
        body, status = (content,) if method != "HEAD" and code not in _BARE else (), _STATUS[code]
        lines = [("Content-Type", res._type), ("Content-Length", str(len(content)))]
        if res._headers is not None:
            lines = lines["content-type" in res._headers :] + _lines(res)
    else:
        body, status, lines = res._reply
    if code in _BARE:
        lines = [line for line in lines if line[0].lower() not in ("content-type", "content-length")]
    start_response(status, lines)
    return body


def _lines(res: Res) -> Headers:
    """Return the headers that were set, one entry a line."""
    lines: Headers = []
    for name, value in (res._headers or {}).values():
        lines += [(name, line) for line in value] if isinstance(value, list) else [(name, value)]
    return lines
