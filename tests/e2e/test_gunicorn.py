"""Gunicorn with both kinds of workers: what a project answers over real sockets, and what does not stop it."""

from __future__ import annotations

import http.client
import json
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.servers import JSON, MIB, PATIENCE, Server, ask, message, pieces, serve, serve_example, wait
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

TEXT = {"Content-Type": "text/plain; charset=utf-8"}
TREE = {
    "server/echo.py": """
def GET(req, res):
    res.json({"query": dict(req.query)})

def POST(req, res):
    res.json(req.body)
""",
    "server/ignore.py": """
def POST(req, res):
    res.json("not read")
""",
    "server/fault/[name].py": """
import asyncio

FAULTS = {
    "SystemExit": SystemExit(3),
    "OSError": OSError("gone"),
    "StopIteration": StopIteration(),
    "KeyboardInterrupt": KeyboardInterrupt(),
    "GeneratorExit": GeneratorExit(),
    "CancelledError": asyncio.CancelledError(),
}

def GET(req, res):
    raise FAULTS[req.params["name"]]

POST = GET
""",
    "server/context.py": """
from contextvars import ContextVar

USER = ContextVar("USER", default=None)

def GET(req, res):
    before = USER.get()
    USER.set("somebody")
    res.json(before)
""",
    "server/file.py": """
from werkzeug.utils import send_file

def GET(req, res):
    return send_file("data.bin", req.environ, "application/octet-stream", _root_path=".")
""",
    "server/temporary.py": """
import os
from tempfile import NamedTemporaryFile

from werkzeug.utils import send_file

def GET(req, res):
    with NamedTemporaryFile(dir=".", prefix="temporary-", delete=False) as file:
        file.write(b"x" * 100_000)
    response = send_file(os.path.abspath(file.name), req.environ, "application/octet-stream")
    response.call_on_close(lambda: os.remove(file.name))
    return response
""",
    "server/stream.py": """
from werkzeug.wrappers import Response

def GET(req, res):
    return Response((f"{number}\\n" for number in range(1000)), mimetype="text/plain")
""",
    "server/halfway.py": """
from werkzeug.wrappers import Response

def GET(req, res):
    def pieces():
        yield from ["begun"] * int(req.query["pieces"])
        raise SystemExit(3)
    return Response(pieces(), mimetype="text/plain")
""",
    "server/short.py": """
from werkzeug.wrappers import Response

def GET(req, res):
    return Response((b"x" for _ in range(10)), headers={"Content-Length": "100"})
""",
    "server/events.py": """
import socket
from werkzeug.wrappers import Response

def GET(req, res):
    def events():
        yield "data: first\\n\\n"
        with socket.create_connection(("127.0.0.1", int(req.query["gate"])), timeout=10) as gate:
            yield f"data: {gate.recv(100).decode()}\\n\\n"
    return Response(events(), mimetype="text/event-stream")
""",
    "server/login.py": """
from werkzeug.utils import redirect

def POST(req, res):
    response = redirect("/echo", 303)
    response.set_cookie("session", "42", httponly=True)
    response.set_cookie("theme", "dark")
    return response
""",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a project with a handler for each kind of response."""
    folder = write(tmp_path_factory.mktemp("project"), TREE)
    (folder / "data.bin").write_bytes(bytes(range(256)) * 1000)
    return folder


@pytest.fixture(scope="module", params=["sync", "gthread"])
def running(request: pytest.FixtureRequest, project: Path) -> Iterator[Server]:
    """Serve the project with one kind of worker for all tests of that kind; check that no worker died."""
    with serve(str(request.param), project) as server:
        yield server
        assert len(server.workers()) <= 2


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """Return the running server; show what it wrote during the test."""
    yield running
    running.show()


gthread = pytest.mark.parametrize("running", ["gthread"], indirect=True)


def test_json_of_two_megabytes_comes_back_equal(server: Server) -> None:
    """A large JSON body reaches the handler whole, and so does the response the client."""
    body = b'{"text":"' + b"x" * (2 * MIB) + b'"}'
    assert server.ask("POST", "/echo", body, JSON).body == body


def test_text_of_two_megabytes_comes_back_equal(server: Server) -> None:
    """A large text body reaches the handler whole, in its own charset."""
    text = "äx€" * (350 * 1024)
    assert server.ask("POST", "/echo", text.encode(), TEXT).json() == text


def test_chunked_body_is_put_together(server: Server) -> None:
    """The handler reads the joined chunks (RFC 9112, 7.1)."""
    assert server.ask("POST", "/echo", [b'{"a"', b":1", b"}"], JSON).json() == {"a": 1}


def test_chunked_body_of_two_megabytes_comes_back_equal(server: Server) -> None:
    """A large chunked body reaches the handler whole."""
    assert server.ask("POST", "/echo", pieces(2 * MIB), TEXT).json() == "x" * (2 * MIB)


@pytest.mark.parametrize("size", [11 * MIB, 15 * MIB])
def test_413_reaches_a_client_that_sends_everything_first(server: Server, size: int) -> None:
    """The rest of the body is drained, so that the client reads the 413 instead of a broken pipe."""
    answer = server.ask("POST", "/echo", b"x" * size, TEXT)
    assert (answer.status, answer.json()) == (413, {"error": "the body is larger than 10485760 bytes"})


@pytest.mark.parametrize("size", [11 * MIB, 15 * MIB])
def test_413_reaches_a_client_that_sends_everything_in_chunks(server: Server, size: int) -> None:
    """A chunked body over the limit is never truncated: the client reads a 413."""
    answer = server.ask("POST", "/echo", pieces(size), TEXT)
    assert (answer.status, answer.json()) == (413, {"error": "the body is larger than 10485760 bytes"})


@gthread
def test_twenty_requests_share_a_connection(server: Server) -> None:
    """A connection is kept alive (RFC 9112, 9.3)."""
    with server.connect() as connection:
        answers = [ask(connection, "GET", f"/echo?n={number}").json() for number in range(20)]
    assert answers == [{"query": {"n": str(number)}} for number in range(20)]


def test_a_stream_shorter_than_its_length_ends_the_connection(server: Server) -> None:
    """So the client does not take the next answer on it for the rest of this one."""
    with server.connect() as connection, pytest.raises(http.client.IncompleteRead) as caught:
        ask(connection, "GET", "/short")
    assert (caught.value.partial, caught.value.expected) == (b"x" * 10, 90)


@gthread
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/nope", 404), ("POST", "/file", 405), ("POST", "/fault/OSError", 500), ("POST", "/ignore", 200)],
)
def test_connection_survives_a_body_that_nobody_read(server: Server, method: str, path: str, status: int) -> None:
    """An unread body is drained, so that the next request is read from its start."""
    with server.connect() as connection:
        first = ask(connection, method, path, b"GET /smuggled HTTP/1.1\r\n\r\n" * (300 * 1024 // 26), TEXT)
        second = ask(connection, "GET", "/echo?next")
    assert (first.status, second.json()) == (status, {"query": {"next": ""}})


@pytest.mark.parametrize("name", ["SystemExit", "OSError", "StopIteration", "GeneratorExit", "CancelledError"])
def test_whatever_a_handler_raises_is_500_and_the_worker_lives(server: Server, name: str) -> None:
    """No exception in a handler stops a worker."""
    answers = [server.ask("GET", f"/fault/{name}") for _ in range(4)]
    assert {(answer.status, answer.body) for answer in answers} == {(500, b'{"error":"Internal Server Error"}')}
    assert server.ask("GET", "/echo").status == 200
    assert len(server.workers()) <= 2


def test_keyboard_interrupt_is_500_and_the_worker_lives(server: Server) -> None:
    """In a thread it is like any error. In the main thread it may be the operator's: gunicorn handles it."""
    assert server.ask("GET", "/fault/KeyboardInterrupt").status == 500
    assert server.ask("GET", "/echo").status == 200
    assert len(server.workers()) <= 2


def test_stream_that_exits_halfway_is_cut_and_the_worker_lives(server: Server) -> None:
    """Only the client of a stream notices that it fails halfway (RFC 9112, 8)."""
    for _ in range(4):
        with pytest.raises(http.client.IncompleteRead) as caught:
            server.ask("GET", "/halfway?pieces=1")
        assert caught.value.partial == b"begun"
    assert server.ask("GET", "/echo").status == 200
    assert len(server.workers()) <= 2


@pytest.mark.parametrize("kind", ["sync", "gthread"])
def test_stream_that_exits_at_once_is_500_and_the_worker_lives(project: Path, kind: str) -> None:
    """A failure before anything was sent is still a 500, and other requests go on."""
    with serve(kind, project) as server:
        assert {server.ask("GET", "/halfway?pieces=0").status for _ in range(4)} == {500}
        assert server.ask("GET", "/echo").status == 200
        assert len(server.workers()) <= 2


def test_returned_file_is_sent(server: Server, project: Path) -> None:
    """A handler may return send_file(), which the server sends with its length."""
    answer = server.ask("GET", "/file")
    assert (answer.status, answer.headers["Content-Length"]) == (200, "256000")
    assert answer.body == (project / "data.bin").read_bytes()


def test_returned_file_is_not_sent_twice(server: Server) -> None:
    """A client that already has the file gets a 304 without a body."""
    tag = server.ask("GET", "/file").headers["ETag"]
    answer = server.ask("GET", "/file", headers={"If-None-Match": tag})
    assert (answer.status, answer.body) == (304, b"")


def test_returned_stream_is_chunked(server: Server) -> None:
    """A body of unknown length is sent in chunks."""
    answer = server.ask("GET", "/stream")
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.body == b"".join(b"%d\n" % number for number in range(1000))


def test_events_arrive_one_by_one(server: Server) -> None:
    """Each piece is sent as soon as it is yielded: the second event waits until the first one is read."""
    with socket.create_server(("127.0.0.1", 0)) as gate, server.connect() as connection:
        gate.settimeout(PATIENCE)
        connection.request("GET", f"/events?gate={gate.getsockname()[1]}")
        with connection.getresponse() as response:
            assert response.readline() == b"data: first\n"
            with gate.accept()[0] as opened:
                opened.sendall(b"second")
            assert response.read() == b"\ndata: second\n\n"


def test_returned_redirect_keeps_its_cookies(server: Server) -> None:
    """A handler may return a redirect, with one line for each cookie (RFC 6265, 3)."""
    answer = server.ask("POST", "/login")
    assert (answer.status, answer.headers["Location"]) == (303, "/echo")
    assert answer.headers.get_all("Set-Cookie") == ["session=42; HttpOnly; Path=/", "theme=dark; Path=/"]


def test_a_temporary_file_is_removed_when_it_has_been_sent(server: Server, project: Path) -> None:
    """`call_on_close` runs although gunicorn sends the file by `sendfile` (PEP 3333)."""
    assert server.ask("GET", "/temporary").body == b"x" * 100_000
    assert server.ask("HEAD", "/temporary").body == b""
    assert wait(lambda: not [*project.glob("temporary-*")])  # the client has all of it before the server closes it


@pytest.mark.parametrize("path", ["/echo", "/file", "/stream", "/nope", "/fault/OSError"])
def test_head_has_no_body(server: Server, path: str) -> None:
    """A response to HEAD has no body, whatever its status (RFC 9110, 9.3.2)."""
    head, end, rest = server.exchange(message(f"HEAD {path}")).partition(b"\r\n\r\n")
    assert (head[:9], end, rest) == (b"HTTP/1.1 ", b"\r\n\r\n", b"")


def test_context_of_a_request_is_gone_with_it(server: Server) -> None:
    """The next request of the same thread does not see a handler's context variables."""
    assert {server.ask("GET", "/context").json() for _ in range(20)} == {None}


@pytest.mark.parametrize("kind", ["sync", "gthread"])
def test_preloaded_app_answers_in_every_worker(project: Path, kind: str) -> None:
    """An app may be built once, before gunicorn forks."""
    bodies = [b"%d" % number for number in range(40)]
    with serve(kind, project, "--preload") as server, ThreadPoolExecutor(4) as threads:
        echo = partial(server.ask, "POST", "/echo", headers=JSON)
        assert [answer.body for answer in threads.map(echo, bodies)] == bodies


def test_root_is_taken_from_the_environment(project: Path, tmp_path: Path) -> None:
    """`gunicorn fsapi.wsgi:app` serves FSAPI_ROOT, whatever the working directory."""
    with serve("sync", tmp_path, FSAPI_ROOT=str(project)) as server:
        assert server.ask("GET", "/echo?a=1").json() == {"query": {"a": "1"}}


def test_wsgi_file_of_a_project_is_served(tmp_path: Path) -> None:
    """`gunicorn wsgi:app` serves the `App(__file__)` of the project's own wsgi.py."""
    write(tmp_path, {**TREE, "wsgi.py": "from fsapi import App\n\napp = App(__file__)\n"})
    with serve("sync", tmp_path, app="wsgi:app") as server:
        assert server.ask("GET", "/echo?a=1").json() == {"query": {"a": "1"}}


def _until(server: Server, text: str) -> Iterator[tuple[int, str]]:
    """Ask for /version and yield the responses, until ten in a row have a text or 5000 had not."""
    row = 0
    for _ in range(5000):
        answer = server.ask("GET", "/version")
        yield answer.status, answer.json()
        row = row + 1 if answer.json() == text else 0
        if row == 10:
            return


@pytest.mark.parametrize("kind", ["sync", "gthread"])
def test_reload_loses_no_request_and_serves_the_new_code(tmp_path: Path, kind: str) -> None:
    """During a SIGHUP every request is answered, in the end by the new code."""
    write(tmp_path, {"server/version.py": "def GET(req, res):\n    res.json('old')\n"})
    with serve(kind, tmp_path) as server, ThreadPoolExecutor(4) as threads:
        clients = [_until(server, "newer") for _ in range(4)]
        assert [next(client) for client in clients] == [(200, "old")] * 4
        newer = write(tmp_path, {"newer.py": "def GET(req, res):\n    res.json('newer')\n"}) / "newer.py"
        newer.rename(tmp_path / "server/version.py")  # the second worker may be about to read it
        running = [threads.submit(list, client) for client in clients]
        server.process.send_signal(signal.SIGHUP)
        answers = [client.result() for client in running]
    assert {answer for seen in answers for answer in seen} <= {(200, "old"), (200, "newer")}
    assert [seen[-10:] for seen in answers] == [[(200, "newer")] * 10] * 4


@pytest.fixture(scope="module", params=[("sync",), ("gthread",), ("gthread", "--preload")], ids=" ".join)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the example project from its wsgi.py, with a database of its own."""
    kind, *options = request.param
    with serve_example(tmp_path_factory.mktemp("example") / "example.db", *options, kind=kind) as server:
        yield server


@pytest.fixture
def shop(example: Server) -> Iterator[Server]:
    """Return the server of the example project; show what it wrote during the test."""
    yield example
    example.show()


def _add(server: Server, name: str) -> int:
    """Add a user and return the id."""
    answer = server.ask("POST", "/users", json.dumps({"name": name}).encode(), JSON)
    assert (answer.status, answer.json()["name"]) == (201, name)
    return int(answer.json()["id"])


def test_user_is_added_and_found(shop: Server) -> None:
    """POST /users adds a user; GET /users/ID and GET /users show it in every worker."""
    user = {"id": _add(shop, "Zoë €"), "name": "Zoë €"}
    assert shop.ask("GET", f"/users/{user['id']}").json() == user
    assert user in shop.ask("GET", "/users").json()


def test_put_changes_the_name_of_a_user(shop: Server) -> None:
    """PUT /users/ID changes the name."""
    path = f"/users/{_add(shop, 'before')}"
    assert shop.ask("PUT", path, b'{"name": "after"}', JSON).json()["name"] == "after"
    assert shop.ask("GET", path).json()["name"] == "after"


def test_a_deleted_user_is_gone(shop: Server) -> None:
    """DELETE /users/ID is a 204, and the next request for it a 404."""
    path = f"/users/{_add(shop, 'gone')}"
    first, *rest = [shop.ask(method, path) for method in ("DELETE", "GET", "DELETE")]
    assert (first.status, first.body) == (204, b"")
    assert [(answer.status, answer.json()) for answer in rest] == [(404, {"error": "Not found"})] * 2


@pytest.mark.parametrize("body", [b"", b"[]", b'{"name": ""}', b'{"name": 1}'])
def test_user_without_a_name_is_422(shop: Server, body: bytes) -> None:
    """Data that is not a user is a 422 that says where."""
    answer = shop.ask("POST", "/users", body, JSON)
    assert (answer.status, list(answer.json())) == (422, ["error", "details"])


def test_malformed_json_is_400(shop: Server) -> None:
    """A body that is not JSON is a 400."""
    answer = shop.ask("POST", "/users", b"{", JSON)
    assert (answer.status, list(answer.json())) == (400, ["error"])


def test_product_comes_with_its_reviews_where_they_are_asked_for(shop: Server) -> None:
    """GET /products/ID?include=reviews adds the reviews to the product."""
    product, full = (shop.ask("GET", f"/products/1{query}").json() for query in ("", "?include=reviews"))
    assert full.pop("reviews")
    assert full == product


def test_users_of_many_clients_are_all_kept(shop: Server) -> None:
    """Forty requests from four concurrent clients add forty users."""
    names = [f"user {number}" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        ids = list(threads.map(partial(_add, shop), names))
    listed = {user["id"]: user["name"] for user in shop.ask("GET", "/users").json()}
    assert [listed[id] for id in ids] == names
