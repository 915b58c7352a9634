"""Search params: how they are looked up, and missed."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequestKeyError

from fsapi.request.query import query_pairs, read_pairs, read_query


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("a=1&b=2&a=3", {"a": "3", "b": "2"}),
        ("a=&b&=c", {"a": "", "b": "", "": "c"}),
        ("a=1;b=2", {"a": "1;b=2"}),
        ("a+b=c%20d+e", {"a b": "c d e"}),
        ("a=%2525&%3D=%26", {"a": "%25", "=": "&"}),
        ("a=%C3%A9&b=%FF&c=%", {"a": "é", "b": "\ufffd", "c": "%"}),
        ("a=\xc3\xa9", {"a": "é"}),
        ("a=\xff", {"a": "\ufffd"}),
        ("a=\u20ac", {"a": "?"}),
        ("a=%00%0d%0a", {"a": "\0\r\n"}),
        ("&&a=1&", {"a": "1"}),
    ],
)
def test_search_params_are_decoded_and_the_last_of_equal_names_wins(text: str, expected: dict[str, str]) -> None:
    """Search params are decoded once as UTF-8; the last wins, and what is not UTF-8 is U+FFFD."""
    assert read_query({"QUERY_STRING": text}) == expected


@given(st.text("ab=&;+%2\xc3\xa9 \0\n", max_size=20))
def test_a_query_is_read_as_parse_qsl_reads_it(text: str) -> None:
    """Also where nothing is to be decoded, which is done without it."""
    decoded = text.encode("latin-1").decode(errors="replace")
    expected = parse_qsl(decoded, keep_blank_values=True, errors="replace")
    assert query_pairs({"QUERY_STRING": text}) == expected
    assert [*read_query({"QUERY_STRING": text}).items()] == [*dict(expected).items()]


@given(st.text("ab%2Ffgé+", max_size=20))
def test_an_escape_is_read_as_parse_qsl_reads_it(text: str) -> None:
    """Bytes that are not UTF-8 are replaced in a form, too."""
    assert read_pairs(f"a={text}") == parse_qsl(f"a={text}", keep_blank_values=True, errors="replace")


def test_an_environ_without_a_query_has_no_search_params() -> None:
    """A request without QUERY_STRING has no search params."""
    assert read_query({}) == {}


def test_a_missing_search_param_is_a_400_that_names_it() -> None:
    """A search param that was not sent is a 400 that names it, and `get` gives None."""
    with pytest.raises(BadRequestKeyError) as caught:
        read_query({})["page"]
    assert (caught.value.code, caught.value.description) == (400, "the query parameter 'page' is missing")
    assert read_query({}).get("page") is None
