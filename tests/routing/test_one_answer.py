"""One answer, in layers: what middleware sets stays, and an answer is replaced as a whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any, TypeVar

import pytest
from werkzeug.test import TestResponse

from fsapi import Res
from tests.site import Site, client, handler

Key = TypeVar("Key")

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


def ask_each(site: Site, trees: Mapping[Key, dict[str, str]], url: str = "/a") -> dict[Key, TestResponse]:
    """Return the answers of trees as `ask` does, each in a folder of its own of one App."""
    files = {f"{n}/{name}": source for n, tree in enumerate(trees.values()) for name, source in tree.items()}
    app = client(site(files))
    answers = {key: app.get(f"/{n}{url}") for n, key in enumerate(trees)}
    assert [key for key, answer in answers.items() if len(answer.headers.getlist("Content-Length")) > 1] == []
    return answers


def describing(answer: TestResponse) -> dict[str, str]:
    """Return the headers that describe the body of an answer."""
    return {name: answer.headers[name] for name in DESCRIBED if name in answer.headers}


REPLACED: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "res.json({'e': 1}, 404)": (404, b'{"e":1}', {"Content-Type": "application/json"}),
    "res.status(202).json(2)": (202, b"2", {"Content-Type": "application/json"}),
    "res.json(2)": (201, b"2", {"Content-Type": "application/json", "Location": "/first"}),
    "res.end('x')": (201, b"x", {"Content-Type": "text/plain; charset=utf-8", "Location": "/first"}),
    "res.status(204).end()": (204, b"", {}),
    "res.status(205).end()": (205, b"", {"Content-Type": "text/plain; charset=utf-8"}),
    "res.setHeader('ETag', '\"new\"')\nres.end(b'x')":
        (201, b"x", {"Content-Type": "application/octet-stream", "ETag": '"new"', "Location": "/first"}),
    "res.setHeader('Content-Type', 'text/html')\nres.end('x')":
        (201, b"x", {"Content-Type": "text/html", "Location": "/first"}),
    "res.setHeader('Location', '/new')\nres.status(303).end()":
        (303, b"", {"Content-Type": "text/plain; charset=utf-8", "Location": "/new"}),
}  # fmt: skip


def changed(site: Site, ways_out: Iterable[str]) -> dict[tuple[str, str], TestResponse]:
    """Return the answers for every way out of middleware and every first answer."""
    cases = product(ways_out, FIRST)
    return ask_each(
        site, {(way, n): {"_middleware.py": around(way), "a.py": handler(FIRST[n], top=TOP)} for way, n in cases}
    )


def test_a_new_answer_replaces_the_first_as_a_whole(site: Site) -> None:
    """Whether the first was filled in or returned; other headers stay."""
    answers = changed(site, REPLACED)
    found = {case: (answer.status_code, answer.data, describing(answer)) for case, answer in answers.items()}
    assert found == {(way, first): REPLACED[way] for way, first in answers}
    assert {case: answer.headers["X-First"] for case, answer in answers.items()} == dict.fromkeys(answers, "1")


def test_a_304_keeps_the_validators_of_the_answer_that_it_stands_for(site: Site) -> None:
    """RFC 9110, 15.4.5."""
    answers, kept = (
        changed(site, ["res.status(304).end()"]),
        {name: DESCRIBED[name] for name in ("ETag", "Last-Modified")},
    )
    found = {case: (answer.status_code, answer.data, describing(answer)) for case, answer in answers.items()}
    assert found == dict.fromkeys(answers, (304, b"", kept))


def test_a_changed_status_alone_keeps_the_body_unless_it_cannot_have_one(site: Site) -> None:
    """The rest of the answer stays."""
    bodies = {202: b"tea", 204: b"", 205: b"", 304: b"", 500: b"tea"}
    expected = {f"res.status({status})": (status, body, '"first"') for status, body in bodies.items()}
    answers = changed(site, expected)
    found = {case: (answer.status_code, answer.data, answer.headers["ETag"]) for case, answer in answers.items()}
    assert found == {(way, first): expected[way] for way, first in answers}


def test_a_header_set_on_the_way_out_joins_the_answer(site: Site) -> None:
    """Describing headers too, if the answer stays."""
    for case, answer in changed(site, ["res.setHeader('ETag', '\"out\"')\nres.setHeader('X-Out', '1')"]).items():
        assert (answer.status_code, answer.data) == (201, b"tea"), case
        assert describing(answer) == {**DESCRIBED, "ETag": '"out"'}, case
        assert (answer.headers["X-Out"], answer.headers["X-First"]) == ("1", "1"), case


INNER = ["return redirect('/login', 303)", "return Response('x' * 99, 403)", "res.end('x' * 99)"]
OUTER = {
    "res.json(1, 401)": (401, b"1"),
    "raise NotFound('gone')": (404, b'{"error":"gone"}'),
    "1 / 0": (500, b'{"error":"Internal Server Error"}'),
    "raise NotFound(response=Response('own', 410))": (410, b"own"),
}


def test_what_inner_middleware_answers_can_be_replaced(site: Site) -> None:
    """Nothing of the first answer is left, above all no length."""
    trees = {
        (inner, outer): {
            "_middleware.py": around(outer),
            "in/_middleware.py": handler(inner, "middleware", top=TOP),
            "in/a.py": handler(""),
        }
        for inner, outer in product(INNER, OUTER)
    }
    for (inner, outer), answer in ask_each(site, trees, "/in/a").items():
        status, body = OUTER[outer]
        found = answer.status_code, answer.data, "Location" in answer.headers, answer.headers["Content-Length"]
        assert found == (status, body, False, str(len(body))), (inner, outer)


def test_an_answer_to_an_exception_has_its_status(site: Site) -> None:
    """Without a status an error never reports success."""
    statuses = {"raise NotFound()": 404, "1 / 0": 500, "abort(Response('x', 410))": 410}
    out = catching("res.json({'status': res.statusCode})")
    answers = ask_each(site, {do: {"_middleware.py": out, "a.py": handler(do, top=TOP)} for do in statuses})
    assert {do: (answer.status_code, answer.json) for do, answer in answers.items()} == {
        do: (status, {"status": status}) for do, status in statuses.items()
    }


DEFAULTS = "res.setHeader('Content-Type', 'text/html')\nres.setHeader('ETag', '\"in\"')"
JSON_TYPE = "res.setHeader('Content-Type', 'application/problem+json; v=1')"
FILLED: dict[tuple[str, str], tuple[str, str | None]] = {
    (DEFAULTS, "res.end('x')"): ("text/html", '"in"'),
    (DEFAULTS, "res.json(1)"): ("application/json", '"in"'),
    (JSON_TYPE, "res.json(1)"): ("application/problem+json; v=1", None),
    (JSON_TYPE, "res.end('x')"): ("application/problem+json; v=1", None),
    (DEFAULTS, "res.setHeader('Content-Type', 'a/b')\nres.json(1)"): ("a/b", '"in"'),
    (DEFAULTS, "return Response('x')"): ("text/plain; charset=utf-8", None),
    (DEFAULTS, "raise NotFound()"): ("application/json", None),
    (DEFAULTS, "1 / 0"): ("application/json", None),
}


@pytest.mark.parametrize("plain", [True, False])
def test_a_describing_header_of_middleware_is_a_default_of_what_is_filled_in(site: Site, plain: bool) -> None:
    """It never holds for an error or a returned Response, and JSON is never sent as another type."""
    trees = {
        (way_in, body): {
            "_middleware.py": handler(way_in, "middleware") if plain else around("", way_in),
            "a.py": handler(body, top=TOP),
        }
        for way_in, body in FILLED
    }
    answers = ask_each(site, trees)
    found = {case: (answer.headers["Content-Type"], answer.headers.get("ETag")) for case, answer in answers.items()}
    assert found == FILLED


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


APPENDED: dict[str, list[str]] = {
    "res.appendHeader('X', 'a')": ["a"],
    "res.setHeader('X', 'a')\nres.appendHeader('x', 'b')": ["a", "b"],
    "res.setHeader('X', ['a', 'b'])\nres.appendHeader('X', 3)": ["a", "b", "3"],
    "res.appendHeader('X', 'a')\nres.setHeader('X', 'b')": ["b"],
    "res.appendHeader('X', ['a', 'b'])\nres.appendHeader('x', ('c',))": ["a", "b", "c"],
    "res.setHeader('X', 'a')\nres.appendHeader('X', ['b'])\nres.appendHeader('X', [])": ["a", "b"],
    "res.appendHeader('X', [])": [],
}


def test_append_header_adds_a_line(site: Site) -> None:
    """As in Node; without middleware, and within."""
    plain = ask_each(site, {calls: {"a.py": handler(f"{calls}\nres.end()")} for calls in APPENDED})
    assert {calls: answer.headers.getlist("X") for calls, answer in plain.items()} == APPENDED


def test_append_header_adds_a_line_within_middleware(site: Site) -> None:
    """As it does in a handler."""
    trees = {calls: {"_middleware.py": around(calls), "a.py": handler("res.end()")} for calls in APPENDED}
    assert {calls: answer.headers.getlist("X") for calls, answer in ask_each(site, trees).items()} == APPENDED


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


APPEND = COOKIE.replace("set", "append", 1)
COOKIES = [
    ({"_middleware.py": handler(COOKIE.format("in"), "middleware")}, ["s=in", "s=alice"]),
    ({"_middleware.py": around("", COOKIE.format("in"))}, ["s=in", "s=alice"]),
    ({"_middleware.py": around(COOKIE.format("out"))}, ["s=alice", "s=out"]),
    ({"_middleware.py": around(COOKIE.format("out"), COOKIE.format("in"))}, ["s=alice", "s=out"]),
    ({"_middleware.py": around(APPEND.format("out"), COOKIE.format("in"))}, ["s=in", "s=alice", "s=out"]),
    ({"_middleware.py": around(COOKIE.format("o"), COOKIE.format("gone")),
      "in/_middleware.py": around(APPEND.format("p"), COOKIE.format("q"))},
     ["s=q", "s=alice", "s=p", "s=o"]),
]  # fmt: skip


def test_cookies_go_out_in_the_order_in_which_they_were_set(site: Site) -> None:
    """Of two cookies of one name a browser takes the later (RFC 6265, 5.3)."""
    trees = {
        (name, n): {**middleware, "in/a.py": handler(body, top=TOP)}
        for name, body in ANSWERS.items()
        for n, (middleware, _) in enumerate(COOKIES)
    }
    found = {case: answer.headers.getlist("Set-Cookie") for case, answer in ask_each(site, trees, "/in/a").items()}
    assert found == {(name, n): COOKIES[n][1] for name, n in trees}


def test_a_cookie_of_an_error_function_is_the_last(site: Site) -> None:
    """The cookie of the handler is dropped with its answer."""
    trees = {
        way: {
            "_middleware.py": around("", COOKIE.format("in")),
            "_error.py": f"def error(req, res, error):\n    {COOKIE.format('error')}\n    res.{way}('no')\n",
            "a.py": handler(f"{COOKIE.format('a')}\n1 / 0"),
        }
        for way in ("json", "end")
    }
    found = {way: answer.headers.getlist("Set-Cookie") for way, answer in ask_each(site, trees).items()}
    assert found == {"json": ["s=in", "s=error"], "end": ["s=in", "s=error"]}


KINDS = {
    "res.end('x')": "text/plain; charset=utf-8",
    "res.json(1)": "application/json",
    "res.setHeader('content-type', ['a/b'])\nres.end()": "a/b",
    "return Response('x', mimetype='text/csv')": "text/csv; charset=utf-8",
    "return Response(iter(['x']), mimetype='a/b')": "a/b",
}


def test_the_content_type_can_be_read_as_it_will_be_sent(site: Site) -> None:
    """On the way out, however the answer came."""
    out = around("res.setHeader('Found', res.getHeader('Content-Type'))")
    answers = ask_each(site, {body: {"_middleware.py": out, "a.py": handler(body, top=TOP)} for body in KINDS})
    found = {body: (answer.headers["Content-Type"], answer.headers["Found"]) for body, answer in answers.items()}
    assert found == {body: (kind, kind) for body, kind in KINDS.items()}


EMPTY = {
    "res.status(204)": None,
    "res.status(304)": None,
    "res.status(205)": DESCRIBED["Content-Type"],
    "res.status(304).end()": None,
    "res.status(204).json(1)": None,
    "res.status(205).end()": "text/plain; charset=utf-8",
    "res.setHeader('Content-Type', 'a/b')\nres.status(204)": None,
}


def test_what_has_no_content_shows_none(site: Site) -> None:
    """Type and body can be read as they will be sent."""
    trees = {
        (way, first): {
            "_middleware.py": around("res.setHeader('Seen', repr((res.getHeader('content-type'), res.content)))"),
            "in/_middleware.py": around(way),
            "in/a.py": handler(FIRST[first], top=TOP),
        }
        for way, first in product(EMPTY, FIRST)
    }
    answers = ask_each(site, trees, "/in/a")
    found = {case: (answer.headers["Seen"], answer.headers.get("Content-Type")) for case, answer in answers.items()}
    assert found == {(way, first): (repr((EMPTY[way], b"")), EMPTY[way]) for way, first in trees}


def test_lines_of_several_functions_are_read_together(site: Site) -> None:
    """As they will be sent, in the same order."""
    answer = ask(site, {"_middleware.py": "def middleware(req, res): res.setHeader('Vary', 'X')",
                        "a.py": handler("res.appendHeader('Vary', 'Y')\nres.json(res.getHeader('Vary'))")})  # fmt: skip
    assert (answer.json, answer.headers.getlist("Vary")) == (["X", "Y"], ["X", "Y"])


def test_a_head_function_may_set_the_length_of_its_get(site: Site) -> None:
    """RFC 9110, 9.3.2; nobody else may."""
    bodies = ["res.setHeader('Content-Length', 7)\nres.end()", "r = Response()\nr.content_length = 7\nreturn r"]
    own = {
        f"{method}-{n}.py": handler(body, method, top=TOP)
        for method in ("HEAD", "default")
        for n, body in enumerate(bodies)
    }
    app = client(site({**own, **{f"GET-{n}.py": handler(body, top=TOP) for n, body in enumerate(bodies)}}))
    assert [app.head(f"/{name[:-3]}").headers["Content-Length"] for name in own] == ["7"] * 4
    others = [ask(f"/GET-{n}") for ask in (app.head, app.get) for n in range(2)]
    assert [answer.headers["Content-Length"] for answer in others] == ["0"] * 4


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


WITH_LENGTH = [
    "res.setHeader('Content-Length', {!r})\nres.end()",
    "res.appendHeader('Content-Length', {!r})\nres.end()",
    "return Response(headers=[('Content-Length', {!r})])",
]


@pytest.mark.parametrize("method", ["HEAD", "default"])
def test_the_length_of_a_head_function_is_a_number(site: Site, method: str) -> None:
    """What no client can read is a 500 (RFC 9110, 8.6)."""
    bodies = [body.format(value) for body, value in product(WITH_LENGTH, LENGTHS)]
    app = client(site({f"{n}.py": handler(body, method, TOP) for n, body in enumerate(bodies)}))
    statuses = {body: app.head(f"/{n}").status_code for n, body in enumerate(bodies)}
    assert statuses == dict.fromkeys(bodies, 500)


def test_any_number_is_a_length_of_a_head_function(site: Site) -> None:
    """Large ones and a list of one too."""
    sent = [(0, "0"), ("0", "0"), (7, "7"), ("007", "007"), (["7"], "7"), (10**30, f"1{'0' * 30}")]
    sources = [handler(f"res.setHeader('Content-Length', {value!r})\nres.end()", "HEAD") for value, _ in sent]
    app = client(site({f"{n}.py": source for n, source in enumerate(sources)}))
    assert [app.head(f"/{n}").headers["Content-Length"] for n in range(len(sent))] == [length for _, length in sent]


@pytest.mark.parametrize("on_the_way_out", [True, False])
def test_the_length_of_a_head_function_can_be_taken_back(site: Site, on_the_way_out: bool) -> None:
    """By the function itself and by middleware."""
    remove = "res.removeHeader('content-length')"
    source = f"res.setHeader('Content-Length', 7)\n{'' if on_the_way_out else remove}\nres.end()"
    middleware = around(remove if on_the_way_out else "")
    app = client(site({"_middleware.py": middleware, "a.py": handler(source, "HEAD")}))
    assert app.head("/a").headers["Content-Length"] == "0"


def test_append_header_checks_its_value() -> None:
    """As `setHeader` does."""
    values: list[Any] = [None, True, 1.5, "a\nb", [None], ["a", "b\n"], [["a"]], {"a": "b"}, b"a"]
    for name, value in product(("X", "Vary"), values):
        assert raises(Res().setHeader, name, value) == raises(Res().appendHeader, name, value), (name, value)


def test_append_header_checks_its_name() -> None:
    """As `setHeader` does."""
    names: list[Any] = [5, None, b"X", "", "X Y", "X\n", "é", "Connection"]
    for name in names:
        assert raises(Res().setHeader, name, "a") == raises(Res().appendHeader, name, "a"), name


def raises(call: Callable[[Any, Any], object], name: Any, value: Any) -> tuple[type, str]:
    """Return the type and the text of the exception that a call raises."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call(name, value)
    return caught.type, str(caught.value)


