"""Answers as pydantic models: what fits, what is left out, and the places of what does not fit."""

# The types of the tables are made at run time.
# mypy: disable-error-code="valid-type, call-overload, call-arg, arg-type, type-arg, misc"
# pyright: reportMissingTypeArgument=false, reportUnknownArgumentType=false, reportCallIssue=false, reportArgumentType=false
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# ruff: noqa: UP007, UP045 - types are written in both ways on purpose

from __future__ import annotations

import json as jsonlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum, Flag
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, Union
from uuid import UUID

import pydantic
import pydantic_core
import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel, SerializeAsAny, computed_field
from pydantic_core import core_schema
from typing_extensions import NotRequired, TypeAliasType, TypedDict, TypeVar

from fsapi import Req, Res
from fsapi.answers.writer import AnswerError, writer
from fsapi.exports.annotations import read_contract
from fsapi.tree.mistakes import Rejected

SECRET = "hunter2"
NAN = Decimal("NaN")
ID = UUID(int=1)


def send(hint: Any, value: Any) -> Any:
    """Return the JSON of a value within a contract, or the exception as text."""
    write = writer(hint)
    assert write is not None
    try:
        return jsonlib.loads(write(value))
    except Exception as exc:
        return f"{type(exc).__name__}: {exc}".replace("the handler does not keep its contract: ", "")


def keep(value: Any) -> Any:
    """Return a value as it is."""
    return value


def one(hint: Any) -> Any:
    """Return a model with one field."""
    return pydantic.create_model("One", x=(hint, ...))


class Colour(Enum):
    """An enumeration."""

    RED = "red"


class Right(Flag):
    """Flags that can be combined; a flag can be iterated."""

    READ = 1
    WRITE = 2


class Made(str, Enum):
    """An enumeration that makes members."""

    A = "a"

    @classmethod
    def _missing_(cls, value: object) -> Made:
        """Return a member for any text."""
        made = str.__new__(cls, value)
        made._value_ = str(value)
        return made


class Closed(BaseModel, strict=True, extra="forbid"):
    """A strict model."""

    x: bool


Ints = TypeAliasType("Ints", "list[int]")
UNFIT = "AnswerError: $.x: Input should be "
NOT_A_BOOL = f"{UNFIT}a valid boolean"
#: The type of a field, its value, and the JSON or the error.
FIELDS: list[tuple[Any, Any, Any]] = [
    *((hint, value, None) for hint in (Decimal, Optional[Decimal], float) for value in (NAN, Decimal("-Infinity"))),
    (Decimal, Decimal("sNaN"), None),
    (float, Decimal("sNaN"), None),
    (Decimal, float("nan"), None),
    (float, float("inf"), None),
    (list[Decimal], [Decimal(1), NAN], ["1", None]),
    (int, NAN, f"{UNFIT}a finite number"),
    (bool, NAN, NOT_A_BOOL),
    (str, ID, str(ID)),
    (str, date(2020, 1, 2), "2020-01-02"),
    (str, datetime(2020, 1, 2, tzinfo=timezone.utc), "2020-01-02T00:00:00Z"),
    (str, Decimal("1.50"), "1.50"),
    (str, Colour.RED, "red"),
    (list[str], [ID, "a"], [str(ID), "a"]),
    (dict[str, str], {"a": ID}, {"a": str(ID)}),
    (Union[int, str], ID, str(ID)),
    (Union[int, str], "5", "5"),
    (bool, 1, True),
    (bool, Decimal(0), False),
    (int, Decimal(2), 2),
    (int, Decimal("2.5"), f"{UNFIT}a valid integer, got a number with a fractional part"),
    (Annotated[int, Field(ge=0)], -1, -1),
    (Annotated[Optional[int], Field(ge=0)], -1, -1),
    (Annotated[Union[int, str], Field(ge=5)], 1, 1),
    (Annotated[str, Field(pattern="^a$")], "b", "b"),
    (Annotated[str, Field(min_length=5)], "a", "a"),
    (Annotated[list[int], Field(max_length=1)], [1, 2], [1, 2]),
    (Annotated[Decimal, Field(max_digits=2)], Decimal("123.45"), "123.45"),
    (pydantic.PositiveInt, -1, -1),
    (pydantic.PastDate, date(2999, 1, 1), "2999-01-01"),
    (pydantic.StrictInt, Decimal(2), 2),
    (pydantic.StrictStr, ID, str(ID)),
    (Closed, {"x": 1, "more": 2}, {"x": True}),
    (Literal["a"], "b", f"{UNFIT}'a'"),
    (Colour, "blue", f"{UNFIT}'red'"),
    (Right, Right.READ, 1),
    (Right, Right(3), 3),
    (Optional[list[Right]], [Right(0), Right(3)], [0, 3]),
    (Union[Right, str, None], Right(3), 3),
    (Made, Made("b"), "b"),
    (Literal[2**64], 2**64, 2**64),
    (str, None, f"{UNFIT}a valid string"),
    (str, object(), f"{UNFIT}a valid string"),
    (list[int], 5, f"{UNFIT}a valid list"),
    (tuple[int, Any], 5, f"{UNFIT}a valid tuple"),
    (tuple[Any, Any], (1, {}), [1, {}]),
    (Union[Literal["a"], int], "a", "a"),
    (Union[Literal["a"], int], ID, f"{UNFIT}'a'; $.x: Input should be a valid integer"),
    (pydantic.InstanceOf[Closed], Closed(x=True), {"x": True}),
    (Ints, [1], [1]),
    (date, None, f"{UNFIT}a valid date"),
    (int, object(), f"{UNFIT}a valid integer"),
]


