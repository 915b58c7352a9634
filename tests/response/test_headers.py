"""The names and values that a handler may set, and those that raise."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from fsapi.response.headers import header_key, header_value

# fmt: off
HOP_BY_HOP = [
    "Connection", "keep-alive", "TE", "Trailer", "Transfer-Encoding", "UPGRADE", "Proxy-Connection",
    "Proxy-Authenticate", "Proxy-Authorization",
]
# fmt: on


class Name(str, enum.Enum):
    """Names of headers."""

    ETAG = "ETag"


@pytest.mark.parametrize("name", ["X", "X-Custom", "x_y", "!#$%&'*+-.^_`|~09"])
def test_a_name_is_a_token_in_any_case(name: str) -> None:
    """A name is a token (RFC 9110, 5.6.2), and is the same in any case."""
    assert header_key(name) == name.lower()


@pytest.mark.parametrize("name", ["", "X A", "X:", "X\r\n", "X\n", "é", "X\0", "(X)", "²", "X\u212a"])
def test_a_name_that_is_not_a_token_raises(name: str) -> None:
    """What is no token raises ValueError."""
    with pytest.raises(ValueError, match="cannot be the name of a header"):
        header_key(name)


@pytest.mark.parametrize("name", [b"X", None, 5])
def test_a_name_that_is_not_text_raises(name: Any) -> None:
    """What is no str raises TypeError."""
    with pytest.raises(TypeError, match="the name of a header is a str"):
        header_key(name)


@pytest.mark.parametrize("name", HOP_BY_HOP)
def test_a_hop_by_hop_header_raises(name: str) -> None:
    """What belongs to the connection raises, since PEP 3333 leaves it to the server."""
    with pytest.raises(ValueError, match="belongs to the server"):
        header_key(name)


@pytest.mark.parametrize(("value", "text"), [("a b", "a b"), ("", ""), ("café", "café"), (5, "5"), ("\xa0", "\xa0")])
def test_a_value_is_latin_1_text_or_an_int(value: str | int, text: str) -> None:
    """A value is text in latin-1, or an int."""
    assert header_value("X", value) == text


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\n", "\r", "\0", "\x01", "\t", "\x1f", "\x7f", "€", "\ud800", "😀"])
def test_a_value_with_other_characters_raises(value: str) -> None:
    """Controls, and what is not latin-1, raise ValueError: nothing can end a header's line."""
    with pytest.raises(ValueError, match="the value of X contains a character that no header may have"):
        header_value("X", value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("http://\u200d.example/", "http://%E2%80%8D.example/"),
        ("http://a\u2100b/é", "http://a%E2%84%80b/%C3%A9"),
        ("//[é", "//[%C3%A9"),
        (f"//{'é' * 64}/", f"//{'%C3%A9' * 64}/"),
    ],
)
def test_a_location_whose_host_is_no_domain_name_is_percent_encoded(value: str, text: str) -> None:
    """RFC 3986, 3.2.2, lets a host have percent-encoded text."""
    assert header_value("Location", value) == text


@pytest.mark.parametrize("value", [None, True, 1.5, b"a", {}, [], object()])
def test_a_value_of_another_type_raises(value: object) -> None:
    """What is neither str nor int raises TypeError."""
    with pytest.raises(TypeError, match="the value of X is a str, an int or a list of str"):
        header_value("X", value)


def test_a_member_of_an_enumeration_is_its_value() -> None:
    """A member of a str enumeration is its value, and a plain str, as servers want it."""
    text = header_value("X", Name.ETAG)
    assert (text, type(text)) == ("ETag", str)
