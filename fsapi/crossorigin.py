"""Cross-origin requests: what a browser has to be told before a page of another origin may read an answer.

The rules are those of the Fetch standard, 3.3 (CORS protocol).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence

from fsapi.accept import vary
from fsapi.req import Req
from fsapi.res import Res

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s*]+|null")


def cors(
    *,
    origins: Sequence[str] | str,
    headers: Sequence[str] = ("Authorization", "Content-Type"),
    credentials: bool = False,
    max_age: int = 600,
) -> Callable[[Req, Res], Generator[None]]:
    """Return middleware that lets pages of other origins call the route files at or below its folder.

    `origins` are scheme, host and port as browsers send them, or "*" for all; `headers` those that a page may
    send beyond what it may anyway; `credentials` lets it send cookies; `max_age` is how many seconds a browser
    may remember a preflight. Raise ValueError for origins that no browser would send, and for "*" with credentials.
    """
    allowed = _origins(origins, credentials=credentials)
    names = ", ".join(headers)

    def middleware(req: Req, res: Res) -> Generator[None]:
        origin = req.headers.get("origin")
        if allowed is not None:
            vary(res, "Origin")
        if origin is not None and (allowed is None or origin in allowed):
            res.setHeader("Access-Control-Allow-Origin", "*" if allowed is None else origin)
            if credentials:
                res.setHeader("Access-Control-Allow-Credentials", "true")
            if req.method == "OPTIONS" and "access-control-request-method" in req.headers and req.route.file:
                res.setHeader("Access-Control-Allow-Methods", ", ".join(req.route.allow))
                res.setHeader("Access-Control-Allow-Headers", names)
                res.setHeader("Access-Control-Max-Age", max_age)
                res.status(204).end()
        yield
        if allowed is not None:
            vary(res, "Origin")

    return middleware


def _origins(origins: Sequence[str] | str, *, credentials: bool) -> frozenset[str] | None:
    """Return the origins that are allowed, None for all; raise ValueError."""
    if origins == "*":
        if credentials:
            raise ValueError('browsers refuse credentials with origins="*": name the origins')
        return None
    named = frozenset([origins] if isinstance(origins, str) else origins)
    for origin in named:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin: write scheme, host and port alone, as in https://app.example")
    return named
