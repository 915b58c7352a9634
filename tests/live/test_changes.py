"""What has changed for a child that speaks while its parent looks."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from fsapi.live.changes import Changes
from fsapi.live.process import Command, Process
from fsapi.watch.files import Files
from tests.site import write


def says_that_it_writes(process: Process) -> None:
    """Let a child have said so, and write later."""
    process.may_write = True


def says_that_it_is_loaded(process: Process) -> None:
    """Let a child have written a second file, and have ended its load."""
    process.may_write = process.is_loaded = True


@pytest.mark.e2e
@pytest.mark.parametrize(("speak", "found"), [(says_that_it_writes, 0), (says_that_it_is_loaded, 2)])
def test_what_a_child_says_while_its_parent_looks_counts(
    tmp_path: Path, speak: Callable[[Process], None], found: int
) -> None:
    """It says that it writes before it does, so a change that is its own is never seen before that."""
    changes, files = Changes(), Files()
    for name in ("a.py", "b.py"):
        noted = files.note(str(write(tmp_path, {name: ""}) / name))
        assert noted is not None
        changes.add(noted)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = Process(Command("os:getpid", [], str(tmp_path)), listener)
        process.wait(20)
    write(tmp_path, {"a.py": "X = 1"})
    heard: list[Process] = []

    def hear() -> Process:
        if heard:
            write(tmp_path, {"b.py": "X = 2"} if found else {})
            speak(process)
        heard.append(process)
        return process

    assert len(changes.find(hear, is_asked=False)) == found


def test_no_answer_waits_until_the_system_has_forgotten_what_was_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look after the one that finds a change lets it forget, before it watches anew."""
    monkeypatch.setattr(Files, "many", -1)
    changes, noted, before = Changes(), Files().note(str(write(tmp_path, {"a.py": ""}) / "a.py")), count_inotify()
    assert noted is not None
    changes.add(noted)

    def look() -> tuple[int, int]:
        found = changes.find(lambda: None, is_asked=True)
        return len(found), count_inotify() - before

    assert look() == (0, 1)
    write(tmp_path, {"a.py": "X = 1"})
    assert [look(), look()] == [(1, 1), (0, 1)]


def count_inotify() -> int:
    """Return how many lists of events this process has open."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the list of descriptors had one itself
            found += os.readlink(descriptor) == "anon_inode:inotify"
    return found
