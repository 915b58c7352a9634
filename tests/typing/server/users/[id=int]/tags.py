"""`/users/[id=int]/tags`: a handler that a function makes."""

from shop.handlers import listing, traced
from shop.models import UserPath

from fsapi import Req, Res

GET = listing(["tea", "salt"])
PUT = listing(["tea", 4])  # error: wrong type in a list


@traced
def POST(req: Req[list[str], UserPath], res: Res[list[str]]) -> None:
    """Add tags."""
    res.json([f"{req.params['id']}: {tag.lower()}" for tag in req.body])
    res.json([req.params["id"]])  # error: the matcher makes an int
