"""Route files under the reloaders of Flask and Django: new, deleted and edited files are reloaded."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from fsapi.embedding import RELOAD, WATCHER, TreeWatcher, watch_trees
from fsapi.watch.files import Files
from tests.e2e.servers import DevServer, run_server, wait
from tests.site import Site, handler, restore_bytecode, write

CHANGES: dict[str, Callable[[Path], object]] = {
    "a.py": lambda path: path.write_text("def GET(req, res): res.end('other')"),
    "_helper.py": lambda path: path.unlink(),
    "deep/new.py": lambda path: write(path.parent, {"new.py": ""}),
}


def watchers() -> list[TreeWatcher]:
    """Return the threads that watch the trees of this process."""
    return [thread for thread in threading.enumerate() if isinstance(thread, TreeWatcher)]


@pytest.mark.e2e
@pytest.mark.parametrize("variable", ["WERKZEUG_RUN_MAIN", "RUN_MAIN"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_ends_the_child_of_a_reloader(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    variable: str,
) -> None:
    """Both reloaders then start another one."""
    monkeypatch.setenv(variable, "true")
    codes: list[int] = []
    site({"a.py": handler("res.json(1)"), "_helper.py": ""})
    watch_trees(codes.append)
    watch_trees()  # there is one thread
    (thread,) = watchers()
    assert thread.files.find_changes() == []
    CHANGES[name](tmp_path / "server" / name)
    thread.join(20)
    assert (codes, watchers()) == ([RELOAD], [])
    assert f"server/{name} has changed" in capsys.readouterr().out


@pytest.mark.e2e
def test_a_watcher_looks_until_something_changes(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A look that finds nothing is followed by the next."""
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    looks = threading.Semaphore(0)
    find_changes = Files.find_changes

    def counted(files: Files, *, afresh: bool = False) -> list[str]:
        looks.release()
        return find_changes(files, afresh=afresh)

    monkeypatch.setattr(Files, "find_changes", counted)
    codes: list[int] = []
    site({"a.py": handler("res.json(1)")})
    watch_trees(codes.append)
    (thread,) = watchers()
    assert looks.acquire(timeout=20)
    assert looks.acquire(timeout=20)
    (tmp_path / "server/a.py").unlink()
    thread.join(20)
    assert codes == [RELOAD]
    assert "server/a.py has changed" in capsys.readouterr().out


#: Forks while a thread holds the lock of the watched files, as the watcher does while it looks.
FORKING = """
import os, signal, sys, threading
from fsapi.embedding import TreeWatcher

watcher, held = TreeWatcher(sys.exit), threading.Event()

def hold():
    with watcher.files._lock:
        held.set()
        threading.Event().wait()

threading.Thread(target=hold, daemon=True).start()
held.wait()
if pid := os.fork():
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
else:
    signal.alarm(20)
    import own
    os._exit(own.CODE)
"""


@pytest.mark.e2e
def test_a_process_that_the_project_forks_can_import(tmp_path: Path) -> None:
    """Also if it is forked while the watcher looks, whose thread it does not have."""
    write(tmp_path, {"own.py": "CODE = 3"})
    command = [sys.executable, "-c", FORKING]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    assert done.stdout == "3\n"


#: Says how many watchers it has, and so does a program that it starts.
WORKING = """
import subprocess, sys, threading
from fsapi.embedding import TreeWatcher, watch_trees

watch_trees()
print(sum(isinstance(thread, TreeWatcher) for thread in threading.enumerate()), flush=True)
if sys.argv[1:]:
    subprocess.run([sys.executable, __file__], check=True)
"""


@pytest.mark.e2e
def test_no_save_ends_a_program_that_the_project_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a worker or a migration: no reloader would start it again, though it inherits the variables of one."""
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    command = [sys.executable, str(write(tmp_path, {"work.py": WORKING}) / "work.py"), "start"]
    assert subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout == "1\n0\n"


def test_an_app_below_a_reloader_compiles_its_files_afresh(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two saves within a second would give the older code."""
    restore_bytecode(monkeypatch)
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    before = SourceFileLoader.path_stats
    site({"a.py": "def GET(req, res): ...\n"})
    assert SourceFileLoader.path_stats is not before


