"""The response that a handler fills in.

Every mistake raises in the handler, where its traceback says who made it.
"""

# The functions below the class are its friends: as methods they would be part of what handlers see.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, overload

from fsapi.json.encode import encode
from fsapi.request.contract import generic_alias
from fsapi.response.headers import header_key, header_value
from fsapi.response.statuses import ErrorStatus

if TYPE_CHECKING:
    from typing_extensions import Self, TypeVar  # which checkers bring along
    from werkzeug.wrappers import Response

    DataT = TypeVar("DataT", default=Any, contravariant=True)
    StatusT = TypeVar("StatusT", bound=int, default=int, covariant=True)
else:
    from typing import TypeVar

    DataT, StatusT = TypeVar("DataT"), TypeVar("StatusT")

#: Lower-case name → name and value, or the values of several lines.
Headers = dict[str, tuple[str, str | list[str]]]

_STATUSES = range(200, 600)  # RFC 9110, 15: 1xx are interim answers, which a server sends


class Res(Generic[DataT, StatusT]):
    """One response: a status, headers, and a body that ends it.

    `Res[Data]` is the contract of what a handler sends on success, and `Res[Data, Literal[201]]` has its status.

    Nothing is sent before the handler has returned, so that an exception can still become an error. On the way
    out through middleware the response is open again: headers can be set, and the answer can be replaced.
    """

    __slots__ = ("_body", "_closed", "_headers", "_kept", "_reply", "_status", "_type")
    if not TYPE_CHECKING:
        __class_getitem__ = classmethod(generic_alias)

    def __init__(self) -> None:
        self._status = 200
        self._headers: Headers | None = None
        self._body: bytes | None = None
        self._type = ""
        self._closed = False
        # What middleware has set on the way in, which stays on an error; None where there is no middleware.
        self._kept: Headers | None = None
        # The body, the status line and the Response that a handler has returned.
        self._reply: tuple[Iterable[bytes], str, Response] | None = None

    @overload
    def json(self, data: Any, status: ErrorStatus) -> None: ...
    @overload
    def json(self, data: DataT, status: int | None = None) -> None: ...
    def json(self, data: Any, status: int | None = None) -> None:
        """Send data as JSON (RFC 8259), and end.

        The status is that of the contract, or 200, unless it is given here or was set before. Raise TypeError
        for data that JSON has no form for, and RuntimeError where the response has ended.
        """
        if self._closed:
            raise _ended("json")
        if status is not None:
            self.status(status)
        body = encode(data)
        if self._reply is not None:
            abandon(self)
        self._body, self._type, self._closed = body, "application/json", True

    @overload
    def status(self, code: ErrorStatus) -> Res: ...
    @overload
    def status(self, code: int) -> Self: ...
    def status(self, code: int) -> Res:
        """Set the status code, an int from 200 to 599 (RFC 9110, 15), and return the response.

        Raise TypeError, ValueError, or RuntimeError where the response has ended.
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
        """Set a header, whatever was set under its name in any case; a list sends one line each.

        A Content-Length is ignored in favour of the true one. Raise ValueError for a hop-by-hop header and
        for what HTTP does not allow (RFC 9110, 5.6.2; PEP 3333), TypeError for a value of another type, and
        RuntimeError where the response has ended.
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

        Raise TypeError for a body of another type, and RuntimeError where the response has ended.
        """
        if self._closed:
            raise _ended("end")
        if isinstance(body, bytes):
            data, kind = bytes(body), "application/octet-stream"
        elif body is None or isinstance(body, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            data, kind = (body or "").encode(), "text/plain; charset=utf-8"
        else:
            raise TypeError(f"a body is str, bytes or None, not {type(body).__name__}: use res.json(...)")
        if self._reply is not None:
            abandon(self)
        self._body, self._type, self._closed = data, kind, True

    def getHeader(self, name: str) -> str | list[str] | None:
        """Return what `setHeader` set, in any case of the name, or None."""
        found = (self._headers or {}).get(name.lower())
        return None if found is None else found[1]

    def removeHeader(self, name: str) -> None:
        """Take back what `setHeader` set, if anything; raise RuntimeError where the response has ended."""
        if self._closed:
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
        return self._body is not None or self._reply is not None

    @property
    def content(self) -> bytes | None:
        """Return the body as it will be sent; None where the response has not ended, or is a stream."""
        if self._reply is None:
            return self._body
        response = self._reply[2]
        return response.get_data() if response.is_sequence else None


def _ended(name: str) -> RuntimeError:
    """Return the exception for a change that comes too late."""
    return RuntimeError(f"res.{name}: the response has already ended")


def keep(res: Res) -> None:
    """Remember the headers that have been set as those that stay on an error."""
    res._kept = dict(res._headers) if res._headers else None


def reopen(res: Res) -> None:
    """Let a response that has ended be changed."""
    res._closed = False


def close(res: Res) -> None:
    """Let a response that has ended no longer be changed."""
    res._closed = True


def abandon(res: Res) -> None:
    """Take back all that was filled in, but for the headers that stay on an error."""
    if res._reply is not None:
        res._reply[2].close()
    res._status, res._body, res._reply, res._closed = 200, None, None, False
    res._headers = dict(res._kept) if res._kept else None


def vary(res: Res, name: str) -> None:
    """Tell caches that the answer depends on a header of the request, beside what else it depends on."""
    found = res.getHeader("Vary")
    lines = [found] if isinstance(found, str) else list(found or [])
    if not any(known.strip().lower() in (name.lower(), "*") for line in lines for known in line.split(",")):
        res.setHeader("Vary", [*lines, name])
