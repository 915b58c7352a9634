"""Memory does not grow with the requests, as `benchmarks/memory.py` measures it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.site import ROOT

pytestmark = pytest.mark.e2e


def test_memory_is_flat_over_10_000_mixed_requests() -> None:
    """They add less than 2 %, once everything has been used."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "benchmarks/memory.py", "--requests", "10000"]
    printed = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(printed)
    grown = [float(percent) for percent in re.findall(r"requests: .* MiB, (\S+) %", printed)]
    assert len(grown) == 11
    assert grown[-1] < 2
