"""Run two instances of the shop behind nginx, with PostgreSQL, on loopback: `python run.py`.

nginx and PostgreSQL are Debian's: `apt-get install nginx-light postgresql`. No service of the system is touched: all
data, sockets and process ids are in a temporary folder, which is removed in the end.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")
HERE = Path(__file__).resolve().parent
#: The program, which Debian does not put on the path of all users; "" without it.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH')}:/usr/sbin") or ""
#: The folder of PostgreSQL's programs, which Debian does not put on any path; "" without them.
POSTGRES = next((str(path.parent) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[::-1]), "")
#: Who runs PostgreSQL, which refuses to run as root.
POSTGRES_USER = "postgres" if os.geteuid() == 0 else None
#: What nginx needs around the file that the documentation shows.
MAIN = """
daemon off;
pid nginx.pid;
error_log stderr crit;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}
"""
#: Seconds.
PATIENCE = 60


def wait(condition: Callable[[], T]) -> T:
    """Return the first true result of a condition; fail if there is none in time."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError("a process has not come up, or has not ended")
        time.sleep(0.02)
    return found


def free_port() -> int:
    """Return a port that is free, below those that the system gives to clients: one of them might take it later."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def healthy(port: int) -> bool:
    """Return whether a server answers on a port."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client, suppress(OSError, HTTPException):
        client.request("GET", "/health")
        return client.getresponse().status == 200
    return False


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_as(user: str | None) -> dict[str, Any]:
    """Return options of subprocess for who runs a program, in a folder that all may enter."""
    return {"cwd": "/", **({"user": user, "group": user, "extra_groups": []} if user else {})}


@contextmanager
def started(command: Sequence[str], stop: signal.Signals, user: str | None = None) -> Generator[None]:
    """Run a process until the block ends; then stop it by a signal."""
    process = subprocess.Popen(command, start_new_session=True, **run_as(user))
    try:
        yield
        process.send_signal(stop)
        process.wait(PATIENCE)
    finally:
        kill(process)


@contextmanager
def postgres(folder: Path) -> Generator[str]:
    """Run PostgreSQL with the tables of the shop until the block ends; yield the address of its database."""
    folder.mkdir(mode=0o700)
    if POSTGRES_USER:
        shutil.chown(folder, POSTGRES_USER, POSTGRES_USER)
    data = str(folder / "data")
    initdb = [f"{POSTGRES}/initdb", "--pgdata", data, "--username", "shop", "--auth", "trust", "--no-sync"]
    subprocess.run(initdb, stdout=subprocess.DEVNULL, check=True, **run_as(POSTGRES_USER))
    server = [f"{POSTGRES}/postgres", "-D", data, "-k", str(folder), "-c", "listen_addresses="]
    with started(server, signal.SIGINT, POSTGRES_USER):
        address = f"host={folder} user=shop dbname=postgres"
        wait(lambda: answers(address))
        with psycopg.connect(address) as connection:
            connection.execute((HERE / "schema.sql").read_bytes())
        yield address


def answers(address: str) -> bool:
    """Return whether a database takes connections."""
    with suppress(psycopg.OperationalError), psycopg.connect(address):
        return True
    return False


class Instance:
    """One gunicorn of the shop, known by its pidfile, since a reload replaces its master."""

    def __init__(self, folder: Path, database: str) -> None:
        self.pidfile, self.database, self.port = folder / "gunicorn.pid", database, free_port()
        self.processes = list[subprocess.Popen[bytes]]()
        folder.mkdir()

    def start(self) -> None:
        """Start gunicorn, and wait until it serves."""
        options = ["--bind", f"127.0.0.1:{self.port}", "--pid", str(self.pidfile)]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app", *options],
            cwd=HERE,
            env={**os.environ, "DATABASE_URL": self.database},
            start_new_session=True,
        )
        self.processes.append(process)
        wait(lambda: self.master() and healthy(self.port))

    def master(self) -> int:
        """Return the process id in the pidfile, or 0 without one."""
        with suppress(FileNotFoundError, ValueError):
            return int(self.pidfile.read_text())
        return 0

    def reload(self) -> None:
        """Send HUP, and wait until the next master serves."""
        first = self.master()
        os.kill(first, signal.SIGHUP)
        wait(lambda: self.master() not in (0, first))

    def stop(self) -> None:
        """Send TERM, and wait until all requests are finished."""
        os.kill(self.master(), signal.SIGTERM)
        wait(lambda: not self.master())

    def restart(self) -> None:
        """Stop gunicorn, and start it again."""
        self.stop()
        self.start()


@contextmanager
def instance(folder: Path, database: str) -> Generator[Instance]:
    """Run an instance until the block ends."""
    running = Instance(folder, database)
    try:
        running.start()
        yield running
        running.stop()
    finally:
        for process in running.processes:
            kill(process)


@contextmanager
def nginx(folder: Path, port: int, servers: Sequence[int]) -> Generator[None]:
    """Run nginx in front of two ports until the block ends."""
    folder.mkdir(mode=0o711)
    site = (HERE / "nginx.conf").read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    ports = iter(servers)
    site = re.sub(r"127\.0\.0\.1:800[01]\b", lambda match: f"127.0.0.1:{next(ports)}", site)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(MAIN)
    command = [NGINX, "-e", "stderr", "-p", str(folder), "-c", "nginx.conf"]
    with started(command, signal.SIGQUIT):
        wait(lambda: healthy(port))
        yield


class Site:
    """The shop while it runs: its port, its database, and its instances."""

    def __init__(self, stack: ExitStack, port: int = 0) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o711)  # PostgreSQL and nginx's workers run as other users
        self.port = port or free_port()
        self.database = stack.enter_context(postgres(folder / "postgres"))
        self.instances = [stack.enter_context(instance(folder / name, self.database)) for name in ("one", "two")]
        stack.enter_context(nginx(folder / "nginx", self.port, [each.port for each in self.instances]))

    def reload(self) -> None:
        """Reload one instance after the other."""
        for each in self.instances:
            each.reload()

    def restart(self) -> None:
        """Restart one instance after the other."""
        for each in self.instances:
            each.restart()


def main() -> None:
    """Run the shop until Ctrl-C; reload or restart it by command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="of nginx")
    if missing := [name for name, found in (("nginx", NGINX), ("PostgreSQL", POSTGRES)) if not found]:
        raise SystemExit(f"{' and '.join(missing)} cannot be found: apt-get install nginx-light postgresql")
    signal.signal(signal.SIGTERM, lambda sig, frame: sys.exit())
    with ExitStack() as stack, suppress(KeyboardInterrupt, EOFError):
        site = Site(stack, parser.parse_args().port)
        print(f"The shop is at http://127.0.0.1:{site.port}/orders. Ctrl-C stops it.")
        while True:
            {"reload": site.reload, "restart": site.restart}.get(input("reload or restart? "), lambda: None)()


if __name__ == "__main__":
    main()
