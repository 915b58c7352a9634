"""A broken file on disk never stops a gunicorn with our settings, and a reload loses no request."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from select import select

import pytest

from tests.e2e.deployment import SETTINGS, Deployment, children, deploy, hammer
from tests.e2e.servers import PATIENCE, Answer, message, serve, wait
from tests.site import ROOT, handler, write

pytestmark = pytest.mark.e2e

WAIT = """
import socket

def wait(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as gate:
        return gate.recv(100).decode()
"""
PROJECT = {
    "wsgi.py": "from fsapi import App\napp = App(__file__)\n",
    "lib/gate.py": WAIT,
    "server/version.py": handler("res.json('old')"),
    "server/wait/[port=int].py": handler("res.json(wait(req.params['port']))", top="from lib.gate import wait"),
}
NEW, NEWEST = ({"server/version.py": handler(f"res.json('{word}')")} for word in ("new", "newest"))
#: Files with which a new master cannot serve.
BROKEN = {
    "route": {"server/broken.py": "def GET(:"},
    "wsgi": {"wsgi.py": "1 / 0"},
    "exit": {"wsgi.py": "raise SystemExit(0)"},
    "kill": {"wsgi.py": "import os\nos.kill(os.getpid(), 9)"},
    "settings": {"gunicorn.conf.py": "bind = ("},
    "value": {"gunicorn.conf.py": "workers = 'many'"},
    "worker": {"gunicorn.conf.py": f"{SETTINGS}\ndef post_fork(server, worker):\n    1 / 0\n"},
}
#: Settings with which a worker gets signals before it has handlers, or before it is one, once there is a file.
FORKED = """
import os, signal
fork = os.fork

def stop(pid):
    if os.path.exists("stop"):
        os.rename("stop", f"stopped-{pid}")
        os.kill(pid, signal.SIGALRM)
        os.kill(pid, signal.SIGTERM)
"""
FORKS = {
    "worker": "def post_fork(server, worker): stop(os.getpid())",
    "master": "def fork_and_stop():\n    pid = fork()\n    pid and stop(pid)\n    return pid\nos.fork = fork_and_stop",
}
FAILED = "[ERROR] The reload failed. What has served before serves on."
SECOND = "A reload is under way. Another one follows it."
#: Starts a command with one socket, as systemd does for a socket unit (sd_listen_fds(3)).
ACTIVATED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
#: Starts a command as process 1, as a container does.
AS_ONE = ["unshare", "--pid", "--fork"]


class Gate:
    """Where a server waits for the test."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.port = listener.getsockname()[1]

    def accept(self) -> socket.socket:
        """Return the connection once the server waits."""
        return self.listener.accept()[0]


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Return a gate at which handlers and modules can wait."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        yield Gate(listener)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Deployment]:
    """Return a running deployment."""
    with deploy(tmp_path, PROJECT) as running:
        yield running


def begin(server: Deployment, gate: Gate, threads: ThreadPoolExecutor) -> tuple[Future[Answer], socket.socket]:
    """Send a request that waits at the gate, and return it once it does."""
    answer = threads.submit(server.ask, "GET", f"/wait/{gate.port}")
    return answer, gate.accept()


def release(opened: socket.socket) -> None:
    """Let what waits go on."""
    with opened:
        opened.sendall(b"done")


def wait_while_loading(gate: Gate, then: str = "") -> dict[str, str]:
    """Return a wsgi.py that waits at the gate once its tree is loaded."""
    return {"wsgi.py": f"{PROJECT['wsgi.py']}from lib.gate import wait\nwait({gate.port})\n{then}"}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_killed_worker_is_replaced_whatever_is_on_disk(server: Deployment, kind: str) -> None:
    """Its code is loaded already (L04, L05)."""
    write(server.project, BROKEN[kind])
    os.kill(server.workers_now()[0], signal.SIGKILL)
    assert wait(lambda: len(server.workers()) == 3)
    assert server.becomes("old")


def test_recycling_with_broken_files_loses_no_request(tmp_path: Path) -> None:
    """Neither does it read the settings (L03)."""
    with deploy(tmp_path, PROJECT, "max_requests = 50\nmax_requests_jitter = 5") as server:
        write(tmp_path, {**BROKEN["route"], **BROKEN["settings"]})
        with hammer(server) as answers:
            wait(lambda: len(server.workers()) >= 6, 60)
    assert set(answers) == {"old"}


@pytest.mark.parametrize("sig", [signal.SIGHUP, signal.SIGUSR2])
def test_a_reload_loses_no_request_and_serves_the_new_code(server: Deployment, sig: int) -> None:
    """HUP and USR2 do the same, and the pidfile follows."""
    first = server.master()
    with hammer(server) as answers:
        wait(lambda: answers)
        write(server.project, NEW)
        server.kill(sig)
        wait(lambda: answers[-20:] == ["new"] * 20)
        assert server.process.wait(PATIENCE) == 0
    assert set(answers) == {"old", "new"}
    assert server.master() not in (0, first)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_reload_leaves_the_old_code_and_a_good_one_follows(server: Deployment, kind: str) -> None:
    """The log says so, and no request is lost (L08)."""
    with hammer(server):
        write(server.project, {**NEW, **BROKEN[kind]})
        server.kill(signal.SIGHUP)
        server.logs(FAILED)
        assert server.becomes("old")
        (server.project / "server/broken.py").unlink(missing_ok=True)
        write(server.project, {**PROJECT, **NEW, "gunicorn.conf.py": SETTINGS + "pidfile = 'gunicorn.pid'"})
        server.kill(signal.SIGHUP)
        server.becomes("new")


@pytest.mark.parametrize("then", ["", "1 / 0"], ids=["good", "broken"])
def test_a_reload_during_a_reload_follows_it(server: Deployment, gate: Gate, then: str) -> None:
    """So the newest code serves, whether the first reload succeeds or not."""
    with hammer(server):
        write(server.project, {**NEW, **wait_while_loading(gate, then)})
        server.kill(signal.SIGHUP)
        opened = gate.accept()
        write(server.project, {**PROJECT, **NEWEST})
        server.kill(signal.SIGHUP)
        server.logs(SECOND)
        release(opened)
        server.becomes("newest")


@pytest.mark.parametrize("settings", ["import time\ntime.sleep(3600)\n", "pidfile = 'gunicorn.pid'\n"])
def test_a_master_that_never_gets_ready_is_ended_for_the_next_reload(tmp_path: Path, settings: str) -> None:
    """It hangs, or its settings lack ours, so that it serves without a word."""
    impatient = "import fsapi.gunicorn\nfsapi.gunicorn.PATIENCE = 1\n"
    with deploy(tmp_path, PROJECT, impatient) as server, hammer(server):
        good = (tmp_path / "gunicorn.conf.py").read_text()
        write(tmp_path, {"gunicorn.conf.py": f"open('read', 'w').close()\n{settings}", **NEW})
        server.kill(signal.SIGHUP)
        wait((tmp_path / "read").exists)
        write(tmp_path, {"gunicorn.conf.py": good, **NEWEST})
        server.kill(signal.SIGHUP)
        server.logs("is not ready, and another reload waits: it is ended.")
        server.becomes("newest")


def test_many_reloads_at_once_end_with_the_newest_code(server: Deployment) -> None:
    """Whenever they come."""
    with hammer(server):
        for number in range(30):
            write(server.project, {"server/version.py": handler(f"res.json('{number}')")})
            server.kill(signal.SIGHUP)
            server.ask("GET", "/version")
        server.becomes("29")


def test_a_request_in_flight_is_finished_while_the_new_code_serves(server: Deployment, gate: Gate) -> None:
    """The pidfile names the new master by then; a reload that it gets follows the first."""
    first = server.master()
    with ThreadPoolExecutor(1) as threads:
        answer, opened = begin(server, gate, threads)
        write(server.project, NEW)
        server.kill(signal.SIGHUP)
        server.becomes("new")
        wait(lambda: server.master() not in (0, first))
        write(server.project, NEWEST)
        server.kill(signal.SIGHUP)
        server.logs(SECOND)
        release(opened)
        assert answer.result().json() == "done"
    assert server.becomes("newest")


@pytest.mark.parametrize("sig", [signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT])
def test_a_master_that_has_handed_over_passes_signals_on(server: Deployment, gate: Gate, sig: int) -> None:
    """Whoever read its process id before means the site."""
    with ThreadPoolExecutor(1) as threads:
        _, opened = begin(server, gate, threads)
        server.kill(signal.SIGHUP)
        server.logs(" takes over.")
        server.process.send_signal(sig)
        assert server.logs(f"Handling signal: {signal.Signals(sig).name[3:].lower()}", 2 if sig == signal.SIGHUP else 1)
        release(opened)


def test_term_finishes_the_requests_in_flight(server: Deployment, gate: Gate) -> None:
    """Then nothing is left, the pidfile neither (L06, L07)."""
    with ThreadPoolExecutor(1) as threads:
        answer, opened = begin(server, gate, threads)
        server.kill(signal.SIGTERM)
        server.logs("Handling signal: term")
        release(opened)
        assert answer.result().json() == "done"
    assert server.process.wait(PATIENCE) == 0
    assert server.ends()
    assert server.master() == 0


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGQUIT, signal.SIGINT])
def test_a_stop_during_a_reload_stops_both(server: Deployment, gate: Gate, sig: int) -> None:
    """The new master does not go on alone."""
    write(server.project, wait_while_loading(gate))
    server.kill(signal.SIGHUP)
    with gate.accept():
        server.kill(sig)
        assert server.ends()
    assert server.master() == 0


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGQUIT])
def test_a_stop_after_a_reload_leaves_nothing(server: Deployment, sig: int) -> None:
    """Also where the pidfile has just moved."""
    first = server.master()
    server.kill(signal.SIGHUP)
    wait(lambda: server.master() != first)
    server.kill(sig)
    assert server.ends()
    assert server.master() == 0