def test_what_fits_a_field_is_what_its_json_fits() -> None:
    """From a dict, from an object, in a list, and in an instance that holds what pydantic would not have taken."""
    found = [
        [
            send(model, {"x": value}),
            send(model, SimpleNamespace(x=value, secret=SECRET)),
            send(model, model.model_construct(x=value)),
            send(list[model], [model.model_construct(x=value)]),
        ]
        for hint, value, _ in FIELDS
        for model in [one(hint)]
    ]
    expected = [json if str(json).startswith(UNFIT) else {"x": json} for *_, json in FIELDS]
    assert [each[:3] for each in found] == [[json] * 3 for json in expected]
    assert [each[3] for each in found] == [
        json.replace("$", "$[0]") if isinstance(json, str) else [json] for json in expected
    ]


def test_a_serializer_of_the_project_writes_what_it_likes() -> None:
    """So does SerializeAsAny: the fields of any subclass."""

    class Custom(BaseModel):
        x: Annotated[Decimal, pydantic.PlainSerializer(lambda value: {"secret": str(value)})]

    assert send(Custom, {"x": "1"}) == {"x": {"secret": "1"}}
    assert send(one(SerializeAsAny[A]), {"x": B(id=1)}) == {"x": {"id": 1, "secret": SECRET}}


class A(BaseModel):
    """What is declared."""

    id: int


class B(A):
    """A subclass with a secret."""

    secret: str = SECRET


class C(BaseModel):
    """Another member of unions."""

    id: int
    kind: Literal["c"] = "c"


class Dict(TypedDict):
    """A TypedDict."""

    a: A
    more: NotRequired[int]


class Row(NamedTuple):
    """A NamedTuple."""

    a: A
    n: int = 1


@dataclass
class Data:
    """A dataclass."""

    a: A


class Many(RootModel[list[A]]):
    """A model of a list."""


class Nested(BaseModel):
    """A model with others in fields of all kinds."""

    one: Optional[A] = None
    sequence: Sequence[A] = []
    any_length: tuple[A, ...] = ()
    positions: Optional[tuple[int, A]] = None
    union: Union[A, C, None] = None
    named: dict[str, A] = {}
    mapping: Mapping[str, Sequence[A]] = {}
    unions: list[Union[A, C]] = []
    queue: deque[A] = deque()
    iterable: Iterable[A] = []
    typed: Optional[Dict] = None
    row: Optional[Row] = None
    data: Optional[Data] = None
    root: Optional[Many] = None
    itself: Optional[Nested] = None


