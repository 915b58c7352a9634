"""Middleware that allows cross-origin requests: the headers by which a browser lets pages read responses.

It follows the Fetch standard, 3.3 (CORS protocol).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from fsapi.request.req import Req
from fsapi.request.route import METHODS
from fsapi.response.headers import header_key
from fsapi.response.res import Res
from fsapi.response.sending import vary
from fsapi.routing.middleware import Innermost

# An origin as browsers send it (Fetch, 3.2): in lower case, and without the default port of its scheme.
_ORIGIN = r"(?!http:.*:80$)(?!https:.*:443$)[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?|null"


def cors(
    *,
    origins: Sequence[str] | str,
    headers: Sequence[str] | str = ("Authorization", "Content-Type"),
    credentials: bool = False,
    max_age: int = 600,
) -> Callable[[Req, Res], None]:
    """Return middleware that lets pages of other origins call the route files in or below its folder.

    Of several on one chain the innermost decides, in the place of the outermost.

    `origins`: allowed origins, each with scheme, host and port as browsers send it, or "*" for all.
    `headers`: request headers allowed besides the CORS-safelisted ones.
    `credentials`: whether pages may send cookies. `max_age`: seconds for which a browser may cache a preflight.
    Raise ValueError for an origin that no browser sends, for "*" and "null" with credentials, for a header name
    that is not a token (RFC 9110, 5.6.2), and for values of another type.
    """
    allowed = _parse_origins(origins, credentials=credentials)
    names = ", ".join(map(_check_name, headers.split(",") if isinstance(headers, str) else _texts("headers", headers)))
    seconds = _check_seconds(max_age)

    def middleware(req: Req, res: Res) -> None:
        origin = req.headers.get("origin")
        if allowed is not None:
            vary(res, "Origin")
        if origin is not None and (allowed is None or origin in allowed):
            res.setHeader("Access-Control-Allow-Origin", "*" if allowed is None else origin)
            if credentials:
                res.setHeader("Access-Control-Allow-Credentials", "true")
            if req.method == "OPTIONS" and "access-control-request-method" in req.headers:
                # All methods, so that a page can read the 404 or 405 of the actual request.
                res.setHeader("Access-Control-Allow-Methods", ", ".join(METHODS))
                res.setHeader("Access-Control-Allow-Headers", names)
                res.setHeader("Access-Control-Max-Age", seconds)
                res.status(204).end()

    return Innermost(middleware)


def _texts(name: str, value: Iterable[object]) -> list[str]:
    """Return a str, or several, as a list; raise ValueError for any other value."""
    several = isinstance(value, Iterable) and not isinstance(value, str)  # pyright: ignore[reportUnnecessaryIsInstance] # callers need not be typed
    found: list[str] = []
    for text in value if several else [value]:
        if not isinstance(text, str):
            raise ValueError(f"{name} is a str or a list of str, not {value!r}")
        found.append(str.__str__(text))
    return found


def _check_seconds(max_age: object) -> str:
    """Return a number of seconds as text; raise ValueError for what is none."""
    if isinstance(max_age, bool) or not isinstance(max_age, int) or max_age < 0:
        raise ValueError(f"max_age is a number of seconds, not {max_age!r}")
    return str(int(max_age))


def _check_name(name: str) -> str:
    """Return the name of a header without spaces around it; raise ValueError if it cannot be one."""
    stripped = name.strip(" \t")
    header_key(stripped)
    return stripped


def _parse_origins(origins: Sequence[str] | str, *, credentials: bool) -> frozenset[str] | None:
    """Return the allowed origins, or None for all; raise ValueError."""
    if not isinstance(credentials, bool):  # pyright: ignore[reportUnnecessaryIsInstance] # callers need not be typed
        raise ValueError(f"credentials is True or False, not {credentials!r}")
    if origins == "*":
        if credentials:
            raise ValueError('browsers reject credentials with origins="*": list the origins')
        return None
    allowed = frozenset(_texts("origins", origins))
    if not allowed:
        raise ValueError('origins is empty: list the allowed ones, or write "*" for all')
    for origin in allowed:
        if not re.fullmatch(_ORIGIN, origin):
            raise ValueError(
                f"{origin!r} is not an origin: write scheme, host and port only, as in https://app.example"
            )
    if credentials and "null" in allowed:
        raise ValueError('"null" with credentials lets in sandboxed pages of every site: list the origins')
    return allowed
