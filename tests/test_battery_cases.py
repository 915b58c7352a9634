"""The in-process cases of the battery that are one handler, one environ or one tree, as tables.

`test_battery.py` has the rest. Each table is one test, which reports every row that fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from fsapi import App, TreeError
from tests.site import ROOT, Broken, Site, Source, call, client, environ, handler, write

PHRASE = '{"error":"Internal Server Error"}'
TOP = """
import decimal, datetime, math
from werkzeug.exceptions import abort
def deep(n):
    made = 1
    for _ in range(n): made = [made]
    return made
"""


class Row(NamedTuple):
    """A handler, and its answer: status, body, headers (None for one that must not be there), and words of the log."""

    id: str
    source: str
    status: int
    body: str | None = None
    headers: Mapping[str, str | None] = MappingProxyType({})
    log: str = ""


def fails(id: str, *sources: str, log: str = "") -> list[Row]:
    """Return rows of handlers that are a logged 500, and nothing else."""
    return [Row(id, source, 500, PHRASE, {"Set-Cookie": None, "X-Evil": None}, log) for source in sources]


def kept(name: str, value: str, seen: str) -> Row:
    """Return a row of a header that is sent."""
    return Row("U18", f"res.setHeader({name!r}, {value})\nres.end()", 200, "", {name: seen})


HANDLERS = [
    Row("U01", "res.json({'a': 1})", 200, '{"a":1}', {"Content-Type": "application/json", "Content-Length": "7"}),
    Row("U02", "res.json(1, 201)", 201, "1"),
    Row("U02", "res.status(404).json(1)", 404, "1"),
    Row("U03", "res.json(math.nan)", 200, "null"),
    Row("U03", "res.json([math.inf, -math.inf])", 200, "[null,null]"),
    *fails("U04", "res.json(object())", "res.json({'a': [object()]})", log="object"),
    Row("U04", "res.json([{1}, b'a', decimal.Decimal('1.5')])", 200, '[[1],"YQ==","1.5"]'),
    Row("U04", "res.json(datetime.date(2026, 1, 2))", 200, '"2026-01-02"'),
    *fails("U05", "a = []\na.append(a)\nres.json(a)", "res.json(deep(20_000))", "res.json(10**5000)"),
    Row("U06", "res.json('\\ud800')", 200, '"\\ud800"'),
    Row("U07", "res.json({1: 2})", 200, '{"1":2}'),
    *fails("U07", "res.json({None: 1})", "res.json({True: 1})", "res.json({(1, 2): 1})"),
    *fails(
        "U08", *(f"res.status({bad}).end()" for bad in (99, 0, -1, 1000, "'abc'", True, None, 200.5, 100, 103, 199))
    ),
    Row("U09", "res.status(299).end()", 299),
    Row("U09", "res.status(599).end()", 599),
    Row("U10", "res.status(204).json({'a': 1})", 204, "", {"Content-Length": None, "Content-Type": None}),
    Row(
        "U10",
        "res.setHeader('Content-Length', 5)\nres.setHeader('Content-Type', 'text/plain')\nres.status(204).end('hello')",
        204,
        "",
        {"Content-Length": None, "Content-Type": None},
    ),
    Row("U11", "res.status(304).end('body')", 304, ""),
    Row("U12", "res.status(205).end('body')", 205, "", {"Content-Length": "0"}),
    *fails(
        "U14",
        *(f"res.setHeader('X-A', {'a' + bad + 'X-Evil: 1'!r})" for bad in ("\r\n", "\n", "\r", "\0", "\x01", "\x7f")),
    ),
    *fails("U15", *(f"res.setHeader({bad!r}, 'a')" for bad in ("", "X A", "X:", "X\r\n", "é", b"X", None))),
    Row("U16", "res.setHeader('X-A', 'café')\nres.end()", 200, "", {"X-A": "café"}),
    *fails("U17", *(f"res.setHeader('X-A', {bad!r})" for bad in ("€", None, {"a": 1}))),
    kept("X-A", "5", "5"),
    kept("Set-Cookie", "['a=1', 'b=2']", "a=1|b=2"),
    Row("U19", "res.setHeader('X-A', '1')\nres.setHeader('x-a', '2')\nres.end()", 200, "", {"X-A": "2"}),
    *[
        Row("U20", f"res.setHeader('Content-Length', {lie!r})\nres.end('abc')", 200, "abc", {"Content-Length": "3"})
        for lie in ("999", "-1", "abc")
    ],
    *fails(
        "U21",
        *(
            f"res.setHeader({name!r}, 'a')"
            for name in (
                "Connection",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "Proxy-Connection",
                "connection",
            )
        ),
    ),
    Row("U22", "res.end()", 200, "", {"Content-Length": "0"}),
    Row("U22", "res.end('é')", 200, "é", {"Content-Length": "2"}),
    Row("U22", "res.end(b'ab')", 200, "ab", {"Content-Length": "2"}),
    *fails("U23", "res.end(5)", "res.end({})", "res.end([])", "res.end(True)", log="TypeError"),
    *fails(
        "U24",
        *(
            f"{first}\n{second}"
            for first in ("res.end()", "res.json(1)")
            for second in ("res.end()", "res.json(2)", "res.setHeader('X-A', '1')", "res.status(201)")
        ),
        log="already ended",
    ),
    *fails("U25", "res.json('sent')\nraise ValueError"),
    *fails("U26", "pass", log="GET did not end the response"),
    *fails("U27", "return {'a': 1}", log="res.json"),
    Row("U39", "abort(404)", 404),
    Row("U39", "abort(418, 'short and stout')", 418, '{"error":"short and stout"}'),
    *fails("U40", "res.setHeader('Set-Cookie', 'a=1')\nres.setHeader('X-Evil', '1')\nraise ValueError"),
]


def test_every_handler_has_its_answer(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The status, the body, the headers and the log are those of the table; each answer passes wsgiref.validate."""
    web = client(site({f"h{n}.py": handler(row.source, top=TOP) for n, row in enumerate(HANDLERS)}))
    faults = list[str]()
    for number, row in enumerate(HANDLERS):
        caplog.clear()
        given = web.get(f"/h{number}")
        headers = {name: "|".join(given.headers.getlist(name)) or None for name in row.headers}
        logged = " ".join(f"{record.getMessage()} {record.exc_info!r}" for record in caplog.records)
        phrase = given.status.partition(" ")[2]
        seen = (given.status_code, given.text if row.body is not None else None, headers)
        if seen != row[2:5] or row.log not in logged or not phrase or len(caplog.records) != (row.status == 500):
            faults.append(f"{row.id}: {row.source!r} gave {seen}, logged {logged!r:.300}")
    assert not faults, "\n".join(faults)


