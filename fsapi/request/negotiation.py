"""The media type that a client prefers (RFC 9110, 12.5.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def prefers_html(environ: WSGIEnvironment) -> bool:
    """Return whether a client prefers HTML to JSON, as a browser does that opens a page."""
    return _prefers_html(environ.get("HTTP_ACCEPT", ""))


@lru_cache(maxsize=128)
def _prefers_html(accept: str) -> bool:
    """Return whether an Accept header prefers HTML to JSON. Clients send few different ones, and parsing is slow."""
    accepted = parse_accept_header(accept, MIMEAccept)
    return accepted.quality("text/html") > accepted.quality("application/json")
