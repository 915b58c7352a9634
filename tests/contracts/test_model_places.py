"""Where the errors of pydantic models are: in the JSON that was sent."""

# ruff: noqa: UP007, UP045 - a union of models is written as type checkers take it; JSON is full of braces

from __future__ import annotations

import dataclasses
import enum
from itertools import count
from typing import Annotated, Any, Literal, NamedTuple, Optional, Union

import msgspec
import pydantic
import pytest
from pydantic import AliasChoices, AliasPath, ConfigDict, Discriminator, Field, RootModel, Tag
from typing_extensions import TypedDict

from fsapi.contracts import validation
from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid
from fsapi.models.errors import ModelError


class Kind(str, enum.Enum):
    """A tag."""

    EMU = "emu"


class Cat(pydantic.BaseModel):
    """One of several animals."""

    kind: Literal["cat"]
    n: int


class Dog(pydantic.BaseModel):
    """Another."""

    kind: Literal["dog"]
    n: int
    puppies: list[Cat | Dog] = []


class Emu(pydantic.BaseModel):
    """One with an enum as its tag."""

    kind: Literal[Kind.EMU]
    n: dict[str, int]


class Pet(RootModel[Annotated[Cat | Dog | Emu, Field(discriminator="kind")]]):
    """A union with a tag."""


def tag_of(value: Any) -> str:
    """Return the tag of data."""
    return "int" if "kind" in value else "Cat"


class Called(RootModel[Annotated[Annotated[Cat, Tag("int")] | Annotated[Dog, Tag("Cat")], Discriminator(tag_of)]]):
    """A union whose tag the project finds."""


def split(value: Any) -> Any:
    """Return the parts of text, and any other value as it is."""
    return value.split(",") if isinstance(value, str) else value


def reject(value: Any) -> Any:
    """Raise ValueError."""
    raise ValueError("taken")


def nested(value: Any) -> Any:
    """Check a value by another model."""
    return Cat.model_validate(value)


def call(value: Any, inner: Any) -> Any:
    """Call the validator within another."""
    return inner(value)


@pydantic.dataclasses.dataclass(config=ConfigDict(extra="forbid"))
class Data:
    """A dataclass of pydantic."""

    n: int
    alias: int = Field(0, validation_alias="al")


@dataclasses.dataclass
class Plain:
    """A dataclass."""

    n: list[int]


class Typed(TypedDict):
    """A TypedDict."""

    n: int


class Pair(NamedTuple):
    """A NamedTuple."""

    left: int
    right: int


