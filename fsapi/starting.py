"""Ctrl-C while the command is imported ends it quietly, as it does later: imported first, and only by the command."""

from __future__ import annotations

import os
import signal
import sys

# The exit codes of Ctrl-C: of `serve`, which is meant to be ended, and of other commands.
_SERVED, _INTERRUPTED = 0, 130


def _end(*_: object) -> None:
    """End the process; nothing has been written yet."""
    sys.exit(_SERVED if sys.argv[1:2] == ["serve"] else _INTERRUPTED)


def _is_command() -> bool:
    """Return whether `python -m fsapi` or the script imports the package."""
    if sys.argv[:1] == ["-m"]:  # until the package is imported
        return ("-m", "fsapi") in zip(sys.orig_argv, sys.orig_argv[1:], strict=False)
    return bool(sys.argv) and os.path.basename(sys.argv[0]).removesuffix(".exe") == "fsapi"


def raise_interrupts() -> None:
    """Let Ctrl-C raise KeyboardInterrupt, now that the command can catch it."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


if _is_command() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _end)
