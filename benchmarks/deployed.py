"""A project under gunicorn, with the settings of the example project: what its operator sees, and the faults.

Its socket belongs to this process, which passes it on as systemd does for a socket unit: while no gunicorn runs,
clients wait.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
SETTINGS = Path(__file__).parents[1] / "example_project" / "gunicorn.conf.py"
WORKERS = 2
#: Seconds for a fault, and for an answer.
PATIENCE = 60
#: Starts gunicorn with a socket as systemd does (sd_listen_fds(3)).
ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "wsgi:app"])
"""

TREE = {
    "wsgi.py": "from fsapi import App\n\napp = App(__file__)\n",
    "lib/writes.py": """
import sqlite3
from contextlib import closing


def write(id):
    with closing(sqlite3.connect("writes.db", timeout=30, isolation_level=None)) as connection:
        connection.execute("INSERT INTO writes VALUES (?)", [id])
""",
    "server/[id].py": """
from lib.writes import write


def GET(req, res):
    res.json([req.params["id"], req.query["q"], req.headers["x-id"], None])


def POST(req, res):
    write(req.body["id"])
    res.json([req.params["id"], req.query["q"], req.headers["x-id"], req.body["id"]])
""",
}


def wait(condition: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Return the first true result of a condition; fail if there is none in time."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError("it never happened")
        time.sleep(0.02)
    return found


class Site:
    """A project under gunicorn: what an operator sees, and the faults."""

    def __init__(self, project: Path, listener: socket.socket, settings: str) -> None:
        self.project, self.listener = project, listener
        self.port = int(listener.getsockname()[1])
        for name, source in {**TREE, "gunicorn.conf.py": SETTINGS.read_text() + settings}.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
        with closing(sqlite3.connect(project / "writes.db")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE writes (id TEXT)")
        self.processes = list[subprocess.Popen[bytes]]()

    def start(self) -> None:
        """Start gunicorn, and wait until its workers run."""
        fd, before = self.listener.fileno(), self.booted()
        command = [sys.executable, "-c", ACTIVATE, str(fd)]
        with (self.project / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=self.project, pass_fds=[fd], stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        wait(lambda: self.master() and self.booted() >= before + WORKERS)

    def master(self) -> int:
        """Return the process id in the pidfile, or 0."""
        with suppress(FileNotFoundError, ValueError):
            return int((self.project / "gunicorn.pid").read_text())
        return 0

    def booted(self) -> int:
        """Return how many workers have been started."""
        with suppress(FileNotFoundError):
            return (self.project / "log").read_text(errors="replace").count("Booting worker with pid")
        return 0

    def kill(self) -> None:
        """Kill a worker, and wait for the next one."""
        master, before = self.master(), self.booted()
        workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        os.kill(int(random.choice(workers)), signal.SIGKILL)
        wait(lambda: self.booted() > before)

    def reload(self) -> None:
        """Send HUP, and wait until the second master has taken over."""
        first = self.master()
        os.kill(first, signal.SIGHUP)
        wait(lambda: self.master() not in (0, first))

    def restart(self) -> None:
        """Send TERM, and start gunicorn again once it has ended."""
        os.kill(self.master(), signal.SIGTERM)
        wait(lambda: not self.master())
        self.start()

    def written(self) -> Counter[str]:
        """Return how often each id has been written."""
        with closing(sqlite3.connect(self.project / "writes.db")) as connection:
            return Counter(id for (id,) in connection.execute("SELECT id FROM writes"))


@contextmanager
def running(settings: str) -> Generator[Site]:
    """Run a site until the block ends."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        site = Site(
            Path(folder), listener, f'\nworkers = {WORKERS}\npidfile = "gunicorn.pid"\naccesslog = None\n{settings}\n'
        )
        try:
            site.start()
            yield site
            os.kill(site.master(), signal.SIGTERM)
            wait(lambda: not site.master())
        finally:
            for process in site.processes:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
