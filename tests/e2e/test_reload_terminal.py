"""What pdb leaves of a terminal, and that it can read from it: a real pseudo-terminal, in a session of its own."""

from __future__ import annotations

import http.client
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.e2e.servers import PATIENCE, wait
from tests.site import write

pytestmark = pytest.mark.e2e

STOPPING = "def GET(req, res):\n    breakpoint()\n    res.json({})\n"


class Console:
    """A server on a terminal."""

    def __init__(self, project: Path) -> None:
        self._master, self._slave = pty.openpty()
        command = ["setsid", "--ctty", sys.executable, "-m", "fsapi", "serve", "--port", "0"]
        streams = self._slave, self._slave, self._slave
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # it is ignored if the tests run under nohup
        try:
            self.process = subprocess.Popen(command, -1, None, *streams, cwd=project, env=environ)
        finally:
            signal.signal(signal.SIGHUP, before)
        self._shown = ""
        self.port = int(self.show(r"http://127.0.0.1:(\d+)")[1])

    def show(self, pattern: str) -> re.Match[str]:
        """Wait until the terminal shows something new."""
        while not (found := re.search(pattern, self._shown)):
            assert select.select([self._master], [], [], PATIENCE)[0], self._shown
            self._shown += os.read(self._master, 1 << 16).decode(errors="replace")
        self._shown = self._shown[found.end() :]
        return found

    def type(self, text: str) -> None:
        """Type on the terminal."""
        os.write(self._master, text.encode())

    def has_echo(self) -> bool:
        """Return whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)

    def ask(self) -> str:
        """Return the text of an answer, nothing if the request is cut off."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(connection), suppress(http.client.HTTPException, ConnectionError):
            connection.request("GET", "/a")
            return connection.getresponse().read().decode()
        return ""

    def hang_up(self) -> None:
        """Close the terminal, which is a signal to all processes on it."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDONLY)

    def close(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        os.close(self._master)
        os.close(self._slave)


@contextmanager
def console(project: Path, files: dict[str, str]) -> Generator[Console]:
    """Serve a project on a terminal until the block ends."""
    with closing(Console(write(project, files))) as opened:
        yield opened


@contextmanager
def asked(server: Console) -> Generator[list[str]]:
    """Send a request, which stops in pdb; its answer is there once the block has ended."""
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(server.ask()))
    thread.start()
    server.show(r"\(Pdb\) ")
    assert not server.has_echo()
    yield answers
    thread.join(PATIENCE)


def test_a_terminal_has_its_echo_after_a_reload_that_cuts_pdb_off(tmp_path: Path) -> None:
    """And the next code can stop in pdb, too."""
    with console(tmp_path, {"server/a.py": STOPPING.format(0)}) as server:
        with asked(server) as answers:
            write(tmp_path, {"server/a.py": "def GET(req, res): res.json(1)\n"})
            assert server.ask() == "1"
            assert wait(server.has_echo)
        assert answers == [""]
        write(tmp_path, {"server/a.py": STOPPING.format(2)})
        with asked(server) as answers:
            server.type("c\n")
        assert answers == ["2"]


def test_a_terminal_has_its_echo_after_ctrl_c_in_pdb(tmp_path: Path) -> None:
    """Which ends the server."""
    with console(tmp_path, {"server/a.py": STOPPING.format(0)}) as server, asked(server):
        server.type("\x03")
        assert (server.process.wait(PATIENCE), server.has_echo()) == (0, True)


def test_a_terminal_that_is_closed_ends_the_server_as_ctrl_c_does(tmp_path: Path) -> None:
    """What the project has registered runs, though the terminal tells all processes."""
    source = "import atexit, pathlib\natexit.register(pathlib.Path('ended').touch)\ndef GET(req, res): res.json(1)\n"
    with console(tmp_path, {"server/a.py": source}) as server:
        assert server.ask() == "1"
        server.hang_up()
        server.process.wait(PATIENCE)
        assert (tmp_path / "ended").exists()
