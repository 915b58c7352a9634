"""Breakpoints of VS Code stop in route files, with the configuration that the page on debugging shows."""

from __future__ import annotations

import http.client
import json
import re
import sys
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import sections
from tests.e2e.debug_adapter import Session, attached, debugger
from tests.e2e.servers import PATIENCE, wait
from tests.site import write

pytestmark = pytest.mark.e2e

SOURCE = "def GET(req, res):\n    name = req.params['id']\n    res.json(name)\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the route file of a project."""
    return write(tmp_path, {"server/users/[id].py": SOURCE}) / "server/users/[id].py"


def configuration(file: Path) -> dict[str, Any]:
    """Return the configuration of the page, for a client that has no terminal to run the program in."""
    (block,) = [each for section in sections("docs/debugging.md") for each in section if each.language == "json"]
    (shown,) = json.loads(block.text)["configurations"]
    here = {"cwd": str(file.parents[2]), "python": [sys.executable], "console": "internalConsole"}
    return {**shown, **here, "args": [*shown["args"], "--port", "0"], "redirectOutput": True}


@contextmanager
def asked(*sessions: Session) -> Generator[Future[bytes]]:
    """Send a request to the address that the server has printed, from a thread of its own."""
    written = wait(lambda: re.search(r"http://(\S+):(\d+)", "".join(session.output for session in sessions)))

    def send() -> bytes:
        with closing(http.client.HTTPConnection(written[1], int(written[2]), timeout=PATIENCE)) as connection:
            connection.request("GET", "/users/42")
            return connection.getresponse().read()

    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(send)


def test_a_breakpoint_stops_in_a_route_file(file: Path) -> None:
    """And the request is answered once the program goes on."""
    with debugger() as session:
        session.begin("launch", configuration(file), file, 2)
        with asked(session) as answer:
            frame = session.stop()[0]
        assert (frame["name"], frame["line"], frame["source"]["path"]) == ("GET", 2, str(file))
        assert answer.result() == b'"42"'


def test_a_breakpoint_holds_across_reloads(file: Path) -> None:
    """Where the debugger follows the processes that the server starts."""
    shown = configuration(file)
    shown.update(subProcess=True, args=[each for each in shown["args"] if each != "--no-reload"])
    with debugger() as session:
        session.begin("launch", shown, file, 2)
        for source, wanted in ((SOURCE, b'"42"'), (SOURCE.replace("(name)", "([name])"), b'["42"]')):
            file.write_text(source)
            with attached(session.event("debugpyAttach"), file, 2) as child:
                with asked(session, child) as answer:
                    assert child.stop()[0]["name"] == "GET"
                assert answer.result() == wanted
