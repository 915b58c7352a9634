"""Folders read as route files: what is one, and what is refused by its name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapi.tree.scan import Tree, scan
from tests.site import write


def tree(project: Path, *names: str) -> Tree:
    """Return a tree of empty files."""
    write(project / "server", dict.fromkeys(names, ""))
    return scan(project, project / "server")


def rejectd(found: Tree) -> list[tuple[str, str]]:
    """Return the file and the fault of every mistake."""
    return [(mistake.file, mistake.what) for mistake in found.mistakes]


def test_private_hidden_and_test_files_are_ignored(tmp_path: Path) -> None:
    """Names with a leading _ or ., tests, and all but .py are no route files."""
    ignored = ["_x.py", "_d/y.py", ".x.py", ".git/x.py", "__pycache__/x.py", "test_a.py", "a_test.py", "conftest.py"]
    found = tree(tmp_path, "a.py", ".well-known/b.py", *ignored, "x.txt", "x.pyc", "x.PY", "__init__.py", "d.py/e.py")
    assert [file.name for file in found.files] == ["server/.well-known/b.py", "server/a.py", "server/d.py/e.py"]


def test_only_the_last_py_goes(tmp_path: Path) -> None:
    """A dot in a name is a dot in the URL."""
    (file,) = tree(tmp_path, "sitemap.xml.py").files
    assert [segment.name for segment in file.segments] == ["sitemap.xml"]


def test_index_and_groups_add_nothing(tmp_path: Path) -> None:
    """`index` is special as a file, a name in parentheses as a folder; a folder called index is a segment."""
    found = tree(tmp_path, "(a)/(b)/x/index.py", "index/y.py")
    assert [[segment.name for segment in file.segments] for file in found.files] == [["x"], ["index", "y"]]


@pytest.mark.parametrize("name", ["[...x]/b.py", "[...x]/[y].py", "[...x]/d/index.py", "[[...x]]/b.py"])
def test_a_rest_that_is_not_last_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing can follow what takes the rest of the path."""
    ((_, what),) = rejectd(tree(tmp_path, name))
    assert what.endswith("takes the rest of the path, but is not last")


def test_the_index_of_a_rest_folder_is_its_file(tmp_path: Path) -> None:
    """`[...x]/index.py` is another way to write `[...x].py`."""
    assert len(tree(tmp_path, "[...x]/index.py").files) == 1


@pytest.mark.parametrize("name", ["[id]/b/[id].py", "[a]-[a].py", "[id]/[[id]].py"])
def test_a_param_twice_in_one_path_is_refused(tmp_path: Path, name: str) -> None:
    """The first value would be lost."""
    ((_, what),) = rejectd(tree(tmp_path, name))
    assert "stands twice in its path" in what


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("()/x.py", "the group `()` has no name"),
        ("([id])/x.py", "the group `([id])` has a param, but adds nothing to the URL"),
        ("(a).py", "`(a)` is a group, and a group is a folder"),
    ],
)
def test_wrong_groups_are_refused(tmp_path: Path, name: str, what: str) -> None:
    """A group is a folder with a plain name in parentheses."""
    assert rejectd(tree(tmp_path, name)) == [(f"server/{name}", what)]


def test_a_wrong_folder_is_reported_once_with_its_first_file(tmp_path: Path) -> None:
    """What is wrong with a folder is not told again for all that is in it, nor where nothing is in it."""
    found = tree(tmp_path, "[id/c.py", "[id/b/a.py", "[id/_x.py", "{e}/x.txt")
    assert [file for file, _ in rejectd(found)] == ["server/[id/b/a.py"]


@pytest.mark.parametrize("names", [("Users.py", "users.py"), ("Users/a.py", "users.py"), ("(g)/A.py", "a.py")])
def test_names_that_differ_only_in_case_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    """Some disks take them for one name."""
    ((_, what),) = rejectd(tree(tmp_path, *names))
    assert what.endswith("only in case or Unicode form")


def test_a_file_beside_a_folder_of_its_name_is_no_twin(tmp_path: Path) -> None:
    """`users.py` and `users/[id].py` belong together."""
    assert len(tree(tmp_path, "users.py", "users/[id].py").files) == 2


def test_a_package_in_a_bracketed_folder_is_refused(tmp_path: Path) -> None:
    """Mypy would check nothing at all."""
    ((file, _),) = rejectd(tree(tmp_path, "[id]/__init__.py", "[id]/a.py"))
    assert file == "server/[id]/__init__.py"


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("/etc", "is a symbolic link that leaves the project"),
        ("nowhere.py", "is a symbolic link that leads nowhere"),
        ("..", "is a symbolic link that leads back to a folder above it"),
        (".", "is a symbolic link that leads back to a folder above it"),
    ],
)
def test_links_that_lead_astray_are_refused(tmp_path: Path, target: str, what: str) -> None:
    """A link must not serve what is not the project's, nor send the walk in circles."""
    write(tmp_path, {"server/a.py": ""})
    (tmp_path / "server/link.py").symlink_to(target)
    assert rejectd(scan(tmp_path, tmp_path / "server")) == [("server/link.py", what)]


def test_links_that_hold_each_other_end(tmp_path: Path) -> None:
    """Two folders that link to each other are walked once, and refused."""
    write(tmp_path, {"server/a/x.py": "", "server/b/y.py": ""})
    (tmp_path / "server/a/b").symlink_to("../b")
    (tmp_path / "server/b/a").symlink_to("../a")
    assert [file for file, _ in rejectd(scan(tmp_path, tmp_path / "server"))] == ["server/a/b/a", "server/b/a/b"]


def test_links_within_the_project_are_followed(tmp_path: Path) -> None:
    """Shared route files may live beside the tree."""
    write(tmp_path, {"server/a.py": "", "shared/b.py": ""})
    (tmp_path / "server/s").symlink_to("../shared")
    assert [file.name for file in scan(tmp_path, tmp_path / "server").files] == ["server/a.py", "server/s/b.py"]


def test_a_folder_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    """The walk tells what it could not see."""
    ((file, what),) = rejectd(scan(tmp_path, tmp_path / "none"))
    assert (file, what) == ("none", "the folder cannot be read: No such file or directory")


def test_names_that_are_not_utf8_are_told_readably(tmp_path: Path) -> None:
    """A name that no message could be printed with is printed with escapes."""
    write(tmp_path, {"server/a.py": ""})
    (Path(os.fsdecode(os.fsencode(tmp_path / "server") + b"/x\xff.py"))).touch()
    assert rejectd(scan(tmp_path, tmp_path / "server"))[0][0] == "server/x\\udcff.py"


def test_pipes_and_sockets_are_no_route_files(tmp_path: Path) -> None:
    """To read one would wait for ever."""
    write(tmp_path, {"server/a.py": ""})
    os.mkfifo(tmp_path / "server/b.py")
    assert len(scan(tmp_path, tmp_path / "server").files) == 1


def test_a_scan_asks_the_disk_about_no_file(
    tmp_path: Path, count_stat_calls: Callable[[Callable[[], object]], int]
) -> None:
    """The listing of a folder says what is a file; a large tree starts as fast as it can be listed."""
    write(tmp_path, {f"server/a{n // 10}/[id]/b{n}.py": "" for n in range(100)})
    assert count_stat_calls(lambda: scan(tmp_path, tmp_path / "server")) < 50
