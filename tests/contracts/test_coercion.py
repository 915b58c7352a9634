"""Text read as the values that fields expect."""

from __future__ import annotations

import enum
import re
from datetime import date
from typing import Any, Literal, TypedDict

import pydantic
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from fsapi.contracts.coercion import TextFields, is_flat, takes_any_text
from fsapi.contracts.typeinfo import describe
from tests import models

TYPED_DICT: Any = TypedDict  # type checkers accept a call with literal names only


def typed_dict(**hints: Any) -> Any:
    """Return a TypedDict with some fields."""
    return TYPED_DICT("Fields", hints)


READ: list[tuple[Any, str, Any]] = [
    (int, "42", 42),
    (int, "-1", -1),
    (int, "0", 0),
    *(
        (int, text, text)
        for text in ("042", "+4", " 4", "4 ", "4.0", "1e3", "-0", "٣", "1_0", "", "null", "true", "9" * 5000)
    ),
    *((int, str(value), value) for value in (2**63 - 1, -(2**63), 10**18)),
    *((int, str(value), str(value)) for value in (2**63, -(2**63) - 1, 10**19)),
    (list[int] | None, str(2**63), [str(2**63)]),
    (str | int, str(2**63), str(2**63)),
    (int | float, str(2**63), float(2**63)),
    (int | None, "3", 3),
    (int | None, "null", "null"),
    (models.Positive, "7", 7),
    (Literal[1, 2], "2", 2),
    (Literal[True], "on", True),
    (Literal[True, "x"] | None, "True", True),
    (Literal[False, 1], "1", 1),
    (float, "1.5", 1.5),
    (float, "-2e3", -2000.0),
    *((float, text, text) for text in ("nan", "inf", "1e999", ".5", "1.", "0x1")),
    (int | float, "2", 2),
    (int | float, "2.5", 2.5),
    *((bool, text, True) for text in ("true", "True", "1", "on")),
    *((bool, text, False) for text in ("false", "FALSE", "0")),
    *((bool, text, text) for text in ("yes", "off", "", "2")),
    (str, "42", "42"),
    (str | int, "42", "42"),
    (Any, "42", "42"),
    (date, "2026-01-02", "2026-01-02"),
    (Literal["a", "b"], "a", "a"),
    (models.Color, "red", "red"),
]


@pytest.mark.parametrize(("hint", "text", "value"), READ)
def test_text_is_read_as_the_type_of_its_field(hint: Any, text: str, value: Any) -> None:
    """Numbers and booleans are read in one notation each; other text stays text, for msgspec to check."""
    found = TextFields(describe(typed_dict(x=hint))).collect([("x", text)])["x"]
    assert (found, type(found)) == (value, type(value))


@given(st.text("-+01289_ ٣９\n", max_size=21) | st.integers(-(10**20), 10**20).map(str))
@example(str(2**63))
@example(str(-(2**63) - 1))
def test_a_whole_number_is_written_in_one_way(text: str) -> None:
    """As JSON writes it (RFC 8259, 6), and with at most 64 bits."""
    reads = re.fullmatch(r"0|-?[1-9][0-9]*", text) is not None and -(2**63) <= int(text) < 2**63
    expected = int(text) if reads else text
    assert TextFields(describe(typed_dict(x=int))).read({"x": text}) == {"x": expected}


def test_a_list_has_the_values_of_all_equal_names() -> None:
    """For a field that is not a list, the last value counts."""
    pairs = [("tag", "1"), ("page", "2"), ("tag", "x"), ("page", "3"), ("other", "a")]
    assert TextFields(describe(models.Query)).collect(pairs) == {"tag": [1, "x"], "page": 3, "other": "a"}


def test_an_optional_list_is_a_list() -> None:
    """`list[int] | None` collects values as `list[int]` does."""
    assert TextFields(describe(typed_dict(x=list[int] | None))).collect([("x", "1"), ("x", "2")]) == {"x": [1, 2]}


