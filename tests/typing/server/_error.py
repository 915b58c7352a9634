"""Answers every error of the tree: Res has the type of errors."""

from shop.models import Problem

from fsapi import Error, Req, Res


def error(req: Req, res: Res[Problem], error: Error) -> None:
    """Send a problem."""
    first = error.details[0]["path"] if error.details else ""
    if error.status == 422:
        res.json({"title": first, "status": error.status})
    elif isinstance(error.exception, KeyError):
        res.json({"title": error.exception.args[0], "status": "404"})  # error: a status is an int
    else:
        res.setHeader("X-Allow", error.headers.get("Allow", ""))
        error.status = 500  # error: an error does not change
        res.json({"title": error.phrase, "status": error.status})  # error: no such attribute
