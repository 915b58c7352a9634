"""The types of the contracts: what clients send, and what they receive.

| kind | for |
|---|---|
| Struct | objects with attributes and defaults |
| dataclass | the same, from the standard library |
| TypedDict | values that stay a dict, such as params |
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from msgspec import UNSET, Meta, Struct, UnsetType
from werkzeug.datastructures import FileStorage

# Integers in SQLite have 64 bits.
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]

# At least one character other than spaces and control characters. Clients may check the pattern in ECMAScript, which
# reads `\s` differently; this lists its spaces and those of Python, so that strip() leaves something.
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]",
        description="A name; it is kept without the space around it.",
    ),
]
Caption = Annotated[str, Meta(max_length=200, description="What the image shows, in words.")]
ImageType = Literal["image/png", "image/jpeg", "image/gif", "image/webp"]


class IdPath(TypedDict):
    """The path of a resource with an id."""

    id: Id


class DocPath(TypedDict):
    """The path of a document, segment by segment."""

    slug: list[Annotated[str, Meta(max_length=100)]]


class Avatar(Struct):
    """An image of a user, which `/users/{id}/avatar` sends."""

    type: ImageType
    caption: Caption


class User(Struct):
    """A user; unknown fields are absent."""

    id: Id
    name: str
    born: date | UnsetType = UNSET
    avatar: Avatar | UnsetType = UNSET


class NewUser(Struct):
    """A user to add, or the new fields of a user."""

    name: Name
    born: date | None = None


@dataclass
class NewAvatar:
    """A form with an image."""

    file: FileStorage
    caption: Caption = ""


class UserQuery(Struct):
    """Which users are listed."""

    q: Annotated[str, Meta(max_length=100, description="Only those with this text in their name.")] = ""
    after: Annotated[int, Meta(ge=0, le=2**63 - 1, description="Only those with a higher id.")] = 0
    limit: Annotated[int, Meta(ge=1, le=100, description="How many at most.")] = 100


class DryRun(TypedDict, total=False):
    """Whether to store anything."""

    dry_run: Annotated[bool, Meta(description="Check the user without adding it.")]


class Review(TypedDict):
    """A review of a product."""

    stars: Annotated[int, Meta(ge=1, le=5)]
    text: str


class Product(Struct):
    """A product; the price is in cents. Reviews are included on request."""

    id: Id
    name: str
    cents: int
    reviews: list[Review] | UnsetType = UNSET


class ProductQuery(TypedDict, total=False):
    """Which parts of a product to include."""

    include: Literal["reviews"]


class Stats(Struct):
    """How much there is."""

    users: int
    products: int


@dataclass
class Health:
    """The state of the process."""

    status: Literal["ok"]
