"""/api/me."""

from __future__ import annotations

from fsapi import Req, Res


def GET(req: Req, res: Res) -> None:
    """Return who has logged in on the admin page."""
    res.json({"user": req.environ["django.request"].user.get_username() or None})
