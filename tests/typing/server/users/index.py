"""`/users`: Structs, a query, a generic page, and a status of success."""

from typing import Any, Literal

from shop import db
from shop.handlers import adult, agent, missing
from shop.models import NewUser, Page, Paging, Role, User

from fsapi import Req, Res


def GET(req: Req[Any, dict[str, Any], Paging], res: Res[Page[User]]) -> None:
    """Send a page of users."""
    users = db.users(req.query.page, req.query.limit)
    res.setHeader("X-Agent", agent(req))
    res.json(Page(users, len(users)))
    res.json(Page([user.name for user in users], 1))  # error: a page of something else
    res.json(Page(db.users(req.query.page, req.query.limits), 1))  # error: wrong field of the query
    req.query = Paging(2)  # error: the query cannot be assigned


def POST(req: Req[NewUser], res: Res[User, Literal[201]]) -> None:
    """Add a user."""
    if not adult(req) or req.body.role is Role.ADMIN:
        return res.json({"error": "Too young"}, 403)
    res.json(db.add_user(req.body))
    res.json(db.add_user(req.body), 201)
    res.json({"error": "Taken"}, 409 if req.query else 422)
    res.status(503).json(["later"])
    res.json(req.body)  # error: a NewUser where the contract has a User
    res.json({"error": f"There is {req.body.nme}"}, 409)  # error: wrong attribute of the body
    res.json({"error": "Taken"}, 200)  # error: that is a status of success
    res.json({"error": "Taken"}, db.state())  # error: it may be a status of success
    res.status(db.state()).json({"error": "Taken"})  # error: as above
    res.json(db.add_user(NewUser("Ada", "36")))  # error: a str where the model has an int
    req.body = NewUser("Ada", 36)  # error: the body cannot be assigned
    return missing(res)


def DELETE(req: Req, res: Res[list[User]]) -> None:
    """Send the users that are no more."""
    res.json([])
    res.json(db.users(1, 20))
    res.json([*db.users(1, 20), "Ada"])  # error: wrong type in a list
