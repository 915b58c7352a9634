"""`/echo`: what was sent, parsed without a contract."""

from __future__ import annotations

from fsapi import Req, Res


def POST(req: Req, res: Res) -> None:
    """Answer with the body."""
    res.json(req.body)
