"""Which events of Python say what a project reads and writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from fsapi.live.audit import ReadingHook, WritingHook, audit_hook
from fsapi.watch.folders import FILE, FOLDER

#: Events that say so, and others.
WRITING: list[tuple[str, tuple[Any, ...]]] = [
    ("open", ("a.py", "w", os.O_WRONLY)),
    ("open", (Path("a.py"), "r+", os.O_RDWR)),
    ("open", (b"a.py", None, os.O_WRONLY | os.O_CREAT)),
    ("os.rename", ("a.tmp", "a.py", -1, -1)),
    ("os.symlink", ("a", "a.py", -1)),
    ("subprocess.Popen", ("git", ["git"], None, None)),
    ("os.fork", ()),
]
OTHERS: list[tuple[str, tuple[Any, ...]]] = [
    ("open", ("a.py", "r", os.O_RDONLY)),
    ("open", ("a.pyc.1", "wb", os.O_WRONLY)),
    ("open", (3, "w", os.O_WRONLY)),
    ("open", ("a.py",)),
    ("os.rename", ("a.py", "a.old", -1, -1)),
    ("import", ("a.py", None, None, None, None)),
]


def tell(*events: tuple[str, tuple[Any, ...]]) -> int:
    """Return how often the hook calls its function for events."""
    calls: list[None] = []
    hook = WritingHook(lambda: calls.append(None))
    for event in events:
        hook(*event)
    return len(calls)


def test_only_what_may_read_or_write_is_taken_in() -> None:
    """Each import has five events."""
    seen: list[str] = []
    hook = audit_hook(lambda event, _: seen.append(event))
    for event in ("import", "open", "exec", "os.listdir", "os.fork"):
        hook(event, ())
    assert seen == ["open", "os.listdir", "os.fork"]


def test_the_first_event_that_may_write_a_module_is_told() -> None:
    """Reading, other files and what the project calls an event are not."""
    assert [event for event in WRITING if tell(event, event) != 1] == []
    assert [event for event in OTHERS if tell(event) != 0] == []


#: Events of reading, and what is noted.
READING: list[tuple[str, tuple[Any, ...], list[tuple[str, int]]]] = [
    ("open", ("a.py", "r", os.O_RDONLY), [("a.py", FILE)]),
    ("open", (Path("a.py"), None, os.O_RDONLY | os.O_CLOEXEC), [("a.py", FILE)]),
    ("os.listdir", (b"a",), [(os.path.abspath("a"), FOLDER)]),
    ("os.listdir", (None,), [(os.getcwd(), FOLDER)]),
    ("os.scandir", ("a",), [(os.path.abspath("a"), FOLDER)]),
    ("os.scandir", (os.path.dirname(pytest.__file__),), []),
    ("open", ("a.py", "w", os.O_WRONLY), []),
    ("open", ("a.json", "r", os.O_RDONLY), []),
    ("open", (3, "r", os.O_RDONLY), []),
    ("os.scandir", (3,), []),
    ("os.scandir", (), []),
    ("os.remove", ("a.py", -1), []),
]


def noted(event: str, arguments: tuple[Any, ...], *, module: str = "lib.a", is_over: bool = False) -> list[Any]:
    """Return what is noted for an event of a module."""
    notes: list[tuple[str, int]] = []
    hook = ReadingHook(lambda path, depth: notes.append((path, depth)))
    hook.is_over = is_over
    exec("hook(event, arguments)", {"__name__": module, "hook": hook, "event": event, "arguments": arguments})
    return notes


def test_what_a_project_reads_itself_while_it_is_loaded_is_noted() -> None:
    """Python files and folders; what the import system reads is noted elsewhere."""
    found = {(event, arguments): noted(event, arguments) for event, arguments, _ in READING}
    assert found == {(event, arguments): notes for event, arguments, notes in READING}
    event, arguments, _ = READING[0]
    for module in ("_frozen_importlib_external", "importlib._bootstrap_external", "fsapi.tree.source"):
        assert noted(event, arguments, module=module) == []
    assert noted(event, arguments, is_over=True) == []


def test_what_the_import_system_reads_is_noted_once() -> None:
    """It says so before it reads."""
    notes: list[str] = []
    hook = ReadingHook(lambda path, _: notes.append(path))
    hook.note("a.py", FILE)
    for path in ("a.py", "b.py"):
        exec("hook('open', (path, 'rb', 0))", {"hook": hook, "path": path})
    assert notes == ["a.py", "b.py"]


def test_folders_are_noted_once_and_a_hundred_at_most() -> None:
    """A project that walks through thousands looks for other files than modules."""
    notes: list[str] = []
    hook = ReadingHook(lambda path, _: notes.append(path))
    for number in (1, *range(500)):
        exec("hook('os.scandir', (folder,))", {"hook": hook, "folder": f"/a/{number}"})
    assert notes == ["/a/1", "/a/0", *(f"/a/{number}" for number in range(2, 100))]
