"""The sessions that the page on development and the tutorial show, run as real commands, one after the other."""

from __future__ import annotations

import http.client
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.docs.blocks import GET
from tests.docs.pages import Block, sections
from tests.e2e.servers import DevServer, develop, wait
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

REQUEST = re.compile(r"(GET|POST) (/\S+) \d+ [\d.]+ ms")


@pytest.mark.parametrize("name", ["docs/development.md", "docs/tutorial.md"])
def test_a_recorded_session_is_what_the_commands_print(name: str, tmp_path: Path) -> None:
    """A command that is served, makes or changes folders or sets a variable acts on those after it, and so do files."""
    folder, environ = tmp_path, {name: value for name, value in os.environ.items() if name != "API_TOKEN"}
    for block in (block for section in sections(name) for block in section):
        if block.file:
            write(folder, {block.file: block.text})
        for command, *shown in map(str.splitlines, re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]):
            words = shlex.split(command)
            if words[0] == "cd":
                folder /= words[1]
            elif words[0] == "mkdir":
                (folder / words[1]).mkdir()
            elif words[0] == "rm":
                (folder / words[1]).unlink()
            elif words[0] == "export":
                variable, _, value = words[1].partition("=")
                environ[variable] = value
            elif words[1:] == ["-m", "fsapi", "serve"]:
                serve(folder, shown)
            else:
                assert run(folder, words, environ) == shown, command


def test_the_readme_shows_a_part_of_the_session() -> None:
    """Its session is one of the page on development, which the test above runs."""
    shown = sessions("README.md")
    assert shown
    assert set(shown) <= set(sessions("docs/development.md"))


def sessions(name: str) -> list[Block]:
    """Return the sessions of a page."""
    return [block for section in sections(name) for block in section if block.language == "console"]


def run(folder: Path, words: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Return the lines that a command prints, without one for a port that another program has."""
    command = [sys.executable, *words[1:]]
    output = subprocess.PIPE
    done = subprocess.run(command, cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT, text=True)
    return re.sub(r"Port \d+ is in use; using \d+\.\n", "", done.stdout).splitlines()


def serve(folder: Path, shown: Sequence[str]) -> None:
    """Run the server, and do what its lines say has happened."""
    with develop(folder, {}) as server:
        for place, line in enumerate(shown):
            if request := REQUEST.fullmatch(line):
                ask(server, request[1], request[2])
            elif line.endswith(" has changed: reloading"):
                write(folder, {line.partition(" ")[0]: GET})
            wait(lambda: normal(server.written())[: place + 1] == normal("\n".join(shown))[: place + 1])  # noqa: B023
    os.remove(folder / "output.txt")


def ask(server: DevServer, method: str, path: str) -> None:
    """Send a request, a POST with a note."""
    with closing(http.client.HTTPConnection(*server.address, timeout=20)) as connection:
        body = '{"text": "Hello"}' if method == "POST" else None
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        connection.getresponse().read()


def normal(text: str) -> list[str]:
    """Return the lines of a server without its port and without times."""
    return re.sub(r"[\d.]+ ms$", "ms", re.sub(r":\d+(?=[ /])", "", text), flags=re.MULTILINE).splitlines()
