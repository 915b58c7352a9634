"""Check that the commands and settings of the documentation exist, without letting any but `new` work."""

from __future__ import annotations

import json
import re
import signal
from importlib.metadata import metadata, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gunicorn.config import Config

from fsapi.__main__ import main
from tests.docs.pages import page


def check_command(name: str, words: list[str]) -> None:
    COMMANDS[name](words)


def check_settings(text: str) -> None:
    """Set each of gunicorn's settings: an unknown name or a wrong value raises."""
    values: dict[str, Any] = {}
    exec(text, values)
    for name in re.findall(r"^(\w+) =", text, re.MULTILINE):
        Config().set(name, values[name])


def check_make(words: list[str]) -> None:
    assert set(words) <= set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))


def check_pip(words: list[str]) -> None:
    extras = metadata("fsapi-framework").get_all("Provides-Extra") or []
    known = [f"{name}[{extra}]" for name in ("fsapi-framework", ".") for extra in extras]
    assert words[0] == "install"
    for name in words[1:]:
        assert name in [".", *known] or version(name)


def check_cd(words: list[str]) -> None:
    assert len(words) == 1


def check_pytest(words: list[str]) -> None:
    assert words == []


def check_gunicorn(words: list[str]) -> None:
    assert re.fullmatch(r"(fsapi\.)?wsgi:app", *Config().parser().parse_args(words).args)


def check_interpreter(words: list[str]) -> None:
    if words[0] == "-c":
        exec(words[1], {})
        return
    assert words[:2] == ["-m", "fsapi"]
    if words[2] == "new":
        check_new(words[3:])
        return
    # No command gets to work: no machine has this address, and no project this app. Wrong options raise SystemExit.
    last = ["--host", "203.0.113.1"] if words[2] == "serve" else ["--app", "nothing:app"]
    assert main([*words[2:], *last]) == (1 if words[2] == "serve" else 2)


def check_new(words: list[str]) -> None:
    """Write the project, in a temporary folder."""
    with TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        clone.mkdir()
        assert main(["new", *words[:-1], str(clone / words[-1])]) == 0


def check_curl(words: list[str]) -> None:
    """Check a request to the server in development: `-i`, a header by `-H`, an object by `--json`."""
    *options, url = [word for word in words if word != "-i"]
    for option, value in zip(options[::2], options[1::2], strict=True):
        assert option == "--json" or ": " in value
        assert option == "-H" or isinstance(json.loads(value), dict)
    assert url.startswith("http://127.0.0.1:8000/")


def check_kill(words: list[str]) -> None:
    assert f"SIG{words[0].lstrip('-')}" in signal.Signals.__members__


COMMANDS = {
    "curl": check_curl,
    "make": check_make,
    "pip": check_pip,
    "pytest": check_pytest,
    "cd": check_cd,
    "gunicorn": check_gunicorn,
    "python": check_interpreter,
    "kill": check_kill,
}
