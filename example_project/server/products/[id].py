"""`/products/1`: one product, with its reviews for `?include=reviews`."""

from fsapi import Req, Res
from lib import db
from lib.models import IdPath, Product, ProductQuery


def GET(req: Req[None, IdPath, ProductQuery], res: Res[Product]) -> None:
    """Show a product."""
    product = db.get_product(req.params["id"])
    if product is None:
        res.json({"error": "Not found"}, 404)
        return
    if "include" in req.query:
        product.reviews = db.get_reviews(product.id)
    res.json(product)
