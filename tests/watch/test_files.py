"""Which files are watched, and what counts as a change."""

from __future__ import annotations

import os
import resource
import sysconfig
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from fsapi.watch.files import PERIOD, Files
from fsapi.watch.folders import FILE, FOLDER, TREE
from tests.site import save, write

#: A time long before any test.
OLD = 1_600_000_000


def swap(path: Path) -> None:
    """Replace a file by another of the same size and times."""
    save(path.with_name("other"), "X = 2", OLD)
    path.with_name("other").rename(path)


def rewrite(path: Path) -> None:
    """Write a file and set its times back."""
    save(path, "X = 2", OLD)


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited.py": lambda path: path.write_text("X = 22"),
    "touched.py": lambda path: os.utime(path, (OLD, OLD + 1)),
    "rewritten.py": rewrite,
    "swapped.py": swap,
    "deleted.py": lambda path: path.unlink(),
    "renamed.py": lambda path: path.rename(path.with_name("else.py")),
    "new.py": lambda path: path.touch(),
    "deep/er/new.py": lambda path: write(path.parent, {"new.py": ""}),
    "folder/": lambda path: path.mkdir(),
    ".well-known/new.py": lambda path: write(path.parent, {"new.py": ""}),
    "linked/new.py": lambda path: path.resolve().write_text(""),
    "link.py": lambda path: path.resolve().write_text("X = 3"),
}
UNCHANGED: dict[str, Callable[[Path], object]] = {
    name: lambda path: write(path.parent, {path.name: "X = 1"})
    for name in ("x.txt", "__pycache__/x.py", ".git/x.py", "node_modules/x.py", "venv/x.py", "venv/lib/x.py")
}


def project(tmp_path: Path) -> Path:
    """Write a project, with links to what is beside it."""
    old = ("edited", "touched", "rewritten", "swapped", "deleted", "renamed")
    write(
        tmp_path,
        {"venv/pyvenv.cfg": "", **{f"{n}.py": "X = 1" for n in old}},
    )
    (tmp_path / "link.py").symlink_to(write(tmp_path.parent, {f"{tmp_path.name}.py": ""}) / f"{tmp_path.name}.py")
    outside = write(tmp_path.parent / f"{tmp_path.name}-linked", {"a.py": ""})
    (tmp_path / "linked").symlink_to(outside, target_is_directory=True)
    (outside / "circle").symlink_to(tmp_path, target_is_directory=True)
    for path in tmp_path.glob("*.py"):
        os.utime(path, (OLD, OLD))
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "broken.py").symlink_to("nothing")
    return tmp_path


def changes(folder: Path, name: str, change: Callable[[Path], object]) -> list[str]:
    """Return what is new, gone or different after a change, from the folder on."""
    files = Files()
    files.note(str(folder), TREE)
    assert files.find_changes() == [], name
    change(folder / name)
    return [path.removeprefix(f"{folder}{os.sep}") for path in files.find_changes()]


def test_every_change_of_a_file_or_folder_is_seen(tmp_path: Path) -> None:
    """Also if the size stays or the modification time is set back, behind links, and in new folders."""
    project(tmp_path)
    found = {name: changes(tmp_path, name, change) for name, change in CHANGES.items()}
    assert [name for name, paths in found.items() if name not in paths] == []


def test_what_is_no_source_is_not_watched(tmp_path: Path) -> None:
    """Caches, hidden folders and environments change all the time."""
    project(tmp_path)
    found = {name: changes(tmp_path, name, change) for name, change in UNCHANGED.items()}
    assert found == {name: [] for name in UNCHANGED}


def test_a_folder_alone_is_watched_without_those_below(tmp_path: Path) -> None:
    """The folder of a big project costs no more than a small one; a file counts by itself."""
    files = Files()
    files.note(str(write(tmp_path, {"a.py": "", "data/b.py": ""})), FOLDER)
    write(tmp_path, {"data/b.py": "X = 1", "data/c.py": ""})
    assert files.find_changes() == []
    files.note(str(tmp_path / "data/b.py"), FILE)
    write(tmp_path, {"c.py": "", "data/b.py": "X = 2"})
    assert files.find_changes() == [str(tmp_path / "c.py"), str(tmp_path / "data/b.py")]


def test_a_package_in_a_folder_is_seen_once_it_is_one(tmp_path: Path) -> None:
    """Python prefers it to a module of that name; what cannot be imported by its name is none."""
    files = Files()
    files.note(str(write(tmp_path, {"db.py": "", "plugins/a.txt": ""})), FOLDER)
    packages = ("db", "plugins", "new")
    others = ("__pycache__", "node_modules", ".git", "a-b", "x.py", "db/deep")
    write(tmp_path, {f"{name}/__init__.py": "" for name in (*packages, *others)})
    assert files.find_changes() == [str(tmp_path / name / "__init__.py") for name in sorted(packages)]


