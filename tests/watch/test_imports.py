"""What is noted of an import, before it is read: files, folders, trees, and modules that are not found."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from fsapi import App
from fsapi.tree import import_hook
from fsapi.tree.mistakes import TreeError
from fsapi.tree.source import compile_afresh
from fsapi.watch.folders import ASKED, FILE, FOLDER, TREE
from fsapi.watch.imports import observe_imports
from tests.site import write


class Notes(dict[str, int]):
    """What is noted below a folder: paths with their depths."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = str(folder)

    def note(self, path: str, depth: int) -> None:
        """Note a path."""
        if path.startswith(self.folder):
            self[path.removeprefix(self.folder).strip("/")] = depth


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notes:
    """Observe imports from a folder."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    found = Notes(tmp_path)
    observe_imports(found.note)
    return found


def test_a_module_is_noted_with_the_folders_on_its_way(tmp_path: Path, notes: Notes) -> None:
    """A new file in one of them could come before it."""
    write(tmp_path, {"package/inner/module.py": ""})
    importlib.import_module("package.inner.module")
    assert notes == {"": FOLDER, "package": FOLDER, "package/inner": FOLDER, "package/inner/module.py": FILE}


def test_a_broken_module_is_noted(tmp_path: Path, notes: Notes) -> None:
    """It is not among the modules afterwards."""
    write(tmp_path, {"broken.py": "1/0", "wrong.py": "def"})
    for name in ("broken", "wrong"):
        with pytest.raises((ZeroDivisionError, SyntaxError)):
            importlib.import_module(name)
    assert notes.keys() >= {"broken.py", "wrong.py"}


def test_a_missing_module_is_noted(notes: Notes) -> None:
    """It may be written as a file or as a folder."""
    for name in ("missing", "absent.module"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)
    assert notes == {"": FOLDER, "missing": ASKED, "absent": ASKED}


def test_what_is_no_folder_on_the_path_is_ignored(
    tmp_path: Path, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the import system does."""
    monkeypatch.setattr(sys, "path", [b"x", tmp_path / "object", *sys.path])
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("nowhere")
    assert notes == {"": FOLDER, "nowhere": ASKED}


def test_a_missing_module_of_a_package_is_noted(tmp_path: Path, notes: Notes) -> None:
    """In the folder of the package."""
    write(tmp_path, {"package2/__init__.py": ""})
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("package2.missing")
    assert notes.keys() >= {"package2", "package2/missing", "package2/__init__.py"}


def test_a_missing_module_of_a_namespace_is_noted_wherever_another_part_may_come(
    tmp_path: Path, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A namespace package has folders in several places."""
    write(tmp_path, {"one/space/inner/a.py": "", "two/x.py": ""})
    monkeypatch.setattr(sys, "path", [*(str(tmp_path / name) for name in ("one", "two")), *sys.path])
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("space.inner.b")
    assert notes.keys() >= {"one/space/inner/b", "one/space/inner", "two/space"}


def test_trees_are_noted_before_they_are_read(tmp_path: Path, notes: Notes) -> None:
    """Also those that are missing or broken."""
    write(tmp_path, {"a/server/a.py": "", "b/x.py": ""})
    for name in "ab":
        with pytest.raises(TreeError):
            App(tmp_path / name)
    trees = {path for path, depth in notes.items() if depth == TREE}
    assert trees == {"a/server", "a/app/pages", "b/server", "b/app/pages"}


def test_what_is_known_already_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module may have been imported before, and a tree registered."""
    module = ModuleType("before")
    module.__file__ = str(tmp_path / "before.py")
    monkeypatch.setitem(sys.modules, "before", module)
    import_hook.register(write(tmp_path, {"tree/a.py": ""}) / "tree")
    notes = Notes(tmp_path)
    observe_imports(notes.note)
    compile_afresh()  # which takes no observer away
    import_hook.load("tree.a")
    assert notes == {"before.py": FILE, "tree": TREE, "tree/a.py": FILE}
