"""Real servers in their own processes, and clients that read what comes over the wire.

Each server gets a socket that already listens, on a port that the system has picked: a client can connect right
away, without waiting or trying again. What a server writes is shown with the test that fails.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tests.site import ROOT, write

T = TypeVar("T")
EXAMPLE = ROOT / "example_project"
JSON = {"Content-Type": "application/json"}
MIB = 1024 * 1024
#: The token of the example project, while tests serve it.
TOKEN = "a-long-token"
#: How long a client waits for the next byte, and a test for a server that stops, in seconds.
PATIENCE = 40.0
#: What gunicorn is started with besides its kind of worker.
_GUNICORN = ("--http-parser", "python", "--no-control-socket", "--graceful-timeout", "10")
_KINDS = {"sync": ("--workers", "2"), "gthread": ("--worker-class", "gthread", "--workers", "2", "--threads", "4")}


class Answer(NamedTuple):
    """One response as it came: the status, the headers and the bytes of the body."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """Return the body parsed."""
        return json.loads(self.body)


@dataclass
class Server:
    """A process that serves on a port of the loopback."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    shown: int = 0

    def connect(self) -> closing[http.client.HTTPConnection]:
        """Return a connection that sends a whole request before it reads the response, and never reconnects."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.connect()
        connection.auto_open = 0
        return closing(connection)

    def ask(
        self, method: str, path: str, body: bytes | Iterable[bytes] | None = None, headers: Mapping[str, str] = {}
    ) -> Answer:
        """Send a request on a new connection, chunked if the body is an iterable of pieces."""
        with self.connect() as connection:
            return ask(connection, method, path, body, headers)

    def send(self, *data: bytes, method: str = "GET", end: bool = False) -> Answer | None:
        """Send bytes, then the end of the stream if `end`; return the first response, or None.

        A reset connection raises: only an orderly close counts as no response.
        """
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as client:
            for piece in data:
                client.sendall(piece)
            if end:
                client.shutdown(socket.SHUT_WR)
            with closing(http.client.HTTPResponse(client, method=method)) as response:
                try:
                    response.begin()
                except http.client.RemoteDisconnected:
                    return None
                return Answer(response.status, response.msg, response.read())

    def exchange(self, data: bytes) -> bytes:
        """Send bytes and return everything that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as client, client.makefile("rb") as answers:
            client.sendall(data)
            return answers.read()

    def written(self) -> str:
        """Return what the server has written so far."""
        return self.log.read_text("utf-8", errors="replace")

    def workers(self) -> list[str]:
        """Return the process ids of all workers that gunicorn has started."""
        lines = self.written().splitlines()
        return [line.rpartition(": ")[2] for line in lines if "Booting worker with pid" in line]

    def show(self) -> None:
        """Print what the server has written since last time, for the report of a failed test."""
        written = self.written()
        print(written[self.shown :])
        self.shown = len(written)


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | Iterable[bytes] | None = None,
    headers: Mapping[str, str] = {},
) -> Answer:
    """Send a request on a connection and read the response."""
    framing = {} if body is None or isinstance(body, bytes) else {"Transfer-Encoding": "chunked"}
    connection.request(method, path, body, {**framing, **headers}, encode_chunked=bool(framing))
    with connection.getresponse() as response:
        return Answer(response.status, response.msg, response.read())


