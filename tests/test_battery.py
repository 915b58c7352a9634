"""What HTTP, WSGI and servers require of the whole application: the U cases of the reliability study."""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import threading
import time
import tracemalloc
from io import BytesIO
from typing import Any
from urllib.parse import quote

import flask
import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fsapi import App
from tests.site import Broken, Site, Source, call, client, environ, handler

JSON = {"CONTENT_TYPE": "application/json"}
CHUNKED: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
ECHO = handler("res.json({'params': req.params, 'query': req.query, 'x': req.headers.get('x')})")
BODY = handler("res.json(req.body)", "POST")
HOME = handler("res.json('root')")


def post(app: App, body: bytes, **changes: Any) -> tuple[str, Any]:
    """Return the status and the JSON of the response to a POST of a body to /x."""
    status, _, data = call(app, environ("/x", "POST", body, **{"CONTENT_LENGTH": str(len(body)), **changes}))
    return status[:3], json.loads(data)


@pytest.fixture(scope="module")
def body(shared_site: Site) -> App:
    """Return an app that answers with the body it was sent, of at most a thousand bytes at /x."""
    return shared_site({"x.py": BODY}, max_body=1000)


@pytest.fixture(scope="module")
def echo(shared_site: Site) -> App:
    """Return an app with a literal, a param and a rest route that answer with what they read."""
    return shared_site({"index.py": HOME, "x.py": ECHO, "users/[id].py": ECHO, "files/[...path].py": ECHO})


@pytest.fixture(scope="module")
def large(shared_site: Site) -> App:
    """Return an app that answers with the body it was sent at /x, up to the usual limit, and reads none at /root."""
    return shared_site({"x.py": BODY, "root.py": HOME})


# fmt: off
ANY = [
    ValueError, KeyError, AssertionError, RuntimeError, StopIteration, RecursionError, MemoryError,
    FileNotFoundError, PermissionError, ConnectionResetError, BrokenPipeError, TimeoutError, SystemExit,
    GeneratorExit, BaseException,
]
MORE = [
    "SystemExit(0)", "SystemExit(1)", "SystemExit(4)", "__import__('asyncio').CancelledError()", "Own()", "Silent()",
    "ValueError('\\ud800')", "Group('g', [ValueError()])",
]
# fmt: on
TOP = """
class Own(BaseException): pass
class Silent(Exception):
    def __str__(self): raise ValueError
Group = getattr(__builtins__, "ExceptionGroup", ValueError)
"""


