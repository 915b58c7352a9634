"""Bodies, paths and methods over the wire: the same answer from gunicorn's two workers and Werkzeug's server.

The ids, such as B31, are those of the reliability study. A status of None is a connection that was closed in order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.servers import JSON, MIB, Server, message, pieces, serve
from tests.site import write

pytestmark = pytest.mark.e2e

TEXT = {"Content-Type": "text/plain"}
LIMIT = 10 * MIB
CHUNKED = "Transfer-Encoding: chunked"
_ECHO = """
def GET(req, res):
    seen = {"body": req.body, "params": req.params, "query": dict(req.query), "headers": dict(req.headers)}
    res.json({"method": req.method, **seen})
"""
TREE = {
    "server/echo.py": _ECHO + "\nPOST = GET\n",
    "server/items/[id].py": _ECHO,
    "server/files/[...path].py": _ECHO + "\nPOST = GET\n",
    "server/length.py": "def POST(req, res):\n    res.json(len(req.bytes))\n",
    "server/small.py": "max_body = 10\n\ndef POST(req, res):\n    res.json(req.body)\n",
    "server/boom.py": "def GET(req, res):\n    raise ValueError('secret of line 2')\n\nPOST = GET\n",
    "server/never.py": "def GET(req, res):\n    pass\n",
}


@pytest.fixture(scope="module", params=["sync", "gthread", "dev"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the tree with one kind of server for all tests of that kind."""
    with serve(str(request.param), write(tmp_path_factory.mktemp("project"), TREE)) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """Return the running server; show what it wrote during the test, and check that it still answers."""
    yield running
    running.show()
    assert running.ask("GET", "/echo").status == 200


def _post(path: str, *fields: str, body: bytes) -> bytes:
    return message(f"POST {path}", "Content-Type: application/json", *fields, body=body)


def _status(server: Server, data: bytes, *, end: bool = False) -> int | None:
    answer = server.send(data, end=end)
    return None if answer is None else answer.status


def _echoed(server: Server, target: str) -> Any:
    """Return what the handler of a target saw."""
    answer = server.send(message(f"GET {target}"))
    assert answer is not None
    return answer.json()


# Bodies: the limit.


def test_the_largest_body_is_accepted(server: Server) -> None:
    """B23: a body of exactly the limit is read whole."""
    assert server.ask("POST", "/length", b"x" * LIMIT, TEXT).json() == LIMIT


def test_the_largest_chunked_body_is_accepted(server: Server) -> None:
    """B23: a chunked body of exactly the limit is read whole."""
    assert server.ask("POST", "/length", pieces(LIMIT), TEXT).json() == LIMIT


@pytest.mark.parametrize("size", [LIMIT + 1, 11 * MIB])
def test_body_over_the_limit_is_413(server: Server, size: int) -> None:
    """B24, B26: a client that sends everything before it reads gets the 413."""
    answer = server.ask("POST", "/length", b"x" * size, TEXT)
    assert (answer.status, answer.json()) == (413, {"error": "the body is larger than 10485760 bytes"})


@pytest.mark.parametrize("size", [LIMIT + 1, 11 * MIB])
def test_chunked_body_over_the_limit_is_413(server: Server, size: int) -> None:
    """B25: a chunked body over the limit is a 413; it is never truncated."""
    answer = server.ask("POST", "/length", pieces(size), TEXT)
    assert (answer.status, answer.json()) == (413, {"error": "the body is larger than 10485760 bytes"})


@pytest.mark.parametrize(("size", "status"), [(10, 200), (11, 413)])
def test_file_has_its_own_limit(server: Server, size: int, status: int) -> None:
    """`max_body` of a route file overrides the app's limit."""
    assert server.ask("POST", "/small", b"x" * size, TEXT).status == status
    assert server.ask("POST", "/small", pieces(size), TEXT).status == status


@pytest.mark.parametrize("length", [str(10**18), "9" * 30])
def test_absurd_length_is_413_at_once(server: Server, length: str) -> None:
    """B27: a Content-Length over the limit is answered before any body comes."""
    start = time.monotonic()
    assert _status(server, _post("/echo", f"Content-Length: {length}", body=b"x")) == 413
    assert time.monotonic() - start < 2


# Bodies: framing.


@pytest.mark.parametrize("body", [b"12345", b""])
def test_body_shorter_than_its_length_is_400(server: Server, body: bytes) -> None:
    """B31: a truncated body is an error, even if what came is valid JSON."""
    assert _status(server, _post("/echo", "Content-Length: 10", body=body), end=True) == 400


