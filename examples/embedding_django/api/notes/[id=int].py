"""/api/notes/7."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from fsapi import Req, Res

from .. import _login


def GET(req: Req, res: Res) -> None:
    """Show one of your notes."""
    note = _login.required(req).notes.filter(id=req.params["id"]).values("id", "text").first()
    if note is None:
        raise NotFound("you have no such note")
    res.json(note)
