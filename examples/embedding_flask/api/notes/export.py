"""/api/notes/export."""

from __future__ import annotations

import flask
from werkzeug.wrappers import Response

from fsapi import Req, Res
from lib import db

from . import _login


def GET(req: Req, res: Res) -> Response:
    """Stream your notes as lines of text."""
    notes = db.notes(flask.g.db, _login.required())  # read now: the database is closed before the stream runs
    return Response((f"{note['text']}\n" for note in notes), mimetype="text/plain")
