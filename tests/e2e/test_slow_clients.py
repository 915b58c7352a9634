"""Clients that stop halfway: they hold the threads of a bare worker, but not those behind nginx."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from select import select

import pytest

from examples.scale_out.run import free_port, nginx
from tests.e2e.servers import PATIENCE, Server, message, serve
from tests.site import handler, write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

THREADS = 8
PROJECT = {
    "server/health.py": handler("res.json('up')"),
    "server/length.py": handler("res.json(len(req.bytes))", "POST"),
    "server/large.py": handler(
        "return Response(b'x' * 65536 for _ in range(120))", top="from werkzeug.wrappers import Response"
    ),
}
TEXT = ("Content-Type: text/plain", "Content-Length: 1000")
#: What clients send that then neither send nor read.
HALFWAY = {
    "headers": message("GET /health", keep=True)[:-2],
    "body": message("POST /length", *TEXT, body=b"x" * 500, keep=True),
    "answer": message("GET /large", keep=True),
}
IDLE = {"nothing": b"", "between": message("GET /health", keep=True)}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Return one worker with as many threads as the settings of the example."""
    options = ("--workers", "1", "--threads", str(THREADS), "--keep-alive", "5")
    with serve("gthread", write(tmp_path, PROJECT), *options) as running:
        yield running


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that the workers of nginx may enter, which run as another user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextmanager
def clients(port: int, data: bytes, count: int) -> Generator[None]:
    """Connect, send data, and do nothing more until the block ends."""
    opened = list[socket.socket]()
    try:
        for _ in range(count):
            opened.append(socket.socket())
            opened[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # little of an answer fits in
            opened[-1].connect(("127.0.0.1", port))
            opened[-1].sendall(data)
        yield
    finally:
        for client in opened:
            client.close()


def begin(port: int) -> socket.socket:
    """Ask for /health."""
    client = socket.create_connection(("127.0.0.1", port), PATIENCE)
    client.sendall(message("GET /health"))
    return client


@pytest.mark.parametrize("kind", HALFWAY)
def test_clients_that_stop_halfway_hold_a_bare_worker_until_they_go(server: Server, kind: str) -> None:
    """One for each thread is enough; then the worker goes on as if nothing had been."""
    with clients(server.port, HALFWAY[kind], THREADS):
        waiting = begin(server.port)
        assert select([waiting], [], [], 0.5) == ([], [], [])
    with closing(waiting):
        assert waiting.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")
    assert server.workers() == server.workers()[:1]


def test_clients_that_wait_between_requests_hold_nothing(server: Server) -> None:
    """A connection that is kept needs no thread."""
    with clients(server.port, IDLE["between"], 8 * THREADS), closing(begin(server.port)) as client:
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.scale_out
def test_slow_clients_hold_nothing_behind_nginx(server: Server, open_folder: Path) -> None:
    """Others are answered, whatever twice as many as there are threads do."""
    port = free_port()
    with nginx(open_folder / "nginx", port, [server.port, server.port]):
        for kind, data in {**HALFWAY, **IDLE}.items():
            with clients(port, data, 2 * THREADS), closing(begin(port)) as client:
                assert client.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n"), kind
