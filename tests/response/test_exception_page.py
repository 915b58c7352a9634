"""Unexpected exceptions in development: a page for browsers, JSON for other clients, nothing in production."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from fsapi.answers.response_check import DEVELOPMENT
from fsapi.development.log_format import Formatter
from tests.site import Site, client, handler

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
CALLER = """
from server import lib
def GET(req, res):
    lib.find(req.params["id"])
"""
LIB = """
import json
def find(key):
    try:
        json.loads(key)
    except ValueError as exc:
        raise LookupError(f"no <b>{key}</b>") from exc
"""


@pytest.fixture(autouse=True)
def development(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the apps of this file as `serve` does."""
    monkeypatch.setenv(DEVELOPMENT, "1")


def shown(site: Site, files: dict[str, str], url: str = "/", **options: Any) -> Any:
    """Return what JSON says of the exception of a request."""
    return client(site(files)).open(url, **options).json


def page(site: Site, files: dict[str, str], url: str = "/", **headers: str) -> TestResponse:
    """Return the page of the exception of a request."""
    return client(site(files)).get(url, headers={**BROWSER, **headers})


def test_json_has_the_exceptions_with_their_frames(site: Site) -> None:
    """The exception comes first, then what it came of; of each the project's frames, the innermost first."""
    given = shown(site, {"u/[id].py": CALLER, "lib.py": LIB + handler("res.end()")}, "/u/x")
    first, cause = given["exceptions"]
    assert (given["error"], first["exception"]) == ("Internal Server Error", "LookupError: no <b>x</b>")
    assert [frame["function"] for frame in first["frames"]] == ["find", "GET"]
    assert first["frames"][1] == {
        "file": first["frames"][1]["file"], "line": 4, "function": "GET", "code": 'lib.find(req.params["id"])'
    }  # fmt: skip
    assert cause["exception"].startswith("json.decoder.JSONDecodeError: ")


#: How an exception comes of another one, what JSON calls that one, and the words before it on the page.
RELATIONS: list[tuple[str, list[str], str]] = [
    ("raise KeyError from exc", ["cause"], "Its cause was:"),
    ("raise KeyError", ["context"], "It came while this was handled:"),
    ("raise KeyError from None", [], "<h1>ZeroDivisionError"),
]


def test_a_cause_is_told_from_what_was_handled(site: Site) -> None:
    """As in Python's own traceback; `from None` leaves it out."""
    body = "try: 1 / 0\nexcept ZeroDivisionError as exc: {}"
    files = {f"{number}.py": handler(body.format(way)) for number, (way, _, _) in enumerate(RELATIONS)}
    for number, (_, relation, words) in enumerate(RELATIONS):
        first, *others = shown(site, files, f"/{number}")["exceptions"]
        assert ("relation" in first, [each["relation"] for each in others]) == (False, relation)
        assert (words in page(site, files, f"/{number}").text.partition("<h2>")[0]) == bool(relation)


def test_json_has_the_request_and_the_route(site: Site) -> None:
    """The route has its chain and the params."""
    given = shown(site, {"u/[id].py": handler("1 / 0"), "_middleware.py": "def middleware(req, res): ..."}, "/u/4?a=1")
    assert (given["request"]["method"], given["request"]["url"]) == ("GET", "/u/4?a=1")
    assert given["route"] == {
        "pattern": "/u/[id]",
        "file": "server/u/[id].py",
        "params": "{'id': '4'}",
        "middleware": "server/_middleware.py",
    }


def test_the_values_of_secret_headers_are_not_shown(site: Site) -> None:
    """Nobody wants them in a screenshot."""
    names = ["Authorization", "Cookie", "X-Api-Key", "X-Auth", "X-CSRF-Token", "Client-Secret", "X-PASSWORD"]
    names += ["X-Session", "X-CSRF", "X-XSRF", "X-Amz-Signature", "X-Amz-Credential", "X-JWT"]
    sent = {**dict.fromkeys(names, "hidden"), "X-Seen": "seen"}
    text = page(site, {"index.py": handler("1 / 0")}, **sent).text
    assert ("hidden" in text, "seen" in text) == (False, True)


def test_the_source_is_shown_without_the_indentation_of_all_lines(site: Site) -> None:
    """A phone has room for half a line; numbers stay those of the file."""
    body = "if True:\n    if True:\n        \n\n\n\n        1 / 0\n"
    assert "<mark>  10     1 / 0</mark>" in page(site, {"index.py": f"\n{handler(body)}        x = 1\n"}).text


