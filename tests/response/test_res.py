"""The response: what a handler may do with it, and what is sent."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import pytest
from werkzeug.wrappers import Response

from fsapi import Res
from fsapi.json.encode import EncodeError
from fsapi.response.sending import adopt, returned_response, send
from tests.site import Site, client, environ, handler, start_response


class Name(str, enum.Enum):
    """Names of headers."""

    ETAG = "ETag"


def sent(res: Res, method: str = "GET") -> tuple[str, list[tuple[str, str]], bytes]:
    """Return the status, the headers and the body that a response is sent as."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
        started.append((status, headers))
        return lambda data: None

    body: Iterable[bytes] = send(res, method, start_response)
    ((status, headers),) = started
    return status, headers, b"".join(body)


def filled(*calls: tuple[Any, ...]) -> Res:
    """Return a response after calls given as the name of a method and its arguments."""
    res = Res()
    for name, *arguments in calls:
        getattr(res, name)(*arguments)
    return res


def test_json_has_its_type_and_true_length() -> None:
    """Data is sent as JSON, with its true length."""
    headers = [("Content-Type", "application/json"), ("Content-Length", "7")]
    assert sent(filled(("json", {"a": 1}))) == ("200 OK", headers, b'{"a":1}')


@pytest.mark.parametrize(
    "calls", [[("json", 1, 201)], [("status", 201), ("json", 1)], [("status", 404), ("json", 1, 201)]]
)
def test_the_status_is_the_one_given_or_set_before(calls: list[tuple[Any, ...]]) -> None:
    """The status is the one given, else the one set before."""
    assert sent(filled(*calls))[0] == "201 Created"


def test_status_returns_the_response() -> None:
    """Calls can be chained after the status."""
    res = Res()
    assert res.status(404) is res


@pytest.mark.parametrize(("code", "line"), [(HTTPStatus.GONE, "410 Gone"), (200, "200 OK"), (299, "299 Unknown")])
def test_a_status_is_sent_with_its_reason(code: int, line: str) -> None:
    """A status from 200 to 599 is sent with a reason, be it an int or a member of an enumeration."""
    res = filled(("status", code), ("end",))
    assert (sent(res)[0], res.statusCode) == (line, code)
    assert sent(filled(("status", 599), ("end",)))[0] == "599 Unknown"


@pytest.mark.parametrize("code", [99, 0, -1, 1000, 100, 103, 199, 600, 999])
def test_a_status_out_of_range_raises(code: int) -> None:
    """No other number is the status of an answer."""
    with pytest.raises(ValueError, match="a status is from 200 to 599"):
        Res().status(code)


@pytest.mark.parametrize("code", ["abc", "200", True, None, 200.0, 200.5])
def test_a_status_of_another_type_raises(code: Any) -> None:
    """A status is an int."""
    with pytest.raises(TypeError, match="a status is an int"):
        Res().status(code)


@pytest.mark.parametrize(
    ("body", "kind", "data"),
    [
        ("é", "text/plain; charset=utf-8", "é".encode()),
        ("", "text/plain; charset=utf-8", b""),
        (None, "text/plain; charset=utf-8", b""),
        (b"\xff", "application/octet-stream", b"\xff"),
        (b"", "application/octet-stream", b""),
    ],
)
def test_end_sends_text_as_utf_8_and_bytes_as_they_are(body: str | bytes | None, kind: str, data: bytes) -> None:
    """Text is sent as UTF-8 and bytes as they are, each with its type and length."""
    headers = [("Content-Type", kind), ("Content-Length", str(len(data)))]
    assert sent(filled(("end", body))) == ("200 OK", headers, data)


@pytest.mark.parametrize("body", [5, {}, [], True, bytearray(b"a"), memoryview(b"a")])
def test_a_body_of_another_type_raises(body: Any) -> None:
    """A body of another type raises, and the response stays open."""
    res = Res()
    with pytest.raises(TypeError, match=r"a body is str, bytes or None, not \w+: use res\.json"):
        res.end(body)
    assert not res.ended


def test_data_that_cannot_be_written_as_json_raises() -> None:
    """Data that JSON has no form for raises, and the response stays open."""
    res = Res()
    with pytest.raises(EncodeError, match=r"\$\[0\] is of the type object"):
        res.json([object()])
    assert not res.ended


