"""What `serve` writes: the greeting, the line of a request, colours, and what a console cannot write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

import pytest

from fsapi.development.cli import main
from fsapi.development.greeting import fit, greet, report_changes
from fsapi.development.options import ROUTES_FILE
from fsapi.development.terminal import RED, paint, request_line
from fsapi.inspection.wrapped_apps import Mounted
from tests.site import Site, write

OK = "def GET(req, res): res.end()\n"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[TextIO]:
    """Return a terminal, as a process has it for its output."""
    for name, value in {"TERM": "xterm", "LINES": "24", "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    ours, theirs = os.openpty()
    with open(theirs, "w", encoding="utf-8") as stream:
        yield stream
    os.close(ours)


def test_colours_are_for_terminals_alone(terminal: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR turns them off, unless it is empty, and so does a terminal that has none."""
    found = [paint("x", RED, terminal), paint("x", RED, TextIOWrapper(BytesIO()))]
    for name, value in (("NO_COLOR", "1"), ("NO_COLOR", ""), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
        found.append(paint("x", RED, terminal))
    assert found == ["\x1b[31mx\x1b[0m", "x", "x", "\x1b[31mx\x1b[0m", "x"]


def test_a_request_is_one_line(terminal: TextIO) -> None:
    """Method, path, status and milliseconds; the status has a colour of its own class."""
    plain = TextIOWrapper(BytesIO())
    assert request_line("GET", "/users/4?x=1", 200, 0.00341, plain) == "GET /users/4?x=1 200 3.4 ms\n"
    lines = [request_line("GET", "/", status, 0, terminal) for status in (200, 304, 404, 500, 0)]
    assert [line.split("\x1b[")[1][:2] for line in lines] == ["32", "36", "33", "31", "2m"]


HOSTILE = {
    "/\x1b[31m": "/\\x1b[31m",
    "/a\nGET /b 200": "/a\\nGET /b 200",
    "/\x9b2J": "/\\x9b2J",
    "/\u202eb": "/\\u202eb",
    "/\u2028b": "/\\u2028b",
    "/é%0A": "/é%0A",
}


def test_what_a_client_sends_does_not_command_the_terminal() -> None:
    """Control characters are escaped, in the method too."""
    for sent, shown in HOSTILE.items():
        line = request_line(sent, sent, 200, 0, TextIOWrapper(BytesIO()))
        assert line == f"{shown} {shown} 200 0.0 ms\n", sent


def test_the_greeting_takes_one_screen(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also with a thousand routes; the rest is counted."""
    monkeypatch.setenv("LINES", "24")
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    app = site({f"r{number}.py": f"{OK}{' = '.join(methods)} = GET\n" for number in range(150)}, docs="/my docs")
    greet("wsgi:app", [Mounted(app, "")], "127.0.0.1:8000")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 24
    assert lines[0].startswith("Serving wsgi:app on http://127.0.0.1:8000 (development server; ")
    assert lines[1] == "Docs: http://127.0.0.1:8000/my%20docs"
    assert lines[-2] == "and 1,036 more: python -m fsapi routes"


def test_the_greeting_names_the_docs_page_of_a_mount(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """An app without routes, or with none of ours, has a greeting too."""
    greet("", [Mounted(site({}, docs="/docs"), "/api")], "[::1]:80")
    assert "Serving on http://[::1]:80 (" in (out := capsys.readouterr().out)
    assert "Docs: http://[::1]:80/api/docs\n" in out
    greet("wsgi:app", [], "[::1]:80")
    assert capsys.readouterr().out.count("\n") == 4


def test_long_lines_are_cut_on_a_terminal(terminal: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would take several lines of the screen."""
    long = fit("x" * 50, 40)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert [long, fit("x" * 50, 40), fit("x" * 40, 40)] == ["x" * 50, "x" * 37 + "...", "x" * 40]


def test_routes_that_came_or_went_are_shown(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten at most, then a count; the first load shows none."""
    first = site({f"old{number}.py": OK for number in range(9)})
    write(tmp_path / "other", {f"server/new{number}.py": OK for number in range(3)})
    report_changes([Mounted(first, "")])  # outside of `serve`
    monkeypatch.setenv(ROUTES_FILE, str(tmp_path / "routes"))
    for app in (first, first, type(first)(tmp_path / "other")):
        report_changes([Mounted(app, "/api")])
    out = capsys.readouterr().out.splitlines()
    assert out[:4] == [*(f"+ GET /api/new{number}" for number in range(3)), "- GET /api/old0"]
    assert (out[-1], len(out)) == ("and 2 more", 11)


def test_what_the_console_cannot_write_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has consoles of cp1252; the document stays JSON there."""
    monkeypatch.chdir(write(tmp_path, {"server/日é.py": "def GET(req, res):\n    '''é and 😀.'''\n"}))
    for command, shown in ((["routes"], b"/\\u65e5\xe9"), (["openapi"], b"\\u00e9 and \\ud83d\\ude00")):
        written = BytesIO()
        monkeypatch.setattr(sys, "stdout", TextIOWrapper(written, encoding="cp1252", write_through=True))
        assert main(command) == 0
        assert shown in written.getvalue(), command


def test_closed_streams_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a console has None in their place."""
    monkeypatch.chdir(write(tmp_path, {"server/a.py": OK}))
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["routes"]) == 0
