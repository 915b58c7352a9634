"""The recipe for compression, with the files of its page, as a client of gunicorn sees it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from http.client import HTTPMessage

import pytest

from tests.docs.pages import blocks, page
from tests.e2e.servers import Answer, Server, message, serve
from tests.site import handler, write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

GZIP = {"Accept-Encoding": "gzip"}
RESPONSE = "from werkzeug import Response"
ABORT = "from werkzeug.exceptions import abort"
RETURNED = """
response = Response("a,b\\n" * 500, 201, mimetype="text/csv")
response.headers.extend({"Content-Disposition": "attachment", "Content-Language": "en", "Location": "/csv/1"})
response.headers["Last-Modified"] = "Sat, 01 Feb 2025 10:00:00 GMT"
response.set_cookie("a", "1")
response.call_on_close(lambda: closed.append(1))
return response
"""
CONDITIONAL = """
response = Response("x" * 999, mimetype="text/plain")
response.set_etag("v1", weak="weak" in req.query)
return response.make_conditional(req.environ)
"""
ETAG = """
from hashlib import sha256
def middleware(req, res):
    yield
    digest = sha256(res.content).hexdigest()
    res.setHeader("ETag", f'"{digest}"')
    if req.raw.if_none_match.contains_weak(digest):
        res.status(304).end()
"""
FILES = {
    **{block.file: block.text for block in blocks(page("docs/recipes/compression.md")) if block.file},
    "server/html.py": handler("res.setHeader('Content-Type', 'text/html')\nres.end('<p>' * 300)"),
    "server/problem.py": handler("res.setHeader('Content-Type', 'application/problem+json')\nres.json('x' * 999, 422)"),
    "server/answered.py": handler("res.json({'error': 'x' * 999}, 409)"),
    "server/aborts.py": handler("res.setHeader('ETag', '\"v\"')\nabort(409, 'x' * 999)", top=ABORT),
    "server/fails.py": handler("1 / 0"),
    "server/csv.py": handler(RETURNED, top=f"{RESPONSE}\nclosed = []") + "def POST(req, res): res.json(closed)",
    "server/tagged.py": handler(CONDITIONAL, top=RESPONSE),
    "server/inner/_middleware.py": ETAG,
    "server/inner/a.py": handler("res.json('x' * 999)"),
    "server/vary.py": handler("res.setHeader('Vary', 'Cookie')\nres.json('x' * 999)"),
    "server/stream.py": handler("return Response(iter(['x' * 999]), mimetype='text/plain')", top=RESPONSE),
    "server/image.py": handler("return Response('x' * 999, mimetype='image/png')", top=RESPONSE),
    "server/bytes.py": handler("res.end(b'x' * 999)"),
    "server/encoded.py": handler("res.setHeader('Content-Encoding', 'br')\nres.json('x' * 999)"),
    "server/range.py": handler("return Response('x' * 999, 206, mimetype='text/plain')", top=RESPONSE),
    "server/empty.py": handler("res.status(204).end()"),
    "server/unchanged.py": handler("res.status(304).end('x' * 999)"),
    "server/secret.py": "compress = False\n" + handler("res.json('x' * 999)"),
    "server/nobody.py": handler("res.end()"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the files of the page and of this test."""
    with serve("gthread", write(tmp_path_factory.mktemp("project"), FILES), "--workers", "1") as server:
        yield server


def names(headers: HTTPMessage, *wanted: str) -> list[str | None]:
    """Return the values of some headers."""
    return [headers[name] for name in wanted]


