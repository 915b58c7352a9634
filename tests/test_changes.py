"""Which files of a running project are watched, and what counts as a change."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from fsapi.changes import Watch
from fsapi.tree import import_hook
from tests.site import write


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change into a project whose tree is elsewhere, and return the folder above both."""
    write(tmp_path, {"home/lib/db.py": "X = 1", "home/old.py": "", "tree/a.py": "", "home/.venv/pyvenv.cfg": ""})
    monkeypatch.chdir(tmp_path / "home")
    import_hook.register(tmp_path / "tree")
    return tmp_path


CHANGES: dict[str, Callable[[Path], object]] = {
    "home/lib/db.py": lambda path: path.write_text("X = 22"),
    "home/new.py": lambda path: path.touch(),
    "home/old.py": lambda path: path.unlink(),
    "tree/a.py": lambda path: os.utime(path, (1, 1)),
    "tree/deep/b.py": lambda path: write(path.parent, {"b.py": ""}),
    "home/.well-known/c.py": lambda path: write(path.parent, {"c.py": ""}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_edits_new_and_deleted_files_are_seen(here: Path, name: str) -> None:
    """Both in the tree and in the rest of the project."""
    watch = Watch(os.getcwd(), modules=True)
    assert watch.look() == []
    CHANGES[name](here / name)
    assert watch.look() == [str(here / name)]


@pytest.mark.parametrize("name", ["x.txt", "__pycache__/x.py", ".git/x.py", "node_modules/x.py", ".venv/x.py"])
def test_files_that_are_not_source_are_not_watched(here: Path, name: str) -> None:
    """Caches, hidden folders and environments change all the time."""
    watch = Watch(os.getcwd(), modules=True)
    write(here / "home", {name: "1"})
    assert watch.look() == []


def test_imported_modules_from_elsewhere_are_watched(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library beside the project is watched from its import on."""
    watch, module = Watch(os.getcwd(), modules=True), ModuleType("beside")
    module.__file__ = str(write(here, {"beside.py": ""}) / "beside.py")
    monkeypatch.setitem(sys.modules, "beside", module)
    assert watch.look() == []
    write(here, {"beside.py": "X = 1"})
    assert watch.look() == [module.__file__]


def test_a_tree_that_is_registered_later_is_not_a_change(here: Path) -> None:
    """From then on it is watched, including files that are never imported."""
    write(here, {"later/_private.py": "", "later/a.py": ""})
    watch = Watch(os.getcwd(), modules=True)
    import_hook.register(here / "later")
    assert watch.look() == []
    write(here, {"later/b.py": ""})
    assert watch.look() == [str(here / "later/b.py")]


def test_a_file_that_is_written_while_the_app_loads_is_a_change(here: Path) -> None:
    """The app may have been loaded without it."""
    write(here / "home", {"server/a.py": ""})
    watch = Watch(os.getcwd(), modules=True)
    import_hook.register(here / "home/server")
    write(here / "home", {"server/deep/new.py": ""})
    assert watch.look() == [str(here / "home/server/deep/new.py")]
