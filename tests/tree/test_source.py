"""Which bytecode an import reads, writes and leaves once the project's files are compiled afresh."""

from __future__ import annotations

import importlib
import os
import sys
import sysconfig
import time
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from fsapi.tree import import_hook, source
from tests.site import restore_bytecode, save, write

#: A time at which files are saved, some seconds after the start of a second.
EARLY, LATE = 1_700_000_000.25, 1_700_000_000.75


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder importable, with bytecode as Python has it by default."""
    restore_bytecode(monkeypatch)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def bytecode(folder: Path) -> list[str]:
    """Return the names of the modules that have bytecode."""
    return sorted(path.name.partition(".")[0] for path in folder.glob("**/*.pyc"))


def forget(*names: str) -> None:
    """Let modules be imported once more."""
    importlib.invalidate_caches()
    for name in names:
        sys.modules.pop(name, None)


def test_two_saves_of_one_size_within_a_second_give_the_newer_code(here: Path) -> None:
    """Plain Python serves the older one."""
    save(here / "one.py", "X = 1", EARLY)
    found = [importlib.import_module("one").X]
    save(here / "one.py", "X = 2", LATE)
    forget("one")
    found.append(importlib.import_module("one").X)
    source.compile_afresh()
    forget("one")
    assert [*found, importlib.import_module("one").X] == [1, 1, 2]


def test_a_route_file_is_compiled_as_any_module(here: Path) -> None:
    """Its loader is one of ours."""
    source.compile_afresh()
    write(here, {"server/[id].py": "from lib import db", "lib/db.py": ""})
    import_hook.load(f"{import_hook.register(here / 'server')}.[id]")
    assert bytecode(here) == []


def test_bytecode_that_may_be_of_an_earlier_save_is_deleted(here: Path) -> None:
    """Also that of modules imported before: gunicorn would trust it afterwards. What is surely younger stays."""
    old = LATE - 10
    for name, saved in {"imported": LATE, "old": old}.items():
        save(here / f"{name}.py", "", saved)
        importlib.import_module(name)
    for path in here.glob("__pycache__/*"):
        os.utime(path, (LATE, LATE))
    save(here / "later.py", "", LATE)
    SourceFileLoader("later", str(here / "later.py")).get_code("later")
    os.utime(next(here.glob("__pycache__/later.*")), (LATE, LATE))
    source.compile_afresh()
    assert bytecode(here) == ["later", "old"]
    importlib.import_module("later")
    assert bytecode(here) == ["old"]


def test_bytecode_of_other_pythons_is_deleted(here: Path) -> None:
    """They would trust it too, as `python -O` does and whoever runs another version."""
    save(here / "m.py", "", LATE)
    names = (
        "m.cpython-399",
        "m.cpython-311.opt-1",
        "m.cpython-311.opt-2",
        "mm.cpython-311",
        "m.json.cpython-311.opt-1",
    )
    write(here, {"__pycache__/m.txt": "", **{f"__pycache__/{name}.pyc": "" for name in names}})
    for path in here.glob("__pycache__/*"):
        os.utime(path, (LATE, LATE))
    source.compile_afresh()
    importlib.import_module("m")
    left = {"m.txt", "mm.cpython-311.pyc", "m.json.cpython-311.opt-1.pyc"}
    assert {path.name for path in here.glob("__pycache__/*")} == left
    SourceFileLoader("m.json", str(write(here, {"m.json.py": ""}) / "m.json.py")).get_code("m.json")
    assert {path.name for path in here.glob("__pycache__/*")} == {"m.txt", "mm.cpython-311.pyc"}


@pytest.mark.parametrize("folder", [lambda: sysconfig.get_path("purelib"), lambda: os.path.dirname(source.__file__)])
def test_installed_packages_keep_their_bytecode(here: Path, folder: Callable[[], str]) -> None:
    """They do not change while a project is developed; nor does fsapi, wherever it is."""
    path = os.path.join(folder(), "some.py")
    source.compile_afresh()
    with pytest.raises(FileNotFoundError):  # which is of the real `path_stats`
        SourceFileLoader("some", path).path_stats(path)


def test_bytecode_that_cannot_be_deleted_is_left(here: Path) -> None:
    """It is not read either."""
    save(here / "stuck.py", "X = 1", EARLY)
    cached = Path(cache_from_source(str(here / "stuck.py")))
    cached.mkdir(parents=True)
    os.utime(cached, (EARLY, EARLY))
    source.compile_afresh()
    assert importlib.import_module("stuck").X == 1
    assert cached.is_dir()


def test_processes_that_the_project_starts_write_no_bytecode(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They read the environment."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "")
    source.compile_afresh()
    source.compile_afresh()  # the second time does nothing
    assert os.environ["PYTHONDONTWRITEBYTECODE"] == "1"


def test_a_file_that_was_saved_after_its_import_is_known_by_its_bytecode(here: Path) -> None:
    """There may be none, or the file may be gone."""
    names = ("saved", "same", "without", "gone")
    for name in names:
        save(here / f"{name}.py", "", EARLY)
    modules = {name: importlib.import_module(name) for name in names}
    save(here / "saved.py", "", time.time() + 1)
    os.remove(str(modules["without"].__cached__))
    os.remove(here / "gone.py")
    found = {path: cached for path, cached in source.find_edited().items() if path.startswith(str(here))}
    assert found == {str(here / "saved.py"): modules["saved"].__cached__}
    forget(*names)


def test_without_bytecode_nothing_is_known_of_imported_files(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What there is may be that of an import long ago."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert source.find_edited() == {}
