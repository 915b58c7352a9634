"""`/users/42`: one user."""

from fsapi import Req, Res
from lib import db, fields


def GET(req: Req, res: Res) -> None:
    """Show a user."""
    user = db.get_user(fields.id(req.params["id"]))
    if user is None:
        res.json({"error": "Not found"}, 404)
    else:
        res.json(user)


def PUT(req: Req, res: Res) -> None:
    """Rename a user: `{"name": ...}`."""
    user = db.update_user(fields.id(req.params["id"]), fields.name(req.body))
    if user is None:
        res.json({"error": "Not found"}, 404)
    else:
        res.json(user)


def DELETE(req: Req, res: Res) -> None:
    """Delete a user."""
    if db.delete_user(fields.id(req.params["id"])):
        res.status(204).end()
    else:
        res.json({"error": "Not found"}, 404)
