"""Check the name and the value of a response header, since servers send even CR and LF as they are given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from werkzeug.urls import iri_to_uri

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]*")  # PEP 3333: latin-1 without controls
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Headers that a response has only once (RFC 9110, 8.3, 8.6, 8.8 and 10.2.2).
_SINGLE = {"content-length", "content-type", "etag", "last-modified", "location"}
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}


def header_key(name: str) -> str:
    """Return the name of a header in lower case; raise TypeError or ValueError where a handler may not set it."""
    if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance] # callers need not be typed
        raise TypeError(f"the name of a header is a str, not {name!r}")
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a header")
    lower = name.lower()
    if lower in _HOP_BY_HOP:
        raise ValueError(f"{name} belongs to the server and its connection (RFC 9110, 7.6.1)")
    return lower


def header_lines(name: str, value: Sequence[str], before: Sequence[str] = ()) -> str | list[str]:
    """Return the values of a header's lines, after those before, which have been checked.

    Of a header that a response has only once it is the one value. Raise TypeError or ValueError if they cannot be sent.
    """
    lines = [*before, *(header_value(name, line) for line in value)]
    if name.lower() not in _SINGLE:
        return lines
    if len(lines) != 1:
        raise ValueError(f"{name} has one value, not {len(lines)}")
    return lines[0]


def header_value(name: str, value: object) -> str:
    """Return the value of a header as a str; raise TypeError or ValueError if it cannot be sent.

    A Location beyond ASCII is percent-encoded (RFC 3987, 3.1).
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError(f"the value of {name} is a str, an int or a list of str, not {value!r}")
    text = str.__str__(value) if isinstance(value, str) else str(int(value))  # str() of an Enum is its name
    if name.lower() == "location" and not text.isascii() and not _CONTROL.search(text):
        text = _encode_location(text)
    if not _VALUE.fullmatch(text):
        raise ValueError(f"the value of {name} contains a character that no header may have: {text!r}")
    return text


def length_value(value: str | list[str]) -> str:
    """Return a Content-Length; raise ValueError for one that is no number (RFC 9110, 8.6)."""
    if not isinstance(value, str) or not value.isascii() or not value.isdigit():
        raise ValueError(f"Content-Length is not a number: {value!r}")
    return value


def _encode_location(text: str) -> str:
    """Return a Location in ASCII, if its characters have bytes in UTF-8; it has no controls, which urllib drops."""
    try:
        return iri_to_uri(text)
    except ValueError:  # from a host that is no domain name
        return _BEYOND_ASCII.sub(lambda found: quote(found[0], errors="ignore") or found[0], text)