def test_a_body_that_is_known_has_its_true_length(site: Site) -> None:
    """Whatever a Response says."""
    sources = {
        length: handler(f"r = Response('ab')\nr.headers['Content-Length'] = {length!r}\nreturn r", top=TOP)
        for length in ("2", "1", "99")
    }
    answers = ask_each(site, {length: {"a.py": source} for length, source in sources.items()})
    assert {length: answer.headers["Content-Length"] for length, answer in answers.items()} == dict.fromkeys(
        sources, "2"
    )


def test_a_stream_without_one_sound_length_is_a_500(site: Site) -> None:
    """Two lengths are how request smuggling begins."""
    lines = ["[('Content-Length', '1'), ('Content-Length', '2')]", "[('Content-Length', 'x')]"]
    sources = {line: handler(f"return Response(iter(['a']), headers={line})", top=TOP) for line in lines}
    answers = ask_each(site, {line: {"a.py": source} for line, source in sources.items()})
    assert {line: answer.status_code for line, answer in answers.items()} == dict.fromkeys(lines, 500)


def test_a_description_that_is_no_text_is_json(site: Site) -> None:
    """As `abort` lets it be anything."""
    errors: dict[str, Any] = {
        "{'field': 'no'}": {"field": "no"}, "['a', 1]": ["a", 1], "7": 7, "''": "Conflict", "None": "Conflict"
    }  # fmt: skip
    answers = ask_each(site, {given: {"a.py": handler(f"abort(409, {given})", top=TOP)} for given in errors})
    assert {given: (answer.status_code, answer.json) for given, answer in answers.items()} == {
        given: (409, {"error": error}) for given, error in errors.items()
    }


