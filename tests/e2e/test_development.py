"""The commands and the development server on projects of many kinds, each in a real process, with bytecode on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.servers import develop, wait
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

HELLO = {"api/hello.py": "def GET(req, res): res.json('hi')\n"}
APP = "from fsapi import App\napi = App(__file__, server='api')\n"
#: What stands in `wsgi.py` beside the App `api`, by what wraps it.
WRAPPED = {
    "ProxyFix": "from werkzeug.middleware.proxy_fix import ProxyFix\napp = ProxyFix(api)",
    "WhiteNoise": "from whitenoise import WhiteNoise\napp = WhiteNoise(api)",
    "Sentry": "from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware\napp = SentryWsgiMiddleware(api)",
    "below": (
        "from flask import Flask\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "app = DispatcherMiddleware(Flask('site'), {'/x': api})"
    ),
    "above": (
        "from flask import Flask\nfrom werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "app = DispatcherMiddleware(api, {'/x': Flask('site')})"
    ),
    "slots": (
        "class Slots:\n    __slots__ = ('inner',)\n    def __init__(self, inner): self.inner = inner\n"
        "    def __call__(self, *arguments): return self.inner(*arguments)\napp = Slots(api)"
    ),
    "application": "application = api",
}


@pytest.mark.parametrize("wrapper", WRAPPED)
def test_every_command_works_on_a_wrapped_app(tmp_path: Path, wrapper: str) -> None:
    """`routes`, `openapi` and `check` look through it, and `serve` lists its routes."""
    write(tmp_path, {**HELLO, "wsgi.py": APP + WRAPPED[wrapper]})
    path = "/x/hello" if wrapper == "below" else "/hello"
    assert run(tmp_path, "routes") == (0, f"GET  {path}  api/hello.py:1\n")
    assert json.loads(run(tmp_path, "openapi")[1])["paths"].keys() == {"/hello"}
    assert run(tmp_path, "check")[0] == 0
    with develop(tmp_path, {}) as server:
        assert server.ask(path) == (200, "application/json", '"hi"')
    assert f"\nGET  {path}  api/hello.py:1\n" in server.written()


FACTORY = "from fsapi import App\ndef create_app(): return App(__file__, server='api')\n"
#: The files beside the tree, the arguments, and what is printed, after the exit code.
ANSWERED: list[tuple[dict[str, str], str, int, str]] = [
    ({"app.py": f"{APP}app = api"}, "routes", 0, "GET  /hello  api/hello.py:1"),
    ({"site.py": FACTORY}, "routes --app main:create_app()", 2, "there is no module `main`"),
    ({"main.py": FACTORY}, "routes --app main:create_app()", 0, "GET  /hello  api/hello.py:1"),
    ({"wsgi.py": APP}, "routes", 1, "there is an App called `api`: name it `app`, or pass --app wsgi:api"),
    ({}, "routes --app nope", 2, "--app nope: there is no module `nope`"),
    ({"wsgi.py": APP}, "routes --app ./wsgi.py:api", 2, "Write --app wsgi:api."),
    ({}, "serve --app :app", 2, "--app :app: names no module"),
    ({}, "serve --port 99999", 2, "99999"),
    ({"wsgi.py": f"{APP}app = api"}, "explain GET /hello", 0, "is answered by GET in api/hello.py:1"),
    ({"wsgi.py": f"{APP}app = api"}, "explain PUT /hello", 0, "is a 405: api/hello.py has no PUT"),
    ({"wsgi.py": f"{APP}app = api"}, "explain GET /helo", 0, "is a 404: no file has this path"),
    ({"wsgi.py": f"{APP}app = api", "api/con.py": HELLO["api/hello.py"]}, "check", 1, "api/con.py: "),
    (
        {"wsgi.py": f"{APP}app = api", "api/_x.py": HELLO["api/hello.py"]},
        "check",
        1,
        "api/_x.py:1: defines GET, but no path reaches it",
    ),
    ({"wsgi.py": f"{APP}app = api"}, "check --open", 1, "api/hello.py: is open: nothing that guards runs before it"),
    ({"wsgi.py": f"{APP}app = api", "api/a.py": "def GET(:"}, "check", 1, "SyntaxError"),
    ({"wsgi.py": f"{APP}app = api", "old.json": '{"openapi": "3.1.0"}'}, "diff old.json", 0, "GET /hello: is new"),
    ({}, "", 0, "usage: "),
    ({}, "--version", 0, "fsapi "),
]


@pytest.mark.parametrize(("project", "arguments", "code", "words"), ANSWERED)
def test_a_command_answers_in_words(
    tmp_path: Path, project: dict[str, str], arguments: str, code: int, words: str
) -> None:
    """Its exit code is 0, 1 for a mistake in the project, or 2 for wrong usage; there is no traceback of ours."""
    found, printed = run(write(tmp_path, {**HELLO, **project}), *arguments.split())
    assert (found, words in printed, "fsapi/" in printed) == (code, True, False), printed


#: The body of a handler, the exception as the terminal shows it, and whether its frames help.
FAULTS = {
    "1 / 0": ("ZeroDivisionError: division by zero", True),
    "return {'a': 1}": ("TypeError: server/a.py:1: GET returned dict: call res.json(...)", False),
    "pass": ("RuntimeError: server/a.py:1: GET did not end the response: call res.json(...)", False),
    "res.json(object())": ("fsapi.json.encode.EncodeError: $ is of the type object, which cannot be written", True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_exception_is_shown_to_browsers_other_clients_and_once_on_the_terminal(tmp_path: Path, fault: str) -> None:
    """With the lines of the project, and no frame of ours."""
    with develop(tmp_path, {"server/a.py": f"def GET(req, res):\n    {fault}\n"}, "--no-reload") as server:
        status, kind, page = server.ask("/a", accept="text/html")
        shown = json.loads(server.ask("/a", accept="application/json")[2])
        assert wait(lambda: server.written().count("GET /a 500") == 2)
    assert (status, kind, "server/a.py" in page) == (500, "text/html; charset=utf-8", True)
    assert (shown["error"], shown["route"]["file"]) == ("Internal Server Error", "server/a.py")
    exception, frames = FAULTS[fault]
    log = server.written()
    assert (log.count(f"\n{exception}"), log.count("Traceback"), "fsapi/" in log) == (2, 2 * frames, False), log


def test_the_greeting_of_2000_routes_is_one_screen(tmp_path: Path) -> None:
    """With the address of the docs page in it."""
    files = {f"server/f{number}.py": HELLO["api/hello.py"] for number in range(2000)}
    wsgi = "from fsapi import App\napp = App(__file__, docs='/docs')\n"
    with develop(tmp_path, {**files, "wsgi.py": wsgi}) as server:
        assert server.ask("/f1999")[0] == 200
    greeting, _, requests = server.written().partition("GET /f1999 200 ")
    assert len(greeting.splitlines()) <= 24
    assert "\nDocs: http://127.0.0.1:" in greeting
    assert re.fullmatch(r"\d+\.\d ms\n", requests)
    assert "\x1b" not in greeting + requests


@pytest.mark.parametrize("command", ["routes", "openapi"])
def test_a_reader_may_leave_early(tmp_path: Path, command: str) -> None:
    """As `head` does: there is no traceback."""
    write(tmp_path, {f"server/f{number}.py": HELLO["api/hello.py"] for number in range(500)})
    words = [sys.executable, "-m", "fsapi", command]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command and what it prints."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "fsapi", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    return done.returncode, done.stdout
