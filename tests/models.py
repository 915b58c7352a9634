"""Types of every kind that a contract can have."""

from __future__ import annotations

import dataclasses
import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypedDict, TypeVar
from uuid import UUID

import attrs
import pydantic
from msgspec import Meta, Struct
from typing_extensions import NotRequired
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client

from tests.site import Site, client

#: The first lines of a route file that uses them.
TOP = (
    "from typing import *\nfrom fsapi import Req, Res\nfrom tests.models import *\n"
    "from werkzeug.datastructures import FileStorage\n"
)

T = TypeVar("T")
Positive = Annotated[int, Meta(ge=1)]


class Color(enum.Enum):
    """An enum of two strings."""

    RED = "red"
    BLUE = "blue"


class NewUser(Struct):
    """A user that a client creates."""

    name: Annotated[str, Meta(min_length=1, max_length=9, description="What to call them.")]
    age: int | None = None


class User(TypedDict):
    """A user."""

    id: int
    name: str


class Id(TypedDict):
    """The params of `[id]`."""

    id: int


class Key(TypedDict):
    """The params of `[key]`."""

    key: UUID


class Slug(TypedDict):
    """The params of `[...slug]`."""

    slug: list[str]


class Query(Struct):
    """A query with a field of every kind."""

    q: str = ""
    page: Annotated[int, Meta(ge=1, description="Which page.")] = 1
    ratio: float = 0.5
    full: bool = False
    since: date | None = None
    color: Literal["red", "blue"] | None = None
    size: Literal[1, 2] | None = None
    tag: list[int] = []
    key: UUID | None = None


@dataclasses.dataclass
class Data:
    """A dataclass."""

    name: str
    price: Decimal = Decimal(1)


@attrs.define
class Attrs:
    """An attrs class."""

    name: str
    color: Color = Color.RED


class Typed(TypedDict, total=False):
    """A TypedDict without required keys."""

    name: str
    when: datetime


class Partial(TypedDict):
    """A TypedDict with a key that is not required."""

    a: int
    b: NotRequired[int]


class Pair(NamedTuple):
    """A named tuple, which is an array in JSON."""

    left: int
    right: str = ""


class Point(Struct, array_like=True):
    """A Struct that is an array in JSON."""

    x: int
    y: int


class Circle(Struct, tag="circle"):
    """A Struct with a tag."""

    r: int


class Square(Struct, tag="square", forbid_unknown_fields=True):
    """Another Struct with a tag."""

    a: int


Shape = Circle | Square


class Tagged(Struct, tag="at", array_like=True):
    """A Struct that is an array in JSON, with a tag in front."""

    x: int
    y: int


class Other(Struct, tag="other", array_like=True):
    """Another one."""

    name: str


class Strict(Struct, forbid_unknown_fields=True):
    """A Struct that forbids unknown fields."""

    name: str


class Bounds(Struct):
    """A Struct that validates itself."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


class Row(Struct):
    """A row of a list."""

    id: int
    tags: list[str] = []


class Nested(Struct):
    """Objects in lists, dicts and tuples."""

    rows: list[Row] = []
    by_name: dict[str, Row] = {}
    pair: tuple[int, str] = (0, "")
    shape: Shape | None = None
    ids: Annotated[list[int], Meta(max_length=3)] = []


class Node(Struct):
    """A Struct that contains itself in a list."""

    value: int
    nodes: list[Node] = []


class Tree(Struct):
    """A Struct that contains itself in a dict."""

    value: int
    trees: dict[str, Tree] = {}


@dataclasses.dataclass
class Page(Generic[T]):
    """A generic dataclass."""

    items: list[T]
    first: T | None = None


class Model(pydantic.BaseModel):
    """A pydantic model."""

    name: str
    born: date | None = None


class Post(pydantic.BaseModel):
    """A pydantic model that contains another."""

    author: Model
    tags: list[str] = []


class Branch(pydantic.BaseModel):
    """A pydantic model that contains itself."""

    branches: list[Branch] = []


class Named(pydantic.BaseModel, extra="forbid"):
    """A pydantic model with aliases, and with a union that msgspec cannot describe."""

    first_name: str = pydantic.Field(alias="firstName")
    key: UUID | str = ""
    tags: list[int] = pydantic.Field([], validation_alias=pydantic.AliasChoices("tag", "tags"))
    path: str = pydantic.Field("", validation_alias=pydantic.AliasPath("where", 0))


class Tangled(pydantic.BaseModel):
    """A pydantic model with unions that msgspec cannot describe."""

    more: dict[str, Tangled | int] | list[Tangled] = []
    other: list[int] | set[str] = []


class Root(pydantic.RootModel[list[int]]):
    """A pydantic model that is not an object."""


class Open(pydantic.BaseModel, extra="allow"):
    """A pydantic model that accepts unknown fields."""

    anything: Any = None


class Upload(Struct):
    """A form with files."""

    file: FileStorage
    title: str = ""
    more: list[FileStorage] = []
    public: bool = False


def echo(site: Site, hint: str, answer: str = "req.body") -> Client:
    """Return a client of `/a`: POST takes a body of a type, and answers with an expression."""
    return client(site({"a.py": f"{TOP}def POST(req: Req[{hint}], res: Res): res.json({answer})\n"}))
