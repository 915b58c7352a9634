"""Runs before every handler: bare Req and Res."""

from typing import TYPE_CHECKING

from fsapi import Req, Res

if TYPE_CHECKING:
    from fsapi import Request as Request  # error: no such name


def middleware(req: Req, res: Res) -> None:
    """Ask for a token."""
    token = req.headers.get("Authorization", "")
    req.state.user = token.removeprefix("Bearer ")
    res.setHeader("X-User", None)  # error: a header is text, a number or a list of texts
    res.setHeader("Vary", ["Authorization", "Accept"])
    res.setHeader("X-Length", len(token))
    if req.method != "GET" and not token:
        res.json({"error": "Unauthorized"}, 401)
    elif req.headers["X-Depth"] > 3:  # error: a header is text
        res.status(429).end("Too deep")
