"""What clients send and get: the types that the contracts of the route files are written with.

| kind | for |
|---|---|
| Struct | what has attributes and defaults |
| dataclass | the same, of the standard library |
| TypedDict | what stays a dict, such as params |
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from msgspec import UNSET, Meta, Struct, UnsetType
from werkzeug.datastructures import FileStorage

# SQLite has 64 bits for an integer.
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]

# At least one character that is no control character and no space. `\s` would be other characters to ECMAScript, which
# clients check the pattern with; these are all of its own and of Python's, so that strip() leaves something over.
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
    """The path of what has an id."""

    id: Id


class DocPath(TypedDict):
    """The path of a document, segment by segment."""

    slug: list[Annotated[str, Meta(max_length=100)]]


class Avatar(Struct):
    """An image of a user, which `/users/{id}/avatar` sends."""

    type: ImageType
    caption: Caption


class User(Struct):
    """A user; what is not known of one is not there."""

    id: Id
    name: str
    born: date | UnsetType = UNSET
    avatar: Avatar | UnsetType = UNSET


class NewUser(Struct):
    """A user that is to be added, or all that is to be known of one from now on."""

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
    """Whether anything is to happen."""

    dry_run: Annotated[bool, Meta(description="Check the user, and add none.")]


class Review(TypedDict):
    """What someone thinks of a product."""

    stars: Annotated[int, Meta(ge=1, le=5)]
    text: str


class Product(Struct):
    """A product; the price is in cents. Reviews are there where they were asked for."""

    id: Id
    name: str
    cents: int
    reviews: list[Review] | UnsetType = UNSET


class ProductQuery(TypedDict, total=False):
    """What comes with a product."""

    include: Literal["reviews"]


@dataclass
class Health:
    """How the process is."""

    status: Literal["ok"]