# Environs.

JSON = {"CONTENT_TYPE": "application/json"}
ENDED: dict[str, Any] = {"wsgi.input_terminated": True}
CHUNKED: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", **ENDED}


class Raising:
    """Errors of gunicorn that are no OSError, named as they are."""

    class InvalidChunkSize(Exception):
        """A chunk size that is no number."""


#: The id, what is changed in an environ of POST /x, the status, and the JSON of the answer if it matters.
ENVIRONS: list[tuple[str, dict[str, Any], int, Any]] = [
    *[
        ("U50", {name: None}, 200, None)
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH", "QUERY_STRING", "HTTP_HOST", "SERVER_NAME", "wsgi.errors")
    ],
    ("U51", {"CONTENT_LENGTH": "", "wsgi.input": Broken(OSError())}, 200, None),
    ("U54", {"CONTENT_LENGTH": "3", "wsgi.input": BytesIO(b"123456")}, 200, 123),
    ("U55", {"CONTENT_LENGTH": "7", "wsgi.input": Source(7, piece=1), "CONTENT_TYPE": "text/plain"}, 200, "x" * 7),
    *[
        ("U56", {"CONTENT_LENGTH": "3", "wsgi.input": Broken(exc)}, 400, None)
        for exc in (OSError(), ValueError(), Raising.InvalidChunkSize())
    ],
    ("U57", {**ENDED, "CONTENT_LENGTH": None, "wsgi.input": BytesIO(b"[1]")}, 200, [1]),
    ("U57", {**ENDED, "CONTENT_LENGTH": None, "wsgi.input": Source(1001), "CONTENT_TYPE": "text/plain"}, 413, None),
    ("U58", {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Broken(OSError())}, 411, None),
    ("U58", {"HTTP_TRANSFER_ENCODING": "gzip", "wsgi.input": Broken(OSError())}, 501, None),
    *[
        (
            "U67",
            {**framing, "CONTENT_TYPE": "text/plain", "wsgi.input": Source(size)},
            200 if size <= 1000 else 413,
            None,
        )
        for size in (999, 1000, 1001)
        for framing in ({"CONTENT_LENGTH": str(size)}, {**CHUNKED, "CONTENT_LENGTH": None})
    ],
]


