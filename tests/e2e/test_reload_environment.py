"""What lies around a project: installed packages, archives, generated files, processes; bytecode is on."""

from __future__ import annotations

import json
import os
import py_compile
import shutil
import signal
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from fsapi.watch.folders import MANY
from tests.e2e.deployment import children
from tests.e2e.servers import DevServer, develop, run_server, wait
from tests.site import write

pytestmark = pytest.mark.e2e

ROUTE = "import {0}\ndef GET(req, res): res.json({0}.X)\n"


class Environment:
    """A virtual environment beside a project, which has also what is installed for the tests."""

    def __init__(self, top: Path) -> None:
        base = Path(os.path.realpath(sys.executable))
        self.packages = top / f"lib/python{sysconfig.get_python_version()}/site-packages"
        outer = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
        write(top, {"pyvenv.cfg": f"home = {base.parent}\n", f"{self.packages}/outer.pth": outer})
        self.python, self.project = top / "bin/python", top / "project"
        self.python.parent.mkdir()
        self.python.symlink_to(base)
        self.project.mkdir()

    def develop(self, files: dict[str, str]) -> AbstractContextManager[DevServer]:
        """Serve a project by the Python of this environment."""
        return run_server(write(self.project, files), [str(self.python), "-m", "fsapi", "serve", "--port", "0"])

    def install(self, files: dict[str, str]) -> None:
        """Write files of packages."""
        write(self.packages, files)


def find(env: Environment) -> None:
    """Install `found` as an editable package with a finder, which comes after the file that starts it."""
    write(env.project, {"../src/other/found.py": "X = 'new'"})
    (env.packages / "__editable__.found.pth").write_text("import __editable___found_finder\n")
    finder = f"import sys\nsys.path.append({str(env.project / '../src/other')!r})\n"
    env.install({"__editable___found_finder.py": finder})


def zip_into(path: Path, name: str, value: object) -> None:
    """Write an archive with a module."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"X = {value!r}\n")


def put_egg(env: Environment) -> None:
    """Install `laid` as an egg, as setuptools did."""
    zip_into(env.packages / "laid.egg", "laid", "new")
    (env.packages / "easy-install.pth").write_text("./laid.egg\n")


#: Modules that are missing, and how each is installed.
INSTALLED: dict[str, Callable[[Environment], object]] = {
    "package": lambda env: env.install({"package/a.py": "X = 'new'", "package/__init__.py": "from package.a import X"}),
    "outer.missing": lambda env: env.install({"outer/missing.py": "X = 'new'"}),
    "found": find,
    "laid": put_egg,
}


def test_a_missing_module_is_found_once_it_is_installed(tmp_path: Path) -> None:
    """As a file, a folder or an egg, in a package that is there, and in place: a new process has to read that."""
    env, found = Environment(tmp_path), dict[str, list[bool]]()
    env.install({"outer/__init__.py": ""})
    with env.develop({"server/b.py": ROUTE.format("os").replace("X", "name")}) as server:
        for name, install in INSTALLED.items():
            write(env.project, {"server/a.py": ROUTE.format(name)})
            found[name] = ["No module named" in server.ask("/a")[2]]
            install(env)
            found[name].append(server.ask("/a")[2] == '"new"')
    assert found == {name: [True, True] for name in INSTALLED}


#: Half of a package, and the rest; installers write the list of its files last.
HALVES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no_module": ({"no_module/__init__.py": "from .a.b import X"}, {"no_module/a/b.py": "X = 'new'"}),
    "no_list": (
        {"no_list/__init__.py": "from .a.b import X", "no_list/a/b.py": "", "no_list-1.0.dist-info/METADATA": ""},
        {"no_list/a/b.py": "X = 'new'", "no_list-1.0.dist-info/RECORD": ""},
    ),
}


@pytest.mark.parametrize("name", HALVES)
def test_half_of_a_package_is_read_again_once_it_is_whole(tmp_path: Path, name: str) -> None:
    """Nothing else is saved."""
    env, (half, rest) = Environment(tmp_path), HALVES[name]
    with env.develop({"server/a.py": ROUTE.format(name)}) as server:
        assert "No module named" in server.ask("/a")[2]
        (env.packages / name).mkdir()
        env.install(half)
        assert server.ask("/a")[0] == 500
        env.install(rest)
        assert server.ask("/a")[2] == '"new"'


def test_a_package_that_is_installed_again_is_read_again(tmp_path: Path) -> None:
    """Also if its version stays: it may be a project of one's own. Its size changes, as its bytecode is trusted."""
    env = Environment(tmp_path)
    env.install({"shared.py": "X = 'old'", "shared-1.dist-info/RECORD": ""})
    with env.develop({"server/a.py": ROUTE.format("shared")}) as server:
        assert server.ask("/a")[2] == '"old"'
        shutil.rmtree(env.packages / "shared-1.dist-info")
        env.install({"shared.py": "X = 'newer'", "shared-1.dist-info/RECORD": ""})
        assert server.ask("/a")[2] == '"newer"'


