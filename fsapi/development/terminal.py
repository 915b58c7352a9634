"""What is written to a terminal: colours where there is one, and no character that it cannot write."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

_print = print  # the project may set it to another one

GREEN, YELLOW, RED, CYAN, DIM = 32, 33, 31, 36, 2

# C0, DEL, C1, and what turns the direction of the text or ends the line: a client must not command the terminal.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def escape_unwritable() -> None:
    """Let the standard streams escape the characters that their encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def occupy_standard_streams() -> None:
    """Open the standard streams that are closed, so that no socket takes their numbers: children would write to it."""
    while (number := os.open(os.devnull, os.O_RDWR)) < 3:
        os.set_inheritable(number, True)
    os.close(number)


def say(text: str, stream: TextIO | None) -> None:
    """Write a text at once; do nothing if that fails: the project may have replaced the stream, or a pipe has ended."""
    with suppress(Exception):
        _print(text, end="", file=stream, flush=True)


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; the project may have closed or replaced it."""
    try:
        return stream is not None and stream.isatty()
    except (AttributeError, ValueError):
        return False


def has_colours(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal with colours; the environment variable NO_COLOR turns them off."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    old_windows = os.name == "nt" and not {"WT_SESSION", "ANSICON", "TERM"} & os.environ.keys()
    return is_terminal(stream) and not old_windows


def paint(text: str, colour: int, stream: TextIO | None) -> str:
    """Return a text in a colour, if the stream has colours."""
    return f"\x1b[{colour}m{text}\x1b[0m" if has_colours(stream) else text


def escape_controls(text: str) -> str:
    """Return a text that a client has sent with its control characters escaped."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def request_line(method: str, target: str, status: int, seconds: float, stream: TextIO | None) -> str:
    """Return the line that `serve` writes for a request."""
    colour = {2: GREEN, 3: CYAN, 4: YELLOW, 5: RED}.get(status // 100, DIM)
    time = paint(f"{seconds * 1000:.1f} ms", DIM, stream)
    return f"{escape_controls(method)} {escape_controls(target)} {paint(str(status), colour, stream)} {time}\n"
