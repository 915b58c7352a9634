"""`/order/{id}`: a body, a query and a param within a contract of many types."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal, TypedDict
from uuid import UUID

from msgspec import Meta, Struct

from fsapi import Req, Res


class Size(Enum):
    """A size."""

    SMALL = 1
    LARGE = 2


class Circle(Struct, tag=True):
    """One of two shapes."""

    radius: Annotated[float, Meta(ge=0)]


class Square(Struct, tag=True, forbid_unknown_fields=True):
    """One of two shapes."""

    side: int


class Item(Struct):
    """A part of an order, which can have parts of its own."""

    name: Annotated[str, Meta(pattern="^[a-z]", max_length=9)]
    price: Decimal
    size: Size | None = None
    parts: list[Item] = []


class Order(Struct):
    """An order."""

    key: UUID
    items: list[Item]
    at: datetime
    day: date | None = None
    shape: Circle | Square | None = None
    counts: dict[str, int] = {}
    pair: tuple[int, str] | None = None
    kind: Literal["a", 1] | None = None


class Path(TypedDict):
    """The params."""

    id: int


class Search(TypedDict, total=False):
    """The query."""

    page: Annotated[int, Meta(ge=1)]
    ratio: float
    tags: list[str]
    live: bool
    size: Size


def POST(req: Req[Order | list[Order], Path, Search], res: Res[Order | list[Order]]) -> None:
    """Answer with the order."""
    dict(req.query)
    res.json(req.body)
