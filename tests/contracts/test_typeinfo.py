"""Types taken apart."""

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
    ("kind", "expected"),
    [
        (int, int),
        (Annotated[int, "words"], int),
        (Number, int),
        (Annotated[Number, "words"], int),
        (list[Number], list[Number]),
        (models.Color, models.Color),
    ],
)
def test_a_type_without_what_is_said_about_it(kind: Any, expected: Any) -> None:
    """Constraints and names of aliases go, the type itself stays."""
    assert typeinfo.unwrap(kind) == expected


def test_an_alias_is_what_it_stands_for() -> None:
    """`type X = ...` of Python 3.12 is an object of such a class (PEP 695)."""

    class TypeAliasType:
        __value__ = Annotated[int, "words"]

    assert typeinfo.unwrap(TypeAliasType()) is int


@pytest.mark.parametrize(
    ("kind", "expected"),
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
        *((kind, {}) for kind in (int, dict[str, int], models.Pair, models.Point, models.Shape, Any)),
    ],
)
def test_the_fields_of_an_object(kind: Any, expected: Any) -> None:
    """By their names in JSON, with type variables filled in; nothing else has fields."""
    assert typeinfo.fields(kind) == expected


def test_a_type_variable_that_was_not_given_is_anything() -> None:
    """As checkers have it."""
    assert typeinfo.fields(models.Page)["items"] == Field(list[Any], True)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (list[int], int),
        (set[int], int),
        (tuple[int, ...], int),
        (Sequence[int], int),
        (dict[str, int], int),
        (Annotated[dict[str, int], "words"], int),
        (Mapping[str, int], int),
        *((kind, NO_ELEMENT) for kind in (tuple[int, str], list, int, str, list[int] | None, models.Page[int], Any)),
    ],
)
def test_the_values_of_a_list_or_dict(kind: Any, expected: Any) -> None:
    """Where they are all of one type."""
    assert typeinfo.element(kind) is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(tuple[int, str], [int, str]), (models.Pair, [int, str]), (models.Point, [int, int]), (list[int], []), (int, [])],
)
def test_the_values_of_a_tuple(kind: Any, expected: Any) -> None:
    """In their order."""
    assert list(typeinfo.positions(kind)) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
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
def test_one_of_many_types(kind: Any, value: Any, expected: Any) -> None:
    """It is told by what the value is, and among objects by their tags."""
    assert typeinfo.narrowed(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
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
def test_what_a_type_is_in_json(kind: Any, expected: set[str]) -> None:
    """All words for what it can be."""
    assert json_kinds.kinds_of(kind) == expected