def test_a_server_without_its_python_says_so_until_that_is_back(tmp_path: Path) -> None:
    """As while a virtual environment is made anew: a request waits for it, once the process that waits is used up."""
    env, numbers, started = Environment(tmp_path), count(), tmp_path / "started.txt"
    env.install({"started.pth": f"import os; open({str(started)!r}, 'a').write(f'{{os.getpid()}}\\n')\n"})

    def save() -> Path:
        return write(env.project, {"server/a.py": f"def GET(req, res): res.json({next(numbers)})\n"})

    save()
    with env.develop({}) as server:
        wait(lambda: len({*started.read_text().split()}) == 3)  # the server, the process that serves, and the next
        base = env.python.readlink()
        env.python.unlink()
        save()
        assert server.ask("/a")[2] == str(next(numbers) - 1)
        assert "No process" not in server.written()
        wait(lambda: save() and "No process can be started: No such file or directory" in server.written())
        env.python.symlink_to(base)
        save()
        assert server.ask("/a")[2] == str(next(numbers) - 1)


def test_a_system_without_a_folder_for_temporary_files_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a container whose disk is full or must not be written."""
    write(tmp_path, {"start/sitecustomize.py": "import tempfile\ntempfile.tempdir = '/proc/none'\n"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "start"))
    with develop(tmp_path, {"a.py": "X = 1", "server/a.py": ROUTE.format("a")}) as server:
        assert server.ask("/a")[2] == "1"
        write(tmp_path, {"a.py": "X = 2"})
        assert server.ask("/a")[2] == "2"


def test_a_script_can_say_where_a_project_imports_from(tmp_path: Path) -> None:
    """As those of zc.buildout and shiv do; what lies there is watched."""
    script = "import sys\nsys.path[0:0] = ['../vendor']\nfrom fsapi.__main__ import main\nsys.exit(main())\n"
    write(tmp_path, {"run.py": script, "vendor/found.py": "X = 1"})
    project = write(tmp_path / "project", {"server/a.py": ROUTE.format("found")})
    with run_server(project, [sys.executable, "../run.py", "serve", "--port", "0"]) as server:
        assert server.ask("/a")[2] == "1"
        write(tmp_path, {"vendor/found.py": "X = 2"})
        assert server.ask("/a")[2] == "2"


def test_an_archive_is_watched(tmp_path: Path) -> None:
    """On the path of imports, also a folder in it, and one that comes later."""
    wsgi = "import sys\nsys.path[:0] = ['../own.zip', '../deep.zip/inside', '../late.zip']\n"
    wsgi += "from fsapi import App\napp = App(__file__)\n"
    project = tmp_path / "project"
    project.mkdir()
    zip_into(tmp_path / "own.zip", "own", 0)
    zip_into(tmp_path / "deep.zip", "inside/deep", 0)
    routes = {f"server/{name}.py": ROUTE.format(name) for name in ("own", "deep", "late")}
    with develop(project, {"wsgi.py": wsgi, **routes, "late.py": "X = 0"}) as server:
        for number, (name, folder) in enumerate({"own": "", "deep": "inside/", "late": ""}.items()):
            zip_into(tmp_path / f"{name}.zip", f"{folder}{name}", number + 1)
            assert server.ask(f"/{name}")[2] == str(number + 1), name


#: A part of MarkupSafe, which Werkzeug needs, as an extension module of the project's own, and modules in bytecode.
BUILT = Path(str(getattr(find_spec("markupsafe._speedups"), "origin", None)))
COMPILED = """
import os
from lib import _speedups, bare
def GET(req, res): res.json([os.path.getsize(_speedups.__file__), bare.X])
"""


def build(top: Path, size: int, answer: int) -> None:
    """Build an extension module of a size, and a module that is there as bytecode alone: both at once."""
    (top / "built").write_bytes(BUILT.read_bytes().ljust(size))
    py_compile.compile(str(write(top, {"bare.py": f"X = {answer}"}) / "bare.py"), str(top / "compiled"))
    (top / "built").rename(top / "project/lib" / BUILT.name)
    (top / "compiled").rename(top / "project/lib/bare.pyc")


@pytest.mark.parametrize("others", [0, 400, MANY + 1])
def test_modules_that_are_not_written_in_python_are_watched(others: int, tmp_path: Path) -> None:
    """Once they are built, built again and gone, also among many."""
    write(tmp_path, {"project/lib/__init__.py": "", **{f"project/lib/m{number}.py": "" for number in range(others)}})
    with develop(tmp_path / "project", {"server/a.py": COMPILED}) as server:
        assert "cannot import name '_speedups'" in server.ask("/a")[2]
        for size, answer in ((200_000, 1), (200_001, 2), (200_001, 3)):
            build(tmp_path, size, answer)
            assert json.loads(server.ask("/a")[2]) == [size, answer]
        assert server.written().count("has changed") == 3
        (tmp_path / "project/lib" / BUILT.name).unlink()
        assert "cannot import name '_speedups'" in server.ask("/a")[2]


#: How a route file writes NAME.py in `lib` when it is imported; TEXT is the same each time, or another.
WRITERS = {
    "itself": """
