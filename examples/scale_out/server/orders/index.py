"""`/orders`: the last orders, and new ones."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from fsapi import Req, Res
from lib.database import pool


class NewOrder(Struct):
    """What a client orders."""

    item: Annotated[str, Meta(min_length=1, max_length=100)]


class Order(NewOrder):
    """An order as it is stored."""

    id: int


def GET(req: Req, res: Res[list[Order]]) -> None:
    """List the last ten orders."""
    with pool.connection() as connection:
        rows = connection.execute("SELECT item, id FROM orders ORDER BY id DESC LIMIT 10").fetchall()
    res.json([Order(item, id) for item, id in rows])


def POST(req: Req[NewOrder, Any, Any], res: Res[Order, Literal[201]]) -> None:
    """Order something. The transaction is committed before the answer."""
    with pool.connection() as connection:
        cursor = connection.execute("INSERT INTO orders (item) VALUES (%s) RETURNING item, id", [req.body.item])
        ((item, id),) = cursor.fetchall()
    res.json(Order(item, id))
