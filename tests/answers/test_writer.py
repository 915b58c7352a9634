"""What leaves within a contract: the fields that it declares, of whatever a handler sends."""

# The types of the tables are made at run time.
# mypy: disable-error-code="valid-type, call-overload, typeddict-item"
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportCallIssue=false, reportArgumentType=false

from __future__ import annotations

import dataclasses
import json as jsonlib
import sqlite3
from collections import OrderedDict, UserDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cached_property
from pathlib import PurePosixPath
from types import MappingProxyType, SimpleNamespace
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypedDict, TypeVar
from uuid import UUID

import attrs
import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType
from typing_extensions import NotRequired
from werkzeug.datastructures import MultiDict

from fsapi.answers.writer import AnswerError, writer
from fsapi.json.encode import encode
from tests.site import Site, client

T = TypeVar("T")
SECRET = "hunter2"
USER: Any = {"id": 1, "name": "Ada"}


class StructUser(Struct):
    """A Struct."""

    id: int
    name: str


class StructRow(StructUser):
    """A subclass with a secret."""

    secret: str = SECRET


class FrozenUser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Struct with options."""

    id: int
    name: str = "Ada"


class FrozenRow(FrozenUser, frozen=True, forbid_unknown_fields=True):
    """A subclass with a secret."""

    secret: str = SECRET


class TaggedUser(Struct, tag="user"):
    """A Struct with a tag."""

    id: int
    name: str


class TaggedRow(TaggedUser, tag="row"):
    """A subclass with a secret and a tag of its own."""

    secret: str = SECRET


class ArrayUser(Struct, array_like=True):
    """A Struct that is an array in JSON."""

    id: int
    name: str


class ArrayRow(ArrayUser, array_like=True):
    """A subclass with a secret."""

    secret: str = SECRET


@dataclass
class DataUser:
    """A dataclass."""

    id: int
    name: str = "Ada"


@dataclass
class DataRow(DataUser):
    """A subclass with a secret."""

    secret: str = SECRET


@dataclass(frozen=True, slots=True)
class SlotUser:
    """A dataclass with slots."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SlotRow(SlotUser):
    """A subclass with a secret."""

    secret: str = SECRET


@attrs.define
class AttrsUser:
    """An attrs class."""

    id: int
    name: str = "Ada"


@attrs.define
class AttrsRow(AttrsUser):
    """A subclass with a secret."""

    secret: str = SECRET


class DictUser(TypedDict):
    """A TypedDict."""

    id: int
    name: str


class DictRow(DictUser):
    """A TypedDict with a secret."""

    secret: str


class TupleUser(NamedTuple):
    """A NamedTuple."""

    id: int
    name: str = "Ada"


class TupleRow(TupleUser):
    """A subclass with a secret."""

    secret = SECRET


class ModelUser(pydantic.BaseModel):
    """A model of pydantic."""

    id: int
    name: str = "Ada"


class ModelRow(ModelUser):
    """A subclass with a secret."""

    secret: str = SECRET


class ClosedUser(pydantic.BaseModel, extra="forbid"):
    """A model that forbids other fields."""

    id: int
    name: str


class ClosedRow(ClosedUser):
    """A subclass with a secret."""

    secret: str = SECRET


class OpenUser(pydantic.BaseModel, extra="allow"):
    """A model that takes any fields."""

    id: int
    name: str


class OpenRow(OpenUser):
    """A subclass with a secret."""

    secret: str = SECRET


@pydantic.dataclasses.dataclass
class ModelData:
    """A dataclass of pydantic."""

    id: int
    name: str


@pydantic.dataclasses.dataclass
class ModelDataRow(ModelData):
    """A subclass with a secret."""

    secret: str = SECRET


class Other(Struct, tag="other"):
    """Another member of a union of Structs with tags."""

    x: int


class Pair(NamedTuple):
    """An array that contains itself and an object, in unions with other members."""

    id: int
    inner: Pair | DataUser | None
    size: float = 1.5


class TaggedPair(Struct, tag="pair", array_like=True):
    """An array with a tag."""

    id: int
    inner: DataUser | None = None


@dataclass
class Page(Generic[T]):
    """A generic dataclass."""

    items: list[T]
    at: dict[str, T]


FAMILIES: dict[str, tuple[Any, Any, Any]] = {
    "Struct": (StructUser, StructRow, USER),
    "Struct with options": (FrozenUser, FrozenRow, USER),
    "Struct with a tag": (TaggedUser, TaggedRow, {"type": "user", **USER}),
    "Struct that is an array": (ArrayUser, ArrayRow, [1, "Ada"]),
    "dataclass": (DataUser, DataRow, USER),
    "dataclass with slots": (SlotUser, SlotRow, USER),
    "attrs": (AttrsUser, AttrsRow, USER),
    "TypedDict": (DictUser, lambda **fields: DictRow(**fields, secret=SECRET), USER),
    "NamedTuple": (TupleUser, TupleRow, [1, "Ada"]),
    "model": (ModelUser, ModelRow, USER),
    "model that forbids others": (ClosedUser, ClosedRow, USER),
    "dataclass of pydantic": (ModelData, ModelDataRow, USER),
}


def sqlite_row(**fields: Any) -> sqlite3.Row:
    """Return a row of sqlite3."""
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    columns = ", ".join(f"? AS {name}" for name in fields)
    row: sqlite3.Row = connection.execute(f"SELECT {columns}", [*fields.values()]).fetchone()
    connection.close()
    return row


SOURCES: dict[str, Callable[..., Any]] = {
    "dict": lambda **fields: {**fields, "secret": SECRET},
    "mapping": lambda **fields: UserDict(fields, secret=SECRET),
    "proxy": lambda **fields: MappingProxyType({**fields, "secret": SECRET}),
    "MultiDict": lambda **fields: MultiDict({**fields, "secret": SECRET}),
    "object": lambda **fields: SimpleNamespace(**fields, secret=SECRET),
    "row of sqlite3": lambda **fields: sqlite_row(**fields, secret=SECRET),
    "another Struct": lambda **fields: msgspec.defstruct("Row", [*fields, "secret"])(**fields, secret=SECRET),
    "another dataclass": lambda **fields: dataclasses.make_dataclass("Row", [*fields, "secret"])(
        **fields, secret=SECRET
    ),
    "another model": lambda **fields: pydantic.create_model("Row", **dict.fromkeys([*fields, "secret"], (Any, ...)))(
        **fields, secret=SECRET
    ),
}


