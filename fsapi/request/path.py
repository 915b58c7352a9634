"""The path of a request, read once from the environ, so that no two parts of a program see it differently.

An encoded slash is data where the server gives the raw target (gunicorn and Werkzeug `RAW_URI`, others
`REQUEST_URI`) and that target is the one that `SCRIPT_NAME` and `PATH_INFO` tell; else `PATH_INFO` decides.
In the path that the router sees, a slash that is data is NUL, which neither a path nor a file name can have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import BadRequest, HTTPException, NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: What stands for a slash that is data.
SLASH = "\0"
# RFC 9112, 3.2.2: the absolute form that clients send to proxies.
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")
# RFC 3986, 3.3: what a path holds besides letters and digits without being encoded.
_SAFE = "/!$&'()*+,;=:@-._~"


def read_path(environ: WSGIEnvironment) -> str | HTTPException:
    """Return the decoded path below the mount, without a trailing slash, or what it is answered with.

    That is 400 for NUL and for what is not UTF-8 (RFC 3986, 2.5), 404 for segments that no file can have.
    """
    info: str = environ.get("PATH_INFO", "")
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI", "")
    # Nearly all paths are plain, and are what they say.
    if (
        "%" in raw
        or "//" in raw
        or "//" in info
        or "/." in info
        or "\0" in info
        or not info.isascii()
        or info[:1] != "/"
        or (info[-1] == "/" and info != "/")
    ):
        return _read_path(info, raw, environ.get("SCRIPT_NAME", ""))
    return info


def _read_path(info: str, raw: str, script: str) -> str | HTTPException:
    """Return what `read_path` does for the few paths that need a second look."""
    try:
        encoded = _below(raw, script, info)
        parts = [_decoded(part) for part in encoded.split("/")] if encoded else _latin(info).split(b"/")
        head, *segments = [part.decode() for part in parts]
    except UnicodeError:
        return BadRequest("the path is not UTF-8")
    if any("\0" in segment for segment in segments):
        return BadRequest("the path has a NUL")
    if segments and not segments[-1]:
        segments.pop()
    if head or any(segment in ("", ".", "..") for segment in segments):
        return NotFound()
    return "/" + "/".join(segment.replace("/", SLASH) for segment in segments)


def _below(raw: str, script: str, info: str) -> str:
    """Return the part of the raw target that PATH_INFO tells, still encoded, or "" where the two differ."""
    target = _relative(raw).partition("?")[0]
    if not _same(target, script + info):
        return ""
    mount, below = _split(target, script.count("/"))
    return below if _decoded(mount) == _latin(script) else ""


def _same(target: str, told: str) -> bool:
    """Tell whether the path of the raw target is the one that SCRIPT_NAME and PATH_INFO tell.

    Both are compared with bad UTF-8 replaced, since Werkzeug's server has replaced it in PATH_INFO, and it
    takes leading slashes but one away.
    """
    sent, seen = (text.decode(errors="replace") for text in (_decoded(target), _latin(told)))
    return sent == seen or (sent.startswith("//") and "/" + sent.lstrip("/") == seen)


def _relative(raw: str) -> str:
    """Return a raw target without scheme and host."""
    absolute = _ABSOLUTE.match(raw)
    return raw[absolute.end() :] if absolute else raw


def _split(target: str, count: int) -> tuple[str, str]:
    """Split a path before the slash that follows so many others."""
    parts = target.split("/", count + 1)
    return "/".join(parts[: count + 1]), "/" + parts[-1] if len(parts) > count + 1 else ""


def _decoded(text: str) -> bytes:
    """Return the bytes of percent-encoded text."""
    return unquote_to_bytes(_latin(text))


def _latin(text: str) -> bytes:
    """Return the bytes that a string of the environ stands for (PEP 3333, Unicode Issues)."""
    return text.encode("latin-1")


def read_url(environ: WSGIEnvironment) -> str:
    """Return the path, from the host on, and the query string, both as the client sent them.

    The path is the one that `read_path` reads: where the raw target tells another, it is what PATH_INFO tells.
    """
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI", "")
    told, query = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    try:
        sent = _relative(raw) if _same(_relative(raw).partition("?")[0], told) else ""
    except UnicodeError:
        sent = ""
    if not sent:
        sent = quote(told, _SAFE, encoding="latin-1", errors="replace") + (f"?{query}" if query else "")
    return sent if sent.startswith("/") else f"/{sent}"