def test_a_browser_gets_a_page(site: Site) -> None:
    """It has the exception, the source lines around it, the route and the request, all of it escaped."""
    given = page(site, {"u/[id].py": CALLER, "lib.py": LIB + handler("res.end()")}, "/u/x")
    assert (given.status_code, given.mimetype, given.headers["Vary"]) == (500, "text/html", "Accept")
    assert "<h1>LookupError: no &lt;b&gt;x&lt;/b&gt;</h1>" in given.text
    assert "<mark>   4     lib.find(req.params[&#34;id&#34;])</mark>" in given.text
    assert "frames of libraries" in given.text
    assert "<td>/u/[id]</td>" in given.text


def test_the_page_has_no_script_and_allows_none(site: Site) -> None:
    """Its own policy allows its own style, whatever policy the project has."""
    middleware = "def middleware(req, res): res.setHeader('Content-Security-Policy', \"default-src 'none'\")"
    given = page(site, {"index.py": handler("1 / 0"), "_middleware.py": middleware})
    assert re.match(r"default-src 'none'; style-src 'sha256-\S+'; ", given.headers["Content-Security-Policy"])
    assert "<script" not in given.text


# fmt: off
RULES = [
    ("return {}", "returned dict: call res.json(...), or return a werkzeug Response"),
    ("res.status(201)", "did not end the response: call res.json(...) or res.end(...)"),
    ("res.end()\nreturn 1", "ended the response and returned int: do one of the two"),
]
# fmt: on


@pytest.mark.parametrize(("body", "words"), RULES)
def test_a_broken_rule_is_shown_at_the_handler(site: Site, body: str, words: str) -> None:
    """No frame of the traceback is the handler's own, since it has returned."""
    (raised,) = shown(site, {"index.py": f"# a comment\n{handler(body)}"})["exceptions"]
    assert raised["exception"].endswith(f"Error: server/index.py:3: GET {words}")
    assert [(frame["line"], frame["function"], frame["code"]) for frame in raised["frames"]] == [
        (3, "GET", "def GET(req, res):")
    ]


#: Handlers that are no plain functions, written in the lines from the third on.
CALLABLES = [
    "def run(req, res, x): return {}\nGET = partial(run, x=1)",
    "def run(x, req, res): return {}\nGET = partial(partial(run), 1)",
    "def run(req, res): return {}\nclass Own:\n    def __call__(self, req, res): return {}\nGET = wraps(run)(Own())",
    "class Own:\n    def __call__(self, req, res): return {}\nGET = Own()",
    "class Own:\n    def get(self, req, res): return {}\nGET = Own().get",
]


def test_a_broken_rule_of_an_object_that_is_called_has_its_line(site: Site) -> None:
    """It is the line of the function that runs."""
    top = "from functools import partial, wraps\n\n"
    files = {f"{number}.py": top + source for number, source in enumerate(CALLABLES)}
    for number, source in enumerate(CALLABLES):
        (raised,) = shown(site, files, f"/{number}")["exceptions"]
        line = 4 if source.startswith("class") else 3
        assert raised["exception"].startswith(f"TypeError: server/{number}.py:{line}: GET returned dict")
        assert [frame["line"] for frame in raised["frames"]] == [line]


#: What breaks a rule around a handler that is right or raises, the file that it is in, and what is said of it.
AROUND = [
    ("yield\nreturn 5", "_middleware.py", "middleware returned int on the way out: call res.json(...)"),
    ("return 5", "_middleware.py", "middleware returned int: call res.json(...), or return a werkzeug Response"),
    ("return\nyield", "_middleware.py", "middleware neither yielded nor ended the response"),
    ("yield\nyield", "_middleware.py", "middleware yielded twice"),
    (
        "try: yield\nexcept KeyError: pass",
        "_middleware.py",
        "middleware caught an exception, but did not end the response",
    ),
    ("try: yield\nexcept KeyError: yield", "_middleware.py", "middleware yielded twice"),
    ("return 5", "_error.py", "error returned int: call res.json(...), or return a werkzeug Response"),
    ("pass", "_error.py", "error did not end the response: call res.json(...) or res.end(...)"),
]


