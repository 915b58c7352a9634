"""Middleware by folder: before and around handlers, and what of it stays on an error."""

from __future__ import annotations

import gc
import logging
import sys
from typing import Any

import pytest
from werkzeug.test import TestResponse

from fsapi import TreeError
from tests.site import Site, call, client, environ, start_response

OK = "def GET(req, res): res.json(['handler'])\n"
BOOM = "def GET(req, res):\n    res.setHeader('X-Handler', '1')\n    res.json(1)\n    raise KeyError('x')\n"
AROUND = """
def middleware(req, res):
    res.setHeader('X-In', '{0}')
    yield
    res.setHeader('X-Out', '{0} ' + str(res.statusCode) + ' ' + (res.content or b'').decode())
"""


def get(site: Site, files: dict[str, str], path: str = "/a", method: str = "GET") -> TestResponse:
    """Return the answer of a tree to one request."""
    return client(site({"a.py": OK, **files})).open(path, method=method)


def get_each(site: Site, trees: list[dict[str, str]]) -> list[TestResponse]:
    """Return the answers of trees to GET, each of which is a folder of one App."""
    files = [{"a.py": OK, **tree} for tree in trees]
    app = client(site({f"{n}/{name}": source for n, tree in enumerate(files) for name, source in tree.items()}))
    return [app.get(f"/{n}/a") for n in range(len(trees))]


def test_a_plain_function_runs_before(site: Site) -> None:
    """What it sets on the response and on req.state is there for the handler."""
    source = "def middleware(req, res):\n    req.state.user = 'ada'\n    res.setHeader('X-In', '1')"
    answer = get(site, {"_middleware.py": source, "a.py": "def GET(req, res): res.json(req.state.user)"})
    assert (answer.json, answer.headers["X-In"]) == ("ada", "1")


def test_a_plain_function_that_ends_keeps_the_handler_out(site: Site) -> None:
    """Nothing further in runs, the middleware of deeper folders included."""
    files = {
        "_middleware.py": "def middleware(req, res): res.json('stop', 401)",
        "d/_middleware.py": "def middleware(req, res): 1 / 0",
        "d/a.py": "def GET(req, res): 1 / 0",
    }
    answer = get(site, files, "/d/a")
    assert (answer.status_code, answer.json) == (401, "stop")


