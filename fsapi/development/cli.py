"""The commands `serve`, `routes` and `openapi`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from fsapi.app import App
from fsapi.development import find_app, route_table
from fsapi.development.server import serve
from fsapi.json.encode import encode


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 where the app cannot be loaded, 2 for wrong arguments."""
    options = _parser().parse_args(arguments)
    if options.command == "serve":
        return serve(options.app, options.host, options.port, reload=options.reload)
    try:
        app = find_app.load_app(options.app)
    except find_app.Unloadable as exc:
        print(exc, file=sys.stderr)
        return 1
    return _openapi(app, options.output) if options.command == "openapi" else _routes(app, as_json=options.json)


def _openapi(app: App, output: str | None) -> int:
    """Write the OpenAPI document to a file, or print it."""
    text = json.dumps(json.loads(encode(app.openapi())), indent=2, ensure_ascii=False)
    if output is None:
        print(text)
        return 0
    try:
        Path(output).write_text(f"{text}\n", encoding="utf-8")
    except OSError as exc:
        print(f"cannot write {output}: {exc.strerror}", file=sys.stderr)
        return 1
    return 0


def _routes(app: App, *, as_json: bool) -> int:
    """Print the routes in the order of precedence."""
    routes = app.routes
    print(encode(route_table.rows(routes)).decode() if as_json else route_table.table(routes))
    return 0


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser("fsapi", description="A folder becomes an HTTP API.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve the app for development, and load it again when a file changes")
    serving.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    serving.add_argument(
        "--port", type=_port, default=8000, help="the port, or the next one that is free (%(default)s)"
    )
    serving.add_argument("--no-reload", dest="reload", action="store_false", help="do not load the app again")
    routes = commands.add_parser("routes", help="list method, URL, and file and line of every handler")
    routes.add_argument("--json", action="store_true", help="as JSON")
    openapi = commands.add_parser("openapi", help="write an OpenAPI 3.1 document of the routes")
    openapi.add_argument("-o", "--output", metavar="FILE", help="the file to write it to, instead of printing it")
    for command in (serving, routes, openapi):
        command.add_argument(
            "--app", metavar="MODULE:NAME", help="the app (`app` of wsgi.py, else of FSAPI_ROOT, else of this folder)"
        )
    return parser


def _port(text: str) -> int:
    """Return a port number; raise ValueError, which argparse reports."""
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port
