"""Bytes that are not JSON, and what the error says about them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapi.json.engine import decode
from fsapi.json.malformed import Malformed

NOT_JSON = [
    (b"", "it ends too early, at byte 0"),
    (b"[1", "it ends too early, at byte 2"),
    (b'"\\u00', "it ends too early, at byte 5"),
    (b"[1,]", "trailing comma in array (byte 3)"),
    (b"[1]x", "trailing characters (byte 4)"),
    (b"01", "invalid number (byte 1)"),
    (b"NaN", "invalid character (byte 0)"),
    (b"[-Infinity]", "invalid character (byte 2)"),
    (b"{'a':1}", "object keys must be strings (byte 1)"),
    (b'"\t"', "invalid character (byte 1)"),
    (b"\xef\xbb\xbf1", "invalid character (byte 0)"),
    ("[1]".encode("utf-16"), "invalid character (byte 0)"),
    (b"1e400", "a number out of range"),
    (b"[1" + b"0" * 5000 + b"]", "a number out of range at `$[0]`"),
    (b"[" * 100_000, "nested too deep"),
    (b'{"a":' * 100_000, "nested too deep"),
    (b'["\xff"]', "not UTF-8 at byte 2"),
    (b'{"a\xc0\xaf":1}', "not UTF-8 at byte 3"),
    (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
    (b'["\\ud800"]', "a lone surrogate at byte 2"),
    (b'"\\ud800\\ud800"', "invalid utf-16 surrogate pair (byte 13)"),
    (b'"\\udfff"', "invalid utf-16 surrogate pair (byte 7)"),
]


@pytest.mark.parametrize(("data", "reason"), NOT_JSON, ids=range(len(NOT_JSON)))
def test_the_error_says_what_is_wrong_and_where(data: bytes, reason: str) -> None:
    """The client reads it in the answer."""
    with pytest.raises(Malformed) as caught:
        decode(data)
    assert str(caught.value) == reason


@pytest.mark.parametrize("data", [b'"\\n\xff"', b'["\\u00e9", "\\t\xed\xa0\x80"]', b'{"\\n\xff": 1}'])
def test_bad_utf_8_after_an_escape_is_malformed(data: bytes) -> None:
    """An escape before the bytes does not hide them."""
    with pytest.raises(Malformed, match="not UTF-8"):
        decode(data)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=40) | st.text('[]{}":,\\und80129.eE+-', max_size=20).map(str.encode))
def test_any_bytes_are_json_or_malformed(data: bytes) -> None:
    """decode() raises no other exception."""
    with contextlib.suppress(Malformed):
        decode(data)
