"""What the import of a name from fsapi says where another distribution has changed its folder."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.site import ROOT

pytestmark = pytest.mark.e2e

WORDS = """
  Another distribution has overwritten or removed files of fsapi-framework.
  Write `pip uninstall fsapi fsapi-tools fsapi-framework`, then install fsapi-framework again.
"""
#: A file of fsapi, what another distribution has written there (None: it has removed the file), and the reason.
DAMAGE = [
    ("app.py", "", "cannot import name 'App' from 'fsapi.app'"),
    ("json/encode.py", None, "No module named 'fsapi.json.encode'"),
    ("routing/cors.py", "x = 1\n", "cannot import name 'cors' from 'fsapi.routing.cors'"),
    ("tree/mistakes.py", "", "cannot import name '"),
]


def import_copy(folder: Path, file: str, source: str | None) -> str:
    """Return what is printed where a copy of fsapi with one other file is imported."""
    shutil.copytree(ROOT / "fsapi", folder / "fsapi", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "fsapi" / file).unlink(missing_ok=True)
    if source is not None:
        (folder / "fsapi" / file).write_text(source, encoding="utf-8")
    command = [sys.executable, "-c", "from fsapi import App, cors"]
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(("file", "source", "reason"), DAMAGE)
def test_a_damaged_package_says_so(file: str, source: str | None, reason: str, tmp_path: Path) -> None:
    """The message names the cause and what to do."""
    written = import_copy(tmp_path, file, source)
    assert f"\nImportError: fsapi is damaged: {reason}" in written
    assert written.endswith(WORDS)


@pytest.mark.parametrize("name", ["fsapi.routing.cors", "msgspec"])
def test_only_a_part_of_its_own_is_damage(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, where the other modules are imported already."""
    monkeypatch.setitem(sys.modules, "fsapi.routing.cors", ModuleType(name))
    lookup = runpy.run_path(str(ROOT / "fsapi/__init__.py"))["__getattr__"]
    with pytest.raises(ImportError, match="^fsapi is damaged: " if name[:5] == "fsapi" else "^cannot import name"):
        lookup("cors")


def test_a_dependency_that_is_missing_is_no_damage(tmp_path: Path) -> None:
    """Its own error stands."""
    written = import_copy(tmp_path, "app.py", "import no_such_module\n")
    assert written.endswith("\nModuleNotFoundError: No module named 'no_such_module'\n")
