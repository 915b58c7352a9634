"""The path of a request, decoded once, so that no two parts of a program see a different one.

An encoded slash is data where the server passes the raw target (`RAW_URI` from gunicorn and Werkzeug, `REQUEST_URI`
from others) and that target agrees with `SCRIPT_NAME` + `PATH_INFO`; otherwise `PATH_INFO` decides. In the path that
the router sees, such a slash is NUL, which occurs in neither a path nor a file name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import BadRequest, HTTPException, NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Stands for a slash that is data.
SLASH = "\0"
# RFC 9112, 3.2.2: the absolute form, which clients send to proxies.
_SCHEME_AND_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")
# RFC 3986, 3.3: the characters of a path, besides letters and digits, that need no encoding.
_SAFE = "/!$&'()*+,;=:@-._~"


def read_path(environ: WSGIEnvironment) -> str | HTTPException:
    """Return the decoded path below the mount, without a trailing slash, or the exception to answer with.

    That is 400 for NUL and for bytes that are not UTF-8 (RFC 3986, 2.5), and 404 for empty, `.` and `..` segments.
    """
    info: str = environ.get("PATH_INFO", "")
    target: str = environ.get("RAW_URI") or environ.get("REQUEST_URI", "")
    if "?" in target:
        target = target[: target.index("?")]  # what follows may hold anything
    # Nearly all paths are plain: PATH_INFO is the path.
    if (
        "%" in target
        or "//" in target
        or "//" in info
        or "/." in info
        or "\0" in info
        or not info.isascii()
        or not info
        or info[0] != "/"
        or (info[-1] == "/" and info != "/")
    ):
        return _decode_path(info, target, environ.get("SCRIPT_NAME", ""))
    return info


def read_url(environ: WSGIEnvironment) -> str:
    """Return the path, mount included, and the query string, both as the client sent them.

    The path is the one that `read_path` reads: where the raw target disagrees with PATH_INFO, PATH_INFO decides.
    """
    target = _without_host(environ.get("RAW_URI") or environ.get("REQUEST_URI", ""))
    path, query = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    try:
        url = target if _agrees(target.partition("?")[0], path) else ""
    except UnicodeError:
        url = ""
    if not url:
        url = quote(path, _SAFE, encoding="latin-1", errors="replace") + (f"?{query}" if query else "")
    return url if url.startswith("/") else f"/{url}"


def _decode_path(info: str, target: str, script: str) -> str | HTTPException:
    """Return what `read_path` returns, for the few paths that are not plain."""
    try:
        encoded = _below_mount(target, script, info)
        parts = [_unquote(part) for part in encoded.split("/")] if encoded else _to_bytes(info).split(b"/")
        head, *segments = [part.decode() for part in parts]
    except UnicodeError:
        return BadRequest("the path is not UTF-8")
    if any("\0" in segment for segment in segments):
        return BadRequest("the path contains NUL")
    if segments and not segments[-1]:
        segments.pop()
    if head or any(segment in ("", ".", "..") for segment in segments):
        return NotFound()
    return "/" + "/".join(segment.replace("/", SLASH) for segment in segments)


def _below_mount(target: str, script: str, info: str) -> str:
    """Return the part of the raw target that PATH_INFO stands for, still encoded, or "" where the two disagree."""
    path = _without_host(target).partition("?")[0]
    if not _agrees(path, script + info):
        return ""
    mount, below = _split(path, script.count("/"))
    return below if _unquote(mount) == _to_bytes(script) else ""


def _agrees(target: str, path: str) -> bool:
    """Return whether a raw target is the same path as SCRIPT_NAME + PATH_INFO.

    Bad UTF-8 is replaced in both, as Werkzeug's server does in PATH_INFO; it also strips all leading slashes but one.
    """
    sent, seen = (text.decode(errors="replace") for text in (_unquote(target), _to_bytes(path)))
    return sent == seen or (sent.startswith("//") and "/" + sent.lstrip("/") == seen)


def _without_host(target: str) -> str:
    """Return a raw target without scheme and host."""
    absolute = _SCHEME_AND_HOST.match(target)
    return target[absolute.end() :] if absolute else target


def _split(path: str, slashes: int) -> tuple[str, str]:
    """Split a path before the slash that follows that many others."""
    parts = path.split("/", slashes + 1)
    return "/".join(parts[: slashes + 1]), "/" + parts[-1] if len(parts) > slashes + 1 else ""


def _unquote(text: str) -> bytes:
    """Return the bytes of percent-encoded text."""
    return unquote_to_bytes(_to_bytes(text))


def _to_bytes(text: str) -> bytes:
    """Return the bytes that a string of the environ stands for (PEP 3333, Unicode Issues)."""
    return text.encode("latin-1")
