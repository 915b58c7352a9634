"""Fixtures: a project folder for each test, and trees that leave nothing behind in the process."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fsapi import App
from fsapi.tree.import_hook import Finder
from tests.site import Site, write

#: Debian's driver of Chromium, or nothing where it is not installed.
CHROMEDRIVER = shutil.which("chromedriver") or ""


def pytest_report_header() -> str:
    """Say whether the browser's tests run."""
    return "browser: " + (CHROMEDRIVER or "there is no chromedriver, so its tests are left out")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the browser's tests where there is none."""
    out = [] if CHROMEDRIVER else [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in out]
    config.hook.pytest_deselected(items=out)


@pytest.fixture(autouse=True)
def clean_imports() -> Iterator[None]:
    """Take back what a test has put into the import system, so that each tree can be called `server`."""
    paths, finders, modules = list(sys.path), list(sys.meta_path), set(sys.modules)
    # The example's own tests import its tree by name; here that name is free.
    sys.path[:] = [path for path in paths if Path(path).name != "example_project"]
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    yield
    sys.path[:], sys.dont_write_bytecode = paths, writes
    trees = {finder.name for finder in sys.meta_path if isinstance(finder, Finder) and finder not in finders}
    sys.meta_path[:] = finders
    for name in set(sys.modules) - modules:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if name.partition(".")[0] in trees or file.startswith(tempfile.gettempdir()):
            del sys.modules[name]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a function that writes a tree and makes an App of it."""

    def make(files: dict[str, str], **options: Any) -> App:
        (tmp_path / "server").mkdir(exist_ok=True)
        write(tmp_path / "server", files)
        return App(tmp_path, **options)

    return make
