"""Measure one request: fsapi against Falcon, Bottle, Flask and a WSGI function written by hand.

Every application has the same 200 routes and is called in process with the environ that gunicorn makes. The
applications take turns, so that changes in the speed of the machine affect them all. A figure is the best of
all rounds, and only the ratios mean anything. `make bench` runs it.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import bottle
import falcon
import flask

from fsapi import App

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

ROUNDS, CALLS, FOLDERS = 15, 2_000, 100
BODY = b'{"name":"Ada"}'
#: Name → method, path, body, and the answer that all must give.
CASES = {
    "GET static": ("GET", "/r50", b"", {"id": None}),
    "GET param": ("GET", "/r50/42", b"", {"id": "42"}),
    "POST JSON": ("POST", "/r50", BODY, {"name": "Ada"}),
}


def environ(method: str, path: str, body: bytes) -> WSGIEnvironment:
    """Return the environ of a request as gunicorn makes it."""
    made: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "RAW_URI": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "benchmark",
        "HTTP_ACCEPT": "*/*",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
    }
    if body:
        made |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    return made


def by_hand() -> WSGIApplication:
    """Return a WSGI function with a dictionary of routes: fast, but nothing to maintain."""
    paths = {f"/r{number}" for number in range(FOLDERS)}

    def application(made: WSGIEnvironment, start: Callable[..., Any]) -> Iterable[bytes]:
        folder, _, name = made["PATH_INFO"][1:].partition("/")
        if f"/{folder}" not in paths:
            data: object = {"error": "Not Found"}
        elif made["REQUEST_METHOD"] == "POST":
            data = {"name": json.loads(made["wsgi.input"].read(int(made["CONTENT_LENGTH"])))["name"]}
        else:
            data = {"id": name or None}
        body = json.dumps(data).encode()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return application


def with_fsapi(project: Path) -> WSGIApplication:
    """Return an App of a generated tree."""
    source = (
        "def GET(req, res):\n    res.json({'id': req.params.get('id')})\n"
        "def POST(req, res):\n    res.json({'name': req.body['name']})\n"
    )
    for number in range(FOLDERS):
        folder = project / "server" / f"r{number}"
        folder.mkdir(parents=True)
        for name in ("index.py", "[id].py"):
            (folder / name).write_text(source)
    return App(project)


def with_falcon() -> WSGIApplication:
    """Return Falcon's App."""

    class Resource:
        def on_get(self, req: falcon.Request, resp: falcon.Response, id: str | None = None) -> None:
            resp.media = {"id": id}

        def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
            resp.media = {"name": req.media["name"]}

    app: Any = falcon.App()
    for number in range(FOLDERS):
        app.add_route(f"/r{number}", Resource())
        app.add_route(f"/r{number}/{{id}}", Resource())
    return app  # type: ignore[no-any-return]


def with_bottle() -> WSGIApplication:
    """Return Bottle's application."""
    app: Any = bottle.Bottle()
    for number in range(FOLDERS):
        app.route(f"/r{number}", "GET", lambda: {"id": None})
        app.route(f"/r{number}", "POST", lambda: {"name": bottle.request.json["name"]})
        app.route(f"/r{number}/<key>", "GET", lambda key: {"id": key})
    return app  # type: ignore[no-any-return]


def with_flask() -> WSGIApplication:
    """Return Flask's application."""
    app = flask.Flask("benchmark")
    for number in range(FOLDERS):
        app.add_url_rule(f"/r{number}", f"l{number}", lambda: {"id": None})
        app.add_url_rule(f"/r{number}", f"c{number}", lambda: {"name": flask.request.json["name"]}, methods=["POST"])
        app.add_url_rule(f"/r{number}/<key>", f"i{number}", lambda key: {"id": key})
    return app


def call(app: WSGIApplication, made: WSGIEnvironment, body: bytes) -> bytes:
    """Call an application for one request as a server does: iterate the body and close it."""
    chunks = app({**made, "wsgi.input": io.BytesIO(body)}, lambda status, headers, exc_info=None: lambda data: None)
    answer = b"".join(chunks)
    getattr(chunks, "close", lambda: None)()
    return answer


def measure(apps: dict[str, WSGIApplication], case: tuple[str, str, bytes, object]) -> dict[str, float]:
    """Return the microseconds of one request for every application, the best of all rounds."""
    method, path, body, expected = case
    made, best = environ(method, path, body), dict.fromkeys(apps, float("inf"))
    for name, app in apps.items():
        answer = json.loads(call(app, made, body))
        if answer != expected:
            raise SystemExit(f"{name} answers {answer} to {method} {path}")
    for _ in range(ROUNDS):
        for name, app in apps.items():
            start = perf_counter()
            for _ in range(CALLS):
                call(app, made, body)
            best[name] = min(best[name], (perf_counter() - start) / CALLS * 1e6)
    return best


def main() -> None:
    """Print a table: microseconds, and the ratio to fsapi."""
    with tempfile.TemporaryDirectory() as folder:
        apps = {
            "fsapi": with_fsapi(Path(folder)),
            "by hand": by_hand(),
            f"Falcon {falcon.__version__}": with_falcon(),
            "Bottle": with_bottle(),
            "Flask": with_flask(),
        }
        print(f"{'':12}" + "".join(f"{name:>20}" for name in apps))
        for name, case in CASES.items():
            found = measure(apps, case)
            cells = (f"{time:8.2f} us {time / found['fsapi']:6.2f} x" for time in found.values())
            print(f"{name:12}" + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
