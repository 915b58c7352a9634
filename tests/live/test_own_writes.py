"""Which changes a project makes itself, by when and how often they happen."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from fsapi.live.own_writes import OwnWrites
from fsapi.live.process import Command, Process
from fsapi.watch.files import Files
from fsapi.watch.folders import TREE
from tests.site import write


class Project:
    """A folder of which processes are loaded."""

    def __init__(self, folder: Path, listener: socket.socket) -> None:
        self.folder, self.writes, self.files = folder, OwnWrites(), Files()
        self.writes.rest = 0.0
        self._command, self._listener = Command("os:getpid", [], str(folder)), listener
        self.load()

    def load(self, *, is_loaded: bool = True, may_write: bool = True) -> None:
        """Let another process read the files."""
        self.process = Process(self._command, self._listener)
        self.process.wait(20)
        self.process.is_loaded, self.process.may_write = is_loaded, may_write
        self.files = Files()
        for name in ("a.py", "b.py"):
            self.files.note(str(self.folder / name))

    def look(self, *, is_asked: bool = False) -> list[str]:
        """Return the names of the files that count as changed."""
        changed = self.writes.leave_out(self.files, self.files.find_changes(), self.process, is_asked=is_asked)
        return [os.path.basename(path) for path in changed]

    def write(self, name: str, text: object = None) -> None:
        """Write a file, with the same text or another one."""
        path = self.folder / name
        write(self.folder, {name: path.read_text() if text is None else f"X = {text}"})


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Return a project of two files."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Project(write(tmp_path, {"a.py": "", "b.py": ""}), listener)


@pytest.mark.e2e
def test_what_a_load_writes_anew_each_time_is_no_change_in_the_end(project: Project) -> None:
    """A file that somebody else saves meanwhile is one."""
    for number, expected in enumerate([["a.py"], ["a.py"], ["a.py"], []]):
        project.write("a.py", number)
        assert project.look() == expected
        if expected:
            project.load()
    assert (project.look(), project.look(is_asked=True)) == ([], ["a.py"])
    for number in range(4, 6):
        project.load()
        project.write("a.py", number)
        project.write("b.py", number)
        assert project.look() == ["b.py"]


@pytest.mark.e2e
def test_what_somebody_saves_in_some_loads_in_a_row_is_a_change_in_the_end(project: Project) -> None:
    """A request loads it again; a load that does not write it shows whose it is."""
    for number, expected in enumerate([["a.py"], ["a.py"], ["a.py"], []]):
        project.write("a.py", number)
        assert (project.look(), project.look()) == (expected, expected)
        if expected:
            project.load()
    assert project.look(is_asked=True) == ["a.py"]
    project.load()
    assert project.look(is_asked=True) == []
    project.load()
    project.write("a.py", 4)
    assert project.look() == ["a.py"]


@pytest.mark.e2e
def test_what_a_load_writes_under_another_name_each_time_is_no_change_in_the_end(project: Project) -> None:
    """A file or a folder; whatever is new in one folder counts as one."""
    for number, is_change in enumerate([True, True, True, False, False]):
        project.files.note(str(project.folder), TREE)
        write(project.folder, {f"new{number}.py": "", f"folder{number}/deep/a.py": ""})
        assert bool(project.look()) == is_change
        project.load()


@pytest.mark.e2e
def test_what_is_written_soon_after_each_load_under_another_name_waits_for_a_request(project: Project) -> None:
    """As a file that was there before."""
    for number, is_change in enumerate([True, True, True, False]):
        project.files.note(str(project.folder), TREE)
        assert project.look() == []
        write(project.folder, {f"new{number}.py": ""})
        assert bool(project.look()) == is_change
        project.load()


@contextmanager
def saving(project: Project) -> Generator[None]:
    """Let somebody save a file all the time until the block ends."""
    ends = threading.Event()

    def save() -> None:
        for number in count():
            project.write("b.py", number)
            if ends.wait(0.01):
                return

    thread = threading.Thread(target=save)
    thread.start()
    yield
    ends.set()
    thread.join()


@pytest.mark.e2e
def test_what_somebody_saves_in_each_load_is_a_change(project: Project) -> None:
    """Who saves often does so after a load, too."""
    project.writes.rest = 1.0
    for number in range(6):
        project.write("a.py", number)
        with saving(project):
            assert "a.py" in project.look()
        project.load()


def test_what_a_load_writes_with_the_same_text_is_no_change(project: Project) -> None:
    """Unless the process has written nothing."""
    project.write("a.py")
    assert project.look() == []
    project.load(may_write=False)
    project.write("a.py")
    assert project.look() == ["a.py"]


@pytest.mark.e2e
def test_what_a_load_writes_once_is_a_change_each_time(project: Project) -> None:
    """As a generator whose input has changed; the loads after it write the same text."""
    for number in range(5):
        project.write("a.py", number)
        assert project.look() == ["a.py"]
        project.load()
        project.write("a.py")
        assert project.look() == []
        project.load()


@pytest.mark.e2e
def test_a_load_has_a_second_to_end_after_it_has_written(project: Project) -> None:
    """And longer after the next time."""
    project.load(is_loaded=False)
    assert (project.look(), project.writes.patience) == ([], 1.0)
    project.writes.patience = 30.0  # of a slow machine
    project.write("a.py", 1)
    assert (project.look(), project.look(), project.writes.patience) == ([], [], 30.0)
    project.load(is_loaded=False)
    project.write("a.py", 2)
    project.writes.patience = 0.0
    assert (project.look(), project.writes.patience) == (["a.py"], 0.0)
    project.load(is_loaded=False, may_write=False)
    project.write("a.py", 3)
    assert project.look() == ["a.py"]


@pytest.mark.e2e
def test_what_is_written_soon_after_each_load_waits_for_a_request(project: Project) -> None:
    """With the same text it is no change then."""
    for number in range(3):
        assert project.look() == []
        project.write("a.py", number)
        assert project.look() == ["a.py"]
        project.load()
    assert project.look() == []
    project.write("a.py", 4)
    assert (project.look(), project.look(), project.look(is_asked=True)) == ([], [], ["a.py"])
    project.load()
    assert project.look() == []
    project.write("a.py")
    assert project.look(is_asked=True) == []
    project.writes.soon = 0.0
    project.write("a.py", 5)
    assert project.look() == ["a.py"]
    project.write("b.py", 1)
    assert project.look() == ["a.py", "b.py"]