#: Values of the fields above that hold one value.
HOLDERS: Mapping[str, Callable[[Any], Any]] = {
    "one": lambda value: value,
    "sequence": lambda value: [value],
    "any_length": lambda value: (value,),
    "positions": lambda value: (1, value),
    "union": lambda value: value,
    "named": lambda value: {"a": value},
    "mapping": lambda value: {"a": (value,)},
    "unions": lambda value: [value],
    "queue": lambda value: deque([value]),
    "iterable": lambda value: iter([value]),
    "typed": lambda value: {"a": value},
    "row": lambda value: [value],
    "data": lambda value: {"a": value},
    "root": lambda value: [value],
    "itself": lambda value: SimpleNamespace(one=value),
}


class Broken:
    """An object with a property that raises."""

    def __init__(self, exc: Exception) -> None:
        self.exc = exc

    @property
    def id(self) -> int:
        """Raise."""
        raise self.exc


SOURCES: list[Callable[..., Any]] = [dict, SimpleNamespace, lambda **held: [{}, held]]


@pytest.mark.parametrize("exc", [AttributeError("own"), KeyError("own"), ValueError("own")])
def test_what_a_property_raises_is_raised_wherever_a_model_declares_it(exc: Exception) -> None:
    """It is neither a default nor an error of the contract."""
    found = {
        (field, str(make)): send(list[Nested] if make is SOURCES[2] else Nested, make(**{field: hold(Broken(exc))}))
        for field, hold in HOLDERS.items()
        for make in SOURCES
    }
    assert found == dict.fromkeys(found, f"{type(exc).__name__}: {exc}")


def test_only_the_declared_fields_leave_wherever_a_model_declares_it() -> None:
    """Of subclasses, of objects and of dicts with more keys."""
    values: list[Any] = [B(id=1), SimpleNamespace(id=1, secret=SECRET), {"id": 1, "secret": SECRET}]
    found = {
        (field, index): send(Nested, {field: hold(value), "more": SECRET})
        for field, hold in HOLDERS.items()
        for index, value in enumerate(values)
    }
    assert {key: (SECRET in str(json), "'id': 1" in str(json)) for key, json in found.items()} == dict.fromkeys(
        found, (False, True)
    )


PLACES = {
    "one": "one.id",
    "sequence": "sequence[0].id",
    "any_length": "any_length[0].id",
    "positions": "positions[1].id",
    "union": "union.id",
    "named": "named.a.id",
    "mapping": "mapping.a[0].id",
    "unions": "unions[0].id",
    "queue": "queue[0].id",
    "iterable": "iterable[0].id",
    "typed": "typed.a.id",
    "row": "row[0].id",
    "data": "data.a.id",
    "root": "root[0].id",
    "itself": "itself.one.id",
}


def test_the_place_of_what_does_not_fit_is_that_in_the_json() -> None:
    """Without the members of unions, by the names of JSON."""
    text = "Input should be a valid integer, unable to parse string as an integer"
    for make in (dict, SimpleNamespace):
        found = {field: send(list[Nested], [{}, {field: hold(make(id="x"))}]) for field, hold in HOLDERS.items()}
        assert found == {field: f"AnswerError: $[1].{place}: {text}" for field, place in PLACES.items()}


class Aliased(BaseModel):
    """A model with other names in JSON."""

    owner: A = Field(alias="theOwner")
    n: int = Field(default=1, alias="theN")


def test_the_place_of_a_field_with_an_alias_is_its_alias() -> None:
    """A value under its name in Python keeps that in the place."""
    found = send(list[Aliased], [{"theOwner": {"id": 1}}, {"owner": {"id": "x"}}, {"theN": 1}])
    assert found.startswith("AnswerError: $[1].owner.id: Input should be a valid integer, unable")
    assert found.endswith("; $[2].theOwner: Field required")
    assert send(Aliased, SimpleNamespace(owner=B(id=1))) == {"theOwner": {"id": 1}, "theN": 1}


class Open(BaseModel, extra="allow"):
    """A model that takes any fields."""

    id: int


class OpenRow(Open):
    """A subclass with a secret."""

    secret: str = SECRET


class Opens(BaseModel):
    """A model with open ones."""

    one: Open
    many: list[Open] = []
    named: dict[str, Open] = {}


