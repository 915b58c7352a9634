"""Every mistake that `check` reports, word for word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapi.development.cli import main
from fsapi.inspection.check import find_shadowed
from fsapi.inspection.tree_files import find_unserved
from fsapi.inspection.wrapped_apps import Mounted
from tests.site import Site, write

OK = "def GET(req, res): res.end()\n"
REMEDY = "Rename it if it is a route, else delete it or give the function another name."
#: The files of a project, and what is reported of them.
MISTAKES: list[tuple[dict[str, str], str]] = [
    ({"server/con.py": OK}, "server/con.py: `con` is a device on Windows\n  Rename it."),
    ({"server/Aux.json.py": OK}, "server/Aux.json.py: `Aux` is a device on Windows\n  Rename it."),
    ({"server/lpt1/x.py": OK}, "server/lpt1: `lpt1` is a device on Windows\n  Rename it."),
    ({"server/nul.css": "", "server/a.py": OK}, "server/nul.css: `nul` is a device on Windows\n  Rename it."),
    ({"server/com¹.py": OK}, "server/com¹.py: `com¹` is a device on Windows\n  Rename it."),
    ({"server/a:b.py": OK}, "server/a:b.py: Windows has no names with ':'\n  Rename it."),
    ({'server/_a"b.py': "", "server/a.py": OK}, "server/_a\"b.py: Windows has no names with '\"'\n  Rename it."),
    ({"server/_a\tb.py": "", "server/a.py": OK}, "server/_a\tb.py: Windows has no names with '\\t'\n  Rename it."),
    ({"server/v1./x.py": OK}, "server/v1.: Windows drops the '.' at the end of a name\n  Rename it."),
    ({"server/v1 /x.py": OK}, "server/v1 : Windows drops the ' ' at the end of a name\n  Rename it."),
    (
        {"server/_A.py": "", "server/_a.py": "", "server/x.py": OK},
        "server/_a.py: disks of Windows and macOS cannot hold it beside _A.py\n  Rename one of them.",
    ),
    (
        {"server/a/_e\u0301.py": "", "server/a/_\xe9.py": "", "server/a/x.py": OK},
        "server/a/_\xe9.py: disks of Windows and macOS cannot hold it beside _e\u0301.py\n  Rename one of them.",
    ),
    (
        {"server/x.py": OK, "server/_y.py": f"\n{OK}"},
        f"server/_y.py:2: defines GET, but no path reaches it: names that begin with `_` are private\n  {REMEDY}",
    ),
    (
        {"server/x.py": OK, "server/.v1/y.py": OK},
        f"server/.v1/y.py:1: defines GET, but no path reaches it: names that begin with `.` are private\n  {REMEDY}",
    ),
    (
        {"server/x.py": OK, "server/users/__init__.py": OK},
        "server/users/__init__.py:1: defines GET, but no path reaches it: a folder has its URL from `index.py`\n"
        f"  {REMEDY}",
    ),
    (
        {"server/x.py": OK, "server/y.PY": OK},
        f"server/y.PY:1: defines GET, but no path reaches it: the name of a route file ends with `.py`\n  {REMEDY}",
    ),
    (
        {"server/x.py": OK, "app/pages/_y.py": "def page(req): return ''"},
        f"app/pages/_y.py:1: defines page, but no path reaches it: names that begin with `_` are private\n  {REMEDY}",
    ),
    (
        {"server/x/[...a].py": OK, "server/x/[b].py": OK, "server/x/[b]/[...c].py": OK},
        "server/x/[...a].py: no path reaches it: server/x/[b].py and server/x/[b]/[...c].py answer them all\n"
        "  Delete it, or rename one of them.",
    ),
    *(
        (
            {f"{folder}/x.py": OK, f"{folder}/__init__.py": OK},
            f"{folder}/__init__.py:1: defines GET, but no path reaches it: a folder has its URL from `index.py`\n"
            f"  {REMEDY}",
        )
        for folder in ("server", "server/only")
    ),
    (
        {"server/x.py": OK, "server/_middleware.py": f"def middleware(req, res): ...\n{OK}"},
        "server/_middleware.py:2: defines GET, but no path reaches it: names that begin with `_` are private\n"
        f"  {REMEDY}",
    ),
    (
        {
            "server/x.py": f"import _other\nfrom . import _some\n{OK}",
            "server/_y.py": OK,
            "_other.py": "",
            "server/_some.py": "",
        },
        f"server/_y.py:1: defines GET, but no path reaches it: names that begin with `_` are private\n  {REMEDY}",
    ),
    (
        {"server/x.py": f"import gone\n{OK}", "gone.py": "import os\nos.remove(__file__)", "server/_y.py": OK},
        f"server/_y.py:1: defines GET, but no path reaches it: names that begin with `_` are private\n  {REMEDY}",
    ),
    (
        {"server/A.py": OK, "server/a.py": OK},
        "server/a.py: differs from server/A.py only in case or Unicode form\n  Rename one of them.",
    ),
    (
        {"server/A/x.py": OK, "server/a/y.py": OK, "server/_b.py": "", "server/_B.py": ""},
        "server/a/y.py: differs from server/A only in case or Unicode form\n  Rename one of them.\n"
        "server/_b.py: disks of Windows and macOS cannot hold it beside _B.py\n  Rename one of them.",
    ),
    (
        {"server/con.py": "async def GET(req, res): ..."},
        "server/con.py:1: GET is async\n  fsapi is synchronous: drop the `async`.\n"
        "server/con.py: `con` is a device on Windows\n  Rename it.",
    ),
]
#: Projects without mistakes.
RIGHT: list[dict[str, str]] = [
    {"server/contact.py": OK, "server/console/aux-x.py": OK, "server/[a].[b].py": OK, "server/.well-known/x.py": OK},
    {"server/x.py": "from ._h import GET", "server/_h.py": OK},
    {"server/x.py": "from . import GET", "server/__init__.py": OK},
    {"server/x.py": "from . import GET as _get\ndef GET(req, res): _get(req, res)", "server/__init__.py": OK},
    *(
        {"server/x.py": f"def GET(req, res):\n    {late}", "server/_h.py": OK}
        for late in (
            "from server import _h",
            "from ._h import GET",
            "from server._h import GET as own",
            "import server._h as h",
            "from . import (  # what is next\n        # the helper\n        _h as own,\n    )",
            "import os; from \\\n        server import _h",
            "from ._\N{FULLWIDTH LATIN SMALL LETTER H} import GET",
        )
    ),
    {"server/x.py": OK, "server/_h.py": "def GET(): ...\ndef other(req, res): ...", "server/n.txt": OK},
    {"server/x/[...a].py": OK, "server/x/[b].py": OK, "server/x/[b]/c.py": OK, "server/[[...all]].py": OK},
    {"server/[a=int]-[b].py": OK, "server/[a]-[b].py": OK, "server/1[x].py": OK, "server/[id=int].py": OK},
    {"server/[k=uuid].py": OK, "server/0[x].py": OK, "server/v/[[id]].py": OK, "server/[z].py": OK},
    {"server/x.py": OK, "app/pages/x.py": "def page(req): return ''", "app/pages/[y].py": "def page(req): return ''"},
    {f"server/{name}.py": OK for name in (*range(1, 100), "[n=int]", "[x]0")},
]


@pytest.mark.parametrize(("files", "text"), MISTAKES, ids=[next(iter(files)) for files, _ in MISTAKES])
def test_each_mistake_is_reported(
    tmp_path: Path,
    files: dict[str, str],
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The exit code is 1."""
    monkeypatch.chdir(write(tmp_path, files))
    assert main(["check"]) == 1
    assert capsys.readouterr().err == f"{text}\n"


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_is_right_is_not_reported(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Imported helpers, names that only look like those of devices, files that are reached by some paths."""
    monkeypatch.chdir(write(tmp_path, RIGHT[number]))
    assert (main(["check"]), capsys.readouterr().err) == (0, "")


LOG = "def middleware(req, res): ...\n"
RAISES = "def middleware(req, res):\n    raise PermissionError\n"
GUARD = f"guards = True\n{LOG}"
CORS = "from fsapi import cors\nguards = True\nmiddleware = {}\n"
PUBLIC = "If that is meant, write `public = True` in it."
LOGS = f"{PUBLIC}\n  If server/_middleware.py guards it, write `guards = True` there."
#: The files of a project, and those of them that are open, each with what to do.
OPEN: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"server/a.py": OK, "server/b/c.py": OK}, {"server/a.py": PUBLIC, "server/b/c.py": PUBLIC}),
    ({"server/a.py": OK, "server/b/c.py": OK, "server/b/_middleware.py": GUARD}, {"server/a.py": PUBLIC}),
    ({"server/a.py": OK, "server/_middleware.py": LOG}, {"server/a.py": LOGS}),
    ({"server/a.py": OK, "server/_middleware.py": f"guards = 1\n{LOG}"}, {"server/a.py": LOGS}),
    ({"server/a.py": OK, "server/_middleware.py": f"guards = False\n{RAISES}"}, {"server/a.py": LOGS}),
    ({"server/b/c.py": OK, "server/b/_middleware.py": GUARD, "server/_middleware.py": LOG}, {}),
    ({"server/a.py": OK, "server/_middleware.py": CORS.format("cors(origins='*')")}, {"server/a.py": PUBLIC}),
    ({"server/a.py": OK, "server/_middleware.py": CORS.format("[cors(origins='*'), lambda req, res: None]")}, {}),
    ({"server/a.py": f"public = True\n{OK}", "server/b.py": f"public = 1\n{OK}"}, {"server/b.py": PUBLIC}),
    (
        {"server/[[id]].py": OK, "app/pages/x.py": "def page(req): return ''"},
        {"server/[[id]].py": PUBLIC, "app/pages/x.py": PUBLIC},
    ),
    (
        {"server/a.py": OK, "app/pages/x.py": "def page(req): return ''", "app/pages/_middleware.py": GUARD},
        {"server/a.py": PUBLIC},
    ),
]


#: The source of middleware, and whether it guards.
GUARDS = {
    "def middleware(req, res):\n    if 'x-key' not in req.headers:\n        raise PermissionError": True,
    "def middleware(req, res):\n    return res if req.query else None": True,
    "def middleware(req, res): res.json({}, 401)": True,
    "from werkzeug.exceptions import abort\ndef middleware(req, res): abort(401)": True,
    "from functools import partial\ndef f(role, req, res): raise PermissionError\nmiddleware = partial(f, 1)": True,
    "class Key:\n    def __call__(self, req, res):\n        raise PermissionError\nmiddleware = Key()": True,
    "def log(req, res): ...\ndef check(req, res): raise PermissionError\nmiddleware = [log, check]": True,
    "def middleware(req, res):\n    try:\n        yield\n    except ValueError:\n        raise": False,
    "def middleware(req, res):\n    print(req.url)\n    return": False,
    "def middleware(req, res):\n    print(req.url)\n    return None": False,
    "middleware = eval('lambda req, res: 1 / 0')": False,
}


@pytest.mark.parametrize("source", GUARDS)
def test_middleware_guards_if_it_visibly_answers_in_place_of_a_handler(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises, aborts, returns an answer or ends the response."""
    monkeypatch.chdir(write(tmp_path, {"server/a.py": OK, "server/_middleware.py": source}))
    assert main(["check", "--open"]) == int(not GUARDS[source])


@pytest.mark.parametrize("number", range(len(OPEN)))
def test_route_files_that_nothing_guards_are_open(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Middleware guards where it says so, `cors` never, and `public = True` says that the file is meant to be open."""
    files, found = OPEN[number]
    monkeypatch.chdir(write(tmp_path, files))
    assert [main(["check"]), main(["check", "--open"])] == [0, int(bool(found))]
    report = capsys.readouterr().err
    assert report == "".join(
        f"{file}: is open: nothing that guards runs before it\n  {found[file]}\n" for file in found
    )


BOTH = """
from fsapi import App
from werkzeug.middleware.dispatcher import DispatcherMiddleware
b = App("b")
app = DispatcherMiddleware(App("a"), {"/b": b, "/c": b})
"""


def test_the_middleware_of_another_app_guards_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are named from the working directory on, and once, however often their App is mounted."""
    linked = {"b/server/_middleware.py": GUARD, "b/server/x.py": OK, "a/server/x.py": OK, "b/server/l/y.py": OK}
    monkeypatch.chdir(write(tmp_path, {"both.py": BOTH, **linked, "a/server/_middleware.py": LOG}))
    monkeypatch.delitem(sys.modules, "both", raising=False)
    assert main(["check", "--open", "--app", "both"]) == 1
    assert capsys.readouterr().err == (
        "a/server/x.py: is open: nothing that guards runs before it\n  If that is meant, write `public = True` in it.\n"
        "  If a/server/_middleware.py guards it, write `guards = True` there.\n"
    )


def test_middleware_may_be_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it links to may have another name, in the tree or beside it."""
    monkeypatch.chdir(write(tmp_path, {"server/a/x.py": OK, "server/b/x.py": OK, "server/_g.py": GUARD, "g.py": GUARD}))
    (tmp_path / "server/a/_middleware.py").symlink_to(tmp_path / "server/_g.py")
    (tmp_path / "server/b/_middleware.py").symlink_to(tmp_path / "g.py")
    assert (main(["check", "--open"]), capsys.readouterr().err) == (0, "")


def test_an_app_without_mistakes_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 0."""
    monkeypatch.chdir(write(tmp_path, {"server/v/[[id]].py": f"{OK}POST = GET", "server/x.py": OK}))
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "No mistakes: 5 handlers at 3 URLs.\n"


def test_one_handler_is_counted_in_the_singular(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So is one URL."""
    monkeypatch.chdir(write(tmp_path, {"server/x.py": OK}))
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "No mistakes: 1 handler at 1 URL.\n"


def test_a_pipe_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have no end."""
    monkeypatch.chdir(write(tmp_path, {"server/x.py": OK}))
    os.mkfifo(tmp_path / "server/_pipe.py")
    assert main(["check"]) == 0


def test_warnings_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They stand above, and are no mistakes."""
    monkeypatch.chdir(write(tmp_path, {"server/x.py": OK, "server/test_x.py": OK, "server/y/x_test.py": OK}))
    for _ in range(2):
        assert main(["check"]) == 0
        assert capsys.readouterr().out == "No mistakes, but 2 warnings: 1 handler at 1 URL.\n"


def test_a_wrong_app_is_a_mistake_in_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 2."""
    assert main(["check", "--app", ":app"]) == 2
    assert capsys.readouterr().err.startswith("--app :app: names no module")


class Counted(list[str]):
    """A list that counts how often it is gone through."""

    passes = 0

    def __iter__(self) -> Iterator[str]:
        """Count, and go through the list."""
        self.passes += 1
        return super().__iter__()


def test_many_files_are_compared_with_those_that_are_served_once(tmp_path: Path) -> None:
    """Gone through for each of ten thousand files, they would take many seconds."""
    write(tmp_path, {f"server/f{number}.py": OK for number in range(5)})
    served = Counted(str(tmp_path / f"server/f{number}.py") for number in range(5))
    assert (find_unserved(tmp_path / "server", served, ["GET"]), served.passes) == ([], 1)


def test_a_path_without_matchers_is_tried_once(site: Site) -> None:
    """Its sixteen samples would be the same path, and those of thousands of files would take many seconds."""
    app = site({"a/[x].py": OK})
    seen: list[str] = []
    sys.setprofile(lambda frame, event, _: seen.append(frame.f_code.co_name) if event == "call" else None)
    try:
        shadowed = list(find_shadowed(Mounted(app, "")))
    finally:
        sys.setprofile(None)
    assert (shadowed, seen.count("read_path")) == ([], 1)
