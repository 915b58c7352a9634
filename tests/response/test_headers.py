"""The names and values that a handler may set, and those that raise."""

from __future__ import annotations

import enum
from functools import partial

from fsapi.response.headers import header_key, header_value
from tests.site import accepted

# fmt: off
HOP_BY_HOP = [
    "Connection", "keep-alive", "TE", "Trailer", "Transfer-Encoding", "UPGRADE", "Proxy-Connection",
    "Proxy-Authenticate", "Proxy-Authorization",
]
# fmt: on


class Name(str, enum.Enum):
    """Names of headers."""

    ETAG = "ETag"


def test_a_name_is_a_token_in_any_case() -> None:
    """A name is a token (RFC 9110, 5.6.2), and is the same in any case."""
    names = ["X", "X-Custom", "x_y", "!#$%&'*+-.^_`|~09"]
    assert [header_key(name) for name in names] == [name.lower() for name in names]


def test_a_name_that_is_not_a_token_raises() -> None:
    """What is no token raises ValueError."""
    names = ["", "X A", "X:", "X\r\n", "X\n", "é", "X\0", "(X)", "²", "X\u212a"]
    assert accepted(header_key, names, "^ValueError: .*cannot be the name of a header") == []


def test_a_name_that_is_not_text_raises() -> None:
    """What is no str raises TypeError."""
    assert accepted(header_key, [b"X", None, 5], "^TypeError: .*the name of a header is a str") == []


def test_a_hop_by_hop_header_raises() -> None:
    """What belongs to the connection raises, since PEP 3333 leaves it to the server."""
    assert accepted(header_key, HOP_BY_HOP, "^ValueError: .*belongs to the server") == []


def test_a_value_is_latin_1_text_or_an_int() -> None:
    """A value is text in latin-1, or an int."""
    texts: dict[str | int, str] = {"a b": "a b", "": "", "café": "café", 5: "5", "\xa0": "\xa0"}
    assert {value: header_value("X", value) for value in texts} == texts


def test_a_value_with_other_characters_raises() -> None:
    """Controls, and what is not latin-1, raise ValueError: nothing can end a header's line."""
    values = ["a\r\nb: c", "a\n", "\r", "\0", "\x01", "\t", "\x1f", "\x7f", "€", "\ud800", "😀"]
    message = "^ValueError: .*the value of X contains a character that no header may have"
    assert accepted(partial(header_value, "X"), values, message) == []


def test_a_location_whose_host_is_no_domain_name_is_percent_encoded() -> None:
    """RFC 3986, 3.2.2, lets a host have percent-encoded text."""
    texts = {
        "http://\u200d.example/": "http://%E2%80%8D.example/",
        "http://a\u2100b/é": "http://a%E2%84%80b/%C3%A9",
        "//[é": "//[%C3%A9",
        f"//{'é' * 64}/": f"//{'%C3%A9' * 64}/",
    }
    assert {value: header_value("Location", value) for value in texts} == texts


def test_a_value_of_another_type_raises() -> None:
    """What is neither str nor int raises TypeError."""
    values: list[object] = [None, True, 1.5, b"a", {}, [], object()]
    assert (
        accepted(partial(header_value, "X"), values, "^TypeError: .*the value of X is a str, an int or a list of str")
        == []
    )


def test_a_member_of_an_enumeration_is_its_value() -> None:
    """A member of a str enumeration is its value, and a plain str, as servers want it."""
    text = header_value("X", Name.ETAG)
    assert (text, type(text)) == ("ETag", str)
