"""One answer, in layers: what middleware sets stays, and an answer is replaced as a whole."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from fsapi import Res
from tests.site import Site, client, handler

TOP = """
from werkzeug.exceptions import NotFound, abort
from werkzeug.utils import redirect
from werkzeug.wrappers import Response
"""
#: First answers: each has the status 201 and every kind of header that describes a body.
DESCRIBED = {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Encoding": "x-none",
    "Content-Language": "de",
    "Content-Disposition": "inline",
    "Content-Range": "bytes 0-1/2",
    "ETag": '"first"',
    "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT",
    "Location": "/first",
}
FIRST = {
    "filled in": "".join(f"res.setHeader({name!r}, {value!r})\n" for name, value in DESCRIBED.items())
    + "res.setHeader('X-First', '1')\nres.status(201).end('tea')",
    "returned": f"return Response('tea', 201, {{**{DESCRIBED}, 'X-First': '1'}})",
    "streamed": f"return Response(iter(['t', 'ea']), 201, {{**{DESCRIBED}, 'X-First': '1'}})",
}


def around(way_out: str, way_in: str = "") -> str:
    """Return the source of a generator function."""
    return handler(f"{way_in}\nyield\n{way_out}", "middleware", top=TOP)


def catching(except_: str, way_in: str = "") -> str:
    """Return the source of a generator function that catches what is raised further in."""
    body = "\n".join(f"    {line}" for line in except_.splitlines())
    return handler(f"{way_in}\ntry:\n    yield\nexcept Exception:\n{body}", "middleware", top=TOP)


def ask(site: Site, files: dict[str, str], url: str = "/a", **kwargs: Any) -> TestResponse:
    """Return the answer of a tree to GET, which may have only one Content-Length."""
    answer = client(site(files)).get(url, **kwargs)
    assert len(answer.headers.getlist("Content-Length")) <= 1
    return answer


def describing(answer: TestResponse) -> dict[str, str]:
    """Return the headers that describe the body of an answer."""
    return {name: answer.headers[name] for name in DESCRIBED if name in answer.headers}


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize(
    ("way_out", "status", "body", "left"),
    [
        ("res.json({'e': 1}, 404)", 404, b'{"e":1}', {"Content-Type": "application/json"}),
        ("res.status(202).json(2)", 202, b"2", {"Content-Type": "application/json"}),
        ("res.json(2)", 201, b"2", {"Content-Type": "application/json", "Location": "/first"}),
        ("res.end('x')", 201, b"x", {"Content-Type": "text/plain; charset=utf-8", "Location": "/first"}),
        ("res.status(204).end()", 204, b"", {}),
        ("res.status(205).end()", 205, b"", {"Content-Type": "text/plain; charset=utf-8"}),
        ("res.setHeader('ETag', '\"new\"')\nres.end(b'x')", 201, b"x",
         {"Content-Type": "application/octet-stream", "ETag": '"new"', "Location": "/first"}),
        ("res.setHeader('Content-Type', 'text/html')\nres.end('x')", 201, b"x",
         {"Content-Type": "text/html", "Location": "/first"}),
        ("res.setHeader('Location', '/new')\nres.status(303).end()", 303, b"",
         {"Content-Type": "text/plain; charset=utf-8", "Location": "/new"}),
    ],
)  # fmt: skip
def test_a_new_answer_replaces_the_first_as_a_whole(
    site: Site, first: str, way_out: str, status: int, body: bytes, left: dict[str, str]
) -> None:
    """Whether the first was filled in or returned; other headers stay."""
    answer = ask(site, {"_middleware.py": around(way_out), "a.py": handler(FIRST[first], top=TOP)})
    assert (answer.status_code, answer.data, describing(answer), answer.headers["X-First"]) == (status, body, left, "1")


@pytest.mark.parametrize("first", FIRST)
def test_a_304_keeps_the_validators_of_the_answer_that_it_stands_for(site: Site, first: str) -> None:
    """RFC 9110, 15.4.5."""
    answer = ask(site, {"_middleware.py": around("res.status(304).end()"), "a.py": handler(FIRST[first], top=TOP)})
    kept = {name: DESCRIBED[name] for name in ("ETag", "Last-Modified")}
    assert (answer.status_code, answer.data, describing(answer)) == (304, b"", kept)


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize(("status", "body"), [(202, b"tea"), (204, b""), (205, b""), (304, b""), (500, b"tea")])
def test_a_changed_status_alone_keeps_the_body_unless_it_cannot_have_one(
    site: Site, first: str, status: int, body: bytes
) -> None:
    """The rest of the answer stays."""
    answer = ask(site, {"_middleware.py": around(f"res.status({status})"), "a.py": handler(FIRST[first], top=TOP)})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (status, body, '"first"')


@pytest.mark.parametrize("first", FIRST)
def test_a_header_set_on_the_way_out_joins_the_answer(site: Site, first: str) -> None:
    """Describing headers too, if the answer stays."""
    way_out = around("res.setHeader('ETag', '\"out\"')\nres.setHeader('X-Out', '1')")
    answer = ask(site, {"_middleware.py": way_out, "a.py": handler(FIRST[first], top=TOP)})
    assert (answer.status_code, answer.data) == (201, b"tea")
    assert describing(answer) == {**DESCRIBED, "ETag": '"out"'}
    assert (answer.headers["X-Out"], answer.headers["X-First"]) == ("1", "1")


@pytest.mark.parametrize(
    "inner", ["return redirect('/login', 303)", "return Response('x' * 99, 403)", "res.end('x' * 99)"]
)
@pytest.mark.parametrize(
    ("outer", "status", "body"),
    [
        (around("res.json(1, 401)"), 401, b"1"),
        (around("raise NotFound('gone')"), 404, b'{"error":"gone"}'),
        (around("1 / 0"), 500, b'{"error":"Internal Server Error"}'),
        (around("raise NotFound(response=Response('own', 410))"), 410, b"own"),
    ],
)
def test_what_inner_middleware_answers_can_be_replaced(
    site: Site, inner: str, outer: str, status: int, body: bytes
) -> None:
    """Nothing of the first answer is left, above all no length."""
    files = {
        "_middleware.py": outer,
        "in/_middleware.py": handler(inner, "middleware", top=TOP),
        "in/a.py": handler(""),
    }
    answer = ask(site, files, "/in/a")
    assert (answer.status_code, answer.data, "Location" in answer.headers) == (status, body, False)
    assert answer.headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize(
    ("raised", "status"), [("raise NotFound()", 404), ("1 / 0", 500), ("abort(Response('x', 410))", 410)]
)
def test_an_answer_to_an_exception_has_its_status(site: Site, raised: str, status: int) -> None:
    """Without a status an error never reports success."""
    out = catching("res.json({'status': res.statusCode})")
    answer = ask(site, {"_middleware.py": out, "a.py": handler(raised, top=TOP)})
    assert (answer.status_code, answer.json) == (status, {"status": status})


DEFAULTS = "res.setHeader('Content-Type', 'text/html')\nres.setHeader('ETag', '\"in\"')"
JSON_TYPE = "res.setHeader('Content-Type', 'application/problem+json; v=1')"


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize(
    ("way_in", "body", "found"),
    [
        (DEFAULTS, "res.end('x')", ("text/html", '"in"')),
        (DEFAULTS, "res.json(1)", ("application/json", '"in"')),
        (JSON_TYPE, "res.json(1)", ("application/problem+json; v=1", None)),
        (JSON_TYPE, "res.end('x')", ("application/problem+json; v=1", None)),
        (DEFAULTS, "res.setHeader('Content-Type', 'a/b')\nres.json(1)", ("a/b", '"in"')),
        (DEFAULTS, "return Response('x')", ("text/plain; charset=utf-8", None)),
        (DEFAULTS, "raise NotFound()", ("application/json", None)),
        (DEFAULTS, "1 / 0", ("application/json", None)),
    ],
)
def test_a_describing_header_of_middleware_is_a_default_of_what_is_filled_in(
    site: Site, way_in: str, body: str, found: tuple[str, str | None], plain: bool
) -> None:
    """It never holds for an error or a returned Response, and JSON is never sent as another type."""
    source = handler(way_in, "middleware") if plain else around("", way_in)
    answer = ask(site, {"_middleware.py": source, "a.py": handler(body, top=TOP)})
    assert (answer.headers["Content-Type"], answer.headers.get("ETag")) == found


def test_the_client_s_words_are_never_sent_as_html(site: Site) -> None:
    """An HTML page is replaced by JSON with its own type."""
    page = "res.setHeader('Content-Type', 'text/html')\nres.end('<h1>')"
    out = around("res.json({'error': req.query['q']}, 400)")
    answer = ask(site, {"_middleware.py": out, "a.py": handler(page)}, "/a?q=<script>")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/json")


SET = "res.setHeader('Set-Cookie', {0!r})\nres.setHeader('Vary', {0!r})\nres.setHeader('X', {0!r})"


@pytest.mark.parametrize(
    ("body", "x"),
    [(SET.format("a"), "a"), ("return Response('', headers=[('Set-Cookie', 'a'), ('Vary', 'a'), ('X', 'a')])", "a")],
)
def test_cookies_and_vary_of_all_functions_add_up(site: Site, body: str, x: str) -> None:
    """A function replaces its own lines alone, on the way in and on the way out."""
    ends = "" if body.startswith("return") else "\nres.end()"
    files = {
        "_middleware.py": around(SET.format("o"), SET.format("gone")),
        "in/_middleware.py": handler(SET.format("p"), "middleware"),
        "in/a.py": handler(body + ends, top=TOP),
    }
    answer = ask(site, files, "/in/a")
    assert answer.headers.getlist("Set-Cookie") == answer.headers.getlist("Vary") == ["p", "a", "o"]
    assert answer.headers.getlist("X") == ["o"]


def test_a_handler_replaces_a_header_of_middleware(site: Site) -> None:
    """It is sent once."""
    files = {
        "_middleware.py": handler(SET.format("in"), "middleware"),
        "a.py": handler(SET.format("a") + "\nres.end()"),
    }
    assert ask(site, files).headers.getlist("X") == ["a"]


def test_errors_keep_what_middleware_set_on_the_way_in_and_out(site: Site) -> None:
    """What the handler set is dropped, a header that it has replaced included."""
    files = {
        "_middleware.py": catching(SET.format("out") + "\nraise", "res.setHeader('Y', 'in')"),
        "a.py": handler(SET.format("a") + "\nres.setHeader('Y', 'a')\n1 / 0", top=TOP),
    }
    headers = ask(site, files).headers
    assert [headers.getlist(name) for name in ("Set-Cookie", "Vary", "X", "Y")] == [["out"], ["out"], ["out"], ["in"]]


def test_a_removed_header_is_gone_whoever_has_set_it(site: Site) -> None:
    """Cookies included."""
    files = {
        "_middleware.py": around("[res.removeHeader(name) for name in ('set-cookie', 'vary', 'x')]", SET.format("in")),
        "a.py": handler(SET.format("a") + "\nres.end()"),
    }
    assert not {"Set-Cookie", "Vary", "X"} & {name for name, _ in ask(site, files).headers}


@pytest.mark.parametrize(
    ("calls", "lines"),
    [
        ("res.appendHeader('X', 'a')", ["a"]),
        ("res.setHeader('X', 'a')\nres.appendHeader('x', 'b')", ["a", "b"]),
        ("res.setHeader('X', ['a', 'b'])\nres.appendHeader('X', 3)", ["a", "b", "3"]),
        ("res.appendHeader('X', 'a')\nres.setHeader('X', 'b')", ["b"]),
        ("res.appendHeader('X', ['a', 'b'])\nres.appendHeader('x', ('c',))", ["a", "b", "c"]),
        ("res.setHeader('X', 'a')\nres.appendHeader('X', ['b'])\nres.appendHeader('X', [])", ["a", "b"]),
        ("res.appendHeader('X', [])", []),
    ],
)
def test_append_header_adds_a_line(site: Site, calls: str, lines: list[str]) -> None:
    """As in Node; without middleware, and within."""
    files = {
        "a.py": handler(f"{calls}\nres.end()"),
        "in/_middleware.py": around(calls),
        "in/b.py": handler("res.end()"),
    }
    app = client(site(files))
    assert [app.get(url).headers.getlist("X") for url in ("/a", "/in/b")] == [lines, lines]


@pytest.mark.parametrize("name", ["Set-Cookie", "Vary"])
def test_append_header_adds_to_the_function_s_own_lines(site: Site, name: str) -> None:
    """So that a later `setHeader` of another function leaves them alone."""
    files = {
        "_middleware.py": around(f"res.appendHeader({name!r}, ['out', 'of'])", f"res.appendHeader({name!r}, 'in')"),
        "a.py": handler(f"res.appendHeader({name!r}, 'a')\nres.appendHeader({name!r}, 'b')\nres.end()"),
    }
    assert ask(site, files).headers.getlist(name) == ["in", "a", "b", "out", "of"]


COOKIE = "res.setHeader('Set-Cookie', 's={}')"
ANSWERS = {
    "filled in": f"{COOKIE.format('alice')}\nres.json(1)",
    "appended": "res.appendHeader('set-cookie', 's=alice')\nres.json(1)",
    "returned": "r = Response()\nr.headers['set-cookie'] = 's=alice'\nreturn r",
    "an application": "return lambda e, start: start('200 OK', [('Set-Cookie', 's=alice')]) and []",
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize(
    ("middleware", "lines"),
    [
        ({"_middleware.py": handler(COOKIE.format("in"), "middleware")}, ["s=in", "s=alice"]),
        ({"_middleware.py": around("", COOKIE.format("in"))}, ["s=in", "s=alice"]),
        ({"_middleware.py": around(COOKIE.format("out"))}, ["s=alice", "s=out"]),
        ({"_middleware.py": around(COOKIE.format("out"), COOKIE.format("in"))}, ["s=alice", "s=out"]),
        ({"_middleware.py": around(COOKIE.format("out").replace("set", "append", 1), COOKIE.format("in"))},
         ["s=in", "s=alice", "s=out"]),
        ({"_middleware.py": around(COOKIE.format("o"), COOKIE.format("gone")),
          "in/_middleware.py": around(COOKIE.format("p").replace("set", "append", 1), COOKIE.format("q"))},
         ["s=q", "s=alice", "s=p", "s=o"]),
    ],
)  # fmt: skip
def test_cookies_go_out_in_the_order_in_which_they_were_set(
    site: Site, answer: str, middleware: dict[str, str], lines: list[str]
) -> None:
    """Of two cookies of one name a browser takes the later (RFC 6265, 5.3)."""
    sent = ask(site, {**middleware, "in/a.py": handler(ANSWERS[answer], top=TOP)}, "/in/a")
    assert sent.headers.getlist("Set-Cookie") == lines


@pytest.mark.parametrize("error", ["json", "end"])
def test_a_cookie_of_an_error_function_is_the_last(site: Site, error: str) -> None:
    """The cookie of the handler is dropped with its answer."""
    files = {
        "_middleware.py": around("", COOKIE.format("in")),
        "_error.py": f"def error(req, res, error):\n    {COOKIE.format('error')}\n    res.{error}('no')\n",
        "a.py": handler(f"{COOKIE.format('a')}\n1 / 0"),
    }
    assert ask(site, files).headers.getlist("Set-Cookie") == ["s=in", "s=error"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("res.end('x')", "text/plain; charset=utf-8"),
        ("res.json(1)", "application/json"),
        ("res.setHeader('content-type', ['a/b'])\nres.end()", "a/b"),
        ("return Response('x', mimetype='text/csv')", "text/csv; charset=utf-8"),
        ("return Response(iter(['x']), mimetype='a/b')", "a/b"),
    ],
)
def test_the_content_type_can_be_read_as_it_will_be_sent(site: Site, body: str, kind: str) -> None:
    """On the way out, however the answer came."""
    answer = ask(site, {"_middleware.py": around("res.setHeader('Found', res.getHeader('Content-Type'))"),
                        "a.py": handler(body, top=TOP)})  # fmt: skip
    assert (answer.headers["Content-Type"], answer.headers["Found"]) == (kind, kind)


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize(
    ("way_out", "seen"),
    [("res.status(204)", None), ("res.status(304)", None), ("res.status(205)", DESCRIBED["Content-Type"]),
     ("res.status(304).end()", None), ("res.status(204).json(1)", None),
     ("res.status(205).end()", "text/plain; charset=utf-8"),
     ("res.setHeader('Content-Type', 'a/b')\nres.status(204)", None)],
)  # fmt: skip
def test_what_has_no_content_shows_none(site: Site, first: str, way_out: str, seen: str | None) -> None:
    """Type and body can be read as they will be sent."""
    files = {
        "_middleware.py": around("res.setHeader('Seen', repr((res.getHeader('content-type'), res.content)))"),
        "in/_middleware.py": around(way_out),
        "in/a.py": handler(FIRST[first], top=TOP),
    }
    answer = ask(site, files, "/in/a")
    assert (answer.headers["Seen"], answer.headers.get("Content-Type")) == (repr((seen, b"")), seen)


def test_lines_of_several_functions_are_read_together(site: Site) -> None:
    """As they will be sent, in the same order."""
    answer = ask(site, {"_middleware.py": "def middleware(req, res): res.setHeader('Vary', 'X')",
                        "a.py": handler("res.appendHeader('Vary', 'Y')\nres.json(res.getHeader('Vary'))")})  # fmt: skip
    assert (answer.json, answer.headers.getlist("Vary")) == (["X", "Y"], ["X", "Y"])


@pytest.mark.parametrize("method", ["HEAD", "default"])
@pytest.mark.parametrize("body", ["res.setHeader('Content-Length', 7)\nres.end()",
                                  "r = Response()\nr.content_length = 7\nreturn r"])  # fmt: skip
def test_a_head_function_may_set_the_length_of_its_get(site: Site, method: str, body: str) -> None:
    """RFC 9110, 9.3.2; nobody else may."""
    app = client(site({"a.py": handler(body, method, top=TOP), "b.py": handler(body, top=TOP)}))
    assert app.head("/a").headers["Content-Length"] == "7"
    assert app.head("/b").headers["Content-Length"] == app.get("/b").headers["Content-Length"] == "0"


def test_the_length_of_a_head_function_goes_with_its_answer(site: Site) -> None:
    """An error, and an answer that replaces it, have their own."""
    source = handler(
        "res.setHeader('Content-Length', 7)\nif 'raise' in req.query: raise NotFound()\nres.end()", "HEAD", TOP
    )
    files = {
        "a.py": source,
        "in/_middleware.py": around("res.setHeader('Content-Length', 9)\nres.json(123)"),
        "in/b.py": source,
    }
    app = client(site(files))
    lengths = [app.head(url).headers["Content-Length"] for url in ("/a", "/a?raise", "/in/b")]
    assert lengths == ["7", str(len(b'{"error":"Not Found"}')), "3"]


LENGTHS = ["abc", "²", "\u0667", -5, "-5", "+5", "", " ", "5 ", "1_0", "0x1", "1.0", "5,5", "5, 5", ["x"], ["5", "6"]]


@pytest.mark.parametrize("body", ["res.setHeader('Content-Length', {!r})\nres.end()",
                                  "res.appendHeader('Content-Length', {!r})\nres.end()",
                                  "return Response(headers=[('Content-Length', {!r})])"])  # fmt: skip
@pytest.mark.parametrize("method", ["HEAD", "default"])
def test_the_length_of_a_head_function_is_a_number(site: Site, method: str, body: str) -> None:
    """What no client can read is a 500 (RFC 9110, 8.6)."""
    app = client(site({f"{n}.py": handler(body.format(value), method, TOP) for n, value in enumerate(LENGTHS)}))
    assert [app.head(f"/{n}").status_code for n in range(len(LENGTHS))] == [500] * len(LENGTHS)


@pytest.mark.parametrize(
    ("value", "sent"), [(0, "0"), ("0", "0"), (7, "7"), ("007", "007"), (["7"], "7"), (10**30, f"1{'0' * 30}")]
)
def test_any_number_is_a_length_of_a_head_function(site: Site, value: Any, sent: str) -> None:
    """Large ones and a list of one too."""
    app = client(site({"a.py": handler(f"res.setHeader('Content-Length', {value!r})\nres.end()", "HEAD")}))
    assert app.head("/a").headers["Content-Length"] == sent


@pytest.mark.parametrize("on_the_way_out", [True, False])
def test_the_length_of_a_head_function_can_be_taken_back(site: Site, on_the_way_out: bool) -> None:
    """By the function itself and by middleware."""
    remove = "res.removeHeader('content-length')"
    source = f"res.setHeader('Content-Length', 7)\n{'' if on_the_way_out else remove}\nres.end()"
    middleware = around(remove if on_the_way_out else "")
    app = client(site({"_middleware.py": middleware, "a.py": handler(source, "HEAD")}))
    assert app.head("/a").headers["Content-Length"] == "0"


@pytest.mark.parametrize("name", ["X", "Vary"])
@pytest.mark.parametrize("value", [None, True, 1.5, "a\nb", [None], ["a", "b\n"], [["a"]], {"a": "b"}, b"a"])
def test_append_header_checks_its_value(name: str, value: Any) -> None:
    """As `setHeader` does."""
    raised = raises(lambda: Res().setHeader(name, value)), raises(lambda: Res().appendHeader(name, value))
    assert raised[0] == raised[1]


@pytest.mark.parametrize("name", [5, None, b"X", "", "X Y", "X\n", "é", "Connection"])
def test_append_header_checks_its_name(name: Any) -> None:
    """As `setHeader` does."""
    raised = raises(lambda: Res().setHeader(name, "a")), raises(lambda: Res().appendHeader(name, "a"))
    assert raised[0] == raised[1]


def raises(call: Callable[[], object]) -> tuple[type, str]:
    """Return the type and the text of the exception that a call raises."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    return caught.type, str(caught.value)


