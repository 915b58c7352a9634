"""gunicorn with the settings of the example project, its masters known by the pidfile, as an operator knows them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.servers import EXAMPLE, Server, wait
from tests.site import write

SETTINGS = (EXAMPLE / "gunicorn.conf.py").read_text("utf-8")
#: What every deployment sets besides.
_OWN = 'bind = "127.0.0.1:0"\npidfile = "gunicorn.pid"\nworkers = 2\ngraceful_timeout = 10\n'


@dataclass
class Deployment(Server):
    """A gunicorn whose masters may follow each other."""

    project: Path = Path()

    def master(self) -> int:
        """Return the process id in the pidfile, or 0 without one."""
        with suppress(FileNotFoundError):
            return int((self.project / "gunicorn.pid").read_text())
        return 0

    def kill(self, sig: int) -> None:
        """Send a signal to the master."""
        master = self.master()
        assert master
        os.kill(master, sig)

    def becomes(self, text: str) -> bool:
        """Wait until /version answers a text; fail if a request is ever lost."""
        return wait(lambda: bool(self.ask("GET", "/version").json() == text))

    def logs(self, text: str, count: int = 1) -> bool:
        """Wait until the log has a text so many times."""
        return wait(lambda: self.written().count(text) >= count)

    def workers_now(self) -> list[int]:
        """Return the process ids of the children of the master."""
        return children(self.master())

    def ends(self) -> bool:
        """Wait until no process is left."""
        return wait(lambda: not alive(self.process))


def children(pid: int) -> list[int]:
    """Return the process ids of the children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(first: subprocess.Popen[bytes]) -> list[str]:
    """Return the processes of the session of a process that are not zombies."""
    first.poll()
    listed = subprocess.run(["ps", "-o", "stat=", "-s", str(first.pid)], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.split() if line[0] != "Z"]


@contextmanager
def deploy(
    project: Path,
    files: Mapping[str, str],
    settings: str = "",
    command: Sequence[str] = (sys.executable,),
    fds: Sequence[int] = (),
    **env: str,
) -> Generator[Deployment]:
    """Run gunicorn in a project of these files until the block ends; its settings are added to those of the example."""
    write(project, {"gunicorn.conf.py": SETTINGS + _OWN + settings, **files})
    with tempfile.TemporaryDirectory() as logs:
        log = Path(logs, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "-m", "gunicorn", "wsgi:app"],
                cwd=project,
                # Bytecode of a file that was saved in the same second would be taken for that of the file.
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **env},
                stdout=output,
                stderr=output,
                pass_fds=fds,
                start_new_session=True,
            )
        server = Deployment(0, process, log, project=project)
        try:
            wait(lambda: len(server.workers()) == 2)
            server.port = int((re.search(r"Listening at: \S+:(\d+)", server.written()) or [0, 0])[1])
            yield server
            if server.master() and alive(process):
                server.kill(signal.SIGTERM)
                server.ends()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            server.show()


@contextmanager
def hammer(server: Server) -> Generator[list[str]]:
    """Ask for /version from four clients until the block ends; fail if a request is lost."""
    end, answers = threading.Event(), list[str]()

    def ask() -> None:
        while not end.is_set():
            answers.append(server.ask("GET", "/version").json())

    with ThreadPoolExecutor(4) as threads:
        clients = [threads.submit(ask) for _ in range(4)]
        try:
            yield answers
        finally:
            end.set()
        assert [client.result() for client in clients] == [None] * 4
