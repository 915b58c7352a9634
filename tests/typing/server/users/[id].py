"""`/users/[id]`: params, with and without a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shop import db
from shop.handlers import UserReq, adult, bare, for_user, missing, show, traced
from shop.models import NewUser, User, UserPath

if TYPE_CHECKING:
    from fsapi import Req, Res


def GET(req: Req[None, UserPath], res: Res[User]) -> None:
    """Send a user."""
    user = db.user(req.params["id"])
    if user is None:
        res.status(404).json({"error": "Not found"})
        return
    res.json(user)
    show(res, req.params["ids"])  # error: there is no such param
    show(res, req.params["id"].removeprefix("u"))  # error: the param is an int
    res.json(db.add_user(req.body))  # error: the contract has no body
    res.setHeader("X-Adult", str(adult(req)))  # error: as above
    res.setHeader("X-Url", bare(req))  # error: a bare Req has any params, and a contract has its own
    req.params = {"id": 2}  # error: params cannot be assigned


@traced
@for_user
def PUT(req: UserReq, res: Res[User]) -> None:
    """Replace a user."""
    if db.user(req.params["id"]) is None or not adult(req):
        return missing(res)
    return res.json(db.add_user(req.body))


def PATCH(req: Req[NewUser | None, UserPath], res: Res[User]) -> None:
    """Change a user, or nothing."""
    if req.body is not None:
        res.json(db.add_user(req.body))
    res.setHeader("X-Name", req.body.name)  # error: the body may be missing
    show(res, req.params["id"])


def DELETE(req: Req[None, UserPath], res: Res) -> None:
    """Delete a user."""
    res.status(204).end()