LOCATIONS = {
    "/漢": "/%E6%BC%A2", "/café": "/caf%C3%A9", "/a%20b?q=é#ü": "/a%20b?q=%C3%A9#%C3%BC", "/plain": "/plain",
    "http://bücher.example/ä": "http://xn--bcher-kva.example/%C3%A4", "/a\xa0b": "/a%C2%A0b",
    "/\xad": "/%C2%AD", "/\u200c": "/%E2%80%8C", "/\u200d": "/%E2%80%8D", "/\u3000": "/%E3%80%80",
    "/\u2028": "/%E2%80%A8", "/\x85": "/%C2%85", "/\ufeff": "/%EF%BB%BF", "/\ue000": "/%EE%80%80",
}  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "res.setHeader('Location', {!r})\nres.status(303).end()",
        "return redirect({!r}, 303)",
        "r = Response('', 303)\nr.headers['Location'] = {!r}\nreturn r",
    ],
)
def test_a_location_beyond_ascii_is_percent_encoded(site: Site, body: str) -> None:
    """Set, returned or raised."""
    answers = ask_each(site, {to: {"a.py": handler(body.format(to), top=TOP)} for to in LOCATIONS})
    assert {to: answer.headers["Location"] for to, answer in answers.items()} == LOCATIONS


# fmt: off
CONTROLS = ["/漢\r\nX: y", "/a\nb", "/\x00é", "/\xa0\r", "/é\t", "/\u200d\x7f", "/é\x1f", "/\ud800", "/é\udfff"]
# fmt: on