LATE: list[tuple[Any, ...]] = [
    ("json", 1),
    ("end",),
    ("status", 201),
    ("setHeader", "X", "1"),
    ("removeHeader", "X"),
    ("appendHeader", "X", "1"),
    ("appendHeader", "Vary", []),
]


@pytest.mark.parametrize("call", LATE)
@pytest.mark.parametrize("end", [("json", 1), ("end",)])
def test_nothing_can_be_changed_after_the_end(end: tuple[Any, ...], call: tuple[Any, ...]) -> None:
    """Nothing can be changed once the response has ended."""
    res = filled(end)
    with pytest.raises(RuntimeError, match=rf"res\.{call[0]}: the response has already ended"):
        getattr(res, call[0])(*call[1:])
    assert res.ended


def test_a_content_type_that_the_handler_set_stays() -> None:
    """A Content-Type that the handler set stays."""
    res = filled(("setHeader", "content-type", "text/html"), ("end", "a"))
    assert sent(res)[1] == [("Content-Length", "1"), ("content-type", "text/html")]


def test_a_header_in_another_case_is_replaced() -> None:
    """The same name in another case replaces the value."""
    res = filled(("setHeader", "X-A", "1"), ("setHeader", "x-a", 2), ("end",))
    assert sent(res)[1][2:] == [("x-a", "2")]


@pytest.mark.parametrize("name", ["Content-Type", "content-length", "ETag", "Last-Modified", "Location"])
def test_a_header_that_a_response_has_once_cannot_have_two_lines(name: str) -> None:
    """Two of them could be read differently by two programs; a list of one is that one."""
    res = Res()
    for value in ([], ["a", "b"]):
        with pytest.raises(ValueError, match="has one value"):
            res.setHeader(name, value)
    res.setHeader(name, ["7"])
    assert res.getHeader(name) == (None if name == "content-length" else "7")


@pytest.mark.parametrize("value", [["a=1", "b=2"], ("a=1", "b=2")])
def test_a_list_is_sent_as_one_line_each(value: Any) -> None:
    """A list is sent as one line each, in order."""
    res = filled(("setHeader", "Set-Cookie", value), ("end",))
    assert sent(res)[1][2:] == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


@pytest.mark.parametrize(("name", "value"), [("X", "a\r\nb: c"), ("X", ["a", "\n"]), ("X\n", "a"), ("Upgrade", "h2c")])
def test_headers_are_checked(name: str, value: Any) -> None:
    """What HTTP does not allow raises where it is set, and leaves the response as it was."""
    res = Res()
    with pytest.raises(ValueError, match=r"header|server"):
        res.setHeader(name, value)
    assert res.getHeader(name) is None


@pytest.mark.parametrize("value", ["999", -1, "abc"])
def test_a_content_length_of_the_handler_is_ignored(value: Any) -> None:
    """A Content-Length of the handler's is ignored in favour of the true one."""
    res = filled(("setHeader", "Content-Length", value), ("end", "abc"))
    assert dict(sent(res)[1])["Content-Length"] == "3"


def test_headers_can_be_read_and_removed_in_any_case() -> None:
    """What was set can be read and taken back in any case; what was not set is None."""
    res = filled(("removeHeader", "X"), ("setHeader", "X-A", ["1"]))
    assert (res.getHeader("x-a"), res.getHeader("X-B")) == (["1"], None)
    res.removeHeader("x-A")
    assert (res.getHeader("X-A"), Res().getHeader("X")) == (None, None)


def test_headers_can_be_read_after_the_end() -> None:
    """Headers and status can be read when the response has ended."""
    res = filled(("setHeader", "X", "1"), ("json", 1, 201))
    assert (res.getHeader("X"), res.statusCode, res.ended) == ("1", 201, True)


def test_a_name_from_an_enumeration_is_sent_as_a_plain_str() -> None:
    """A name that is a member of an enumeration is sent as a plain str, as PEP 3333 asks for."""
    name = sent(filled(("setHeader", Name.ETAG, "1"), ("end",)))[1][-1][0]
    assert type(name) is str


def test_a_subclass_of_bytes_is_sent_as_plain_bytes() -> None:
    """A body of a subclass of bytes is sent as plain bytes, as wsgiref.validate asks for."""
    body = send(filled(("end", type("Sub", (bytes,), {})(b"a"))), "GET", start_response)
    assert [type(chunk) for chunk in body] == [bytes]