@pytest.mark.parametrize(("declared", "sent"), [("2", "2"), ("1", "2"), ("99", "2")])
def test_a_body_that_is_known_has_its_true_length(site: Site, declared: str, sent: str) -> None:
    """Whatever a Response says."""
    source = handler(f"r = Response('ab')\nr.headers['Content-Length'] = {declared!r}\nreturn r", top=TOP)
    assert ask(site, {"a.py": source}).headers["Content-Length"] == sent


@pytest.mark.parametrize("lines", ["[('Content-Length', '1'), ('Content-Length', '2')]", "[('Content-Length', 'x')]"])
def test_a_stream_without_one_sound_length_is_a_500(site: Site, lines: str) -> None:
    """Two lengths are how request smuggling begins."""
    source = handler(f"return Response(iter(['a']), headers={lines})", top=TOP)
    assert ask(site, {"a.py": source}).status_code == 500


@pytest.mark.parametrize(
    ("description", "error"),
    [("{'field': 'no'}", {"field": "no"}), ("['a', 1]", ["a", 1]), ("7", 7), ("''", "Conflict"), ("None", "Conflict")],
)
def test_a_description_that_is_no_text_is_json(site: Site, description: str, error: Any) -> None:
    """As `abort` lets it be anything."""
    answer = ask(site, {"a.py": handler(f"abort(409, {description})", top=TOP)})
    assert (answer.status_code, answer.json) == (409, {"error": error})