class Holder(Struct, Generic[T]):
    """A Struct with one field."""

    inner: T


@dataclass
class DataHolder(Generic[T]):
    """A dataclass with one field, and one with a default."""

    inner: T
    more: int = 3


WRAPPERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "itself": (lambda hint: hint, lambda value: value, lambda json: json),
    "list": (lambda hint: list[hint], lambda value: [value, value], lambda json: [json, json]),
    "tuple in place of a list": (lambda hint: list[hint], lambda value: (value,), lambda json: [json]),
    "iterator": (lambda hint: list[hint], lambda value: iter([value]), lambda json: [json]),
    "deque": (lambda hint: list[hint], lambda value: deque([value]), lambda json: [json]),
    "view": (lambda hint: list[hint], lambda value: {1: value}.values(), lambda json: [json]),
    "list of lists": (lambda hint: list[list[hint]], lambda value: [(value,), []], lambda json: [[json], []]),
    "tuple": (lambda hint: tuple[int, hint], lambda value: (1, value), lambda json: [1, json]),
    "list in place of a tuple": (
        lambda hint: tuple[hint, hint],
        lambda value: [value, value],
        lambda json: [json, json],
    ),
    "tuple of any length": (lambda hint: tuple[hint, ...], lambda value: [value], lambda json: [json]),
    "dict": (lambda hint: dict[str, hint], lambda value: {"a": value}, lambda json: {"a": json}),
    "dict of lists": (lambda hint: dict[str, list[hint]], lambda value: {"a": [value]}, lambda json: {"a": [json]}),
    "dict with other keys": (lambda hint: dict[int, hint], lambda value: {5: value}, lambda json: {"5": json}),
    "mapping in place of a dict": (
        lambda hint: dict[str, hint],
        lambda value: UserDict(a=value),
        lambda json: {"a": json},
    ),
    "Optional": (lambda hint: hint | None, lambda value: value, lambda json: json),
    "list of Optional": (lambda hint: list[hint | None], lambda value: [value, None], lambda json: [json, None]),
    "Optional list": (lambda hint: list[hint] | None, lambda value: [value], lambda json: [json]),
    "field": (lambda hint: Holder[hint], lambda value: Holder(value), lambda json: {"inner": json}),
    "field of a dict": (lambda hint: Holder[hint], lambda value: {"inner": value}, lambda json: {"inner": json}),
    "field of a dataclass": (
        lambda hint: DataHolder[hint],
        lambda value: DataHolder(value),
        lambda json: {"inner": json, "more": 3},
    ),
    "field of an object": (
        lambda hint: DataHolder[list[hint]],
        lambda value: SimpleNamespace(inner=[value], secret=SECRET),
        lambda json: {"inner": [json], "more": 3},
    ),
    "generic": (
        lambda hint: Page[hint],
        lambda value: Page([value], {"a": value}),
        lambda json: {"items": [json], "at": {"a": json}},
    ),
    "Annotated": (lambda hint: Annotated[list[hint], Meta(max_length=0)], lambda value: [value], lambda json: [json]),
}


def write(hint: Any, value: Any) -> Any:
    """Return the JSON that is written of a value within a contract, read by Python; no secret is in it."""
    written = writer(hint)
    body = encode(value) if written is None else written(value)
    assert SECRET.encode() not in body
    return jsonlib.loads(body)


@pytest.mark.parametrize("source", ["exact", "subclass", *SOURCES])
@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_declared_fields_leave(family: str, source: str) -> None:
    """Whatever a value is, and however deep it lies."""
    hint, row, json = FAMILIES[family]
    value = {"exact": hint, "subclass": row, **SOURCES}[source](id=1, name="Ada")
    found = {name: write(wrap_hint(hint), wrap(value)) for name, (wrap_hint, wrap, _) in WRAPPERS.items()}
    assert found == {name: wrap_json(json) for name, (_, _, wrap_json) in WRAPPERS.items()}


class Colour(Enum):
    """An enumeration."""

    RED = "red"


class Level(IntEnum):
    """An enumeration of ints."""

    LOW = 1


class Camel(Struct, rename="camel", omit_defaults=True):
    """A Struct with other names in JSON, and defaults that are left out."""

    its_name: str
    the_tags: list[str] = []
    a_number: int = 5
    maybe_set: int | UnsetType = UNSET


class Inner(Struct, frozen=True):
    """A Struct that can be a default."""

    a: int = 1


class Sparing(Struct, omit_defaults=True):
    """A Struct with defaults of all kinds, one of which is not left out, as msgspec has it."""

    id: int
    tags: set[str] = set()
    some: frozenset[int] = frozenset({1})
    inner: Inner = Inner()
    many: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}
    made: list[int] = msgspec.field(default_factory=lambda: [1])


class CamelRow(Camel, rename="camel", omit_defaults=True):
    """A subclass with a secret."""

    secret: str = SECRET


class Maybe(Struct):
    """A Struct with a field that is left out unless it is set."""

    a: int
    b: int | UnsetType = UNSET
    c: int | UnsetType = 5


class MaybeRow(Maybe):
    """A subclass with a secret."""

    secret: str = SECRET


class Partial(TypedDict):
    """A TypedDict with a key that is not required, and a name that is none in Python."""

    zip: int
    aka: NotRequired[str]


Odd = TypedDict("Odd", {"x-y": int, "class": str})


class Tree(Struct):
    """A Struct that contains itself."""

    name: str
    trees: list[Tree] = []
    parent: Tree | None = None


class TreeRow(Tree):
    """A subclass with a secret."""

    secret: str = SECRET


class Cat(Struct, tag="cat"):
    """One kind of Shape."""

    lives: int


class Dog(Struct, tag="dog"):
    """Another kind."""

    legs: int


class Lion(Cat, tag="lion"):
    """A subclass with a secret."""

    secret: str = SECRET


@dataclass
class Defaults:
    """A dataclass with defaults of all kinds."""

    a: int = 1
    b: list[int] = dataclasses.field(default_factory=lambda: [1])
    c: int = dataclasses.field(default=7, init=False)
    d: StructUser = dataclasses.field(default_factory=lambda: StructRow(1, "Ada"))


