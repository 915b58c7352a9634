"""`/stats`: what is in the database, for those with the token."""

from fsapi import Req, Res
from lib import db
from lib.models import Stats


def GET(req: Req[None], res: Res[Stats]) -> None:
    """Count the users and the products."""
    res.json(db.get_stats())
