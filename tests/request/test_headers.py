"""Headers: how they are looked up, iterated, and missed."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import BadRequestKeyError

from fsapi.request.headers import Headers


def headers(**environ: Any) -> Headers:
    """Return the headers of an environ."""
    return Headers(environ)


@pytest.mark.parametrize("name", ["X-Custom-Thing", "x-custom-thing", "X-CUSTOM-THING"])
def test_a_header_is_found_in_any_case(name: str) -> None:
    """A header is found in any case."""
    assert headers(HTTP_X_CUSTOM_THING="1")[name] == "1"


def test_content_type_and_content_length_are_headers() -> None:
    """Content-Type and Content-Length are headers as any other."""
    found = headers(CONTENT_TYPE="text/plain", CONTENT_LENGTH="3", HTTP_HOST="h")
    assert dict(found) == {"content-type": "text/plain", "content-length": "3", "host": "h"}


def test_an_empty_content_type_was_not_sent() -> None:
    """An empty CONTENT_TYPE means that the client sent none."""
    found = headers(CONTENT_TYPE="", CONTENT_LENGTH="")
    assert (list(found), len(found), "Content-Type" in found) == ([], 0, False)


def test_a_header_that_was_sent_empty_is_there() -> None:
    """A header that was sent empty is there."""
    assert headers(HTTP_X="")["x"] == ""


def test_names_are_iterated_in_lower_case() -> None:
    """Names are iterated in lower case, and what is no header of the environ is not one here."""
    found = headers(HTTP_X_A="1", HTTP_B="2", SERVER_NAME="s", HTTP_CONTENT_LENGTH="9", HTTP_CONTENT_TYPE="t")
    assert (list(found.items()), len(found)) == ([("x-a", "1"), ("b", "2")], 2)


def test_http_content_length_is_not_the_content_length() -> None:
    """`HTTP_CONTENT_LENGTH` is never the Content-Length."""
    assert headers(HTTP_CONTENT_LENGTH="9").get("Content-Length") is None


def test_a_header_without_a_name_is_not_there() -> None:
    """A header without a name, which some servers pass on, is not there."""
    found = headers(HTTP_="1")
    assert not list(found)
    assert found.get("") is None


def test_an_underscore_does_not_stand_for_a_hyphen() -> None:
    """`X_User` does not name the header `X-User`."""
    assert "X_User" not in headers(HTTP_X_USER="joe")


def test_a_value_that_is_not_text_is_not_a_header() -> None:
    """An environ that holds another type under a header's name has no such header."""
    assert headers(HTTP_X=5).get("x") is None


def test_a_missing_header_is_a_400_that_names_it() -> None:
    """A header that was not sent is a 400 that names it, and `get` gives None."""
    with pytest.raises(BadRequestKeyError) as caught:
        headers()["X-Token"]
    assert (caught.value.code, caught.value.description) == (400, "the header 'X-Token' is missing")
    assert headers().get("X-Token") is None


def test_repr_shows_the_headers() -> None:
    """The repr shows what there is."""
    assert repr(headers(HTTP_X="1")) == "Headers({'x': '1'})"
