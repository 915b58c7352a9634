"""Werkzeug's debugger around an app, for requests from this machine alone: it runs what is typed into it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.debug import DebuggedApplication

from fsapi.respond import EVERY_APP, RAISING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def with_debugger(app: WSGIApplication) -> tuple[WSGIApplication, str]:
    """Return an app that shows its unexpected exceptions in the debugger, and the PIN that opens its console."""
    debugged = DebuggedApplication(app, evalex=True)

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not ip_address(environ["REMOTE_ADDR"]).is_loopback:
            return app(environ, start_response)
        return debugged({**environ, RAISING: EVERY_APP}, start_response)

    return choose, str(debugged.pin)
