"""`/users`: all users, and new ones."""

from typing import Any, Literal

from fsapi import Req, Res
from lib import db
from lib.models import DryRun, NewUser, User, UserQuery


def GET(req: Req[None, Any, UserQuery], res: Res[list[User]]) -> None:
    """List the users.

    The oldest come first. To get the next ones, send the last id as `after`.
    """
    res.json(db.get_users(req.query.q, after=req.query.after, limit=req.query.limit))


def POST(req: Req[NewUser, Any, DryRun], res: Res[User, Literal[201, 204]]) -> None:
    """Add a user.

    With `dry_run` the user is checked, but not added; if it fits, the answer is 204.
    """
    if req.query.get("dry_run"):
        res.status(204).end()
    else:
        res.json(db.create_user(req.body))
