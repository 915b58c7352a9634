"""Fixtures of the tests of trees."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapi.tree.scan import Tree, scan
from tests.site import write


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Tree]:
    """Return a function that writes a tree of empty files and scans it."""

    def make(*names: str) -> Tree:
        write(tmp_path / "server", dict.fromkeys(names, ""))
        return scan(tmp_path, tmp_path / "server")

    return make


@pytest.fixture
def count_stat_calls() -> Callable[[Callable[[], object]], int]:
    """Return a function that runs another and returns how often it asked the disk about a path."""

    def count(run: Callable[[], object]) -> int:
        calls: Counter[str] = Counter()

        def note(frame: object, event: str, function: object) -> None:
            if event == "c_call":
                calls[getattr(function, "__name__", "")] += 1

        sys.setprofile(note)
        try:
            run()
        finally:
            sys.setprofile(None)
        return calls["stat"] + calls["lstat"] + calls["readlink"]

    return count
