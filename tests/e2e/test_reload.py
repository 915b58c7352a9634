"""No stale answer, ever: the first request after a save is answered by the new code, and none is lost."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.deployment import alive, children
from tests.e2e.servers import PATIENCE, develop, run_server, wait
from tests.site import save, write

pytestmark = pytest.mark.e2e

ROUTE = "def GET(req, res): res.json({})\n"
PLUGINS = """
import pkgutil
from lib import plugins
NAMES = sorted(module.name for module in pkgutil.iter_modules(plugins.__path__))
def GET(req, res): res.json(NAMES)
"""
LISTED = """
import glob, runpy
FOUND = {path[7:]: runpy.run_path(path)["X"] for path in sorted(glob.glob("listed/*.py"))}
def GET(req, res): res.json(FOUND)
"""
READ = """
SETTINGS = {}
with open("conf/settings.py") as file: exec(file.read(), SETTINGS)
def GET(req, res): res.json(SETTINGS["X"])
"""
FILES = {
    "project/wsgi.py": "import sys\nsys.path.append('../outside')\nfrom fsapi import App\napp = App(__file__)\n",
    "project/server/a.py": ROUTE.format(0),
    "project/server/lib.py": "from lib import db\ndef GET(req, res): res.json(db.X)\n",
    "project/server/outside.py": "import outside\ndef GET(req, res): res.json(outside.X)\n",
    "project/server/lazy.py": "def GET(req, res):\n    import lib.lazy as lazy\n    res.json(lazy.X)\n",
    "project/server/folder/a.py": ROUTE.format("'folder'"),
    "project/server/plugins.py": PLUGINS,
    "project/server/listed.py": LISTED,
    "project/server/read.py": READ,
    "project/lib/plugins/old.py": "",
    "project/listed/old.py": "X = 0\n",
    "project/conf/settings.py": "X = 0\n",
    "project/lib/db.py": "X = 0\n",
    "project/lib/lazy.py": "X = 0\n",
    "outside/outside.py": "X = 0\n",
}
#: The second in which files are saved that differ in nothing but their content.
SECOND = time.time()

#: Changes one after the other, each with a path and the status and text of its answer.
CHANGES: list[tuple[Callable[[Path], object], str, int, str]] = [
    (lambda top: write(top, {"project/server/a.py": ROUTE.format(11)}), "/a", 200, "11"),
    (lambda top: save(top / "project/server/a.py", ROUTE.format(22), SECOND), "/a", 200, "22"),
    (lambda top: save(top / "project/server/a.py", ROUTE.format(33), SECOND), "/a", 200, "33"),
    (lambda top: write(top, {"project/server/deep/new.py": ROUTE.format(1)}), "/deep/new", 200, "1"),
    (lambda top: (top / "project/server/deep/new.py").unlink(), "/deep/new", 404, "Not Found"),
    (lambda top: (top / "project/server/folder").rename(top / "project/server/other"), "/other/a", 200, '"folder"'),
    (lambda top: write(top, {"project/lib/db.py": "X = 2\n"}), "/lib", 200, "2"),
    (lambda top: write(top, {"project/lib/lazy.py": "X = 2\n"}), "/lazy", 200, "2"),
    (lambda top: write(top, {"project/lib/lazy.py": "X = 3\n"}), "/lazy", 200, "3"),
    (lambda top: write(top, {"outside/outside.py": "X = 2\n"}), "/outside", 200, "2"),
    (lambda top: write(top, {"outside/outside.py": "1/0\n"}), "/a", 500, "division by zero"),
    (lambda top: write(top, {"outside/outside.py": "import absent\nX = absent.X\n"}), "/a", 500, "absent"),
    (lambda top: write(top, {"outside/absent/__init__.py": "X = 4\n"}), "/outside", 200, "4"),
    (lambda top: write(top, {"project/lib/db/__init__.py": "X = 5\n"}), "/lib", 200, "5"),
    (lambda top: write(top, {"project/lib/plugins/new/__init__.py": ""}), "/plugins", 200, '["new","old"]'),
    (lambda top: write(top, {"project/listed/new.py": "X = 1\n"}), "/listed", 200, '{"new.py":1,"old.py":0}'),
    (lambda top: write(top, {"project/listed/new.py": "X = 2\n"}), "/listed", 200, '{"new.py":2,"old.py":0}'),
    (lambda top: (top / "project/listed/new.py").unlink(), "/listed", 200, '{"old.py":0}'),
    (lambda top: write(top, {"project/conf/settings.py": "X = 2\n"}), "/read", 200, "2"),
    (lambda top: write(top, {"project/app/pages/a.py": "def page(req): return 'page'\n"}), "/a", 200, "33"),
    (lambda top: shutil.rmtree(top / "project/server"), "/a", 200, "page"),
]


@pytest.mark.parametrize("others", [0, 400])
def test_the_first_request_after_a_save_is_answered_by_the_new_code(others: int, tmp_path: Path) -> None:
    """Whatever is saved, wherever it lies, also among many files, and if the size and the time of a file stay."""
    write(tmp_path, {**FILES, **{f"project/server/_many/m{number}.py": "" for number in range(others)}})
    with develop(tmp_path / "project", {}) as server:
        for number, (change, path, status, text) in enumerate(CHANGES):
            change(tmp_path)
            found = server.ask(path)
            assert (found[0], text in found[2]) == (status, True), (number, found)
    assert list(tmp_path.rglob("*.pyc")) == []


def test_a_tree_in_another_folder_is_watched_before_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FSAPI_ROOT names it."""
    monkeypatch.setenv("FSAPI_ROOT", "../root")
    project = tmp_path / "project"
    project.mkdir()
    with develop(project, {}) as server:
        assert "cannot be reached" in server.ask("/a")[2]
        write(tmp_path, {"root/server/a.py": ROUTE.format(1), "root/server/b.py": "1/0"})
        assert "division by zero" in server.ask("/a")[2]
        write(tmp_path, {"root/server/b.py": ROUTE.format(2)})
        assert server.ask("/b")[2] == "2"


