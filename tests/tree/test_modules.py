"""Import the files of a tree: under which name, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from fsapi.tree.modules import Modules
from fsapi.tree.scan import Tree, scan
from tests.site import count_calls, write


def load_all(tree: Tree) -> list[ModuleType]:
    """Return the modules of all files of a tree that can be imported."""
    modules = Modules(tree)
    return [module for file in tree.files if (module := modules.load(file)) is not None]


def test_a_link_within_the_tree_is_the_same_module(tmp_path: Path) -> None:
    """One file is never loaded twice."""
    write(tmp_path, {"server/v1/a.py": ""})
    (tmp_path / "server/v2").symlink_to("v1")
    first, second = load_all(scan(tmp_path, tmp_path / "server"))
    assert first is second
    assert first.__name__ == "server.v1.a"


def test_a_link_to_a_tree_makes_no_second_module_of_its_files(tmp_path: Path) -> None:
    """Modules are named by real paths."""
    write(tmp_path, {"home/server/a.py": ""})
    (tmp_path / "home/link").symlink_to("server")
    trees = [scan(tmp_path / "home", tmp_path / "home" / name) for name in ("server", "link")]
    assert [[module.__name__ for module in load_all(tree)] for tree in trees] == [["server.a"], ["server.a"]]


def test_a_linked_file_from_outside_the_tree_is_named_by_the_link(tmp_path: Path) -> None:
    """Its real path has no name below that of the tree."""
    write(tmp_path, {"server/a.py": "", "shared/b.py": ""})
    (tmp_path / "server/s").symlink_to("../shared")
    names = [module.__name__ for module in load_all(scan(tmp_path, tmp_path / "server"))]
    assert names == ["server.a", "server.s.b"]


def test_a_file_whose_parent_cannot_be_imported_is_not_imported(tmp_path: Path) -> None:
    """`users.py` is the parent of `users/posts.py`, so only the first is a mistake."""
    write(tmp_path, {"server/users.py": "1/0", "server/users/posts.py": ""})
    tree = scan(tmp_path, tmp_path / "server")
    assert load_all(tree) == []
    assert [(mistake.file, mistake.line) for mistake in tree.mistakes] == [("server/users.py", 1)]


def test_a_file_takes_no_longer_beside_others_that_cannot_be_imported(tmp_path: Path) -> None:
    """All files of a tree may import one that raises."""
    write(tmp_path, {"server/a.py": "", **{f"server/b{n}.py": "1/0" for n in range(20)}})
    modules = Modules(tree := scan(tmp_path, tmp_path / "server"))
    first, *others = tree.files
    modules.load(first)
    before = count_calls(lambda: modules.load(first))
    assert {modules.load(file) for file in others} == {None}
    assert count_calls(lambda: modules.load(first)) == before


def test_importing_a_file_takes_at_most_four_stat_calls(
    tmp_path: Path, count_stat_calls: Callable[[Callable[[], object]], int]
) -> None:
    """The import system makes three for a file and some for each folder; finding the name adds none."""
    write(tmp_path, {f"server/a{n // 10}/b{n}.py": "" for n in range(100)})
    tree = scan(tmp_path, tmp_path / "server")
    assert count_stat_calls(lambda: load_all(tree)) <= 4 * 100
    assert len(load_all(tree)) == 100


@pytest.mark.parametrize("name", ["a.py", "_middleware.py"])
def test_a_file_that_cannot_be_read_is_a_mistake(user_folder: Path, name: str) -> None:
    """It says so instead of a traceback through the import system."""
    (write(user_folder, {f"server/{name}": ""}) / "server" / name).chmod(0)
    tree = scan(user_folder, user_folder / "server")
    assert [Modules(tree).load(file) for file in (*tree.files, *tree.middleware.values())] == [None]
    assert list(map(str, tree.mistakes)) == [
        f"server/{name}: cannot be read: Permission denied\n  Give this user permission to read it."
    ]
