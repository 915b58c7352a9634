"""Text by name, made ready for the fields of a type."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypedDict

import pytest
from werkzeug.datastructures import FileStorage

from fsapi.contracts.coercion import TextFields, is_flat, takes_any_text
from tests import models

TYPED_DICT: Any = TypedDict  # whose call checkers know with literal names alone


def fields(**kinds: Any) -> Any:
    """Return the type of a dict with fields."""
    return TYPED_DICT("fields", kinds)


READ: list[tuple[Any, str, Any]] = [
    (int, "42", 42),
    (int, "-1", -1),
    (int, "0", 0),
    *(
        (int, text, text)
        for text in ("042", "+4", " 4", "4 ", "4.0", "1e3", "-0", "٣", "1_0", "", "null", "true", "9" * 5000)
    ),
    (int | None, "3", 3),
    (int | None, "null", "null"),
    (models.Positive, "7", 7),
    (Literal[1, 2], "2", 2),
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


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_text_is_read_as_what_a_field_takes(kind: Any, text: str, value: Any) -> None:
    """Numbers and truth values are read in the forms of the table; all else stays text, for msgspec to judge."""
    found = TextFields(fields(x=kind)).collected([("x", text)])["x"]
    assert (found, type(found)) == (value, type(value))


def test_a_list_has_the_values_of_all_equal_names() -> None:
    """Of a field that is no list the last value counts."""
    pairs = [("tag", "1"), ("page", "2"), ("tag", "x"), ("page", "3"), ("other", "a")]
    assert TextFields(models.Query).collected(pairs) == {"tag": [1, "x"], "page": 3, "other": "a"}


def test_an_optional_list_is_a_list() -> None:
    """`list[int] | None` collects as `list[int]` does."""
    assert TextFields(fields(x=list[int] | None)).collected([("x", "1"), ("x", "2")]) == {"x": [1, 2]}


def test_a_model_reads_its_text_itself() -> None:
    """Only lists are collected for it."""
    assert TextFields(models.Post).collected([("tags", "1"), ("author", "2")]) == {"tags": ["1"], "author": "2"}


def test_values_that_are_no_text_stay() -> None:
    """The params of a path can have been converted by a matcher, or be absent."""
    assert TextFields(fields(x=int, y=int | None, z=list[int])).read({"x": 1, "y": None, "z": ["2"]}) == {
        "x": 1,
        "y": None,
        "z": [2],
    }


def test_fields_without_a_use_for_empty_text() -> None:
    """Only what takes text takes empty text."""
    assert TextFields(models.Query).textless == {"page", "ratio", "full", "since", "color", "size", "tag", "key"}


@pytest.mark.parametrize(
    ("kind", "expected"),
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
        (fields(files=list[FileStorage]), True),
        (fields(rows=list[list[int]]), False),
    ],
)
def test_what_text_and_files_can_fill(kind: Any, expected: bool) -> None:
    """An object whose fields are no objects, and no lists of lists."""
    assert is_flat(kind) is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (dict[str, str], True),
        (dict[str, Any], True),
        (dict[str, str | list[str]], True),
        (dict[str, int], False),
        (list[str], False),
    ],
)
def test_dicts_of_text(kind: Any, expected: bool) -> None:
    """A dict can take what a path or query has, by any name."""
    assert takes_any_text(kind) is expected
