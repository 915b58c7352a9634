"""Which files are watched, and what counts as a change."""

from __future__ import annotations

import os
import resource
import sysconfig
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fsapi.watch.files import PERIOD, Files
from fsapi.watch.folders import ASKED, FILE, FOLDER, MANY, NAMES, TREE
from fsapi.watch.listings import Listings
from tests.e2e.servers import wait
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


def move_behind_link(path: Path) -> None:
    """Move a folder away, and leave a link to it: the same files are there."""
    path.symlink_to(path.rename(path.parent.parent / f"{path.parent.name}-moved"), target_is_directory=True)


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited.py": lambda path: path.write_text("X = 22"),
    "touched.py": lambda path: os.utime(path, (OLD, OLD + 1)),
    "rewritten.py": rewrite,
    "swapped.py": swap,
    "deleted.py": lambda path: path.unlink(),
    "renamed.py": lambda path: path.rename(path.with_name("else.py")),
    "new.py": lambda path: path.touch(),
    "new.so": lambda path: path.touch(),
    "new.pyc": lambda path: path.touch(),
    "pipe.py": os.mkfifo,
    "deep/er/new.py": lambda path: write(path.parent, {"new.py": ""}),
    "folder/": lambda path: path.mkdir(),
    ".well-known/new.py": lambda path: write(path.parent, {"new.py": ""}),
    "linked/new.py": lambda path: path.resolve().write_text(""),
    "link.py": lambda path: path.resolve().write_text("X = 3"),
    "new-link": lambda path: path.symlink_to("nothing"),
    "new-link.py": lambda path: path.symlink_to("nothing"),
    "moved": move_behind_link,
}
UNCHANGED: dict[str, Callable[[Path], object]] = {
    name: lambda path: write(path.parent, {path.name: "X = 1"})
    for name in ("x.txt", ".#x.py", "__pycache__/x.py", ".git/x.py", "node_modules/x.py", "venv/x.py", "venv/lib/x.py")
}


def project(tmp_path: Path) -> Path:
    """Write a project, with links to what is beside it."""
    old = ("edited", "touched", "rewritten", "swapped", "deleted", "renamed")
    write(
        tmp_path,
        {"venv/pyvenv.cfg": "", "moved/a.py": "", **{f"{n}.py": "X = 1" for n in old}},
    )
    (tmp_path / "link.py").symlink_to(write(tmp_path.parent, {f"{tmp_path.name}.py": ""}) / f"{tmp_path.name}.py")
    outside = write(tmp_path.parent / f"{tmp_path.name}-linked", {"a.py": ""})
    (tmp_path / "linked").symlink_to(outside, target_is_directory=True)
    (outside / "circle").symlink_to(tmp_path, target_is_directory=True)
    for path in tmp_path.glob("*.py"):
        os.utime(path, (OLD, OLD))
    for name in ("loop", "loop.py"):
        (tmp_path / name).symlink_to(name)
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


def test_two_dots_lead_up_from_where_a_link_leads(tmp_path: Path) -> None:
    """As the system takes a path."""
    write(tmp_path, {"releases/1/x": "", "releases/lib/a.py": "", "lib/a.py": ""})
    (tmp_path / "current").symlink_to("releases/1")
    files = Files()
    files.note(f"{tmp_path}/current/../lib/a.py")
    write(tmp_path, {"lib/a.py": "X = 1"})
    assert files.find_changes() == []
    write(tmp_path, {"releases/lib/a.py": "X = 1"})
    assert files.find_changes() == [f"{tmp_path}/current/../lib/a.py"]
    files.note(f"{tmp_path}/releases/1/../../lib/a.py")
    write(tmp_path, {"lib/a.py": "X = 2"})
    assert f"{tmp_path}/lib/a.py" in files.find_changes()


def test_what_no_path_can_be_is_not_there() -> None:
    """A module may be asked for by such a name."""
    files = Files()
    for name in ("a\0b", "\ud800"):
        files.note(f"/{name}", FOLDER)
        files.note(f"/{name}.py", FILE)
    assert files.find_changes() == []


def test_a_folder_that_cannot_be_read_is_not_there(user_folder: Path) -> None:
    """Until it can be."""
    write(user_folder, {"closed/a.py": ""})
    (user_folder / "closed").chmod(0)
    files = Files()
    files.note(str(user_folder / "closed"), FOLDER)
    assert files.find_changes() == []
    (user_folder / "closed").chmod(0o700)
    assert files.find_changes() == [str(user_folder / "closed/a.py"), f"{user_folder / 'closed'}/"]


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
        folders.accept([str(path)])
        assert not young.has_same_text(str(path))
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


