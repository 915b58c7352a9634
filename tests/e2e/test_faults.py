"""What faults cost clients, as `benchmarks/faults.py` counts it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.site import ROOT

pytestmark = pytest.mark.e2e

#: The servers need not be measured, and are faster so.
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def test_faults_break_nothing_but_what_a_killed_worker_was_doing() -> None:
    """All 20,000 requests are answered with what is theirs; no write that was acknowledged is lost."""
    command = [sys.executable, "benchmarks/faults.py", "--requests", "20000"]
    table = subprocess.run(command, cwd=ROOT, env=ENVIRON, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(table)
    head, _, *lines = ([cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines())
    rows = [dict(zip(head, line)) for line in lines]
    assert sum(int(row["requests"].replace(",", "")) for row in rows) == 20_000
    assert {(row["wrong"], row["lost"]) for row in rows} == {("0", "0")}
    assert {row["scenario"] for row in rows if row["broken"] != "0"} <= {"kill -9", "all"}
    assert {row["scenario"] for row in rows if row["twice"] != "0"} <= {"kill -9", "all"}
    assert "0" not in [row["faults"] for row in rows]
