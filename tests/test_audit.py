"""What is printed of pip-audit's report, and what fails."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.site import ROOT

KNOWN = {"id": "CVE-1", "fix_versions": ["1.1", "2.0"], "aliases": [], "description": "bad"}
UNREACHABLE = "pip-audit cannot reach its data here: nothing is audited.\n"


def audit(folder: Path, *packages: Mapping[str, object]) -> tuple[int, str]:
    """Return the exit code and the output for a report of these packages."""
    report = folder / "report.json"
    report.write_text(json.dumps({"dependencies": packages}), "utf-8")
    return printed(report)


def printed(report: Path) -> tuple[int, str]:
    """Return the exit code and the output for a report."""
    ended = subprocess.run(
        [sys.executable, ROOT / ".ci/audit.py", report], stdout=subprocess.PIPE, text=True, check=False
    )
    return ended.returncode, ended.stdout


def test_a_known_vulnerability_fails(tmp_path: Path) -> None:
    """It is listed with the versions that fix it."""
    known, safe = {"name": "a", "version": "1.0", "vulns": [KNOWN]}, {"name": "b", "version": "1", "vulns": list[str]()}
    assert audit(tmp_path, known, safe) == (
        1,
        "pip-audit: 2 of 2 packages audited.\na 1.0: CVE-1, fixed in 1.1, 2.0\n",
    )


def test_without_its_data_nothing_fails(tmp_path: Path) -> None:
    """pip-audit ends without a report if it cannot resolve a host, or skips packages that its index lacks."""
    assert printed(tmp_path / "none.json") == (0, UNREACHABLE)
    assert audit(tmp_path, {"name": "a", "skip_reason": "not found"}) == (0, UNREACHABLE)