def test_a_huge_file_takes_no_more_memory_than_a_big_one(tmp_path: Path) -> None:
    """It may be an archive, or an extension module; its size and its times tell of a change."""
    path = write(tmp_path, {"a.so": ""}) / "a.so"
    os.truncate(path, 1 << 42)
    files = Files()
    files.note(str(path), FILE)
    assert files.find_changes() == []
    os.truncate(path, 1 << 41)
    assert files.find_changes() == [str(path)]


def test_what_is_known_keeps_its_first_state(tmp_path: Path) -> None:
    """A file that was edited since it was read is a change, though it is noted again."""
    files = Files()
    files.note(str(write(tmp_path, {"a.py": ""}) / "a.py"), FILE)
    write(tmp_path, {"a.py": "X = 1"})
    assert files.note(str(tmp_path / "a.py"), FILE) is None
    assert files.note(str(tmp_path), FOLDER) is not None
    assert files.note(str(tmp_path), TREE) is not None
    assert files.find_changes() == [str(tmp_path / "a.py")]


def test_a_file_that_is_written_before_it_is_read_is_no_change(tmp_path: Path) -> None:
    """Its folder is listed before: a program may write a module, and import it then."""
    files = Files()
    files.note(str(write(tmp_path, {"a.py": ""})), TREE)
    write(tmp_path, {"a.py": "X = 1"})
    files.note(str(tmp_path / "a.py"), FILE)
    assert files.find_changes() == []


def test_a_file_that_is_gone_before_it_is_read_is_a_change(tmp_path: Path) -> None:
    """Its folder was listed before."""
    files = Files()
    files.note(str(write(tmp_path, {"a.py": "X = 1"})), TREE)
    (tmp_path / "a.py").unlink()
    files.note(str(tmp_path / "a.py"), FILE)
    assert files.find_changes() == [str(tmp_path / "a.py")]


def test_a_big_folder_costs_no_more_than_what_is_imported_from_it(tmp_path: Path) -> None:
    """New files, gone ones, and folders that become packages where they come first count all the same."""
    names = [f"m{number}" for number in range(MANY)]
    write(tmp_path, {**{f"{name}.py": "" for name in names}, "folder/a.txt": "", "m1/a.txt": ""})
    files = Files()
    files.note(str(tmp_path), FOLDER)
    files.note(str(tmp_path / "m0.py"), FILE)
    write(tmp_path, {f"{name}.py": "X = 1" for name in ("m0", "m2", "new")})
    write(tmp_path, {"m1/__init__.py": "", "package/__init__.py": ""})
    (tmp_path / "m3.py").unlink()
    changed = [path.removeprefix(f"{tmp_path}/") for path in files.find_changes()]
    assert changed == ["m0.py", "m1/__init__.py", "m3.py", "new.py", "package/__init__.py"]


@pytest.mark.e2e
def test_a_listing_is_read_again_only_if_it_may_have_changed(tmp_path: Path) -> None:
    """The times of a folder tell, unless they are those of now; what a link leads to may change at any time."""
    listings = Listings()
    write(tmp_path, {"old/a.py": "", "young/a.py": ""})
    (tmp_path / "old/link").symlink_to("nothing")
    os.utime(tmp_path / "old", (OLD, OLD))
    wait(lambda: listings.read(str(tmp_path / "old")) is listings.read(str(tmp_path / "old")))
    write(tmp_path, {"old/b.py": ""})
    again = listings.read(str(tmp_path / "old"))
    assert again is not None
    assert (sorted(again.names), sorted(map(os.path.basename, again.modules))) == (
        ["a.py", "b.py", "link"],
        ["a.py", "b.py"],
    )


def test_modules_that_were_asked_for_are_seen_as_folders_too(tmp_path: Path) -> None:
    """Also where packages are installed; a file of that name is none."""
    files = Files()
    for name in ("one", "two", "site-packages/three", "none/four"):
        files.note(str(write(tmp_path, {"site-packages/a.py": ""}) / name), ASKED)
    assert files.note(str(tmp_path / "one"), ASKED) is None
    write(tmp_path, {"one/a.py": "", "two": "", "site-packages/three/a.py": "", "none/four/a.py": ""})
    changed = [path.removeprefix(f"{tmp_path}/") for path in files.find_changes() if path.endswith(".py")]
    assert sorted(changed) == ["none/four/a.py", "one/a.py", "site-packages/three/a.py"]


