"""What types are made of, and their kinds in JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypedDict, TypeVar
from uuid import UUID

import msgspec
import pydantic
import pytest
from werkzeug.datastructures import FileStorage

from fsapi.contracts.typeinfo import describe, unknown_types
from tests import models

T = TypeVar("T")
B = TypeVar("B", bound=int | list[int])


class Empty(TypedDict):
    """A dict without fields."""


class Box(msgspec.Struct, Generic[T], rename="camel"):
    """A generic Struct with other names in JSON."""

    one_item: T
    all_items: list[T] = []


@dataclasses.dataclass
class One(Generic[T]):
    """A generic dataclass with a field of just its type variable."""

    it: T


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (models.Id, {"id": (int, True)}),
        (models.Typed, {"name": (str, False), "when": (datetime, False)}),
        (models.Partial, {"a": (int, True), "b": (int, False)}),
        (models.Data, {"name": (str, True), "price": (Decimal, False)}),
        (models.Attrs, {"name": (str, True), "color": (models.Color, False)}),
        (models.Model, {"name": (str, True), "born": (date | None, False)}),
        (
            models.Named,
            {
                "firstName": (str, True),
                "key": (UUID | str, False),
                "tag": (list[int], False),
                "where": (str, False),
            },
        ),
        (models.Root, {}),
        (Annotated[models.Id, msgspec.Meta(title="words"), ["no hash"]], {"id": (int, True)}),
        (Box[int], {"oneItem": (int, True), "allItems": (list[int], False)}),
        (One[int], {"it": (int, True)}),
        (One, {"it": (Any, True)}),
        (models.Page[int], {"items": (list[int], True), "first": (int | None, False)}),
        *((hint, {}) for hint in (int, dict[str, int], models.Pair, models.Point, models.Shape, Any)),
    ],
)
def test_the_fields_of_an_object_have_their_json_names(hint: Any, expected: Any) -> None:
    """Type variables are filled in; only objects have fields."""
    assert {name: (field.type.hint, field.required) for name, field in describe(hint).fields.items()} == expected


def test_a_type_variable_without_a_type_is_any() -> None:
    """Type checkers do the same."""
    assert describe(models.Page).fields["items"].type.hint == list[Any]


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (list[int], int),
        (set[int], int),
        (tuple[int, ...], int),
        (Sequence[int], int),
        (dict[str, int], int),
        (Annotated[dict[str, int], "words"], int),
        (Mapping[str, int], int),
        *((hint, None) for hint in (tuple[int, str], list, int, str, list[int] | None, models.Page[int], Any)),
    ],
)
def test_the_element_of_a_list_or_dict_is_the_type_of_its_values(hint: Any, expected: Any) -> None:
    """A type whose values differ in type has no element."""
    element = describe(hint).element
    assert (element and element.hint) is expected


@pytest.mark.parametrize(
    ("hint", "expected"),
    [(tuple[int, str], [int, str]), (models.Pair, [int, str]), (models.Point, [int, int]), (list[int], []), (int, [])],
)
def test_the_positions_of_a_tuple_each_have_a_type(hint: Any, expected: Any) -> None:
    """A list has no positions."""
    assert [position.hint for position in describe(hint).positions] == expected


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (int, {"int"}),
        (int | None, {"int", "null"}),
        (models.Positive, {"int"}),
        (models.Color, {"text"}),
        (date | None, {"text", "null"}),
        (Literal[1, "a"] | None, {"int", "text", "null"}),
        (Empty, {"object"}),
        (models.Point, {"tuple"}),
        (FileStorage, {"custom"}),
        (Any, {"any"}),
        (Annotated[str, msgspec.Meta(title="words")], {"str"}),
    ],
)
def test_a_type_has_all_kinds_of_json_that_it_accepts(hint: Any, expected: set[str]) -> None:
    """A union has the kinds of its members, an enum those of its values."""
    assert describe(hint).kinds == expected


class Reply(msgspec.Struct):
    """A Struct with a field that tells whether it was sent, alone and in a union."""

    text: str | msgspec.UnsetType = msgspec.UNSET
    count: int | msgspec.UnsetType | None = msgspec.UNSET


class Bound(msgspec.Struct, Generic[B]):
    """A generic Struct whose type variable stands for a union."""

    it: B


class Half(pydantic.BaseModel):
    """A model with unions that msgspec cannot describe, of which one holds it."""

    more: list[Half] | set[str]
    key: UUID | date


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (models.NewUser, "Struct"),
        (models.Data, "dataclass"),
        (models.Attrs, "attrs"),
        (models.Id, "TypedDict"),
        (models.Pair, "NamedTuple"),
        (models.Model, "model"),
        (FileStorage, "custom"),
        (list[models.Model], ""),
        (int, ""),
    ],
)
def test_a_class_is_of_a_family(hint: Any, expected: str) -> None:
    """It tells what reads and writes the class."""
    assert describe(hint).family == expected


def test_a_type_is_described_once() -> None:
    """Types that contain it share its description, and one that contains itself leads back to it."""
    node = describe(models.Node)
    assert describe(models.Node) is node is describe(list[models.Node]).element
    assert node.fields["nodes"].type.element is node


def test_a_type_whose_metadata_cannot_be_hashed_is_described() -> None:
    """It is described each time that it is asked for."""
    assert describe(Annotated[list[int], ["no hash"]]).kinds == {"array"}


@pytest.mark.parametrize(("field", "kinds"), [("text", {"str"}), ("count", {"int", "null"})])
def test_what_was_not_sent_is_no_member_of_a_union(field: str, kinds: set[str]) -> None:
    """A client cannot send UNSET."""
    found = describe(Reply).fields[field].type
    assert found.kinds == kinds == {kind for member in found.members for kind in member.kinds}


def test_a_type_variable_can_stand_for_a_union() -> None:
    """Those of its constraints are its members."""
    found = describe(Bound).fields["it"].type
    assert found.kinds == {"int", "array"}
    assert len(found.alternatives) == 2


@pytest.mark.parametrize(
    ("hint", "least"), [(tuple[int, str], 2), (models.Pair, 1), (models.Point, 2), (tuple[int, ...], 0), (list[int], 0)]
)
def test_an_array_with_positions_has_a_least_length(hint: Any, least: int) -> None:
    """Positions with a default can be left out."""
    assert describe(hint).least == least


def test_the_fields_of_an_object_have_their_python_names() -> None:
    """They differ from the names in JSON where a type renames them."""
    fields = [*describe(Box[int]).fields.values(), *describe(models.Named).fields.values()]
    assert [field.name for field in fields] == ["one_item", "all_items", "first_name", "key", "tags", "path"]


def test_a_struct_can_have_a_tag() -> None:
    """Clients send it in a field of its own."""
    circle = describe(models.Shape).members[0]
    assert (circle.hint, circle.tag_field, circle.tag) == (models.Circle, "type", "circle")


def test_what_only_a_model_understands_is_custom() -> None:
    """The members of such a union are described one by one."""
    described = describe(Half)
    found = [field.type for field in described.fields.values()]
    assert [part.kinds for part in found] == [{"custom"}, {"custom"}]
    assert found[0].members[0].element is described


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (models.Upload, {FileStorage}),
        (dict[str, tuple[models.Post, object]], {models.Post, object}),
        (models.Node, set[Any]()),
    ],
)
def test_unknown_types_are_found_at_every_depth(hint: Any, expected: set[Any]) -> None:
    """What is in a model only the model knows."""
    assert set(unknown_types(describe(hint))) == expected
