"""`/orders/[id=uuid]`: a matcher's param, an HTTP exception, and a WSGI answer of its own."""

from typing import Any

from shop import db
from shop.models import Order, OrderPath
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from fsapi import Req, Res


def GET(req: Req[Any, OrderPath], res: Res[Order]) -> Response | None:
    """Send an order, or a redirect."""
    order = db.order(req.params["id"])
    if order is None:
        raise NotFound(f"there is no order {req.params['id']}")
    if order.state == "paid":
        return Response(status=303, headers={"Location": f"/bills/{order.id.hex}"})
    res.json(order)
    res.setHeader("X-Id", req.params["id"])  # error: the param is a UUID
    return res  # error: a handler returns no Res