def test_an_open_model_sends_its_own_extra_fields_alone() -> None:
    """Not those that a subclass declares, at any depth."""
    assert send(Open, OpenRow(id=1, more=2)) == {"id": 1, "more": 2}
    value = Opens(one=OpenRow(id=1), many=[OpenRow(id=2, more=3)], named={"a": OpenRow(id=4)})
    expected = {"one": {"id": 1}, "many": [{"id": 2, "more": 3}], "named": {"a": {"id": 4}}}
    assert (send(Opens, value), send(list[Opens], [value])) == (expected, [expected])
    for held in ({}, {"many": [OpenRow(id=2)]}, {"named": {"a": OpenRow(id=2)}}):
        assert "secret" not in str(send(Opens, Opens(one=Open(id=1), **held)))


class OpenDict(BaseModel, extra="allow"):
    """An open model with a TypedDict, which pydantic leaves open too."""

    typed: Dict


def test_a_typed_dict_sends_its_own_keys_alone() -> None:
    """Also in an open model."""
    held: Any = {"typed": {"a": {"id": 1}, "secret": SECRET}, "more": 2}
    for value in (held, SimpleNamespace(**held, secret=SECRET), OpenDict.model_construct(**held), OpenDict(**held)):
        assert "secret" not in str(send(OpenDict, value)) + str(send(list[OpenDict], [value]))


@pytest.mark.parametrize("member", [A, C, list[A], dict[str, A], Sequence[Sequence[A]], int])
def test_a_sequence_hides_nothing_of_the_other_members_of_its_union(member: Any) -> None:
    """Pydantic's own serializer of a Sequence takes any value, and writes all of it."""
    model = pydantic.create_model("Model", x=(Union[Sequence[A], member], ...))
    for x in (B(id=1), [B(id=1)], deque([B(id=1)]), {"a": B(id=1)}, ((B(id=1),),)):
        for value in ({"x": x}, SimpleNamespace(x=x), model.model_construct(x=x)):
            assert SECRET not in str(send(model, value))
    assert send(model, {"x": (B(id=1), SimpleNamespace(id=2))}) == {"x": [{"id": 1}, {"id": 2}]}
    assert "Error" in send(model, model.model_construct(x="text"))


def test_a_field_that_is_missing_is_left_out() -> None:
    """The sentinel is new in pydantic 2.12."""
    for missing in [pydantic_core.MISSING] if hasattr(pydantic_core, "MISSING") else []:
        model = pydantic.create_model("Model", a=(int, 1), b=(Union[int, None, missing], missing))
        found = [send(model, value) for value in (model(), {"a": 2}, {"b": missing}, model(b=None), {"b": 3})]
        assert found == [{"a": 1}, {"a": 2}, {"a": 1}, {"a": 1, "b": None}, {"a": 1, "b": 3}]
        assert send(model, model.model_construct(b="x")).startswith("AnswerError")
        make_name: Any = TypeAliasType
        named = make_name("named", Union[int, missing])
        checked: Any = Annotated[Union[int, missing], pydantic.AfterValidator(keep)]
        model = pydantic.create_model("Model", a=(named, missing), b=(named, missing), c=(checked, missing))
        assert [send(model, value) for value in [{}, model(b=1, c=2)]] == [{}, {"b": 1, "c": 2}]
        model = pydantic.create_model("Model", a=(Union[Closed, Computed, missing], missing), b=(str, ""))
        rows = [model.model_construct(b=ID), {"a": missing}, SimpleNamespace(a=missing, b=ID)]
        assert [send(model, row) for row in rows] == [{"b": str(ID)}, {"b": ""}, {"b": str(ID)}]


class Computed(BaseModel):
    """A model with computed fields."""

    n: int

    @computed_field
    @property
    def role(self) -> Literal["a", "b"]:
        """Return what may be another value."""
        return "ab"[self.n] if self.n < 2 else SECRET  # type: ignore[return-value] # the error of this test

    @computed_field
    @property
    def row(self) -> Optional[list[A]]:
        """Return a subclass."""
        return [B(id=1)]


def test_a_computed_field_has_the_type_that_it_returns() -> None:
    """A value of another type is an error of the contract."""
    assert send(Computed, {"n": 1}) == {"n": 1, "role": "b", "row": [{"id": 1}]}
    assert send(Computed, Computed(n=2)).startswith("AnswerError")


