"""Steps of a path into data, and names of types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from fsapi.json.path import children, path_step, type_name
from tests.json.values import Doubled, Struct

KEYS = [("id", ".id"), (7, "[7]"), (-1, "[int]"), (10**5000, "[int]"), (1.5, "[float]"), (None, "[NoneType]")]


@pytest.mark.parametrize(("key", "step"), KEYS, ids=range(len(KEYS)))
def test_a_key_without_a_reliable_text_is_named_by_its_type(key: object, step: str) -> None:
    """An int of 5,000 digits cannot be converted to str."""
    assert path_step(key) == step


def test_a_type_is_named_with_its_module_unless_it_is_built_in() -> None:
    """A reader knows what `int` is, but may have a Decimal of another library."""
    assert [type_name(1), type_name(Decimal(1))] == ["int", "decimal.Decimal"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"a": 1}, [(".a", 1)]),
        ([1, 2], [("[0]", 1), ("[1]", 2)]),
        (Struct(3), [(".x", 3)]),
        ("text", []),
        (Struct, []),
        (MultiDict({"a": 1}), [(".a", [1])]),
        (Doubled([1]), [("[0]", 1)]),
    ],
)
def test_the_children_of_a_value_are_what_it_stores(value: Any, found: list[tuple[str, Any]]) -> None:
    """Each comes with its step of the path."""
    assert list(children(value)) == found