@pytest.mark.parametrize("code", [204, 304])
@pytest.mark.parametrize("end", [("json", {"a": 1}), ("end", "abc"), ("end",)])
def test_204_and_304_have_no_body_type_or_length(code: int, end: tuple[Any, ...]) -> None:
    """204 and 304 have no body, no type and no length, whatever the handler said."""
    calls = (
        ("status", code),
        ("setHeader", "Content-Type", "a/b"),
        ("setHeader", "Content-Length", "9"),
        ("setHeader", "X", "1"),
    )
    assert sent(filled(*calls, end))[1:] == ([("X", "1")], b"")


def test_205_has_a_length_of_zero() -> None:
    """205 has no body, and says so (RFC 9110, 15.3.6)."""
    _, headers, data = sent(filled(("status", 205), ("end", "abc")))
    assert (dict(headers)["Content-Length"], data) == ("0", b"")


@pytest.mark.parametrize("code", [200, 204, 205, 404, 500])
def test_head_has_the_headers_of_get_and_no_body(code: int) -> None:
    """HEAD has the headers of GET and no body."""
    calls = ("status", code), ("setHeader", "X", "1"), ("json", {"a": 1})
    assert sent(filled(*calls), "HEAD") == (*sent(filled(*calls))[:2], b"")


def adopted(response: Response, *calls: tuple[Any, ...]) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return what is sent where a Response takes the place of a res that has had some calls."""
    res = filled(*calls)
    adopt(res, response, environ())
    assert returned_response(res)
    return sent(res)


def test_a_returned_response_has_its_own_status_and_body() -> None:
    """A Response is sent with its own status and body."""
    status, headers, data = adopted(Response("abc", 202, content_type="a/b"), ("status", 500))
    assert (status, dict(headers), data) == ("202 ACCEPTED", {"Content-Type": "a/b", "Content-Length": "3"}, b"abc")


def test_headers_of_a_response_win_except_cookies_and_vary() -> None:
    """The headers of a Response win over those that were set, except for Set-Cookie and Vary, which add up."""
    response = Response("", headers=[("X-A", "own"), ("Set-Cookie", "a=1"), ("Vary", "Accept")])
    calls = ("setHeader", "x-a", "1"), ("setHeader", "X-B", "2"), ("setHeader", "Set-Cookie", ["b=2", "c=3"])
    lines = adopted(response, *calls, ("setHeader", "vary", "Origin"), ("setHeader", "Content-Type", "a/b"))[1]
    others = {"X-A": "own", "X-B": "2", "Content-Type": "text/plain; charset=utf-8", "Content-Length": "0"}
    added = [
        ("Set-Cookie", "b=2"),
        ("Set-Cookie", "c=3"),
        ("vary", "Origin"),
        ("Set-Cookie", "a=1"),
        ("Vary", "Accept"),
    ]
    assert (dict(lines[:4]), lines[4:]) == (others, added)


@pytest.mark.parametrize("code", [204, 304])
def test_a_response_of_204_or_304_has_no_body_or_type(code: int) -> None:
    """A Response of 204 or 304 has neither body nor type, also where the type was set on res."""
    _, headers, data = adopted(Response("abc", code), ("setHeader", "Content-Type", "a/b"))
    assert (headers, data) == ([], b"")


@pytest.mark.parametrize("code", [0, 100, 199, 600, 999])
def test_the_status_of_a_response_is_checked(code: int) -> None:
    """The status of a Response is held to the same range."""
    with pytest.raises(ValueError, match=f"from 200 to 599, not {code}"):
        adopt(Res(), Response("", code), environ())


@pytest.mark.parametrize("headers", [{"X": "€"}, {"X y": "1"}, {"X": "\x01"}, {"Connection": "close"}])
def test_headers_of_a_response_are_checked(headers: dict[str, str]) -> None:
    """What no server can send is told where it can still become a 500."""
    with pytest.raises(ValueError, match=r"header|server"):
        adopt(Res(), Response("", headers=headers), environ())


def test_the_reason_of_a_response_is_checked() -> None:
    """A line break in the reason of a Response does not reach the server."""
    with pytest.raises(ValueError, match="status"):
        adopt(Res(), Response("", "200 OK\r\nX: y"), environ())


def test_text_that_utf_8_cannot_hold_raises(site: Site) -> None:
    """Text that UTF-8 has no form for raises in the handler."""
    assert client(site({"x.py": handler("res.end('\\ud800')")})).get("/x").status_code == 500