@dataclass
class Cached:
    """A dataclass with a property that is kept among its fields."""

    a: int

    @cached_property
    def secret(self) -> str:
        """Return the secret."""
        return SECRET


class UserPair(NamedTuple):
    """Two users by their positions."""

    first: StructUser
    second: StructUser


class Aliased(pydantic.BaseModel):
    """A model with aliases, a field that is left out, and one that is computed."""

    first_name: str = pydantic.Field(alias="firstName")
    hidden: str = pydantic.Field(default=SECRET, exclude=True)
    born: date | None = None

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def upper(self) -> str:
        """Return the name in capitals."""
        return self.first_name.upper()


BoundUser = TypeVar("BoundUser", bound=ModelUser)


class BoundTeam(pydantic.BaseModel, Generic[BoundUser]):
    """A generic model whose variable has a bound."""

    users: list[BoundUser]
    lead: BoundUser


class Serialized(pydantic.BaseModel):
    """A model that writes itself."""

    id: int

    @pydantic.model_serializer
    def write(self) -> dict[str, int]:
        """Return something else than the fields."""
        return {"it": 1}


class Team(pydantic.BaseModel):
    """A model that contains others."""

    users: list[ModelUser]
    lead: ModelUser | None = None


def cached() -> Cached:
    """Return a dataclass whose property has been read."""
    value = Cached(1)
    assert value.secret
    return value


def decoded() -> Defaults:
    """Return a dataclass that was decoded."""
    return msgspec.json.decode(b'{"a":2}', type=Defaults)


class ShortTuple(NamedTuple):
    """A NamedTuple with defaults."""

    id: int
    n: int = 5
    more: list[int] = [7]  # noqa: RUF012 - of a NamedTuple


Numbered = TypedDict("Numbered", {"_1": int, "__2": int, "a-b": int, "field_2": int})


class Tagged(Struct, tag=True):
    """A tagged Struct with fields that are called so."""

    _tag: str
    tag: str


