"""Types behind their aliases and metadata."""

from __future__ import annotations

from typing import Annotated, Any, NewType

import msgspec
import pytest

from fsapi.json import hints
from tests import models

Number = NewType("Number", int)


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
    assert hints.unwrap(hint) == expected


def test_an_alias_is_unwrapped_to_its_type() -> None:
    """`type X = ...` creates a TypeAliasType from Python 3.12 on (PEP 695)."""

    class TypeAliasType:
        __value__ = Annotated[int, "words"]

    assert hints.unwrap(TypeAliasType()) is int


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (int | None, (int, type(None))),
        (Annotated[int | msgspec.UnsetType, "words"], (int,)),
        (int, ()),
        (list[int], ()),
    ],
)
def test_the_members_of_a_union_are_those_that_can_be_sent(hint: Any, expected: Any) -> None:
    """UNSET stands for what was not sent; a type that is no union has no members."""
    assert hints.members(hint) == expected


SHORT_NAMES: dict[str, str] = {
    "Req[server~2.f1.A]": "Req[A]",
    "Req[server.users.[id].A, dict[str, lib.B]]": "Req[A, dict[str, B]]",
    "list[server.v[id].[[n=int]].a-b.[...x].A] | lib.B": "list[A] | B",
    "typing.Callable[[lib.A], list[int]]": "Callable[[A], list[int]]",
    "NoneType": "None",
}


class Named:
    """What str() writes as it is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._name


def test_a_short_name_has_no_modules() -> None:
    """Those of route files have brackets in their names."""
    assert {name: hints.short_name(Named(name)) for name in SHORT_NAMES} == SHORT_NAMES
