"""Pydantic models that are filled from text: of a path, a query or a form."""

from __future__ import annotations

import datetime
import enum
import io
import uuid
from decimal import Decimal
from typing import Any, Literal

import pydantic
import pydantic_core
import pytest
from pydantic import AliasChoices, ConfigDict, Field
from werkzeug.datastructures import FileStorage

from fsapi.contracts.coercion import TextFields
from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, text_builder

KEY = uuid.UUID(int=1)


class Color(enum.Enum):
    """An enum of text."""

    RED = "red"


class Size(enum.Enum):
    """An enum of numbers."""

    SMALL = 1


class Query(pydantic.BaseModel):
    """A query with a field of every kind."""

    n: int = 0
    full: bool = False
    ratio: float = 0
    one: Literal[1, 2] = 2
    mixed: Literal["a", 1] = "a"
    ones: list[Literal[1, 2]] = []
    color: Color | None = None
    size: Size | None = None
    key: uuid.UUID | None = None
    day: datetime.date | None = None
    price: Decimal = Decimal()
    tags: set[int] = Field(set(), validation_alias=AliasChoices("tag", "tags"))
    word: int | str = ""


class Strict(Query):
    """A strict one."""

    model_config = ConfigDict(strict=True)


def fill(hint: Any, pairs: list[tuple[str, Any]]) -> Any:
    """Return a model for the pairs of a query."""
    described = describe(hint)
    return text_builder(described)(TextFields(described).collect(pairs))


#: The pairs of a query, and the value of the field.
TEXTS: list[tuple[list[tuple[str, str]], str, Any]] = [
    ([("n", "5")], "n", 5),
    ([("full", "on")], "full", True),
    ([("ratio", "1.5")], "ratio", 1.5),
    ([("one", "1")], "one", 1),
    ([("mixed", "1")], "mixed", 1),
    ([("ones", "1"), ("ones", "2")], "ones", [1, 2]),
    ([("color", "red")], "color", Color.RED),
    ([("size", "1")], "size", Size.SMALL),
    ([("key", str(KEY))], "key", KEY),
    ([("day", "2026-01-02")], "day", datetime.date(2026, 1, 2)),
    ([("price", "1.50")], "price", Decimal("1.50")),
    ([("tag", "1"), ("tag", "2")], "tags", {1, 2}),
    ([("tags", "1")], "tags", {1}),
    ([("word", "5")], "word", "5"),
]


def test_text_fills_the_fields_of_a_model() -> None:
    """Of a strict one too, as text fills those of a Struct."""
    for hint in (Query, Strict):
        assert {str(pairs): getattr(fill(hint, pairs), name) for pairs, name, _ in TEXTS} == {
            str(pairs): value for pairs, _, value in TEXTS
        }


def test_text_fills_a_field_that_can_be_missing() -> None:
    """The sentinel is new in pydantic 2.12, and no type that msgspec knows."""
    for missing in [pydantic_core.MISSING] if hasattr(pydantic_core, "MISSING") else []:
        hints = {"tags": list[int] | missing, "one": Literal[1, 2] | missing, "full": bool | None | missing}
        fields: dict[str, Any] = {name: (hint, missing) for name, hint in hints.items()}
        pairs = [("tags", "1"), ("tags", "2"), ("one", "1"), ("full", "on")]
        for strict in (False, True):
            model = pydantic.create_model("Model", **fields, __config__=ConfigDict(strict=strict))
            assert fill(model, pairs).model_dump() == {"tags": [1, 2], "one": 1, "full": True}


#: The pairs of a query that does not fit, and the place.
WRONG = [("n", "9" * 20), ("n", "9" * 5000), ("n", ""), ("one", "3"), ("size", "01"), ("key", "x"), ("price", "NaN")]


def test_text_that_does_not_fit_has_the_place_of_its_name() -> None:
    """Whatever the model says of it."""
    for hint in (Query, Strict):
        for name, text in WRONG:
            with pytest.raises(Invalid) as caught:
                fill(hint, [(name, text)])
            assert [path for path, _ in caught.value.errors] == [f"$.{name}"], (hint, name, text)


def test_a_file_is_no_text_for_a_strict_model() -> None:
    """It stays what it is, so that the model rejects it."""
    with pytest.raises(Invalid):
        fill(Strict, [("word", FileStorage(io.BytesIO(b"x")))])
    with pytest.raises(Invalid):
        fill(Strict, [("tag", FileStorage(io.BytesIO(b"x")))])