ROW_OF_SHORT = {"id": 3, "n": 4, "more": [5]}
NAN = float("nan")
ZONE = timezone.utc
WRITTEN: dict[str, tuple[Any, Callable[[], Any], Any]] = {
    "defaults of a dataclass": (Defaults, Defaults, {"a": 1, "b": [1], "c": 7, "d": USER}),
    "defaults that a decoder left out": (Defaults, decoded, {"a": 2, "b": [1], "c": 7, "d": USER}),
    "defaults of a mapping": (Defaults, lambda: {"b": []}, {"a": 1, "b": [], "c": 7, "d": USER}),
    "an empty mapping": (Defaults, dict, {"a": 1, "b": [1], "c": 7, "d": USER}),
    "a cached property": (Cached, cached, {"a": 1}),
    "rename": (Camel, lambda: CamelRow("x"), {"itsName": "x"}),
    "omit_defaults": (Camel, lambda: CamelRow("x", [], 5, 6), {"itsName": "x", "maybeSet": 6}),
    "omit_defaults with sets": (Sparing, lambda: Sparing(1), {"id": 1, "made": [1]}),
    "omit_defaults of an object": (Sparing, lambda: SimpleNamespace(id=1, tags=set()), {"id": 1, "made": [1]}),
    "an empty dict in place of a default": (
        Sparing,
        lambda: {"id": 1, "inner": {}, "made": []},
        {"id": 1, "inner": {"a": 1}, "made": []},
    ),
    "other values than the defaults": (
        Sparing,
        lambda: {"id": 1, "tags": ["a"], "inner": {"a": 1, "b": 2}, "many": [Inner(2)], "made": []},
        {"id": 1, "tags": ["a"], "inner": {"a": 1}, "many": [{"a": 2}], "made": []},
    ),
    "names of JSON": (Camel, lambda: {"itsName": "x", "theTags": ["t"], "z": 1}, {"itsName": "x", "theTags": ["t"]}),
    "names of Python": (Camel, lambda: {"its_name": "x", "a_number": 6}, {"itsName": "x", "aNumber": 6}),
    "the name of JSON first": (Camel, lambda: {"itsName": "x", "its_name": "y"}, {"itsName": "x"}),
    "attributes by names of Python": (Camel, lambda: SimpleNamespace(its_name="x", itsName="y"), {"itsName": "x"}),
    "UNSET": (Maybe, lambda: MaybeRow(1), {"a": 1, "c": 5}),
    "UNSET in place of a default": (Maybe, lambda: MaybeRow(1, 2, UNSET), {"a": 1, "b": 2}),
    "NotRequired": (Partial, lambda: SimpleNamespace(zip=1), {"zip": 1}),
    "NotRequired that is there": (Partial, lambda: {"aka": "x", "zip": 1, "z": 2}, {"zip": 1, "aka": "x"}),
    "names that are none in Python": (Odd, lambda: {"x-y": 1, "class": "c", "z": 2}, {"x-y": 1, "class": "c"}),
    "a type that contains itself": (
        Tree,
        lambda: TreeRow("a", [TreeRow("b")], Tree("c")),
        {
            "name": "a",
            "trees": [{"name": "b", "trees": [], "parent": None}],
            "parent": {"name": "c", "trees": [], "parent": None},
        },
    ),
    "a tag": (Cat, lambda: {"lives": 9}, {"type": "cat", "lives": 9}),
    "a tagged union": (
        list[Cat | Dog],
        lambda: [Lion(9), Dog(4)],
        [{"type": "cat", "lives": 9}, {"type": "dog", "legs": 4}],
    ),
    "a tagged union of mappings": (Cat | Dog, lambda: {"type": "dog", "legs": 4, "z": 1}, {"type": "dog", "legs": 4}),
    "a tagged union of objects": (Cat | Dog, lambda: SimpleNamespace(type="cat", lives=9), {"type": "cat", "lives": 9}),
    "a union of scalars": (list[int | str | None], lambda: [1, "a", None], [1, "a", None]),
    "a union with one number": (list[int | None], lambda: [Decimal(1), None], [1, None]),
    "a union of shapes": (
        list[StructUser | list[StructUser] | str],
        lambda: [StructRow(1, "Ada"), (StructRow(1, "Ada"),), "x"],
        [USER, [USER], "x"],
    ),
    "a union of a dataclass and a NamedTuple": (
        list[DataUser | Pair],
        lambda: [DataRow(1, "Ada"), Pair(1, Pair(2, DataRow(1, "Ada"))), (1, None)],
        [USER, [1, [2, USER, 1.5], 1.5], [1, None, 1.5]],
    ),
    "a union of a Struct and a NamedTuple": (
        list[TaggedUser | Pair | int],
        lambda: [TaggedRow(1, "Ada"), (1, None), 3],
        [{"type": "user", **USER}, [1, None, 1.5], 3],
    ),
    "a union of a TypedDict and an array with a tag": (
        list[DictUser | TaggedPair],
        lambda: [{**USER, "z": 1}, TaggedPair(1, DataRow(1, "Ada"))],
        [USER, ["pair", 1, USER]],
    ),
    "a union of a dict": (list[dict[str, StructUser] | int], lambda: [{"a": StructRow(1, "Ada")}, 1], [{"a": USER}, 1]),
    "aliases of a model": (
        Aliased,
        lambda: Aliased(firstName="Ada"),
        {"firstName": "Ada", "born": None, "upper": "ADA"},
    ),
    "a model of an object": (
        Aliased,
        lambda: SimpleNamespace(first_name="Ada", born="2020-01-02"),
        {"firstName": "Ada", "born": "2020-01-02", "upper": "ADA"},
    ),
    "a model of a mapping by names of Python": (
        Aliased,
        lambda: {"first_name": "Ada"},
        {"firstName": "Ada", "born": None, "upper": "ADA"},
    ),
    "models in models": (
        Team,
        lambda: SimpleNamespace(users=[ModelRow(id=1), SimpleNamespace(id=1, name="Ada", x=1)], lead=ModelRow(id=1)),
        {"users": [USER, USER], "lead": USER},
    ),
    "a model with a lone surrogate": (ModelUser, lambda: ModelUser(id=1, name="\ud800"), {"id": 1, "name": "\ud800"}),
    "NaN of a model": (pydantic.create_model("Ratio", x=(float, 0.0)), lambda: {"x": NAN}, {"x": None}),
    "bools of a database": (list[bool], lambda: [0, 1, True, Decimal(1)], [False, True, True, True]),
    "whole numbers": (list[int], lambda: [Decimal("2"), 3.0, Level.LOW, True + 1], [2, 3, 1, 2]),
    "numbers for a float": (list[float], lambda: [1, Decimal("1.5"), 2.5], [1, 1.5, 2.5]),
    "numbers for a Decimal": (list[Decimal], lambda: [1, 1.5, Decimal("2.50"), "3.1"], ["1", "1.5", "2.50", "3.1"]),
    "text of any value": (
        list[str],
        lambda: [
            UUID(int=1),
            datetime(2020, 1, 2, tzinfo=ZONE),
            Decimal("1.50"),
            Colour.RED,
            PurePosixPath("/a"),
            b"\xff",
        ],
        ["00000000-0000-0000-0000-000000000001", "2020-01-02T00:00:00Z", "1.50", "red", "/a", "/w=="],
    ),
    "text for what is text in JSON": (
        tuple[date, UUID, Colour, Literal["a"], bytes],
        lambda: ("2020-01-02", "00000000-0000-0000-0000-000000000001", "red", "a", "/w=="),
        ["2020-01-02", "00000000-0000-0000-0000-000000000001", "red", "a", "/w=="],
    ),
    "NaN": (list[float], lambda: [NAN, float("inf"), 1.0], [None, None, 1.0]),
    "NaN in an object": (Holder[float], lambda: SimpleNamespace(inner=NAN), {"inner": None}),
    "NaN of an Optional": (Holder[float | None], lambda: Holder(NAN), {"inner": None}),
    "NaN beside a Decimal": (dict[str, float], lambda: {"a": NAN, "b": Decimal(1)}, {"a": None, "b": 1.0}),
    "NaN of a Decimal": (
        list[Decimal],
        lambda: [Decimal("NaN"), Decimal("-sNaN1"), Decimal("-Infinity"), NAN, Decimal("1E+3"), 10**400],
        [None, None, None, None, "1E+3", str(10**400)],
    ),
    "NaN of an exact Decimal": (Holder[Decimal], lambda: Holder(Decimal("NaN")), {"inner": None}),
    "NaN of an Optional Decimal": (Holder[Decimal | None], lambda: {"inner": Decimal("NaN")}, {"inner": None}),
    "NaN of a Decimal for a float": (list[float], lambda: [Decimal("NaN"), Decimal("sNaN")], [None, None]),
    "a lone surrogate": (Holder[str], lambda: {"inner": "\ud800é", "z": 1}, {"inner": "\ud800é"}),
    "lone surrogates and NaN": (
        dict[str, float | str],
        lambda: {"\ud800": NAN, "b": "\udfff"},
        {"\ud800": None, "b": "\udfff"},
    ),
    "a big number": (Holder[int], lambda: Holder(10**30), {"inner": 10**30}),
    "constraints": (Holder[Annotated[int, Meta(ge=0)]], lambda: Holder(-1), {"inner": -1}),
    "constraints of text": (list[Annotated[str, Meta(pattern="^a$", max_length=1)]], lambda: ["bb"], ["bb"]),
    "a whole under Any": (
        Holder[Any],
        lambda: Holder({"a": [StructRow(1, "x", "y")]}),
        {"inner": {"a": [{"id": 1, "name": "x", "secret": "y"}]}},
    ),
    "a list of anything": (list, lambda: iter([{"a": 1}, (2,)]), [{"a": 1}, [2]]),
    "a dict of anything": (dict, lambda: UserDict(a=OrderedDict(b=1)), {"a": {"b": 1}}),
    "a dict of anything in a list": (list[dict[str, Any]], lambda: [{"a": UserDict(b=1)}], [{"a": {"b": 1}}]),
    "a set": (set[int], lambda: {1}, [1]),
    "a set of equal values": (set[str], lambda: ["b", "a", "b"], ["b", "a"]),
    "a set of what becomes equal": (
        set[FrozenUser],
        lambda: iter([FrozenRow(id=1), FrozenRow(id=1, secret="x"), {"id": 1}, FrozenUser(id=2)]),
        [USER, {**USER, "id": 2}],
    ),
    "a set in an object": (Holder[frozenset[int]], lambda: Holder([1, 1, Decimal(1)]), {"inner": [1]}),
    "a set of models": (Holder[set[ModelUser]], lambda: {"inner": [{"id": 1}, ModelRow(id=1)]}, {"inner": [USER]}),
    "a list of equal values": (list[str], lambda: ["a", "a"], ["a", "a"]),
    "a model that allows others": (
        OpenUser,
        lambda: OpenRow.model_validate({**USER, "more": 1, "secret": SECRET}),
        {**USER, "more": 1},
    ),
    "such a model in a model": (
        pydantic.create_model("Outer", inner=(list[OpenUser], ...)),
        lambda: {
            "inner": [
                OpenRow.model_validate({**USER, "more": 1, "secret": SECRET}),
                SimpleNamespace(**USER, secret=SECRET),
            ]
        },
        {"inner": [{**USER, "more": 1}, USER]},
    ),
    "a generic model with a bound": (
        BoundTeam,
        lambda: BoundTeam(users=[ModelRow(id=1)], lead=ModelRow(id=1)),
        {"users": [USER], "lead": USER},
    ),
    "a model with a serializer of its own": (Serialized, Serialized.model_construct, {"it": 1}),
    "defaults of a short tuple": (
        list[ShortTuple],
        lambda: [(1,), [1, 2], ROW_OF_SHORT],
        [[1, 5, [7]], [1, 2, [7]], [3, 4, [5]]],
    ),
    "names that twins could have": (
        Numbered,
        lambda: {"_1": 1, "__2": 2, "a-b": 3, "field_2": 4},
        {"_1": 1, "__2": 2, "a-b": 3, "field_2": 4},
    ),
    "a field with the name of a tag": (Tagged, lambda: Tagged("a", "b"), {"type": "Tagged", "_tag": "a", "tag": "b"}),
    "frozen sets": (frozenset[StructUser], lambda: [StructRow(1, "Ada")], [USER]),
    "nothing": (None, lambda: None, None),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_fits_is_written_as_the_type(name: str) -> None:
    """With its names, its defaults, and its numbers."""
    hint, make, json = WRITTEN[name]
    assert write(hint, make()) == json


ONE: dict[str, tuple[Any, Callable[[], Any], str]] = {
    "a wrong scalar": (StructUser, lambda: StructUser("1", "x"), "$.id: Expected `int`, got `str`"),  # type: ignore[arg-type]
    "a wrong scalar of a subclass": (StructUser, lambda: StructRow("1", "x"), "$.id: Expected `int`, got `str`"),  # type: ignore[arg-type]
    "a wrong scalar, deep down": (
        Holder[list[StructUser]],
        lambda: {"inner": [{"id": 1, "name": "x", "z": 1}, {"id": 2, "name": None}]},
        "$.inner[1].name: Expected `str`, got `null`",
    ),
    "two errors": (
        list[StructUser],
        lambda: [SimpleNamespace(id=None, name=2)],
        "$[0].id: Expected `int`, got `null`; $[0].name: Expected `str`, got `int`",
    ),
    "a field that is missing": (list[StructUser], lambda: [{"id": 1}], "$[0].name: Missing field"),
    "an attribute that is missing": (list[StructUser], lambda: [SimpleNamespace(name="x")], "$[0].id: Missing field"),
    "a field with another name": (Camel, lambda: SimpleNamespace(itsName="x", a_number=1), "$.itsName: Missing field"),
    "a list for an object": (StructUser, lambda: [1], "$: Expected `object`, got `array`"),
    "a number for an object with defaults": (Defaults, lambda: 5, "$: Expected `object`, got `int`"),
    "text for an object": (list[StructUser], lambda: ["abc"], "$[0]: Expected `object`, got `str`"),
    "text for a list": (list[str], lambda: "abc", "$: Expected `array`, got `str`"),
    "an object for a tuple": (tuple[StructUser, int], lambda: {"a": 1}, "$: Expected `array`, got `object`"),
    "an object for a list": (list[StructUser], lambda: {"id": 1, "name": "x"}, "$: Expected `array`, got `object`"),
    "None": (StructUser, lambda: None, "$: Expected `object`, got `null`"),
    "None for a float": (list[float], lambda: [NAN, None], "$[1]: Expected `float`, got `null`"),
    "a Literal": (list[Literal["a", "b"]], lambda: ["c"], "$[0]: Invalid enum value 'c'"),
    "an Enum": (Holder[Colour], lambda: Holder("blue"), "$.inner: Invalid enum value 'blue'"),
    "a bool for an int": (Holder[int], lambda: Holder(inner=True), "$.inner: Expected `int`, got `bool`"),
    "a number for a bool": (Holder[bool], lambda: {"inner": 2}, "$.inner: Expected `bool`, got `int`"),
    "a number that is not whole": (Holder[int], lambda: Holder(Decimal("1.5")), "$.inner: Expected `int`, got `str`"),
    "NaN for an int": (Holder[int], lambda: Holder(Decimal("NaN")), "$.inner: Expected `int`, got `str`"),
    "a list of another length": (ArrayUser, lambda: [1], "$: Expected `array` of at least length 2, got 1"),
    "a list of another length for a NamedTuple": (
        list[TupleUser],
        lambda: [[]],
        "$[0]: Expected `array` of at least length 2, got 0",
    ),
    "a mapping for an array": (ArrayUser, lambda: {"id": 1}, "$: Expected `array` of at least length 2, got 1"),
    "a moment for a date": (list[date], lambda: [datetime(2020, 1, 2)], "$[0]: Invalid RFC3339 encoded date"),
    "an array of another length with more than is declared": (
        list[tuple[StructUser, StructUser]],
        lambda: [[{**USER, "secret": SECRET}]],
        "$[0]: Expected `array` of length 2",
    ),
    "a NamedTuple of another length with more than is declared": (
        UserPair,
        lambda: [{**USER, "secret": SECRET}] * 3,
        "$: Expected `array` of at most length 2",
    ),
    "an array of another length with an error": (
        tuple[StructUser, int],
        lambda: [{"id": "x", "name": "", "secret": SECRET}],
        "$: Expected `array` of length 2; $[0].id: Expected `int`, got `str`",
    ),
    "a tuple of another length": (TupleUser, lambda: (1, "x", SECRET), "$: Expected `array` of at most length 2"),
    "a value of a dict": (
        dict[str, StructUser],
        lambda: {"a b": {"id": "x", "name": ""}},
        "$.a b.id: Expected `int`, got `str`",
    ),
    "a lone surrogate elsewhere": (
        list[StructUser],
        lambda: [{"id": "\ud800", "name": "x"}],
        "$[0].id: Expected `int`, got `str`",
    ),
    "an object that is none of JSON": (
        list[str],
        lambda: [object()],
        "$[0] is of the type object, which cannot be written as JSON",
    ),
    "a method": (
        list[StructUser],
        lambda: [SimpleNamespace(id=len, name="")],
        "$[0].id is of the type builtin_function_or_method, which cannot be written as JSON",
    ),
    "a model": (list[ModelUser], lambda: [ModelUser(id=1), {"name": "x"}], "$[1].id: Field required"),
    "a model that lacks a field": (ModelUser, ModelUser.model_construct, "$.id: Field required"),
    "a subclass of a model that lacks a field": (
        list[ModelUser],
        lambda: [ModelRow.model_construct()],
        "$[0].id: Field required",
    ),
    "models in models that lack fields": (
        Team,
        lambda: {"users": [ModelUser(id=1), ModelUser.model_construct()], "lead": ModelRow.model_construct()},
        "$.users[1].id: Field required; $.lead.id: Field required",
    ),
    "a dict of models that lack fields": (
        pydantic.create_model("Named", users=(dict[str, tuple[ModelUser, ...]], ...)),
        lambda: {"users": {"a": (ModelUser.model_construct(),)}},
        "$.users.a[0].id: Field required",
    ),
    "text of NaN": (
        list[Decimal],
        lambda: ["NaN"],
        "$[0]: Expected `str` matching regex '^-?[0-9]+(?:\\\\.[0-9]+)?(?:E[+-]?[0-9]+)?$'",
    ),
    "an item of a set": (
        set[int],
        lambda: [1, object()],
        "$[1] is of the type object, which cannot be written as JSON",
    ),
    "None for a Decimal": (list[Decimal], lambda: [Decimal("NaN"), None], "$[1]: Expected `str`, got `null`"),
    "a model that was changed": (
        Holder[ModelUser],
        lambda: Holder(ModelUser.model_construct(id="x", name="y")),
        "$.inner.id: Input should be a valid integer, unable to parse string as an integer",
    ),
    "a list for a model": (
        ModelUser,
        lambda: [1],
        "$: Input should be a valid dictionary or object to extract fields from",
    ),
    "a tag without a hash": (
        Holder[Cat | Dog],
        lambda: {"inner": {"type": ["cat"], "lives": 9}},
        "$.inner.type: Expected `str`",
    ),
    "an array of a union with an object": (
        DataUser | Pair,
        lambda: [1],
        "$: Expected `array` of length 3",
    ),
    "nothing of a union": (
        Cat | Dog,
        lambda: SimpleNamespace(lives=9),
        "$ is of the type types.SimpleNamespace, which cannot be written as JSON",
    ),
}


@pytest.mark.parametrize("name", ONE)
def test_what_does_not_fit_is_an_error_with_its_place(name: str) -> None:
    """Nothing is sent, and the text names the place in the JSON."""
    hint, make, text = ONE[name]
    write = writer(hint, "GET in server/a.py")
    assert write is not None
    with pytest.raises(AnswerError) as caught:
        write(make())
    assert str(caught.value) == f"GET in server/a.py does not keep its contract: {text}"


TOP = "from typing import *\nfrom fsapi import Req, Res\nfrom tests.answers.test_writer import *\n"
ROW: Any = {**USER, "secret": SECRET}
REPLIES: dict[str, tuple[str, int, Any]] = {
    "a status of json": ("res.json(ROW, 201)", 201, USER),
    "a status set before": ("res.status(202).json(ROW)", 202, USER),
    "a redirect": ("res.json(ROW, 303)", 303, USER),
    "an error of json": ("res.json(ROW, 404)", 404, ROW),
    "an error set before": ("res.status(500); res.json(ROW)", 500, ROW),
    "no content": ("res.json(None, 204)", 204, None),
    "a body of its own": ("res.setHeader('Content-Type', 'application/json'); res.end(jsonlib.dumps(ROW))", 200, ROW),
    "a Response": ("return Response(jsonlib.dumps(ROW), content_type='application/json')", 200, ROW),
    "a second try": ("\n    try: res.json(1)\n    except TypeError: res.json(ROW)", 200, USER),
    "what does not fit": ("res.json(1)", 500, {"error": "Internal Server Error"}),
}


@pytest.mark.parametrize("name", REPLIES)
def test_the_contract_holds_for_what_json_sends_as_a_success(site: Site, name: str) -> None:
    """A success is a status below 400, however it was set."""
    line, status, json = REPLIES[name]
    get = f"from werkzeug import Response\ndef GET(req: Req, res: Res[StructUser]): {line}\n"
    answer = client(site({"a.py": TOP + get})).get("/a")
    assert (answer.status_code, answer.get_json(silent=True)) == (status, json)


OUT = "def middleware(req, res):\n    {}\n    yield\n    {}\n"
AROUND: dict[str, tuple[str, str, int, Any]] = {
    "the handler": ("pass", "pass", 200, USER),
    "an envelope": (
        "pass",
        "res.json({'data': jsonlib.loads(res.content), 'more': SECRET})",
        200,
        {"data": USER, "more": SECRET},
    ),
    "a status on the way in": ("res.status(418)", "pass", 418, ROW),
    "an answer on the way in": ("res.json(ROW); return", "pass", 200, ROW),
}


@pytest.mark.parametrize("name", AROUND)
def test_middleware_may_send_anything(site: Site, name: str) -> None:
    """On the way in and out; the status that it has set decides for the handler."""
    before, after, status, json = AROUND[name]
    files = {"_middleware.py": TOP + OUT.format(before, after)}
    app = client(site({**files, "a.py": f"{TOP}def GET(req: Req, res: Res[StructUser]): res.json(ROW)\n"}))
    assert (app.get("/a").status_code, app.get("/a").json) == (status, json)


#: What a handler sends under a status without a contract, and middleware that makes another of it.
CHANGED: dict[str, tuple[str, str, str]] = {
    "an error of json": ("res.json(ROW, 404)", "yield", "res.status(200)"),
    "an error set before": ("res.status(500).json(ROW)", "yield", "res.status(201)"),
    "an error of middleware": ("res.json(ROW)", "res.status(418); yield", "res.status(399)"),
    "no content": ("res.json(ROW, 204)", "yield", "res.status(200)"),
    "not modified": ("res.status(304).json(ROW)", "yield", "res.status(203)"),
    "a status that data sets": ("res.json(iter_status(res), 404)", "yield", "res.status(200)"),
    "two changes": ("res.json(ROW, 404)", "yield; res.status(200)", "res.status(202)"),
    "after another status": ("res.json(ROW, 404)", "yield; res.status(204)", "res.status(200)"),
    "a header beside it": ("res.json(ROW, 400)", "yield; res.setHeader('a', 'b')", "res.status(200)"),
    "a default function": ("default", "yield", "res.status(200)"),
}
SENT_ANEW = {
    "json": ("res.json(ROW, 404)", "res.json(ROW, 200)", 200, ROW),
    "a status, then json": ("res.json(ROW, 404)", "res.status(200).json(ROW)", 200, ROW),
    "end": ("res.json(ROW, 404)", "res.status(200).end()", 200, None),
    "another error": ("res.json(ROW, 404)", "res.status(410)", 410, ROW),
    "no content": ("res.json(ROW, 404)", "res.status(204)", 204, None),
    "an error of a success": ("res.json(ROW)", "res.status(404)", 404, USER),
    "a success of a success": ("res.json(ROW)", "res.status(201)", 201, USER),
    "end of the handler": ("res.status(404).end('1')", "res.status(200)", 200, None),
    "a Response": ("return Response('1', 404)", "res.status(200)", 200, None),
}


def iter_status(res: Any) -> Iterator[Any]:
    """Set the status while the data is written."""
    res.status(200)
    yield ROW


def changing(site: Site, line: str, before: str, after: str, **options: Any) -> Any:
    """Return a client of a handler with a contract inside of middleware of two folders; `after` is the outer one."""
    handler, name = ("res.json(ROW, 404)", "default") if line == "default" else (line, "GET")
    source = f"{TOP}from werkzeug import Response\ndef {name}(req: Req, res: Res[StructUser]): {handler}\n"
    return client(
        site(
            {
                "_middleware.py": f"{TOP}def middleware(req, res):\n    yield\n    {after}\n",
                "a/_middleware.py": f"{TOP}def middleware(req, res):\n    {before}\n",
                "a/b.py": source,
            },
            **options,
        )
    )


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", CHANGED)
def test_no_error_becomes_a_success_that_keeps_no_contract(
    site: Site, name: str, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever status middleware gives it, and however it does: that is a logged 500."""
    answer = changing(site, *CHANGED[name]).open("/a/b", method=method)
    assert (answer.status_code, SECRET in answer.text) == (500, False)
    assert "but the handler answered with another, for which its contract does not hold" in caplog.text


def test_a_host_gets_the_exception_of_an_error_made_a_success(site: Site) -> None:
    """As any other that nobody expects."""
    with pytest.raises(RuntimeError, match=r"server/_middleware\.py:4: middleware set the status 200, but the handler"):
        changing(site, "res.json(ROW, 404)", "yield", "res.status(200)", errors="raise").get("/a/b")


@pytest.mark.parametrize("name", SENT_ANEW)
def test_a_status_of_middleware_holds_for_all_that_may_be_anything(site: Site, name: str) -> None:
    """An answer that it sends itself, another error, and what has been written within the contract."""
    line, after, status, json = SENT_ANEW[name]
    answer = changing(site, line, "yield", after).get("/a/b")
    assert (answer.status_code, answer.get_json(silent=True)) == (status, json)


@pytest.mark.parametrize("source", ["res.json(1)", "raise ValueError"])
def test_an_error_function_may_send_anything(site: Site, source: str) -> None:
    """Also where the handler has begun to answer within its contract."""
    error = f"{TOP}def error(req, res, error): res.status(200).json(ROW)\n"
    app = client(site({"_error.py": error, "a.py": f"{TOP}def GET(req: Req, res: Res[StructUser]): {source}\n"}))
    assert app.get("/a").json == ROW


PROBLEM = TOP + "def error(req: Req, res: Res[StructUser], error: Any) -> None: res.json(ROW, {})\n"


@pytest.mark.parametrize(("status", "json"), [(200, USER), (302, USER), (400, ROW), (503, ROW)])
def test_a_success_of_an_error_function_keeps_its_contract(site: Site, status: int, json: Any) -> None:
    """As that of a handler; an error may be anything."""
    app = client(site({"_error.py": PROBLEM.format(status), "a.py": "def GET(req, res): raise ValueError\n"}))
    assert (app.get("/a").status_code, app.get("/a").json) == (status, json)


def test_a_success_of_an_error_function_that_does_not_fit_is_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """The plain answer goes out."""
    error = PROBLEM.replace("ROW", "{{'id': 'x', 'name': 'y'}}").format(200)
    app = client(site({"_error.py": error, "a.py": "def GET(req, res): raise ValueError\n"}))
    assert app.get("/a").json == {"error": "Internal Server Error"}
    assert "error in server/_error.py does not keep its contract: $.id: Expected `int`, got `str`" in caplog.text


def test_the_log_names_the_place_the_file_and_the_method(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The client learns nothing of it."""
    get = "def GET(req: Req, res: Res[list[StructUser]]): res.json([ROW, {'id': 2, 'name': 3}])\n"
    assert client(site({"a.py": TOP + get})).get("/a").status_code == 500
    assert "GET in server/a.py does not keep its contract: $[1].name: Expected `str`, got `int`" in caplog.text


class Broken:
    """An object with properties that raise."""

    def __init__(self, exc: Exception) -> None:
        self.exc, self.reads = exc, 0
        self.id = 1

    @property
    def name(self) -> str:
        """Count, and raise."""
        self.reads += 1
        raise self.exc


class Mine(AttributeError):
    """An exception of the project's own."""


@pytest.mark.parametrize(
    "hint", [StructUser, DataUser, AttrsUser, DictUser, TupleUser, ModelUser, list[DataUser | None]]
)
@pytest.mark.parametrize("exc", [AttributeError("a"), Mine("a"), ValueError("v"), TypeError("t"), KeyError("k")])
def test_what_a_property_raises_is_never_a_default(hint: Any, exc: Exception) -> None:
    """Nor does it become an error of the contract."""
    write, value = writer(hint), Broken(exc)
    assert write is not None
    with pytest.raises(type(exc)) as caught:
        write([value] if str(hint).startswith("list") else value)
    assert caught.value is exc


class Nesting(pydantic.BaseModel):
    """A model with models in all kinds of fields."""

    one: ModelUser | None = None
    many: list[ModelUser] = []
    named: dict[str, ModelUser] = {}
    either: ModelUser | ModelRow | int = 0


@pytest.mark.parametrize("make", [lambda value: value, lambda value: SimpleNamespace(**value)])
def test_what_a_property_raises_below_a_model_is_raised(make: Any) -> None:
    """At every depth, in mappings and in objects."""
    write, exc = writer(Nesting), AttributeError("own")
    assert write is not None
    for field in ({"one": Broken(exc)}, {"many": [Broken(exc)]}, {"named": {"a": Broken(exc)}}):
        with pytest.raises(AttributeError) as caught:
            write(make(field))
        assert caught.value is exc


def test_objects_below_a_model_are_read_by_their_attributes() -> None:
    """Where a union has several models, pydantic chooses."""
    row = SimpleNamespace(id=1, name="Ada", secret=SECRET)
    value = {"one": row, "many": [row, USER], "named": {"a": row}, "either": ModelUser(**USER), "more": SECRET}
    expected = {"one": USER, "many": [USER, USER], "named": {"a": USER}, "either": USER}
    assert write(Nesting, value) == expected
    assert write(Nesting, {"either": SimpleNamespace(id=1, name="Ada")}) == {
        "one": None,
        "many": [],
        "named": {},
        "either": USER,
    }


class ObjectDoesNotExist(Exception):
    """A class of this name is the base of what Django raises."""


class NoRow(ObjectDoesNotExist, AttributeError):
    """What Django raises where a relation has no row."""


def test_a_relation_without_a_row_is_null() -> None:
    """As Django has it for the other side of a OneToOneField."""
    row = Broken(NoRow())
    assert write(msgspec.defstruct("Row", [("id", int), ("name", StructUser | None)]), row) == {"id": 1, "name": None}


class Computing(pydantic.BaseModel):
    """A model with a computed field that raises."""

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def failing(self) -> int:
        """Raise."""
        raise ValueError("computing failed")


def test_what_a_computed_field_raises_is_raised() -> None:
    """It is no error of the contract."""
    written = writer(Computing)
    assert written is not None
    with pytest.raises(ValueError, match="computing failed"):
        written(Computing())


class Counted:
    """Rows that are fetched when they are iterated over."""

    def __init__(self) -> None:
        self.runs = 0

    def __iter__(self) -> Iterator[Any]:
        self.runs += 1
        yield {**ROW}

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError


@pytest.mark.parametrize("hint", [list[StructUser], list[ModelUser], list[dict[str, Any]], list[Any], list])
def test_a_query_runs_once(hint: Any) -> None:
    """Whether its rows are picked from or sent whole."""
    rows, write = Counted(), writer(hint)
    assert write is not None
    write(rows)
    assert rows.runs == 1


def failing() -> Iterator[Any]:
    """Yield a user, and fail."""
    yield StructUser(1, "Ada")
    raise ValueError("fetching failed")


def test_what_an_iterator_raises_is_raised() -> None:
    """A query that fails is no error of the contract."""
    write = writer(list[StructUser])
    assert write is not None
    with pytest.raises(ValueError, match="fetching failed"):
        write(failing())


def test_a_number_beyond_all_floats_has_its_place() -> None:
    """JSON can hold it, and what reads it cannot."""
    write: Any = writer(dict[str, list[float]], "GET in server/a.py")
    with pytest.raises(AnswerError) as caught:
        write({"a": [1, 10**400]})
    assert str(caught.value) == "GET in server/a.py does not keep its contract: $.a[1]: a number out of range"


def test_data_that_contains_itself_is_an_error() -> None:
    """It does not end the process."""
    tree = SimpleNamespace(name="x", trees=[], parent=None)
    tree.trees.append(tree)
    write = writer(Tree)
    assert write is not None
    with pytest.raises(AnswerError, match="nested too deep"):
        write(tree)


@pytest.mark.parametrize("hint", [Any, object])
def test_any_data_is_written_as_without_a_contract(hint: Any) -> None:
    """And costs nothing."""
    assert writer(hint) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_declared_as_anything_is_sent_whole(value: Any) -> None:
    """It is the JSON that it would be without a contract."""
    write = writer(Holder[Any])
    assert write is not None
    assert write(SimpleNamespace(inner=value)) == b'{"inner":%b}' % encode(value)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"id": st.integers() | st.text() | st.none()}, optional={"name": st.text(), "secret": st.just(SECRET)}
        )
    )
)
def test_an_answer_has_the_type_or_is_an_error(rows: list[dict[str, Any]]) -> None:
    """Whatever the rows are."""
    write = writer(list[DataUser])
    assert write is not None
    try:
        users = msgspec.json.decode(write(rows), type=list[DataUser])
    except AnswerError:
        assert not all(isinstance(row["id"], int) for row in rows)
    else:
        assert [(user.id, user.name) for user in users] == [(row["id"], row.get("name", "Ada")) for row in rows]


class Keyed(NamedTuple):
    """A tuple with fields that are called as the methods of a mapping."""

    keys: int
    items: str = "x"


def test_a_field_called_keys_makes_no_mapping() -> None:
    """A row of a database has a method of that name."""
    assert [write(Keyed, value) for value in (Keyed(1), [1], {"keys": 1})] == [[1, "x"]] * 3
