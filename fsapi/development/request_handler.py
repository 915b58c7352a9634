"""How `serve` reads a request, and the line that it writes for it."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler

from fsapi.development.terminal import request_line, say

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class RequestHandler(WSGIRequestHandler):
    """Werkzeug's request handler, with the target as it was sent, and a line of its own for each request."""

    status, started = 0, 0.0

    def make_environ(self) -> WSGIEnvironment:
        """Return the environ of a request (PEP 3333), with the target and the host as they were sent.

        http.server removes leading slashes from the target, and Werkzeug takes the host from one that has it, such as
        no browser sends.
        """
        environ = super().make_environ()
        if host := self.headers.get("Host"):
            environ["HTTP_HOST"] = host
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.requestline.split()[1]
        return environ

    def run_wsgi(self) -> None:
        """Answer a request, and write its line when the answer has ended."""
        self.started = perf_counter()
        try:
            super().run_wsgi()
        finally:
            self._write_line(self.status)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the status; write the line of what is no request of HTTP, which reaches no app."""
        self.status = int(code) if isinstance(code, int) or code.isdigit() else 0
        if not self.started:
            self.started = perf_counter()
            self._write_line(self.status)

    def log_error(self, format: str, *args: object) -> None:
        """Write nothing: the line of the request has its status."""

    def _write_line(self, status: int) -> None:
        """Write the line of a request."""
        method, _, target = self.requestline.partition(" ")
        seconds, self.started = perf_counter() - self.started, 0.0
        say(request_line(method, target.rpartition(" ")[0] or target, status, seconds, sys.stderr), sys.stderr)
