"""`/`: no contract, and imports that cost nothing at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapi import Req, Res


def GET(req: Req, res: Res) -> None:
    """Answer with anything."""
    page = int(req.query.get("page", "1"))
    res.json({"page": page + req.query["offset"]})  # error: the query is text
    res.json({"page": page, "names": req.params["names"]})
    res.status("404").end()  # error: a status is an int
    res.send("hello")  # error: there is no res.send
    res.json([1, "a", None]).end()  # error: json returns nothing
    res.end({"a": 1})  # error: end sends str and bytes alone
    res.end(req.bytes)


def POST(req: Req, res: Res) -> None:
    """Take anything."""
    res.json(req.body["name"], 201)
    res.json(req.json())  # error: it is req.body
    res.status(418).json("tea")
