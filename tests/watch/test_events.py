"""What the system reports of many files, so that a request does not look at each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import FrameType

import pytest

from fsapi.watch.events import Events
from fsapi.watch.files import Files
from fsapi.watch.folders import ASKED, FILE, FOLDER, NAMES, TREE
from fsapi.watch.inotify import LOST, Inotify
from fsapi.watch.listings import Listings
from fsapi.watch.paths import Paths, find_paths
from tests.site import write
from tests.watch.test_files import CHANGES, INSTALLS, no_descriptor_left, project


def known(paths: dict[Path, int]) -> Files:
    """Return files of which the system reports what happens: they have been looked at without a change."""
    files = Files()
    files.many = -1
    for path, depth in paths.items():
        files.note(str(path), depth)
    assert files.find_changes() == files.find_changes() == []
    assert count_stats(files) == 0
    return files


def count_stats(files: Files) -> int:
    """Return how many files a look asks for."""
    calls: list[object] = []

    def count_calls(_frame: FrameType, event: str, function: object) -> None:
        if event == "c_call":
            calls.append(function)

    sys.setprofile(count_calls)
    try:
        files.find_changes()
    finally:
        sys.setprofile(None)
    return calls.count(os.stat)


def test_every_change_is_an_event(tmp_path: Path) -> None:
    """Those that a look finds."""
    project(tmp_path)
    missed: list[str] = []
    for name, change in CHANGES.items():
        files = known({tmp_path: TREE})
        change(tmp_path / name)
        if str(tmp_path / name) not in [path.rstrip(os.sep) for path in files.find_changes()]:
            missed.append(name)
        files.close()
    assert missed == []


def move(path: Path) -> None:
    """Rename what a path is."""
    path.rename(f"{path}~")


def lead(link: Path, target: str) -> None:
    """Let a symbolic link lead elsewhere, in one step as deployments do."""
    (link.parent / "next").symlink_to(target)
    (link.parent / "next").rename(link)


def rename_over(path: Path) -> None:
    """Save as most editors do."""
    write(path.parent, {"swap~": "X = 2"})
    (path.parent / "swap~").rename(path)


#: What happens elsewhere, where `site/lib/a.py` is watched, and `site` leads by two links to `releases/1`.
ELSEWHERE: dict[str, Callable[[Path], object]] = {
    "a folder above is renamed": lambda top: move(top / "releases"),
    "the folder is renamed": lambda top: move(top / "releases/1/lib"),
    "a link is replaced": lambda top: lead(top / "site", "releases/2"),
    "the second link is replaced": lambda top: lead(top / "links/current", "../releases/2"),
    "a link is deleted": lambda top: (top / "site").unlink(),
    "the file is saved by its real path": lambda top: rename_over(top / "releases/1/lib/a.py"),
    "another name of the file is written": lambda top: (top / "other.txt").write_text("X = 3"),
    "the target of a linked file is written": lambda top: (top / "real/b.txt").write_text("X = 3"),
    "the target of a linked file is replaced": lambda top: rename_over(top / "real/b.txt"),
    "a folder that a link leaves again is renamed": lambda top: move(top / "releases/2/deep"),
    "what a linked file leads to comes": lambda top: write(top / "real", {"late.txt": ""}),
    "what was missing with its folders comes": lambda top: write(top / "gone/deep", {"c.py": ""}),
}


def test_what_happens_elsewhere_is_an_event(tmp_path: Path) -> None:
    """On the way to a file, behind links, and under the other names of a file."""
    missed: list[str] = []
    for number, (name, change) in enumerate(ELSEWHERE.items()):
        top = write(tmp_path / str(number), {"releases/1/lib/a.py": "X = 1", "releases/2/deep/x": "", "real/b.txt": ""})
        (top / "links").mkdir()
        (top / "links/current").symlink_to("../releases/1")
        (top / "site").symlink_to("links/current")
        (top / "releases/1/lib/b.py").symlink_to("../../../real/b.txt")
        (top / "way").symlink_to("releases/2/deep")
        (top / "releases/1/lib/c.py").symlink_to("../../../way/../deep/x")
        (top / "releases/1/lib/late.py").symlink_to("../../../real/late.txt")
        os.link(top / "releases/1/lib/a.py", top / "other.txt")
        files = known({top / "site/lib": TREE, top / "gone/deep/c.py": FILE})
        change(top)
        if not files.find_changes():
            missed.append(name)
        files.close()
    assert missed == []


def test_installs_are_events(tmp_path: Path) -> None:
    """Those that a look finds, and no others."""
    found: dict[str, list[str]] = {}
    for name, (install, _) in INSTALLS.items():
        files = {"old.py": "", "old.pth": "", "old.egg": "", "a.dist-info/RECORD": ""}
        packages = write(tmp_path / name / "site-packages", files)
        installed = known({packages: NAMES, packages / "old.egg": NAMES})
        install(packages)
        found[name] = [path.removeprefix(f"{packages}/") for path in installed.find_changes()]
        installed.close()
    assert found == {name: changed for name, (_, changed) in INSTALLS.items()}


def test_what_would_become_a_module_is_an_event(tmp_path: Path) -> None:
    """A folder that becomes a package, a module that was asked for, and what is no longer a virtual environment."""
    write(tmp_path, {"project/plugins/a.txt": "", "asked/a.txt": "", "tree/venv/pyvenv.cfg": "", "tree/venv/v.py": ""})
    paths = {tmp_path / "project": FOLDER, tmp_path / "asked/wanted": ASKED, tmp_path / "tree": TREE}
    for change in (
        lambda: write(tmp_path, {"project/plugins/__init__.py": ""}),
        lambda: (tmp_path / "asked/wanted").mkdir(),
        lambda: (tmp_path / "tree/venv/pyvenv.cfg").unlink(),
    ):
        files = known(paths)
        change()
        assert files.find_changes()
        files.close()


def test_folders_that_come_one_after_the_other_are_watched(tmp_path: Path) -> None:
    """Those above a tree that is missing yet."""
    files = known({write(tmp_path, {"a.py": ""}): FOLDER, tmp_path / "app/pages": TREE})
    (tmp_path / "app").mkdir()
    assert files.find_changes() == files.find_changes() == []
    write(tmp_path, {"app/pages/index.py": ""})
    assert files.find_changes() == [str(tmp_path / "app/pages/index.py"), f"{tmp_path / 'app/pages'}/"]


def test_a_new_folder_is_watched_though_it_is_no_change(tmp_path: Path) -> None:
    """It becomes a package later."""
    files = known({write(tmp_path, {"a.py": ""}): FOLDER})
    (tmp_path / "later").mkdir()
    assert files.find_changes() == files.find_changes() == []
    write(tmp_path, {"later/__init__.py": ""})
    assert files.find_changes() == [str(tmp_path / "later/__init__.py")]


def test_a_change_is_found_until_it_is_accepted_and_after_the_next(tmp_path: Path) -> None:
    """Without events a look finds the same as before; what is noted anew is looked at."""
    files = known({write(tmp_path, {"a.py": ""}): FOLDER})
    write(tmp_path, {"a.py": "X = 1"})
    changed = [str(tmp_path / "a.py")]
    assert files.find_changes() == files.find_changes() == files.find_changes(afresh=True) == changed
    files.accept(changed)
    assert files.find_changes() == files.find_changes() == []
    noted = Files().note(str(write(tmp_path, {"b/c.py": ""}) / "b/c.py"), FILE)
    write(tmp_path, {"b/c.py": "X = 1"})
    assert noted is not None
    files.add(noted)
    assert str(tmp_path / "b/c.py") in files.find_changes()


def watch(*folders: Path) -> Events:
    """Return the events of folders and of the files in them."""
    events = Events()
    events.watch(find_paths({str(folder): FOLDER for folder in folders}, {}, Listings()))
    assert events.are_none()
    return events


def test_what_happens_beside_the_files_is_no_event(tmp_path: Path) -> None:
    """A database or a log is written all the time, comes and goes, and the folders above are those of others."""
    project = write(tmp_path / "project", {"a.py": "", "app.db": "", "data/x.db": ""})
    events = watch(project)
    write(tmp_path, {"project/app.db": "1", "project/data/x.db": "2", "project/data/y.db": "", "other/b.py": ""})
    (project / "a.py").read_text()
    write(project, {"app.db-journal": ""})
    (project / "app.db-journal").unlink()
    assert events.are_none()


def test_what_may_be_source_is_an_event_once(tmp_path: Path) -> None:
    """A Python file, a folder, and a link, which may lead to a package."""
    events = watch(write(tmp_path, {"a.txt": ""}))
    changes: list[Callable[[], object]] = [
        (tmp_path / "new.py").touch,
        (tmp_path / "folder").mkdir,
        lambda: (tmp_path / "link").symlink_to("nowhere"),
    ]
    for change in changes:
        change()
        assert not events.are_none()
        assert events.are_none()


def test_lost_events_count(tmp_path: Path) -> None:
    """The system keeps so many."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    events = watch(write(tmp_path, {"a.txt": "", "b.txt": ""}))
    with (tmp_path / "a.txt").open("wb", 0) as first, (tmp_path / "b.txt").open("wb", 0) as second:
        for _ in range(limit // 2 + 1):
            first.write(b"x")
            second.write(b"x")
    assert not events.are_none()
    assert not events.is_complete


def test_who_writes_without_end_holds_up_no_request(tmp_path: Path) -> None:
    """Some events are left unread. A long name makes few of them many bytes."""
    names = [letter * 255 for letter in "ab"]
    inotify = Inotify()
    inotify.add(str(write(tmp_path, dict.fromkeys(names, ""))))
    kinds: list[int] = []
    with (tmp_path / names[0]).open("wb", 0) as first, (tmp_path / names[1]).open("wb", 0) as second:
        first.write(b"x")
        for _, kind, _ in islice(inotify.read(), 50_000):
            kinds.append(kind)
            first.write(b"x")
            second.write(b"x")
    assert kinds[-1] == LOST
    inotify.close()


def test_where_the_system_reports_nothing_each_request_looks(user_folder: Path) -> None:
    """On file systems of a network, in folders that cannot be read, and with too many open files."""
    closed = write(user_folder, {"closed/a.py": ""}) / "closed"
    closed.chmod(0)
    for folder in (Path("/proc/self"), closed):
        events = Events()
        events.watch(Paths({str(folder)}, set(), set(), set(), set()))
        assert (events.are_none(), events.is_complete) == (False, True)
    with no_descriptor_left():
        events = Events()
        events.watch(Paths(set(), set(), set(), set(), set()))
    events.watch(Paths({str(user_folder)}, set(), set(), set(), set()))
    assert not events.are_none()


def test_a_python_without_ctypes_looks_at_each_request() -> None:
    """Many are built without libffi."""
    code = (
        "import sys; sys.modules['_ctypes'] = None\n"
        "from fsapi.watch.inotify import Inotify, NoEventsError\n"
        "try: Inotify()\n"
        "except NoEventsError: print('none')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "none\n"


@pytest.mark.parametrize(("count", "expected"), [(Files.many - 10, Files.many - 9), (Files.many + 10, 0)])
def test_few_files_are_looked_at_and_of_many_the_system_is_asked(tmp_path: Path, count: int, expected: int) -> None:
    """The folder counts, too."""
    files = Files()
    files.note(str(write(tmp_path, {f"m{number}.py": "" for number in range(count)})), FOLDER)
    assert files.find_changes() == files.find_changes() == []
    assert count_stats(files) == expected
