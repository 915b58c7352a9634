"""The response that a handler fills in.

A mistake raises in the handler that makes it, so that the traceback shows the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, overload

from fsapi.json.encode import encode
from fsapi.request.contract import generic_alias
from fsapi.response.headers import header_key, header_value
from fsapi.response.statuses import ErrorStatus

if TYPE_CHECKING:
    from typing_extensions import Self, TypeVar  # which type checkers bring along
    from werkzeug.wrappers import Response

    DataT = TypeVar("DataT", default=Any, contravariant=True)
    StatusT = TypeVar("StatusT", bound=int, default=int, covariant=True)
else:
    from typing import TypeVar

    DataT, StatusT = TypeVar("DataT"), TypeVar("StatusT")

#: Lower-case name → name and value, or the values of several lines.
HeaderLines = dict[str, tuple[str, str | list[str]]]

_STATUSES = range(200, 600)  # RFC 9110, 15: 1xx are interim answers, which only a server sends


class Returned(NamedTuple):
    """A Response that a handler has returned, with its body and status line for the request at hand."""

    body: Iterable[bytes]
    status: str
    response: Response


class Res(Generic[DataT, StatusT]):
    """One response: a status, headers, and a body that ends it.

    `Res[Data]` declares the data that a handler sends on success, `Res[Data, Literal[201]]` its status as well.

    Nothing is sent before the handler has returned, so that an exception can still become an error. On the way
    out, middleware can set headers and replace the answer.
    """

    __slots__ = ("_body", "_closed", "_headers", "_kept", "_returned", "_status", "_type")
    if not TYPE_CHECKING:
        __class_getitem__ = classmethod(generic_alias)

    def __init__(self) -> None:
        self._status = 200
        self._headers: HeaderLines | None = None
        self._body: bytes | None = None
        self._type = ""
        self._closed = False
        # The headers that middleware has set on the way in, which stay on an error; None without middleware.
        self._kept: HeaderLines | None = None
        self._returned: Returned | None = None

    @overload
    def json(self, data: Any, status: ErrorStatus) -> None: ...
    @overload
    def json(self, data: DataT, status: int | None = None) -> None: ...
    def json(self, data: Any, status: int | None = None) -> None:
        """Send data as JSON (RFC 8259), and end.

        The status is the one given here or set before, otherwise that of the contract, otherwise 200. Raise
        TypeError for data that cannot be written as JSON, and RuntimeError if the response has ended.
        """
        if self._closed:
            raise _ended("json")
        if status is not None:
            self.status(status)
        body = encode(data)
        if self._returned is not None:
            self._discard()
        self._body, self._type, self._closed = body, "application/json", True

    @overload
    def status(self, code: ErrorStatus) -> Res: ...
    @overload
    def status(self, code: int) -> Self: ...
    def status(self, code: int) -> Res:
        """Set the status code, an int from 200 to 599 (RFC 9110, 15), and return the response.

        Raise TypeError or ValueError for another code, and RuntimeError if the response has ended.
        """
        if self._closed:
            raise _ended("status")
        if isinstance(code, bool) or not isinstance(code, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"a status is an int, not {code!r}")
        if code not in _STATUSES:
            raise ValueError(f"a status is from 200 to 599, not {code!r}")
        self._status = int(code)
        return self

    def setHeader(self, name: str, value: str | int | Sequence[str]) -> None:
        """Set a header and replace what was set under its name, in any case; a list sends one line each.

        A Content-Length is ignored: the true one is sent. Raise ValueError for a hop-by-hop header and for
        characters that HTTP does not allow (RFC 9110, 5.6.2; PEP 3333), TypeError for a value of another type,
        and RuntimeError if the response has ended.
        """
        if self._closed:
            raise _ended("setHeader")
        key = header_key(name)
        lines = (
            [header_value(name, line) for line in value]
            if isinstance(value, (list, tuple))
            else header_value(name, value)
        )
        if key != "content-length":
            if self._headers is None:
                self._headers = {}
            self._headers[key] = str.__str__(name), lines

    def end(self, body: str | bytes | None = None) -> None:
        """Send text as UTF-8, bytes as they are, or no body, and end.

        Raise TypeError for a body of another type, and RuntimeError if the response has ended.
        """
        if self._closed:
            raise _ended("end")
        if isinstance(body, bytes):
            data, kind = bytes(body), "application/octet-stream"
        elif body is None or isinstance(body, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            data, kind = (body or "").encode(), "text/plain; charset=utf-8"
        else:
            raise TypeError(f"a body is str, bytes or None, not {type(body).__name__}: use res.json(...)")
        if self._returned is not None:
            self._discard()
        self._body, self._type, self._closed = data, kind, True

    def getHeader(self, name: str) -> str | list[str] | None:
        """Return the value that `setHeader` has set, or None; the name matches in any case."""
        found = (self._headers or {}).get(name.lower())
        return None if found is None else found[1]

    def removeHeader(self, name: str) -> None:
        """Remove a header that `setHeader` has set, if any; raise RuntimeError if the response has ended."""
        if self._closed:
            raise _ended("removeHeader")
        if self._headers is not None:
            self._headers.pop(name.lower(), None)

    @property
    def statusCode(self) -> int:
        """Return the current status code."""
        return self._status

    @property
    def ended(self) -> bool:
        """Return whether the response has ended."""
        return self._body is not None or self._returned is not None

    @property
    def content(self) -> bytes | None:
        """Return the body as it will be sent; None if the response has not ended, or is a stream."""
        if self._returned is None:
            return self._body
        response = self._returned.response
        return response.get_data() if response.is_sequence else None

    def _adopt(self, returned: Returned, status: int, headers: HeaderLines) -> None:
        """Take a returned Response as the answer."""
        self._returned, self._status, self._headers, self._closed = returned, status, headers, True

    def _keep_headers(self) -> None:
        """Remember the headers set so far as those that stay on an error."""
        self._kept = dict(self._headers) if self._headers else None

    def _discard(self) -> None:
        """Take back everything that was filled in, except for the headers that stay on an error."""
        returned, self._returned = self._returned, None
        self._status, self._body, self._closed = 200, None, False
        self._headers = dict(self._kept) if self._kept else None
        if returned is not None:
            returned.response.close()  # last, since it may raise


def _ended(name: str) -> RuntimeError:
    """Return the exception for a call that comes too late."""
    return RuntimeError(f"res.{name}: the response has already ended")


def vary(res: Res, name: str) -> None:
    """Add a request header to `Vary`, so that caches know that the answer depends on it (RFC 9110, 12.5.5)."""
    found = res.getHeader("Vary")
    lines = [found] if isinstance(found, str) else list(found or [])
    if not any(known.strip().lower() in (name.lower(), "*") for line in lines for known in line.split(",")):
        res.setHeader("Vary", [*lines, name])
