"""Route files as modules: their names, and that imports, pickling and tracebacks work as usual."""

from __future__ import annotations

import importlib
import inspect
import pickle
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
