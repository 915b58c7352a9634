"""Measure the reload of `serve`: from a save to the answer of the new code, what is lost or stale, and what it costs.

    python benchmarks/reload.py [SAVES]

Real processes and files, with bytecode on. Answers have a number, so that one of old code is known as such. Clients
read until the server closes, so a request that is cut off counts as failed.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SAVES = int(sys.argv[1]) if len(sys.argv) > 1 else 20
#: Seconds between two saves of a person.
PAUSE = 1.0
MODULES, REQUESTS, RELOADS, CLIENTS, EARLY = 2_000, 5_000, 10, 4, 20
TICKS = os.sysconf("SC_CLK_TCK")

FILES = {
    "wsgi.py": "import sys\nsys.path.append('OUTSIDE')\nfrom fsapi import App\napp = App(__file__)\n",
    "server/a.py": "def GET(req, res): res.json(0)\n",
    "server/lib.py": "from lib import db\ndef GET(req, res): res.json(db.X)\n",
    "server/outside.py": "import outside\ndef GET(req, res): res.json(outside.X)\n",
    "server/folder0/a.py": "def GET(req, res): res.json('folder')\n",
    "server/slow.py": "import time\ndef GET(req, res):\n    time.sleep(0.02)\n    res.json(0)\n",
    "server/events.py": """
import time
from werkzeug import Response
def GET(req, res):
    return Response((f'data: {n}\\n\\n' for n in range(1000) if not time.sleep(0.1)), content_type='text/event-stream')
