"""Fixtures of the tests of trees."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable

import pytest


@pytest.fixture
def count_stat_calls() -> Callable[[Callable[[], object]], int]:
    """Return a function that calls another and counts how often the disk was asked about a path."""

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
