"""Measure how fsapi grows with its tree: the build, dispatch, depth, memory, and the import of the package.

The floor of a build is what no router over files can do without: importing the same files, and a Werkzeug Map with
their rules. Each build has a process of its own, and the files have been compiled before. Run alone, this prints its
part of `RESULTS.md`.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import median
from time import process_time

from cases import Case
from measure import Times, compare, table
from send import wsgi
from werkzeug.routing import Map, Rule

from fsapi import App

SIZES, DEPTHS = (10, 100, 1_000, 10_000), (1, 10, 30)
#: Size of a tree → how often it is built, besides once to compile its files.
RUNS = {100: 5, 1_000: 5, 10_000: 1}
IMPORTS, APP = 21, "from fsapi import App"
#: Processes keep the bytecode of what they import, as installed packages do. Without it, an import of fsapi would be
#: mostly the compiling of fsapi, and a build the compiling of the tree.
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

NAMES = ("index", "[id]", "[id]/posts/[post]", "about")
SOURCE = """from fsapi import Req, Res


def GET(req: Req, res: Res) -> None:
    res.json(req.params)


def POST(req: Req, res: Res) -> None:
    res.json(req.body)
"""


def write_tree(project: Path, files: list[str]) -> None:
    """Write route files of equal source."""
    for name in files:
        file = project / "server" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SOURCE)


def names(size: int) -> list[str]:
    """Return the names of as many route files, four to a folder."""
    return [f"r{number // 4}/{NAMES[number % 4]}" for number in range(size)]


def build_floor(project: Path) -> object:
    """Import the files of a tree, and build a Map with a rule for each."""
    rules: list[Rule] = []
    modules: list[object] = []
    for folder, _, files in os.walk(project / "server"):
        for file in files:
            if file.endswith(".py"):
                path = os.path.join(folder, file)
                rules.append(Rule(_rule(path), endpoint=path))
                modules.append(_imported(path))
    url_map = Map(rules)
    url_map.update()
    return url_map, modules


def _imported(path: str) -> object:
    """Import a file."""
    spec = spec_from_file_location(f"floor.{abs(hash(path))}", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be imported")
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rule(path: str) -> str:
    """Return the rule of a file."""
    url = path.partition("/server/")[2].removesuffix(".py").removesuffix("/index")
    return "/" + url.replace("[", "<").replace("]", ">")


#: What a process of its own can do with a tree.
BUILDS: dict[str, Callable[[Path], object]] = {"fsapi": App, "floor": build_floor}


def build(kind: str, project: Path, *, traced: bool) -> float:
    """Return the CPU seconds of a build, or the bytes that it leaves."""
    if traced:
        tracemalloc.start()
    start = process_time()
    built = BUILDS[kind](project)
    spent = process_time() - start
    if not traced:
        return spent
    gc.collect()
    left = tracemalloc.get_traced_memory()[0]
    del built
    return left


def ask(kind: str, project: Path, measure: str) -> float:
    """Return what a new process measures."""
    command = [sys.executable, __file__, measure, kind, str(project)]
    return float(subprocess.run(command, env=COMPILED, stdout=subprocess.PIPE, check=True, text=True).stdout)


def builds(folder: Path) -> Iterator[list[str]]:
    """Yield, for each size, seconds and bytes beside the floor."""
    for size in SIZES[1:]:
        project = folder / str(size)
        write_tree(project, names(size))
        runs: dict[str, list[float]] = {"fsapi": [], "floor": []}
        for _ in range(RUNS[size] + 1):
            for kind, seconds in runs.items():
                seconds.append(ask(kind, project, "time"))
        own, floor = (median(seconds[1:]) for seconds in runs.values())  # the first run has compiled the files
        ratio = median(mine / its for mine, its in zip(runs["fsapi"][1:], runs["floor"][1:]))
        left = [ask(kind, project, "memory") for kind in runs] if RUNS[size] > 1 else []
        beyond = f"{(left[0] - left[1]) / size / 1024:.1f}" if left else "-"
        yield [f"{size:,}", f"{own:.2f}", f"{floor:.2f}", f"{ratio:.2f}", beyond]


def dispatch(folder: Path) -> Iterator[list[str]]:
    """Yield, for each size, the microseconds of a request for one param, and the ratio to the smallest tree."""
    apps: dict[str, App] = {}
    for size in SIZES:
        project = folder / str(size)
        write_tree(project, names(size))
        apps[f"{size:,} files"] = App(project)
    yield from _grown({name: wsgi(app, Case("", "GET", "/r1/42", None)) for name, app in apps.items()})


def depth(folder: Path) -> Iterator[list[str]]:
    """Yield, for each depth, the microseconds of a request, and the ratio to the smallest depth."""
    project = folder / "depth"
    write_tree(project, ["/".join(["a", *(f"[p{place}]" for place in range(depth))]) for depth in DEPTHS])
    app = App(project)
    yield from _grown({f"{deep} params": wsgi(app, Case("", "GET", "/a" + "/x" * deep, None)) for deep in DEPTHS})


def _grown(works: dict[str, Callable[[], object]]) -> Iterator[list[str]]:
    """Yield the microseconds of each, and the ratio to the first."""
    found = compare(works)
    first: Times = next(iter(found.values()))
    for name, times in found.items():
        ratio, spread = times.ratio(first)
        yield [name, f"{times.median:.1f}", f"{ratio:.2f} ± {spread:.2f}"]


def imports() -> Iterator[list[str]]:
    """Yield the CPU milliseconds of whole processes that import."""
    spent: dict[str, list[float]] = {"pass": [], "import werkzeug, msgspec": [], "import fsapi": [], APP: []}
    _cpu([sys.executable, "-c", APP])  # compiles what has changed
    for _ in range(IMPORTS):
        for code, times in spent.items():
            times.append(_cpu([sys.executable, "-c", code]))
    base = spent["import werkzeug, msgspec"]
    for code, times in spent.items():
        yield [f"`{code}`", f"{median(times) * 1e3:.0f}", f"{median(a / b for a, b in zip(times, base)):.2f}"]


def _cpu(command: list[str]) -> float:
    """Return the CPU seconds of a process."""
    process = subprocess.Popen(command, env=COMPILED)
    usage = os.wait4(process.pid, 0)[2]
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


def section() -> str:
    """Return the tables of growth."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = table(["files", "fsapi s", "floor s", "fsapi ÷ floor", "KiB a route"], builds(folder))
        dispatched = table(["tree", "µs", "÷ the smallest"], dispatch(folder))
        deep = table(["path", "µs", "÷ one"], depth(folder))
    imported = table(["code", "ms", "÷ import werkzeug, msgspec"], imports())
    return (
        "## Growth\n\n"
        "The build of an App, beside importing the same files and a bare Werkzeug Map with their rules; and the memory "
        f"that a route takes beyond its module and its Rule:\n\n{built}\n"
        f"A request for one param in trees of different sizes:\n\n{dispatched}\n"
        f"A request at different depths:\n\n{deep}\n"
        f"Whole processes, in milliseconds of CPU time:\n\n{imported}"
    )


if __name__ == "__main__":
    if sys.argv[1:]:
        measured, kind, project = sys.argv[1:]
        print(build(kind, Path(project), traced=measured == "memory"))
    else:
        print(section())
