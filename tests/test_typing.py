"""What type checkers report for contracts, shown by a sample project with planted errors: `tests/typing/`.

A line that ends in `# error: why` has an error that mypy and pyright must both find; all others must pass.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapi import App
from tests.site import ROOT, write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

SAMPLE = Path(__file__).with_name("typing")
PACKAGES = ("server", "app", "shop")
SOURCES = {path.relative_to(SAMPLE).as_posix(): path.read_text("utf-8") for path in SAMPLE.rglob("*.py")}

#: A file, from the project on, and a line of it.
Place = tuple[str, int]
PLANTED: set[Place] = {
    (name, number)
    for name, source in SOURCES.items()
    for number, line in enumerate(source.splitlines(), 1)
    if "  # error: " in line
}

#: All that fsapi needs at run time, with what its dependencies need.
NEEDED = {"fsapi", "werkzeug", "markupsafe", "msgspec"}
LOADED = """
import sys
before = set(sys.modules)
from fsapi import *
print(*{name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))
"""
ALONE = f"""
import sys
class Nothing:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in {NEEDED} | set(sys.stdlib_module_names):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Nothing)
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return a copy of the sample project, out of reach of this repository's settings."""
    return Path(shutil.copytree(SAMPLE, tmp_path, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True))


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run Python and return what it prints; pytest shows its errors."""
    return subprocess.run([sys.executable, *command], cwd=cwd, stdout=subprocess.PIPE, text=True, check=False).stdout


def mypy(sample: Path) -> Iterator[Place]:
    """Yield the places where `mypy --strict` reports an error."""
    settings = f"[mypy]\nstrict = True\nexplicit_package_bases = True\nmypy_path = {sample}:{ROOT}\n"
    write(sample, {"mypy.ini": settings})
    packages = [word for name in PACKAGES for word in ("-p", name)]
    cached = ("--cache-dir", str(sample.parent / "mypy"))  # what other tests have let mypy read of fsapi
    for line in run("-m", "mypy", "--output", "json", *cached, *packages, cwd=sample).splitlines():
        found = json.loads(line)
        yield Path(found["file"]).as_posix(), found["line"]


def pyright(sample: Path) -> Iterator[Place]:
    """Yield the places where pyright in strict mode finds an error."""
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": PACKAGES}
    write(sample, {"pyrightconfig.json": json.dumps(settings)})
    output = json.loads(run("-m", "pyright", "--pythonpath", sys.executable, "--outputjson", cwd=sample))
    for found in output["generalDiagnostics"]:
        yield Path(found["file"]).relative_to(sample).as_posix(), found["range"]["start"]["line"] + 1


def test_mypy_finds_every_planted_error_and_no_other(sample: Path) -> None:
    """Under `mypy --strict` a contract holds."""
    assert set(mypy(sample)) == PLANTED


def test_pyright_finds_every_planted_error_and_no_other(sample: Path) -> None:
    """In pyright's strict mode a contract holds."""
    assert set(pyright(sample)) == PLANTED


def test_every_file_with_handlers_has_a_planted_error() -> None:
    """So no file can go unchecked without a failure."""
    assert len(PLANTED) >= 20
    assert {name for name, _ in PLANTED} >= {name for name in SOURCES if not name.startswith("shop/")}


def test_the_sample_can_be_built(sample: Path) -> None:
    """Every file that checkers read is a route, a page, middleware or an error function at run time."""
    routes = App(sample).routes
    built = {file for route in routes for file in (route.file, *route.middleware)}
    built |= {route.errors.json.file for route in routes if route.errors.json is not None}
    assert built == {name for name in SOURCES if not name.startswith("shop/")}


def test_the_package_needs_nothing_but_werkzeug_and_msgspec() -> None:
    """typing_extensions, pydantic and attrs may be missing."""
    assert set(run("-c", ALONE + LOADED).split()) == NEEDED


def test_the_package_imports_nothing_else_that_is_installed() -> None:
    """Other installed packages are not imported, except that msgspec looks for typing_extensions."""
    assert set(run("-c", LOADED).split()) - {"typing_extensions"} == NEEDED
