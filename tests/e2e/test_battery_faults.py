"""The battery while the server is under stress: failing handlers, hostile bodies, and reloads under the HTTP cases."""

from __future__ import annotations

import http.client
import signal
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.battery_cases import TREE, cases, get, post
from tests.e2e.deployment import Deployment, children, deploy
from tests.e2e.servers import JSON, MIB, Server, ask, serve, wait
from tests.e2e.wire import exchange, read_answers
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

RAISE = """
import asyncio

class Own(BaseException): ...

def GET(req, res):
    raise eval(req.params["name"])
"""
# fmt: off
KINDS = [
    "ValueError", "KeyError", "AssertionError", "RuntimeError", "StopIteration", "RecursionError", "MemoryError",
    "FileNotFoundError", "PermissionError", "ConnectionResetError", "BrokenPipeError", "TimeoutError", "SystemExit(0)",
    "SystemExit(3)", "SystemExit(4)", "GeneratorExit", "BaseException", "asyncio.CancelledError", "Own", "OSError",
]
# fmt: on


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    """Serve the tree of the battery with a handler that raises what the path names."""
    with serve("gthread", write(tmp_path, {**TREE, "server/raise/[name].py": RAISE})) as running:
        yield running
        assert len(running.workers()) <= 2


def _open_files(server: Server) -> int:
    return sum(len([*Path(f"/proc/{pid}/fd").iterdir()]) for pid in children(server.process.pid))


def _statuses(server: Server, paths: list[str]) -> list[int]:
    with server.connect() as connection:
        return [ask(connection, "GET", path).status for path in paths]


def test_exits_among_good_requests_stop_no_worker(server: Server) -> None:
    """L09: each is a 500, all others are answered, and the workers are the same."""
    paths = ["/raise/SystemExit(3)", *["/echo"] * 19] * 25
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(_statuses, [server] * 4, [paths] * 4))
    assert answers == [[500, *[200] * 19] * 25] * 4


def test_exceptions_of_twenty_kinds_leave_nothing_behind(server: Server) -> None:
    """L10: two thousand of them are answered; the workers have no more open files than before."""
    paths = [f"/raise/{kind}" for kind in KINDS] * 25
    _statuses(server, paths[:40])
    before = _open_files(server)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(_statuses, [server] * 4, [paths] * 4)) == [[500] * 500] * 4
    assert _open_files(server) <= before + 4  # a connection that is not closed yet


def _memory(server: Server) -> int:
    """Return the largest resident memory that a worker has had, in MiB."""
    status = [Path(f"/proc/{pid}/status").read_text() for pid in children(server.process.pid)]
    peaks = [line.split()[1] for text in status for line in text.splitlines() if line.startswith("VmHWM:")]
    return max(map(int, peaks)) // 1024


def test_hostile_json_costs_a_bounded_memory(server: Server) -> None:
    """L12: four clients send ten MiB of arrays at once, and small requests are answered meanwhile."""
    hostile = b"[" + b"[]," * (10 * MIB // 3 - 1) + b"[]]"

    def send(number: int) -> int:
        try:
            return server.ask("POST", "/items/1" if number % 2 else "/echo", hostile, JSON).status
        except http.client.HTTPException:
            return 0

    with ThreadPoolExecutor(5) as threads:
        large = [threads.submit(send, number) for number in range(4)]
        assert [server.ask("GET", "/items/1").status for _ in range(20)] == [200] * 20
        assert [each.result() for each in large] == [200, 405, 200, 405]
    assert _memory(server) < 24 + 4 * 400


@contextmanager
def _reloads(server: Deployment, seconds: float) -> Generator[list[int]]:
    """Send HUP now and then until the block ends; yield the masters that have served."""
    end, masters = threading.Event(), [server.master()]

    def reload() -> None:
        while not end.wait(seconds):
            server.kill(signal.SIGHUP)
            masters.append(server.master())

    thread = threading.Thread(target=reload)
    thread.start()
    try:
        yield masters
    finally:
        end.set()
        thread.join()


def test_the_battery_holds_while_the_server_reloads(tmp_path: Path) -> None:
    """L16 and L02: every case has its answer although a HUP comes twice a second."""
    files = {**TREE, "wsgi.py": "from fsapi import App\n\napp = App(__file__)\n"}
    faults = list[str]()
    with deploy(tmp_path, files) as server, _reloads(server, 0.5) as masters:
        for case in cases():
            data, ended = exchange(server.port, case.sent, end=case.end, seconds=20, pause=case.pause, count=case.count)
            given = [str(each.status) for each in read_answers(data, case.methods, ended=ended)] or ["closed"]
            if not all(status in allowed for status, allowed in zip(given, case.statuses("gthread"))):
                faults.append(f"{case.id}: {given}")
        assert wait(lambda: server.master() not in (0, masters[0]))
    assert not faults


def test_thirty_two_threads_see_their_own_values(server: Server) -> None:
    """L14: two thousand requests with values of their own in path, query, header and body."""

    def run(number: int) -> bool:
        name = f"n{number}"
        sent = post(b'"%s"' % name.encode(), "application/json", f"X-N: {name}", target=f"/files/{name}?q={name}")
        (answer,) = read_answers(exchange(server.port, sent)[0], ended=True)
        seen = answer.json()
        return [seen["body"], seen["params"]["path"], seen["query"]["q"], seen["headers"]["x-n"]] == [
            name,
            [name],
            name,
            name,
        ]

    with ThreadPoolExecutor(32) as threads:
        assert all(threads.map(run, range(2000)))


def test_stalled_clients_block_a_worker_only_as_long_as_they_stay(server: Server) -> None:
    """L11: more of them than threads wait in a body; when they go, requests are answered again."""
    half = post(b"x" * 100)[0][:-50]
    with ThreadPoolExecutor(16) as threads:
        stalled = [threads.submit(exchange, server.port, [half], seconds=1, end=False) for _ in range(16)]
        assert all(isinstance(each.exception(), TimeoutError) for each in stalled)
    (answer,) = read_answers(exchange(server.port, get("/echo"), seconds=15)[0], ended=True)
    assert answer.status == 200
