"""`/orders`: attrs classes, Decimal, a tagged union, and the choice of two statuses."""

from decimal import Decimal
from typing import Literal

from shop import db
from shop.handlers import show
from shop.models import Card, NewOrder, Order

from fsapi import Req, Res


def POST(req: Req[NewOrder], res: Res[Order, Literal[201, 202]]) -> None:
    """Add an order."""
    price = sum((item.price * item.count for item in req.body.items), Decimal())
    if isinstance(req.body.payment, Card):
        res.setHeader("X-Card", req.body.payment.number[-4:])
    else:
        res.setHeader("X-Due", req.body.payment.due.isoformat())
    res.json(db.add_order(req.body), 202 if price > 100 else 201)
    res.setHeader("X-Card", req.body.payment.number)  # error: an invoice has none
    show(res, 7)  # error: that answers with a User
