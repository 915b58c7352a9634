"""The development server as a developer uses it, in real processes on real ports."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.servers import develop, wait
from tests.site import write

pytestmark = pytest.mark.e2e

HELLO = "def GET(req, res): res.json({!r})\n"
BROKEN = "async def GET(req, res): ..."
#: Starts a command as a shell starts a background job.
IGNORING_SIGINT = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]


def test_the_server_prints_its_url_and_the_routes(tmp_path: Path) -> None:
    """A folder of route files is all it needs."""
    with develop(tmp_path, {"server/users/[id].py": HELLO.format("hi")}) as server:
        assert server.ask("/users/4") == (200, "application/json", '"hi"')
    assert "GET  /users/[id]  server/users/[id].py:1" in server.written()


def test_the_server_prints_the_url_of_the_docs_page(tmp_path: Path) -> None:
    """Only if the app has one."""
    wsgi = "from fsapi import App\napp = App(__file__, docs='/my docs')\n"
    with develop(tmp_path, {"server/a.py": HELLO.format("hi"), "wsgi.py": wsgi}) as server:
        assert server.ask("/my%20docs")[:2] == (200, "text/html; charset=utf-8")
    assert re.search(r"^Docs: http://127.0.0.1:\d+/my%20docs$", server.written(), re.MULTILINE)


def test_every_request_has_a_line(tmp_path: Path) -> None:
    """Also one that fails, one that is streamed, and one that is no HTTP."""
    stream = "from werkzeug import Response\ndef GET(req, res): return Response(iter(['a', 'b']))\n"
    with develop(tmp_path, {"server/a.py": f"{stream}def POST(req, res): 1/0\n"}, "--no-reload") as server:
        assert [server.ask("/a?x=%0A")[2], server.ask("//b")[0], server.ask("/a", body="")[0]] == ["ab", 404, 500]
        with socket.create_connection(server.address, 10) as client:
            client.sendall(b"GET /\x1b[31m HTTP/9.9\r\n\r\n")
            assert client.recv(1000)
        with socket.create_connection(server.address, 10) as client:
            client.sendall(b"GET /old HTTP/1.0\r\n\r\n")
            assert client.recv(1000)
        lines = ("GET /a?x=%0A 200", "GET //b 404", "POST /a 500", "GET /old 404", "GET /\\x1b[31m 505")
        assert wait(lambda: all(re.search(rf"(?m)^{re.escape(line)} \d+\.\d ms$", server.written()) for line in lines))
    assert "Invalid HTTP version" not in server.written()


def test_every_change_is_reloaded(tmp_path: Path) -> None:
    """A change is an edited, new, renamed or deleted file of the tree, or an edited module of the project."""
    tree = tmp_path / "server"
    files = {"server/a.py": "from lib import X\ndef GET(req, res): res.json(X)", "lib.py": "X = 1"}
    with develop(tmp_path, files) as server:
        assert server.becomes("/a", 200, "1")
        write(tmp_path, {"lib.py": "X = 22"})
        assert server.becomes("/a", 200, "22")
        write(tree, {"deep/new.py": HELLO.format("new")})
        assert server.becomes("/deep/new", 200, "new")
        assert "+ GET /deep/new\n" in server.written()
        (tree / "deep/new.py").rename(tree / "deep/newer.py")
        assert server.becomes("/deep/newer", 200, "new")
        (tree / "deep/newer.py").unlink()
        assert server.becomes("/deep/newer", 404)


def test_a_broken_tree_is_served_as_its_report_until_it_is_fixed(tmp_path: Path) -> None:
    """Programs get JSON, browsers a page, and the terminal shows the report."""
    with develop(tmp_path, {"server/a.py": HELLO.format("hi")}) as server:
        write(tmp_path, {"server/a.py": BROKEN})
        assert server.becomes("/a", 500, "GET is async")
        assert json.loads(server.ask("/a")[2])["error"].startswith("server/a.py:1: GET is async")
        assert server.ask("/a", accept="text/html,*/*;q=0.8")[1] == "text/html; charset=utf-8"
        write(tmp_path, {"server/a.py": HELLO.format("well")})
        assert server.becomes("/a", 200, "well")
    assert "server/a.py:1: GET is async" in server.written()


def test_a_tree_that_is_broken_from_the_start_is_served_as_its_report_until_it_is_fixed(tmp_path: Path) -> None:
    """The greeting says where; the routes are shown once there are some."""
    with develop(tmp_path, {"server/a.py": BROKEN}) as server:
        assert "GET is async" in server.ask("/a")[2]
        write(tmp_path, {"server/a.py": HELLO.format("well")})
        assert server.ask("/a")[2] == '"well"'
        assert wait(lambda: "+ GET /a\n" in server.written())


def test_a_name_that_is_no_app_ends_the_server(tmp_path: Path) -> None:
    """The command is wrong, so no save of a file helps."""
    command = [sys.executable, "-m", "fsapi", "serve", "--port", "0", "--app", "nothing:app"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("--app nothing:app: there is no module `nothing`")


def test_a_broken_wsgi_py_is_served_as_its_traceback_until_it_is_fixed(tmp_path: Path) -> None:
    """The same holds for files outside of the tree."""
    good = "from fsapi import App\napp = App(__file__)\n"
    with develop(tmp_path, {"server/a.py": HELLO.format("hi"), "wsgi.py": good}) as server:
        write(tmp_path, {"wsgi.py": "1/0"})
        assert server.becomes("/a", 500, "ZeroDivisionError")
        write(tmp_path, {"wsgi.py": good})
        assert server.becomes("/a", 200, "hi")


def test_the_next_port_is_used_if_one_is_in_use(tmp_path: Path) -> None:
    """The terminal says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        with develop(tmp_path, {"server/a.py": HELLO.format("hi")}, port=port) as server:
            assert server.address[1] > port
            assert server.ask("/a")[0] == 200
    assert f"Port {port} is in use; using {server.address[1]}." in server.written()