#: What installers do in a folder of packages, and what that is to be seen as.
INSTALLS: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a module": (lambda folder: write(folder, {"new.py": ""}), ["new.py"]),
    "a package": (lambda folder: write(folder, {"new/__init__.py": ""}), ["new"]),
    "an extension": (lambda folder: write(folder, {"new.abi3.so": ""}), ["new.abi3.so"]),
    "a removal": (lambda folder: (folder / "old.py").unlink(), ["old.py"]),
    "a path": (lambda folder: write(folder, {"new.pth": ""}), ["new.pth"]),
    "another path": (lambda folder: write(folder, {"old.pth": "/x"}), ["old.pth"]),
    "another archive": (lambda folder: write(folder, {"old.egg": "x"}), ["old.egg"]),
    "the same version": (lambda folder: write(folder, {"a.dist-info/RECORD": "x"}), ["a.dist-info/RECORD"]),
    "another file of a version": (lambda folder: write(folder, {"a.dist-info/METADATA": "x"}), []),
    "a cache": (lambda folder: write(folder, {"__pycache__/old.pyc": ""}), []),
    "a temporary name": (lambda folder: write(folder, {"~ew/a.py": "", ".lock": ""}), []),
    "an edit": (lambda folder: write(folder, {"old.py": "X = 1"}), []),
}


def test_what_is_installed_is_seen(tmp_path: Path) -> None:
    """And what is removed; edits of what is installed are not."""
    found: dict[str, list[str]] = {}
    for name, (install, _) in INSTALLS.items():
        packages = tmp_path / name / "site-packages"
        write(packages, {"old.py": "", "old.pth": "", "old.egg": "", "a.dist-info/RECORD": ""})
        files = Files()
        for path in (packages, packages / "old.egg"):
            files.note(str(path), NAMES)
        install(packages)
        found[name] = [path.removeprefix(f"{packages}/") for path in files.find_changes()]
    assert found == {name: changed for name, (_, changed) in INSTALLS.items()}


def test_a_package_is_watched_while_it_is_installed(tmp_path: Path) -> None:
    """Until the list of its files is written."""
    write(tmp_path / "site-packages", {"a.py": "", "b/a.py": "", "c.dist-info/RECORD": "", "d/deep/a.txt": ""})
    files = Files()
    for name in ("a.py", "b", "c.dist-info", "d", "gone"):
        files.note_installed(str(tmp_path / "site-packages" / name))
    changes = {"a.py": "X = 1", "b/a.py": "X = 1", "b/b.py": "", "c.dist-info/RECORD": "a", "d/deep/__init__.py": ""}
    write(tmp_path / "site-packages", changes)
    changed = [path.removeprefix(f"{tmp_path / 'site-packages'}/") for path in files.find_changes()]
    assert changed == list(changes)


def test_an_archive_counts_for_what_is_in_it(tmp_path: Path) -> None:
    """A path may lead into it."""
    write(tmp_path, {"a.zip": "", "b.zip": ""})
    files = Files()
    for name, depth in {"a.zip/inside": FOLDER, "b.zip/deep/module.py": FILE, "late.zip": FOLDER}.items():
        files.note(str(tmp_path / name), depth)
    write(tmp_path, {f"{name}.zip": "x" for name in ("a", "b", "late")})
    assert files.find_changes() == [str(tmp_path / f"{name}.zip") for name in ("a", "b", "late")]


def test_what_is_accepted_is_no_change_until_the_next(tmp_path: Path) -> None:
    """Of files, folders, and what is gone."""
    files = Files()
    files.note(str(write(tmp_path, {"a.py": "", "gone.py": "", "same.py": ""})), TREE)
    write(tmp_path, {"a.py": "X = 1", "new/b.py": "", "same.py": ""})
    (tmp_path / "gone.py").unlink()
    changed = files.find_changes()
    assert [path for path in changed if files.has_same_text(path)] == [str(tmp_path / "same.py")]
    files.accept(changed)
    assert files.find_changes() == []
    write(tmp_path, {"a.py": "X = 2"})
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


class Restless(Files):
    """Files of a folder in which another one appears before each look."""

    def find_changes(self, *, afresh: bool = False) -> list[str]:
        """Write the next file, and look."""
        ((folder, _),) = self._roots.items()
        write(Path(folder), {f"{len(os.listdir(folder))}.py": ""})
        return super().find_changes(afresh=afresh)


@pytest.mark.e2e
def test_files_that_change_all_the_time_are_waited_for_only_so_long(tmp_path: Path) -> None:
    """A program may write them."""
    files = Restless()
    files.note(str(tmp_path), TREE)
    assert len(files.wait_until_quiet([])) == len(os.listdir(tmp_path)) == 25


def test_a_save_of_many_files_is_one_change(tmp_path: Path) -> None:
    """It is over once nothing changes any more."""
    files = Files()
    files.note(str(tmp_path), TREE)
    write(tmp_path, {"a.py": ""})
    first = files.find_changes()
    write(tmp_path, {"b.py": ""})
    assert files.wait_until_quiet(first) == [str(tmp_path / "a.py"), str(tmp_path / "b.py")]
