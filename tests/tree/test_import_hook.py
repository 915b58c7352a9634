"""Route files as modules: their names, and that imports, pickling and tracebacks work as usual."""

from __future__ import annotations

import importlib
import inspect
import pickle
import subprocess
import sys
import traceback
from pathlib import Path
from types import ModuleType

import pytest

from fsapi.tree import import_hook
from tests.site import write


def load(project: Path, file: str, folder: str = "server") -> ModuleType:
    """Import one file of a tree."""
    tree = project / folder
    return import_hook.load(import_hook.module_name(import_hook.register(tree), tree, tree / file))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("users/index.py", "server.users.index"),
        ("users/[id].py", "server.users.[id]"),
        ("docs/[...slug].py", "server.docs.[***slug]"),
        ("a.b/c.py", "server.a*b.c"),
        ("my-file.py", "server.my-file"),
        (".well-known/x.py", "server.*well-known.x"),
    ],
)
def test_a_module_is_named_by_its_path(tmp_path: Path, file: str, name: str) -> None:
    """A slash becomes a dot, and a dot becomes an asterisk."""
    write(tmp_path / "server", {file: "X = 1"})
    module = load(tmp_path, file)
    assert (module.__name__, module.__file__) == (name, str(tmp_path / "server" / file))


def test_a_file_is_the_parent_of_the_files_in_the_folder_of_its_name(tmp_path: Path) -> None:
    """Both `[id].py` and `[id]/posts.py` can be imported."""
    write(tmp_path / "server", {"[id].py": "X = 1", "[id]/posts.py": "X = 2"})
    assert [load(tmp_path, file).X for file in ("[id].py", "[id]/posts.py")] == [1, 2]


def test_a_relative_import_starts_at_the_folder_of_the_file(tmp_path: Path) -> None:
    """`from ._x` and `from .._x` work in bracketed folders, also beside a folder of the file's name."""
    write(
        tmp_path / "server",
        {
            "_x.py": "X = 0",
            "[id]/_x.py": "X = 1",
            "[id]/a.py": "from ._x import X\nfrom .._x import X as Y",
            "[id]/a/b.py": "",
        },
    )
    module = load(tmp_path, "[id]/a.py")
    assert (module.X, module.Y) == (1, 0)


def test_an_absolute_import_is_the_same_module(tmp_path: Path) -> None:
    """A test that imports a helper gets the same module as the app."""
    write(tmp_path / "server", {"a.py": "from ._h import STATE", "_h.py": "STATE = []"})
    module = load(tmp_path, "a.py")
    assert importlib.import_module("server._h").STATE is module.STATE


def test_a_package_in_the_tree_is_a_package(tmp_path: Path) -> None:
    """A private package beside route files can be imported."""
    write(tmp_path / "server", {"a.py": "from ._p.m import X", "_p/__init__.py": "", "_p/m.py": "X = 7"})
    assert load(tmp_path, "a.py").X == 7


def test_a_missing_file_cannot_be_imported(tmp_path: Path) -> None:
    """The finder finds only files of its tree."""
    write(tmp_path / "server", {"a.py": ""})
    import_hook.register(tmp_path / "server")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("server.b")


def test_a_folder_keeps_its_module_name(tmp_path: Path) -> None:
    """Two apps of one folder share its modules, even if one of them names it by a link."""
    write(tmp_path / "server", {"a.py": ""})
    (tmp_path / "link").symlink_to("server")
    assert import_hook.register(tmp_path / "server") == import_hook.register(tmp_path / "link") == "server"


def test_two_folders_of_one_name_have_two_module_names(tmp_path: Path) -> None:
    """Both trees work, relative imports included."""
    for name in ("one", "two"):
        write(tmp_path / name / "server", {"a.py": "from ._h import X", "_h.py": f"X = {name!r}"})
    modules = [load(tmp_path / name, "a.py") for name in ("one", "two")]
    assert [(m.__name__, m.X) for m in modules] == [("server.a", "one"), ("server~2.a", "two")]


