"""Which app a command works on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import fsapi
from fsapi.inspection import find_app
from fsapi.inspection.unloadable import Unloadable
from tests.site import write

OK = "def GET(req, res): res.end()\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change into an empty folder, of whose modules none has been imported."""
    monkeypatch.chdir(tmp_path)
    for name in ("wsgi", "app", "other"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delenv("FSAPI_ROOT", raising=False)
    return tmp_path


def files(spec: str | None = None) -> list[str]:
    """Return the route files of the app that a command works on."""
    return [route.file for route in find_app.load_app(spec).app.routes]


MADE = "from fsapi import App\n{} = App(__file__, server='{}')\n"
TREES = {"server/c.py": OK, "api/a.py": OK, "sub/server/b.py": OK}
# Nothing can be told of how it is called.
ODD = """
class Odd(list):
    def __call__(self, environ, start_response): ...
    def __eq__(self, other): raise RuntimeError
from fsapi import App
app = Odd([App(__file__, server="api")])
"""
FACTORY = "from fsapi import App\ndef create_app(name='api', *, docs=None): return App(__file__, server=name)\n"
#: The files of a project besides its trees, `--app`, and the name of the app with a file of its tree.
FOUND: list[tuple[dict[str, str], str | None, str, str]] = [
    ({}, None, "", "server/c.py"),
    ({"wsgi.py": MADE.format("app", "api")}, None, "wsgi:app", "api/a.py"),
    ({"wsgi.py": MADE.format("application", "api")}, None, "wsgi:application", "api/a.py"),
    ({"wsgi.py": MADE.format("app = application", "api")}, None, "wsgi:app", "api/a.py"),
    ({"app.py": MADE.format("app", "api"), "app/lib.py": ""}, None, "app:app", "api/a.py"),
    ({"app.py": MADE.format("application", "api")}, None, "app:application", "api/a.py"),
    ({"wsgi.py": MADE.format("app", "api"), "app.py": "1/0"}, None, "wsgi:app", "api/a.py"),
    ({"wsgi.py": MADE.format("site", "server"), "app.py": MADE.format("app", "api")}, None, "app:app", "api/a.py"),
    ({"wsgi.py": "application = None"}, None, "", "server/c.py"),
    ({"other.py": MADE.format("app", "api")}, "other", "other", "api/a.py"),
    ({"other.py": MADE.format("site", "api")}, "other:site", "other:site", "api/a.py"),
    ({"other.py": FACTORY}, "other:create_app()", "other:create_app()", "api/a.py"),
    ({"other.py": FACTORY}, "other:create_app('server')", "other:create_app('server')", "server/c.py"),
    ({"other.py": FACTORY}, "other:create_app(name='server')", "other:create_app(name='server')", "server/c.py"),
    ({"other.py": ODD}, "other", "other", "api/a.py"),
    ({"deep/other.py": MADE.format("app", "../api")}, "deep.other:app", "deep.other:app", "../api/a.py"),
]


@pytest.mark.parametrize(("project", "spec", "name", "file"), FOUND)
def test_commands_work_on_the_app_of_production(
    here: Path, project: dict[str, str], spec: str | None, name: str, file: str
) -> None:
    """`--app` comes first, then `wsgi.py`, then `app.py`, then the folder itself."""
    write(here, {**TREES, **project})
    assert (find_app.load(spec).name, files(spec)) == (name, [file])


def test_fsapi_root_is_used_where_no_file_has_an_app(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in `fsapi.wsgi`."""
    monkeypatch.setenv("FSAPI_ROOT", "sub")
    write(here, TREES)
    assert files() == ["server/b.py"]


PASSED_OVER = {
    "": "wsgi.py is passed over: it has no `app` or `application`",
    MADE.format("api", "api"): (
        "wsgi.py is passed over: it has no `app` or `application`, but there is an App called `api`: name it "
        "`app`, or pass --app wsgi:api"
    ),
    "app = None": "wsgi.py is passed over: its `app` is None",
    "app = 'text'": "wsgi.py is passed over: its `app` is not an app, but of the type str",
    "application = 5": "wsgi.py is passed over: its `application` is not an app, but of the type int",
    f"app = None\n{MADE.format('api', 'api')}": (
        "wsgi.py is passed over: its `app` is None, but there is an App called `api`: name it `app`, or pass "
        "--app wsgi:api"
    ),
    FACTORY: (
        "wsgi.py is passed over: it has no `app` or `application`; if `create_app` makes the app, pass "
        '--app "wsgi:create_app()"'
    ),
}


@pytest.mark.parametrize("source", PASSED_OVER)
def test_a_file_that_is_passed_over_gets_a_line(here: Path, source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Else another app, without its options, would be served in silence."""
    write(here, {**TREES, "wsgi.py": source})
    find_app.load_apps(None)
    assert capsys.readouterr().err == f"{PASSED_OVER[source]}\n"


def test_the_line_comes_before_the_report_of_the_folder(here: Path) -> None:
    """It may be the reason."""
    write(here, {"wsgi.py": ""})
    with pytest.raises(Unloadable) as caught:
        find_app.load(None)
    assert str(caught.value).startswith(f"{PASSED_OVER['']}\nserver: there is no such folder\n")


def test_modules_of_the_working_directory_can_be_imported(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python adds that folder for `python -m fsapi`, but not for the script `fsapi`."""
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", str(here))])
    write(here, {"server/a.py": OK})
    find_app.load(None)
    assert sys.path[0] == os.getcwd()


OTHER = "from fsapi import App\nX = 5\nclass Kept: ...\ndef make(): ...\ndef five(): return 5\napp = App(__file__)\n"
FORM = "Write --app MODULE:NAME, such as --app wsgi:app."
WRONG = {
    "": f"names no module\n  {FORM}",
    ":app": f"names no module\n  {FORM}",
    "./other.py:app": "is a file, not a module\n  Write --app other:app.",
    "other.py": "is a file, not a module\n  Write --app other:app.",
    "deep/other.py:site": "is a file, not a module\n  Write --app deep.other:site.",
    "deep\\other.py:site": "is a file, not a module\n  Write --app deep.other:site.",
    "../other.py:app": "is a file, not a module\n  Change into the folder of the project, and write --app other:app.",
    "my app:app": f"`my app` is not the name of a module\n  {FORM}",
    "..other:app": f"`..other` is not the name of a module\n  {FORM}",
    "nope": "there is no module `nope`\n  It is neither in this folder nor installed.",
    "othr:app": "there is no module `othr`\n  Did you mean --app other?",
    "other.deeper:app": "there is no module `other.deeper`\n  It is neither in this folder nor installed.",
    "other:": f"`` is neither a name nor a call such as create_app()\n  {FORM}",
    "other:a b": f"`a b` is neither a name nor a call such as create_app()\n  {FORM}",
    "other:app[0]": f"`app[0]` is neither a name nor a call such as create_app()\n  {FORM}",
    "other:make(x)": f"`make(x)` is neither a name nor a call such as create_app()\n  {FORM}",
    "other:make(**{})": f"`make(**{{}})` is neither a name nor a call such as create_app()\n  {FORM}",
    "deep/other.py:make()": 'is a file, not a module\n  Write --app "deep.other:make()".',
    "OTHER:app": "there is no module `OTHER`\n  Did you mean --app other?",
    "other:site": "other has no `site`\n  Did you mean --app other:app?",
    "other:X": f"`X` in other is not an app, but of the type int\n  {FORM}",
    "other:X()": f"`X` in other cannot be called\n  {FORM}",
    "other:make": (
        '`make` in other does not take environ and start_response\n  If it makes the app, write --app "other:make()".'
    ),
    "other:five()": f"`five()` in other is not an app, but of the type int\n  {FORM}",
    "other:make(1)": (
        "`make(1)` cannot be called so: too many positional arguments\n"
        "  Write the arguments that it takes, or the name of an app without parentheses."
    ),
    "other:app()": (
        "`app()` cannot be called so: missing a required argument: 'environ'\n"
        "  Write the arguments that it takes, or the name of an app without parentheses."
    ),
    "empty:app": "empty has no `app`\n  Write `app = App(__file__)` in it.",
    "empty:appp": "empty has no `appp`\n  Write `appp = App(__file__)` in it.",
}


@pytest.mark.parametrize("spec", WRONG)
def test_a_wrong_app_is_answered_in_words(here: Path, spec: str) -> None:
    """The exit code is 2: the command is wrong, not the project."""
    write(here, {"server/c.py": OK, "other.py": OTHER, "empty.py": ""})
    with pytest.raises(Unloadable) as caught:
        find_app.load(spec)
    assert (str(caught.value), caught.value.code) == (f"--app {spec}: {WRONG[spec]}", 2)


def test_an_object_that_adapts_the_app_to_another_interface_is_looked_through(here: Path) -> None:
    """Such as for ASGI: all commands but `serve` work on it."""
    adapter = "class ToAsgi(list):\n    async def __call__(self, scope, receive, send): ...\n"
    made = "from fsapi import App\napp = ToAsgi([App(__file__)])\n"
    write(here, {"server/c.py": OK, "wsgi.py": adapter + made})
    assert files() == ["server/c.py"]


def test_callables_without_a_signature_are_taken_as_they_are(here: Path) -> None:
    """Some of those that are written in C have none."""
    write(here, {"other.py": "app = type"})
    assert repr(find_app.load("other").app) == "<class 'type'>"


@pytest.mark.parametrize(
    ("source", "text", "code"),
    [
        ("from nope import x", "ModuleNotFoundError: No module named 'nope'", 1),
        ("import nope_3", "ModuleNotFoundError: No module named 'nope_3'", 1),
        ("import sys\nsys.exit(4)", "SystemExit: 4", 1),
        ("raise GeneratorExit", "GeneratorExit", 1),
        ("(", "SyntaxError: '(' was never closed", 1),
        ("def app(): ...", '  If it makes the app, write --app "wsgi:app()".', 1),
        ("def app(config): ...", '  If it makes the app, write --app "wsgi:app(...)" with its arguments.', 1),
        ("async def app(s, r, t): ...", '  If it makes the app, write --app "wsgi:app(...)" with its arguments.', 1),
        ("def app(e, s): ...", "  Pass the App itself: --app MODULE:NAME.", 1),
    ],
)
def test_an_app_that_cannot_be_loaded_is_reported_with_its_reason(
    here: Path, source: str, text: str, code: int
) -> None:
    """The reason is a report, or a traceback that starts in the project."""
    write(here, {"wsgi.py": source})
    with pytest.raises(Unloadable) as caught:
        find_app.load_app(None)
    assert (str(caught.value).splitlines()[-1], caught.value.code) == (text, code)
    assert os.path.dirname(fsapi.__file__) not in str(caught.value)


@pytest.mark.parametrize(("file", "name"), [("wsgi", "app"), ("wsgi", "application"), ("app", "app")])
def test_a_factory_that_is_called_like_an_app_is_reported_with_its_file(here: Path, file: str, name: str) -> None:
    """Nobody passed `--app`."""
    write(here, {f"{file}.py": f"def {name}(): ..."})
    with pytest.raises(Unloadable) as caught:
        find_app.load(None)
    remedy = f'If it makes the app, write --app "{file}:{name}()".'
    assert str(caught.value) == f"{file}.py: `{name}` in {file} does not take environ and start_response\n  {remedy}"


def test_a_module_that_cannot_import_another_is_a_mistake_in_the_project(here: Path) -> None:
    """It is there: `--app` is right."""
    write(here, {"other.py": "import nope_3"})
    with pytest.raises(Unloadable, match="No module named 'nope_3'") as caught:
        find_app.load("other:app")
    assert caught.value.code == 1


def test_an_app_without_an_app_in_it_is_reported(here: Path) -> None:
    """There are no routes to list."""
    write(here, {"other.py": "from flask import Flask\napp = Flask('x')"})
    with pytest.raises(Unloadable) as caught:
        find_app.load_apps("other")
    what = "other is of the type Flask, and there is no App of fsapi in it"
    assert (str(caught.value), caught.value.code) == (f"{what}\n  Pass the App itself: --app MODULE:NAME.", 2)


def test_a_command_for_one_app_names_the_mounts_of_several(here: Path) -> None:
    """Each has a document of its own."""
    mounts = "{'/v1': App(__file__), '/v2': App(__file__, server='api')}"
    top = "from fsapi import App\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
    write(here, {**TREES, "other.py": f"{top}app = DispatcherMiddleware(App('sub'), {mounts})"})
    with pytest.raises(Unloadable) as caught:
        find_app.load_app("other")
    assert str(caught.value) == "there are 3 Apps, at / and /v1 and /v2\n  Pass one of them: --app MODULE:NAME."