def test_a_model_reads_its_text_itself() -> None:
    """Models have rules for text; only lists are collected for them."""
    assert TextFields(describe(models.Post)).collect([("tags", "1"), ("author", "2")]) == {"tags": ["1"], "author": "2"}


class Level(enum.IntEnum):
    """An enum of ints."""

    LOW = 1


class Mixed(enum.Enum):
    """An enum that msgspec does not read."""

    ONE = 1
    TEXT = "b"


class Ratio(enum.Enum):
    """An enum that no Literal can have the values of."""

    HALF = 0.5


@pytest.mark.parametrize(
    ("hint", "texts", "value"),
    [
        (Literal[Level.LOW], ["1"], 1),
        (list[Literal[Level.LOW]], ["1"], [1]),
        (list[Literal["a", Level.LOW] | None], ["a", "1"], ["a", 1]),
        (Mixed, ["1"], 1),
        (list[Mixed], ["1", "b"], [1, "b"]),
        (set[Ratio], ["0.5"], ["0.5"]),
        (list[Level], ["1"], [1]),
        (list[models.Color], ["red"], ["red"]),
    ],
)
def test_text_is_one_of_the_values_of_an_enum_in_a_model(hint: Any, texts: list[str], value: Any) -> None:
    """Also of those that msgspec does not read: members in a Literal, and values of several types."""
    fields = TextFields(describe(pydantic.create_model("Model", x=(hint, ...))))
    assert fields.collect([("x", text) for text in texts]) == {"x": value}


def test_values_that_are_not_text_stay() -> None:
    """A matcher may have converted a param, and a param may be absent."""
    assert TextFields(describe(typed_dict(x=int, y=int | None, z=list[int]))).read({"x": 1, "y": None, "z": ["2"]}) == {
        "x": 1,
        "y": None,
        "z": [2],
    }


def test_only_a_field_of_plain_text_may_be_empty() -> None:
    """Empty text is a str; it is not a number, a date or one of some strings."""
    fields = TextFields(describe(models.Query)).fields
    assert {name for name, field in fields.items() if field.may_be_empty} == {"q"}


@pytest.mark.parametrize(
    ("hint", "expected"),
    [(models.Upload, True), (models.NewUser, True), (models.Open, False), (typed_dict(title=Any), False)],
)
def test_a_file_is_left_out_only_where_a_field_takes_anything(hint: Any, expected: bool) -> None:
    """A field of text keeps the file, so that validation reports it."""
    assert {field.may_be_file for field in TextFields(describe(hint)).fields.values()} == {expected}


@pytest.mark.parametrize(("hint", "expected"), [(models.Strict, True), (models.NewUser, False)])
def test_an_unknown_file_is_kept_for_a_type_that_forbids_it(hint: Any, expected: bool) -> None:
    """Validation then reports an unknown field; elsewhere the file is left out."""
    assert TextFields(describe(hint)).unknown.may_be_file is expected


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (models.Query, True),
        (models.Upload, True),
        (models.Model, True),
        (models.Named, True),
        (models.Tangled, False),
        (models.Root, False),
        (models.Typed, True),
        (models.Nested, False),
        (models.Post, False),
        (models.Pair, False),
        (models.Node, False),
        (models.Shape, False),
        (list[int], False),
        (dict[str, str], False),
        (typed_dict(files=list[FileStorage]), True),
        (typed_dict(rows=list[list[int]]), False),
    ],
)
def test_a_flat_type_is_an_object_of_simple_fields(hint: Any, expected: bool) -> None:
    """Its fields are not objects and not lists of lists, so that text and files can fill them."""
    assert is_flat(describe(hint)) is expected


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (dict[str, str], True),
        (dict[str, Any], True),
        (dict[str, str | list[str]], True),
        (dict[str, int], False),
        (list[str], False),
    ],
)
def test_a_dict_of_str_takes_any_text(hint: Any, expected: bool) -> None:
    """It can be filled from a path or a query, under any name."""
    assert takes_any_text(describe(hint)) is expected
