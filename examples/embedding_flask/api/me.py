"""/api/me."""

from __future__ import annotations

import flask

from fsapi import Req, Res


def GET(req: Req, res: Res) -> None:
    """Return who has logged in on the page."""
    res.json({"user": flask.session.get("user")})
