"""Load the app as `serve` serves it: for development, for the names of this machine, and with the debugger."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from fsapi.answers.response_check import DEVELOPMENT
from fsapi.development.greeting import greet, report_changes
from fsapi.development.host_errors import show_raised
from fsapi.development.hosts import only_for_hosts
from fsapi.development.log_format import Formatter, Terminal
from fsapi.development.options import Options
from fsapi.development.terminal import say
from fsapi.inspection import find_app
from fsapi.inspection.unloadable import Unloadable
from fsapi.inspection.wrapped_apps import find_apps
from fsapi.tree.log import leave_out_logged, logger

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


# Libraries that can replace the threads of Python, with the question whether they have, and what helps.
_GREEN = (
    (
        "gevent.monkey",
        "is_module_patched",
        "threading",
        "Serve with --no-reload, or leave that to `gunicorn -k gevent`.",
    ),
    ("eventlet.patcher", "is_monkey_patched", "thread", "Leave out `monkey_patch()` in development."),
)


def load_app(options: Options, address: tuple[str, int], *, greets: bool, reloads: bool = False) -> WSGIApplication:
    """Return the app, and say what there is to be said of it: at first the greeting, then what a reload has changed.

    Raise Unloadable, also if the app is to reload and has replaced the threads of Python.
    """
    os.environ[DEVELOPMENT] = "1"
    try:
        app, name, notes = find_app.load(options.spec)
    finally:
        if reloads:  # whatever the load has raised: that is what follows from it
            _refuse_green_threads()
    apps = find_apps(app)
    report_changes(apps)
    app = show_raised(app)
    if options.debugger:
        from fsapi.development.debugger import with_debugger

        app, pin = with_debugger(app)
        notes = (*notes, f"Debugger for requests from this machine: PIN {pin}")
    if greets:
        say("".join(f"{note}\n" for note in notes), sys.stderr)
        greet(name, apps, format_address(address))
    _log_to_terminal()
    return only_for_hosts(app, options.names)


def _refuse_green_threads() -> None:
    """Raise Unloadable if a library has replaced the threads of Python: a request would wait for ever."""
    for name, question, module, remedy in _GREEN:
        is_patched = getattr(sys.modules.get(name), question, None)  # a project may block an import by None
        if is_patched is not None and is_patched(module):
            library = name.partition(".")[0]
            raise Unloadable(
                f"{library} has replaced the threads of Python, which `serve` needs to reload.\n  {remedy}"
            )


def format_address(address: tuple[str, int]) -> str:
    """Return an address as URLs have it."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _log_to_terminal() -> None:
    """Write log records to the terminal, unless the project has its own logging."""
    terminal = Terminal()
    terminal.setFormatter(Formatter("%(message)s"))
    logging.basicConfig(handlers=[terminal], level=logging.INFO)
    logger().setLevel(logging.DEBUG)
    leave_out_logged("werkzeug")
