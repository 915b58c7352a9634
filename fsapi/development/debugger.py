"""Werkzeug's debugger around an app, for requests from this machine alone: it runs what is typed into it.

Clients that do not prefer HTML get the exception as JSON. The terminal shows it as it does without the debugger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from io import StringIO
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.debug import DebuggedApplication
from werkzeug.wsgi import ClosingIterator

from fsapi.request.negotiation import prefers_html
from fsapi.request.route import FILE_KEY
from fsapi.respond import EVERY_APP, RAISING
from fsapi.response.error_response import log_exception

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# The environ key of the error stream of the server. The debugger writes to another one, which nobody reads.
_ERRORS = "fsapi.errors"


def with_debugger(app: WSGIApplication) -> tuple[WSGIApplication, str]:
    """Return an app that shows its unexpected exceptions in the debugger, and the PIN that opens its console."""
    debugged = DebuggedApplication(_logging(app), evalex=True)

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not ip_address(environ["REMOTE_ADDR"]).is_loopback or not _is_debugged(environ):
            return app(environ, start_response)
        errors = {_ERRORS: environ["wsgi.errors"], "wsgi.errors": StringIO()}
        return debugged({**environ, **errors, RAISING: EVERY_APP}, start_response)

    return choose, str(debugged.pin)


def _is_debugged(environ: WSGIEnvironment) -> bool:
    """Return whether a request is one of a browser for a page, or one of the debugger's own."""
    return prefers_html(environ) or "__debugger__=yes" in environ.get("QUERY_STRING", "")


def _logging(app: WSGIApplication) -> WSGIApplication:
    """Return an app that logs its exceptions, and raises those that would end the thread as a RuntimeError."""

    def logged(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        environ = {**environ, "wsgi.errors": environ[_ERRORS]}
        try:
            with closing(ClosingIterator(app(environ, start_response))) as body:
                yield from body
        except GeneratorExit:
            raise
        except BaseException as exc:
            log_exception(environ, environ.get(FILE_KEY, "the app"), exc)
            if isinstance(exc, Exception):
                raise
            raise RuntimeError(f"the app raised {exc!r}") from exc

    return logged
