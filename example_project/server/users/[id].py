"""`/users/42`: one user."""

from typing import Literal

from fsapi import Req, Res
from lib import db
from lib.models import IdPath, NewUser, User


def GET(req: Req[None, IdPath], res: Res[User]) -> None:
    """Show a user."""
    user = db.get_user(req.params["id"])
    if user is None:
        res.json({"error": "Not found"}, 404)
    else:
        res.json(user)


def PUT(req: Req[NewUser, IdPath], res: Res[User]) -> None:
    """Replace a user.

    The avatar stays; other fields that are not sent are removed.
    """
    user = db.update_user(req.params["id"], req.body)
    if user is None:
        res.json({"error": "Not found"}, 404)
    else:
        res.json(user)


def DELETE(req: Req[None, IdPath], res: Res[None, Literal[204]]) -> None:
    """Delete a user, and the avatar with it."""
    if db.delete_user(req.params["id"]):
        res.end()
    else:
        res.json({"error": "Not found"}, 404)
