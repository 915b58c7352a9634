"""The request as a handler sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from fsapi import App, Req
from fsapi.request.route import Route
from tests.site import Site, call, client, environ, handler

JSON = {"CONTENT_TYPE": "application/json"}


@pytest.fixture
def route(site: Site) -> Route:
    """Return the route of a file that takes bodies of at most ten bytes."""
    return site({"x.py": handler("", top="max_body = 10")}).routes[0]


def made(route: Route, body: bytes = b"", **changes: Any) -> Req:
    """Return a Req whose server ends the body."""
    changes = {"wsgi.input_terminated": True, **changes}
    return Req(environ("/x", "POST", body, **changes), "POST", route, {"id": "42"}, None)


def test_method_params_route_and_environ_are_those_given(route: Route) -> None:
    """The method, the params, the route and the environ are there as they came."""
    req = made(route)
    assert (req.method, req.params, req.route, req.environ["PATH_INFO"]) == ("POST", {"id": "42"}, route, "/x")


def test_the_route_tells_its_file(site: Site) -> None:
    """Middleware can read a file's own settings."""
    app = site(
        {"a/[id].py": handler("r = req.route\nres.json([r.file, r.pattern, r.module.public])", top="public = 1")}
    )
    assert client(app).get("/a/5").json == ["server/a/[id].py", "/a/[id]", 1]


@pytest.mark.parametrize(
    ("data", "kind", "value"),
    [(b'{"a":1}', "application/json", {"a": 1}), (b"a", "text/plain", "a"), (b"null", "a/b+json", None)],
)
def test_the_body_is_parsed_by_its_content_type(data: bytes, kind: str, value: Any, route: Route) -> None:
    """A body is the parsed JSON, or the text of any other type."""
    assert made(route, data, CONTENT_TYPE=kind).body == value


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_an_empty_body_is_none(kind: str, route: Route) -> None:
    """No body is None, of whatever type it is said to be."""
    assert made(route, CONTENT_TYPE=kind).body is None


def test_body_is_parsed_once(route: Route) -> None:
    """A body is the same each time."""
    req = made(route, b"[1]", **JSON)
    assert req.body is req.body


def test_bytes_are_the_body_as_received(route: Route) -> None:
    """The bytes are those received, before the body and after it, also where they are no JSON."""
    req = made(route, b"[1,", **JSON)
    assert req.bytes == b"[1,"
    with pytest.raises(HTTPException, match="400"):
        assert req.body
    assert req.bytes == b"[1,"


READS: list[Callable[[Req], object]] = [lambda req: req.body, lambda req: req.bytes, lambda req: req.raw.get_data()]


@pytest.mark.parametrize("read", READS)
def test_the_limit_is_that_of_the_route(read: Callable[[Req], object], route: Route) -> None:
    """Body, bytes and raw are all held to the limit of the file."""
    with pytest.raises(HTTPException, match="larger than 10 bytes"):
        read(made(route, b"x" * 11))


def test_the_query_is_a_dict_of_the_last_values(route: Route) -> None:
    """The search params are read once, and may be changed by who asks."""
    req = made(route, QUERY_STRING="a=1&a=2")
    assert (req.query, req.query is req.query) == ({"a": "2"}, True)


def test_headers_are_made_once(route: Route) -> None:
    """The headers are a mapping."""
    req = made(route, HTTP_X="1")
    assert (req.headers["x"], req.headers is req.headers) == ("1", True)


def test_the_state_is_one_namespace_a_request(route: Route) -> None:
    """The state is a namespace of the one request."""
    req = made(route)
    req.state.user = "joe"
    assert (req.state, made(route).state) == (SimpleNamespace(user="joe"), SimpleNamespace())


def test_the_url_has_path_and_query_as_sent(route: Route) -> None:
    """The URL is the path and the query string as they were sent."""
    assert made(route, RAW_URI="/x?a=%2F").url == "/x?a=%2F"


def test_raw_is_the_werkzeug_request(route: Route) -> None:
    """The Werkzeug Request gives cookies and the query with all its values."""
    req = made(route, QUERY_STRING="a=1&a=2", HTTP_COOKIE="c=d")
    assert isinstance(req.raw, Request)
    assert (req.raw.args.getlist("a"), req.raw.cookies["c"], req.raw is req.raw) == (["1", "2"], "d", True)


def test_raw_reads_the_same_body_again(route: Route) -> None:
    """After the body, the Werkzeug Request sees the same bytes again."""
    req = made(route, b"a=1", CONTENT_TYPE="application/x-www-form-urlencoded")
    assert (req.body, req.raw.form["a"], req.bytes) == ("a=1", "1", b"a=1")


