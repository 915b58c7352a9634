"""/api/notes/latest."""

from __future__ import annotations

import flask
from werkzeug.wrappers import Response

from fsapi import Req, Res
from lib import db

from . import _login


def GET(req: Req, res: Res) -> Response:
    """Redirect to the newest of your notes."""
    notes = db.notes(flask.g.db, _login.required())
    if not notes:
        flask.abort(404, "you have no notes")
    return flask.redirect(flask.url_for("fsapi/api", rest=f"notes/{notes[-1]['id']}"))
