"""Values compared with types."""

from __future__ import annotations

from typing import Any

import pytest

from fsapi.contracts.checks import narrow
from fsapi.contracts.typeinfo import describe
from tests import models


@pytest.mark.parametrize(
    ("hint", "value", "expected"),
    [
        (int | models.Row, {}, models.Row),
        (models.Row | list[int] | None, [], list[int]),
        (models.Shape, {"type": "circle"}, models.Circle),
        (models.Shape | None, {"type": "square"}, models.Square),
        (models.Shape, {"type": "x"}, models.Shape),
        (models.Shape, {}, models.Shape),
        (models.Tagged | models.Other, ["other", 1], models.Other),
        (models.Tagged | models.Other, [], models.Tagged | models.Other),
        (int | models.Row, 1, int | models.Row),
        (models.Row, 1, models.Row),
    ],
)
def test_a_union_is_narrowed_by_a_value(hint: Any, value: Any, expected: Any) -> None:
    """By whether the value is an object or an array, and among Structs by the tag."""
    assert narrow(describe(hint), value).hint == expected
