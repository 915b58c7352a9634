"""Threads that share an App: each gets the answer to its own request."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.servers import ask, serve
from tests.site import Site, client, write

THREADS = 32
TREE = {
    "_middleware.py": """
from contextvars import ContextVar

SENT = ContextVar("SENT")

def middleware(req, res):
    SENT.set(req.headers["x-id"])
    req.state.sent = req.headers["x-id"]
    yield
    res.setHeader("X-Id", SENT.get())
""",
    "[id].py": """
from typing import Any
from msgspec import Struct
from werkzeug.exceptions import Conflict
from werkzeug.wrappers import Response
from fsapi import Req, Res

class Body(Struct):
    name: str

def PUT(req: Req[Body, Any, Any], res: Res[Any]) -> None:
    res.json([req.params["id"], req.query["q"], req.url, req.state.sent, req.body.name])

def POST(req, res):
    parts = [req.params["id"], req.query["q"], req.url, req.state.sent, req.raw.form["name"]]
    return Response((part + "," for part in parts), mimetype="text/plain")

def DELETE(req, res):
    raise Conflict
""",
    "_error.py": """
def error(req, res, error):
    res.setHeader("X-Id", req.state.sent)
    res.json([req.params["id"], req.query["q"], req.url, req.state.sent])
""",
}
#: Method, body and its type; and how often the word of a request stands in the body of its answer.
KINDS = [
    ("PUT", b'{"name": "%s"}', "application/json", 6),
    ("POST", b"name=%s", "application/x-www-form-urlencoded", 6),
    ("DELETE", b"%s", "text/plain", 5),
]

#: Sends a request: method, target, body, headers.
Ask = Callable[[str, str, bytes, Mapping[str, str]], tuple[bytes, str | None]]


def wrong_answers(ask: Ask, requests: int) -> list[object]:
    """Let threads send requests, each with a word in all of its parts; return the answers to another one."""
    start = threading.Barrier(THREADS)

    def run(thread: int) -> list[object]:
        start.wait()
        return [wrong for count in range(requests) for wrong in wrong_answers_to(f"t{thread}n{count}z", ask)]

    with ThreadPoolExecutor(THREADS) as threads:
        return [wrong for found in threads.map(run, range(THREADS)) for wrong in found]


def wrong_answers_to(word: str, ask: Ask) -> Iterator[object]:
    """Send a request of each kind with a word, and yield the answers that have another word, or too few."""
    for method, body, kind, times in KINDS:
        headers = {"Content-Type": kind, "X-Id": word}
        data, header = ask(method, f"/{word}?q={word}", body.replace(b"%s", word.encode()), headers)
        if (re.findall(r"t\d+n\d+z", data.decode()), header) != ([word] * times, word):
            yield word, data, header


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_32_threads_get_their_own_answers(site: Site) -> None:
    """Params, query, header, body, form, state, context, stream and error are those of the request."""
    app = site(TREE)

    def ask(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[bytes, str | None]:
        answer = client(app).open(target, method=method, data=body, headers=dict(headers))
        return answer.data, answer.headers.get("X-Id")

    assert wrong_answers(ask, 1) == []


@pytest.mark.e2e
def test_32_threads_of_a_worker_give_their_clients_their_own_answers(tmp_path: Path) -> None:
    """Each client keeps its connection."""
    write(tmp_path / "server", TREE)
    local = threading.local()
    with serve("gthread", tmp_path, "--workers", "1", "--threads", "32") as server, ExitStack() as stack:

        def send(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[bytes, str | None]:
            if not hasattr(local, "connection"):
                local.connection = stack.enter_context(server.connect())
            answer = ask(local.connection, method, target, body, headers)
            return answer.body, answer.headers["X-Id"]

        assert wrong_answers(send, 10) == []