@pytest.mark.parametrize(
    "body", [b"", b"5", b"5\r\n", b"5\r\n[1", b"5\r\n[1,2]", b"5\r\n[1,2]\r\n", b"5\r\n[1,2]\r\n0"]
)
def test_chunked_body_that_is_cut_off_is_400(server: Server, body: bytes) -> None:
    """B29: a chunked body without its last chunk is incomplete (RFC 9112, 8)."""
    assert _status(server, _post("/echo", CHUNKED, body=body), end=True) == 400


@pytest.mark.parametrize("chunk", ["zz\r\n1\r\n", "-2\r\n12\r\n", "1\r\n1x", "\r\n", "2 2\r\n12\r\n"])
def test_malformed_chunk_is_400(server: Server, chunk: str) -> None:
    """B30: a malformed chunk is an error (RFC 9112, 7.1)."""
    assert _status(server, _post("/echo", CHUNKED, body=chunk.encode() + b"0\r\n\r\n"), end=True) == 400


@pytest.mark.parametrize(("running", "status"), [("sync", 400), ("gthread", 400), ("dev", 200)], indirect=["running"])
def test_chunk_size_as_python_writes_it_is_400(server: Server, status: int) -> None:
    """B30: a chunk size is only hexadecimal digits; Werkzeug's server, which reads chunks itself, accepts `0x2` too."""
    assert _status(server, _post("/echo", CHUNKED, body=b"0x2\r\n12\r\n0\r\n\r\n")) == status


def test_chunks_are_put_together(server: Server) -> None:
    """B28: chunk sizes may have leading zeros, and a chunk may end anywhere."""
    answer = server.send(_post("/echo", CHUNKED, body=b"4\r\n[1,2\r\n002\r\n,3\r\n1\r\n]\r\n0\r\n\r\n"))
    assert answer is not None
    assert answer.json()["body"] == [1, 2, 3]


@pytest.mark.parametrize("length", ["abc", "-1", "+5", "5_0", "5,5", "0x5", "5 5", "1.0", "\xb2"])
def test_length_that_is_no_number_is_400(server: Server, length: str) -> None:
    """B32: a Content-Length is only digits (RFC 9110, 8.6)."""
    assert _status(server, _post("/echo", f"Content-Length: {length}", body=b"12345"), end=True) == 400


def test_empty_body_is_none(server: Server) -> None:
    """B07: an empty body with a JSON type is None, not a 400."""
    assert server.ask("POST", "/echo", b"", JSON).json()["body"] is None
    assert server.ask("POST", "/echo", iter([b""]), JSON).json()["body"] is None


def test_body_that_is_not_announced_is_none(server: Server) -> None:
    """B08: without a length there is no body to wait for (RFC 9112, 6.3)."""
    assert _echoed(server, "/echo")["body"] is None


# Bodies: JSON.


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"a":1}}', b"[1,]", b"{'a':1}", b"nul", b"NaN", b"\xff", b'"\xed\xa0\x80"', b"1 // one", b"1\0"],
)
def test_malformed_json_is_400(server: Server, body: bytes) -> None:
    """B06, B11, B12: a body that RFC 8259 does not allow is a 400 that says why."""
    answer = server.ask("POST", "/echo", body, JSON)
    assert answer.status == 400
    assert answer.json()["error"].startswith("the body is not JSON: ")


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b"[" * 5_000_000]
)
def test_json_too_deep_is_400(server: Server, body: bytes) -> None:
    """B15: deep nesting cannot overflow the stack of a worker."""
    assert server.ask("POST", "/echo", body, JSON).status == 400


# Paths.