def ask_early(client: socket.socket) -> bytes:
    """Send a request on a connection that has been opened before, and return the answer."""
    client.sendall(b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
    with client, client.makefile("rb") as answer:
        return answer.read().rpartition(b"\r\n\r\n")[2]


def test_a_connection_that_was_opened_before_a_save_meets_the_code_after_it(tmp_path: Path) -> None:
    """Browsers connect before they ask; also before a second save, and a client that leaves is no harm."""
    with develop(tmp_path, {"server/a.py": ROUTE.format(0)}) as server:
        clients = [socket.create_connection(server.address, PATIENCE) for _ in range(6)]
        clients.pop().close()
        for number in (1, 2):
            write(tmp_path, {"server/a.py": ROUTE.format(number)})
            found = {ask_early(clients.pop()) for _ in range(2)}
            assert found == {str(number).encode()}
        clients.pop().close()


def test_idle_connections_leave_descriptors_to_the_server(tmp_path: Path) -> None:
    """However many come; those that are gone make room."""
    limit = ("prlimit", "--nofile=128")
    with develop(tmp_path, {"server/a.py": ROUTE.format(0)}, launcher=limit) as server:
        clients = [socket.create_connection(server.address, PATIENCE) for _ in range(150)]
        write(tmp_path, {"server/a.py": ROUTE.format(1)})
        wait(lambda: "has changed" in server.written())
        for client in clients:
            client.close()
        assert server.ask("/a")[2] == "1"
    assert server.written().count("has changed") == 1


SLOW = """
import time
from pathlib import Path
from werkzeug import Response

def GET(req, res):
    Path("reached").touch()
    while not Path("released").exists():
        time.sleep(0.01)
    from lib.late import LATE
    res.json(LATE)

def POST(req, res):
    return Response((f"{number}" for number in iter(int, 1) if not time.sleep(0.01)))
"""


def test_requests_wait_for_descriptors(tmp_path: Path) -> None:
    """None is lost, before and after a save: each takes some, and macOS gives 256 to a process."""
    source = "import threading\ndef GET(req, res):\n    threading.Event().wait(0.1)\n    res.json({})\n"
    with develop(tmp_path, {}, launcher=("prlimit", "--nofile=64")) as server:
        for number in range(2):
            write(tmp_path, {"server/a.py": source.format(number)})
            with ThreadPoolExecutor(80) as clients:
                found = set(clients.map(server.ask, ["/a"] * 80))
            assert found == {(200, "application/json", str(number))}


def test_running_requests_live_on_beside_the_next_code(tmp_path: Path) -> None:
    """They hold up the reload for a moment only, whatever they import, and so does a stream without an end."""
    answers: list[str] = []
    files = {"server/a.py": ROUTE.format(0), "server/slow.py": SLOW, "lib/late.py": "LATE = 'old'"}
    with develop(tmp_path, files) as server, socket.create_connection(server.address, PATIENCE) as stream:
        stream.sendall(b"POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        assert stream.recv(1)
        thread = threading.Thread(target=lambda: answers.append(server.ask("/slow")[2]))
        thread.start()
        wait((tmp_path / "reached").exists)
        write(tmp_path, {"server/a.py": ROUTE.format(1)})
        assert server.ask("/a")[2] == "1"
        (tmp_path / "released").touch()
        thread.join(PATIENCE)
        assert answers == ['"old"']
        wait(lambda: is_cut_off(stream))


def is_cut_off(stream: socket.socket) -> bool:
    """Read from a stream, and return whether it has ended."""
    try:
        return not stream.recv(1 << 16)
    except ConnectionError:
        return True


def test_requests_that_come_during_a_load_wait_for_it(tmp_path: Path) -> None:
    """None is refused, however many there are."""
    slow = "import time\ntime.sleep(0.5)\n"
    with develop(tmp_path, {"server/a.py": ROUTE.format(0)}) as server:
        write(tmp_path, {"server/a.py": slow + ROUTE.format(1)})
        answers: list[str] = []
        threads = [threading.Thread(target=lambda: answers.append(server.ask("/a")[2])) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert answers == ["1"] * 30


#: What Windows does not have.
WITHOUT = """
import os, random, select, signal, socket, sys
sys.modules["resource"] = sys.modules["termios"] = None
del os.register_at_fork, select.poll, signal.pthread_sigmask, socket.send_fds, socket.recv_fds
"""


def test_where_connections_cannot_be_sent_the_child_accepts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: a look is before a connection is accepted, and processes that the project starts keep no port."""
    monkeypatch.setenv("PYTHONPATH", str(write(tmp_path / "without", {"sitecustomize.py": WITHOUT})))
    project = tmp_path / "project"
    project.mkdir()
    with develop(project, {"server/a.py": ROUTE.format(0)}) as server:
        socket.create_connection(server.address, PATIENCE).close()
        for number in range(1, 4):
            write(project, {"server/a.py": ROUTE.format(number)})
            assert [server.ask("/a")[2] for _ in range(3)] == [str(number)] * 3
        write(project, {"server/a.py": f"import os\nos.system('sleep 1000 &')\n{ROUTE.format(4)}"})
        assert server.ask("/a")[2] == "4"
        server.process.terminate()
        server.process.wait(PATIENCE)
        wait(server.is_gone)


#: Says that a process has imported what it imports by itself.
STARTING = "import os, own\nopen(f'started-{os.getpid()}', 'w').close()\n"


def test_what_python_imports_by_itself_is_new_after_a_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that waits for its order has imported it before."""
    own, project = tmp_path / "own", tmp_path / "project"
    project.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(write(own, {"sitecustomize.py": STARTING, "own.py": "X = 0"})))
    found: list[str] = []
    with develop(project, {"server/a.py": "import own\ndef GET(req, res): res.json(own.X)\n"}) as server:
        for number in range(1, 4):
            wait(
                lambda: len([pid for pid in children(server.process.pid) if (project / f"started-{pid}").exists()]) == 2
            )
            write(own, {"own.py": f"X = {number}"})
            found.append(server.ask("/a")[2])
    assert found == ["1", "2", "3"]


#: Lets the second child hang while it starts: the spare.
HANGING = """
import sys, time
from pathlib import Path
if sys.argv[0] == "-c":
    if Path("first").exists():
        Path("second").touch()
        time.sleep(1000)
    Path("first").touch()
"""

#: Starts a server that waits longer than a test for each process that it waits for at all.
PATIENT = """
import sys
from fsapi.__main__ import main
from fsapi.live import supervisor
supervisor._LAST_WAIT = 60
sys.exit(main())
"""


def test_a_process_that_has_no_order_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has loaded nothing of the project, and it may still start."""
    monkeypatch.setenv("PYTHONPATH", str(write(tmp_path / "own", {"sitecustomize.py": HANGING})))
    project = write(tmp_path / "project", {"server/a.py": ROUTE.format(0), "../run.py": PATIENT})
    with run_server(project, [sys.executable, "../run.py", "serve", "--port", "0"]) as server:
        wait((project / "second").exists)
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
    assert not alive(server.process)


def test_no_process_of_the_project_keeps_the_port(tmp_path: Path) -> None:
    """Neither a program nor a fork, even if the server is killed."""
    source = "import os, time\nos.system('sleep 1000 &')\nif os.fork() == 0: time.sleep(1000)\n"
    with develop(tmp_path, {"server/a.py": source + ROUTE.format(0)}) as server:
        assert server.ask("/a")[2] == "0"
        server.process.kill()
        server.process.wait(PATIENCE)
        wait(server.is_gone)


def test_names_that_the_console_cannot_write_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the greeting, in what has changed, in routes that came, and in lines of requests."""
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    monkeypatch.setenv("PYTHONUTF8", "0")
    with develop(tmp_path, {"server/日.py": ROUTE.format(0)}) as server:
        assert server.ask("/%E6%97%A5")[2] == "0"
        write(tmp_path, {"server/本.py": ROUTE.format(1)})
        assert server.ask("/%E6%9C%AC")[2] == "1"
        for text in (r"/\u65e5", r"server/\u672c.py has changed: reloading", r"+ GET /\u672c"):
            assert wait(lambda: text in server.written()), text  # noqa: B023


def test_the_working_directory_is_not_read(tmp_path: Path) -> None:
    """It may be the root of the disk; a file that nothing imports causes no reload."""
    write(tmp_path, {"mine.py": "def app(environ, start):\n    start('200 OK', [])\n    return [b'mine']\n"})
    with develop(tmp_path, {"data/deep/a.py": ""}, "--app", "mine:app") as server:
        write(tmp_path, {"data/deep/a.py": "1/0"})
        assert server.ask("/")[2] == "mine"
        write(tmp_path, {"mine.py": "def app(environ, start):\n    start('200 OK', [])\n    return [b'new']\n"})
        assert server.ask("/")[2] == "new"
    assert server.written().count("has changed") == 1


def test_a_file_that_comes_and_goes_ends_no_watch(tmp_path: Path) -> None:
    """Editors write files for a moment; what is saved later is seen."""
    with develop(tmp_path, {"server/a.py": ROUTE.format(0)}) as server:
        assert server.ask("/a")[2] == "0"
        for _ in range(40):
            write(tmp_path, {"server/_probe.py": ""})
            (tmp_path / "server/_probe.py").unlink()
            threading.Event().wait(0.01)
        write(tmp_path, {"server/a.py": ROUTE.format(1)})
        assert server.ask("/a")[2] == "1"


def test_what_nothing_imports_causes_no_reload(tmp_path: Path) -> None:
    """Emacs locks a file by a hidden link as soon as somebody types, and macOS writes a hidden file beside it."""
    with develop(tmp_path, {"server/a.py": ROUTE.format(0)}) as server:
        (tmp_path / "server/.#a.py").symlink_to("me@here.1:2")
        write(tmp_path, {"server/._a.py": "", ".#b.py": ""})
        assert server.ask("/a")[2] == "0"
    assert "has changed" not in server.written()


def test_a_pipe_with_the_name_of_a_module_holds_up_no_request(tmp_path: Path) -> None:
    """It would be read until somebody writes to it; Python imports none."""
    with develop(tmp_path, {"server/a.py": ROUTE.format(0)}) as server:
        assert server.ask("/a")[2] == "0"
        for name in ("server/pipe.py", "pipe.py"):
            os.mkfifo(tmp_path / name)
        write(tmp_path, {"server/a.py": ROUTE.format(1)})
        assert server.ask("/a")[2] == "1"


def test_a_report_has_what_is_not_utf8(tmp_path: Path) -> None:
    """Escaped, as a page, as JSON and on the terminal: names of files may be so."""
    with develop(tmp_path, {"server/a.py": "raise ValueError('\\udce9')"}) as server:
        found = [server.ask("/a", accept)[2] for accept in ("text/html", "*/*")]
        assert ["ValueError: \\udce9" in text for text in (*found, server.written())] == [True] * 3


def test_a_page_that_reports_a_mistake_reloads_itself(tmp_path: Path) -> None:
    """A browser shows the project once it is fixed."""
    with develop(tmp_path, {"server/a.py": "1/0"}) as server:
        status, kind, page = server.ask("/a", accept="text/html")
        assert (status, kind) == (500, "text/html; charset=utf-8")
        assert '<meta http-equiv="refresh" content="1">' in page
