"""Scan a folder: which files are route files, and which names are mistakes."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapi.tree.scan import Tree, scan
from tests.site import write

MakeTree = Callable[..., Tree]


def faults(found: Tree) -> list[tuple[str, str]]:
    """Return the file of every mistake, and what is wrong with it."""
    return [(mistake.file, mistake.what) for mistake in found.mistakes]


def test_private_hidden_and_test_files_are_ignored(tree: MakeTree) -> None:
    """A route file ends in .py and is neither private, hidden nor a test."""
    ignored = ["_x.py", "_d/y.py", ".x.py", ".git/x.py", "__pycache__/x.py", "test_a.py", "a_test.py", "conftest.py"]
    found = tree("a.py", ".well-known/b.py", *ignored, "x.txt", "x.pyc", "x.PY", "__init__.py", "d.py/e.py")
    assert [file.name for file in found.files] == ["server/.well-known/b.py", "server/a.py", "server/d.py/e.py"]


def test_a_tree_may_be_deeper_than_the_stack(tmp_path: Path) -> None:
    """Each folder below another takes no frame."""
    project, limit = write(tmp_path, {f"server/{'a/' * 200}b.py": ""}), sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        (file,) = scan(project, project / "server").files
    finally:
        sys.setrecursionlimit(limit)
    assert len(file.segments) == 201


def test_only_the_last_py_is_removed(tree: MakeTree) -> None:
    """A dot in a name is a dot in the URL."""
    (file,) = tree("sitemap.xml.py").files
    assert [segment.name for segment in file.segments] == ["sitemap.xml"]


def test_index_files_and_group_folders_add_nothing_to_the_url(tree: MakeTree) -> None:
    """A folder called `index` is a segment like any other."""
    found = tree("(a)/(b)/x/index.py", "index/y.py")
    assert [[segment.name for segment in file.segments] for file in found.files] == [["x"], ["index", "y"]]


@pytest.mark.parametrize(
    "name", ["[...x]/b.py", "[...x]/[y].py", "[...x]/d/index.py", "[[...x]]/b.py", "[...x]/(g)/b.py"]
)
def test_a_rest_segment_that_is_not_last_is_a_mistake(tree: MakeTree, name: str) -> None:
    """It takes the rest of the path, so nothing can follow it."""
    ((_, what),) = faults(tree(name))
    assert what.endswith("takes the rest of the path, but is not last")


@pytest.mark.parametrize("name", ["[...x]/index.py", "[...x]/(g)/index.py"])
def test_a_rest_folder_can_have_an_index(tree: MakeTree, name: str) -> None:
    """`[...x]/index.py` is another way to write `[...x].py`."""
    assert (len(tree(name).files), tree(name).mistakes) == (1, [])


@pytest.mark.parametrize("name", ["[id]/b/[id].py", "[a]-[a].py", "[id]/[[id]].py"])
def test_two_params_of_one_name_in_a_path_are_a_mistake(tree: MakeTree, name: str) -> None:
    """The first value would be overwritten."""
    ((_, what),) = faults(tree(name))
    assert what.startswith("the path has two params named")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("()/x.py", "the group `()` has no name"),
        ("([id])/x.py", "the group `([id])` has a param, but adds nothing to the URL"),
        ("(a).py", "`(a)` is a group, but groups are folders"),
    ],
)
def test_a_group_is_a_folder_with_a_plain_name(tree: MakeTree, name: str, what: str) -> None:
    """A file in parentheses, an empty name and a param are mistakes."""
    assert faults(tree(name)) == [(f"server/{name}", what)]


def test_a_wrong_folder_is_reported_once_with_its_first_file(tree: MakeTree) -> None:
    """The mistake is not repeated for the other files in it, and an empty folder is no mistake."""
    found = tree("[id/c.py", "[id/b/a.py", "[id/_x.py", "{e}/x.txt")
    assert [file for file, _ in faults(found)] == ["server/[id/b/a.py"]


@pytest.mark.parametrize("names", [("Users.py", "users.py"), ("Users/a.py", "users.py"), ("(g)/A.py", "a.py")])
def test_names_that_differ_only_in_case_are_a_mistake(tree: MakeTree, names: tuple[str, str]) -> None:
    """Some disks cannot hold both."""
    ((_, what),) = faults(tree(*names))
    assert what.endswith("only in case or Unicode form")


def test_a_file_and_a_folder_can_have_the_same_name(tree: MakeTree) -> None:
    """`users.py` and `users/[id].py` belong together."""
    assert len(tree("users.py", "users/[id].py").files) == 2


def test_a_package_in_a_bracketed_folder_is_a_mistake(tree: MakeTree) -> None:
    """Mypy would stop there and check nothing."""
    ((file, _),) = faults(tree("[id]/__init__.py", "[id]/a.py"))
    assert file == "server/[id]/__init__.py"


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("/etc", "is a symbolic link out of the project"),
        ("nowhere.py", "is a broken symbolic link"),
        ("..", "is a symbolic link to a folder above it"),
        (".", "is a symbolic link to a folder above it"),
    ],
)
def test_a_link_that_must_not_be_followed_is_a_mistake(tree: MakeTree, tmp_path: Path, target: str, what: str) -> None:
    """A link must neither serve files from outside the project nor send the walk in circles."""
    tree("a.py")
    (tmp_path / "server/link.py").symlink_to(target)
    assert faults(tree()) == [("server/link.py", what)]


def test_two_folders_that_link_to_each_other_are_read_once(tree: MakeTree, tmp_path: Path) -> None:
    """The walk ends, and both links are mistakes."""
    write(tmp_path, {"server/a/x.py": "", "server/b/y.py": ""})
    (tmp_path / "server/a/b").symlink_to("../b")
    (tmp_path / "server/b/a").symlink_to("../a")
    assert [file for file, _ in faults(tree())] == ["server/a/b/a", "server/b/a/b"]


def test_a_link_within_the_project_is_followed(tree: MakeTree, tmp_path: Path) -> None:
    """Shared route files may live beside the tree."""
    write(tmp_path, {"server/a.py": "", "shared/b.py": ""})
    (tmp_path / "server/s").symlink_to("../shared")
    assert [file.name for file in tree().files] == ["server/a.py", "server/s/b.py"]


def test_a_folder_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    """The message has the reason of the operating system."""
    ((file, what),) = faults(scan(tmp_path, tmp_path / "none"))
    assert (file, what) == ("none", "the folder cannot be read: No such file or directory")


def test_a_name_that_is_not_utf_8_is_printed_with_escapes(tree: MakeTree, tmp_path: Path) -> None:
    """Printing the message must not fail."""
    tree("a.py")
    (Path(os.fsdecode(os.fsencode(tmp_path / "server") + b"/x\xff.py"))).touch()
    assert faults(tree())[0][0] == "server/x\\udcff.py"


def test_pipes_and_sockets_are_not_route_files(tree: MakeTree, tmp_path: Path) -> None:
    """Reading one would never return."""
    tree("a.py")
    os.mkfifo(tmp_path / "server/b.py")
    assert len(tree().files) == 1


def test_a_scan_makes_no_stat_call_for_a_file(
    tree: MakeTree, tmp_path: Path, count_stat_calls: Callable[[Callable[[], object]], int]
) -> None:
    """The listing of its folder says already that it is a file."""
    tree(*(f"a{n // 10}/[id]/b{n}.py" for n in range(100)))
    assert count_stat_calls(lambda: scan(tmp_path, tmp_path / "server")) < 50


def test_a_file_comes_before_the_folder_of_its_name(tree: MakeTree) -> None:
    """As a module, `users.py` is the parent of the files in `users/`."""
    found = tree("users/a.py", "users.py", "users-x.py")
    assert [file.name for file in found.files] == ["server/users.py", "server/users/a.py", "server/users-x.py"]


@pytest.mark.parametrize("mode", [0o000, 0o600, 0o300])
def test_a_folder_that_cannot_be_entered_or_listed_is_a_mistake(user_folder: Path, mode: int) -> None:
    """The listing alone may be allowed: then the names are known, but not what the files hold."""
    write(user_folder, {"server/a.py": "", "server/shut/b.py": ""})
    (user_folder / "server/shut").chmod(mode)
    found = scan(user_folder, user_folder / "server")
    assert faults(found) == [("server/shut", "the folder cannot be read: Permission denied")]
    assert [file.name for file in found.files] == ["server/a.py"]


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("/etc/passwd", "is a symbolic link out of the project"),
        ("nowhere.py", "is a broken symbolic link"),
        ("_middleware.py", "is a broken symbolic link"),
    ],
)
def test_middleware_is_no_link_that_must_not_be_followed(
    tree: MakeTree, tmp_path: Path, target: str, what: str
) -> None:
    """Its folder would be open, or run what is not in the project."""
    tree("a.py")
    (tmp_path / "server/_middleware.py").symlink_to(target)
    assert faults(tree()) == [("server/_middleware.py", what)]


def test_middleware_can_be_a_link_within_the_project(tree: MakeTree, tmp_path: Path) -> None:
    """Folders may share it."""
    write(tmp_path, {"server/a.py": "", "lib/auth.py": ""})
    (tmp_path / "server/_middleware.py").symlink_to("../lib/auth.py")
    found = tree()
    assert (found.mistakes, [file.real for file in found.middleware.values()]) == ([], [tmp_path / "lib/auth.py"])


def test_middleware_that_is_not_a_file_is_a_mistake(tree: MakeTree, tmp_path: Path) -> None:
    """Reading a pipe would never return."""
    tree("a.py")
    os.mkfifo(tmp_path / "server/_middleware.py")
    assert faults(tree()) == [("server/_middleware.py", "is not a file")]


@pytest.mark.parametrize("name", ["users", "[id]", "(group)", "users.py"])
@pytest.mark.parametrize("target", ["nowhere", None])
def test_a_broken_link_that_may_have_been_a_folder_is_a_mistake(
    tree: MakeTree, tmp_path: Path, name: str, target: str | None
) -> None:
    """Its routes would be missing without a word; so would those of a link to itself."""
    tree("a.py")
    (tmp_path / "server" / name).symlink_to(target or name)
    assert faults(tree()) == [(f"server/{name}", "is a broken symbolic link")]


def test_a_broken_link_to_other_data_is_ignored(tree: MakeTree, tmp_path: Path) -> None:
    """A name with another ending was no folder and no route file."""
    tree("a.py")
    (tmp_path / "server/x.csv").symlink_to("nowhere")
    assert faults(tree()) == []


def test_a_path_has_at_most_six_optional_segments(tree: MakeTree) -> None:
    """Each can double the number of its patterns; all that is below the seventh is one mistake."""
    six = "/".join(f"[[p{n}]]" for n in range(6))
    found = tree(f"{six}/index.py", f"{six}/x/[[p6]]/[[p7]]/a.py", f"{six}/x/[[p6]]/b.py")
    assert faults(found) == [(f"server/{six}/x/[[p6]]/[[p7]]/a.py", "the path has more than 6 optional segments")]
    assert len(found.files) == 1


def test_eighteen_optional_segments_are_rejected_before_patterns_are_made(tree: MakeTree) -> None:
    """Their patterns would take seconds."""
    found = tree("/".join(f"[[p{n}]]" for n in range(17)) + "/[[...rest]].py")
    assert (len(found.files), len(found.mistakes)) == (0, 1)
