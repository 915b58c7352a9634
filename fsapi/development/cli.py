"""The command line: `serve`, `routes` and `openapi`."""

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
from fsapi.tree.mistakes import TreeError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 1 if the app cannot be loaded; exit with 2 for wrong arguments."""
    options = _build_parser().parse_args(arguments)
    if options.command == "serve":
        return serve(options.app, options.host, options.port, reload=options.reload)
    try:
        app = find_app.load_app(options.app)
    except find_app.Unloadable as exc:
        print(exc, file=sys.stderr)
        return 1
    if options.command == "openapi":
        return _write_document(app, options.output)
    return _print_routes(app, as_json=options.json)


def _write_document(app: App, output: str | None) -> int:
    """Write the OpenAPI document to a file, or print it; return the exit code."""
    try:
        document = app.openapi()
    except TreeError as exc:
        print(exc, file=sys.stderr)
        return 1
    text = json.dumps(json.loads(encode(document)), indent=2, ensure_ascii=False)
    if output is None:
        print(text)
        return 0
    try:
        Path(output).write_text(f"{text}\n", encoding="utf-8")
    except OSError as exc:
        print(f"cannot write {output}: {exc.strerror}", file=sys.stderr)
        return 1
    return 0


def _print_routes(app: App, *, as_json: bool) -> int:
    """Print the routes in the order of precedence; return the exit code."""
    routes = app.routes
    print(encode(route_table.rows(routes)).decode() if as_json else route_table.table(routes))
    return 0


def _build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser("fsapi", description="Serve a folder of Python files as an HTTP API.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve the app for development, and reload it when a file changes")
    serving.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    serving.add_argument(
        "--port", type=_port, default=8000, help="the port, or the next free one (default: %(default)s)"
    )
    serving.add_argument("--no-reload", dest="reload", action="store_false", help="do not reload the app")
    routes = commands.add_parser("routes", help="list the method, URL, file and line of every handler")
    routes.add_argument("--json", action="store_true", help="print JSON")
    openapi = commands.add_parser("openapi", help="print the OpenAPI 3.1 document of the routes")
    openapi.add_argument("-o", "--output", metavar="FILE", help="write the document to this file instead")
    for command in (serving, routes, openapi):
        command.add_argument(
            "--app",
            metavar="MODULE:NAME",
            help="the app (default: `app` in wsgi.py, else the project in FSAPI_ROOT, else the one in this folder)",
        )
    return parser


def _port(text: str) -> int:
    """Return a port number; raise ValueError, which argparse reports."""
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port