@pytest.mark.parametrize(
    ("location", "sent"),
    [("/漢", "/%E6%BC%A2"), ("/café", "/caf%C3%A9"), ("/a%20b?q=é#ü", "/a%20b?q=%C3%A9#%C3%BC"), ("/plain", "/plain"),
     ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"), ("/a\xa0b", "/a%C2%A0b"),
     ("/\xad", "/%C2%AD"), ("/\u200c", "/%E2%80%8C"), ("/\u200d", "/%E2%80%8D"), ("/\u3000", "/%E3%80%80"),
     ("/\u2028", "/%E2%80%A8"), ("/\x85", "/%C2%85"), ("/\ufeff", "/%EF%BB%BF"), ("/\ue000", "/%EE%80%80")],
)  # fmt: skip
def test_a_location_beyond_ascii_is_percent_encoded(site: Site, location: str, sent: str) -> None:
    """Set, returned or raised."""
    app = client(
        site(
            {
                "a.py": handler(f"res.setHeader('Location', {location!r})\nres.status(303).end()"),
                "b.py": handler(f"return redirect({location!r}, 303)", top=TOP),
                "c.py": handler(f"r = Response('', 303)\nr.headers['Location'] = {location!r}\nreturn r", top=TOP),
            }
        )
    )
    assert [app.get(url).headers["Location"] for url in ("/a", "/b", "/c")] == [sent] * 3


