"""The battery over the wire: every case of `battery_cases.py` on gunicorn's two workers and on `fsapi serve`.

A server runs once for all of its cases, and one test reports every case that fails. docs/reliability.md has figures.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.battery_cases import TREE, Case, cases, get, post, raw
from tests.e2e.servers import develop, serve
from tests.e2e.wire import Answer, Incomplete, Malformed, exchange, read_answers
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]
KINDS = ["sync", "gthread", "dev"]


@dataclass
class Target:
    """A server of one kind: its port, and what gives the number of workers that it has started, 0 for `serve`."""

    kind: str
    port: int
    workers: Callable[[], int]

    def ask(self, sent: list[bytes], **options: Any) -> Answer:
        """Return the one answer to a request."""
        (answer,) = read_answers(exchange(self.port, sent, **options)[0], ended=True)
        return answer


@pytest.fixture(scope="module", params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Serve the tree with one kind of server for all tests of that kind."""
    project, kind = write(tmp_path_factory.mktemp("project"), TREE), str(request.param)
    if kind == "dev":
        with develop(project, {}) as development:
            yield Target(kind, development.address[1], lambda: 0)
    else:
        with serve(kind, project) as server:
            yield Target(kind, server.port, lambda: len(server.workers()))


def _fault(case: Case, target: Target) -> str:
    """Send a case; return what is wrong with the answers, nothing if they are allowed."""
    data, statuses = b"", case.statuses(target.kind)
    # Werkzeug's server says that it closes, and then may read what else was sent until the client closes.
    count = 1 if target.kind == "dev" and len(statuses) > 1 else case.count
    try:
        data, ended = exchange(
            target.port, case.sent, end=case.end, seconds=case.seconds, pause=case.pause, count=count
        )
        looser = target.kind == "dev" and bool(case.dev)
        if data and not data.startswith(b"HTTP/") and "headless" in statuses[0]:
            return ""
        answers = read_answers(data, case.methods, ended=ended)
        given = [str(answer.status) for answer in answers] or ["closed"]
        all_came = len(given) == len(statuses) or (0 < len(answers) < len(statuses) and answers[-1].closes)
        if not all_came or not all(status in each for status, each in zip(given, statuses)):
            return f"{given} instead of {statuses}"
        if any(answer.field("location") is not None for answer in answers):
            return "a redirect"
        if answers and case.seen and given == ["200"] and not case.seen.items() <= answers[0].json().items():
            return f"the handler has seen {answers[0].body[:300]!r}"
        return "" if looser or case.check(answers) else f"{answers!r:.500}"
    except (Malformed, Incomplete, ValueError, OSError) as exc:
        return f"{exc!r:.300}, after {data[:300]!r}"


def test_every_case_of_the_battery_has_an_allowed_answer(target: Target) -> None:
    """On one server after the other, whose workers all live on."""
    faults = [
        f"{case.id}: {fault} for {b''.join(case.sent)[:200]!r}" for case in cases() if (fault := _fault(case, target))
    ]
    assert not faults, "\n".join(faults)
    assert target.workers() <= 2


def test_every_id_of_the_study_has_a_case() -> None:
    """Those of several connections are below."""
    counts = {"A": 25, "Q": 9, "M": 10, "B": 47, "H": 12, "R": 7, "C": 14}
    below = {"R03", "C10", "C12", "C13"}
    ids = {case.id for case in cases()} | below
    assert ids == {f"{letter}{number:02}" for letter, count in counts.items() for number in range(1, count + 1)}


def test_thirty_failures_leave_the_server_as_it_was(target: Target) -> None:
    """R03: each is a 500, and the next request is answered within two seconds."""
    assert [target.ask(get("/boom")).status for _ in range(30)] == [500] * 30
    assert target.ask(get("/echo"), seconds=2).status == 200


def test_clients_that_vanish_leave_the_server_as_it_was(target: Target) -> None:
    """C10: in the head, in the body, before the answer, and with a reset."""
    head, full = get("/echo")[0], post(b"x" * 100)[0]
    for sent in (head[:20], full[:-50], full, head) * 10:
        with socket.create_connection(("127.0.0.1", target.port), 5) as client:
            client.sendall(sent)
            if sent is head:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert target.ask(get("/echo"), seconds=5).status == 200


def test_threads_do_not_see_each_others_requests(target: Target) -> None:
    """C12: eight clients send sixty requests each, with values of their own in path, query, header and body."""

    def run(number: int) -> bool:
        name = f"n{number}"
        sent = post(b'"%s"' % name.encode(), "application/json", f"X-N: {name}", target=f"/files/{name}?q={name}")
        seen = target.ask(sent).json()
        return [seen["body"], seen["params"], seen["query"], seen["headers"]["x-n"]] == [
            name, {"path": [name]}, {"q": name}, name,
        ]  # fmt: skip

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(run, range(480)))


def test_nothing_of_a_rich_request_is_in_the_next_ones(target: Target) -> None:
    """C13: a body, a query, headers and a cookie are gone with their request."""
    rich = post(b'{"a": "rich"}', "application/json", "X-Rich: rich", "Cookie: rich=rich", target="/echo?rich=rich")
    assert target.ask(rich).json()["query"] == {"rich": "rich"}
    plain = [target.ask([raw("GET /echo HTTP/1.1")]) for _ in range(8)]
    assert not any(b"rich" in answer.body for answer in plain)
    assert {(answer.json()["body"], len(answer.json()["query"])) for answer in plain} == {(None, 0)}
