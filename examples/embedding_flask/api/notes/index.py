"""/api/notes."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

import flask
import msgspec

from fsapi import Req, Res
from lib import db

from . import _login


class NewNote(TypedDict):
    """A note to be created."""

    text: str


NewNotes = Annotated[list[NewNote], msgspec.Meta(min_length=1)]


def GET(req: Req, res: Res) -> None:
    """List your notes."""
    res.json(db.notes(flask.g.db, _login.required()))


def POST(req: Req[NewNotes], res: Res[list[int], Literal[201]]) -> None:
    """Create the notes of a list, all or none: if one fails, the teardown of the site rolls back."""
    owner = _login.required()
    numbers = [db.add(flask.g.db, owner, note["text"]) for note in req.body]
    res.setHeader("Location", flask.url_for("fsapi/api", rest=f"notes/{numbers[-1]}"))
    res.json(numbers)
