"""Which events of Python say that a module may be written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from fsapi.live.audit import WritingHook

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


def test_the_first_event_that_may_write_a_module_is_told() -> None:
    """Reading, other files and what the project calls an event are not."""
    assert [event for event in WRITING if tell(event, event) != 1] == []
    assert [event for event in OTHERS if tell(event) != 0] == []