path, END = Path(__file__), ' #' + 'END'
path.write_text(path.read_text().partition(END)[0] + END + TEXT)
""",
    "before": "Path('lib/NAME.py').write_text('X = 0 #' + TEXT)\nimport lib.NAME",
    "after": "import lib.NAME\nPath('lib/NAME.py').write_text('X = 0 #' + TEXT)",
    "renamed": """
import lib.NAME, os
Path('lib/NAME').write_text('X = 0 #' + TEXT)
os.replace('lib/NAME', 'lib/NAME.py')
""",
    "process": """
import lib.NAME, subprocess, sys
CODE = "import sys; open('lib/NAME.py', 'w').write('X = 0 #' + sys.argv[1])"
subprocess.run([sys.executable, '-Sc', CODE, TEXT], check=True)
""",
}
#: A route file that then writes.
WRITING = """
import time
from pathlib import Path
Y = 0
def GET(req, res): res.json(Y)
"""


@pytest.mark.parametrize("text", ["'same'", "str(time.time_ns())"])
def test_a_project_that_writes_its_own_modules_is_loaded_a_few_times(tmp_path: Path, text: str) -> None:
    """With the same text or another one, before and after Python reads it; what is saved later is seen."""
    files = {"server/count.py": "open('loads', 'a').write('.')\ndef GET(req, res): ..."}
    for name, source in WRITERS.items():
        files[f"lib/{name}.py"] = "X = 0 #"
        files[f"server/{name}.py"] = WRITING + source.replace("TEXT", text).replace("NAME", name)
    with develop(tmp_path, files) as server:
        for number, name in enumerate(["itself", "process"]):
            assert server.ask(f"/{name}")[2] == "0"
            saved = (tmp_path / f"server/{name}.py").read_text().replace("Y = 0", f"Y = {number + 1}")
            write(tmp_path, {f"server/{name}.py": saved})
            assert [server.ask(f"/{name}")[2] for _ in range(5)] == [str(number + 1)] * 5
        assert len((tmp_path / "loads").read_text()) <= 7


#: How a route file writes a module under another name at each load, in a folder that is watched.
NAMING = {
    "imported": "import lib.old",
    "listed": "list(Path('lib').glob('*.py'))",
}


@pytest.mark.parametrize("name", NAMING)
def test_a_project_that_names_its_own_modules_anew_is_loaded_a_few_times(tmp_path: Path, name: str) -> None:
    """It would be loaded for ever."""
    naming = "open('loads', 'a').write('.')\nPath(f'lib/new_{time.time_ns()}.py').touch()\n"
    with develop(tmp_path, {"server/a.py": f"{WRITING}{NAMING[name]}\n{naming}", "lib/old.py": ""}) as server:
        assert [server.ask("/a")[2] for _ in range(5)] == ["0"] * 5
        assert len((tmp_path / "loads").read_text()) <= 6


#: Starts processes in all ways, each of which writes its id: some end by themselves if asked to, some do not.
STARTING = """
import multiprocessing, os, subprocess, sys, time
CODE = "import os, sys, time; open(f'{sys.argv[1]}-{os.getpid()}', 'w').close(); time.sleep(1000)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + CODE
def wait():
    exec(CODE, {})
