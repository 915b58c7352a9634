"""/api/notes/export."""

from __future__ import annotations

import flask
from werkzeug.wrappers import Response

from fsapi import Req, Res
from lib import db

from . import _login


def GET(req: Req, res: Res) -> Response:
    """Stream your notes as lines of text."""
    notes = db.notes(flask.g.db, _login.required())  # now: when the stream runs, the database is closed
    return Response((f"{note['text']}\n" for note in notes), mimetype="text/plain")
