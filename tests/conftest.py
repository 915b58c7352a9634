"""Fixtures: a project folder for each test, and trees that leave nothing behind in the import system."""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from examples.scale_out.run import NGINX, POSTGRES
from fsapi import App
from fsapi.embedding import WATCHER
from fsapi.tree.import_hook import Finder
from tests.site import Site, write

#: The path of chromedriver, empty if it is not installed.
CHROMEDRIVER = shutil.which("chromedriver") or ""
#: Debian's nginx and PostgreSQL, empty unless both are installed.
SCALE_OUT = f"{NGINX}, {POSTGRES}" if NGINX and POSTGRES else ""
#: What a file of slow tests alone has.
ONLY_SLOW = re.compile(r"^pytestmark = .*\be2e\b", re.MULTILINE)
#: The user id that has no rights.
NOBODY = 65534

settings.register_profile("few", max_examples=20, deadline=None, derandomize=True)
settings.register_profile("many", max_examples=200, deadline=None, derandomize=True)


def pytest_configure(config: pytest.Config) -> None:
    """Let Hypothesis try few examples while the slow tests are left out, and many where all tests run."""
    settings.load_profile("few" if "not e2e" in config.option.markexpr else "many")
    gc.disable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run the fast tests on up to four processors: a container may have fewer than it sees.

    Slow tests run in one process, since some depend on when a process comes to run. Single files need no workers.
    """
    is_whole = config.args_source is not pytest.Config.ArgsSource.ARGS
    return min(os.cpu_count() or 1, 4) if is_whole and config.option.markexpr == "not e2e" else 0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file of slow tests alone while these are left out: Selenium and the like take long to import."""
    if config.option.markexpr != "not e2e" or collection_path.suffix != ".py":
        return None
    return ONLY_SLOW.search(collection_path.read_text("utf-8")) is not None or None


def pytest_collection_finish() -> None:
    """Exempt what collection has made from garbage collection, since it lives as long as the tests do."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 50, 50)  # a collection costs more than what most tests leave


def pytest_report_header() -> list[str]:
    """Say whether the browser tests run, and those behind nginx."""
    return [
        "browser: " + (CHROMEDRIVER or "no chromedriver, so the browser tests are left out"),
        "scale_out: " + (SCALE_OUT or "no nginx or no PostgreSQL, so the tests behind nginx are left out"),
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose programs are not installed."""
    missing = [mark for mark, found in (("browser", CHROMEDRIVER), ("scale_out", SCALE_OUT)) if not found]
    out = [item for item in items if any(item.get_closest_marker(mark) for mark in missing)]
    items[:] = [item for item in items if item not in out]
    config.hook.pytest_deselected(items=out)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Escape lone surrogates, which a test may log, but cannot send from its process to pytest."""
    return escaped((yield))


def escaped(value: Any) -> Any:
    """Return what consists of strings, lists and the like with each lone surrogate escaped."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    parts: Any = value
    if isinstance(value, dict):
        return {escaped(key): escaped(each) for key, each in parts.items()}
    return type(parts)(map(escaped, parts)) if isinstance(value, (list, tuple)) else value


@contextmanager
def imports_restored() -> Generator[None]:
    """Undo what the block does to the import system, so that each tree can be called `server`."""
    paths, finders, modules = list(sys.path), list(sys.meta_path), set(sys.modules)
    # The example's own tests import its tree by name; here that name is free.
    sys.path[:] = [path for path in paths if os.path.basename(path) != "example_project"]
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    hooks, read_stats = list(sys.path_hooks), SourceFileLoader.path_stats
    unwritten = os.environ.get("PYTHONDONTWRITEBYTECODE")
    try:
        yield
    finally:
        trees = {finder.name for finder in sys.meta_path if isinstance(finder, Finder) and finder not in finders}
        sys.meta_path[:], sys.path_hooks[:] = finders, hooks
        # Below a reloader an App changes these.
        setattr(SourceFileLoader, "path_stats", read_stats)  # noqa: B010 # checkers reject a plain assignment
        os.environ.pop(WATCHER, None)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ.update({} if unwritten is None else {"PYTHONDONTWRITEBYTECODE": unwritten})
        for name in sorted(set(sys.modules) - modules, reverse=True):  # a namespace package needs its parent
            module = sys.modules[name]
            places = [str(getattr(module, "__file__", None) or ""), *getattr(module, "__path__", ())]
            if name.partition(".")[0] in trees or any(place.startswith(tempfile.gettempdir()) for place in places):
                del sys.modules[name]
        # Only now: the folders of a namespace package depend on it.
        sys.path[:], sys.dont_write_bytecode = paths, writes


@pytest.fixture(autouse=True)
def clean_imports() -> Iterator[None]:
    """Leave nothing of a test in the import system."""
    with imports_restored():
        yield


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder; pytest's own fixture reads the names of all earlier ones to number it."""
    return Path(tempfile.mkdtemp(prefix="test-", dir=tmp_path_factory.getbasetemp()))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a function that writes a tree and makes an App of it."""

    def make(files: dict[str, str], **options: Any) -> App:
        (tmp_path / "server").mkdir(exist_ok=True)
        write(tmp_path / "server", files)
        return App(tmp_path, **options)

    return make


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return what `site` returns, for an App that all tests of a file share: nothing in it changes once it is built."""

    def make(files: dict[str, str], **options: Any) -> App:
        project = tmp_path_factory.mktemp("shared")
        write(project / "server", files)
        with imports_restored():
            return App(project, **options)

    return make


@pytest.fixture(scope="module")
def unmeasured() -> Iterator[None]:
    """Measure no coverage in the processes of a file, of which it takes two fifths: other tests reach their lines."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS")]:
            patch.delenv(name)
        yield


@pytest.fixture
def user_folder() -> Iterator[Path]:
    """Return an empty folder of a user whom permissions bind, which root becomes until the test ends."""
    with tempfile.TemporaryDirectory() as folder:
        root = os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        yield Path(folder)
        if root:
            os.seteuid(0)
        for parent, folders, _ in os.walk(folder):
            for name in folders:
                os.chmod(os.path.join(parent, name), 0o700)
