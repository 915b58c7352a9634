"""A body by its headers: when it is JSON, when it is text, and when it is neither."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from werkzeug.exceptions import BadRequest, HTTPException

from fsapi.request.content_type import parse_body

# fmt: off
JSON = [
    "application/json", "Application/JSON", "application/json; charset=utf-16", "application/json ;x=y",
    "application/vnd.api+json", "application/problem+JSON;q=1", "\tapplication/json",
]
TEXT = [
    "", "text/plain", "application/jsonx", "application/json garbage", "application/json\tx", "application/json,x",
    "text/application/json", "xapplication/json", "application/x+jsonx", "/x+json", "application/+json", "+json",
    "text/json", "application/json/x", "application/x-ndjson",
]
# fmt: on


def by(data: bytes, kind: str = "", **environ: str) -> Any:
    """Return a body parsed by its content type."""
    return parse_body(data, {"CONTENT_TYPE": kind, **environ})


def rejected(data: bytes, kind: str, **environ: str) -> tuple[int | None, str | None]:
    """Return the status and the words that a body is rejected with."""
    with pytest.raises(HTTPException) as caught:
        by(data, kind, **environ)
    return caught.value.code, caught.value.description


@pytest.mark.parametrize("kind", JSON)
def test_json_is_parsed(kind: str) -> None:
    """`application/json` and `…+json` are JSON in any case, with any parameters."""
    assert by("[1, 'é']".replace("'", '"').encode(), kind) == [1, "é"]


@pytest.mark.parametrize("kind", TEXT)
def test_all_else_is_text(kind: str) -> None:
    """What only looks like those two types is text."""
    assert by(b"[1]", kind) == "[1]"


def test_a_body_without_a_content_type_is_text() -> None:
    """A body that comes without a content type is text."""
    assert parse_body(b"1", {}) == "1"


def test_malformed_json_is_a_400() -> None:
    """JSON that is malformed is 400, and says what is wrong and where."""
    assert rejected(b"[1,]", JSON[0]) == (400, "the body is not JSON: trailing comma in array (byte 3)")


def test_json_with_an_escape_and_bad_utf_8_is_a_400() -> None:
    """JSON that is not UTF-8 is 400 also where an escape comes before."""
    assert rejected(b'"\\n\xff"', JSON[0])[0] == 400


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", b"\xc3\xa9"),
        ("UTF8", b"\xc3\xa9"),
        ('"iso-8859-1"', b"\xe9"),
        ("latin-1", b"\xe9"),
        ("Latin1", b"\xe9"),
    ],
)
def test_text_follows_its_charset(charset: str, data: bytes) -> None:
    """Text is decoded by its charset."""
    assert by(data, f"text/plain; charset={charset}") == "é"


@pytest.mark.parametrize("charset", ["", "; charset=ascii", "; charset=us-ascii"])
def test_text_that_is_not_in_its_charset_is_a_400(charset: str) -> None:
    """Text that is not in its charset, UTF-8 where none is named, is 400 and says where."""
    code, text = rejected(b"a\xff", f"text/plain{charset}")
    assert (code, text) == (400, f"the body is not valid {'ascii' if charset else 'utf-8'} at byte 1")


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "hex", "rot13", "idna", "zlib", "undefined", "a-z!"])
def test_other_charsets_are_a_415(charset: str) -> None:
    """No other charset is supported, and none reaches `bytes.decode`: `hex` and `zlib` are codecs too."""
    said = f"the charset {charset!r} is not supported: send UTF-8"
    assert rejected(b"a", f"text/plain; charset={charset}") == (415, said)


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
def test_an_encoded_body_is_a_415(coding: str) -> None:
    """An encoded body is 415, never inflated, and the answer says what would be taken (RFC 9110, 12.5.3)."""
    with pytest.raises(HTTPException, match="Content-Encoding: send it unencoded") as caught:
        by(b"1", JSON[0], HTTP_CONTENT_ENCODING=coding)
    assert (caught.value.code, dict(caught.value.get_headers())["Accept-Encoding"]) == (415, "identity")


@pytest.mark.parametrize("coding", ["identity", "Identity"])
def test_identity_is_no_encoding(coding: str) -> None:
    """The Content-Encoding `identity` is none."""
    assert by(b"1", JSON[0], HTTP_CONTENT_ENCODING=coding) == 1


@pytest.mark.parametrize("data", [b'{"a": 1}', b"[1]"])
def test_json_sent_as_text_is_logged(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Text that looks like JSON is logged with the header that would make it JSON."""
    with caplog.at_level(logging.DEBUG, "fsapi"):
        by(data, "text/plain")
    assert caplog.messages == [
        "a body that looks like JSON was sent as 'text/plain': send it with `Content-Type: application/json`"
    ]


def test_ordinary_text_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Text that does not look like JSON is not logged."""
    with caplog.at_level(logging.DEBUG, "fsapi"):
        by(b"hello", "text/plain")
    assert not caplog.records


def test_bytes_that_are_not_text_can_still_be_read() -> None:
    """An image is no text: 400, and never a 500."""
    with pytest.raises(BadRequest):
        by(b"\x89PNG\r\n", "image/png")


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "data",
    [
        b'{"name": "Ada"}',
        b"{name: Ada}",
        b"{'name': 'Ada'}",
        b"[1, 2]",
        b' {"a": 1}\n',
        b"{}",
        b"[]",
        b'{"a": "x=1&y"}',
    ],
)
def test_json_that_is_sent_as_a_form_is_a_415(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """`curl -d` says that all it sends is a form; the answer and the log say which header to send."""
    caplog.set_level(logging.DEBUG, "fsapi")
    code, text = rejected(data, FORM)
    assert (code, text) == (
        415,
        f"the body is JSON, but its content type is '{FORM}': send it with `Content-Type: application/json`",
    )
    assert [record.getMessage() for record in caplog.records] == [
        f"a body that looks like JSON was sent as '{FORM}': send it with `Content-Type: application/json`"
    ]


@pytest.mark.parametrize(
    "data", [b"a=1", b"%7B%22a%22%3A1%7D", b"[a]=[1]", b"{a}=1", b"{a=1}", b"[x", b"[a]=1&[b]", b"a"]
)
def test_a_form_is_text(data: bytes) -> None:
    """A form with brackets in its names is a form."""
    assert by(data, FORM) == data.decode()