def test_a_plain_function_may_return_a_response(site: Site) -> None:
    """A redirect to the login page is the most common of all."""
    source = "from werkzeug.utils import redirect\ndef middleware(req, res): return redirect('/login')"
    answer = get(site, {"_middleware.py": source, "a.py": "def GET(req, res): 1 / 0"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")


def test_a_generator_runs_around(site: Site) -> None:
    """After its yield it sees the status and the encoded body, and can still set headers."""
    answer = get(site, {"_middleware.py": AROUND.format("m")})
    assert (answer.headers["X-In"], answer.headers["X-Out"]) == ("m", 'm 200 ["handler"]')


def test_the_way_out_is_the_way_in_reversed(site: Site) -> None:
    """The outermost goes first in and last out."""
    files = {"_middleware.py": AROUND.format("outer"), "d/_middleware.py": AROUND.format("inner"), "d/a.py": OK}
    answer = get(site, files, "/d/a")
    assert (answer.headers["X-In"], answer.headers["X-Out"][:5]) == ("inner", "outer")


def test_the_way_out_can_replace_the_answer(site: Site) -> None:
    """The response is open again, once."""
    outs = {
        "res.status(202)": (202, '["handler"]'),
        "res.json('new', 203)": (203, '"new"'),
        "res.end('text')": (200, "text"),
    }
    answers = get_each(site, [{"_middleware.py": f"def middleware(req, res):\n    yield\n    {out}"} for out in outs])
    assert [(answer.status_code, answer.text) for answer in answers] == list(outs.values())


def test_the_way_out_ends_a_response_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Two answers on the way out are as wrong as two in a handler."""
    out = "def middleware(req, res):\n    yield\n    res.end('1')\n    res.end('2')"
    assert get(site, {"_middleware.py": out}).status_code == 500
    assert "already ended" in caplog.text


RETURNED = """
from werkzeug.wrappers import Response
closed = []
def GET(req, res):
    response = Response({})
    response.call_on_close(lambda: closed.append(1))
    return response
"""


def test_a_returned_response_is_seen_on_the_way_out(site: Site) -> None:
    """Its status and body can be read, and its headers are there."""
    out = "def middleware(req, res):\n    yield\n    res.end(f'{res.statusCode} {res.content} {res.getHeader(\"X\")}')"
    source = "from werkzeug.wrappers import Response\ndef GET(req, res): return Response('a', 201, {'X': '1'})"
    assert get(site, {"_middleware.py": out, "a.py": source}).text == "201 b'a' 1"


def test_a_status_that_is_changed_on_the_way_out_has_its_own_phrase(site: Site) -> None:
    """The phrase of the returned Response belongs to its status."""
    out = "def middleware(req, res):\n    yield\n    res.status(202)"
    source = "from werkzeug.wrappers import Response\ndef GET(req, res): return Response('a', '201 Mine')"
    assert get(site, {"_middleware.py": out, "a.py": source}).status == "202 Accepted"


def test_a_stream_has_no_content(site: Site) -> None:
    """The way out does not span a stream."""
    out = "def middleware(req, res):\n    yield\n    res.setHeader('X', repr(res.content))"
    answer = get(site, {"_middleware.py": out, "a.py": RETURNED.format("(c for c in 'ab')")})
    assert (answer.headers["X"], answer.text) == ("None", "ab")


@pytest.mark.parametrize("out", ["res.json('new')", "raise KeyError"])
def test_a_response_that_is_not_sent_is_closed(site: Site, out: str) -> None:
    """Files and connections that it holds are let go, and its headers go with it."""
    app = site({"_middleware.py": f"def middleware(req, res):\n    yield\n    {out}", "a.py": RETURNED.format("'x'")})
    answer = client(app).get("/a")
    assert answer.headers["Content-Type"] == "application/json"
    assert app.routes[0].module.closed == [1]


SEES = """
seen = []
def middleware(req, res):
    try:
        yield
    except BaseException as exc:
        seen.append(type(exc).__name__)
        {0}
    finally:
        seen.append('finished')
"""


RAISED = [
    (BOOM, "KeyError", 500),
    ("from werkzeug.exceptions import abort\ndef GET(req, res): abort(404)", "NotFound", 404),
    ("def GET(req, res): raise SystemExit(3)", "SystemExit", 500),
    ("def GET(req, res): pass", "RuntimeError", 500),
    ("def GET(req, res): return 5", "TypeError", 500),
    ("def POST(req, res): pass", "MethodNotAllowed", 405),
    ("def GET(req, res): res.json(req.body)\nmax_body = 0", "RequestEntityTooLarge", 413),
]


def test_an_exception_is_raised_at_the_yield(site: Site) -> None:
    """Whatever goes wrong further in, and it goes on from there."""
    files = {f"{n}/a.py": source for n, (source, _, _) in enumerate(RAISED)}
    app = client(site(files | {f"{n}/_middleware.py": SEES.format("raise") for n in range(len(RAISED))}))
    statuses = [app.open(f"/{n}/a", data="x").status_code for n in range(len(RAISED))]
    assert statuses == [status for _, _, status in RAISED]
    seen = [sys.modules[f"server.{n}._middleware"].seen for n in range(len(RAISED))]
    assert seen == [[name, "finished"] for _, name, _ in RAISED]


def test_a_generator_may_answer_an_exception(site: Site) -> None:
    """What the handler had filled in is gone by then."""
    answer = get(site, {"_middleware.py": SEES.format("res.json('caught', 418)"), "a.py": BOOM})
    assert (answer.status_code, answer.json, "X-Handler" in answer.headers) == (418, "caught", False)


def test_an_exception_that_is_swallowed_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A handler that raised must not report success."""
    assert get(site, {"_middleware.py": SEES.format("pass"), "a.py": BOOM}).status_code == 500
    assert "caught an exception, but did not end the response" in caplog.text


BROKEN = [
    ("def middleware(req, res):\n    return\n    yield", "neither yielded nor ended"),
    ("def middleware(req, res):\n    yield\n    yield", "yielded twice"),
    ("def middleware(req, res):\n    try:\n        yield\n    except KeyError:\n        yield", "yielded twice"),
    ("def middleware(req, res): return 5", "_middleware.py:1: middleware returned int"),
    ("def middleware(req, res):\n    res.end()\n    return 5", "ended the response and returned int"),
    ("def middleware(req, res):\n    yield\n    return 5", "middleware returned int on the way out"),
]


def test_middleware_that_breaks_the_rules_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The log names its file."""
    trees = [{"_middleware.py": source, "a.py": BOOM if "except" in source else OK} for source, _ in BROKEN]
    assert [answer.status_code for answer in get_each(site, trees)] == [500] * len(BROKEN)
    logged = [f"{record.getMessage()} {record.exc_info and record.exc_info[1]}" for record in caplog.records]
    assert [words for line, (_, words) in zip(logged, BROKEN) if words not in line] == []
    assert len(logged) == len(BROKEN)


def test_a_generator_may_return_a_response_before_its_yield(site: Site) -> None:
    """As a plain function may."""
    source = "from werkzeug.utils import redirect\ndef middleware(req, res):\n    return redirect('/login')\n    yield"
    assert get(site, {"_middleware.py": source}).headers["Location"] == "/login"


GENERATORS = [
    "class M:\n    def __call__(self, req, res):\n        yield\n        res.setHeader('X', '1')\nmiddleware = M()",
    "import functools\ndef m(req, res):\n    yield\n    res.setHeader('X', '1')\n"
    "@functools.wraps(m)\ndef middleware(req, res): return m(req, res)",
    "import functools\ndef m(a, req, res):\n    yield\n    res.setHeader('X', '1')\n"
    "middleware = functools.partial(m, 1)",
]


def test_whatever_makes_a_generator_runs_around(site: Site) -> None:
    """Objects, decorated functions and partial ones."""
    answers = get_each(site, [{"_middleware.py": source} for source in GENERATORS])
    assert [answer.headers["X"] for answer in answers] == ["1"] * len(GENERATORS)


@pytest.mark.parametrize("rest", ["return\n    yield", "yield"])
def test_a_generator_that_ends_early_is_finished(site: Site, rest: str) -> None:
    """With or without its yield; the outer ones finish as well."""
    inner = f"def middleware(req, res):\n    res.json('stop', 401)\n    {rest}"
    files = {"_middleware.py": AROUND.format("outer"), "d/_middleware.py": inner, "d/a.py": "def GET(req, res): 1 / 0"}
    answer = get(site, files, "/d/a")
    assert (answer.status_code, answer.headers["X-Out"]) == (401, 'outer 401 "stop"')


def test_what_middleware_set_on_the_way_in_stays_on_an_error(site: Site) -> None:
    """A browser must be able to read a cross-origin error; what the handler set is dropped."""
    app = client(site({"_middleware.py": AROUND.format("m"), "a.py": BOOM}))
    statuses = {("/a", "GET"): 500, ("/a", "POST"): 405, ("/nope", "GET"): 404, ("/%FF", "GET"): 400}
    answers = {(path, method): app.open(path, method=method) for path, method in statuses}
    assert {case: answer.status_code for case, answer in answers.items()} == statuses
    headers = [(answer.headers.get("X-In"), "X-Handler" in answer.headers) for answer in answers.values()]
    assert headers == [("m", False)] * 4


def test_middleware_that_raises_keeps_its_own_headers(site: Site) -> None:
    """A 401 with a challenge, and what came before it."""
    source = (
        "from werkzeug.exceptions import abort\ndef middleware(req, res):\n    res.setHeader('X', '1')\n    abort(401)"
    )
    answer = get(site, {"_middleware.py": source})
    assert (answer.status_code, answer.headers["X"], answer.json) == (401, "1", {"error": "Unauthorized"})


def test_no_spelling_reaches_a_file_without_its_middleware(site: Site) -> None:
    """Either the chain has run, or the file has not."""
    app = client(site({"a.py": OK, "d/_middleware.py": AROUND.format("d"), "d/a.py": OK}))
    for path in ("/d/a", "/d/a/", "/%64/a", "/d//a", "/D/a", "/x/../d/a", "/d%2Fa"):
        answer = app.get(path)
        assert ("X-In" in answer.headers) == (answer.status_code == 200), path


def test_automatic_options_run_the_chain(site: Site) -> None:
    """Every answer of a file has its middleware."""
    answer = get(site, {"_middleware.py": AROUND.format("m")}, method="OPTIONS")
    assert (answer.status_code, answer.headers["X-Out"].strip()) == (204, "m 204")


def test_a_route_file_has_settings_for_middleware(site: Site) -> None:
    """`public = True` beside the handlers; a path that no file has has none."""
    source = "def middleware(req, res):\n    if not hasattr(req.route.module, 'public'): res.status(401).end()"
    app = client(site({"_middleware.py": source, "a.py": OK, "b.py": OK + "public = True"}))
    assert [app.get(path).status_code for path in ("/a", "/b", "/c")] == [401, 200, 401]


def test_requests_for_the_fallback_run_no_middleware(site: Site) -> None:
    """They are the host's, untouched."""

    def host(given: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/x")])
        return [b"host"]

    answer = client(site({"_middleware.py": AROUND.format("m"), "a.py": OK}, fallback=host)).get("/b")
    assert (answer.text, "X-In" in answer.headers) == ("host", False)


def test_one_context_spans_chain_handler_and_stream(site: Site) -> None:
    """What middleware sets in a context variable is there until the last byte, and gone with the request."""
    top = "import contextvars\nname = contextvars.ContextVar('name', default='-')\n"
    stream = "from werkzeug.wrappers import Response\nfrom ._middleware import name\n"
    stream += "def GET(req, res): return Response(name.get() for _ in 'ab')"
    app = client(site({"_middleware.py": f"{top}def middleware(req, res): name.set('ada')", "a.py": stream}))
    assert app.get("/a").text == "adaada"


def test_without_middleware_a_handler_is_called_as_it_is(site: Site) -> None:
    """A folder without middleware pays nothing for it."""
    route = site({"a.py": OK, "d/_middleware.py": AROUND.format("d"), "d/b.py": OK}).routes[0]
    assert (route.methods["GET"], route.middleware) == (route.module.GET, ())


def test_routes_know_their_chain(site: Site) -> None:
    """The files, the outermost first."""
    files = {
        "_middleware.py": AROUND,
        "(g)/_middleware.py": AROUND,
        "(g)/[id]/_middleware.py": AROUND,
        "(g)/[id]/a.py": OK,
    }
    (route,) = site(files).routes
    assert route.middleware == ("server/_middleware.py", "server/(g)/_middleware.py", "server/(g)/[id]/_middleware.py")


WRONG = [
    ("def middlewear(req, res): ...", "defines no middleware\n  Write `def middleware(req, res):`."),
    ("middleware = 5", "middleware is not a function\n  Write `def middleware(req, res):`."),
    ("async def middleware(req, res): ...", "middleware is async\n  fsapi is synchronous: drop the `async`."),
    (
        "def middleware(a): ...",
        "middleware takes (a), but is called with (req, res)\n  Write `def middleware(req, res):`.",
    ),
]


def test_wrong_middleware_stops_the_start(site: Site) -> None:
    """As wrong handlers do."""
    files = {f"{n}/_middleware.py": source for n, (source, _) in enumerate(WRONG)}
    with pytest.raises(TreeError) as caught:
        site(files | {f"{n}/a.py": OK for n in range(len(WRONG))})
    messages = [f"server/{n}/_middleware.py:1: {message}" for n, (_, message) in enumerate(WRONG)]
    assert sorted(map(str, caught.value.mistakes)) == messages


def test_middleware_that_cannot_be_imported_is_a_mistake(site: Site) -> None:
    """With its traceback."""
    with pytest.raises(TreeError, match=r"server/d/_middleware\.py:1: cannot be imported: ZeroDivisionError"):
        site({"d/_middleware.py": "1/0", "a.py": OK})


def test_errors_raise_goes_through_generators(site: Site) -> None:
    """The host sees the exception after every generator has."""
    app = site({"_middleware.py": SEES.format("raise"), "a.py": BOOM}, errors="raise")
    with pytest.raises(KeyError):
        call(app, environ("/a"))


def test_a_generator_has_finished_before_a_stream_starts(site: Site) -> None:
    """So a client that goes away halfway takes nothing with it."""
    source = "from werkzeug.wrappers import Response\ndef GET(req, res): return Response(c for c in 'abc')"
    body: Any = site({"_middleware.py": SEES.format("raise"), "a.py": source})(environ("/a"), start_response)
    assert (next(body), sys.modules["server._middleware"].seen) == (b"a", ["finished"])
    body.close()


def test_nothing_is_logged_for_what_middleware_answers(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """An early end is an answer, not a failure."""
    with caplog.at_level(logging.DEBUG, "fsapi"):
        get(site, {"_middleware.py": "def middleware(req, res): res.status(403).end()"})
    assert not caplog.records


def test_a_function_is_kept_once_for_all_files_below_it(site: Site) -> None:
    """A step knows all those further in, so that many functions would take much memory for each method of a file."""

    def steps() -> int:
        return sum(type(each).__name__ == "_Step" for each in gc.get_objects())

    gc.collect()
    before = steps()
    source = "def m(req, res): ...\nmiddleware = [m] * 20"
    app = site({"_middleware.py": source, "d/_middleware.py": source, "a.py": OK, "d/b.py": OK, "d/c/d.py": OK})
    assert (steps() - before, len(app.routes)) == (20 + 40, 3)