def test_every_environ_has_its_answer(site: Site) -> None:
    """Also those that break PEP 3333: no exception leaves the app."""
    app, faults = site({"x.py": handler("res.json(req.body)", "POST")}, max_body=1000), list[str]()
    for id, changes, status, body in ENVIRONS:
        made = environ("/x", "POST", **{**JSON, **changes})
        line, _, data = call(app, made)
        if int(line[:3]) != status or (body is not None and json.loads(data) != body):
            faults.append(f"{id}: {changes} gave {line} {data[:100]!r}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("limit", [0, 1])
def test_the_smallest_limits_hold(site: Site, limit: int) -> None:
    """A limit of no bytes at all, and of one (U67)."""
    app = site({"x.py": handler("res.json(len(req.bytes))", "POST")}, max_body=limit)
    made = [environ("/x", "POST", b"x" * size, CONTENT_LENGTH=str(size)) for size in (limit, limit + 1)]
    assert [call(app, each)[0][:3] for each in made] == ["200", "413"]


def test_a_path_in_the_log_is_escaped(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """ESC, CR, LF and BEL cannot write lines or colours into a log (U49)."""
    app = site({"[...path].py": handler("1 / 0")})
    for text in ("\x1b[31m", "a\r\nFAKE", "\x07", "é".encode().decode("latin-1")):
        call(app, environ(f"/{text}"))
    assert len(caplog.records) == 4
    assert all(record.getMessage().isprintable() and record.getMessage().isascii() for record in caplog.records)


def test_what_a_handler_sets_in_its_context_is_gone_with_it(site: Site) -> None:
    """The next request of the same thread does not see it (U63)."""
    top = "import contextvars\nseen = contextvars.ContextVar('seen', default=None)"
    web = client(site({"x.py": handler("res.json(seen.get())\nseen.set(1)", top=top)}))
    assert [web.get("/x").json for _ in range(3)] == [None] * 3


def test_ctrl_c_of_the_operator_goes_on_and_one_of_a_thread_does_not(site: Site) -> None:
    """In a thread it is a 500 like any exception (U34)."""
    app, given = site({"x.py": handler("raise KeyboardInterrupt")}), list[str]()
    thread = threading.Thread(target=lambda: given.append(call(app, environ("/x"))[0][:3]))
    thread.start()
    thread.join()
    assert given == ["500"]
    with pytest.raises(KeyboardInterrupt):
        call(app, environ("/x"))


# Trees.

OK = "def GET(req, res): res.json(__name__)\n"
#: The id, the files of a tree, and words of the report that stops the start, in this order.
BROKEN: list[tuple[str, dict[str, str], list[str]]] = [
    ("U28", {"x.py": "async def GET(req, res): ...\n"}, ["server/x.py", "GET is async"]),
    ("U28", {"x.py": "def GET(): ...\n"}, ["server/x.py", "GET"]),
    ("U28", {"x.py": "GET = 5\n"}, ["server/x.py", "GET"]),
    ("U28", {"x.py": "def GET(req, res): yield\n"}, ["server/x.py", "GET"]),
    ("U70", {"a.py": "import nothing_of_that_name\n", "b.py": "def GET(:\n"}, ["server/a.py", "line 1", "server/b.py"]),
    ("U70", {"x.py": "\nimport sys\nsys.exit(3)\n"}, ["server/x.py", "line 3"]),
    ("U71", {"users.py": OK, "users/index.py": OK}, ["server/users/index.py", "server/users.py"]),
    ("U71", {"[id].py": OK, "[slug].py": OK}, ["server/[slug].py", "server/[id].py"]),
    ("U71", {"[id]/[id].py": OK}, ["server/[id]/[id].py", "two params named `id`"]),
    ("U71", {"[...a].py": OK, "[...b].py": OK}, ["server/[...b].py", "server/[...a].py"]),
    *[("U73", {f"{name}.py": OK}, [f"server/{name}.py"]) for name in ("<id>", "<int:id>", "{id}", ":id", "a\nb")],
]


def test_every_broken_tree_stops_the_start(tmp_path: Path) -> None:
    """And the report names all of its files."""
    faults = list[str]()
    for number, (id, files, words) in enumerate(BROKEN):
        write(tmp_path / str(number) / "server", files)
        try:
            App(tmp_path / str(number))
        except TreeError as exc:
            report, position = str(exc), 0
            for word in words:
                position = report.find(word, position)
                if position < 0:
                    faults.append(f"{id}: {word!r} is not in its place in {report!r}")
                    break
        else:
            faults.append(f"{id}: {files} started")
    assert not faults, "\n".join(faults)


#: The id, the files of a tree that starts, and paths with their statuses.
TREES: list[tuple[str, dict[str, str], dict[str, int]]] = [
    (
        "U72",
        {
            "index.py": OK,
            "_x.py": OK,
            ".x.py": OK,
            "__pycache__/y.py": OK,
            "..x.py": OK,
            "x.pyc": "",
            "x.txt": "",
            "empty/.keep": "",
        },
        {
            "/": 200,
            "/_x": 404,
            "/.x": 404,
            "/x": 404,
            "/y": 404,
            "/empty": 404,
            "/__pycache__/y": 404,
            "/x.txt": 404,
            "/..x": 404,
        },
    ),
    ("U73", {"a b.py": OK, "ü.py": OK, "a~b.py": OK}, {"/a%20b": 200, "/%C3%BC": 200, "/a~b": 200, "/a": 404}),
    ("U76", {"json.py": OK, "types.py": OK, "a/index.py": OK, "b/index.py": OK}, {"/json": 200, "/a": 200, "/b": 200}),
]


def test_every_other_tree_serves_what_it_should(tmp_path: Path) -> None:
    """Private, hidden and foreign files are ignored, odd names are literals, and the library is not shadowed."""
    faults = list[str]()
    for number, (id, files, paths) in enumerate(TREES):
        write(tmp_path / str(number) / "server", files)
        web = client(App(tmp_path / str(number)))
        given = {path: web.get(path) for path in paths}
        if {path: answer.status_code for path, answer in given.items()} != paths:
            faults.append(f"{id}: {given}")
        names = [answer.text for answer in given.values() if answer.status_code == 200]
        if len({*names}) != len(names) or json.__name__ != "json":
            faults.append(f"{id}: modules share the names {names}")
    assert not faults, "\n".join(faults)


def test_a_name_that_is_no_utf_8_is_no_crash(tmp_path: Path) -> None:
    """It stops the start with a report, or is left out (U74)."""
    write(tmp_path / "server", {"index.py": OK})
    Path(os.fsdecode(os.fsencode(tmp_path / "server") + b"/\xff.py")).write_text(OK)
    with pytest.raises(TreeError, match=r"server/\\xff\.py|server/\\udcff\.py|server/"):
        App(tmp_path)


def test_links_do_not_loop_and_unreadable_files_stop_the_start(user_folder: Path) -> None:
    """A folder that links to itself, and a file without permission (U75)."""
    write(user_folder / "server", {"index.py": OK, "secret.py": OK})
    (user_folder / "server" / "loop").symlink_to(user_folder / "server", target_is_directory=True)
    (user_folder / "server" / "secret.py").chmod(0)
    with pytest.raises(TreeError, match=r"server/"):
        App(user_folder)


def test_the_order_of_a_listing_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files written in either order give the same routes (U77)."""
    names = ["a.py", "[id].py", "[id=int].py", "b/[...rest].py", "b/c.py", "[[x]]/d.py"]
    patterns = list[list[str]]()
    for folder, order in (("one", names), ("two", names[::-1])):
        write(tmp_path / folder / "server", dict.fromkeys(order, OK))
        patterns.append([route.pattern for route in App(tmp_path / folder).routes])
    assert patterns[0] == patterns[1]


def test_a_module_is_executed_once(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    """Also one that serves two URLs, and that another file imports (U78)."""
    web = client(
        site(
            {
                "[[x]].py": f"print('executed')\n{OK}",
                "y/z.py": f"from .. import _lib\n{OK}",
                "_lib.py": "print('lib')\n",
            }
        )
    )
    assert [web.get(path).status_code for path in ("/", "/a", "/y/z", "/")] == [200] * 4
    assert sorted(capfd.readouterr().out.split()) == ["executed", "lib"]


#: Prints the seconds of CPU that a start takes, and those of a thousand requests.
TIMED = """
import sys, time
from fsapi import App
from tests.site import call, environ
start = time.process_time()
app = App(sys.argv[1])
started = time.process_time()
made = [environ(f"/d{n // 100}/1/f{n}") for n in range(1000)]
begun = time.process_time()
for each in made:
    call(app, each)
print(started - start, time.process_time() - begun)
"""


@pytest.mark.e2e
def test_a_thousand_files_start_and_match_quickly(tmp_path: Path) -> None:
    """In four seconds, and at most half a millisecond for a request, of CPU on a busy machine (U79).

    In a process of its own, which measures no coverage.
    """
    write(tmp_path / "server", {f"d{n // 100}/[id]/f{n}.py": OK for n in range(1000)})
    variables = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "-c", TIMED, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=True)
    started, asked = map(float, done.stdout.split())
    assert (started < 4, asked / 1000 < 0.0005) == (True, True), done.stdout


@pytest.mark.e2e
def test_a_broken_tree_has_another_exit_code_than_three(tmp_path: Path) -> None:
    """With 3 gunicorn's master would take it for a worker that cannot boot, and stop (U70)."""
    write(tmp_path / "server", {"x.py": "import sys\nsys.exit(3)\n"})
    run = subprocess.run(
        [sys.executable, "-m", "fsapi", "routes"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, "server/x.py" in run.stderr) == (1, True)
