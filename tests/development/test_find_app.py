"""Which app a command works on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import fsapi
from fsapi import App
from fsapi.development import find_app
from tests.site import write

OK = "def GET(req, res): res.end()\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change into an empty folder whose `wsgi` has not been imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "wsgi", raising=False)
    monkeypatch.delenv("FSAPI_ROOT", raising=False)
    return tmp_path


def test_app_of_wsgi_comes_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the app that production runs."""
    write(here, {"wsgi.py": "from fsapi import App\napp = App(__file__, server='api')", "api/a.py": OK})
    monkeypatch.setenv("FSAPI_ROOT", "/nowhere")
    assert [route.file for route in find_app.load_app(None).routes] == ["api/a.py"]


def test_fsapi_root_comes_next(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `wsgi.py` without `app`, such as Django's, is skipped."""
    write(here, {"wsgi.py": "application = None", "sub/server/b.py": OK})
    monkeypatch.setenv("FSAPI_ROOT", "sub")
    assert [route.file for route in find_app.load_app(None).routes] == ["server/b.py"]


def test_the_working_directory_comes_last(here: Path) -> None:
    """A folder with a tree needs no code at all."""
    write(here, {"server/c.py": OK})
    assert [route.file for route in find_app.load_app(None).routes] == ["server/c.py"]


@pytest.mark.parametrize("spec", ["my_site:api", "my_site"])
def test_an_app_can_be_named(here: Path, spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name after the colon is `app` by default."""
    monkeypatch.delitem(sys.modules, "my_site", raising=False)
    write(here, {"my_site.py": "from fsapi import App\napi = app = App(__file__)", "server/a.py": OK})
    assert isinstance(find_app.load(spec), App)


def test_modules_of_the_working_directory_can_be_imported(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python adds that folder for `python -m fsapi`, but not for the script `fsapi`."""
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", str(here))])
    write(here, {"server/a.py": OK})
    find_app.load(None)
    assert sys.path[0] == os.getcwd()


@pytest.mark.parametrize(
    ("files", "spec", "text"),
    [
        ({}, None, "server: there is no such folder\n"),
        ({"wsgi.py": "app = 5"}, None, "wsgi has no app called `app`\n  Write `app = App"),
        ({"wsgi.py": "def app(e, s): ..."}, None, "the app is a function, not an fsapi App\n"),
        ({}, "nope_3:app", "ModuleNotFoundError: No module named 'nope_3'"),
        ({"wsgi.py": "import sys\nsys.exit(4)"}, None, "Traceback (most recent call last):\n  File "),
        ({"wsgi.py": "("}, None, "  File "),
    ],
)
def test_an_app_that_cannot_be_loaded_is_reported_with_its_reason(
    here: Path, files: dict[str, str], spec: str | None, text: str
) -> None:
    """The reason is a report, or a traceback that starts in the project."""
    write(here, files)
    with pytest.raises(find_app.Unloadable) as caught:
        find_app.load_app(spec)
    assert str(caught.value).startswith(text)
    assert os.path.dirname(fsapi.__file__) not in str(caught.value)
