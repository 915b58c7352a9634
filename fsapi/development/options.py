"""What `serve` is asked for, and how its children get it."""

from __future__ import annotations

import json
import sys
from typing import NamedTuple

#: The environment variable with the path of the file that keeps the routes from one child to the next.
ROUTES_FILE = "FSAPI_SERVE_ROUTES"


class Options(NamedTuple):
    """What `serve` is asked for: which app, the names of this machine that it answers for, and whether to debug."""

    spec: str | None
    names: tuple[str, ...]
    debugger: bool


class Arguments(NamedTuple):
    """What a child is told: the options, the address, the folder of the project, and where compiled code is kept."""

    options: Options
    address: tuple[str, int]
    folder: str
    store: str


def write_arguments(arguments: Arguments) -> str:
    """Return the arguments of a child, with those of this command, as one of its command line."""
    return json.dumps([*arguments, sys.argv])


def read_arguments(text: str) -> Arguments:
    """Return the arguments of this child, and set `sys.argv` to those of the command."""
    (spec, names, debugger), (host, port), folder, store, sys.argv = json.loads(text)
    return Arguments(Options(spec, tuple(names), debugger), (host, port), folder, store)
