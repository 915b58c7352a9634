"""/api/notes/7."""

from __future__ import annotations

import flask

from fsapi import Req, Res
from lib import db

from . import _login


def GET(req: Req, res: Res) -> None:
    """Show one of your notes."""
    note = db.note(flask.g.db, _login.required(), req.params["id"])
    if note is None:
        flask.abort(404, "you have no such note")
    res.json(note)