def test_what_is_missing_is_seen_once_it_is_there(tmp_path: Path) -> None:
    """A folder counts even if it is empty."""
    files = Files()
    for name, depth in {"a.py": FILE, "folder": FOLDER, "tree": TREE}.items():
        files.note(str(tmp_path / name), depth)
    assert files.find_changes() == []
    write(tmp_path, {"a.py": "", "tree/b/c.py": ""})
    (tmp_path / "folder").mkdir()
    named = [path.removeprefix(f"{tmp_path}/") for path in files.find_changes()]
    assert named == ["a.py", "tree/b/c.py", "folder/", "tree/", "tree/b/"]


def test_what_no_path_can_be_is_not_there() -> None:
    """A module may be asked for by such a name."""
    files = Files()
    for name in ("a\0b", "\ud800"):
        files.note(f"/{name}", FOLDER)
        files.note(f"/{name}.py", FILE)
    assert files.find_changes() == []


def test_content_counts_while_a_file_is_young(tmp_path: Path) -> None:
    """Two saves within one tick of a clock leave the same times; here the first state is that of the second save."""
    path = write(tmp_path, {"a.py": "X = 1"}) / "a.py"
    files, late = Files(), Files()
    noted = files.note(str(path), FILE)
    path.write_text("X = 2")
    state = late.note(str(path), FILE)
    assert noted is not None
    assert state is not None
    both = Files()
    both.add(noted._replace(states=state.states))
    assert both.find_changes() == both.wait_until_quiet([]) == [str(path)]


def test_too_many_open_files_are_no_change(tmp_path: Path) -> None:
    """Nothing is gone, and what has changed is seen later."""
    path = write(tmp_path, {"a.py": ""}) / "a.py"
    folders, young = Files(), Files()
    folders.note(str(tmp_path), TREE)
    young.note(str(path), FILE)
    path.write_text("X = 1")
    with no_descriptor_left():
        assert (folders.find_changes(), young.find_changes(), Files().note(str(tmp_path), TREE)) == ([], [], None)
    assert folders.find_changes() == young.find_changes() == [str(path)]


@contextmanager
def no_descriptor_left() -> Generator[None]:
    """Let nothing be opened until the block ends."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_content_of_an_old_file_is_not_read(tmp_path: Path) -> None:
    """A look costs no more than the signatures; a time in the future is young for some seconds too."""
    save(tmp_path / "future.py", "", time.time() + 10_000)
    noted = Files().note(str(tmp_path / "future.py"), FILE)
    assert noted is not None
    assert len(noted.digests) == 1


def test_what_is_known_keeps_its_first_state(tmp_path: Path) -> None:
    """A file that was edited since it was read is a change, though it is noted again."""
    files = Files()
    files.note(str(write(tmp_path, {"a.py": ""})), FOLDER)
    write(tmp_path, {"a.py": "X = 1"})
    assert files.note(str(tmp_path / "a.py"), FILE) is None
    assert files.note(str(tmp_path), TREE) is not None
    assert files.find_changes() == [str(tmp_path / "a.py")]


def test_python_itself_and_installed_packages_are_not_watched() -> None:
    """They do not change while a project is developed, and there are thousands of files."""
    files = Files()
    folders = [sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), "/home/me/.local/lib/site-packages"]
    assert [files.note(folder, TREE) for folder in folders] == [None] * 3
    assert files.find_changes() == []
    assert files.pause == PERIOD


def test_a_linked_package_is_watched_where_it_is_installed(tmp_path: Path) -> None:
    """It is the project's own, unless it is installed elsewhere."""
    packages = write(tmp_path, {"own/a.py": "", "dist-packages/other/a.py": "", "site-packages/copy/a.py": ""})
    installed = packages / "site-packages"
    for name, target in {"own": "../own", "own.py": "../own/a.py", "other": "../dist-packages/other"}.items():
        (installed / name).symlink_to(target)
    files = Files()
    for name in ("", "own", "other", "copy", "missing"):
        files.note(str(installed / name), FOLDER)
    files.note(str(installed / "own.py"), FILE)
    write(tmp_path, {"own/a.py": "X = 1", "dist-packages/other/a.py": "X = 1", "site-packages/copy/a.py": "X = 1"})
    assert files.find_changes() == [str(installed / "own.py"), str(installed / "own/a.py")]


def test_files_that_change_all_the_time_are_waited_for_only_so_long(tmp_path: Path) -> None:
    """A program may write them."""
    files, ends = Files(), threading.Event()
    files.note(str(tmp_path), TREE)

    def change() -> None:
        for number in range(100_000):
            if ends.is_set():
                return
            write(tmp_path, {f"{number}.py": ""})

    thread = threading.Thread(target=change)
    thread.start()
    assert files.wait_until_quiet([])
    ends.set()
    thread.join()


def test_a_save_of_many_files_is_one_change(tmp_path: Path) -> None:
    """It is over once nothing changes any more."""
    files = Files()
    files.note(str(tmp_path), TREE)
    write(tmp_path, {"a.py": ""})
    first = files.find_changes()
    write(tmp_path, {"b.py": ""})
    assert files.wait_until_quiet(first) == [str(tmp_path / "a.py"), str(tmp_path / "b.py")]
