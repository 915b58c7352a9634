"""Print what pip-audit has found, from its JSON; fail only for a known vulnerability.

    python .ci/audit.py REPORT

pip-audit fails without a report where it cannot reach its data, and passes where its index knows none of the packages.
Both are said here: nothing has been audited then, which is no reason to fail.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

UNREACHABLE = "pip-audit cannot reach its data here: nothing is audited."


def main(report: Path) -> int:
    """Print the outcome, and return 1 if a package has a known vulnerability."""
    text = report.read_text("utf-8") if report.exists() else ""
    packages = json.loads(text)["dependencies"] if text else []
    audited = [package for package in packages if "skip_reason" not in package]
    print(f"pip-audit: {len(audited)} of {len(packages)} packages audited." if audited else UNREACHABLE)
    found = [(package, known) for package in audited for known in package["vulns"]]
    for package, known in found:
        fixed = ", ".join(known["fix_versions"]) or "no version"
        print(f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