def test_a_rule_that_is_broken_around_a_handler_is_shown_there(site: Site) -> None:
    """The handler has done nothing wrong."""
    files: dict[str, str] = {}
    for number, (body, file, _) in enumerate(AROUND):
        name, arguments = ("middleware", "req, res") if file == "_middleware.py" else ("error", "req, res, error")
        inner = "{}[0]" if "KeyError" in body else "raise Unauthorized" if name == "error" else "res.end()"
        source = handler(body, name).replace("(req, res)", f"({arguments})")
        files[f"{number}/{file}"] = f"# a comment\n{source}"
        files[f"{number}/x.py"] = handler(inner, top="from werkzeug.exceptions import Unauthorized")
    asked = client(site(files))
    for number, (_, file, words) in enumerate(AROUND):
        first = asked.get(f"/{number}/x").get_json()["exceptions"][0]
        assert first["exception"].endswith(f"Error: server/{number}/{file}:3: {words}")
        assert f"{first['frames'][0]['file']}:{first['frames'][0]['line']}".endswith(f"server/{number}/{file}:3")


def test_middleware_without_code_has_no_line(site: Site) -> None:
    """Such as a function that is written in C."""
    source = "from operator import eq\nmiddleware = eq"
    first = shown(site, {"_middleware.py": source, "x.py": handler("res.end()")}, "/x")["exceptions"][0]
    assert first["exception"].startswith("TypeError: server/_middleware.py: middleware returned bool")


def test_middleware_from_elsewhere_is_shown_where_it_is(site: Site) -> None:
    """The message names the file that has it as its own, without a line of the other."""
    files = {"_m.py": "def middleware(req, res): return 5", "_middleware.py": "from server._m import middleware"}
    first = shown(site, {**files, "x.py": handler("res.end()")}, "/x")["exceptions"][0]
    assert first["exception"].startswith("TypeError: server/_middleware.py: middleware returned int")
    assert first["frames"][0]["file"].endswith("server/_m.py")


def test_a_handler_from_elsewhere_has_no_line(site: Site) -> None:
    """The line would be one of another file."""
    given = shown(site, {"lib.py": handler("return 1"), "index.py": "from server.lib import GET"})
    assert given["exceptions"][0]["exception"].startswith("TypeError: server/index.py: GET returned int")


def test_what_cannot_be_encoded_is_shown_at_the_call(site: Site) -> None:
    """One exception, with the call of `res.json`."""
    (raised,) = shown(site, {"index.py": handler("res.json({'a': [object()]})")})["exceptions"]
    assert [frame["code"] for frame in raised["frames"]] == ["res.json({'a': [object()]})"]


def test_an_endless_recursion_is_shown_in_part(site: Site) -> None:
    """Twenty frames are enough, with the outermost of them, and the number of those between."""
    files = {"index.py": "def again(n): again(n)\n" + handler("again(1)")}
    (raised,) = shown(site, files)["exceptions"]
    assert [frame["function"] for frame in raised["frames"]] == [*["again"] * 19, "GET"]
    assert raised["frames_left_out"] > 500
    text = page(site, files).text
    assert (text.count("<mark>"), len(re.findall(r"<p>\d+ more frames are left out</p>", text))) == (20, 1)


CHAIN = "exc = None\nfor n in range(2000):\n    new = KeyError(n)\n    new.__cause__ = exc\n    exc = new\nraise exc"


def test_a_long_chain_is_shown_in_part(site: Site) -> None:
    """With the one that was first, and the number of those between."""
    files = {"index.py": handler(CHAIN)}
    given = shown(site, files)
    keys = [int(each["exception"].removeprefix("KeyError: ")) for each in given["exceptions"]]
    assert (keys, given["exceptions_left_out"]) == ([*range(1999, 1980, -1), 0], 1980)
    assert "1980 more exceptions are left out" in page(site, files).text


def test_causes_that_go_round_end(site: Site) -> None:
    """A cycle of causes ends."""
    source = "a = ValueError('a')\nb = KeyError('b')\na.__cause__, b.__cause__ = b, a\nraise a"
    given = shown(site, {"index.py": handler(source)})
    assert [each["exception"] for each in given["exceptions"]] == ["ValueError: a", "KeyError: 'b'"]


GROUP = """
def group(depth):
    members = [KeyError(n) for n in range(25)]
    return ExceptionGroup("many", [group(depth - 1), *members] if depth else members)
"""


