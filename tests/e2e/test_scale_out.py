"""A rolling restart of two instances behind nginx, which write to PostgreSQL: `examples/scale_out/`."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import psycopg
import pytest

from examples.scale_out.run import HERE, PATIENCE, Site
from tests.docs.pages import blocks, page
from tests.e2e.servers import JSON, ask

CLIENTS = 8


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Run the example, its processes without measuring coverage."""
    for name in [name for name in os.environ if name.startswith("COVERAGE")]:
        monkeypatch.delenv(name)
    with ExitStack() as stack:
        yield Site(stack)


def order(site: Site, number: int, end: threading.Event) -> list[str]:
    """Order things until the event, each once; return what was acknowledged, and fail if a request is not answered."""
    acknowledged = list[str]()
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
        while not end.is_set():
            item = f"{number}-{len(acknowledged)}"
            answer = ask(connection, "POST", "/orders", json.dumps({"item": item}).encode(), JSON)
            assert (answer.status, answer.json()["item"]) == (201, item)
            acknowledged.append(item)
    return acknowledged


@pytest.mark.e2e
@pytest.mark.scale_out
def test_rolling_restarts_lose_no_write_and_do_none_twice(site: Site) -> None:
    """First both reload, then both restart, while clients order."""
    end = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as threads:
        clients = [threads.submit(order, site, number, end) for number in range(CLIENTS)]
        try:
            site.reload()
            site.restart()
        finally:
            end.set()
        acknowledged = [item for client in clients for item in client.result()]
    with psycopg.connect(site.database) as connection:
        stored = Counter(item for (item,) in connection.execute("SELECT item FROM orders"))
    assert stored == Counter(acknowledged)
    assert len(acknowledged) > 100


def test_nginx_is_configured_as_the_documentation_shows() -> None:
    """The example runs what readers copy."""
    shown = [block.text for block in blocks(page("docs/deploying.md")) if block.language == "nginx"]
    assert shown == [(HERE / "nginx.conf").read_text("utf-8")]
