"""The media type that a client prefers (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


#: The most characters of a header that are read: no client needs as many, and Werkzeug takes quadratic time on some.
MOST_ACCEPTED = 8 * 1024
# What is longer is not kept, so that clients cannot fill the memory.
_CACHED = 512
_BLANKS = re.compile(r"\s+")


def prefers_html(environ: WSGIEnvironment) -> bool:
    """Return whether a client prefers HTML to JSON, as a browser does that opens a page."""
    accept: str = environ.get("HTTP_ACCEPT", "")
    return _prefers_html(accept) if len(accept) <= _CACHED else len(accept) <= MOST_ACCEPTED and _read(accept)


def without_blanks(header: str) -> str:
    """Return a header with one space in place of many, on which Werkzeug takes quadratic time."""
    return _BLANKS.sub(" ", header)


def _read(accept: str) -> bool:
    """Return whether an Accept header prefers HTML to JSON."""
    accepted = parse_accept_header(without_blanks(accept), MIMEAccept)
    return accepted.quality("text/html") > accepted.quality("application/json")


#: Clients send few different headers, and parsing is slow.
_prefers_html = lru_cache(maxsize=128)(_read)
