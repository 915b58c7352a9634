"""No bytecode of a project is read or written in development: real servers, with bytecode on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.servers import DevServer, develop, run_server, serve
from tests.hosts.test_reload import DJANGO, FLASK, FLASK_RUN, OUR_FLASK_RUN, RUNSERVER, becomes
from tests.site import ROOT, save, write

pytestmark = pytest.mark.e2e

#: Files are saved so many seconds ahead of the clock, so that bytecode is written within their second on any machine.
AHEAD = 1000
HANDLER = "from lib import db\ndef GET(req, res): res.json(['a{}', db.X])\n"
WSGI = "from fsapi import App\napp = App(__file__, server='api')\n"
BESIDE = """
from flask import Flask
from fsapi import App
from werkzeug.middleware.dispatcher import DispatcherMiddleware

app = Flask(__name__)
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api": App(__file__, server="api")})
"""


def save_both(project: Path, number: int, time: float) -> str:
    """Save a route file and a module with a number, and return the answer that they give."""
    save(project / "api/a.py", HANDLER.format(number), time)
    save(project / "lib/db.py", f"X = {number}\n", time)
    return f'["a{number}",{number}]'


def save_often(project: Path, server: DevServer, path: str) -> str:
    """Save files of one size within one second, and wait for the answer each time; return the last one."""
    second, answer = int(time.time()) + AHEAD, ""
    for number in range(2):
        answer = save_both(project, number, second + number / 4)
        assert becomes(server, path, 200, answer)
    assert [path for path in project.rglob("*.pyc") if path.stem.startswith(("a.", "db."))] == []
    return answer


def test_two_saves_within_a_second_are_served_and_by_gunicorn_afterwards(tmp_path: Path) -> None:
    """No stale bytecode stays."""
    save_both(write(tmp_path, {"api/a.py": "", "lib/db.py": ""}), 9, 0)
    with develop(tmp_path, {"wsgi.py": WSGI}) as server:
        answer = save_often(tmp_path, server, "/a")
    with serve("sync", tmp_path, app="wsgi:app", PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="") as production:
        assert production.ask("GET", "/a").body.decode() == answer


HOSTS = {
    "flask": (FLASK, OUR_FLASK_RUN),
    "beside flask": ({"wsgi.py": BESIDE}, FLASK_RUN),
    "django": (DJANGO, RUNSERVER),
}


@pytest.mark.parametrize("host", HOSTS)
def test_the_reloaders_of_hosts_serve_two_saves_within_a_second(tmp_path: Path, host: str) -> None:
    """Their parent process may have written bytecode: it is deleted."""
    files, command = HOSTS[host]
    save_both(write(tmp_path, {**files, "api/a.py": "", "lib/db.py": ""}), 9, time.time())
    with run_server(tmp_path, [sys.executable, *command]) as server:
        save_often(tmp_path, server, "/api/a")


def test_commands_read_no_bytecode_of_an_earlier_save_and_leave_none(tmp_path: Path) -> None:
    """What production has written is deleted if it may be stale."""
    production, second = ["-c", "from fsapi import App; print(App('.').routes[0].exports)"], int(time.time()) + AHEAD
    answers: list[str] = []
    for number, (method, command) in enumerate([("GET", production), ("PUT", ["-m", "fsapi", "routes"])]):
        save(
            write(tmp_path, {"server/a.py": ""}) / "server/a.py",
            f"def {method}(req, res): res.end()\n",
            second + number / 4,
        )
        answers += [run(tmp_path, command), run(tmp_path, production)]
    assert [answer.split()[0] for answer in answers] == ["('GET',)", "('GET',)", "PUT", "('PUT',)"]


def run(project: Path, command: list[str]) -> str:
    """Return what Python prints, with bytecode as it has it by default."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run([sys.executable, *command], cwd=project, env=env, capture_output=True, text=True).stdout
