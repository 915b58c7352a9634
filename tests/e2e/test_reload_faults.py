"""Nothing that a project does holds up a reload of `serve` or ends the server: real processes, with bytecode on."""

from __future__ import annotations

import json
import os
import signal
import socket
from itertools import count, pairwise
from pathlib import Path

import pytest

from tests.e2e.deployment import alive, children
from tests.e2e.servers import develop, wait
from tests.site import write

pytestmark = pytest.mark.e2e

ROUTE = "from lib import fault\ndef GET(req, res): res.json(fault.X)\n"
IMPORTS = "import atexit, ctypes, multiprocessing, os, re, signal, socket, sys, threading, time\n"
REACHED = "open('reached', 'w').close()\n"

#: What modules do that are loaded all the same, and what could keep their process.
HOLDING = {
    "what runs on": """
from concurrent.futures import ThreadPoolExecutor
threading.Thread(target=time.sleep, args=(1000,)).start()
threading.Timer(1000, print).start()
ThreadPoolExecutor().submit(time.sleep, 1000)
multiprocessing.Process(target=time.sleep, args=(1000,)).start()
pool = multiprocessing.Pool(2)
os.system('sleep 1000 &')
if os.fork() == 0: time.sleep(1000)
""",
    "what runs at the end": "atexit.register(time.sleep, 1000)\natexit.register(sys.exit, 1)",
    "what the process depends on": """
for each in (1, 2, 3, 10, 12, 13, 14, 15, 17): signal.signal(each, signal.SIG_IGN)
socket.setdefaulttimeout(0.001)
os.chdir('/')
sys.stdin.close(), sys.stdout.close(), sys.stderr.close()
""",
    "functions of Python": """
import builtins, functools, json, marshal
json.dumps, json.loads = functools.partial(json.dumps, indent=2), None
builtins.open, builtins.print = functools.partial(open, encoding='utf-8'), None
socket.socket = socket.recv_fds = marshal.dump = None
sys.stderr = open
""",
    "no streams": "sys.stdin = sys.stdout = sys.stderr = None\nos.closerange(0, 3)",
}

#: What a module does that is never loaded.
ENDLESS = {
    "a loop": "while True: pass",
    "code in C that lets no thread run": "re.match('(a+)+$', 'a' * 40 + 'b')",
    "a process that stops": "os.kill(os.getpid(), signal.SIGSTOP)",
}

#: What a module does that ends the load, and what the report then says.
ENDING = {
    "raise SystemExit(3)": "SystemExit",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
    "class Stop(BaseException): ...\nraise Stop": "Stop",
    "os._exit(3)": "with the exit code 3",
    "os.kill(os.getpid(), signal.SIGKILL)": "by SIGKILL",
    "ctypes.string_at(0)": "by SIGSEGV",
    "os.closerange(3, 1000)": "The process has ended",
    "def": "SyntaxError",
    "import lib.missing": "No module named 'lib.missing'",
    "os.remove(__file__)\n1/0": "fault",  # a look during the load sees that it is gone, and the next load says so
}


def put(project: Path, source: str, answer: int) -> None:
    """Write the module of a fault, which holds an answer."""
    write(project, {"lib/fault.py": f"X = {answer}\n{IMPORTS}{source}\n"})


def test_a_save_is_live_whatever_the_code_before_it_does(tmp_path: Path) -> None:
    """The first request after a save is answered by the new code."""
    found: dict[str, list[str]] = {}
    with develop(tmp_path, {"server/a.py": ROUTE, "lib/fault.py": "X = 0"}) as server:
        for number, (name, source) in enumerate(HOLDING.items()):
            put(tmp_path, source, number)
            found[name] = [server.ask("/a")[2]]
            put(tmp_path, "", -1)
            found[name].append(server.ask("/a")[2])
    assert found == {name: [str(number), "-1"] for number, name in enumerate(HOLDING)}


