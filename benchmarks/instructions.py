"""Count the instructions of one request with valgrind, exactly: no noise of the machine touches them.

Python calls `os.getppid` between blocks of requests, and callgrind writes what it has counted each time. The
difference of blocks with N and with 2N requests, divided by N, is one request without what a block itself costs. Run
alone, this prints its part of `RESULTS.md`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from apps import BY_HAND, OWN, by_hand, with_falcon, with_fsapi
from cases import CASES
from measure import table
from send import wsgi

CALLS, WARM = 30, 10
NAMES = (OWN, BY_HAND, "falcon")


def send_blocks(name: str) -> None:
    """Send, for each case, a block of N requests and one of 2N, with a mark before and after each."""
    with tempfile.TemporaryDirectory() as folder:
        app = with_fsapi(Path(folder)) if name == OWN else by_hand() if name == BY_HAND else with_falcon()
    for case in CASES:
        send = wsgi(app, case)
        for calls in (WARM, CALLS, 2 * CALLS):
            os.getppid()
            for _ in range(calls):
                send()
    os.getppid()


def counted(name: str) -> list[int]:
    """Return the instructions of a request for each case, by an application in a process under callgrind."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        tool = ["valgrind", "--tool=callgrind", "--dump-before=os_getppid", f"--callgrind-out-file={out}"]
        command = [*tool, sys.executable, __file__, name]
        environ = {**os.environ, "PYTHONHASHSEED": "0", "FOLDERS": "1"}
        subprocess.run(command, env=environ, check=True, stderr=subprocess.DEVNULL)
        # The first is what came before the first block.
        blocks = [_total(out.with_suffix(f".{number}")) for number in range(2, 3 * len(CASES) + 2)]
    return [(twice - once) // CALLS for once, twice in zip(blocks[1::3], blocks[2::3])]


def _total(file: Path) -> int:
    """Return the instructions that a file of callgrind reports."""
    found = re.search(r"^totals: (\d+)$", file.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"callgrind reports no total in {file}")
    return int(found[1])


def section() -> str:
    """Return the table of instructions."""
    if not shutil.which("valgrind"):
        return "## Instructions\n\nNot counted: valgrind is not installed.\n"
    found = {name: counted(name) for name in NAMES}
    rows = (
        [case.name, *(f"{found[name][place]:,}" for name in NAMES), *_ratios([found[name][place] for name in NAMES])]
        for place, case in enumerate(CASES)
    )
    return (
        "## Instructions\n\n"
        "Instructions of a request, counted by callgrind in a tree of 7 URLs:\n\n"
        f"{table(['instructions', *NAMES, 'fsapi ÷ by hand', 'fsapi ÷ falcon'], rows)}"
    )


def _ratios(counts: list[int]) -> list[str]:
    """Return the first number divided by each of the others."""
    first, *others = counts
    return [f"{first / other:.2f}" for other in others]


if __name__ == "__main__":
    if sys.argv[1:]:
        send_blocks(sys.argv[1])
    else:
        print(section())