if sys.version_info >= (3, 11):  # Python 3.10 has no groups

    def test_the_members_of_a_group_are_shown(site: Site) -> None:
        """Twenty of them, and of their members too, with the number of the others."""
        files = {"index.py": GROUP + handler("raise group(3)")}
        (raised,) = shown(site, files)["exceptions"]
        inner = raised["members"][0]["members"][0]
        assert [each["exception"] for each in raised["members"][1:3]] == ["KeyError: 0", "KeyError: 1"]
        assert (len(raised["members"]), raised["members_left_out"]) == (20, 6)
        assert ("members" in inner, inner["members_left_out"]) == (False, 26)
        text = page(site, files).text
        assert ("<h1>KeyError: 1</h1>" in text, "<p>6 more members are left out</p>" in text) == (True, True)


def test_a_syntax_error_is_shown_in_the_file_that_has_it(site: Site, tmp_path: Path) -> None:
    """Before the line that has imported it; text that is compiled has no file."""
    files = {"_lib.py": "x = 1\ndef f(:\n", "index.py": handler("import server._lib"), "e.py": handler("eval('(')")}
    frames = shown(site, files)["exceptions"][0]["frames"]
    assert [(Path(frame["file"]).name, frame["line"], frame["code"]) for frame in frames] == [
        ("_lib.py", 2, "def f(:"),
        ("index.py", 3, "import server._lib"),
    ]
    assert "<mark>   2 def f(:</mark>" in page(site, {}, "/").text
    assert [frame["code"] for frame in shown(site, {}, "/e")["exceptions"][0]["frames"]] == ["eval('(')"]


LONG = {
    "one.py": handler("raise ValueError('x' * 300_000)"),
    "cause.py": handler(
        "try: raise ValueError('x' * 300_000)\nexcept ValueError as exc: raise OSError('y' * 99_999) from exc"
    ),
    "lines.py": handler("raise ValueError('x\\n' * 200_000)"),
    "source.py": handler(f"len({'x' * 100_000!r}).y"),
}


