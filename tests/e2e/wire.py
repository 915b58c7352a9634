"""HTTP/1.1 as bytes: send what no client library would, and read the answers as strictly as RFC 9112 allows."""

from __future__ import annotations

import json
import re
import select
import socket
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5]\d\d) [\x20-\x7e]*\r\n")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*\r\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]+)\r\n")


class Malformed(Exception):
    """Bytes that are no answer."""


class Incomplete(Exception):
    """The beginning of an answer."""


class Answer(NamedTuple):
    """One answer as it came; `before` are the statuses of 1xx answers that came before it."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    before: tuple[int, ...] = ()

    def json(self) -> Any:
        """Return the body parsed; NaN and infinities are no JSON."""
        return json.loads(self.body, parse_constant=_reject)

    def field(self, name: str) -> str | None:
        """Return the value of a header, None without it."""
        return dict(self.fields).get(name)

    @property
    def closes(self) -> bool:
        """Return whether the server has said that it closes the connection."""
        return "close" in (self.field("connection") or "").lower()


def read_answers(data: bytes, methods: Sequence[str] = (), *, ended: bool) -> list[Answer]:
    """Return all answers in the bytes of a connection; `methods` are those of the requests, GET by default.

    Raise Malformed for bytes that are not strictly framed, and Incomplete if more have to come unless it has `ended`.
    """
    answers, position = list[Answer](), 0
    while position < len(data):
        method = methods[len(answers)] if len(answers) < len(methods) else "GET"
        answer, position = _read_answer(data, position, method, ended=ended)
        answers.append(answer)
    return answers


def _read_answer(data: bytes, position: int, method: str, *, ended: bool) -> tuple[Answer, int]:
    before = list[int]()
    while True:
        version, status, fields, position = _read_head(data, position, ended=ended)
        if status >= 200:
            break
        before.append(status)
    names = dict(fields)
    length, coding = names.get("content-length"), names.get("transfer-encoding")
    if sum(name in ("content-length", "transfer-encoding") for name, _ in fields) > 1:
        raise Malformed("two lengths")
    if method == "HEAD" or status in (204, 304):
        body = b""
    elif coding is not None:
        if coding.lower() != "chunked" or not version:
            raise Malformed(coding)
        body, position = _read_chunks(data, position, ended=ended)
    elif length is not None:
        end = position + int(length)
        if end > len(data):
            raise Malformed("cut off") if ended else Incomplete
        body, position = data[position:end], end
    elif ended and (not version or "close" in names.get("connection", "").lower()):
        body, position = data[position:], len(data)
    else:
        raise Malformed("no length") if ended else Incomplete
    return Answer(status, fields, body, tuple(before)), position


def _read_head(data: bytes, position: int, *, ended: bool) -> tuple[int, int, tuple[tuple[str, str], ...], int]:
    if data.find(b"\r\n\r\n", position) < 0:
        raise Malformed(data[position:]) if ended else Incomplete
    first = _STATUS.match(data, position)
    if first is None:
        raise Malformed(data[position : position + 200])
    position, fields = first.end(), list[tuple[str, str]]()
    while not data.startswith(b"\r\n", position):
        field = _FIELD.match(data, position)
        if field is None:
            raise Malformed(data[position : position + 200])
        fields.append((field[1].decode().lower(), field[2].decode("latin-1")))
        position = field.end()
    return int(first[1]), int(first[2]), tuple(fields), position + 2


def _read_chunks(data: bytes, position: int, *, ended: bool) -> tuple[bytes, int]:
    pieces = list[bytes]()
    while True:
        size = _CHUNK.match(data, position)
        end = size.end() + int(size[1], 16) if size else len(data)
        if size is None or len(data) < end + 2:
            raise Malformed("cut off") if ended else Incomplete
        pieces.append(data[size.end() : end])
        if data[end : end + 2] != b"\r\n":
            raise Malformed("no CRLF after a chunk")
        position = end + 2
        if int(size[1], 16) == 0:
            return b"".join(pieces), position


def _reject(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def exchange(
    port: int, sent: Sequence[bytes], *, end: bool = False, seconds: float = 15, pause: float = 0, count: int = 0
) -> tuple[bytes, bool]:
    """Send pieces, `pause` seconds apart, and the end of the stream if `end`; return what comes, and whether it ended.

    It ends when the server closes or resets the connection; with a `count` the client stops after so many answers.
    """
    received, stop = bytearray(), time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", port), seconds) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for index, piece in enumerate(sent):
                if index and pause:
                    select.select([client], [], [], pause)
                client.sendall(piece)
            if end:
                client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server has stopped reading: what it has said before counts
        for data in _receive(client, stop):
            received += data
            if count and _are(received, count):
                return bytes(received), False
    return bytes(received), True


def _receive(client: socket.socket, stop: float) -> Iterator[bytes]:
    """Yield what comes until the end of the stream; raise TimeoutError."""
    while True:
        client.settimeout(max(stop - time.monotonic(), 0.001))
        try:
            data = client.recv(1 << 20)
        except ConnectionError:
            return
        if not data:
            return
        yield data


def _are(received: bytearray, count: int) -> bool:
    """Return whether so many answers have come."""
    try:
        return len(read_answers(bytes(received), ended=False)) >= count
    except Incomplete:
        return False
