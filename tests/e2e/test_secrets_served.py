"""What gunicorn sends of a project that fails in every way, its own error pages included, shows nothing of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.battery_cases import A, B, C, H, M, Q, R, raw
from tests.e2e.servers import Server, serve
from tests.e2e.wire import exchange
from tests.leaky import SECRET, TREE, Sent, leaks, requests
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

WSGI = """
from fsapi import App
from zqsecret_lib import fail

def fallback(environ, start_response):
    zqsecret_local = "zqsecret"
    fail("OSError" if environ["PATH_INFO"] == "/%FF" else "ValueError")

app = App(__file__, fallback=fallback)
"""


@pytest.fixture(params=["sync", "gthread"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Serve the project that fails, with a fallback that fails too."""
    project = write(tmp_path / SECRET, {**TREE, "wsgi.py": WSGI})
    with serve(str(request.param), project, app="wsgi:app") as running:
        yield running


def _raw(sent: Sent) -> bytes:
    fields = [f"Accept: {sent.accept}", f"Content-Type: {sent.type}", f"Content-Length: {len(sent.body)}"]
    return raw(f"{sent.method} {sent.path} HTTP/1.1", *fields, body=sent.body)


def test_no_byte_shows_what_only_the_log_may_have(server: Server) -> None:
    """Neither of failing code, nor of streams that break off, nor of requests that gunicorn itself rejects."""
    given = [(sent, exchange(server.port, [_raw(sent)])[0]) for sent in requests()]
    for case in [*A, *Q, *M, *B, *H, *R, *C]:
        data, _ = exchange(server.port, case.sent, end=case.end, count=case.count)
        given.append((Sent("", "", b"".join(case.sent)), data))
    assert not [f"{leaks(data, sent)!r} for {sent} in {data!r:.500}" for sent, data in given if leaks(data, sent)]
    assert sum(b"<html" in data for _, data in given) > 100  # pages, and gunicorn's own


def test_a_tree_that_cannot_be_loaded_says_nothing(tmp_path: Path) -> None:
    """The server ends without an answer; the report is in its log alone."""
    project = write(tmp_path / SECRET, {"server/index.py": "raise ValueError('zqsecret')\n"})
    with serve("sync", project) as server:
        received = b""
        try:
            with socket.create_connection(("127.0.0.1", server.port), 15) as client:
                client.sendall(raw("GET / HTTP/1.1"))
                received = client.recv(1000)
        except ConnectionError:
            pass
        server.process.wait(15)
        assert (received, "ValueError: zqsecret" in server.written()) == (b"", True)
