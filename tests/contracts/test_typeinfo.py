"""What types are made of, and their kinds in JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NewType, TypedDict, TypeVar
from uuid import UUID

import msgspec
import pytest
from werkzeug.datastructures import FileStorage

from fsapi.contracts import json_kinds, typeinfo
from fsapi.contracts.typeinfo import NO_ELEMENT, Field
from tests import models

T = TypeVar("T")
Number = NewType("Number", int)


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
        (int, int),
        (Annotated[int, "words"], int),
        (Number, int),
        (Annotated[Number, "words"], int),
        (list[Number], list[Number]),
        (models.Color, models.Color),
    ],
)
def test_a_type_is_unwrapped_from_metadata_and_names(hint: Any, expected: Any) -> None:
    """Constraints and the names of aliases go; the type itself stays."""
    assert typeinfo.unwrap(hint) == expected


def test_an_alias_is_unwrapped_to_its_type() -> None:
    """`type X = ...` creates a TypeAliasType from Python 3.12 on (PEP 695)."""

    class TypeAliasType:
        __value__ = Annotated[int, "words"]

    assert typeinfo.unwrap(TypeAliasType()) is int


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (models.Id, {"id": Field(int, True)}),
        (models.Typed, {"name": Field(str, False), "when": Field(datetime, False)}),
        (models.Partial, {"a": Field(int, True), "b": Field(int, False)}),
        (models.Data, {"name": Field(str, True), "price": Field(Decimal, False)}),
        (models.Attrs, {"name": Field(str, True), "color": Field(models.Color, False)}),
        (models.Model, {"name": Field(str, True), "born": Field(date | None, False)}),
        (
            models.Named,
            {
                "firstName": Field(str, True),
                "key": Field(UUID | str, False),
                "tag": Field(list[int], False),
                "where": Field(str, False),
            },
        ),
        (models.Root, {}),
        (Annotated[models.Id, msgspec.Meta(title="words"), ["no hash"]], {"id": Field(int, True)}),
        (Box[int], {"oneItem": Field(int, True), "allItems": Field(list[int], False)}),
        (One[int], {"it": Field(int, True)}),
        (One, {"it": Field(Any, True)}),
        (models.Page[int], {"items": Field(list[int], True), "first": Field(int | None, False)}),
        *((hint, {}) for hint in (int, dict[str, int], models.Pair, models.Point, models.Shape, Any)),
    ],
)
def test_the_fields_of_an_object_have_their_json_names(hint: Any, expected: Any) -> None:
    """Type variables are filled in; only objects have fields."""
    assert typeinfo.fields(hint) == expected


def test_a_type_variable_without_a_type_is_any() -> None:
    """Type checkers do the same."""
    assert typeinfo.fields(models.Page)["items"] == Field(list[Any], True)


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
        *((hint, NO_ELEMENT) for hint in (tuple[int, str], list, int, str, list[int] | None, models.Page[int], Any)),
    ],
)
def test_the_element_of_a_list_or_dict_is_the_type_of_its_values(hint: Any, expected: Any) -> None:
    """A type whose values differ in type has no element."""
    assert typeinfo.element(hint) is expected


@pytest.mark.parametrize(
    ("hint", "expected"),
    [(tuple[int, str], [int, str]), (models.Pair, [int, str]), (models.Point, [int, int]), (list[int], []), (int, [])],
)
def test_the_positions_of_a_tuple_each_have_a_type(hint: Any, expected: Any) -> None:
    """A list has no positions."""
    assert list(typeinfo.positions(hint)) == expected


@pytest.mark.parametrize(
    ("hint", "value", "expected"),
    [
        (int | models.Row, {}, models.Row),
        (models.Row | list[int] | None, [], list[int]),
        (models.Shape, {"type": "circle"}, models.Circle),
        (models.Shape | None, {"type": "square"}, models.Square),
        (models.Shape, {"type": "x"}, models.Shape),
        (models.Shape, {}, models.Shape),
        (int | models.Row, 1, int | models.Row),
        (models.Row, 1, models.Row),
    ],
)
def test_a_union_is_narrowed_by_a_value(hint: Any, value: Any, expected: Any) -> None:
    """By whether the value is an object or an array, and among Structs by the tag."""
    assert typeinfo.narrow(hint, value) == expected


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
    assert json_kinds.kinds_of(hint) == expected
