"""Cross-origin requests: what a browser has to be told before a page of another origin may read an answer.

The rules are those of the Fetch standard, 3.3 (CORS protocol).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence

from fsapi.request.req import Req
from fsapi.request.route import METHODS
from fsapi.response.res import Res, vary

# As browsers write one (Fetch, 3.2): lower case, and no port where it is that of the scheme.
_ORIGIN = re.compile(
    r"(?!http:.*:80$)(?!https:.*:443$)[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?|null"
)


def cors(
    *,
    origins: Sequence[str] | str,
    headers: Sequence[str] | str = ("Authorization", "Content-Type"),
    credentials: bool = False,
    max_age: int = 600,
) -> Callable[[Req, Res], Generator[None]]:
    """Return middleware that lets pages of other origins call the route files at or below its folder.

    `origins` are scheme, host and port as browsers send them, or "*" for all; `headers` those that a page may
    send beyond what it may anyway; `credentials` lets it send cookies; `max_age` is how many seconds a browser
    may remember a preflight. Raise ValueError for origins that no browser would send, and for "*" with credentials.
    """
    allowed = _origins(origins, credentials=credentials)
    names = headers if isinstance(headers, str) else ", ".join(headers)

    def middleware(req: Req, res: Res) -> Generator[None]:
        origin = req.headers.get("origin")
        if allowed is not None:
            vary(res, "Origin")
        if origin is not None and (allowed is None or origin in allowed):
            res.setHeader("Access-Control-Allow-Origin", "*" if allowed is None else origin)
            if credentials:
                res.setHeader("Access-Control-Allow-Credentials", "true")
            if req.method == "OPTIONS" and "access-control-request-method" in req.headers:
                # All of them, so that a page can read the 404 or 405 that the request itself is answered with.
                res.setHeader("Access-Control-Allow-Methods", ", ".join(METHODS))
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
    if not named:
        raise ValueError('origins is empty: name those that are allowed, or write "*" for all')
    for origin in named:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin: write scheme, host and port alone, as in https://app.example")
    return named
