"""What kind of answer a client would rather have, and that caches are told of it (RFC 9110, 12.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from fsapi.res import Res

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def prefers_html(environ: WSGIEnvironment) -> bool:
    """Tell whether a client would rather have HTML than JSON, as a browser does that opens a page."""
    accept = parse_accept_header(environ.get("HTTP_ACCEPT"), MIMEAccept)
    return accept.quality("text/html") > accept.quality("application/json")


def vary(res: Res, name: str) -> None:
    """Tell caches that the answer depends on a header of the request, beside what else it depends on."""
    found = res.getHeader("Vary")
    lines = [found] if isinstance(found, str) else list(found or [])
    if not any(known.strip().lower() in (name.lower(), "*") for line in lines for known in line.split(",")):
        res.setHeader("Vary", [*lines, name])