@pytest.mark.parametrize(
    ("target", "params"),
    [
        ("/items/42", {"id": "42"}),  # A02
        ("/items/%E2%82%AC%20x", {"id": "€ x"}),  # A03
        ("/items/a%2Fb", {"id": "a/b"}),  # A06
        ("/files/a/b/c.txt", {"path": ["a", "b", "c.txt"]}),  # A07
        ("/files/a%2Fb", {"path": ["a/b"]}),
        ("/items/1/", {"id": "1"}),  # A12
        ("/items/a%0Ab", {"id": "a\nb"}),  # A15
        ("/files/a%0D%0AX-Evil:1/b", {"path": ["a\r\nX-Evil:1", "b"]}),
        ("/items/%09%7F", {"id": "\t\x7f"}),
        ("/items/%2525", {"id": "%25"}),  # A16
        ("/items/100%25", {"id": "100%"}),
        ("/items/a+b", {"id": "a+b"}),  # A17
        ("/items/a;b=c@d:e", {"id": "a;b=c@d:e"}),
        ("/items/%zz", {"id": "%zz"}),  # A18
        ("/items/%", {"id": "%"}),
        ("/items/__proto__", {"id": "__proto__"}),  # A19
        ("/items/[id]", {"id": "[id]"}),
        ("/items/None", {"id": "None"}),
        ("/items/index", {"id": "index"}),
    ],
)
def test_params_are_what_the_path_says(server: Server, target: str, params: dict[str, Any]) -> None:
    """Each segment is decoded once, as UTF-8, and an encoded slash is data."""
    assert _echoed(server, target)["params"] == params


def test_absolute_target_is_its_path(server: Server) -> None:
    """A21, A22: a target with scheme and host is matched by its path, whatever the host (RFC 9112, 3.2.2)."""
    for host in (f"127.0.0.1:{server.port}", "other.example"):
        assert _echoed(server, f"http://{host}/items/7?a=1")["params"] == {"id": "7"}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/items/%FF%FE", 400),  # A04
        ("/items/%C0%AF", 400),  # A05
        ("/items/%ED%A0%80", 400),
        ("/items/%F8%88%80%80%80", 400),
        ("/files/%00", 400),  # A08
        ("/items/a%00b", 400),
        ("/echo%00", 400),
        ("/files/../echo", 404),  # A09
        ("/files/%2e%2e/echo", 404),
        ("/files/../../etc/passwd", 404),
        ("/files/..%2fecho", 200),
        ("/files/./a", 404),
        ("//evil.example/x", 404),  # A10
        ("/%5cevil", 404),
        ("/items//evil", 404),
        ("/echo//", 404),
        ("/echo/", 200),  # A12
        ("/ECHO", 404),  # A13
        ("/items/", 404),  # A14
        ("/items", 404),
        ("/files/" + "a/" * 1900, 200),  # A20
        ("/" + "a/" * 1900, 404),
        ("/" * 3900, 404),
        ("/%3Cscript%3E", 404),  # A24
        ("/nope", 404),
    ],
)
def test_path_has_its_status(server: Server, target: str, status: int) -> None:
    """Bad UTF-8 and NUL are a 400, empty and dot segments a 404. One trailing slash is ignored. Nothing redirects."""
    answer = server.send(message(f"GET {target}"))
    assert answer is not None
    assert (answer.status, answer.headers["Location"]) == (status, None)
    assert answer.status == 200 or list(answer.json()) == ["error"]


@pytest.mark.parametrize(("running", "status"), [("sync", 404), ("gthread", 404), ("dev", 200)], indirect=["running"])
def test_leading_slashes_match_nothing(server: Server, status: int) -> None:
    """A11: an empty segment is a 404; Python's http.server removes leading ones first (CVE-2021-28861)."""
    for target in ("//echo", "///items/1"):
        assert _status(server, message(f"GET {target}")) == status


# Methods.


@pytest.mark.parametrize(
    ("path", "status"), [("/echo", 200), ("/items/1", 200), ("/nope", 404), ("/boom", 500), ("/length", 405)]
)
def test_head_is_get_without_a_body(server: Server, path: str, status: int) -> None:
    """M01, M02: a response to HEAD has no body (RFC 9110, 9.3.2)."""
    head, _, body = server.exchange(message(f"HEAD {path}")).partition(b"\r\n\r\n")
    assert (int(head.split()[1]), body) == (status, b"")


def test_head_has_the_length_of_get(server: Server) -> None:
    """M01: HEAD has the Content-Length of GET."""
    lengths = {server.ask(method, "/nope").headers["Content-Length"] for method in ("GET", "HEAD")}
    assert lengths == {"21"}


@pytest.mark.parametrize(
    ("request_line", "allow"),
    [
        ("DELETE /echo", "GET, HEAD, POST, OPTIONS"),  # M03
        ("POST /items/1", "GET, HEAD, OPTIONS"),
        ("PUT /files/a", "GET, HEAD, POST, OPTIONS"),
        ("PROPFIND /echo", "GET, HEAD, POST, OPTIONS"),  # M04
        ("FOOBAR /echo", "GET, HEAD, POST, OPTIONS"),
        ("M-SEARCH /echo", "GET, HEAD, POST, OPTIONS"),
        ("CONNECT /echo", "GET, HEAD, POST, OPTIONS"),  # M06
        ("GET /length", "POST, OPTIONS"),
    ],
)
def test_method_that_a_file_lacks_is_405(server: Server, request_line: str, allow: str) -> None:
    """A 405 lists the allowed methods (RFC 9110, 15.5.6), for unknown methods too."""
    answer = server.send(message(request_line))
    assert answer is not None
    assert (answer.status, answer.headers["Allow"]) == (405, allow)


