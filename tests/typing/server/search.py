"""`/search`: a query with lists."""

from typing import Any

from shop.models import Search

from fsapi import Req, Res


def GET(req: Req[Any, dict[str, Any], Search], res: Res[list[str]]) -> None:
    """Send what was searched for."""
    words = req.query.get("q", "").split()
    res.json([*words, *req.query.get("tags", [])])
    res.json([req.query["query"]])  # error: there is no such search param