def test_the_last_master_ends_last(server: Deployment, gate: Gate) -> None:
    """The process that systemd knows outlives the requests of the first master; systemd kills what is left then."""
    with ThreadPoolExecutor(1) as threads:
        answer, opened = begin(server, gate, threads)
        server.kill(signal.SIGHUP)
        server.logs(" takes over.")
        second = wait(lambda: server.master() != server.process.pid and server.master())
        server.kill(signal.SIGTERM)
        server.logs("Shutting down: Master.2")
        assert select([os.pidfd_open(second)], [], [], 1) == ([], [], [])
        release(opened)
        assert answer.result().json() == "done"
    assert server.ends()


def test_a_unix_socket_is_kept_across_a_reload(tmp_path: Path) -> None:
    """And removed when the site stops."""
    with deploy(tmp_path, PROJECT, "bind = 'unix:socket'") as server, closing(HTTPConnection("localhost")) as client:
        write(tmp_path, NEW)
        server.kill(signal.SIGHUP)
        server.logs("Master has been promoted.")
        client.sock = socket.socket(socket.AF_UNIX)
        client.sock.connect(str(tmp_path / "socket"))
        client.request("GET", "/version")
        assert client.getresponse().read() == b'"new"'
        server.kill(signal.SIGTERM)
        assert server.ends()
    assert not (tmp_path / "socket").exists()