def message(request: str, *fields: str, body: bytes = b"", keep: bool = False) -> bytes:
    """Return a request as bytes, without checking any part of it."""
    lines = [f"{request} HTTP/1.1", "Host: localhost", *fields, *([] if keep else ["Connection: close"]), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def pieces(size: int) -> Iterable[bytes]:
    """Yield so many bytes in pieces, to be sent as chunks."""
    for start in range(0, size, 64 * 1024):
        yield b"x" * min(64 * 1024, size - start)


def serve_example(database: Path, *options: str, kind: str = "gthread") -> AbstractContextManager[Server]:
    """Serve the example project by gunicorn from its wsgi.py, with a database file and the token TOKEN."""
    return serve(kind, EXAMPLE, *options, app="wsgi:app", EXAMPLE_DB=str(database), EXAMPLE_TOKEN=TOKEN)


@contextmanager
def serve(kind: str, project: Path, *options: str, app: str = "fsapi.wsgi:app", **env: str) -> Generator[Server]:
    """Serve an app from a project folder until the block ends.

    `kind` is `sync` or `gthread` for gunicorn with two workers; `options` are gunicorn's, and `env` is added to the
    environment.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as logs:
        fd, log = listener.fileno(), Path(logs, "log")
        command = ["-m", "gunicorn", "--bind", f"fd://{fd}", *_GUNICORN, *_KINDS[kind], *options, app]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=project,
                # Bytecode of a file that was saved in the same second would be taken for that of the file.
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env},
                pass_fds=[fd],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        server = Server(listener.getsockname()[1], process, log)
        listener.close()  # the server has its own; if it dies, clients are rejected instead of kept waiting
        try:
            yield server
        finally:
            _stop(process)
            server.show()


def wait(condition: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """Return the first true result of a condition; fail if there is none in time."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        pause.wait(0.02)
    raise AssertionError("it never happened")


@dataclass
class DevServer:
    """A development server in a process of its own, on the address that it has printed last."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> tuple[str, int]:
        """Return the host and port."""
        host, port = self.written_addresses()[-1]
        return host.strip("[]"), int(port)

    def written_addresses(self) -> list[tuple[str, str]]:
        """Return the hosts and ports of the URLs that the server has written so far."""
        return re.findall(r"http://(\S+):(\d+)", self.written())

    def written(self) -> str:
        """Return what the server has written so far."""
        return self.log.read_text("utf-8", errors="replace")

    def ask(self, path: str, accept: str = "*/*", body: str | None = None, host: str = "") -> tuple[int, str, str]:
        """Return the status, the content type and the text of one response; a body is posted as plain text."""
        headers = {"Accept": accept, "Content-Type": "text/plain", **({"Host": host} if host else {})}
        with closing(http.client.HTTPConnection(*self.address, timeout=PATIENCE)) as connection:
            connection.request("GET" if body is None else "POST", path, body, headers)
            with connection.getresponse() as response:
                text = response.read().decode(errors="replace")
                return response.status, str(response.headers["Content-Type"]), text

    def becomes(self, path: str, status: int, text: str = "") -> bool:
        """Wait until a path is answered with a status and a text; fail if a request is ever refused or cut off."""
        return wait(lambda: (found := self.ask(path))[0] == status and text in found[2])

    def is_gone(self) -> bool:
        """Return whether no process listens on the address any more."""
        with socket.socket() as probe:
            return probe.connect_ex(self.address) != 0


@contextmanager
def run_server(project: Path, command: Sequence[str]) -> Generator[DevServer]:
    """Run a development server in a project folder, once it has printed its address, until the block ends.

    It may write bytecode, as that of a developer may.
    """
    log = project / "output.txt"
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=project,
            env={**environ, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = DevServer(process, log)
    try:
        wait(server.written_addresses)
        yield server
    finally:
        process.terminate()
        process.wait()
        with suppress(ProcessLookupError):  # the children of Flask's and Django's reloaders outlive them
            os.killpg(process.pid, signal.SIGKILL)
        print(server.written())


def develop(
    project: Path, files: Mapping[str, str], *options: str, port: int = 0, launcher: Sequence[str] = ()
) -> AbstractContextManager[DevServer]:
    """Run `python -m fsapi serve` for a project of these files until the block ends."""
    command = [*launcher, sys.executable, "-m", "fsapi", "serve", "--port", str(port), *options]
    return run_server(write(project, files), command)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a server; kill it if it does not end in time."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
