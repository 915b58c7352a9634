"""A child of `serve`: it loads the app, and serves the report if that fails."""

from __future__ import annotations

import os
import socket
import sys
import traceback
from functools import partial
from typing import TYPE_CHECKING

from fsapi.development.greeting import greet, report_changes
from fsapi.development.hosts import only_for_hosts
from fsapi.development.loading import format_address, load_app
from fsapi.development.options import Options, read_arguments
from fsapi.development.report import report_app
from fsapi.development.request_handler import RequestHandler
from fsapi.development.terminal import escape_unwritable, say
from fsapi.inspection.unloadable import Unloadable
from fsapi.live.child import Child
from fsapi.live.messages import Order
from fsapi.live.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def run_child() -> None:
    """Serve as a child until the parent ends it."""
    escape_unwritable()
    sockets = [socket.socket(fileno=int(number)) for number in sys.argv[1].split(",")]
    options, address, folder, store = read_arguments(sys.argv[2])
    server = Server(address, RequestHandler)
    load = partial(_load, options, address, folder)
    root = os.path.join(folder, os.environ.get("FSAPI_ROOT", ""))
    Child(server, *sockets).run(load, [folder, root], store)


def _load(options: Options, address: tuple[str, int], folder: str, order: Order) -> tuple[WSGIApplication | None, bool]:
    """Return the app and True, or the one that answers with the report; None for a mistake in the command."""
    try:
        if order.report:
            raise Unloadable(order.report)
        _enter(folder)
        return load_app(options, address, greets=order.is_first, reloads=True), True
    except Unloadable as exc:
        report, code = str(exc), exc.code
    except BaseException:  # KeyboardInterrupt too: it is the project that raises it
        report, code = traceback.format_exc().rstrip(), 1
    say(f"{report}\n", sys.stderr)
    if order.is_first and code == 2:
        return None, False
    if order.is_first:
        report_changes([])  # so that the routes are shown once the project is fixed
        greet("", [], format_address(address))
    return only_for_hosts(report_app(report), options.names), False


def _enter(folder: str) -> None:
    """Make a folder the working directory; raise Unloadable."""
    try:
        os.chdir(folder)
    except OSError as exc:
        remedy = "Create it, or give this user permission to enter it."
        raise Unloadable(f"{folder}: the folder cannot be entered: {exc.strerror}\n  {remedy}") from exc
