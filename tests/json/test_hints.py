"""Types behind their aliases and metadata."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, NewType, TypeVar

import msgspec
import pytest
from typing_extensions import NotRequired, Required, TypeAliasType, TypedDict, TypeVarTuple, Unpack

from fsapi.json import hints
from tests import models

Number = NewType("Number", int)
K = TypeVar("K")
V = TypeVar("V")
Ts = TypeVarTuple("Ts")


def alias(value: Any, *variables: Any) -> Any:
    """Return what `type A[K, V] = ...` makes from Python 3.12 on (PEP 695)."""
    make: Any = TypeAliasType
    return make("A", value, type_params=variables)


BASE: Any = Generic
LISTS: Any = list
DICTS: Any = dict
TUPLES: Any = tuple
BY = DICTS[V, K]
UNPACK: Any = Unpack
REST = UNPACK[Ts]
ROW = TUPLES[REST, K]


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


#: Types, and what their names mean.
EXPANDED: dict[str, tuple[Any, Any]] = {
    "no name": (int, int),
    "a name": (alias(int), int),
    "a name in brackets": (DICTS[str, alias(LISTS[alias(int)])], dict[str, list[int]]),
    "a name in a union": (alias(int) | None, int | None),
    "a name in Annotated": (Annotated[alias(int), "words"], Annotated[int, "words"]),
    "a Literal": (Literal["a"], Literal["a"]),
    "variables in another order": (alias(BY, K, V)[int, str], dict[str, int]),
    "the variable itself": (alias(K, K)[int], int),
    "a variable that does not count": (alias(LISTS[V], K, V)[int, str], list[str]),
    "a name of a name": (alias(alias(BY, K, V)[V, K], K, V)[int, str], dict[int, str]),
}
MISREAD = {"variables in another order", "the variable itself", "a variable that does not count", "a name of a name"}
if sys.version_info >= (3, 11):  # Python 3.10 does not fill them
    EXPANDED |= {
        "any number of types": (alias(TUPLES[REST], Ts)[int, str], tuple[int, str]),
        "a type before any number": (alias(ROW, K, Ts)[int, str, bool], tuple[str, bool, int]),
        "a type after any number": (alias(ROW, Ts, K)[str, bool, int], tuple[str, bool, int]),
    }
    MISREAD |= {"a type before any number"}


@pytest.mark.parametrize("case", EXPANDED)
def test_names_are_expanded_at_every_depth(case: str) -> None:
    """The type variables of a name are filled in by its own order."""
    hint, meant = EXPANDED[case]
    assert hints.expanded(hint) == meant


def test_a_name_is_misread_if_its_type_has_other_variables() -> None:
    """By msgspec, which fills those of the type that the name stands for."""
    found = {case for case, (hint, _) in EXPANDED.items() if hints.is_misread(hint)}
    assert found == MISREAD


def annotated(make: Callable[..., Any]) -> Any:
    """Return a generic class whose type parameters only its own scope knows, as in `class Box[X]` (PEP 695)."""
    variable: Any = TypeVar("X")  # type: ignore[misc] # which its name in text is
    cls = make(variable)
    cls.__annotations__ = {"value": "list[X]"}
    cls.__type_params__ = (variable,)
    return cls


def make_class(variable: Any) -> Any:
    """Return a generic class."""

    class Box(BASE[variable]):  # type: ignore[misc] # made at run time
        pass

    return Box


def test_text_can_name_the_type_parameters_of_its_class() -> None:
    """Up to Python 3.12.3, typing does not know them."""
    box = annotated(make_class)
    assert hints.field_types(box[int]) == hints.open_field_types(box[int]) == {"value": list[int]}


class Qualified(TypedDict, total=False):
    """A TypedDict whose qualifiers stand within metadata."""

    needed: Annotated[Required[int], "words"]
    other: Annotated[NotRequired[Annotated[str, "inner"]], "outer"]


def test_qualifiers_are_dropped_from_within_metadata() -> None:
    """PEP 655 allows them on both sides of it."""
    types = hints.field_types(Qualified)
    assert types == {"needed": Annotated[int, "words"], "other": Annotated[str, "inner", "outer"]}
