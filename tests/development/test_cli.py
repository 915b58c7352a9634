"""The commands: what they print, and with which exit code."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fsapi.answers.response_check import DEVELOPMENT
from fsapi.development import server
from fsapi.development.cli import main
from tests.site import restore_bytecode, write


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change into a project with one route."""
    monkeypatch.chdir(write(tmp_path, {"server/users/[id].py": "def GET(req, res): res.end()"}))
    monkeypatch.delitem(sys.modules, "wsgi", raising=False)
    monkeypatch.setenv(DEVELOPMENT, "1")  # `serve` sets it for the rest of the process
    restore_bytecode(monkeypatch)
    return tmp_path


def test_routes_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A line has method, URL, file and line."""
    assert main(["routes"]) == 0
    assert capsys.readouterr().out == "GET  /users/[id]  server/users/[id].py:1\n"


def test_routes_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same values, for programs."""
    assert main(["routes", "--json"]) == 0
    row: dict[str, object] = {
        "method": "GET",
        "url": "/users/[id]",
        "file": "server/users/[id].py",
        "line": 1,
        "middleware": [],
    }
    assert json.loads(capsys.readouterr().out) == [row]


def test_openapi_prints_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    """It is indented, for people and for version control."""
    assert main(["openapi"]) == 0
    text = capsys.readouterr().out
    assert list(json.loads(text)["paths"]) == ["/users/{id}"]
    assert text.startswith('{\n  "openapi": "3.1.0",\n')


def test_openapi_writes_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file has the text that is printed otherwise, in UTF-8."""
    write(here, {"server/users/[id].py": "def GET(req, res):\n    'Zoë.'\n"})
    assert [main(["openapi", "-o", "openapi.json"]), main(["openapi", "-o", "-"])] == [0, 0]
    assert (here / "openapi.json").read_text("utf-8") == capsys.readouterr().out
    assert "Zoë" in (here / "openapi.json").read_text("utf-8")


def test_a_file_that_cannot_be_written_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """The reason is the operating system's."""
    assert main(["openapi", "-o", "nowhere/openapi.json"]) == 1
    assert capsys.readouterr().err == "cannot write nowhere/openapi.json: No such file or directory\n"


def test_openapi_reports_operations_of_one_id(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No document is written."""
    source = "def GET(req, res): ...\nopenapi = {'operationId': 'x'}\n"
    write(here, {"server/a.py": source, "server/b.py": source})
    assert main(["openapi", "-o", "openapi.json"]) == 1
    assert "server/b.py:2: has the operationId x, as server/a.py does" in capsys.readouterr().err
    assert not (here / "openapi.json").exists()


def test_openapi_reports_what_makes_the_document_invalid(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A type can say anything of its schema."""
    source = (
        "from typing import Annotated, Any\nfrom msgspec import Meta\nfrom fsapi import Req, Res\n"
        "def GET(req: Req, res: Res[Annotated[Any, Meta(extra_json_schema={'type': 'any'})]]): ...\n"
    )
    write(here, {"server/a.py": source})
    assert main(["openapi"]) == 1
    assert "server/a.py" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["routes"], ["openapi"], ["serve", "--no-reload"]])
def test_a_broken_tree_is_reported_without_a_traceback(
    command: list[str], here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The report goes to stderr, and the exit code is 1."""
    write(here, {"server/a.py": "async def GET(req, res): ..."})
    assert main([*command, *(["--port", "0"] if "serve" in command else [])]) == 1
    assert capfd.readouterr().err == "server/a.py:1: GET is async\n  fsapi is synchronous: drop the `async`.\n"


@pytest.mark.parametrize("arguments", [["nope"], ["routes", "--port", "1"], ["serve", "--port"], ["openapi", "-o"]])
def test_wrong_arguments_are_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse prints the usage, and the exit code is 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: fsapi" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "x", "8_0", "٣", "1.5", ""])
def test_a_wrong_port_is_answered_in_words(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 2."""
    with pytest.raises(SystemExit) as caught:
        main(["serve", f"--port={port}"])
    assert caught.value.code == 2
    message = f"argument --port: {port!r} is not a port: write a number from 0 to 65535\n"
    assert capsys.readouterr().err.endswith(message)


WRONG = {
    ("new", ""): "argument NAME: '' is not a folder: write a name such as shop, or . for this folder",
    ("new", " "): "argument NAME: ' ' is not a folder: write a name such as shop, or . for this folder",
    ("serve", "--host", ""): "argument --host: '' is not a host: write a name or an address, such as 127.0.0.1",
    ("serve", "--host", "http://x"): (
        "argument --host: 'http://x' is not a host: write a name or an address, such as 127.0.0.1"
    ),
    ("serve", "--host", "127.0.0.1:80"): (
        "argument --host: '127.0.0.1:80' is not a host: write a name or an address, such as 127.0.0.1"
    ),
    ("serve", "--allow-host", "*"): (
        "argument --allow-host: '*' is not a host: write a name or an address, such as 127.0.0.1"
    ),
    ("serve", "--allow-host", "http://x/"): (
        "argument --allow-host: 'http://x/' is not a host: write a name or an address, such as 127.0.0.1"
    ),
    ("--app", "wsgi:app", "routes"): "--app comes after the command, such as: fsapi routes --app ...",
    ("--app=wsgi:app", "routes"): "--app comes after the command, such as: fsapi routes --app ...",
    ("--port", "1", "serve"): "--port comes after the command, such as: fsapi serve --port ...",
    ("-o", "x", "openapi"): "-o comes after the command, such as: fsapi openapi -o ...",
}


def test_wrong_usage_is_answered_in_words(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 2, and nothing is written."""
    for command, words in WRONG.items():
        with pytest.raises(SystemExit, match="2"):
            main(command)
        assert capsys.readouterr().err.endswith(f"error: {words}\n"), command
    assert [path.name for path in here.iterdir()] == ["server"]


def test_every_option_of_a_command_is_known_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is said to come after the command, and works there."""
    for command in ("serve", "routes", "explain", "check", "openapi", "diff", "new"):
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
    options = set(re.findall(r"(?<=[ ,])--?[a-z][a-z-]*", capsys.readouterr().out)) - {"-h", "--help"}
    for option in options:
        with pytest.raises(SystemExit, match="2"):
            main([option, "x"])
        assert f"{option} comes after the command" in capsys.readouterr().err


def test_a_wrong_app_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong is said, without a traceback."""
    assert [main([command, "--app", ":app"]) for command in ("routes", "openapi")] == [2, 2]
    assert capsys.readouterr().err.count("--app :app: names no module\n") == 2


def test_the_command_alone_prints_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """It lists the commands."""
    assert main([]) == 0
    assert "serve the app for development" in capsys.readouterr().out


def test_the_version_names_what_a_report_needs(capsys: pytest.CaptureFixture[str]) -> None:
    """That of Python and of Werkzeug too."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert re.fullmatch(r"fsapi [\d.]+, Python 3\.\S+, Werkzeug [\d.]+\n", capsys.readouterr().out)


NOISY = """
import os, subprocess
from fsapi import App
print("by print")
os.write(1, b"by write\\n")
subprocess.run(["echo", "by a program"])
app = App(__file__)
"""


@pytest.mark.parametrize("command", [["openapi"], ["routes", "--json"]])
def test_what_the_app_prints_at_import_goes_to_stderr(
    command: list[str], here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """So that the output is JSON alone."""
    write(here, {"wsgi.py": NOISY})
    assert main(command) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)
    assert sorted(err.splitlines()) == ["by a program", "by print", "by write"]


@pytest.mark.e2e
def test_a_process_without_a_console_runs_a_command(here: Path, tmp_path: Path) -> None:
    """It has no standard streams."""
    script = f"exec {sys.executable} -m fsapi openapi -o document.json <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", script], cwd=here, check=False).returncode == 0
    assert json.loads((tmp_path / "document.json").read_text())["openapi"] == "3.1.0"


