"""The response that a handler fills in.

A mistake raises in the handler that makes it, so that the traceback shows the line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, overload

from fsapi.json.encode import encode
from fsapi.request.content_type import is_json_type
from fsapi.request.contract import Write, generic_alias
from fsapi.response.headers import header_key, header_lines, header_value, length_value
from fsapi.response.layers import ADDED_UP, HANDLER, Layers, Value, to_lines
from fsapi.response.returned import Returned
from fsapi.response.statuses import NO_CONTENT, NO_CONTENT_HEADERS, STATUSES, ErrorStatus
from fsapi.response.type_variables import DataT, StatusT

if TYPE_CHECKING:
    from typing_extensions import Self  # which type checkers bring along


class Res(Generic[DataT, StatusT]):
    """One response: a status, headers, and a body that ends it.

    `Res[Data]` declares the data that a handler sends on success, `Res[Data, Literal[201]]` its status as well.

    Nothing is sent before the handler has returned, so that an exception can still become an error. On the way
    out, middleware can set headers and replace the answer.
    """

    __slots__ = ("_as", "_before", "_body", "_closed", "_layers", "_length", "_returned", "_status", "_type", "_writer")
    if not TYPE_CHECKING:
        __class_getitem__ = classmethod(generic_alias)

    def __init__(self) -> None:
        self._status = self._before = 200  # the second is that with which the way out of the running middleware began
        self._layers: Layers | None = None  # as long as there are no headers
        self._body: bytes | None = None
        self._returned: Returned | None = None
        self._type, self._closed, self._writer = "", False, HANDLER  # the last is the number of the running function
        self._as: Write | Literal[False] | None = None  # writes within the contract; False: has written an error
        self._length: str | Literal[False] | None = False  # the Content-Length of a HEAD function; False: of no other

    @overload
    def json(self, data: Any, status: ErrorStatus) -> None: ...
    @overload
    def json(self, data: DataT, status: int | None = None) -> None: ...
    def json(self, data: Any, status: int | None = None) -> None:
        """Send data as JSON (RFC 8259), within a contract only what that declares, and end.

        The status is the one given here or set before, else that of the contract, else 200. Raise TypeError for data
        that cannot be written so, and RuntimeError if the response has ended.
        """
        if self._closed:
            raise _ended("json")
        if status is not None:
            self.status(status)
        if not self._as or self._writer != HANDLER:
            body = encode(data)
        elif self._status < 400 and self._status not in NO_CONTENT:
            body = self._as(data)
        else:  # the status stays that of the beginning, since data can run code that sets another
            self._status, body, self._as = self._status, encode(data), False
        if self._layers is not None or self._body is not None:
            self._start_answer(is_json_type)
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
        if code not in STATUSES:
            raise ValueError(f"a status is from 200 to 599, not {code!r}")
        self._status = int(code)
        return self

    def setHeader(self, name: str, value: str | int | Sequence[str]) -> None:
        """Set a header and replace what was set under its name, in any case; a list sends one line each.

        `Set-Cookie` and `Vary` replace only what the same function has set. The true Content-Length is sent, whatever
        is set, except in a HEAD function. Raise ValueError for a hop-by-hop header and for what HTTP does not allow
        (RFC 9110, 5.6.2; PEP 3333), TypeError for a value of another type, RuntimeError if the response has ended.
        """
        if self._closed:
            raise _ended("setHeader")
        key = header_key(name)
        found = header_lines(name, value) if isinstance(value, (list, tuple)) else header_value(name, value)
        if key != "content-length":
            layers = self._layers = self._layers or Layers()  # `_with_layers` would cost a call
            if self._writer == HANDLER and key not in ADDED_UP:
                layers.answer[key] = str.__str__(name), found
            else:
                layers.set(self._writer, key, str.__str__(name), found)
        elif self._length is not False and self._writer == HANDLER:
            self._length = length_value(found)

    def appendHeader(self, name: str, value: str | int | Sequence[str]) -> None:
        """Add one line to a header, or one each of a list, as in Node; raise as `setHeader` does."""
        if self._closed:
            raise _ended("appendHeader")
        key, own = header_key(name), value if isinstance(value, (list, tuple)) else [header_value(name, value)]
        before = to_lines([] if key in ADDED_UP else self.getHeader(name) or [])
        if key in ADDED_UP or before:
            self._with_layers().add(self._writer, key, str.__str__(name), header_lines(name, own, before))
        elif own:
            self.setHeader(name, own)

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
        if self._layers is not None or self._body is not None:
            self._start_answer(bool)
        self._body, self._type, self._closed = data, kind, True

    def getHeader(self, name: str) -> Value | None:
        """Return a header as it will be sent, a list if it has several lines, or None; the name matches in any case."""
        key = name.lower()
        if key == "content-type" and self.ended and self._status in NO_CONTENT_HEADERS:
            return None
        found = None if self._layers is None else self._layers.get(key, ended=self.ended)
        return self._type if found is None and key == "content-type" and self._body is not None else found

    def removeHeader(self, name: str) -> None:
        """Remove a header, whichever function has set it; raise RuntimeError if the response has ended."""
        if self._closed:
            raise _ended("removeHeader")
        self._with_layers().remove(name.lower())
        if self._length and name.lower() == "content-length":
            self._length = None

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
        if self.ended and self._status in NO_CONTENT:
            return b""
        return self._body if self._returned is None else self._returned.content

    def _with_layers(self) -> Layers:
        self._layers = found = self._layers or Layers()
        return found

    def _start_answer(self, takes_type: Callable[[str], bool]) -> None:
        """Begin an answer that is filled in, and close the one that it replaces, if any."""
        layers = self._layers
        if self._body is not None or self._returned is not None:
            if layers is not None:
                layers.replace_answer(self._before, self._status)
            self._drop_answer()
        elif layers is not None and (layers.own or layers.defaults):
            layers.start_answer(takes_type)

    def _discard(self, status: int = 200) -> None:
        """Take back the answer, and all headers but those of middleware that describe no body."""
        self._status, self._closed, self._length, self._writer, self._as = status, False, False, HANDLER, None
        if self._layers is not None:
            self._layers.discard()
        if self._body is not None or self._returned is not None:
            self._drop_answer()

    def _drop_answer(self) -> None:
        """Drop the body, and close the Response in which it was returned, if any."""
        returned, self._returned, self._body, self._length, self._as = self._returned, None, None, False, None
        if returned is not None:
            returned.response.close()  # last, since it may raise


def _ended(name: str) -> RuntimeError:
    """Return the exception for a call that comes too late."""
    return RuntimeError(f"res.{name}: the response has already ended")