def test_a_save_ends_code_that_is_never_loaded(tmp_path: Path) -> None:
    """Requests wait until the code is fixed."""
    found: dict[str, str] = {}
    with develop(tmp_path, {"server/a.py": ROUTE, "lib/fault.py": "X = 0"}) as server:
        for name, source in ENDLESS.items():
            put(tmp_path, REACHED + source, 1)
            wait((tmp_path / "reached").exists)
            (tmp_path / "reached").unlink()
            put(tmp_path, "", -1)
            found[name] = server.ask("/a")[2]
    assert found == dict.fromkeys(ENDLESS, "-1")


def test_code_that_ends_its_process_is_reported_until_it_is_fixed(tmp_path: Path) -> None:
    """Also before the first load, and if it has deleted its own file."""
    found: dict[str, tuple[int, bool]] = {}
    with develop(tmp_path, {"server/a.py": ROUTE, "lib/fault.py": "import os; os._exit(1)"}) as server:
        for source, text in ENDING.items():
            put(tmp_path, source, 1)
            status, _, report = server.ask("/a")
            found[source] = status, text in report
        put(tmp_path, "", -1)
        assert server.ask("/a")[2] == "-1"
    assert found == dict.fromkeys(ENDING, (500, True))


def test_a_request_loads_again_what_was_killed_while_it_was_loaded(tmp_path: Path) -> None:
    """As by a system without memory: at most once a second, and nothing has to be saved."""
    source = "from pathlib import Path\nPath('loads').open('a').write(f'{time.monotonic()} ')\n"
    source += "if not Path('good').exists(): os.kill(os.getpid(), signal.SIGKILL)"
    files = {"server/a.py": ROUTE, "lib/fault.py": f"X = 0\n{IMPORTS}{source}\n"}
    with develop(tmp_path, files) as server:
        report = json.loads(server.ask("/a")[2])["error"]
        assert report.endswith("  Fix that: a save loads it again, and so does a request a second later.")
        (tmp_path / "good").touch()
        wait(lambda: server.ask("/a")[2] == "0")
    loads = [float(each) for each in (tmp_path / "loads").read_text().split()]
    assert min(after - before for before, after in pairwise(loads)) >= 1


#: Has a pool of processes, which is to have ended before what is registered first.
POOL = """
import atexit, pathlib
atexit.register(pathlib.Path("ended").touch)
from multiprocessing import get_context
pool = get_context("fork").Pool(1)
def GET(req, res): res.json({})
"""


def test_a_pool_of_processes_ends_in_time(tmp_path: Path) -> None:
    """It waits for a lock that its worker has, so the worker is left to it."""
    with develop(tmp_path, {"server/a.py": POOL.format(0)}) as server:
        numbers = count(1)

        def reload() -> bool:
            number = next(numbers)
            write(tmp_path, {"server/a.py": POOL.format(number)})
            assert server.ask("/a")[2] == str(number)
            return (tmp_path / "ended").exists()

        wait(reload)


#: Takes what one process alone can have, such as a port or a database, and streams without an end.
EXCLUSIVE = """
import fcntl, time
from werkzeug import Response
LOCK = open("lock", "w")
fcntl.flock(LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)
def GET(req, res): res.json({})
def POST(req, res): return Response(("x" for _ in iter(int, 1) if not time.sleep(0.01)))
"""


def test_what_fails_beside_the_code_before_it_is_loaded_again_without_it(tmp_path: Path) -> None:
    """A request that still runs may hold a port; nothing has to be saved."""
    with develop(tmp_path, {"server/a.py": EXCLUSIVE.format(0)}) as server:
        with socket.create_connection(server.address, 15) as client:
            client.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            assert client.recv(1)
            write(tmp_path, {"server/a.py": EXCLUSIVE.format(1)})
            assert "BlockingIOError" in server.ask("/a")[2]
        wait(lambda: server.ask("/a")[2] == "1")