@pytest.mark.parametrize("method", ["get", "Get", "post", "__init__", "default"])
def test_method_in_small_letters_is_not_that_method(server: Server, method: str) -> None:
    """M04, M07: methods are case-sensitive (RFC 9110, 9.1)."""
    assert _status(server, message(f"{method} /echo")) in (400, 405)


def test_trace_does_not_send_headers_back(server: Server) -> None:
    """M05: TRACE is a 405 that does not repeat the client's headers."""
    answer = server.send(message("TRACE /echo", "X-Secret: sesame"))
    assert answer is not None
    assert answer.status == 405
    assert b"sesame" not in answer.body


def test_connect_to_a_host_is_refused(server: Server) -> None:
    """M06: an API is not a proxy."""
    assert _status(server, message("CONNECT host:80")) in (400, 404)


def test_options_tells_what_is_allowed(server: Server) -> None:
    """M08: OPTIONS is answered without a handler (RFC 9110, 9.3.7)."""
    answer = server.ask("OPTIONS", "/echo")
    assert (answer.status, answer.headers["Allow"], answer.body) == (204, "GET, HEAD, POST, OPTIONS", b"")


def test_method_cannot_be_overridden(server: Server) -> None:
    """M09: the method comes from the request line, not from a header or the query."""
    answer = server.ask("POST", "/echo?_method=DELETE", b"", {"X-HTTP-Method-Override": "DELETE"})
    assert answer.json()["method"] == "POST"


def test_unknown_method_on_an_unknown_path_is_404(server: Server) -> None:
    """M10: the path is matched first."""
    assert _status(server, message("FOOBAR /nope")) == 404


# Headers, answers, connections.


def test_header_with_an_underscore_is_not_one_with_a_dash(server: Server) -> None:
    """H04: a client cannot forge the X-User that a proxy sets."""
    alone = server.ask("GET", "/echo", headers={"X_User": "admin"}).json()["headers"]
    beside = server.ask("GET", "/echo", headers={"X_User": "admin", "X-User": "joe"}).json()["headers"]
    assert (alone.get("x-user"), beside["x-user"]) == (None, "joe")


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_failure_tells_the_client_nothing(server: Server, accept: str) -> None:
    """R02: a 500 is only its phrase in JSON, for every client."""
    answer = server.ask("GET", "/boom", headers={"Accept": accept})
    assert (answer.status, answer.body) == (500, b'{"error":"Internal Server Error"}')
    assert answer.headers["Content-Type"] == "application/json"


def test_handler_that_does_not_answer_is_500(server: Server) -> None:
    """R04: a handler that never ends the response is a 500, and the client does not wait."""
    assert server.ask("GET", "/never").status == 500


@pytest.mark.parametrize("path", ["/nope", "/items/1", "/echo", "/boom"])
def test_body_never_becomes_a_request(server: Server, path: str) -> None:
    """C04: the body of a failed request is not read as the next request."""
    body = message("GET /items/SMUGGLED", keep=True)
    fields = ("Content-Type: application/json", f"Content-Length: {len(body)}")
    last = message("GET /echo?last")
    answers = server.exchange(message(f"POST {path}", *fields, body=body, keep=True) + last)
    assert answers.startswith(b"HTTP/1.1 ")
    assert b"SMUGGLED" not in answers


def test_threads_do_not_mix_their_requests(server: Server) -> None:
    """C12: each of 8 concurrent clients gets its own method, body, params and query back."""

    def seen(number: int) -> list[Any]:
        method = ("GET", "POST")[number % 2]
        echoed = server.ask(method, f"/files/{number}?q={number}", b"%d" % number, JSON).json()
        return [echoed[part] for part in ("method", "body", "params", "query")]

    with ThreadPoolExecutor(8) as threads:
        for number, parts in enumerate(threads.map(seen, range(480))):
            text = str(number)
            assert parts == [("GET", "POST")[number % 2], number, {"path": [text]}, {"q": text}]