@pytest.mark.parametrize("exc", [kind.__name__ for kind in ANY] + MORE)
def test_whatever_a_handler_raises_is_a_500(exc: str, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The log gets one record, and nothing leaves the app (U30, U31, U32, U33, U35, U36, U37)."""
    given = client(site({"x.py": handler(f"raise {exc}", top=TOP)})).get("/x")
    assert (given.status_code, given.json) == (500, {"error": "Internal Server Error"})
    assert len(caplog.records) == 1


def test_an_endless_recursion_is_a_500(site: Site) -> None:
    """RecursionError is answered like any other exception (U36)."""
    assert client(site({"x.py": handler("GET(req, res)")})).get("/x").status_code == 500


@pytest.mark.parametrize("data", ["a", "[a]", "10**5000", "object()", "1j", "{None: 1}", "deep(20_000)"])
def test_json_that_cannot_be_written_is_a_500(data: str, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Data that contains itself, is nested too deep or cannot be JSON is a 500, logged once (U04, U05, U07)."""
    top = "a = []\na.append(a)\ndef deep(n):\n    made = 1\n    for _ in range(n): made = [made]\n    return made"
    assert client(site({"x.py": handler(f"res.json({data})", top=top)})).get("/x").status_code == 500
    assert len(caplog.records) == 1


@pytest.mark.parametrize("source", ["res.json([1])", "res.status(204).end()", "res.json(1, 404)", "1 / 0"])
def test_head_has_the_headers_of_get(source: str, site: Site) -> None:
    """HEAD has the status and headers of GET and no body, for errors too (U13)."""
    users = client(site({"x.py": handler(source)}))
    for path in ("/x", "/nope"):
        get, head = users.get(path), users.head(path)
        assert (head.status, sorted(head.headers), head.data) == (get.status, sorted(get.headers), b"")


def test_the_error_stream_is_not_needed(site: Site) -> None:
    """Nothing is written to wsgi.errors, so a server may omit it (U30, U38)."""
    app = site({"x.py": handler("1 / 0")})
    assert call(app, environ("/x", **{"wsgi.errors": None}))[0] == "500 Internal Server Error"


@pytest.mark.parametrize(
    "asked", [{"HTTP_X_DEBUG": "1"}, {"QUERY_STRING": "debug=1"}, {"FLASK_DEBUG": "1"}, {"HTTP_ACCEPT": "text/html"}]
)
def test_no_request_turns_debugging_on(asked: dict[str, str], site: Site) -> None:
    """Nothing that a client sends makes an error say more (U41)."""
    assert call(site({"x.py": handler("1 / 0")}), environ("/x", **asked))[2] == b'{"error":"Internal Server Error"}'


BARE = ("CONTENT_TYPE", "CONTENT_LENGTH", "QUERY_STRING", "HTTP_HOST", "SERVER_NAME", "wsgi.errors", "SCRIPT_NAME")


@pytest.mark.parametrize("missing", [*BARE, "PATH_INFO", "wsgi.url_scheme"])
def test_an_environ_may_lack_most_keys(missing: str, echo: App) -> None:
    """PEP 3333 lets a server omit most of these (U50)."""
    assert call(echo, environ("/", **{missing: None}))[2] == b'"root"'


@pytest.mark.parametrize(
    ("info", "code"), [("", 200), ("x", 404), ("*", 404), ("443", 404), ("/\xff", 400), ("/\u20ac", 400), ("/x\0", 400)]
)
def test_a_path_that_cannot_be_decoded_is_a_400(info: str, code: int, echo: App) -> None:
    """An empty path is the root; one that does not start with a slash is a 404 (U52, U53)."""
    assert call(echo, environ(info))[0].startswith(str(code))


@pytest.mark.parametrize("exc", [OSError(), ValueError(), Exception("InvalidChunkSize")])
def test_a_body_that_breaks_off_is_a_400(exc: Exception, body: App) -> None:
    """A stream that raises means that the client stopped sending (U56)."""
    assert post(body, b"1", **{"wsgi.input": Broken(exc)})[0] == "400"


def test_an_endless_body_is_a_413(body: App) -> None:
    """Reading stops at the limit plus the ten MiB that are drained (U59)."""
    source = Source(1 << 40)
    assert post(body, b"", **CHUNKED, **{"wsgi.input": source})[0] == "413"
    assert source.taken < 10 * 2**20 + 2**18


def test_chunks_of_a_server_that_does_not_end_them_are_a_411(body: App) -> None:
    """Without wsgi.input_terminated a chunked body is not read (U58)."""
    assert post(body, b"", HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": Broken(OSError())})[0] == "411"


@pytest.mark.parametrize(
    ("length", "code"), [("", "200"), ("abc", "400"), ("-1", "400"), ("9" * 30, "413"), ("9", "400")]
)
def test_a_wrong_length_is_a_400_and_a_huge_one_a_413(length: str, code: str, body: App) -> None:
    """An empty Content-Length counts as none (U51, U54)."""
    assert post(body, b'"abc"', CONTENT_LENGTH=length, **JSON)[0] == code


@pytest.mark.parametrize("size", [2**16, 10 * 2**20, 20 * 2**20, 21 * 2**20])
@pytest.mark.parametrize(("method", "path"), [("HEAD", "/root"), ("PUT", "/root"), ("POST", "/nope"), ("POST", "/x")])
@pytest.mark.parametrize("chunked", [{}, CHUNKED])
def test_unread_bodies_are_drained(size: int, method: str, path: str, chunked: dict[str, Any], large: App) -> None:
    """Up to ten MiB beyond the limit are read before the response is sent, and no more (U68)."""
    source = Source(size, piece=2**20)
    call(large, environ(path, method, CONTENT_LENGTH=str(size), **chunked, **{"wsgi.input": source}))
    assert (source.left == 0) == (size <= 20 * 2**20)


def test_forged_headers_change_neither_the_length_nor_the_environment(echo: App) -> None:
    """HTTP_CONTENT_LENGTH is not the length, and HTTP_PROXY is only a header (U60)."""
    before = dict(os.environ)
    forged = {"HTTP_": "1", "HTTP_CONTENT_LENGTH": "99", "HTTP_PROXY": "http://evil", "HTTP_X": "x"}
    assert json.loads(call(echo, environ("/x", **forged))[2])["x"] == "x"
    assert dict(os.environ) == before


def test_each_request_has_its_own_params_and_query(site: Site) -> None:
    """A handler that changes them does not affect the next request (U62)."""
    both = "res.json([dict(req.params), dict(req.query)])\nreq.params['evil'] = req.query['evil'] = '1'"
    lists = "\nreq.params['path'].append('evil')"
    app = site({"x.py": handler(both), "[[...path]].py": handler(both + lists)})
    for path in ("/x", "/", "/a/b"):
        assert client(app).get(path).data == client(app).get(path).data


@pytest.mark.e2e
def test_requests_leave_no_objects_behind(site: Site) -> None:
    """Four thousand requests allocate nothing that stays (U64)."""
    app = site({"users/[id].py": ECHO, "boom.py": handler("1 / 0")}, errors="raise")
    paths = ["/users/42", "/nope", "/users/", "/users/a%20b"]

    def run(count: int) -> tuple[int, int]:
        for index in range(count):
            call(app, environ_of(paths[index % 4]))
        gc.collect()
        return sys.getallocatedblocks(), len(gc.get_objects())

    blocks, found = run(2_000)
    after = run(4_000)
    assert (after[0] - blocks < 500, after[1] - found < 50) == (True, True), (blocks, found, after)


def environ_of(path: str) -> dict[str, Any]:
    """Return a small environ, which costs less than one made by Werkzeug."""
    return {"REQUEST_METHOD": "GET", "PATH_INFO": path, "RAW_URI": path, "QUERY_STRING": "a=1", "HTTP_X": "1"}


@pytest.mark.parametrize("framing", [{"CONTENT_LENGTH": str(10 * 2**20)}, CHUNKED])
def test_a_large_text_takes_less_than_three_times_its_size(framing: dict[str, Any], site: Site) -> None:
    """Ten MiB are measured, with a length and in chunks (U65)."""
    app = site({"x.py": handler("res.json(len(req.body))", "POST")})
    made = environ("/x", "POST", **framing, **{"wsgi.input": Source(10 * 2**20)})
    tracemalloc.start()
    try:
        assert call(app, made)[2] == b"10485760"
        assert tracemalloc.get_traced_memory()[1] < 30 * 2**20
    finally:
        tracemalloc.stop()


# fmt: off
LARGE = [
    ("HTTP_X", "x" * 10**6), ("PATH_INFO", "/a" * 500_000), ("PATH_INFO", "/users/" + "x" * 10**6),
    ("QUERY_STRING", "a=1&" * 250_000), ("QUERY_STRING", "%C3" * 333_333), ("RAW_URI", "/%2F" + "a/" * 500_000),
    ("CONTENT_TYPE", "a/" + "+json" * 200_000), ("CONTENT_TYPE", "text/plain;" + " a=b;" * 200_000),
    ("CONTENT_TYPE", 'text/plain; a="' + "\\" * 10**6), ("CONTENT_LENGTH", "9" * 10**6),
    ("SCRIPT_NAME", "/" * 10**6),
]
# fmt: on


@pytest.mark.e2e
@pytest.mark.parametrize(("key", "value"), LARGE, ids=range(len(LARGE)))
def test_a_million_bytes_in_any_part_of_a_request_take_linear_time(key: str, value: str, site: Site) -> None:
    """No part of a request makes a regular expression backtrack (U66)."""
    source = handler("res.json([len(req.query), len(req.headers), bool(req.body)])", "default")
    app = site({"[...path].py": source})
    made = environ("/x", "POST", b"[1]", **{"CONTENT_LENGTH": "3", key: value})
    start = time.thread_time()
    call(app, made)
    assert time.thread_time() - start < 2  # backtracking takes minutes


@pytest.mark.parametrize("name", ["DB", "CONFIG", "GET2", "__init__", "default", "PROPFIND"])
def test_only_methods_are_methods(name: str, site: Site) -> None:
    """A client cannot call any other function of a route file (U61)."""
    app = site({"x.py": HOME + f"\n{name} = lambda req, res: 1 / 0\n" if name != "default" else HOME})
    assert call(app, environ("/x", REQUEST_METHOD=name))[0] == "405 Method Not Allowed"


def test_the_first_requests_may_come_from_fifty_threads(echo: App) -> None:
    """No first request has anything to set up (U80)."""
    start, given = threading.Barrier(50), list[bytes]()

    def run(number: int) -> None:
        start.wait()
        given.append(call(echo, environ(f"/users/{number}", QUERY_STRING=f"n={number}"))[2])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {(f"{number}", f"{number}") for number in range(50)}
    assert {(seen["params"]["id"], seen["query"]["n"]) for seen in map(json.loads, given)} == expected


@pytest.mark.parametrize(
    ("path", "code"), [("/api", 200), ("/api/", 200), ("/api/x", 200), ("/apix", 404), ("/api//x", 404)]
)
def test_a_mounted_app_has_the_same_routes(path: str, code: int, echo: App) -> None:
    """A path that only starts with the letters of the prefix belongs to the host (U81)."""
    host = flask.Flask("host")
    mounted = DispatcherMiddleware(host.wsgi_app, {"/api": echo})
    given = client(mounted).get(path)
    assert (given.status_code, given.is_json) == (code, path != "/apix")


@pytest.mark.parametrize("script", ["/api", "/é", "/a/b", "/%2F", "/api/"])
def test_a_prefix_of_any_form_is_taken_off(script: str, echo: App) -> None:
    """SCRIPT_NAME may be encoded, nested or end in a slash (U82)."""
    latin = script.encode().decode("latin-1")
    seen = json.loads(call(echo, environ("/users/1", SCRIPT_NAME=latin, RAW_URI=f"{quote(script)}/users/1"))[2])
    assert seen["params"] == {"id": "1"}
    assert call(echo, environ("/api/x", SCRIPT_NAME="/api"))[0].startswith("404")


def test_two_apps_share_nothing(tmp_path: Any) -> None:
    """Each has its own routes, modules and limits (U83)."""
    apps = list[App]()
    for name, limit in (("one", 1), ("two", 2)):
        (tmp_path / name / "server").mkdir(parents=True)
        (tmp_path / name / "server" / "x.py").write_text(handler(f"res.json([{name!r}, req.body])", "POST"))
        apps.append(App(tmp_path / name, max_body=limit))
    assert [post(app, b"ab") for app in apps][1] == ("200", ["two", "ab"])
    assert [post(app, b"ab")[0] for app in apps] == ["413", "200"]
    assert apps[0].routes[0].module is not apps[1].routes[0].module


# Texts that are JSON, texts that are not, and texts that RFC 8259 leaves to the parser (U84).
# fmt: off
IS = [
    '""', '"\\u0061\\u30af"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\uD834\\uDD1E"', '"\U0010ffff"', '"\x7f"',
    '"\\u0000"', "[[]]", "[0e+1, 1E22, -0.1, 20e1, -1, 0]", '{"": 0, "a": {}, "a": null}', " \t[\n1\r]", "true",
    "123456789012345678901234567890", "-0", "[1,2,3]", '"\u2028\u2029"', '{"a":[{"b":[]}]}', "[" * 100 + "]" * 100,
]
NOT = [
    "[", "]", "{", "[1,]", "[,1]", "[1 2]", "[1,,2]", '{"a":1,}', '{"a"}', "{1:1}", "{'a':1}", '{"a":1 "b":2}',
    '{"a"::1}', "[1]]", "[1][2]", "nul", "True", "NaN", "Infinity", "-Infinity", "-", "+1", "01", "-01", "1.", ".5",
    "1e", "1e+", "0x1", "1_0", "1,2", '"', '"a', "'a'", '"\t"', '"\n"', '"\x00"', '"\\x41"', '"\\u12"', '"\\ud834"',
    '"\\"', "// a\n1", "/* a */ 1", "1 # a", "\ufeff1", "\x0b1", "\xa01", "1\x00", "undefined", "[" * 100_000,
    '{"a":' * 100_000, "é",
]
EITHER = [
    "1e400", "-1e400", "[1e-400]", "9" * 5000, "0." + "1" * 5000, '"\\udead"', '"\\ud800\\ud800"',
    "1.7976931348623159e308",
]
# fmt: on


@pytest.mark.parametrize("text", IS, ids=range(len(IS)))
def test_json_comes_back_as_the_same_data(text: str, body: App) -> None:
    """Every text that RFC 8259 calls JSON is accepted (U84)."""
    assert post(body, text.encode(), **JSON) == ("200", json.loads(text))


@pytest.mark.parametrize("text", NOT, ids=range(len(NOT)))
def test_text_that_is_not_json_is_a_400(text: str, large: App) -> None:
    """However large or deep it is (U84)."""
    assert post(large, text.encode(), **JSON)[0] == "400"


@pytest.mark.parametrize("text", EITHER, ids=range(len(EITHER)))
def test_text_that_may_be_json_is_accepted_or_a_400(text: str, large: App) -> None:
    """What RFC 8259 leaves to the parser is never a 500 (U84)."""
    assert post(large, text.encode(), **JSON)[0] in ("200", "400")


# fmt: off
NAUGHTY = [
    "undefined", "NULL", "1/0", "-1.5e99", "0xffff", "\uff11\uff12", "٣", "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "../../etc/passwd", "%00", "%2e%2e", "${7*7}", "{{7*7}}", "$(id)", "`id`", "a\tb", "é", "é", "ß", "İ",
    "\u202eabc", "\ufeff", "\u200b", "\u2028", "\U0001f468\u200d\U0001f469", "\x7f", "\x85", "\x1b[31m",
    "a\r\nX-Evil: 1", "?a=b#c", "a;b=c", "Z\u0351a", "ﷺ", "\ue000", "\U0010ffff", "a&b=c", "+", " ", "~", "|", "\\",
    '"', "__proto__", "__class__", "None",
]
# fmt: on


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_any_text_arrives_unchanged(text: str, echo: App, large: App) -> None:
    """As a param, as a search param and in JSON (U85)."""
    coded = quote(text, safe="")
    seen: Any = client(echo).get(f"/users/{coded}?q={coded}").json
    assert (seen["params"]["id"], seen["query"]["q"]) == (text, text)
    assert client(large).post("/x", json={text: text}).json == {text: text}


@pytest.mark.parametrize("text", [text for text in NAUGHTY if text.isprintable() and text.isascii()])
def test_any_printable_header_arrives_unchanged(text: str, echo: App) -> None:
    """The texts in printable ASCII are sent, which any server passes on (U85)."""
    seen: Any = client(echo).get("/x", headers={"X": text}).json
    assert seen["x"] == text


def test_dot_segments_are_404(echo: App) -> None:
    """Encoded or not; a segment that only contains dots is data (U85)."""
    given = [client(echo).get(f"/users/{text}").status_code for text in (".", "..", "%2e", "%2E%2e", "...", "%2e.a")]
    assert given == [404, 404, 404, 404, 200, 200]


METHODS = ["GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "get", "FOO", ""]
# fmt: off
PIECES = [
    "/", "/", "a", "x", "users", "files", "..", ".", "%2F", "%", "%00", "%FF", "\xff", "\0", "\n", "é", "?", "//",
    "1",
]
# fmt: on
HEADERS = ["HTTP_X", "HTTP_", "HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING", "CONTENT_LENGTH", "CONTENT_TYPE"]
# fmt: off
VALUES = [
    "", "1", "9", "-1", "abc", "chunked", "gzip", "application/json", "text/plain; charset=hex", "\xff", "identity",
]
# fmt: on
BODIES = [b"", b"1", b"[1]", b"{", b"\xff", b"a=b", b"[" * 3000]


def _random(chance: random.Random) -> dict[str, Any]:
    """Return a random environ, unlike that of any server."""
    made: dict[str, Any] = {"REQUEST_METHOD": chance.choice(METHODS), "wsgi.input": BytesIO(chance.choice(BODIES))}
    for key in ("PATH_INFO", "RAW_URI", "REQUEST_URI", "SCRIPT_NAME", "QUERY_STRING"):
        if chance.random() < 0.6:
            made[key] = chance.choice(["/", "/users/", ""]) + "".join(chance.choices(PIECES, k=chance.randrange(4)))
    made.update((key, chance.choice(VALUES)) for key in chance.sample(HEADERS, chance.randrange(4)))
    if chance.random() < 0.3:
        made["wsgi.input_terminated"] = True
    return made


def test_no_environ_makes_the_app_raise_or_a_handler_fail(site: Site) -> None:
    """Four thousand random environs get a 2xx, a 4xx or a 501 (U48, U86)."""
    read = handler("res.json([req.params, req.query, dict(req.headers), req.url, req.body])", "default")
    app = site({"index.py": read, "x.py": HOME, "users/[id].py": read, "files/[...path].py": read}, max_body=1000)
    chance = random.Random(86)
    for _ in range(4_000):
        made = _random(chance)
        asked = dict(made)
        assert call(app, made)[0][:3] in {"200", "204", "400", "404", "405", "411", "413", "415", "501"}, asked
