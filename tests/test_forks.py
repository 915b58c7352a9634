"""Signals that come while a process is forked."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Forks a child that gets a signal before it runs, if the first argument says so, and that forks one itself.
FORK = """
import os, signal, sys
from fsapi.forks import HeldSignals

signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))

def wait():
    while sys.argv[1] == "stop" and signal.SIGTERM not in signal.sigpending():
        pass

os.register_at_fork(after_in_child=wait)
HeldSignals([signal.SIGTERM])
pid = os.fork()
if pid:
    if sys.argv[1] == "stop":
        os.kill(pid, signal.SIGTERM)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
elif os.fork():
    os.wait()
    sys.exit(3)
"""


@pytest.mark.e2e
@pytest.mark.parametrize(("word", "code"), [("stop", 0), ("stay", 3)])
def test_a_signal_is_not_lost_while_a_process_is_forked(word: str, code: int) -> None:
    """Python forgets those that come before the new process runs; what that one forks is its own business."""
    command = [sys.executable, "-c", FORK, word]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == (f"{code}\n", "")