class Open(pydantic.BaseModel):
    """A model that keeps other fields."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, dict[str, int]]  # type: ignore[assignment, unused-ignore] # pyright: ignore[reportIncompatibleVariableOverride] # pydantic documents it so


class Closed(pydantic.BaseModel):
    """A model that forbids other fields."""

    model_config = ConfigDict(extra="forbid")
    n: int = 0


class Names(pydantic.BaseModel):
    """Fields with other names."""

    model_config = ConfigDict(populate_by_name=True)
    one: int = Field(0, validation_alias=AliasChoices("a", AliasPath("b", 1, "c"), "d"))
    two: int | str = Field(0, validation_alias="e.f")


class Own(pydantic.BaseModel):
    """Fields whose own names pydantic reports."""

    model_config = ConfigDict(loc_by_alias=False)
    n: int = Field(validation_alias="alias")
    many: list[int] = Field([], validation_alias=AliasPath("x", 0))


class Fixed(pydantic.BaseModel):
    """A field whose alias is not read."""

    model_config = ConfigDict(validate_by_alias=False, validate_by_name=True)
    n: int = Field(validation_alias="alias")


class Tree(pydantic.BaseModel):
    """A model that contains itself."""

    value: int = 0
    children: list[Tree] | dict[str, Tree] = []


class Before(pydantic.BaseModel):
    """A model whose validator gives a field another name."""

    new: list[int]

    @pydantic.model_validator(mode="before")
    @classmethod
    def rename(cls, data: Any) -> Any:
        """Rename a field."""
        return {"new": data["old"]}


Left = Annotated[Union[int, bool, list[int]], Field(union_mode="left_to_right")]
Words = Annotated[list[int], pydantic.BeforeValidator(split)]
After = Annotated[list[int], pydantic.AfterValidator(reject)]
Wrapped = Annotated[dict[str, int], pydantic.WrapValidator(call)]
Member = Annotated[str, pydantic.AfterValidator(reject)]

#: Type of a field `v`, JSON for it, and the places of the errors below `$.v`.
PLACES: list[tuple[Any, str, list[str]]] = [
    (Pet, '{"kind": "cat", "n": "x"}', [".n"]),
    (Pet, '{"kind": "emu", "n": {"int": "x", "Emu": []}}', [".n.int", ".n.Emu"]),
    (Pet, '{"kind": "dog", "n": 1, "puppies": [{"kind": "cat", "n": []}]}', [".puppies[0].n", ".puppies[0].kind"]),
    (Pet, '{"kind": "gnu"}', [""]),
    (Called, '{"kind": "cat", "n": "x"}', [".n"]),
    (Called, '{"n": "x"}', [".kind", ".n"]),
    (Union[int, bool], "[]", [""]),
    (Union[int, str], "[]", ["", ""]),
    (Union[int, dict[str, int]], '{"int": "x"}', ["", ".int"]),
    (Union[dict[str, int], dict[str, dict[str, int]]], '{"int": {"int": "x"}}', [".int", ".int.int"]),
    (Union[dict[str, Union[int, str]], dict[str, dict[str, int]]], '{"k": {"int": "x"}}', [".k", ".k", ".k.int"]),
    (Union[Cat, Closed], '{"Cat": 1}', [".kind", ".n", ".Cat"]),
    (Left, '{"bool": 1}', ["", "", ""]),
    (Left, '["x"]', ["", "", "[0]"]),
    (list[Union[int, list[Union[int, list[int]]]]], '[1, [[["list[int]"]]]]', ["[1]", "[1][0]", "[1][0][0]"]),
    (dict[str, Union[int, Cat]], '{"Cat": {"kind": "cat", "n": "x"}}', [".Cat", ".Cat.n"]),
    (dict[str, Optional[int]], '{"a.b": "x", "[0]": "x", "": "x", "[key]": "x"}', [".a.b", ".[0]", ".", ".[key]"]),
    (dict[int, int], '{"x": 1, "2": "y"}', [".x", ".2"]),
    (dict[int, dict[str, int]], '{"x": {"[key]": 1}, "1": {"[key]": "y"}}', [".x.[key]", ".1.[key]"]),
    (dict[str, dict[str, Any]], '{"[key]": 1}', [".[key]"]),
    (tuple[int, Union[int, str]], '["x", []]', ["[0]", "[1]", "[1]"]),
    (tuple[int, ...], '[1, "x"]', ["[1]"]),
    (tuple[int, str], "[1]", ["[1]"]),
    (set[Literal["a", "b"]], '["a", "int"]', ["[1]"]),
    (Pair, '["x", 1]', ["[0]"]),
    (Pair, '{"left": 1, "right": "x"}', [".right"]),
    (Data, '{"n": "x", "al": "y", "alias": 1}', [".n", ".al", ".alias"]),
    (Plain, '{"n": ["x"]}', [".n[0]"]),
    (Typed, '{"n": {"n": 1}}', [".n"]),
    (Typed, "{}", [".n"]),
    (Open, '{"Open": {"int": "x"}}', [".Open.int"]),
    (Closed, '{"int": 1, "n": "x"}', [".n", ".int"]),
    (Names, '{"a": "x", "e.f": []}', [".a", ".e.f", ".e.f"]),
    (Names, '{"b": [0, {"c": "x"}]}', [".b[1].c"]),
    (Names, '{"d": "x", "two": []}', [".d", ".two", ".two"]),
    (Own, '{"alias": "x", "x": [["y"]]}', [".alias", ".x[0][0]"]),
    (Own, "{}", [".alias"]),
    (Fixed, '{"n": "x"}', [".n"]),
    (
        Tree,
        '{"children": [{"children": {"Tree": {"value": "x"}}}]}',
        [".children", ".children[0].children", ".children[0].children.Tree.value"],
    ),
    (Before, '{"old": ["x"]}', [".new"]),
    (Words, '"1,x"', [""]),
    (Words, '["1", "x"]', ["[1]"]),
    (After, "[1]", [""]),
    (Wrapped, '{"function-wrap[call()]": "x"}', [".function-wrap[call()]"]),
    (Union[int, Member], '"x"', ["", ""]),
    (Annotated[Any, pydantic.AfterValidator(nested)], '{"kind": "cat", "n": "x"}', [""]),
    (pydantic.Json[list[int]], '"[1, \\"x\\"]"', [""]),
    (Optional[Annotated[int, Field(gt=3)]], "1", [""]),
]


def paths(hint: Any, data: bytes) -> list[str]:
    """Return the places of the errors of a document, in order."""
    with pytest.raises(Invalid) as caught:
        validation.reader(describe(hint))(data)
    return [path for path, _ in caught.value.errors]


def distinct(places: list[str]) -> list[str]:
    """Return places in order, each once."""
    return sorted({*places})


def test_the_place_of_an_error_is_in_the_json() -> None:
    """Neither tags nor names of choices and validators are in it, but the keys of a client are."""
    wrong: list[object] = []
    for hint, data, places in PLACES:
        model = pydantic.create_model("Model", v=(hint, ...))
        box = msgspec.defstruct("Box", [("m", Optional[model])])
        for whole, start, sent in ((model, "$.v", '{"v": %s}'), (box, "$.m.v", '{"m": {"v": %s}}')):
            found = paths(whole, (sent % data).encode())
            if distinct(found) != distinct([start + place for place in places]):
                wrong.append((hint, data, found))
    assert wrong == []


def test_equal_errors_of_several_choices_are_reported_once() -> None:
    """What two choices say of one place in the same words is one error."""
    model = RootModel[Union[Cat, Dog]]
    assert paths(model, b'{"kind": "cat", "n": "x"}') == ["$.n", "$.kind"]


def test_the_error_of_a_key_says_so() -> None:
    """As that of another type does."""
    with pytest.raises(Invalid) as caught:
        validation.reader(describe(RootModel[dict[int, int]]))(b'{"x": 1}')
    message = "Input should be a valid integer, unable to parse string as an integer as a key"
    assert caught.value.errors == [("$.x", message)]


def test_a_form_has_the_same_places() -> None:
    """Also those of a union and of an alias."""
    model = pydantic.create_model("Query", n=(Union[int, bool], 0), many=(list[int], Field([], validation_alias="m")))
    with pytest.raises(Invalid) as caught:
        validation.builder(describe(model))({"n": "x", "m": ["1", "y"]})
    assert [path for path, _ in caught.value.errors] == ["$.n", "$.n", "$.m[1]"]


def test_no_place_is_looked_for_that_is_not_reported() -> None:
    """A small body can have thousands of errors, whose places take seconds."""
    endless = ModelError(lambda: (("", str(number)) for number in count()))
    assert len(endless.errors(50)) == 50
    repeated = ModelError(lambda: (("", str(min(number, 4))) for number in count()))
    assert len(repeated.errors(50)) == 5


class Lists(pydantic.BaseModel):
    """A model with keys that a client chooses."""

    lists: dict[str, list[int]]


@pytest.mark.parametrize("key", ["k" * 40_000, r"\\" * 20_000, r"\"k" * 13_000, "k" * 20_000 + r"\\"], ids=range(4))
def test_a_long_key_above_many_values_is_one_error(key: str) -> None:
    """Pydantic keeps it for each wrong value, which would take gigabytes; with few values it does not matter."""
    many, few = (f'{{"lists": {{"{key}"\n: [{"1," * count}"x"]}}}}'.encode() for count in (50_000, 100))
    for hint, start, end in ((Lists, b"", b""), (list[Lists], b"[", b"]")):
        with pytest.raises(Invalid) as caught:
            validation.reader(describe(hint))(start + many + end)
        assert [message for _, message in caught.value.errors] == ["A key is too long above so many values"]
        with pytest.raises(Invalid, match=r"lists\.(k|\\|\")"):
            validation.reader(describe(hint))(start + few + end)


def test_a_long_text_is_no_long_key() -> None:
    """Nor are many numbers before a colon, nor commas in a key, nor a text at the end."""
    for value in ('{"lists": {"a": [], "": [%s 1], ":": []}}', ' {"lists": {"%s": []}}', '{"lists": {"a": [%s 1]}} '):
        text = value % ("1," * 50_000)
        assert validation.reader(describe(Lists))(text.encode()).lists