def plain(answer: Answer) -> bytes:
    """Return the body of a compressed answer, whose length is the one that it declares."""
    assert names(answer.headers, "Content-Encoding", "Content-Length") == ["gzip", str(len(answer.body))]
    return gzip.decompress(answer.body)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("words", 200, "application/json"),
        ("html", 200, "text/html"),
        ("problem", 422, "application/problem+json"),
        ("answered", 409, "application/json"),
        ("csv", 201, "text/csv; charset=utf-8"),
        ("tagged", 200, "text/plain; charset=utf-8"),
        ("inner/a", 200, "application/json"),
    ],
)
def test_a_text_is_compressed_and_keeps_status_and_type(server: Server, path: str, status: int, kind: str) -> None:
    """Filled in or returned; uncompressed it is the same."""
    answer, other = server.ask("GET", f"/{path}", headers=GZIP), server.ask("GET", f"/{path}")
    assert (answer.status, answer.headers["Content-Type"], plain(answer)) == (status, kind, other.body)
    assert (other.status, other.headers["Content-Type"], other.headers["Content-Encoding"]) == (status, kind, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("word", 200),
        ("nobody", 200),
        ("secret", 200),
        ("stream", 200),
        ("image", 200),
        ("bytes", 200),
        ("encoded", 200),
        ("range", 206),
        ("empty", 204),
        ("unchanged", 304),
        ("nothing", 404),
        ("aborts", 409),
        ("fails", 500),
    ],
)
def test_what_is_small_no_text_a_stream_or_a_raised_error_is_sent_as_it_is(
    server: Server, path: str, status: int
) -> None:
    """But it varies all the same."""
    answer, other = server.ask("GET", f"/{path}", headers=GZIP), server.ask("GET", f"/{path}")
    assert (answer.status, answer.body, answer.headers["Vary"]) == (status, other.body, "Accept-Encoding")
    assert answer.headers["Content-Encoding"] == {"encoded": "br"}.get(path)


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("*", True),
        ("gzip;q=0.001", True),
        ("br, gzip;q=0.5", True),
        ("identity;q=0.5, gzip", True),
        ("identity;q=0, gzip;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("identity", False),
        ("identity, gzip;q=0.5", False),
        ("br, deflate", False),
        ("gzipped", False),
        ("gzip;q=x", False),
        ("", False),
        (None, False),
    ],
)
def test_accept_encoding_decides_with_its_weights(server: Server, accepted: str | None, compressed: bool) -> None:
    """RFC 9110, 12.5.3; a client that sends none gets what everything can read."""
    fields = [] if accepted is None else [f"Accept-Encoding: {accepted}"]
    answer = server.send(message("GET /words", *fields))
    assert answer is not None
    assert (answer.headers["Content-Encoding"] == "gzip", answer.headers["Vary"]) == (compressed, "Accept-Encoding")


def test_what_a_returned_response_has_besides_its_body_stays(server: Server) -> None:
    """Its headers, and what runs when it is closed."""
    wanted = "Content-Disposition", "Content-Language", "Location", "Last-Modified", "Set-Cookie"
    closed = len(server.ask("POST", "/csv").json())
    answer = server.ask("GET", "/csv", headers=GZIP)
    assert len(server.ask("POST", "/csv").json()) == closed + 1
    other = server.ask("GET", "/csv")
    assert names(answer.headers, *wanted) == names(other.headers, *wanted)
    assert None not in names(answer.headers, *wanted)


@pytest.mark.parametrize(
    ("query", "headers", "status", "tag"),
    [
        ("", {}, 200, '"v1"'),
        ("", GZIP, 200, 'W/"v1"'),
        ("?weak", GZIP, 200, 'W/"v1"'),
        ("", {**GZIP, "If-None-Match": 'W/"v1"'}, 304, 'W/"v1"'),
        ("", {**GZIP, "If-None-Match": '"v1"'}, 304, 'W/"v1"'),
    ],
)
def test_the_etag_of_a_compressed_answer_is_weak(
    server: Server, query: str, headers: dict[str, str], status: int, tag: str
) -> None:
    """Its bytes are others (RFC 9110, 8.8.1); the 304 has the tag of what it stands for."""
    answer = server.ask("GET", f"/tagged{query}", headers=headers)
    assert (answer.status, answer.headers["ETag"]) == (status, tag)


def test_a_client_can_send_back_the_etag_of_a_compressed_answer(server: Server) -> None:
    """The middleware that makes it is further in, and compares weakly."""
    tag = server.ask("GET", "/inner/a", headers=GZIP).headers["ETag"]
    answer = server.ask("GET", "/inner/a", headers={**GZIP, "If-None-Match": tag})
    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)


def test_an_error_that_is_raised_has_no_header_of_the_answer(server: Server) -> None:
    """It is complete without the way out of the middleware."""
    answer = server.ask("GET", "/aborts", headers=GZIP)
    assert names(answer.headers, "Content-Encoding", "ETag") == [None, None]
    assert answer.json() == {"error": "x" * 999}


def test_head_has_the_headers_of_get(server: Server) -> None:
    """Those of the compressed answer."""
    wanted = "Content-Encoding", "Content-Length", "Content-Type", "ETag", "Vary"
    get, head = (server.ask(method, "/words", headers=GZIP) for method in ("GET", "HEAD"))
    assert (head.body, names(head.headers, *wanted)) == (b"", names(get.headers, *wanted))


def test_vary_of_a_handler_stays(server: Server) -> None:
    """Both lines are sent."""
    assert sorted(server.ask("GET", "/vary", headers=GZIP).headers.get_all("Vary") or []) == [
        "Accept-Encoding",
        "Cookie",
    ]
