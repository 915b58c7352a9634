"""`/addresses`: a pydantic model, and a NamedTuple."""

from shop import db
from shop.models import Address, Point

from fsapi import Req, Res


def POST(req: Req[Address], res: Res[Point]) -> None:
    """Send where an address is."""
    point = db.locate(req.body.city)
    res.setHeader("X-North", str(point.lat > 0))
    res.json(point._replace(lon=0.0))
    res.json(db.locate(req.body.town))  # error: wrong attribute of the body
    res.json(db.locate(req.body["city"]))  # error: a model is no dict
    res.json(req.body)  # error: an Address where the contract has a Point