@pytest.mark.parametrize(
    ("module", "question", "fails", "remedy"),
    [
        ("gevent/monkey.py", "is_module_patched", "1 / 0", "Serve with --no-reload"),
        ("eventlet/patcher.py", "is_monkey_patched", "", "Leave out `monkey_patch()`"),
    ],
)
def test_a_library_that_replaces_threads_is_named(
    tmp_path: Path, module: str, question: str, fails: str, remedy: str
) -> None:
    """The load may fail by it, with an exception that says nothing of it; once it is gone, all is well."""
    library = module.partition("/")[0]
    route = f"import {module[:-3].replace('/', '.')}\ndef GET(req, res): res.json(1)\n{fails}"
    files = {f"{library}/__init__.py": "", module: f"def {question}(name): return name.startswith('thread')\n"}
    with develop(tmp_path, {**files, "server/a.py": route}) as server:
        assert f"{library} has replaced the threads of Python" in (report := server.ask("/a")[2])
        assert remedy in report
        write(tmp_path, {"server/a.py": "def GET(req, res): res.json(2)"})
        assert server.ask("/a")[2] == "2"


HANDLERS = """
import ctypes, os, re, signal, time
def GET(req, res): res.json(os.getpid())
def PUT(req, res): os._exit(3)
def PATCH(req, res): os.kill(os.getpid(), signal.SIGSEGV)
def DELETE(req, res):
    if ctypes.CDLL(None).fork() == 0: time.sleep(1000)
    os._exit(4)
def POST(req, res):
    open('reached', 'w').close()
    re.match('(a+)+$', 'a' * 40 + 'b')
"""


def test_a_handler_that_ends_the_process_ends_its_request_alone(tmp_path: Path) -> None:
    """The next request is answered by another process, also if a fork lives on; so it is if somebody kills it."""
    with develop(tmp_path, {"server/a.py": HANDLERS}) as server:
        processes = [int(server.ask("/a")[2])]
        for method, how in (
            ("PUT", "with the exit code 3"),
            ("PATCH", "by SIGSEGV"),
            ("DELETE", "with the exit code 4"),
        ):
            with socket.create_connection(server.address, 15) as client:
                client.sendall(f"{method} /a HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                assert wait(lambda: f"The process has ended {how}." in server.written())  # noqa: B023 - runs at once
                processes.append(int(server.ask("/a")[2]))
        for process in {processes[-1], *children(server.process.pid)}:  # the spare too
            os.kill(process, signal.SIGKILL)
        assert wait(lambda: "has ended by SIGKILL" in server.written())
        write(tmp_path, {"server/a.py": "def GET(req, res): res.json('new')"})
        assert server.ask("/a")[2] == '"new"'
    assert len(set(processes)) == len(processes)


def test_a_handler_that_lets_no_thread_run_does_not_hold_up_a_save(tmp_path: Path) -> None:
    """The parent looks."""
    with develop(tmp_path, {"server/a.py": HANDLERS}) as server, socket.create_connection(server.address, 15) as client:
        client.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait((tmp_path / "reached").exists)
        write(tmp_path, {"server/a.py": "def GET(req, res): res.json('new')"})
        assert server.ask("/a")[2] == '"new"'


def test_no_child_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    """Not even one whose handler lets no thread run."""
    with develop(tmp_path, {"server/a.py": HANDLERS}) as server, socket.create_connection(server.address, 15) as client:
        client.sendall(b"POST /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait((tmp_path / "reached").exists)
        server.process.kill()
        wait(lambda: not alive(server.process))


def test_a_folder_that_is_deleted_is_reported_until_it_is_back(tmp_path: Path) -> None:
    """Also if another one takes its place."""
    project = tmp_path / "project"
    project.mkdir()
    with develop(project, {"server/a.py": "def GET(req, res): res.json(1)"}) as server:
        assert server.ask("/a")[2] == "1"
        log = server.log.rename(tmp_path / "log")
        server.log = log
        project.rename(tmp_path / "gone")
        assert "the folder cannot be entered" in server.ask("/a")[2]
        write(tmp_path, {"next/server/a.py": "def GET(req, res): res.json(2)"})
        (tmp_path / "next").rename(project)
        assert server.ask("/a")[2] == "2"