""",
    "lib/db.py": "X = 0\n",
}


class Server:
    """A running `serve`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def ask(self, path: str, client: socket.socket | None = None) -> tuple[int, str]:
        """Return status and text of an answer, on a connection if there is one already."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.sock = client
            connection.request("GET", path)
            with connection.getresponse() as response:
                return response.status, response.read().decode()

    def processes(self) -> list[str]:
        """Return the ids of the processes of the server."""
        found = {str(self.process.pid)}
        for line in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = line.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[1] == str(self.process.pid):
                found.add(line.parent.name)
        return sorted(found)

    def seconds(self) -> float:
        """Return the seconds of a core that the processes of the server have taken."""
        stats = (Path("/proc", number, "stat").read_text().rpartition(")")[2].split() for number in self.processes())
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / TICKS


def write(project: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, source in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(source)


@contextmanager
def serve(files: dict[str, str]) -> Iterator[tuple[Server, Path]]:
    """Serve a project, with another folder beside it."""
    with tempfile.TemporaryDirectory() as folder:
        project, outside = Path(folder, "project"), Path(folder, "outside")
        write(outside, {"outside.py": "X = 0\n"})
        write(project, {name: source.replace("OUTSIDE", str(outside)) for name, source in files.items()})
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        command = [sys.executable, "-m", "fsapi", "serve", "--port", "0"]
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=project, env=environ, stdout=log, stderr=log)
        try:
            while not (found := re.search(r"http://127.0.0.1:(\d+)", Path(folder, "log").read_text())):
                time.sleep(0.05)
            yield Server(process, int(found[1])), project
        finally:
            process.terminate()
            process.wait()


def put(name: str, source: str) -> Callable[[Path, int], object]:
    """Return a change that writes a file; N is its number."""
    return lambda project, number: write(project, {name.replace("N", str(number)): source.replace("N", str(number))})


#: Each change with the path that shows it, and the answer; N is the number of the save.
CHANGES: dict[str, tuple[Callable[[Path, int], object], str, str]] = {
    "edit": (put("server/a.py", "def GET(req, res): res.json(N, N * 0 + 200)\n"), "/a", "N"),
    "equal size": (put("server/a.py", "def GET(req, res): res.json(N)\n"), "/a", "N"),
    "new": (put("server/newN.py", "def GET(req, res): res.json(N)\n"), "/newN", "N"),
    "deleted": (lambda project, number: (project / f"server/new{number}.py").unlink(), "/newN", "404"),
    "renamed folder": (
        lambda project, number: (project / f"server/folder{number - 11}").rename(
            project / f"server/folder{number - 10}"
        ),
        "/folderM/a",
        '"folder"',
    ),
    "lib": (put("lib/db.py", "X = N\n"), "/lib", "N"),
    "outside": (put("../outside/outside.py", "X = N\n"), "/outside", "N"),
    "broken": (put("lib/db.py", "X = N + / 2\n"), "/a", "SyntaxError"),
    "healed": (put("lib/db.py", "X = N\n"), "/lib", "N"),
}


def measure(server: Server, project: Path, name: str, number: int, pause: float) -> tuple[float, int]:
    """Return how long it takes from a save to the right answer, and how many were wrong before."""
    change, path, text = CHANGES[name]
    time.sleep(pause)
    change(project, number)
    started, stale = time.perf_counter(), 0
    while True:
        status, answer = server.ask(path.replace("N", str(number)).replace("M", str(number - 10)))
        expected = text.replace("N", str(number))
        if expected in answer or expected == str(status):
            return time.perf_counter() - started, stale
        stale += 1
        assert time.perf_counter() < started + 30, f"{name}: {answer}"


def measure_changes() -> None:
    """Print the median and the worst of many saves of each kind."""
    with serve(FILES) as (server, project):
        for name in CHANGES:
            if name == "healed":
                continue
            kinds = ["broken", "healed"] if name == "broken" else [name]
            found: dict[str, list[tuple[float, int]]] = {kind: [] for kind in kinds}
            for number in range(11, 11 + SAVES):
                for kind in kinds:
                    found[kind].append(measure(server, project, kind, number, PAUSE))
            for kind, results in found.items():
                times = [took for took, _ in results]
                stale = sum(count for _, count in results)
                print(f"  {kind:16} median {statistics.median(times):.3f} s, worst {max(times):.3f} s, stale {stale}")


def measure_size() -> None:
    """Print what a project of many modules costs."""
    modules = {f"lib/m{number}.py": f"X = {number}\n" for number in range(MODULES)}
    top = "".join(f"import lib.m{number}\n" for number in range(MODULES))
    with serve({**FILES, **modules, "server/many.py": f"{top}def GET(req, res): res.json(lib.m0.X)\n"}) as (
        server,
        project,
    ):
        server.ask("/many")
        time.sleep(5)  # files are old enough to be known by their times
        times = []
        for _ in range(50):
            started = time.perf_counter()
            server.ask("/many")
            times.append(time.perf_counter() - started)
        print(f"  a request: median {statistics.median(times) * 1000:.1f} ms")
        before = server.seconds()
        time.sleep(10)
        print(f"  idle: {(server.seconds() - before) * 10:.1f} % of a core")
        times = []
        for number in range(1, 6):
            write(project, {"lib/m0.py": f"X = {-number}\n"})
            started = time.perf_counter()
            assert server.ask("/many")[1] == str(-number)
            times.append(time.perf_counter() - started)
            time.sleep(3)
        print(f"  a reload: median {statistics.median(times):.2f} s, worst {max(times):.2f} s")


class Load:
    """Clients that ask while the project is saved."""

    def __init__(self, server: Server) -> None:
        self.server, self.saved, self.sent, self.stale, self.failed = server, 0, 0, 0, 0
        self.ends = threading.Event()
        self.lock = threading.Lock()

    def ask(self, path: str, client: socket.socket | None = None) -> None:
        """Send a request, and count it."""
        least = self.saved
        try:
            status, answer = self.server.ask(path, client)
        except OSError:
            status, answer = 0, ""
        except http.client.HTTPException:
            status, answer = 0, ""
        with self.lock:
            self.sent += 1
            self.failed += status != 200
            self.stale += status == 200 and path == "/a" and int(answer) < least

    def run(self) -> None:
        """Ask until the end, in turns a slow request and two others."""
        while not self.ends.is_set():
            for path in ("/slow", "/a", "/a"):
                self.ask(path)

    def follow(self) -> None:
        """Keep an event stream open, as a browser does: it connects again."""
        while not self.ends.is_set():
            try:
                self.server.ask("/events")
            except (OSError, http.client.HTTPException):
                continue


def measure_load() -> None:
    """Print how many requests were lost or answered by old code while the project was saved."""
    with serve(FILES) as (server, project):
        load = Load(server)
        threads = [threading.Thread(target=load.run) for _ in range(CLIENTS)]
        threading.Thread(target=load.follow, daemon=True).start()
        for thread in threads:
            thread.start()
        for number in range(1, RELOADS + 1):
            while load.sent < number * REQUESTS / (RELOADS + 1):
                time.sleep(0.02)
            early = [socket.create_connection(("127.0.0.1", server.port), 30) for _ in range(EARLY)]
            time.sleep(0.2)
            write(project, {"server/a.py": f"def GET(req, res): res.json({number})\n"})
            load.saved = number
            for client in early:
                load.ask("/a", client)
        while load.sent < REQUESTS:
            time.sleep(0.02)
        load.ends.set()
        for thread in threads:
            thread.join()
        print(f"  {load.sent} requests in {RELOADS} reloads: {load.failed} failed, {load.stale} stale")


if __name__ == "__main__":
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"from a save to the right answer, {SAVES} saves each:")
    measure_changes()
    print(f"a project of {MODULES} modules:")
    measure_size()
    print("slow requests, connections opened before the save, an open event stream:")
    measure_load()
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
