"""Measure a request under a server with one worker: the CPU time of its processes, beside a bare function.

A server hides most of what a framework costs, since it parses the request and writes the answer. Servers take turns;
each request has its own connection, as under gunicorn's sync worker, which keeps none alive. Run alone, this prints its
part of `RESULTS.md`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from statistics import mean

from cases import CASES
from measure import Times, table

HERE = Path(__file__).resolve().parent
ROUNDS, REQUESTS, WARM = 5, 500, 300
CASE = next(case for case in CASES if case.name == "one param")
BARE = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "11")])
    return [b'{"id":"42"}']
"""
#: Name of the application → the source of its module.
SOURCES = {
    "bare function": BARE,
    "fsapi": "import pathlib, apps\napp = apps.with_fsapi(pathlib.Path(__file__).parent / 'project')\n",
    "Falcon": "import apps\napp = apps.with_falcon()\n",
    "Flask": "import apps\napp = apps.with_flask()\n",
    "FastAPI": "import asgi_apps\napp = asgi_apps.with_fastapi()\n",
    "Litestar": "import asgi_apps\napp = asgi_apps.with_litestar()\n",
    "BlackSheep": "import asgi_apps\napp = asgi_apps.with_blacksheep()\n",
}
ASGI = ("FastAPI", "Litestar", "BlackSheep")
#: Server → its options, before the address and the module.
SERVERS = {
    "gunicorn": ["--workers", "1", "--worker-class", "sync", "--log-level", "error", "--no-control-socket"],
    "granian": ["--workers", "1", "--no-ws", "--log-level", "error"],
}


class Server:
    """A server that runs, by its port and its process."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid
        self.path = f"{CASE.path}?{CASE.query}" if CASE.query else CASE.path

    def answer(self) -> bytes:
        """Return the body of one request."""
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request(CASE.method, self.path)
        body = connection.getresponse().read()
        connection.close()
        return body

    def round(self) -> float:
        """Return the microseconds of CPU time that a request takes of the server."""
        before = self.cpu()
        for _ in range(REQUESTS):
            self.answer()
        return (self.cpu() - before) / REQUESTS * 1e6

    def cpu(self) -> float:
        """Return the seconds of CPU time that the threads of the workers have taken.

        Those of `/proc/PID/stat` are samples of a clock with a hundred ticks a second.
        """
        tasks = (task for pid in _children(self.pid) for task in Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def _children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def running(server: str, name: str, folder: Path) -> Iterator[Server]:
    """Run an application under a server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    module = name.lower().replace(" ", "_")
    (folder / f"{module}_wsgi.py").write_text(SOURCES[name])
    address = ["--bind", f"127.0.0.1:{port}"] if server == "gunicorn" else ["--port", str(port)]
    mode = [] if server == "gunicorn" else ["--interface", "asgi" if name in ASGI else "wsgi"]
    command = [sys.executable, "-m", server, *SERVERS[server], *mode, *address, f"{module}_wsgi:app"]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(HERE)))}
    process = subprocess.Popen(command, cwd=folder, env=environ)
    try:
        found = Server(port, process.pid)
        _wait(found)
        yield found
    finally:
        process.terminate()
        process.wait()


def _wait(server: Server) -> None:
    """Wait until a server answers."""
    for _ in range(300):
        try:
            server.answer()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("a server does not answer")


def measure(server: str, names: list[str]) -> dict[str, Times]:
    """Return the times of applications under a server."""
    found = {name: Times([]) for name in names}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        apps = {name: stack.enter_context(running(server, name, folder)) for name in names}
        for name, app in apps.items():
            if any(json.loads(app.answer()) != CASE.data for _ in range(WARM)):
                raise SystemExit(f"{name} gives another answer under {server}")
        for _ in range(ROUNDS):
            for name, app in apps.items():
                found[name].rounds.append(app.round())
    return found


def section() -> str:
    """Return the tables of servers."""
    parts = ["## Under a server\n\nMicroseconds of CPU time that the worker takes for a GET with one param:\n"]
    for server in SERVERS:
        times = measure(server, [name for name in SOURCES if server == "granian" or name not in ASGI])
        bare = times["bare function"]
        rows = (
            [name, f"{mean(each.rounds):.0f}", f"{mean(bare.rounds) / mean(each.rounds):.2f}"]
            for name, each in times.items()
        )
        parts.append(table([f"{server} {version(server)}", "µs", "bare ÷ it"], rows))
    return "\n".join(parts)


if __name__ == "__main__":
    print(section())
