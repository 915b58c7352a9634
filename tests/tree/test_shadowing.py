"""Modules of a project that the import system takes from elsewhere: what the log and the mistakes say."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from fsapi import App, TreeError
from tests.site import write

OK = "def GET(req, res): res.end()\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is on `sys.path` before any project, as one of installed packages is."""
    monkeypatch.setattr(sys, "path", [str(tmp_path / "dist-packages"), *sys.path])
    return tmp_path / "dist-packages"


def failure(project: Path) -> str:
    """Return the last two lines of the mistake of a project."""
    with pytest.raises(TreeError) as caught:
        App(project)
    return "\n".join(str(caught.value).splitlines()[-2:])


@pytest.mark.parametrize(
    ("theirs", "source", "name"),
    [
        ("stock/__init__.py", "from stock import db", "stock"),
        ("stock/__init__.py", "import stock.db", "stock"),
        ("stock/__init__.py", "from stock.db import X", "stock"),
        ("stock/__init__.py", "import stock\nstock.db", "stock"),
        ("stock.py", "import stock.db", "stock"),
        ("stock/db.py", "from stock.db import X", "stock.db"),
        ("stock/db/__init__.py", "from stock.db import X", "stock.db"),
    ],
)
def test_an_import_that_meets_an_installed_package_says_so(
    tmp_path: Path, installed: Path, theirs: str, source: str, name: str
) -> None:
    """The project folder is last on `sys.path`, so the package has the name."""
    write(installed, {theirs: ""})
    project = write(tmp_path / "project", {"server/a.py": f"{source}\n{OK}", "stock/db.py": "X = 1"})
    place = str(installed / theirs).removesuffix("/__init__.py")
    own = project / (f"{name.replace('.', '/')}.py" if "." in name else name)
    assert failure(project) == (
        f"  `{name}` is {place} here, not {own}: what is first on sys.path has the name.\n  Rename one of them."
    )


def test_an_import_that_meets_a_built_in_module_says_so(tmp_path: Path) -> None:
    """It has no file."""
    project = write(tmp_path, {"server/a.py": f"from time import tick\n{OK}", "time.py": "tick = 1"})
    assert failure(project).startswith(f"  `time` is built into Python here, not {project}/time.py")


@pytest.mark.parametrize(
    "source", ["import nope", "from stock import nope", "import stock.nope", "import stock\nstock.nope", "1 / 0"]
)
def test_any_other_failure_has_no_such_advice(tmp_path: Path, source: str) -> None:
    """The module is the project's own, or the project has none of that name."""
    project = write(tmp_path, {"server/a.py": f"{source}\n{OK}", "stock/__init__.py": ""})
    assert "has the name" not in failure(project)


@pytest.mark.parametrize(
    ("files", "source", "name"),
    [
        (["stock/db.py"], "from stock import db", "stock.db"),
        (["stock/db.py"], "from stock.db import X", "stock.db"),
        (["stock/db.py"], "import stock.db", "stock.db"),
        (["stock/__init__.py", "stock/db.py"], "from stock import db", "stock"),
        (["stock/__init__.py", "stock/db.py"], "import stock.db as db", "stock"),
        (["stock.py"], "import stock", "stock"),
        (["stock/db.py"], "def later():\n    import stock.db", "stock.db"),
    ],
)
def test_two_projects_that_share_a_library_are_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, files: list[str], source: str, name: str
) -> None:
    """The one that is built first has the name; the other would run its code."""
    for project in ("one", "two"):
        write(tmp_path / project, {"server/a.py": f"{source}\n{OK}", **dict.fromkeys(files, "X = 1")})
    App(tmp_path / "one")
    importlib.import_module(name)
    assert caplog.messages == []
    App(tmp_path / "two")
    path = name.replace(".", "/") if not files[0].endswith("stock.py") else "stock"
    path += "" if "stock/__init__.py" in files else ".py"
    assert caplog.messages == [
        f"server/a.py imports {name}, which is {tmp_path}/one/{path} in this process, not {tmp_path}/two/{path}: "
        "rename one of them, or run each project in its own process"
    ]


def test_a_library_is_found_through_one_of_another_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The file that imports it is named."""
    write(tmp_path / "one", {"server/a.py": f"import stock\n{OK}", "stock.py": ""})
    write(
        tmp_path / "two", {"server/a.py": f"import helpers_two\n{OK}", "helpers_two.py": "import stock", "stock.py": ""}
    )
    App(tmp_path / "one")
    App(tmp_path / "two")
    assert [message.split(",")[0] for message in caplog.messages] == ["helpers_two.py imports stock"]


def test_a_module_that_sets_its_file_is_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Any module of the process may make it a Path."""
    of_two = {"server/a.py": f"import own_two\n{OK}", "own_two.py": "import pathlib\n__file__ = pathlib.Path(__file__)"}
    write(tmp_path / "one", {"server/a.py": f"import stock\n{OK}", "stock.py": ""})
    write(tmp_path / "two", {**of_two, "stock.py": ""})
    App(tmp_path / "one")
    App(tmp_path / "two")
    assert caplog.messages == []


@pytest.mark.parametrize(
    "two", [{"stock.py": ""}, {"stock_two.py": ""}, {"stock.py": "", "server/b.py": f"from . import stock\n{OK}"}]
)
def test_a_library_that_is_not_shared_is_no_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, two: dict[str, str]
) -> None:
    """The other project has the file, but imports nothing of its name."""
    write(tmp_path / "one", {"server/a.py": f"import stock\n{OK}", "stock.py": ""})
    write(tmp_path / "two", {"server/a.py": OK, "server/stock.py": OK, **two})
    App(tmp_path / "one")
    App(tmp_path / "two")
    assert caplog.messages == []


def test_an_installed_package_that_has_what_is_imported_is_no_warning(
    tmp_path: Path, installed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder of the project may have the name of a package by chance."""
    write(installed, {"stock/__init__.py": "db = 1"})
    App(write(tmp_path / "project", {"server/a.py": f"from stock import db\n{OK}", "stock/x.py": ""}))
    assert caplog.messages == []


def test_an_absolute_import_of_another_tree_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It means the tree that is loaded first."""
    for project in ("one", "two"):
        write(tmp_path / project, {"server/a.py": f"from server import _h\n{OK}", "server/_h.py": ""})
    App(tmp_path / "one")
    App(tmp_path / "two")
    assert [message.split(" in this")[0] for message in caplog.messages] == [
        f"server/a.py imports server, which is {tmp_path}/one/server"
    ]


@pytest.mark.parametrize(
    ("other", "warned"),
    [("tests/server/__init__.py", True), ("server.py", True), ("../host/server/__init__.py", False)],
)
@pytest.mark.parametrize("imported", [True, False])
def test_a_package_of_the_project_that_takes_the_name_of_the_tree_is_a_warning(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    other: str,
    warned: bool,
    imported: bool,
) -> None:
    """Tests would import another module than the app; a host keeps its package in silence."""
    project = write(tmp_path / "p", {"server/a.py": OK, other: ""})
    home = (project / other).resolve().parent
    monkeypatch.setattr(sys, "path", [str(home.parent if "__init__" in other else home), *sys.path])
    if imported:
        importlib.import_module("server")
    assert App(project).routes[0].module.__name__ == "server~2.a"
    assert (
        caplog.messages
        == [
            f"server is imported as server~2, because `import server` finds {other}: "
            "delete or rename that file, or rename the folder"
        ]
        * warned
    )