def start(code, name, **options):
    subprocess.Popen([sys.executable, "-Sc", code, name], **options)
start(CODE, "left-popen")
start(DEAF, "left-deaf")
start(CODE, "kept-session", start_new_session=True)
os.system(f'"{sys.executable}" -Sc "{CODE}" left-system &')
sys.argv[1:] = ["left-fork"]
if os.fork() == 0: wait()
sys.argv[1:] = ["left-worker"]
multiprocessing.get_context("fork").Process(target=wait).start()
def GET(req, res): res.json(0)
"""


def find_processes(project: Path) -> dict[str, str]:
    """Return the processes that were started, by their id, and the state of each; none for one that has ended."""
    names = [path.name for path in project.iterdir() if path.name.startswith(("left", "kept"))]
    return {name: state(int(name.rpartition("-")[2])) for name in names}


def state(process: int) -> str:
    """Return the state of a process, an empty string if it has ended."""
    try:
        found = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
    return found.replace("Z", "")


@pytest.mark.parametrize("end", [None, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_processes_of_the_project_end_with_the_one_that_has_started_them(
    tmp_path: Path, end: signal.Signals | None
) -> None:
    """By a reload, an interrupt or the end of the terminal, unless they have a session of their own."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # it is ignored if the tests run under nohup
    with develop(tmp_path, {"server/a.py": STARTING}) as server:
        signal.signal(signal.SIGHUP, before)
        assert server.ask("/a")[2] == "0"
        wait(lambda: len(find_processes(tmp_path)) == 6)
        if end is None:
            write(tmp_path, {"server/a.py": "def GET(req, res): res.json(1)\n"})
            assert server.ask("/a")[2] == "1"
        else:
            server.process.send_signal(end)
            assert server.process.wait(10) == 0
        wait(lambda: not any(found for name, found in find_processes(tmp_path).items() if name.startswith("left")))
        ((kept, found),) = ((name, found) for name, found in find_processes(tmp_path).items() if found)
        os.kill(int(kept.rpartition("-")[2]), signal.SIGKILL)
        assert (kept.partition("-")[0], found) == ("kept", "S")


def test_a_server_that_ignores_the_end_of_its_terminal_lives_on(tmp_path: Path) -> None:
    """As `nohup` wants it."""
    with develop(
        tmp_path, {"server/a.py": ROUTE.format("sys").replace("X", "byteorder")}, launcher=["nohup"]
    ) as server:
        server.process.send_signal(signal.SIGHUP)
        assert server.ask("/a")[2] == f'"{sys.byteorder}"'


#: Starts a command as one that gets the processes whose parents have ended, as the first process of a container does.
REAPER = "import ctypes, os, sys; ctypes.CDLL(None).prctl(36, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])"


def test_the_first_process_of_a_container_keeps_none_that_has_ended(tmp_path: Path) -> None:
    """They would pile up over reloads."""
    starting = "import os\nos.system('sleep 1000 &')\ndef GET(req, res): res.json({})\n"
    with develop(tmp_path, {"server/a.py": starting.format(0)}, launcher=[sys.executable, "-c", REAPER]) as server:
        for number in range(1, 3):
            write(tmp_path, {"server/a.py": starting.format(number)})
            assert server.ask("/a")[2] == str(number)
        wait(lambda: len(children(server.process.pid)) == 3)  # two of ours, and one that has been started