class Objects(BaseModel):
    """A model whose validator takes the object itself."""

    name: str
    n: int = 0

    @pydantic.model_validator(mode="before")
    @classmethod
    def take(cls, value: Any) -> Any:
        """Return the fields of a person."""
        return {"name": f"{value.first} {value.last}"} if hasattr(value, "first") else value


class Person:
    """An object with properties that raise."""

    first, last = "Ada", "Lovelace"

    @property
    def n(self) -> int:
        """Raise."""
        raise AttributeError("own")


class Polymorphic(BaseModel):
    """A model that asks for the fields of any subclass."""

    model_config = ConfigDict(polymorphic_serialization=True)
    id: int


class PolymorphicRow(Polymorphic):
    """A subclass."""

    more: int = 2


class Renamed(BaseModel):
    """A model with two fields of one name in JSON, of which the last is written."""

    a: int = Field(serialization_alias="x")
    b: int = Field(serialization_alias="x")


class Own(BaseModel):
    """A model whose core schema is the project's."""

    n: int = 1

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> Any:
        """Return a schema without fields."""
        fields = core_schema.no_info_plain_validator_function(lambda value: (value, None, {*value}))
        return core_schema.model_schema(cls, fields)


Numbers = TypeAliasType("Numbers", "list[Numbers]")


class Twice(BaseModel):
    """A model with two fields of a type that contains itself."""

    a: Numbers
    b: Numbers


class _Name:
    """A name for a list of itself, as `type X = list[X]` is one from Python 3.12 on."""

    @property
    def __value__(self) -> Any:
        """Return what it stands for."""
        return list[self]

    def __get_pydantic_core_schema__(self, *_: Any) -> Any:
        """Return a schema."""
        return core_schema.list_schema()


_Name.__name__ = "TypeAliasType"


#: A model, a value, and its JSON, which is written as pydantic writes it.
AS_PYDANTIC: list[tuple[Any, Any, Any]] = [
    (Polymorphic, PolymorphicRow(id=1), {"id": 1, "more": 2}),
    (one(Polymorphic), {"x": PolymorphicRow(id=1)}, {"x": {"id": 1, "more": 2}}),
    (Renamed, {"a": 1, "b": 2}, {"x": 2}),
    (Own, {"n": 2}, {"n": 2}),
    (one(Own), {"x": Own.model_construct(n=3)}, {"x": {"n": 3}}),
    (Twice, {"a": [[], [[]]], "b": []}, {"a": [[], [[]]], "b": []}),
    (one(_Name()), SimpleNamespace(x=[(), ([],)]), {"x": [[], [[]]]}),
    (one(list[Annotated[int, {}]] | None), SimpleNamespace(x=(1,)), {"x": [1]}),
    (one(Many), {"x": Many([B(id=1)])}, {"x": [{"id": 1}]}),
]


def test_a_model_of_any_making_is_written_as_pydantic_writes_it() -> None:
    """Also one whose core schema does not say what it writes."""
    assert [send(hint, value) for hint, value, _ in AS_PYDANTIC] == [json for *_, json in AS_PYDANTIC]


def test_a_validator_of_the_project_sees_the_object() -> None:
    """A property that a field is read from still raises its own exception."""
    assert send(Objects, SimpleNamespace(first="Ada", last="Lovelace")) == {"name": "Ada Lovelace", "n": 0}
    assert send(Objects, {"name": "Ada"}) == {"name": "Ada", "n": 0}
    assert send(Objects, Person()) == "AttributeError: own"
    assert send(Objects, SimpleNamespace(other=1)).startswith("AnswerError: $.name: Field required")
    assert send(Objects, 5).startswith("AnswerError: $: Input should be a valid dictionary")


class Reads:
    """Rows that can be read once."""

    def __init__(self) -> None:
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        self.count += 1
        yield {"id": "x"}

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError


def test_what_does_not_fit_is_read_once_too() -> None:
    """An iterator would be empty the second time."""
    rows = Reads()
    assert send(Nested, {"sequence": rows}).startswith("AnswerError: $.sequence[0].id")
    assert rows.count == 1
    assert send(one(Sequence[str]), {"x": iter([ID, "a"])}) == {"x": [str(ID), "a"]}
    assert send(one(Iterable[str]), {"x": iter([ID, "a"])}) == {"x": [str(ID), "a"]}


