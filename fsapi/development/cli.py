"""The command line: which commands there are, and what each of them takes."""

from __future__ import annotations

import argparse
import errno
import os
import platform
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from fsapi.development.terminal import escape_unwritable
from fsapi.inspection.unloadable import Unloadable

_APP = "the app, or a call that makes it (default: app or application of wsgi.py, then of app.py, else this folder)"
_EXIT_CODES = "Exit codes: 0, 1 for a mistake in the project, 2 for a mistake in the command."

# The options of commands, each with one that takes it.
_OF_COMMANDS = {
    **dict.fromkeys(("--host", "--port", "--no-reload", "--allow-host", "--debugger"), "serve"),
    "--app": "routes",
    "--json": "routes",
    "--open": "check",
    "--output": "openapi",
    "-o": "openapi",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; exit with 2 for wrong arguments."""
    escape_unwritable()
    parser = _build_parser()
    given = sys.argv[1:] if arguments is None else arguments
    option = given[0].partition("=")[0] if given else ""
    if option in _OF_COMMANDS:
        parser.error(f"{option} comes after the command, such as: fsapi {_OF_COMMANDS[option]} {option} ...")
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        code = _run(options)
        print(end="", flush=True)  # also where a process without a console has no stream
    except Unloadable as exc:
        print(exc, file=sys.stderr)
        return exc.code
    except KeyboardInterrupt:  # while the project was imported
        return 130
    except OSError as exc:
        if exc.errno not in (errno.EPIPE, errno.EIO, errno.ENOSPC):
            raise
        if exc.errno == errno.ENOSPC:  # EPIPE is that of `| head`, EIO that of a terminal that is closed
            print(f"cannot write: {exc.strerror}", file=sys.stderr)
        # Python flushes the stream once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _run(options: argparse.Namespace) -> int:
    """Run a command and return its exit code; raise Unloadable.

    A command alone imports what it runs: the others need not wait for that.
    """
    if options.command == "serve":
        from fsapi.development.server import serve

        names: list[str] = options.allow_host or []
        return serve(options.app, options.host, options.port, names, reload=options.reload, debugger=options.debugger)
    if options.command == "new":
        from fsapi.development.new import new

        return new(options.name)
    return _inspect(options)


def _inspect(options: argparse.Namespace) -> int:
    """Run a command that loads the app and answers a question about it."""
    from fsapi.diff.command import diff
    from fsapi.inspection import find_app
    from fsapi.inspection.check import check
    from fsapi.inspection.explain import explain
    from fsapi.inspection.openapi_file import write_document
    from fsapi.inspection.route_table import print_routes

    if options.command == "check":
        return check(options.app, find_open=options.open)
    if options.command == "openapi":
        return write_document(find_app.load_app(options.app), options.output)
    if options.command == "diff":
        return diff(find_app.load_app(options.app), options.stored)
    if options.command == "explain":
        return explain(find_app.load_apps(options.app), options.method, options.url)
    return print_routes(find_app.load_apps(options.app), as_json=options.json)


def _build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        "fsapi", description="A folder of Python files as an HTTP API.", epilog=_EXIT_CODES
    )
    parser.add_argument("--version", action=_Versions, nargs=0, help="show the versions that a report of a fault needs")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve the app for development, and reload it when a file changes")
    serving.add_argument(
        "--host", type=_host, default="127.0.0.1", help="the address to listen on (default: %(default)s)"
    )
    serving.add_argument(
        "--port", type=_port, default=8000, help="the port, or the next free one (default: %(default)s)"
    )
    serving.add_argument("--no-reload", dest="reload", action="store_false", help="do not reload the app")
    serving.add_argument(
        "--allow-host",
        type=_host,
        action="append",
        metavar="NAME",
        help="another name of this machine, besides localhost",
    )
    serving.add_argument("--debugger", action="store_true", help="show exceptions in the debugger of Werkzeug")
    routes = commands.add_parser("routes", help="list the method, URL, file and line of every handler")
    routes.add_argument("--json", action="store_true", help="print JSON")
    explaining = commands.add_parser("explain", help="say which file answers a request, and why no other does")
    explaining.add_argument("method", type=_method, metavar="METHOD", help="such as GET")
    explaining.add_argument("url", type=_url, metavar="URL", help="such as /users/42, or the whole of it")
    checking = commands.add_parser("check", help="load the app, and report every mistake in its files")
    checking.add_argument("--open", action="store_true", help="report every route file that nothing guards, too")
    openapi = commands.add_parser("openapi", help="print the OpenAPI 3.1 document of the routes")
    openapi.add_argument("-o", "--output", metavar="FILE", help="write the document to this file, - for stdout")
    comparing = commands.add_parser("diff", help="say what has changed against a stored document, and what breaks")
    comparing.add_argument("stored", metavar="OLD.json", help="a document that `openapi` wrote before, - for stdin")
    making = commands.add_parser("new", help="write a small project with routes, contracts and tests")
    making.add_argument("name", type=_folder, metavar="NAME", help="the folder of the project, new or empty")
    for command in (serving, routes, explaining, checking, openapi, comparing):
        command.add_argument("--app", metavar="MODULE:NAME", help=_APP)
    return parser


class _Versions(argparse.Action):
    """The option `--version`."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print the versions that a report of a fault needs, and exit."""
        from importlib.metadata import version

        own, werkzeug = version("fsapi-framework"), version("werkzeug")
        print(f"fsapi {own}, Python {platform.python_version()}, Werkzeug {werkzeug}")
        parser.exit()


def _method(text: str) -> str:
    """Return a method in capitals, a token (RFC 9110, 5.6.2); raise what argparse reports."""
    if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a method: write one such as GET")
    return text.upper()


def _url(text: str) -> str:
    """Return a URL; raise what argparse reports for one without a path."""
    if text in ("", "*"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a path: write one such as /users/42")
    return text


def _host(text: str) -> str:
    """Return the name or the address of a host; raise what argparse reports for a URL, one with a port, or none."""
    name = text[1:-1] if text.startswith("[") and text.endswith("]") else text  # as URLs have it
    if not name or re.search(r"[\s/?#@*]", name) or name.count(":") == 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a host: write a name or an address, such as 127.0.0.1")
    return name


def _folder(text: str) -> str:
    """Return the name of a folder; raise what argparse reports for none."""
    if not text.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not a folder: write a name such as shop, or . for this folder")
    return text


def _port(text: str) -> int:
    """Return a port number; raise what argparse reports."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: write a number from 0 to 65535")
    return int(text)
