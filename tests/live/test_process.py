"""What the parent and its child do where one of them has ended, or a client."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fsapi.development.request_handler import RequestHandler
from fsapi.live.farewell import end_with_parent
from fsapi.live.messages import BUSY, LOADED, Order, ToParent, read_line, write_line
from fsapi.live.process import Command, Leaving, Process
from fsapi.live.server import Server, accept
from tests.e2e.servers import wait
from tests.site import write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def test_a_child_that_has_ended_gets_nothing(tmp_path: Path) -> None:
    """A connection stays for another child, and nothing waits for one that cannot be told."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as connection:
        gone, other = (Process(Command("os:getpid", [], str(tmp_path)), listener) for _ in range(2))
        assert {process.wait(20) for process in (gone, other)} == {"with the exit code 0"}
        assert not gone.hand_over(connection)
        leaving = Leaving(gone)
        until = leaving.waits_until
        leaving.wait_no_longer(other)
        assert leaving.waits_until == until == leaving.ends_at


def test_a_child_that_ends_without_reading_its_order_has_ended(tmp_path: Path) -> None:
    """The connection is reset then."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = Process(Command("os:getpid", [], str(tmp_path)), listener)
        process.order(Order())
        assert wait(lambda: [*process.read()] == [] and process.has_ended)
        assert process.wait() == "with the exit code 0"


#: Options of Python that a server may be started with, and with what its children are.
OPTIONS = {
    ("-O", "-X", "utf8", "-W", "error"): True,
    ("-Wd", "-bO", "-m"): False,
    ("-O", "-m", "coverage", "run"): True,
    (): True,
    ("-m",): False,
}


def test_a_child_has_the_options_of_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether that is started by a module or a script, with arguments or without, or reads its program."""
    code = "import json, sys; print(json.dumps(sys.orig_argv))"
    write(tmp_path, {"start.py": code})
    for options, is_script in OPTIONS.items():
        for arguments in ([], ["serve", "-m", "-O"]):
            started = start(tmp_path, "", *options, "start.py" if is_script else "start", *arguments)
            monkeypatch.setattr(sys, "orig_argv", started)
            line = Command("os:getpid", [], "").line([])
            assert line[1 : line.index("-c")] == [*takewhile(lambda each: each != "-m", options)]
    monkeypatch.setattr(sys, "orig_argv", start(tmp_path, code, "-O"))
    assert Command("os:getpid", [], "").line([])[1:3] == ["-O", "-c"]


def start(folder: Path, code: str, *arguments: str) -> list[str]:
    """Start Python, which prints the command that it has been started with; return that."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, *arguments], input=code, cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    command: list[str] = json.loads(done.stdout)
    return command


def test_a_python_without_ctypes_starts_children() -> None:
    """Many are built without libffi."""
    code = (
        "import socket, sys; sys.modules['_ctypes'] = None\n"
        "from fsapi.live.farewell import end_with_parent\n"
        "print(end_with_parent(socket.socket()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def end_by_signal() -> None:
    """End the process by a signal that has no name."""
    os.kill(os.getpid(), signal.SIGRTMIN + 1)


@pytest.mark.e2e
def test_how_a_child_has_ended_is_told_in_words(tmp_path: Path) -> None:
    """Not every signal has a name."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = Process(Command("os:abort", [], str(tmp_path)), listener)
        assert process.wait(20) == "by SIGABRT"
        process = Process(Command(f"{__name__}:end_by_signal", [], str(tmp_path)), listener)
        assert process.wait(20) == f"by the signal {signal.SIGRTMIN + 1}"


def exit_by_parent() -> None:
    """Exit with 1 if the control socket still has another end."""
    sys.exit(end_with_parent(socket.socket(fileno=int(sys.argv[1]))))


@pytest.mark.e2e
def test_a_child_knows_whether_its_parent_has_ended_before_it_starts(tmp_path: Path) -> None:
    """Also if the parent has sent an order before."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        processes = [Process(Command(f"{__name__}:exit_by_parent", [], str(tmp_path)), listener) for _ in range(2)]
        processes[1].order(Order())
        processes[1].control.close()
        assert [process.wait(20) for process in processes] == [f"with the exit code {code}" for code in (1, 0)]


def test_a_line_for_a_parent_that_has_ended_is_lost() -> None:
    """So is one of a process that the project has forked, which closes its end."""
    ours, theirs = socket.socketpair()
    parent = ToParent(theirs)
    ours.close()
    assert not parent.write(LOADED)
    parent.close()
    assert (theirs.fileno(), parent.is_open) == (-1, False)


class Interrupted(socket.socket):
    """A socket that is interrupted in the middle of its first line."""

    interrupt: Callable[[], object] = tuple

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send data."""
        interrupt, self.interrupt = self.interrupt, tuple
        super().sendall(data[:2], flags)
        interrupt()
        super().sendall(data[2:], flags)


def test_a_line_that_comes_within_another_is_the_next() -> None:
    """A signal or the collection of garbage may run code of the project, which imports a module."""
    ours, theirs = socket.socketpair()
    with ours, Interrupted(fileno=theirs.detach()) as control:
        parent = ToParent(control)
        control.interrupt = lambda: parent.write(BUSY)
        thread = threading.Thread(target=parent.write, args=(LOADED,), daemon=True)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        assert ours.recv(100) == write_line(LOADED) + write_line(BUSY)


def test_a_line_of_the_project_says_nothing() -> None:
    """It may write to a descriptor that it has not opened."""
    for line in (b"debug", b"\xff", b"1", b"[1]", b'["noted", 1]', b'["noted", [{}, {"a": []}, {}]]'):
        assert read_line(line) == ("", None)


def test_a_client_that_is_gone_is_no_harm() -> None:
    """Its connection is closed."""
    server = Server(("127.0.0.1", 80), RequestHandler)
    with socket.socket() as connection, socket.create_server(("127.0.0.1", 0)) as listener:
        server.answer(connection)
        listener.setblocking(False)
        assert connection.fileno() == -1
        assert accept([listener]) is None
    assert server.wait(0)


MIB = 1 << 20


@contextmanager
def memory(size: int, thread: int) -> Generator[None]:
    """Leave so much memory, and let each thread take some of it, in MiB."""
    limits, before = resource.getrlimit(resource.RLIMIT_AS), threading.stack_size(thread * MIB)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + size * MIB, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, limits)
    threading.stack_size(before)


def slow(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer after a moment."""
    threading.Event().wait(0.2)
    start_response("200 OK", [])
    return [b""]


def test_a_request_waits_for_a_thread() -> None:
    """Until another has ended; where there is none, it ends soon."""
    server = Server(("127.0.0.1", 80), RequestHandler)
    server.app = slow
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(listener.getsockname())) for _ in range(3)]
        for client in clients[:2]:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        for size, thread, count in ((384, 256, 2), (384, 512, 1)):
            with memory(size, thread):
                for _ in range(count):
                    server.answer(listener.accept()[0])
                assert server.wait(20)
        assert [client.recv(12) for client in clients] == [b"HTTP/1.1 200", b"HTTP/1.1 200", b""]
