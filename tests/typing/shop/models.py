"""A model of every kind that a contract can have."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Generic, Literal, NamedTuple, TypedDict, TypeVar
from uuid import UUID

import attrs
import msgspec
import pydantic
from werkzeug.datastructures import FileStorage

T = TypeVar("T")


class Role(Enum):
    """What a user may do."""

    ADMIN = "admin"
    GUEST = "guest"


class NewUser(msgspec.Struct):
    """A user to be: a Struct with constraints."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    age: Annotated[int, msgspec.Meta(ge=0)]
    role: Role = Role.GUEST


class User(NewUser, kw_only=True):
    """A user."""

    id: int
    since: datetime


class UserPath(TypedDict):
    """The params of `/users/[id]`."""

    id: int


class Problem(TypedDict):
    """An error as the API sends it."""

    title: str
    status: int


@dataclass
class Paging:
    """The query of a list: a dataclass."""

    page: int = 1
    limit: int = 20


class Search(TypedDict, total=False):
    """The query of a search: a TypedDict without required keys."""

    q: str
    tags: list[str]


class Page(msgspec.Struct, Generic[T]):
    """Some of many: a generic Struct."""

    items: list[T]
    total: int


class Card(msgspec.Struct, tag="card"):
    """A payment by card: one of a tagged union."""

    number: str


class Invoice(msgspec.Struct, tag="invoice"):
    """A payment by invoice: the other one."""

    due: date


Payment = Card | Invoice


@attrs.define
class Item:
    """A line of an order: an attrs class."""

    sku: str
    count: int
    price: Decimal


class NewOrder(msgspec.Struct):
    """An order to be."""

    items: list[Item]
    payment: Payment


class Order(msgspec.Struct):
    """An order."""

    id: UUID
    items: list[Item]
    state: Literal["open", "paid"] = "open"


class OrderPath(TypedDict):
    """The params of `/orders/[id=uuid]`."""

    id: UUID


class Point(NamedTuple):
    """A place on earth: a NamedTuple."""

    lat: float
    lon: float


class Address(pydantic.BaseModel):
    """Where to send an order: a pydantic model."""

    street: str
    city: str = "Wien"


class Report(TypedDict):
    """What was sold: a TypedDict."""

    day: date
    sold: int
    top: list[str]


@dataclass
class Photo:
    """A form with a file."""

    title: str
    file: FileStorage


@dataclass
class Version:
    """The params of `/v/[[version]]`: an optional one."""

    version: int | None = None
