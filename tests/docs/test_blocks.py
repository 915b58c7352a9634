"""Everything that the documentation shows is run; `tests/docs/blocks.py` says how.

API_TOKEN is set, and so is FSAPI_DEVELOPMENT in the sections that show what is logged of answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapi.answers.response_check import DEVELOPMENT
from fsapi.tree.import_hook import Finder
from tests.docs.blocks import run_section
from tests.docs.pages import PAGES, sections
from tests.site import ROOT, write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

SECTIONS = [(name, number) for name in PAGES for number, section in enumerate(sections(name)) if section]


@pytest.fixture(autouse=True)
def fresh_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Import `lib`, `pages`, `server` and `wsgi` from the project of the section, and forget them after it."""
    monkeypatch.setenv("API_TOKEN", "a-long-random-token")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "meta_path", [finder for finder in sys.meta_path if not isinstance(finder, Finder)])
    for name in project_modules():
        monkeypatch.delitem(sys.modules, name)
    yield
    for name in project_modules():
        del sys.modules[name]


def project_modules() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] in ("lib", "pages", "server", "wsgi")]


@pytest.mark.parametrize(("name", "number"), SECTIONS)
def test_every_block_does_what_it_shows(
    name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A section that imports Django runs in its own process, since Django can be set up only once in each."""
    logs = any("does not send" in block.text for block in sections(name)[number])
    monkeypatch.setenv(DEVELOPMENT, "1" if logs else "")
    if not any("from django" in block.text for block in sections(name)[number]):
        run_section(name, number, tmp_path)
        return
    call = f"run_section({name!r}, {number}, pathlib.Path({str(tmp_path)!r}))"
    code = f"import pathlib; from tests.docs.blocks import run_section; {call}"
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, env=environ, check=True)


@pytest.mark.parametrize("command", [["-c", "import wsgi"], ["-m", "fsapi", "routes"]])
def test_the_checks_before_a_reload_report_a_broken_tree(command: list[str], tmp_path: Path) -> None:
    """The commands that the page on deploying runs before HUP exit with 1 and the report."""
    write(tmp_path, {"wsgi.py": "from fsapi import App\napp = App(__file__)", "server/a.py": "async def GET(): ..."})
    run = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1
    assert "server/a.py:1: GET is async\n  fsapi is synchronous: drop the `async`.\n" in run.stderr