@pytest.mark.parametrize("family", [socket.AF_UNIX, socket.AF_INET])
def test_a_socket_of_systemd_is_kept_across_reloads_and_a_restart(tmp_path: Path, family: int) -> None:
    """Clients that come while no gunicorn runs wait; the file of the socket is systemd's."""
    with socket.socket(family) as listener:
        listener.bind(str(tmp_path / "socket") if family == socket.AF_UNIX else ("127.0.0.1", 0))
        listener.listen()
        command = [sys.executable, "-c", ACTIVATED, str(listener.fileno())]
        for _ in range(2):
            with deploy(tmp_path, PROJECT, command=command, fds=[listener.fileno()]) as server:
                for count, word in enumerate(("new", "newest"), 1):
                    write(tmp_path, {"server/version.py": handler(f"res.json('{word}')")})
                    server.kill(signal.SIGHUP)
                    server.logs("Master has been promoted.", count)
                    assert version(listener) == word


def version(listener: socket.socket) -> str:
    """Ask the server of a socket for /version."""
    with closing(HTTPConnection("localhost")) as client, socket.socket(listener.family) as client.sock:
        client.sock.connect(listener.getsockname())
        client.request("GET", "/version")
        return str(json.loads(client.getresponse().read()))


def test_systemd_learns_the_new_master(tmp_path: Path) -> None:
    """The first one, which systemd trusts, names it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE)
        with deploy(tmp_path, PROJECT, NOTIFY_SOCKET=str(tmp_path / "notify")) as server:
            server.kill(signal.SIGHUP)
            states = iter(lambda: systemd.recv(100).decode(), "")
            named = next(state for state in states if state.startswith("MAINPID="))
            assert named == f"MAINPID={server.master()}"


def test_a_folder_that_is_gone_does_not_stop_the_site(tmp_path: Path) -> None:
    """That of an earlier release may have been removed; the copy of the master that cannot go there ends."""
    with deploy(tmp_path / "site", PROJECT) as server:
        server.project = server.project.rename(tmp_path / "moved")
        with hammer(server):
            server.kill(signal.SIGHUP)
            server.logs(FAILED)
        assert "No second master could be started." in server.written()
        assert len(server.workers()) == 2


def test_a_master_without_resources_serves_on(server: Deployment) -> None:
    """It cannot start another process now, but later."""
    limits = resource.prlimit(server.master(), resource.RLIMIT_NOFILE)
    resource.prlimit(server.master(), resource.RLIMIT_NOFILE, (3, limits[1]))
    write(server.project, NEW)
    server.kill(signal.SIGHUP)
    server.logs("No second master could be started.")
    resource.prlimit(server.master(), resource.RLIMIT_NOFILE, limits)
    assert server.becomes("old")
    server.kill(signal.SIGHUP)
    assert server.becomes("new")


def test_a_reload_needs_no_pidfile(tmp_path: Path) -> None:
    """Whoever has started gunicorn knows its process."""
    with deploy(tmp_path, PROJECT, "pidfile = None") as server, hammer(server):
        write(tmp_path, NEW)
        server.process.send_signal(signal.SIGHUP)
        server.becomes("new")
        server.logs("Master has been promoted.")


@pytest.mark.parametrize("by", FORKS)
def test_a_worker_that_has_just_been_forked_can_be_stopped(tmp_path: Path, by: str) -> None:
    """So a stop during a start does not wait for `graceful_timeout`."""
    with deploy(tmp_path, PROJECT, FORKED + FORKS[by]) as server:
        (tmp_path / "stop").touch()
        os.kill(server.workers_now()[0], signal.SIGKILL)
        stopped = wait(lambda: list(tmp_path.glob("stopped-*")))[0]
        assert wait(lambda: int(stopped.name[8:]) not in server.workers_now())
        assert wait(lambda: len(server.workers_now()) == 2)
        assert server.becomes("old")


def test_the_files_of_broken_settings_are_not_read_by_a_running_master(server: Deployment) -> None:
    """Nothing but a reload reads them."""
    write(server.project, BROKEN["settings"])
    server.kill(signal.SIGTTIN)
    assert wait(lambda: len(server.workers()) == 3)


if subprocess.run([*AS_ONE, "true"], check=False).returncode == 0:

    def test_process_1_rejects_a_reload_and_does_all_else(tmp_path: Path) -> None:
        """A container ends with it, so it cannot hand over."""
        settings = "max_requests = 50\nmax_requests_jitter = 5"
        with deploy(tmp_path, PROJECT, settings, command=[*AS_ONE, sys.executable]) as server:
            (master,) = children(server.process.pid)
            write(tmp_path, {**NEW, **BROKEN["route"]})
            with hammer(server) as answers:
                for sig in (signal.SIGHUP, signal.SIGUSR2):
                    os.kill(master, sig)
                server.logs("HUP and USR2 are rejected in process 1, since a container ends with it.", 2)
                wait(lambda: len(server.workers()) >= 6, 60)
            assert set(answers) == {"old"}
            os.kill(master, signal.SIGTERM)
            assert server.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("field", ["SCRIPT_NAME: /x", "script_name: /x", "SCRIPT-NAME: /x", "PATH_INFO: /version"])
def test_a_client_cannot_say_where_the_app_is_mounted(server: Deployment, field: str) -> None:
    """By default gunicorn takes SCRIPT_NAME from clients on loopback, such as a front server."""
    assert re.match(rb"HTTP/1.1 404 ", server.exchange(message("GET /x/version", field)))


def test_workers_do_not_reload_what_the_master_has_loaded(tmp_path: Path) -> None:
    """They would have its old code; HUP loads the new one."""
    with deploy(tmp_path, PROJECT, "reload = True") as server:
        server.logs("--reload is off")
        assert "Reloader is on" not in server.written()
        write(tmp_path, NEW)
        server.kill(signal.SIGHUP)
        assert server.becomes("new")
        assert "Worker reloading" not in server.written()


def test_the_reload_of_gunicorn_ends_at_a_broken_tree(tmp_path: Path) -> None:
    """So the documentation says: it survives a SyntaxError of `wsgi.py` alone."""
    write(tmp_path, {"wsgi.py": PROJECT["wsgi.py"], "server/a.py": handler("res.json(1)")})
    with serve("sync", tmp_path, "--reload", app="wsgi:app", PYTHONPATH=str(ROOT)) as server:
        assert server.ask("GET", "/a").json() == 1
        # gunicorn notes the files a moment after its start, so one save may be too early.
        wait(lambda: write(tmp_path, {"server/a.py": "def GET(:"}) and server.process.poll() is not None)
        # By 3, or by 1 where the second worker fails as well while gunicorn stops.
        assert server.process.wait(PATIENCE) in (1, 3)
        assert "Worker failed to boot." in server.log.read_text()