@pytest.mark.parametrize("send", [os.kill, os.killpg])
@pytest.mark.parametrize("options", [[], ["--no-reload"]])
def test_ctrl_c_ends_the_server_without_a_traceback(
    tmp_path: Path, options: list[str], send: Callable[[int, int], None]
) -> None:
    """The exit code is 0 and no process is left, whether the parent gets the signal or both processes do."""
    with develop(tmp_path, {"server/a.py": HELLO.format("hi")}, *options) as server:
        assert server.ask("/a")[0] == 200
        send(server.process.pid, signal.SIGINT)
        assert server.process.wait(10) == 0
        assert wait(server.is_gone)
    assert "Traceback" not in server.written()


@pytest.mark.parametrize("options", [[], ["--no-reload"]])
def test_ctrl_c_ends_a_server_that_was_started_with_sigint_ignored(tmp_path: Path, options: list[str]) -> None:
    """A shell without job control ignores SIGINT in what it starts in the background, and children inherit that."""
    files = {"server/a.py": HELLO.format("hi")}
    with develop(tmp_path, files, *options, launcher=IGNORING_SIGINT) as server:
        assert server.ask("/a")[0] == 200
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(10) == 0
        assert wait(server.is_gone)


def test_closed_streams_are_no_harm(tmp_path: Path) -> None:
    """A socket must not take the number of one, since processes of the project would write to it."""
    launcher = ["sh", "-c", 'exec "$@" <&-', "sh"]
    with develop(
        tmp_path, {"server/a.py": "import os\nos.read(0, 1)\n" + HELLO.format("hi")}, launcher=launcher
    ) as server:
        assert server.ask("/a")[2] == '"hi"'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_one_that_was_started(tmp_path: Path, number: signal.Signals) -> None:
    """The child ends with its parent, even if the parent is killed."""
    with develop(tmp_path, {"server/a.py": HELLO.format("hi")}) as server:
        server.process.send_signal(number)
        server.process.wait(10)
        assert wait(server.is_gone)


def test_any_wsgi_app_can_be_served(tmp_path: Path) -> None:
    """For example a site that mounts an App."""
    source = "def site(environ, start):\n    start('200 OK', [('Content-Type', 'text/x')])\n    return [b'site']"
    with develop(tmp_path, {"mine.py": source}, "--app", "mine:site") as server:
        assert server.ask("/") == (200, "text/x", "site")


def test_the_server_can_listen_on_ipv6(tmp_path: Path) -> None:
    """In the URL the address is in brackets."""
    with develop(tmp_path, {"server/a.py": HELLO.format("hi")}, "--host", "::1") as server:
        assert (server.address[0], server.ask("/a")[0]) == ("::1", 200)


def test_json_that_is_sent_as_text_is_logged(tmp_path: Path) -> None:
    """A fetch() without a Content-Type is a common mistake of front ends."""
    source = "def POST(req, res): res.json(req.body)"
    with develop(tmp_path, {"server/a.py": source}) as server:
        assert server.ask("/a", body='{"a": 1}')[2] == '"{\\"a\\": 1}"'
    assert "send it with `Content-Type: application/json`" in server.written()


def test_a_request_that_fails_is_logged_with_its_traceback(tmp_path: Path) -> None:
    """The client is told too: this is development."""
    with develop(tmp_path, {"server/a.py": "def GET(req, res): 1/0"}, "--no-reload") as server:
        assert '"exception":"ZeroDivisionError: division by zero"' in server.ask("/a")[2]
    assert "ZeroDivisionError: division by zero" in server.written()


def test_the_script_runs_the_same_command_as_the_module(tmp_path: Path) -> None:
    """`fsapi routes` prints what `python -m fsapi routes` prints."""
    write(tmp_path, {"server/a.py": HELLO.format("hi")})
    script = Path(sys.executable).parent / "fsapi"
    found = [
        subprocess.run([*command, "routes"], cwd=tmp_path, capture_output=True, check=True, env=dict(os.environ)).stdout
        for command in ([str(script)], [sys.executable, "-m", "fsapi"])
    ]
    assert found == [b"GET  /a  server/a.py:1\n"] * 2


OUT = """
from typing import TypedDict
from fsapi import Req, Res
class Out(TypedDict):
    id: int
def GET(req: Req, res: Res[Out]): res.json({"id": 1, "pw": "x"})
"""


@pytest.mark.parametrize("options", [(), ("--no-reload",)])
def test_what_an_answer_leaves_out_is_logged(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The warning names the handler and the field; the client gets what the contract declares."""
    with develop(tmp_path, {"server/a.py": OUT}, *options) as server:
        assert server.ask("/a") == (200, "application/json", '{"id":1}')
        warning = "GET in server/a.py does not send $.pw, which its contract does not have"
        assert wait(lambda: warning in server.written())
