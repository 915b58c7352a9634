"""Read a multipart form (RFC 7578) with Werkzeug's decoder, within limits of its fields, their text and their headers.

Werkzeug's own loop limits the text of each field, not that of all, and the headers of a part not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import IO

from werkzeug.datastructures import FileStorage, Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData, State

from fsapi.request.route import Limits

#: Opens a temporary file for a part, by its file name and content type.
OpenFile = Callable[[str, "str | None"], IO[bytes]]
#: Fields and files with their names; a part without a name has None.
Form = tuple[list[tuple[str, str]], list[tuple[str, FileStorage]]]

#: How many bytes of a form are read at once.
PIECE = 64 * 1024
_MAX_HEADERS = 8 * 1024
_MAX_TEXT = 10 * 1024 * 1024
# RFC 2046, 5.1.1 allows 70 characters, but Werkzeug's test client sends up to 75. Spaces may follow a boundary, but
# nothing sends them.
_MAX_BOUNDARY, _MAX_PADDING = 256, 256
# The charsets that a part may name; all others are read as UTF-8.
_CHARSETS = ("ascii", "us-ascii", "utf-8", "iso-8859-1")


def read_multipart(stream: IO[bytes], boundary: bytes, limits: Limits, open_file: OpenFile) -> Form:
    """Return the fields and files of a form; raise ValueError if it is malformed, and 413."""
    if len(boundary) > _MAX_BOUNDARY:
        raise ValueError(f"its boundary is longer than {_MAX_BOUNDARY} characters")
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, FileStorage]] = []
    part: Field | File = Field(name="", headers=Headers())
    count, text, size = 0, list[bytes](), 0
    with ExitStack() as opened:
        for event in _events(stream, boundary):
            if isinstance(event, (Field, File)):
                part, count, text = event, count + 1, []
                _check_part(part, count, limits)
            if isinstance(event, File):
                file = FileStorage(
                    open_file(event.filename, event.headers.get("content-type")),
                    event.filename,
                    event.name,
                    headers=event.headers,
                )
                opened.callback(file.close)
                files.append((event.name, file))
            elif isinstance(event, Data) and isinstance(part, File):
                files[-1][1].stream.write(event.data)
                if not event.more_data:
                    files[-1][1].stream.seek(0)
            elif isinstance(event, Data):
                text.append(event.data)
                size += len(event.data)
                check_text(size, limits)
                if not event.more_data:
                    fields.append((part.name, b"".join(text).decode(_charset(part.headers), "replace")))
        opened.pop_all()  # whoever reads them closes them
    return fields, files


def check_fields(count: int, limits: Limits) -> None:
    """Raise 413 for too many fields."""
    if limits.fields is not None and count > limits.fields:
        raise RequestEntityTooLarge(f"the form has more than {limits.fields} fields")


def check_text(size: int, limits: Limits) -> None:
    """Raise 413 for too much text, in bytes; where bodies have no limit, the text of a form has one of its own."""
    most = _MAX_TEXT if limits.body is None else limits.body
    if size > most:
        raise RequestEntityTooLarge(f"the text of the form is larger than {most} bytes")


def _check_part(part: Field | File, count: int, limits: Limits) -> None:
    """Raise 413 for one part too many, or for headers that are too long."""
    check_fields(count, limits)
    if sum(len(f"{name}: {value}\r\n") for name, value in part.headers) > _MAX_HEADERS:
        raise _long_headers()


def _events(stream: IO[bytes], boundary: bytes) -> Iterator[Event]:
    """Yield what a form consists of, up to its last boundary; raise ValueError, and 413 for headers without an end."""
    decoder = MultipartDecoder(boundary)
    for piece in _pieces(stream, b"--" + boundary):
        decoder.receive_data(piece)
        event = decoder.next_event()
        while not isinstance(event, (NeedData, Epilogue)):
            yield event
            event = decoder.next_event()
        if decoder.state in (State.EPILOGUE, State.COMPLETE):
            return
        if decoder.state is State.PART and len(decoder.buffer) > _MAX_HEADERS:
            raise _long_headers()
        if decoder.state is State.PREAMBLE and len(decoder.buffer) > PIECE:
            raise ValueError(f"no boundary in the first {PIECE} bytes")


def _pieces(stream: IO[bytes], boundary: bytes) -> Iterator[bytes | None]:
    """Yield the bytes of a stream, then None.

    No piece ends between the CR and the LF of a line, nor within the rest of a line that starts with a boundary: the
    decoder would take the CR before it for data.
    """
    held = b""
    while data := stream.read(PIECE):
        data = held + data
        held = _unfinished(data, boundary)
        yield data.removesuffix(held)
    yield held
    yield None


def _unfinished(data: bytes, boundary: bytes) -> bytes:
    """Return the end of a piece that the next one may complete: a boundary with what can follow it, or a CR."""
    start = data.rfind(boundary, -len(boundary) - _MAX_PADDING)
    rest = data[start + len(boundary) :]
    if start != -1 and (rest == b"-" or not rest.strip(b" \t\v\f\r")):
        return data[start:]
    beginnings = (boundary[:size] for size in range(len(boundary) - 1, 0, -1))
    return next(filter(data.endswith, beginnings), data[-1:] if data.endswith(b"\r") else b"")


def _charset(headers: Headers) -> str:
    """Return the charset of the text in a part."""
    charset = parse_options_header(headers.get("content-type"))[1].get("charset", "").lower()
    return charset if charset in _CHARSETS else "utf-8"


def _long_headers() -> RequestEntityTooLarge:
    """Return the exception for a part with too long headers."""
    return RequestEntityTooLarge(f"the headers of a part of the form are larger than {_MAX_HEADERS} bytes")
