"""The path of a request, as every part of a program sees it."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from fsapi.request.path import SLASH, read_path, read_url
from tests.site import Site, handler


def found(info: str, raw: str = "", script: str = "", key: str = "RAW_URI") -> str | int | None:
    """Return the path that an environ tells, or the status it is answered with."""
    answer = read_path({"PATH_INFO": info, "SCRIPT_NAME": script, **({key: raw} if raw else {})})
    return answer.code if isinstance(answer, HTTPException) else answer


def cgi(text: str) -> str:
    """Return text as an environ holds it (PEP 3333, Unicode Issues)."""
    return text.encode().decode("latin-1")


PLAIN = ["/", "/a", "/a/b", "/.well-known/x", "/a.", "/...", "/a%2Fb", "/%", "/a?b", "/a;b=1", "/a b", "/\n", "/\x1b"]


@pytest.mark.parametrize("info", PLAIN)
def test_a_plain_path_is_path_info(info: str) -> None:
    """A path without a raw target is what it says, and is not decoded again."""
    assert found(info) == info


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("", "/"),
        ("/a/", "/a"),
        (cgi("/é"), "/é"),
        (cgi("/\U0001f600/"), "/\U0001f600"),
        ("a", 404),
        ("*", 404),
        ("443", 404),
        ("//", 404),
        ("//a", 404),
        ("/a//", 404),
        ("/a//b", 404),
        ("/.", 404),
        ("/..", 404),
        ("/a/../b", 404),
        ("/a/./", 404),
        ("/a\0b", 400),
        ("/\xff", 400),
        ("/\xc0\xaf", 400),
        ("/\xed\xa0\x80", 400),
        ("/\u20ac", 400),
        ("/\ud800", 400),
    ],
)
def test_other_paths_are_decoded_once_or_rejected(info: str, expected: str | int) -> None:
    """One trailing slash is ignored; empty and dot segments are 404; NUL and what is not UTF-8 are 400."""
    assert found(info) == expected


@pytest.mark.parametrize("key", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize(
    ("raw", "info", "expected"),
    [
        ("/a%2Fb", "/a/b", f"/a{SLASH}b"),
        ("/a%2fb/c?x=%2F", "/a/b/c", f"/a{SLASH}b/c"),
        ("/%2F", "//", f"/{SLASH}"),
        ("/a%252Fb", "/a%2Fb", "/a%2Fb"),
        ("/%C3%A9", cgi("/é"), "/é"),
        ("/%61/", "/a/", "/a"),
        ("/%2e%2E/a", "/../a", 404),
        ("/a/%2e", "/a/.", 404),
        ("/a%00", "/a\0", 400),
        ("/%FF", cgi("/\ufffd"), 400),
        ("/%FF", "/\xff", 400),
        ("//a", "//a", 404),
        ("//a", "/a", 404),
        ("//", "//", 404),
        ("///a", "/a", 404),
        ("http://host/a%2Fb", "/a/b", f"/a{SLASH}b"),
        ("http://host", "", "/"),
        ("HTTPS://host?x=1", "", "/"),
        ("*", "*", 404),
        ("host:443", "443", 404),
        ("/a%2Fb#c", "/a/b#c", f"/a{SLASH}b#c"),
    ],
)
def test_an_encoded_slash_is_data_where_the_raw_target_is_given(
    raw: str, info: str, expected: str | int, key: str
) -> None:
    """Where the server gives the raw target, an encoded slash is data, and each segment is decoded once."""
    assert found(info, raw, key=key) == expected


@pytest.mark.parametrize(
    ("raw", "info"), [("/a%2Fb", "/x/y"), ("/x%2Fy%2Fz", "/x/y"), ("/%zz", "/a"), ("/\u20ac", "/a")]
)
def test_a_raw_target_that_disagrees_with_path_info_is_ignored(raw: str, info: str) -> None:
    """Where the raw target is another than PATH_INFO tells, as after a rewrite, PATH_INFO decides."""
    assert found(info, raw) == info


@pytest.mark.parametrize(
    ("info", "raw", "value"),
    [
        ("/a/b", "/a%2Fb", "a/b"),
        ("/a%2Fb", "/a%2Fb", "a%2Fb"),
        ("/a%2Fb", "/a%252Fb", "a%2Fb"),
        ("/a%2Fb", "", "a%2Fb"),
        ("/é%2Fb".encode().decode("latin-1"), "/%C3%A9%2Fb", "é%2Fb"),
    ],
)
def test_an_encoded_slash_that_a_server_leaves_in_the_path_stays(site: Site, info: str, raw: str, value: str) -> None:
    """As of cheroot and Apache: decoded again, the path of another URL would be read as this one."""
    app = site({"[name].py": handler("res.json(req.params)"), "a/b.py": handler("res.json(None)")})
    answer = Client(app).get("/", environ_overrides={"PATH_INFO": info, "REQUEST_URI": raw, "RAW_URI": ""})
    assert answer.json == {"name": value}


def test_a_target_beyond_latin_1_is_ignored() -> None:
    """A raw target that has to be looked at and is not latin-1 is 400."""
    assert found("/a", "/%61\u20ac") == 400


@pytest.mark.parametrize(
    ("script", "raw", "info", "expected"),
    [
        ("/api", "/api/a%2Fb", "/a/b", f"/a{SLASH}b"),
        ("/api", "/api", "", "/"),
        ("/api", "/api/", "/", "/"),
        ("/api", "/%61pi", "", "/"),
        ("/api", "/api//x", "//x", 404),
        ("/v1/api", "/v1/api/%61", "/a", "/a"),
        (cgi("/é"), "/%C3%A9/a%2Fb", "/a/b", f"/a{SLASH}b"),
        ("/a/b", "/a%2Fb/c%2Fd", "/c/d", "/c/d"),
        ("/api", "/other/%61", "/a", "/a"),
        ("/api/", "/api/%61", "a", 404),
    ],
)
def test_the_path_starts_below_the_mount(script: str, raw: str, info: str, expected: str | int) -> None:
    """SCRIPT_NAME is taken off the raw target, and never matched."""
    assert found(info, raw, script) == expected


def test_an_environ_without_a_path_is_the_root() -> None:
    """An environ without a path is the root."""
    assert read_path({}) == "/"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"RAW_URI": "/a%2Fb?x=%20", "PATH_INFO": "/a/b"}, "/a%2Fb?x=%20"),
        ({"RAW_URI": "/a%2Fb?x=%20", "PATH_INFO": "/b", "SCRIPT_NAME": "/a"}, "/a%2Fb?x=%20"),
        ({"RAW_URI": "/a?x=%20", "PATH_INFO": "/other", "QUERY_STRING": "y"}, "/other?y"),
        ({"RAW_URI": "/\u20ac", "PATH_INFO": "/other"}, "/other"),
        ({"REQUEST_URI": "/a?", "PATH_INFO": "/a"}, "/a?"),
        ({"RAW_URI": "http://host/a?x", "PATH_INFO": "/a"}, "/a?x"),
        ({"RAW_URI": "http://host", "PATH_INFO": ""}, "/"),
        ({"RAW_URI": "http://host?x", "PATH_INFO": ""}, "/?x"),
        ({"RAW_URI": "*", "PATH_INFO": "*"}, "/*"),
        ({"PATH_INFO": cgi("/é b%"), "SCRIPT_NAME": "/m", "QUERY_STRING": "a=%20"}, "/m/%C3%A9%20b%25?a=%20"),
        ({"PATH_INFO": "/\u20ac?"}, "/%3F%3F"),
        ({}, "/"),
    ],
)
def test_the_url_is_what_the_client_sent(environ: dict[str, Any], expected: str) -> None:
    """The URL is the path from the host on and the query string, as the client sent them."""
    assert read_url(environ) == expected


@pytest.mark.parametrize("query", ["?q=%2F", "?next=http://a//b", "?%", "??", "?a=/../"])
def test_the_query_is_no_part_of_the_path(query: str) -> None:
    """Whatever it holds, it changes nothing."""
    assert [found("/a b", f"/a%20b{query}"), found("/a/b", f"/a%2Fb{query}"), found("/x", f"/x{query}")] == [
        "/a b",
        f"/a{SLASH}b",
        "/x",
    ]