@pytest.mark.parametrize(("folder", "name"), [("json", "json~2"), ("bare", "bare~2"), ("my.api", "my*api")])
def test_a_tree_does_not_shadow_another_module(
    tmp_path: Path, folder: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The standard library and the modules of the host keep their names."""
    monkeypatch.setitem(sys.modules, "bare", ModuleType("bare"))
    (tmp_path / folder).mkdir()
    assert import_hook.register(tmp_path / folder) == name


def test_a_folder_that_python_finds_by_itself_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the project on `sys.path` the tree is a namespace package: the same folder, so the same name."""
    (tmp_path / "server").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert import_hook.register(tmp_path / "server") == "server"


def test_instances_of_classes_in_a_route_file_can_be_pickled(tmp_path: Path) -> None:
    """Caches and queues do so."""
    write(tmp_path / "server", {"[id].py": "class Thing:\n    x = 1"})
    thing = load(tmp_path, "[id].py").Thing
    assert type(pickle.loads(pickle.dumps(thing()))) is thing


def test_tracebacks_and_getsource_show_the_file(tmp_path: Path) -> None:
    """A developer reads the lines of the route file."""
    write(tmp_path / "server", {"[id].py": "def f():\n    raise ValueError('x')"})
    module = load(tmp_path, "[id].py")
    with pytest.raises(ValueError, match="x") as caught:
        module.f()
    assert "raise ValueError('x')" in "".join(traceback.format_tb(caught.tb))
    assert inspect.getsource(module.f).startswith("def f():")


def test_bytecode_is_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start need not compile."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    write(tmp_path / "server", {"[id].py": ""})
    load(tmp_path, "[id].py")
    assert [path.name.split(".")[0] for path in (tmp_path / "server/__pycache__").iterdir()] == ["[id]"]


def test_the_finder_comes_just_before_the_path_finder(tmp_path: Path) -> None:
    """Pytest's hook, which rewrites assertions, and built-in modules come first."""
    (tmp_path / "server").mkdir()
    import_hook.register(tmp_path / "server")
    finders = [getattr(finder, "__name__", type(finder).__name__) for finder in sys.meta_path]
    assert finders[finders.index("PathFinder") - 1] == "Finder"


def test_folders_of_the_name_without_init_leave_it_to_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests in `tests/server/`, or another checkout, must not make a second module of a helper."""
    write(tmp_path, {"server/a.py": "from ._h import STATE", "server/_h.py": "STATE = []", "old/server/_h.py": ""})
    write(tmp_path, {"tests/server/_of_tests.py": "X = 5", "tests/server/v1/x.py": "X = 6", "server/v1/y.py": ""})
    places = [str(tmp_path / "tests"), str(tmp_path / "old"), str(tmp_path)]
    monkeypatch.setattr(sys, "path", [*places, *sys.path])
    module = load(tmp_path, "a.py")
    assert (module.__name__, importlib.import_module("server._h").STATE is module.STATE) == ("server.a", True)
    assert [importlib.import_module(f"server.{name}").X for name in ("_of_tests", "v1.x")] == [5, 6]


def test_the_folder_of_another_tree_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its modules have names of their own."""
    write(tmp_path, {"one/server/a.py": "", "two/server/b.py": ""})
    monkeypatch.setattr(sys, "path", [str(tmp_path / "one"), str(tmp_path / "two"), *sys.path])
    assert [load(tmp_path / name, f"{file}.py").__name__ for name, file in (("one", "a"), ("two", "b"))] == [
        "server.a",
        "server~2.b",
    ]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("server.b")


def test_helpers_that_are_imported_before_the_app_are_the_same_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module becomes the parent of those in the folder of its name all the same."""
    write(
        tmp_path,
        {"server/users.py": "X = []", "server/users/posts.py": "from server.users import X", "server/_h.py": ""},
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    write(tmp_path, {"tests/server/_of_tests.py": ""})
    sys.path.append(str(tmp_path / "tests"))
    importlib.import_module("server._of_tests")
    before = importlib.import_module("server.users")
    assert importlib.import_module("server._h").__name__ == "server._h"
    assert load(tmp_path, "users/posts.py").X is before.X


def test_a_module_of_the_name_from_elsewhere_takes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file must not be served instead of the tree's."""
    write(tmp_path, {"server/a.py": "X = 1", "old/server/a.py": "X = 2"})
    monkeypatch.setattr(sys, "path", [str(tmp_path / "old"), *sys.path])
    assert importlib.import_module("server.a").X == 2
    assert (load(tmp_path, "a.py").X, load(tmp_path, "a.py").__name__) == (1, "server~2.a")


@pytest.mark.e2e
@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_a_helper_is_one_module_in_tests_beside_a_folder_of_the_name(tmp_path: Path, mode: str) -> None:
    """Whatever pytest and a conftest.py do to `sys.path`."""
    test = "from wsgi import app\nfrom server._h import STATE"
    test += "\ndef test_a():\n    app.test_client().get('/a')\n    assert STATE"
    write(
        tmp_path,
        {
            "server/a.py": "from ._h import STATE\ndef GET(req, res): res.json(STATE.append(1))",
            "server/_h.py": "STATE = []",
            "wsgi.py": "from fsapi import App\napp = App(__file__)",
            "conftest.py": "import os, sys\nfor name in ('', 'tests'):\n    sys.path.insert(0, os.path.abspath(name))",
            "tests/server/test_a.py": test,
        },
    )
    command = [sys.executable, "-m", "pytest", "-q", f"--import-mode={mode}", "tests"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0


def test_modules_of_others_are_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be lazy: then to ask one for its file would load it."""
    asked: list[str] = []
    lazy = ModuleType("lazy")
    lazy.__dict__["__getattr__"] = asked.append
    monkeypatch.setitem(sys.modules, "lazy", lazy)
    load(write(tmp_path, {"server/a.py": ""}), "a.py")
    assert asked == []


def test_a_module_without_a_file_is_no_file_of_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that a test has made."""
    write(tmp_path / "server", {"__init__.py": "", "a.py": "X = 1"})
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.import_module("server")
    monkeypatch.setitem(sys.modules, "server.made", ModuleType("server.made"))
    assert load(tmp_path, "a.py").__name__ == "server.a"
