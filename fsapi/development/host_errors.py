"""Show an exception that an App has raised into Flask or Django, in place of the 500 of the host.

The host gets it as in production, and so rolls back, calls its error handlers and logs it. Where there is no host, it
is logged and shown as that of any App.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fsapi.request.route import FILE_KEY
from fsapi.respond import EVERY_APP, PAGES, RAISING
from fsapi.response.error_response import log_exception

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def show_raised(app: WSGIApplication) -> WSGIApplication:
    """Return an app that answers with the exception where a host answers with a 500 since an App has raised one."""

    def shown(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        pages: list[Callable[[StartResponse], Iterable[bytes]]] = []
        environ[PAGES] = pages
        head = _Head(start_response, pages)
        try:
            body = app(environ, head)
        except Exception as exc:  # of an App that raises, with no host around it
            if not pages or environ.get(RAISING) == EVERY_APP:  # which is to say, for the debugger
                raise
            log_exception(environ, environ.get(FILE_KEY, "the app"), exc)
            return pages[-1](start_response)
        if not head.is_kept:
            head.waits = False
            return body
        getattr(body, "close", tuple)()
        return pages[-1](start_response)

    return shown


class _Head:
    """A start_response that keeps the head of a 500 if there is a page for it, as long as it `waits`.

    It does so until the app has returned its body: an app that starts later, while that is read, has its own 500.
    """

    def __init__(self, start_response: StartResponse, pages: list[Callable[[StartResponse], Iterable[bytes]]]) -> None:
        self.is_kept, self.waits = False, True
        self._start_response = start_response
        self._pages = pages

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        """Start the answer, or keep its head."""
        if self._pages and self.waits and status.startswith("500"):
            self.is_kept = True
            return len  # for what is written in its place
        return self._start_response(status, headers, exc_info)
