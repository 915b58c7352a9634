"""Route files under the reloaders of Flask and Django: what is new, gone or different is live without a restart."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from fsapi.embedding import Follower, follow
from fsapi.tree.changes import RELOAD
from tests.development.test_server import wait
from tests.site import Site, handler, write

CHANGES: dict[str, Callable[[Path], object]] = {
    "a.py": lambda path: path.write_text("def GET(req, res): res.end('other')"),
    "_helper.py": lambda path: path.unlink(),
    "deep/new.py": lambda path: write(path.parent, {"new.py": ""}),
}


def followers() -> list[Follower]:
    """Return the threads that follow in this process."""
    return [thread for thread in threading.enumerate() if isinstance(thread, Follower)]


@pytest.mark.e2e
@pytest.mark.parametrize("variable", ["WERKZEUG_RUN_MAIN", "RUN_MAIN"])
@pytest.mark.parametrize("name", CHANGES)
def test_changed_tree_ends_the_child_of_a_reloader(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    variable: str,
) -> None:
    """Both reloaders then start another."""
    monkeypatch.setenv(variable, "true")
    codes: list[int] = []
    site({"a.py": handler("res.json(1)"), "_helper.py": ""})
    follow(codes.append)
    follow()  # there is one thread
    (thread,) = followers()
    assert thread.watch.look() == []
    CHANGES[name](tmp_path / "server" / name)
    thread.join(20)
    assert (codes, followers()) == ([RELOAD], [])
    assert f"server/{name} has changed" in capsys.readouterr().out


def test_change_before_the_first_look_is_seen(site: Site, tmp_path: Path) -> None:
    """A tree that comes into being late may have been edited by then; a time in the future is none of that."""
    site({"a.py": handler("res.json(1)"), "_future.py": ""})
    os.utime(tmp_path / "server/_future.py", (2**32, 2**32))
    late = Follower(print)
    os.utime(tmp_path / "server/a.py", ns=(time.time_ns(), time.time_ns()))
    assert wait(late.watch.look) == [str(tmp_path / "server/a.py")]


def test_nothing_runs_in_production(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor in the parent, nor where the reloader is switched off."""
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "false")
    follow()
    assert followers() == []


FLASK = {
    "wsgi.py": """
from flask import Flask
from fsapi import App
from fsapi.flask import mount

app = Flask(__name__)
mount(app, "/api", App(__file__, server="api"))
"""
}
DJANGO = {
    "manage.py": """
import os, sys
from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
execute_from_command_line(sys.argv)
""",
    "settings.py": "SECRET_KEY = 'x'\nDEBUG = True\nROOT_URLCONF = 'urls'\nUSE_TZ = True\n",
    "urls.py": """
from django.urls import re_path
from fsapi import App
from fsapi.django import view

urlpatterns = [re_path(r"^api(?:/(?P<rest>.*))?$", view(App(__file__, server="api")))]
""",
}
FLASK_RUN = ["-m", "flask", "--app", "wsgi.py", "run", "--debug", "--port", "0"]
RUNSERVER = ["manage.py", "runserver", "127.0.0.1:0"]


class Host:
    """A development server of Flask or Django, which may come back on another port."""

    def __init__(self, output: Path) -> None:
        self.output = output

    def ask(self, path: str) -> tuple[int, str] | None:
        """Return the status and the text of an answer, or None while nobody listens."""
        ports = re.findall(r"http://127\.0\.0\.1:(\d+)", self.output.read_text())
        if not ports:
            return None
        with closing(http.client.HTTPConnection("127.0.0.1", int(ports[-1]), timeout=10)) as connection:
            try:
                connection.request("GET", path)
                with connection.getresponse() as answer:
                    return answer.status, answer.read().decode(errors="replace")
            except (ConnectionError, http.client.HTTPException):  # cut off by the end of the child
                return None

    def becomes(self, path: str, status: int, text: str = "") -> bool:
        """Wait until a path is answered so."""
        return wait(lambda: (found := self.ask(path)) is not None and found[0] == status and text in found[1])


@contextmanager
def running(project: Path, files: Mapping[str, str], command: list[str]) -> Generator[Host]:
    """Run a development server in a project folder, and end it with its children."""
    output = write(project, {**files, "api/a.py": handler("res.end('a')")}) / "output.txt"
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=project, env=environ, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield Host(output)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        print(output.read_text())


@pytest.mark.e2e
@pytest.mark.parametrize(("files", "command"), [(FLASK, FLASK_RUN), (DJANGO, RUNSERVER)], ids=["flask", "django"])
def test_every_change_is_live_under_the_server_of_the_host(
    tmp_path: Path, files: dict[str, str], command: list[str]
) -> None:
    """New, edited and deleted route files appear by themselves, and a broken tree heals when it is mended."""
    with running(tmp_path, files, command) as host:
        assert host.becomes("/api/a", 200, "a")
        write(tmp_path / "api", {"deep/new.py": handler("res.end('new')")})
        assert host.becomes("/api/deep/new", 200, "new")
        write(tmp_path / "api", {"deep/new.py": handler("res.end('edited')")})
        assert host.becomes("/api/deep/new", 200, "edited")
        (tmp_path / "api/deep/new.py").unlink()
        assert host.becomes("/api/deep/new", 404)
        write(tmp_path / "api", {"a.py": "async def GET(req, res): ..."})
        assert wait(lambda: "GET is async" in host.output.read_text())
        write(tmp_path / "api", {"a.py": handler("res.end('mended')")})
        assert host.becomes("/api/a", 200, "mended")