def test_a_long_exception_is_shown_in_part(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """In JSON, on the page and on the terminal; a client may have sent the text."""
    asked, formatter = client(site(LONG)), Formatter()
    for name in LONG:
        for headers in ({}, BROWSER):
            text = asked.get(f"/{name[:-3]}", headers=headers).text
            assert len(text) < 100_000, (name, len(text))
            assert "more characters" in text, name
    assert [len(formatter.format(record)) < 50_000 for record in caplog.records] == [True] * 8


if sys.version_info >= (3, 11):  # Python 3.10 has no notes

    def test_long_notes_are_shown_in_part(site: Site, caplog: pytest.LogCaptureFixture) -> None:
        """Each line of a note is one of the traceback."""
        body = "exc = ValueError()\nexc.add_note('x\\n' * 110_000)\nraise exc"
        assert len(page(site, {"index.py": handler(body)}).text) < 200_000
        assert len(Formatter().format(caplog.records[0])) < 101_000


def test_the_title_of_a_syntax_error_is_its_message(site: Site) -> None:
    """And not the place that Python prints before it."""
    (raised,) = shown(site, {"index.py": handler("compile('a b', '<text>', 'exec')")})["exceptions"]
    assert raised["exception"].startswith("SyntaxError: ")


def test_http_exceptions_are_answered_as_in_production(site: Site) -> None:
    """They are what the project means to say."""
    assert shown(site, {"index.py": "from werkzeug.exceptions import abort\n" + handler("abort(404)")}) == {
        "error": "Not Found"
    }


def test_an_error_function_does_not_hide_an_exception(site: Site) -> None:
    """It answers the errors that a client causes."""
    files = {"_error.py": "def error(req, res, error): res.json('own')", "index.py": handler("1 / 0")}
    assert shown(site, files)["exceptions"][0]["exception"] == "ZeroDivisionError: division by zero"
    assert shown(site, files, "/no") == "own"


def test_an_error_function_that_fails_is_shown(site: Site) -> None:
    """With the status of the error that it was to answer."""
    given = page(site, {"_error.py": "def error(req, res, error): 1 / 0", "index.py": handler("")}, "/no")
    assert (given.status_code, "<h1>ZeroDivisionError: division by zero</h1>" in given.text) == (404, True)


def test_production_shows_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client sees the phrase of the status."""
    monkeypatch.delenv(DEVELOPMENT)
    given = page(site, {"index.py": handler("1 / 0")})
    assert given.json == {"error": "Internal Server Error"}


GONE = (
    "import os\nos.mkdir('gone')\nos.chdir('gone')\nos.rmdir(os.path.abspath('.'))\n"
    "exec(compile('1 / 0', 'x.py', 'exec'))"
)


def test_an_exception_is_shown_after_the_working_directory_is_gone(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files have their whole names."""
    monkeypatch.chdir(tmp_path)
    (raised,) = shown(site, {"index.py": handler(GONE)})["exceptions"]
    assert [frame["file"][-8:] for frame in raised["frames"]] == ["x.py", "index.py"]
    assert os.path.isabs(raised["frames"][1]["file"])


BROKEN = """
class Broken(type):
    def __getattribute__(cls, name):
        if name in ("__module__", "__qualname__", "__name__"): raise ValueError("no name")
        return super().__getattribute__(name)
class Odd(Exception, metaclass=Broken): ...
"""


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_exception_that_cannot_be_shown_is_answered_plainly(
    site: Site, accept: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log says so where it cannot be printed either."""
    files = {"index.py": BROKEN + handler("raise Odd")}
    given = client(site(files)).get("/", headers={"Accept": accept})
    assert (given.status_code, given.json) == (500, {"error": "Internal Server Error"})
    assert "GET / failed in server/index.py by an exception that cannot be printed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "phrase"), [(404, "Not Found"), (500, "Internal Server Error"), (599, "Unknown Error")]
)
def test_the_error_is_the_phrase_of_the_status(site: Site, code: int, phrase: str) -> None:
    """An error function that fails keeps the status that it was to answer."""
    kind = f"type('E', (HTTPException,), {{'code': {code}}})()"
    raising = handler(f"raise {kind}", top="from werkzeug.exceptions import HTTPException")
    given = client(site({"_error.py": "def error(req, res, error): 1 / 0", "index.py": raising})).get("/")
    assert (given.status_code, given.json and given.json["error"]) == (code, phrase)


STREAM = "def pieces():\n    {}\nr = Response(pieces(), 201)\nr.call_on_close(lambda: closed.append(1))\nreturn r"
STREAM_TOP = "from werkzeug.wrappers import Response\nclosed = []"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stream_that_fails_before_its_first_piece_is_shown(
    site: Site, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, with the frames of the project, and the Response is closed once."""
    app = site({"index.py": handler(STREAM.format("1 / 0; yield b''"), "default", STREAM_TOP)})
    given = client(app).open("/", method=method, data=b"abc")
    assert given.json
    (raised,) = given.json["exceptions"]
    assert (given.status_code, raised["exception"]) == (500, "ZeroDivisionError: division by zero")
    assert [frame["function"] for frame in raised["frames"]] == ["pieces"]
    assert (len(caplog.records), app.routes[0].module.closed) == (1, [1])


STREAMS = [("yield b'a'; yield b'b'", b"ab"), ("yield from ()", b""), ("yield b''; yield b'c'", b"c")]


def test_a_stream_that_does_not_fail_is_sent_as_it_is(site: Site) -> None:
    """Its head comes with its first piece, or without any."""
    app = client(site({f"{n}.py": handler(STREAM.format(body), top=STREAM_TOP) for n, (body, _) in enumerate(STREAMS)}))
    for n, (_, sent) in enumerate(STREAMS):
        given = app.get(f"/{n}")
        assert (given.status_code, given.data) == (201, sent)


def test_a_stream_that_fails_later_is_raised_to_the_server(site: Site) -> None:
    """What has been sent cannot be taken back."""
    app = site({"index.py": handler(STREAM.format("yield b'a'; 1 / 0"), top=STREAM_TOP)})
    with pytest.raises(ZeroDivisionError):
        client(app).get("/")


def test_a_stream_that_fails_is_left_to_a_host(site: Site) -> None:
    """The host shows exceptions itself, and has the head before."""
    app = site({"index.py": handler(STREAM.format("1 / 0; yield b''"), top=STREAM_TOP)}, errors="raise")
    with pytest.raises(ZeroDivisionError):
        client(app).get("/")


def test_a_stream_whose_exception_cannot_be_shown_is_raised_to_the_server(site: Site) -> None:
    """As in production."""
    top = f"{STREAM_TOP}\n{BROKEN}"
    app = site({"index.py": handler(STREAM.format("raise Odd; yield b''"), top=top)})
    name = ""
    try:
        client(app).get("/")
    except Exception as exc:  # pytest cannot print it
        name = type.__repr__(type(exc))
    assert name.endswith(".Odd'>")