def test_bad_utf_8_in_a_form_is_replaced(route: Route) -> None:
    """As in a query."""
    req = made(route, b"a=%FF", CONTENT_TYPE="application/x-www-form-urlencoded")
    assert req.raw.form["a"] == "\ufffd"


def test_the_body_cannot_be_read_after_the_stream_of_raw(route: Route) -> None:
    """After the Werkzeug Request has read the stream, the body raises and says so."""
    req = made(route, b"a=1", CONTENT_TYPE="application/x-www-form-urlencoded")
    assert req.raw.form["a"] == "1"
    with pytest.raises(RuntimeError, match=r"read req\.body or req\.bytes before that"):
        assert req.body


def test_the_stream_of_raw_is_one_of_the_io_module(site: Site) -> None:
    """So that csv can read an upload line by line."""
    source = "res.json([*csv.reader(io.TextIOWrapper(req.raw.stream, newline=''))])"
    app = site({"x.py": handler(source, "POST", top="import csv, io")})
    assert client(app).post("/x", data=b"a,b\n1,2\n").json == [["a", "b"], ["1", "2"]]


def test_raw_alone_reads_nothing(route: Route) -> None:
    """To ask for the Werkzeug Request does not read the stream."""
    req = made(route, b"abc")
    assert (req.raw.method, req.body) == ("POST", "abc")


def test_files_are_read_from_the_form(site: Site) -> None:
    """Uploaded files come by the Werkzeug Request."""
    app = site({"x.py": handler("f = req.raw.files['f']\nres.end(f.read())\nf.close()", "POST")})
    assert client(app).post("/x", data={"f": (BytesIO(b"abc"), "f.txt")}).data == b"abc"


def test_files_are_closed(site: Site) -> None:
    """Uploaded files are closed with the request, and do not wait for the garbage collector."""
    app = site({"x.py": handler("kept.append(req.raw.files['f'])\nres.end()", "POST", top="kept = []")})
    client(app).post("/x", data={"f": (BytesIO(b"abc"), "f.txt")})
    (kept,) = app.routes[0].module.kept
    closed = kept.closed
    kept.close()
    assert closed


@pytest.mark.parametrize("answer", ["res.end()", "return Response(iter([b'a']))"])
def test_files_of_a_body_that_nothing_announces_are_closed(answer: str, site: Site) -> None:
    """As a server can send it that ends each body, for HTTP/2 for example."""
    top = "from werkzeug.wrappers import Response\nkept = []"
    app = site({"x.py": handler(f"kept.append(req.raw.files['f'])\n{answer}", "POST", top=top)})
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nabc\r\n--b--'
    kind = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": None}
    call(app, environ("/x", "POST", form, **kind, **{"wsgi.input_terminated": True}))
    (kept,) = app.routes[0].module.kept
    assert kept.closed


@pytest.fixture
def limits(site: Site) -> App:
    """Return an app with the limit 5, a file with its own, and one with none."""
    echo = handler("res.json(len(req.bytes))", "POST")
    files = {"app.py": echo, "own.py": f"max_body = 9\n{echo}", "none.py": f"max_body = None\n{echo}"}
    return site(files, max_body=5)


@pytest.mark.parametrize(("path", "limit"), [("/app", 5), ("/own", 9)])
def test_a_route_file_can_set_its_own_limit(path: str, limit: int, limits: App) -> None:
    """A file's own limit beats the application's."""
    assert client(limits).post(path, data=b"x" * limit).json == limit
    assert client(limits).post(path, data=b"x" * (limit + 1)).status_code == 413


@pytest.mark.parametrize("chunked", [{}, {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked"}])
def test_a_route_file_can_have_no_limit(chunked: dict[str, Any], limits: App) -> None:
    """A file may take bodies of any size."""
    size = 11 * 2**20
    changes = {"CONTENT_LENGTH": str(size), "wsgi.input_terminated": True, **chunked}
    assert json.loads(call(limits, environ("/none", "POST", b"x" * size, **changes))[2]) == size


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("query['x']", "the query parameter 'x' is missing"),
        ("headers['X-Y']", "the header 'X-Y' is missing"),
        ("body", "the body is not JSON: it ends too early, at byte 1"),
    ],
)
def test_a_missing_header_or_search_param_is_a_400(read: str, said: str, site: Site) -> None:
    """What a handler asks for in vain is a 400 that names it."""
    answer = client(site({"x.py": handler(f"req.{read}", "POST")})).post(
        "/x", data="[", content_type="application/json"
    )
    assert (answer.status_code, answer.json) == (400, {"error": said})
