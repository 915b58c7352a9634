"""Multipart forms: what they hold, wherever their pieces end, and what bounds them."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from fsapi.request.multipart import Form, read_multipart
from fsapi.request.route import Limits
from tests.site import Site, client, handler

PIECE = 64 * 1024
OPENED: list[BytesIO] = []


def open_file(name: str, kind: str | None) -> IO[bytes]:
    """Return a file in memory."""
    OPENED.append(BytesIO())
    return OPENED[-1]


def part(name: str, data: bytes, file: str = "", more: str = "") -> bytes:
    """Return a part of a form."""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
    return f"{head}\r\n{more}\r\n".encode() + data + b"\r\n"


class Pieces(BytesIO):
    """A stream that gives at most `size` bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        return super().read(self.size)


def read(data: bytes, **limits: Any) -> Form:
    """Return the fields and files of a form."""
    return read_multipart(BytesIO(data + b"--b--\r\n"), b"b", Limits(**limits), open_file)


@pytest.mark.parametrize("offset", range(-48, 12))
def test_a_form_is_the_same_wherever_its_pieces_end(offset: int) -> None:
    """A field has no CR too many, and a file no byte, at every offset around the end of a piece."""
    filler = PIECE + offset - len(part("x", b"", "x")) - len(part("a", b""))
    files = part("x", b"\r" * 7 + b"f" * (filler - 14) + b"\r\n\r\r\n\n\r", "x")
    fields, found = read(files + part("a", b"1\r") + part("y", b"\n2\r", "y") + part("b", b"3"))
    assert fields == [("a", "1\r"), ("b", "3")]
    assert [file.stream.read() for _, file in found] == [
        files[-len(files) :][len(part("x", b"", "x")) - 2 : -2],
        b"\n2\r",
    ]


@pytest.mark.parametrize("padding", ["", " ", " \t "])
def test_a_form_is_the_same_in_pieces_of_any_size(padding: str) -> None:
    """Also where one ends within the last boundary, or within the spaces that may follow one."""
    form = (part("a", b"1\r\n--b-") + part("f", b"\r\n\r", "f") + b"--b--").replace(
        b"--b\r", f"--b{padding}\r".encode()
    )
    for size in range(1, len(form)):
        fields, ((_, file),) = read_multipart(Pieces(form, size), b"b", Limits(), open_file)
        assert (fields, file.stream.read()) == ([("a", "1\r\n--b-")], b"\r\n\r"), size


@pytest.mark.parametrize("end", range(8))
def test_the_last_boundary_may_be_cut_at_the_end_of_a_block(end: int) -> None:
    """At every byte of it, in a form of the size that is read at once."""
    head = len(part("f", b"", "f")) - 2
    form = part("f", b"x" * (PIECE - head - end), "f") + b"--b--"
    ((_, file),) = read_multipart(BytesIO(form), b"b", Limits(), open_file)[1]
    assert len(file.stream.read()) == PIECE - head - end


def test_text_has_the_charset_of_its_part() -> None:
    """One of four; all others are UTF-8, and what does not fit is U+FFFD."""
    kinds = ["ISO-8859-1", "utf-8", "utf-16", "US-ASCII"]
    form = b"".join(part("a", b"\xe9", more=f"Content-Type: text/plain; charset={kind}\r\n") for kind in kinds)
    assert [value for _, value in read(form)[0]] == ["é", "\ufffd", "\ufffd", "\ufffd"]


@pytest.mark.parametrize(
    ("form", "limits", "text"),
    [
        (part("a", b"1") * 4, {"fields": 3}, "the form has more than 3 fields"),
        (part("a", b"1", "f") * 4, {"fields": 3}, "the form has more than 3 fields"),
        (part("a", b"12") * 4, {"body": 7}, "the text of the form is larger than 7 bytes"),
        (part("a", b"1" * 200_000) * 60, {"body": None}, f"the text of the form is larger than {10 << 20} bytes"),
        (
            part("a", b"", more=f"X: {'x' * 9000}\r\n"),
            {},
            "the headers of a part of the form are larger than 8192 bytes",
        ),
        (part("a", b"", more="X: 1\r\n" * 2000), {}, "the headers of a part of the form are larger than 8192 bytes"),
        (part("a", b"", more="X: 1\r\n" * 99999), {}, "the headers of a part of the form are larger than 8192 bytes"),
    ],
)
def test_a_form_over_a_limit_is_a_413_that_says_which(form: bytes, limits: dict[str, Any], text: str) -> None:
    """Fields and files, the text of all fields together, and the headers of a part."""
    with pytest.raises(RequestEntityTooLarge) as caught:
        read(form, **limits)
    assert caught.value.description == text


def test_files_are_not_text() -> None:
    """They may be as large as the body."""
    assert len(read(part("a", b"x" * 11_000_000, "f"), body=None)[1]) == 1


@pytest.mark.parametrize("form", [b"", b"x" * 70_000, part("a", b"1")[:-9], b"--b\r\nX: 1\r\n\r\n1\r\n"])
def test_a_malformed_form_is_a_value_error(form: bytes) -> None:
    """Without a boundary at its start, an end, or the name of a part."""
    with pytest.raises(ValueError, match=r"boundary|cannot parse|Disposition"):
        read_multipart(BytesIO(form), b"b", Limits(), open_file)


def test_a_boundary_has_at_most_256_characters() -> None:
    """Every piece is compared with each beginning of it."""
    assert read_multipart(BytesIO(b"--" + b"b" * 256 + b"--"), b"b" * 256, Limits(), open_file) == ([], [])
    with pytest.raises(ValueError, match="its boundary is longer than 256 characters"):
        read_multipart(BytesIO(), b"b" * 257, Limits(), open_file)


def test_files_are_closed_if_the_form_is_rejected() -> None:
    """No temporary file stays behind."""
    with pytest.raises(RequestEntityTooLarge):
        read(part("a", b"1", "f") * 2, fields=1)
    assert OPENED[-1].closed


def test_what_follows_the_last_boundary_is_not_read() -> None:
    """It may be without end."""
    stream = BytesIO(part("a", b"1") + b"--b--\r\n" + b"x" * 300_000)
    assert read_multipart(stream, b"b", Limits(), open_file)[0] == [("a", "1")]
    assert stream.tell() <= PIECE


LONG = b"x" * (10 << 20) + b"y"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (part("a", LONG) + b"--b--", "multipart/form-data; boundary=b"),
        (b"a=" + LONG, "application/x-www-form-urlencoded"),
    ],
)
def test_the_text_of_a_form_has_a_limit_where_bodies_have_none(data: bytes, content_type: str, site: Site) -> None:
    """A file may be streamed, but text is kept in memory."""
    app = site({"a.py": handler("res.json(len(req.raw.form['a']))", "POST", top="max_body = None")})
    answer = client(app).post("/a", input_stream=BytesIO(data), content_length=len(data), content_type=content_type)
    assert (answer.status_code, answer.json) == (
        413,
        {"error": f"the text of the form is larger than {10 << 20} bytes"},
    )
