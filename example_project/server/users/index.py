"""`/users`: all users, and new ones."""

from fsapi import Req, Res
from lib import db, fields


def GET(req: Req, res: Res) -> None:
    """List the users."""
    res.json(db.get_users())


def POST(req: Req, res: Res) -> None:
    """Add a user, given as `{"name": ...}`."""
    res.json(db.create_user(fields.name(req.body)), 201)
