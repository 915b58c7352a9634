"""Check the name and the value of a response header, since servers send even CR and LF as they are given."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[^\x00-\x1f\x7f\u0100-\U0010ffff]*")  # PEP 3333: latin-1 without controls
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


def header_value(name: str, value: object) -> str:
    """Return the value of a header as a str; raise TypeError or ValueError where it cannot be sent."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError(f"the value of {name} is a str, an int or a list of str, not {value!r}")
    text = str.__str__(value) if isinstance(value, str) else str(int(value))  # str() of an Enum is its name
    if not _VALUE.fullmatch(text):
        raise ValueError(f"the value of {name} contains a character that no header may have: {text!r}")
    return text
