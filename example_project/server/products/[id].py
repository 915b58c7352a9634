"""`/products/1`: one product, with its reviews where `?include=reviews` asks for them."""

from fsapi import Req, Res
from lib import db, fields


def GET(req: Req, res: Res) -> None:
    """Show a product."""
    product = db.get_product(fields.id(req.params["id"]))
    if product is None:
        res.json({"error": "Not found"}, 404)
    elif req.query.get("include") == "reviews":
        res.json({**product, "reviews": db.get_reviews(product["id"])})
    else:
        res.json(product)