@pytest.mark.parametrize(
    "location", ["/漢\r\nX: y", "/a\nb", "/\x00é", "/\xa0\r", "/é\t", "/\u200d\x7f", "/é\x1f", "/\ud800", "/é\udfff"]
)
def test_a_location_with_a_control_character_is_a_500(site: Site, location: str) -> None:
    """It is not encoded away."""
    assert ask(site, {"a.py": handler(f"res.setHeader('Location', {location!r})")}).status_code == 500


WRAPPED = """
def plain(req, res):
    return around(req, res) if "x" in req.query else res.setHeader("Plain", "1")

def around(req, res):
    res.setHeader("In", "1")
    yield
    res.setHeader("Out", str(res.statusCode))

def middleware(req, res):
    return plain(req, res)
"""


def test_a_function_that_returns_a_generator_runs_around(site: Site) -> None:
    """It shows when it is called, and may differ from request to request."""
    app = client(site({"_middleware.py": WRAPPED, "a.py": handler("res.status(202).end()")}))
    assert [app.get("/a?x").headers.get(name) for name in ("In", "Out", "Plain")] == ["1", "202", None]
    assert [app.get("/a").headers.get(name) for name in ("In", "Out", "Plain")] == [None, None, "1"]


EXC_INFO = """
import sys

def GET(req, res):
    def app(environ, start_response):
        write = start_response("200 OK", [("Content-Type", "a/b"), ("X", "1")])
        {first}
        try:
            1 / 0
        except ZeroDivisionError:
            start_response("503 Down", [("Content-Type", "c/d")], sys.exc_info())
            yield b"down"
    return app
"""