T = TypeVar("T", bound=A)
D = TypeVar("D", default=A)
E = TypeVar("E", A, C)


class Box(BaseModel, Generic[T]):
    """A model with a bound."""

    item: T


class DefaultBox(BaseModel, Generic[D]):
    """A model with a default."""

    item: D


class EitherBox(BaseModel, Generic[E]):
    """A model with constraints."""

    item: E


class SubBox(Box):
    """A subclass without types in brackets."""


@dataclass
class DataBox(Generic[T]):
    """A dataclass with a bound."""

    item: T


@dataclass
class SubDataBox(DataBox):
    """A subclass without types in brackets."""


@dataclass
class FullDataBox(DataBox[A]):
    """A subclass with them."""


@dataclass
class InData:
    """A dataclass with a model with a bound."""

    box: Box


class InDict(TypedDict):
    """A TypedDict with one."""

    box: Box


class InRow(NamedTuple):
    """A NamedTuple with one."""

    box: Box


class DictBox(TypedDict, Generic[T]):
    """A TypedDict with a bound."""

    item: T


class Tree(BaseModel, Generic[T]):
    """A generic model that contains itself, for which pydantic has a type of its own."""

    item: T
    trees: list[Tree[T]] = []
    named: Optional[dict[str, Tree[T]]] = None


def test_a_generic_model_can_contain_itself() -> None:
    """It sends what it declares, at any depth."""
    assert (rejection(Tree[A]), rejection(list[Tree[A]])) == ("", "")
    held = {"item": B(id=2), "secret": SECRET}
    for value in (held, SimpleNamespace(**held), Tree[A](item=B(id=2))):
        found: Any = send(Tree[A], {"item": B(id=1), "trees": [value], "named": {"a": value}})
        below: Any = {"item": {"id": 2}, "trees": [], "named": None}
        assert found == {"item": {"id": 1}, "trees": [below], "named": {"a": below}}


OPEN_BOXES = [Box, DefaultBox, SubBox, DataBox, SubDataBox, InData, InDict, InRow, DictBox, list[Box], dict[str, InRow]]


def rejection(hint: Any) -> str:
    """Return why a model with a field of a type cannot be an answer, "" if it can."""

    def GET(req: Any, res: Any) -> None: ...

    GET.__annotations__ = {"req": Req, "res": Res[one(hint)]}
    try:
        read_contract("GET", GET)
    except Rejected as rejected:
        return rejected.what
    return ""


def test_a_limited_variable_below_a_model_needs_a_type() -> None:
    """Pydantic would write any subclass whole, in classes of any kind."""
    found = {str(hint): rejection(hint) for hint in OPEN_BOXES}
    assert {hint: what.partition(" in a model")[2] for hint, what in found.items()} == dict.fromkeys(
        found, ", without types for its variables"
    )
    assert [rejection(hint) for hint in (Box[A], DataBox[A], FullDataBox, EitherBox, A)] == [""] * 5


def test_a_limited_variable_of_the_answer_itself_is_its_limit() -> None:
    """Its bound, its default or its constraints."""
    found = [send(box, box(item=B(id=1))) for box in (Box, DefaultBox, EitherBox, SubBox)]
    assert found == [{"item": {"id": 1}}] * 4


def test_a_nan_in_a_model_is_a_warning_in_development(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With its place."""
    monkeypatch.setenv("FSAPI_DEVELOPMENT", "1")
    assert send(list[one(Decimal)], [{"x": 1}, {"x": NAN}]) == [{"x": "1"}, {"x": None}]
    assert "the handler sends null for $[1].x, which is NaN or infinite" in caplog.text


def test_an_answer_that_a_model_cannot_hold_is_an_error() -> None:
    """A row that is no object, and one whose text cannot be sent."""
    assert send(A, [1]).startswith("AnswerError: $: Input should be a valid dictionary")
    assert send(one(str), {"x": "\ud800", "y": 1}) == {"x": "\ud800"}
    assert send(one(type[A]), {"x": A}).startswith("AnswerError: $: Unable to serialize unknown type")
    assert send(one(list[int]), {"x": ["x"] * 10_001}) == "AnswerError: $: 10001 errors, too many to list"
    with pytest.raises(AnswerError):
        (writer(A) or repr)(object())
