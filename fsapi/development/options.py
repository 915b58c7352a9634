"""What `serve` is asked for, where it can import from, and how its children get both."""

from __future__ import annotations

import json
import os
import site
import sys
import sysconfig
from itertools import takewhile
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


def added_path(folder: str) -> list[str]:
    """Return where what has started this command lets it import from, besides its own folder and that of the project.

    Scripts of zc.buildout, shiv and others put their packages before those that are installed. What comes after these
    may be that of a `.pth` file, which a child reads itself.
    """
    installed = {*site.getsitepackages(), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    known = {"", folder, os.path.dirname(os.path.realpath(sys.argv[0]))}
    python = os.path.join(sysconfig.get_path("stdlib"), "")  # the virtual environment may get another one
    added = (each for each in takewhile(lambda each: each not in installed, sys.path) if each not in known)
    return [each for each in added if not os.path.join(each, "").startswith(python)]
