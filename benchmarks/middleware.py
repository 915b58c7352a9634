"""Measure what middleware costs: a chain of three against none, and a mount beside Flask against the App alone.

All are called in process with the environ that gunicorn makes, and take turns. A figure is the best of all
rounds, and only the ratios mean anything. `make bench` runs it.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import flask
from send import call, environ
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from fsapi import App

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROUNDS, CALLS = 15, 2_000
FOLDERS = (".", "a", "a/b")
CHAINS = {
    "none": "",
    "three plain": "def middleware(req, res):\n    pass\n",
    "three that write req.state": "def middleware(req, res):\n    req.state.user = 1\n",
    "three generators": "def middleware(req, res):\n    yield\n",
}


def project(folder: Path, middleware: str) -> App:
    """Return an App whose files have the same middleware in three folders."""
    for name in FOLDERS:
        place = folder / "server" / name
        place.mkdir(parents=True, exist_ok=True)
        if middleware:
            (place / "_middleware.py").write_text(middleware)
    (folder / "server/a/b/users.py").write_text("def GET(req, res):\n    res.json({'id': 1})\n")
    (folder / "server/a/b/[id].py").write_text("def GET(req, res):\n    res.json({'id': req.params['id']})\n")
    return App(folder)


def compare(apps: dict[str, tuple[WSGIApplication, str]]) -> None:
    """Print microseconds for each application and path, and the ratio to the first."""
    best = dict.fromkeys(apps, float("inf"))
    for _ in range(ROUNDS):
        for name, (app, path) in apps.items():
            made = environ("GET", path, b"")
            start = perf_counter()
            for _ in range(CALLS):
                call(app, {**made, "wsgi.input": io.BytesIO()}, b"")
            best[name] = min(best[name], (perf_counter() - start) / CALLS * 1e6)
    first = next(iter(best.values()))
    for name, time in best.items():
        print(f"  {name:28}{time:8.2f} us {time / first:6.2f} x")


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        apps = {name: project(Path(folder, str(index)), text) for index, (name, text) in enumerate(CHAINS.items())}
        for path in ("/a/b/users", "/a/b/42"):
            print(f"GET {path}")
            compare({name: (app, path) for name, app in apps.items()})
        alone, host = apps["none"], flask.Flask("host")
        print("GET /api/a/b/users beside Flask")
        mounts: dict[str, tuple[WSGIApplication, str]] = {
            "DispatcherMiddleware, a bare function": (DispatcherMiddleware(host, {"/api": _bare}), "/api/a/b/users"),
            "DispatcherMiddleware, fsapi": (DispatcherMiddleware(host, {"/api": alone}), "/api/a/b/users"),
            "fsapi alone": (alone, "/a/b/users"),
        }
        compare(mounts)


def _bare(made: object, start: object) -> list[bytes]:
    """Answer without doing anything."""
    start("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
    return [b""]


if __name__ == "__main__":
    main()
