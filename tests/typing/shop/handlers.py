"""Functions around handlers, and handlers of a wrong shape: under other names, since an app has none of these."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar

from fsapi import Req, Res
from shop import db
from shop.models import NewUser, User, UserPath

ReqT = TypeVar("ReqT", bound=Req[Any, Any, Any])
ResT = TypeVar("ResT", bound=Res[Any, Any])

UserReq = Req[NewUser, UserPath]


def traced(handler: Callable[[ReqT, ResT], None]) -> Callable[[ReqT, ResT], None]:
    """Return a handler that tells its route; the contract stays as it is."""

    @wraps(handler)
    def around(req: ReqT, res: ResT) -> None:
        res.setHeader("X-Route", req.route.pattern)
        handler(req, res)

    return around


def for_user(handler: Callable[[UserReq, Res[User]], None]) -> Callable[[UserReq, Res[User]], None]:
    """Return a handler of one contract."""
    return handler


def agent(req: Req[Any, Any, Any]) -> str:
    """Return what a client calls itself, whatever the contract."""
    return req.headers.get("User-Agent", "unknown")


def bare(req: Req) -> str:
    """Return the address of a request without a contract."""
    return req.url


def adult(req: Req[NewUser, Any, Any]) -> bool:
    """Return whether the body has an adult."""
    return req.body.age >= 18


def grown(req: Req[User]) -> bool:
    """Hand on more than is asked for: a User is a NewUser."""
    return adult(req)


def missing(res: Res) -> None:
    """Answer that there is nothing, whatever the contract."""
    res.json({"error": "Not found"}, 404)


def show(res: Res[User], id: int) -> None:
    """Answer with a user."""
    found = db.user(id)
    if found is None:
        return missing(res)
    return res.json(found)


def listing(names: list[str]) -> Callable[[Req, Res[list[str]]], None]:
    """Return a handler that answers with names."""

    def handler(req: Req, res: Res[list[str]]) -> None:
        res.json(names)

    return handler


@traced
def right(req: UserReq, res: Res[User, Literal[201]]) -> None:
    """Keep its own contract within a decorator for all."""
    res.json(db.add_user(req.body))


@for_user
def wider(req: Req[NewUser, Any], res: Res[User]) -> None:
    """Ask for less than it is given."""
    show(res, req.params["id"])


@traced  # error: there is no res
def resless(req: Req) -> None:
    """Lack `res`."""


@traced  # error: a handler returns nothing
def express(req: Req, res: Res) -> dict[str, str]:
    """Return what should be sent."""
    return {"hello": agent(req)}


@traced  # error: res and req in the wrong order
def swapped(res: Res, req: Req) -> None:
    """Have the two in the wrong order."""
    res.json(agent(req))


@for_user  # error: the decorator gives a NewUser, not a list of them
def many(req: Req[list[NewUser], UserPath], res: Res[User]) -> None:
    """Ask for another body."""
    show(res, req.params["id"])


@for_user  # error: the decorator wants Res[User], and a number is none
def counted(req: UserReq, res: Res[int]) -> None:
    """Answer with other data."""
    res.json(req.params["id"])


def textual(req: Req, res: Res[User, Literal["201"]]) -> None:  # error: a status is an int
    """Have a status that is text."""


def crowded(req: Req[None, UserPath, dict[str, str], User], res: Res[User]) -> None:  # error: Req has three types
    """Have the type of the answer among those of the request."""