@pytest.mark.parametrize("first", ["pass", "yield b''", "write(b'')"])
def test_an_application_may_replace_its_head_until_it_has_sent_something(site: Site, first: str) -> None:
    """PEP 3333, `exc_info`."""
    answer = ask(site, {"a.py": EXC_INFO.format(first=first)})
    assert (answer.status, answer.data, answer.headers["Content-Type"]) == ("503 Down", b"down", "c/d")
    assert "X" not in answer.headers


@pytest.mark.parametrize("first", ["write(b'a')", "write(b''); write(b'a')", "yield b''; write(b'a')"])
def test_an_application_cannot_replace_its_head_once_it_has_written_something(site: Site, first: str) -> None:
    """What it has written would be sent under another head; the exception is a 500."""
    answer = ask(site, {"a.py": EXC_INFO.format(first=first)})
    assert (answer.status_code, answer.json, "X" in answer.headers) == (500, {"error": "Internal Server Error"}, False)


@pytest.mark.parametrize("first", ["yield b'a'", "write(b'a'); yield b''"])
def test_an_application_that_fails_after_it_has_sent_something_breaks_off(site: Site, first: str) -> None:
    """The server ends the connection, and the log has the exception."""
    with pytest.raises(ZeroDivisionError):
        ask(site, {"a.py": EXC_INFO.format(first=first)}, buffered=True)