def test_a_location_with_a_control_character_is_a_500(site: Site) -> None:
    """It is not encoded away."""
    answers = ask_each(site, {to: {"a.py": handler(f"res.setHeader('Location', {to!r})")} for to in CONTROLS})
    assert {to: answer.status_code for to, answer in answers.items()} == dict.fromkeys(CONTROLS, 500)


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


def replacing(site: Site, firsts: list[str]) -> dict[str, tuple[str, bytes, str, bool]]:
    """Return what is sent when an application does one of these things before it replaces its head."""
    answers = ask_each(site, {first: {"a.py": EXC_INFO.format(first=first)} for first in firsts})
    return {
        first: (answer.status, answer.data, answer.headers["Content-Type"], "X" in answer.headers)
        for first, answer in answers.items()
    }


def test_an_application_may_replace_its_head_until_it_has_sent_something(site: Site) -> None:
    """PEP 3333, `exc_info`."""
    firsts = ["pass", "yield b''", "write(b'')"]
    assert replacing(site, firsts) == dict.fromkeys(firsts, ("503 Down", b"down", "c/d", False))


def test_an_application_cannot_replace_its_head_once_it_has_written_something(site: Site) -> None:
    """What it has written would be sent under another head; the exception is a 500."""
    firsts = ["write(b'a')", "write(b''); write(b'a')", "yield b''; write(b'a')"]
    error = "500 Internal Server Error", b'{"error":"Internal Server Error"}', "application/json", False
    assert replacing(site, firsts) == dict.fromkeys(firsts, error)


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
