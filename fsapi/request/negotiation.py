"""What kind of answer a client would rather have (RFC 9110, 12.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def prefers_html(environ: WSGIEnvironment) -> bool:
    """Tell whether a client would rather have HTML than JSON, as a browser does that opens a page."""
    accept = parse_accept_header(environ.get("HTTP_ACCEPT"), MIMEAccept)
    return accept.quality("text/html") > accept.quality("application/json")