CLOSING = """
closed = []

class Body:
    def __init__(self, pieces):
        self.pieces = pieces

    def __iter__(self):
        return iter(self.pieces)

    def close(self):
        closed.append(1)

def GET(req, res):
    def app(environ, start_response):
        {}
    return app
"""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("start_response('200 OK', []); return Body([])", 200),
        ("start_response('200 OK', []); return Body([b''])", 200),
        ("start_response('200 OK', []); return Body([b'', b'a'])", 200),
        ("return Body([b'a'])", 500),
        ("start_response('200 OK', []); start_response('201 No', []); return Body([])", 500),
    ],
)
def test_the_body_of_an_application_is_closed(site: Site, body: str, status: int) -> None:
    """Also where it never starts a response; one that starts two has no body yet."""
    assert ask(site, {"a.py": CLOSING.format(body)}).status_code == status
    assert sys.modules["server.a"].closed == [1] * ("201" not in body)


def test_what_an_application_writes_is_sent_in_its_place(site: Site) -> None:
    """Before, between and after the pieces of its body."""
    source = """
def GET(req, res):
    def app(environ, start_response):
        write = start_response("200 OK", [("Content-Type", "a/b")])
        write(b"1")
        yield b"2"
        write(b"3")
        yield b"4"
        write(b"5")
    return app
"""
    assert ask(site, {"a.py": source}).data == b"12345"
