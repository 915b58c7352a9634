"""Run each fuzz target for some time: `python -m fuzz [SECONDS] [TARGET ...]`, from the folder of the repository.

What is found is written to `.fuzz/`, with the texts that reach new code, from which the next run starts. A target that
fails prints the file to run it with: `python -m fuzz.one TARGET FILE`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from fuzz.targets import CORPUS, TARGETS

FOUND = Path(".fuzz")
_EXECUTIONS = re.compile(r"Done (\d+) runs|stat::number_of_executed_units: (\d+)")


def run(target: str, seconds: int) -> tuple[int, int]:
    """Run a target; return how often it ran and the exit code."""
    corpus = FOUND / target
    corpus.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048"]
    options += [f"-artifact_prefix={corpus}-failed-", "-print_final_stats=1", "-verbosity=0"]
    command = [sys.executable, "-m", "fuzz.one", target, str(corpus), str(CORPUS / target), *options]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    counted = [int(done or units) for done, units in _EXECUTIONS.findall(ended.stderr)]
    if ended.returncode:
        print(ended.stderr)
    return max(counted, default=0), ended.returncode


def main(words: list[str]) -> int:
    """Run targets, all by default, for so many seconds each; return 1 if one fails."""
    failed = 0
    seconds = next((int(word) for word in words if word.isdecimal()), 60)
    for target in [word for word in words if not word.isdecimal()] or TARGETS:
        count, code = run(target, seconds)
        print(f"{target}: {count} executions, {'failed' if code else 'no failure'}", flush=True)
        failed |= code != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