def test_ctrl_c_ends_a_command_without_a_traceback(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is that of a shell."""
    write(here, {"wsgi.py": "raise KeyboardInterrupt"})
    assert (main(["routes"]), capsys.readouterr().err) == (130, "")


def test_another_error_of_the_system_is_not_hidden(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a fault of fsapi."""
    with open("/dev/zero") as unwritable:
        monkeypatch.setattr(sys, "stdout", unwritable)
        with pytest.raises(OSError, match="not writable"):
            main(["routes"])


@pytest.mark.e2e
def test_a_full_disk_is_reported(here: Path) -> None:
    """Without a traceback."""
    with open("/dev/full", "wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "fsapi", "openapi"], cwd=here, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (run.returncode, run.stderr) == (1, b"cannot write: No space left on device\n")


WRAPPED = """
from flask import Flask
from fsapi import App
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

app = ProxyFix(DispatcherMiddleware(Flask(__name__), {"/api": App(__file__, docs="/docs")}))
"""


def test_commands_look_through_what_wraps_the_app(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The URLs are those that a client asks for."""
    write(here, {"wsgi.py": WRAPPED})
    assert [main(["routes"]), main(["openapi"])] == [0, 0]
    table, _, document = capsys.readouterr().out.partition("{")
    assert [line.split()[1] for line in table.splitlines()] == [
        "/api/docs",
        "/api/docs/openapi.json",
        "/api/users/[id]",
    ]
    assert json.loads("{" + document)["servers"] == [{"url": "/api"}]


def test_an_address_that_cannot_be_bound_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """The reason is the operating system's."""
    hosts = ("203.0.113.1", "[2001:db8::1]", "a..b")
    assert [main(["serve", "--host", host, "--port", "0"]) for host in hosts] == [1, 1, 1]
    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "cannot listen on 203.0.113.1:0: Cannot assign requested address"
    assert second.startswith("cannot listen on 2001:db8::1:0: ")
    assert third.startswith("cannot listen on a..b:0: ")


def test_a_lack_of_free_ports_is_reported(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of ports that are tried is limited."""
    monkeypatch.setattr(server, "_PORTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert capsys.readouterr().err == f"cannot listen on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["", "/x"], "argument METHOD: '' is not a method: write one such as GET\n"),
        (["GET /x", "/x"], "argument METHOD: 'GET /x' is not a method: write one such as GET\n"),
        (["GÉT", "/x"], "argument METHOD: 'GÉT' is not a method: write one such as GET\n"),
        (["GET\n", "/x"], "argument METHOD: 'GET\\n' is not a method: write one such as GET\n"),
        (["/x", "GET"], "argument METHOD: '/x' is not a method: write one such as GET\n"),
        (["OPTIONS", "*"], "argument URL: '*' is not a path: write one such as /users/42\n"),
        (["GET", ""], "argument URL: '' is not a path: write one such as /users/42\n"),
    ],
)
def test_explain_rejects_what_no_request_can_be(
    asked: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A method is a token, and a request for a route has a path."""
    with pytest.raises(SystemExit, match="2"):
        main(["explain", *asked])
    assert capsys.readouterr().err.endswith(words)


def test_explain_takes_any_token_as_a_method(capsys: pytest.CaptureFixture[str]) -> None:
    """Extensions of HTTP have methods of their own."""
    assert main(["explain", "m-search", "/users/7"]) == 0
    assert capsys.readouterr().out.startswith("M-SEARCH /users/7 is a 405: ")