def test_no_thread_runs_outside_of_a_reloader(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none in production, in the parent process, or if the reloader is off."""
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "false")
    watch_trees()
    assert watchers() == []


def test_a_reloader_that_a_reloaded_project_starts_has_a_watcher_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process has no watcher, but the environment of the one above it."""
    monkeypatch.setenv(WATCHER, "1")
    monkeypatch.delenv("WERKZEUG_RUN_MAIN", raising=False)
    monkeypatch.delenv("RUN_MAIN", raising=False)
    watch_trees()
    assert WATCHER not in os.environ


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
# All files are left to our watcher: where both end a process at once, measuring coverage can keep it from ending.
OUR_FLASK_RUN = [*FLASK_RUN, "--exclude-patterns", "*/api/*:*/lib/*:*/outside/*"]
RUNSERVER = ["manage.py", "runserver", "127.0.0.1:0"]


def becomes(server: DevServer, path: str, status: int, text: str = "") -> bool:
    """Wait until a path is answered with a status and a text; a child that ends cuts requests off."""

    def answered() -> bool:
        with suppress(ConnectionError, http.client.HTTPException):
            found = server.ask(path)
            return found[0] == status and text in found[2]
        return False

    return wait(answered)


@pytest.mark.e2e
@pytest.mark.parametrize(("files", "command"), [(FLASK, OUR_FLASK_RUN), (DJANGO, RUNSERVER)], ids=["flask", "django"])
def test_every_change_is_reloaded_by_the_server_of_the_host(
    tmp_path: Path, files: dict[str, str], command: list[str]
) -> None:
    """New, edited and deleted route files need no restart by hand, and a broken tree works again once it is fixed."""
    write(tmp_path, {**files, "api/a.py": handler("res.end('a')")})
    with run_server(tmp_path, [sys.executable, *command]) as server:
        assert becomes(server, "/api/a", 200, "a")
        write(tmp_path / "api", {"deep/new.py": handler("res.end('new')")})
        assert becomes(server, "/api/deep/new", 200, "new")
        write(tmp_path / "api", {"deep/new.py": handler("res.end('edited')")})
        assert becomes(server, "/api/deep/new", 200, "edited")
        (tmp_path / "api/deep/new.py").unlink()
        assert becomes(server, "/api/deep/new", 404)
        write(tmp_path / "api", {"a.py": "async def GET(req, res): ..."})
        assert wait(lambda: "GET is async" in server.written())
        write(tmp_path / "api", {"a.py": handler("res.end('fixed')")})
        assert becomes(server, "/api/a", 200, "fixed")


#: Saves a module once that has been imported, before fsapi is.
SAVING = "import early\nif early.X == 1: open('early.py', 'w').write('X = 2')\n"


@pytest.mark.e2e
@pytest.mark.parametrize(("files", "command"), [(FLASK, FLASK_RUN), (DJANGO, RUNSERVER)], ids=["flask", "django"])
def test_a_save_before_the_watcher_starts_is_reloaded(
    tmp_path: Path, files: dict[str, str], command: list[str]
) -> None:
    """The settings of Django are read long before the module of its URLs."""
    write(tmp_path, {**files, "early.py": "X = 1", "api/a.py": handler("res.json(early.X)", top="import early")})
    name = "wsgi.py" if "wsgi.py" in files else "urls.py"
    write(tmp_path, {name: SAVING + files[name]})
    with run_server(tmp_path, [sys.executable, *command]) as server:
        assert becomes(server, "/api/a", 200, "2")


@pytest.mark.e2e
@pytest.mark.parametrize(("files", "command"), [(FLASK, OUR_FLASK_RUN), (DJANGO, RUNSERVER)], ids=["flask", "django"])
def test_a_module_that_is_broken_is_seen_once_it_is_fixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], command: list[str]
) -> None:
    """In `lib`, in a folder beside the project, and one that is missing; neither reloader knows of any."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "outside"))
    route = "import lib.db, outside\ndef GET(req, res): res.end(lib.db.X + outside.X)\n"
    files = {**files, "api/a.py": route, "lib/db.py": "X = 'a'\n", "../outside/outside.py": "X = 'a'\n"}
    project = tmp_path / "project"
    project.mkdir()
    with run_server(write(project, files), [sys.executable, *command]) as server:
        assert becomes(server, "/api/a", 200, "aa")
        for name, source, error in (
            ("lib/db.py", "1/0\n", "division by zero"),
            ("../outside/outside.py", "X =\n", "invalid syntax"),
            ("lib/db.py", "import absent\nX = absent.X\n", "No module named 'absent'"),
        ):
            write(project, {name: source})
            assert wait(lambda: error in server.written()), name  # noqa: B023
            fixed = {"../outside/absent.py": "X = 'b'\n"} if "absent" in source else {name: "X = 'b'\n"}
            write(project, fixed)
            assert becomes(server, "/api/a", 200, "b"), name
