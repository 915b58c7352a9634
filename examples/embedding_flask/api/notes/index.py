"""/api/notes."""

from __future__ import annotations

import flask

from fsapi import Req, Res
from lib import db

from . import _login


def GET(req: Req, res: Res) -> None:
    """List your notes."""
    res.json(db.notes(flask.g.db, _login.required()))


def POST(req: Req, res: Res) -> None:
    """Create the notes of a list, all or none: if one fails, the teardown of the site rolls back."""
    owner = _login.required()
    numbers = [db.add(flask.g.db, owner, note["text"]) for note in req.body]
    res.setHeader("Location", flask.url_for("fsapi/api", rest=f"notes/{numbers[-1]}"))
    res.json(numbers, 201)
