"""Generic classes in contracts: what their type variables stand for, also in the classes below them."""

# The types of the tables are made at run time.
# pyright: reportMissingTypeArgument=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import attrs
import pytest
import typing_extensions
from msgspec import Struct
from typing_extensions import TypedDict

from fsapi.answers.writer import writer
from fsapi.contracts.allowed_types import open_variable
from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, reader
from fsapi.json import hints
from tests.site import raised


@dataclass
class A:
    """What is declared."""

    id: int


@dataclass
class B(A):
    """A subclass with a secret."""

    secret: str = "hunter2"


T = TypeVar("T")
U = TypeVar("U")
Limited = TypeVar("Limited", bound=list[A])
Given = typing_extensions.TypeVar("Given", default=A)


@dataclass
class Box(Generic[T]):
    """A field of any type."""

    data: T


@dataclass
class Same(Box[list[T]], Generic[T]):
    """The variable is that of the base."""


@dataclass
class Other(Box[dict[str, U]], Generic[U]):
    """The variable is another than that of the base."""


@dataclass
class Optional(Box[T | None], Generic[T]):
    """The variable is a member of a union."""


@dataclass
class Twice(Other[list[T]], Generic[T]):
    """Two classes below."""


@dataclass
class Closed(Twice[A]):
    """Without a variable of its own."""


class Last(Closed):
    """Without anything of its own."""


@dataclass
class Pair(Generic[T, U]):
    """Two variables."""

    one: T
    two: U


@dataclass
class Swapped(Pair[U, T], Generic[T, U]):
    """The variables in another order."""


@dataclass
class Bare(Box):  # type: ignore[type-arg]
    """A base without brackets."""


@attrs.define
class AttrsBox(Generic[T]):
    """A field of any type."""

    data: T


@attrs.define
class AttrsSame(AttrsBox[list[T]], Generic[T]):
    """The variable is that of the base."""


@dataclass
class Bound(Generic[Limited]):
    """A variable with a bound."""

    data: Limited


class BoundStruct(Struct, Generic[Limited]):
    """A variable with a bound."""

    data: Limited


class Dict(TypedDict, Generic[T]):
    """A key of any type."""

    data: T


class DictOfItself(Dict[T], Generic[T]):
    """The same variable."""

    more: int


class ClosedDict(Dict[A]):
    """A base with a type in its brackets."""


class SameDict(Dict[list[T]], Generic[T]):
    """A base with a type made of the variable."""


class BelowSameDict(SameDict[T], Generic[T]):
    """A base whose base has such a type."""


class NoVariables(ClosedDict):
    """No brackets at all."""


class Default(Struct, Generic[Given]):
    """A variable with a default."""

    data: Given


@dataclass
class DefaultData(Generic[Given]):
    """A variable with a default."""

    data: Given


@dataclass
class BelowDefault(DefaultData):
    """A base without brackets."""


one: Any = B(1)
many: Any = [one]
WRITTEN: Mapping[str, tuple[Any, Any, Any]] = {
    "the same variable": (Same[A], Same(many), {"data": [{"id": 1}]}),
    "another variable": (Other[A], Other({"a": one}), {"data": {"a": {"id": 1}}}),
    "a union": (Optional[A], Optional(one), {"data": {"id": 1}}),
    "in a list": (list[Optional[A]], [Optional(one)], [{"data": {"id": 1}}]),
    "two classes below": (Twice[A], Twice({"a": many}), {"data": {"a": [{"id": 1}]}}),
    "no variable": (Closed, Closed({"a": many}), {"data": {"a": [{"id": 1}]}}),
    "nothing of its own": (Last, Last({"a": many}), {"data": {"a": [{"id": 1}]}}),
    "swapped": (Swapped[A, int], Swapped(1, one), {"one": 1, "two": {"id": 1}}),
    "attrs": (AttrsSame[A], AttrsSame(many), {"data": [{"id": 1}]}),
    "a bound": (Bound, Bound(many), {"data": [{"id": 1}]}),
    "a bound of a Struct": (BoundStruct, BoundStruct(many), {"data": [{"id": 1}]}),
    "a TypedDict": (Dict[A], {"data": one}, {"data": {"id": 1}}),
    "below a TypedDict": (DictOfItself[A], {"data": one, "more": 2}, {"data": {"id": 1}, "more": 2}),
    "a default that is not needed": (Default[list[A]], Default(many), {"data": [{"id": 1}]}),
    "no brackets": (Bare, Bare(2), {"data": 2}),
}


def test_an_answer_has_the_fields_of_what_a_variable_stands_for() -> None:
    """Also where a base takes a type that is made of the variable."""

    def written(hint: Any, value: Any) -> Any:
        write = writer(hint)
        assert write is not None
        return jsonlib.loads(write(value))

    assert {name: written(hint, value) for name, (hint, value, _) in WRITTEN.items()} == {
        name: expected for name, (*_, expected) in WRITTEN.items()
    }


def test_the_places_of_errors_follow_the_bases() -> None:
    """A body is read as what its variables stand for."""
    with pytest.raises(Invalid) as caught:
        reader(describe(Swapped[str, int]))(b'{"one": "a", "two": 1}')
    assert [path for path, _ in caught.value.errors] == ["$.one", "$.two"]


INHERITED = "TypeError: {} has `data` from a generic TypedDict; write the field in it"
UNREAD = "TypeError: the default of the type variable Given is not read; write the type in brackets"
REJECTED: Mapping[Any, str] = {
    ClosedDict: INHERITED.format("ClosedDict"),
    NoVariables: INHERITED.format("NoVariables"),
    SameDict[A]: INHERITED.format("SameDict"),
    BelowSameDict[A]: INHERITED.format("BelowSameDict"),
    list[ClosedDict]: INHERITED.format("ClosedDict"),
    Default: UNREAD,
    list[Default]: UNREAD,
    DefaultData: UNREAD,
    BelowDefault: UNREAD,
}


def test_what_msgspec_would_take_for_any_type_is_rejected() -> None:
    """It knows neither defaults nor the brackets of the bases of a TypedDict."""
    assert {hint: raised(describe, hint) for hint in REJECTED} == REJECTED


def test_a_variable_with_a_bound_is_its_bound() -> None:
    """One without a limit, or with a default, stays open."""
    assert hints.unwrap(Limited) == list[A]
    assert [open_variable(list[hint]) for hint in (T, Given, Limited)] == [T, Given, None]  # type: ignore[valid-type]
