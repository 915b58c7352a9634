"""All that is wrong with a value, with places and texts."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapi.contracts.all_errors import MAX_ERRORS
from fsapi.contracts.validation import MAX_LENGTH, Invalid, builder, reader
from fsapi.json.malformed import Malformed
from tests import models

NOT_INT = "Expected `int`, got `str`"


def wrongs(kind: Any, data: Any) -> list[tuple[str, str]]:
    """Return what is wrong with data as JSON; bytes are JSON already."""
    with pytest.raises(Invalid) as caught:
        reader(kind)(data if isinstance(data, bytes) else json.dumps(data).encode())
    return caught.value.wrongs


CASES: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    (models.NewUser, 1, [("$", "Expected `object`, got `int`")]),
    (models.NewUser, {}, [("$.name", "Missing field")]),
    (
        models.NewUser,
        {"name": "", "age": "x"},
        [("$.name", "Expected `str` of length >= 1"), ("$.age", "Expected `int | null`, got `str`")],
    ),
    (
        models.Strict,
        {"b": 1, "a": 2},
        [("$.b", "Unknown field"), ("$.a", "Unknown field"), ("$.name", "Missing field")],
    ),
    (models.Strict, {"name": 1, "a b": 2}, [("$.a b", "Unknown field"), ("$.name", "Expected `str`, got `int`")]),
    (models.Data, {"price": "x"}, [("$.name", "Missing field"), ("$.price", "Invalid decimal string")]),
    (
        models.Attrs,
        {"name": 1, "color": "x"},
        [("$.name", "Expected `str`, got `int`"), ("$.color", "Invalid enum value 'x'")],
    ),
    (
        models.Typed,
        {"name": 1, "when": "x"},
        [("$.name", "Expected `str`, got `int`"), ("$.when", "Invalid RFC3339 encoded datetime")],
    ),
    (models.Partial, {"a": "x", "b": "y"}, [("$.a", NOT_INT), ("$.b", NOT_INT)]),
    (list[models.Partial], [{"b": 1}], [("$[0].a", "Missing field")]),
    (models.Pair, ["x", 1], [("$[0]", NOT_INT), ("$[1]", "Expected `str`, got `int`")]),
    (models.Pair, [], [("$", "Expected `array` of length 1 to 2")]),
    (models.Point, ["x", "y"], [("$[0]", NOT_INT), ("$[1]", NOT_INT)]),
    (models.Shape, {"type": "circle"}, [("$.r", "Missing field")]),
    (models.Shape, {"type": "square", "a": "x", "b": 1}, [("$.b", "Unknown field"), ("$.a", NOT_INT)]),
    (models.Shape, {"type": "x"}, [("$.type", "Invalid value 'x'")]),
    (models.Shape, {}, [("$", "Object missing required field `type`")]),
    (
        list[models.Shape],
        [{"type": "circle", "r": "x"}, {"type": "square"}],
        [("$[0].r", NOT_INT), ("$[1].a", "Missing field")],
    ),
    (models.Bounds, {"low": 2, "high": 1}, [("$", "low is above high")]),
    (list[models.Row], [{"id": 1}, {"id": "x"}, {}], [("$[1].id", NOT_INT), ("$[2].id", "Missing field")]),
    (
        models.Nested,
        {"rows": [{"id": 1, "tags": ["a", 2, 3]}, 4]},
        [
            ("$.rows[0].tags[1]", "Expected `str`, got `int`"),
            ("$.rows[0].tags[2]", "Expected `str`, got `int`"),
            ("$.rows[1]", "Expected `object`, got `int`"),
        ],
    ),
    (
        models.Nested,
        {"by_name": {"a": {"id": 1}, "b": {"id": "x"}, "c": {}}},
        [("$.by_name.b.id", NOT_INT), ("$.by_name.c.id", "Missing field")],
    ),
    (models.Nested, {"pair": ["x", 1]}, [("$.pair[0]", NOT_INT), ("$.pair[1]", "Expected `str`, got `int`")]),
    (models.Nested, {"pair": [1]}, [("$.pair", "Expected `array` of length 2")]),
    (models.Nested, {"shape": {"type": "circle", "r": "x"}}, [("$.shape.r", NOT_INT)]),
    (models.Nested, {"ids": [1, 2, 3, 4]}, [("$.ids", "Expected `array` of length <= 3")]),
    (
        models.Page[int],
        {"items": ["x"], "first": "y"},
        [("$.items[0]", NOT_INT), ("$.first", "Expected `int | null`, got `str`")],
    ),
    (models.Page[models.Row], {"items": [{}]}, [("$.items[0].id", "Missing field")]),
    (dict[int, int], {"x": 1, "2": "y"}, [("$", "Expected `int`, got `str` as a key"), ("$.2", NOT_INT)]),
    (dict[str, dict[str, int]], {"a": {"b": 1, "c": "x"}}, [("$.a.c", NOT_INT)]),
    (set[int], [1, "x"], [("$[1]", NOT_INT)]),
    (tuple[int, ...], [1, "x"], [("$[1]", NOT_INT)]),
    (int | None, "x", [("$", "Expected `int | null`, got `str`")]),
    (
        models.Post,
        {"author": {}, "tags": [1]},
        [("$.author.name", "Field required"), ("$.tags[0]", "Input should be a valid string")],
    ),
    (
        list[models.Model],
        [{"name": "a"}, {"name": 1}, {}],
        [("$[1].name", "Input should be a valid string"), ("$[2].name", "Field required")],
    ),
]


@pytest.mark.parametrize(("kind", "data", "expected"), CASES)
def test_all_that_is_wrong_is_told(kind: Any, data: Any, expected: list[tuple[str, str]]) -> None:
    """Every error comes with the path to it, in the order of fields and of lists."""
    assert wrongs(kind, data) == expected


@pytest.mark.parametrize(("kind", "data", "expected"), [case for case in CASES if not hasattr(case[0], "model_fields")])
def test_built_in_data_is_told_of_in_the_same_words(kind: Any, data: Any, expected: list[tuple[str, str]]) -> None:
    """Query and forms are checked as JSON is; msgspec adds the length of an array that is too short."""
    with pytest.raises(Invalid) as caught:
        builder(kind)(data)
    assert [(place, re.sub(r", got \d+$", "", text)) for place, text in caught.value.wrongs] == expected


def test_a_name_with_a_dot_is_one_name() -> None:
    """The longest name that the place begins with is the field."""
    kind = msgspec.defstruct("Dots", [("a", models.Row), ("b", int)], rename={"b": "a.id"})
    assert wrongs(kind, {"a": {"id": 1}, "a.id": "x"}) == [("$.a.id", NOT_INT)]
    assert wrongs(kind, {"a": {"id": "x"}, "a.id": 1}) == [("$.a.id", NOT_INT)]


def test_of_equal_keys_the_last_counts() -> None:
    """A value that does not fit is no error where a later one of its name does."""
    assert reader(models.NewUser)(b'{"name": 1, "name": "Ada"}') == models.NewUser("Ada")
    assert wrongs(models.NewUser, b'{"name": 1, "name": "Ada", "age": "x"}') == [
        ("$.age", "Expected `int | null`, got `str`")
    ]


@pytest.mark.parametrize("count", [MAX_ERRORS - 1, MAX_ERRORS, MAX_ERRORS + 1, 5000])
def test_so_many_are_told_at_most(count: int) -> None:
    """An answer stays small, however much is wrong."""
    assert len(wrongs(list[models.Row], [{"id": "x"}] * count)) == min(count, MAX_ERRORS)


def test_models_tell_so_many_at_most() -> None:
    """What a model finds is cut off as well."""
    assert len(wrongs(models.Post, {"author": {"name": ""}, "tags": [1] * 99})) == MAX_ERRORS


def test_models_are_not_asked_for_too_much() -> None:
    """A model would tell millions of errors at once; how many there are, it knows."""
    found = wrongs(models.Post, {"author": {"name": ""}, "tags": [1] * 10_001})
    assert found == [("$", "10001 errors, which are too many to be told")]


def test_errors_far_apart_are_found() -> None:
    """Values in between are checked in blocks, and none is left out."""
    rows: list[Any] = [{"id": 1}] * 5000
    rows[0], rows[2500], rows[4999] = {}, {}, {}
    assert [place for place, _ in wrongs(list[models.Row], rows)] == ["$[0].id", "$[2500].id", "$[4999].id"]


def test_what_a_client_sent_is_told_in_short() -> None:
    """Places and texts can hold names and values of any length."""
    ((place, _),) = wrongs(models.Strict, {"name": "Ada", "x" * 999: 1})
    ((_, text),) = wrongs(models.Attrs, {"name": "Ada", "color": "x" * 999})
    assert (len(place), len(text), text[-1]) == (MAX_LENGTH, MAX_LENGTH, "…")


def node(depth: int, value: str) -> bytes:
    """Return a Node that deep, with a value at the bottom and a second one beside each below the first."""
    data = f'{{"value":{value}}}'
    for _ in range(depth):
        data = f'{{"value":1,"nodes":[{data},{{"value":{value}}}]}}'
    return data.encode()


def test_a_deep_document_is_told_of_on_all_levels() -> None:
    """An error is looked for beside each other, on fifty levels."""
    assert len(wrongs(models.Node, node(20, '"x"'))) == 21


def test_further_down_the_first_error_is_told() -> None:
    """On levels beyond fifty, of objects and lists alike, nothing is looked for beside the first error."""
    assert len(wrongs(models.Node, node(60, '"x"'))) == 1
    ((place, text),) = wrongs(models.Node, node(60, "1").replace(b'{"value":1}', b'{"value":"x"}', 1))
    assert (place[-1], text) == ("…", NOT_INT)


def test_names_are_not_looked_for_on_many_levels() -> None:
    """Where msgspec does not name the key, the place of an error below many of them is told with `[...]`."""
    data = '{"value":"x"}'
    for _ in range(6):
        data = f'{{"value":1,"trees":{{"a":{data}}}}}'
    assert wrongs(models.Tree, data.encode()) == [("$" + ".trees[...]" * 6 + ".value", NOT_INT)]


@pytest.mark.parametrize("kind", [models.NewUser, list[models.Row], models.Model])
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"name": "Ada"', "it ends too early, at byte 14"),
        (b"[1,]", "trailing comma in array (byte 3)"),
        (b"[" * 100_000, "nested too deep"),
        (b'[{"id": "x"}, NaN]', "invalid character (byte 14)"),
        (b'{"name": "\xff"}', "not UTF-8 at byte 10"),
        (b'{"name": "Ada", "unknown": "\xff"}', "not UTF-8 at byte 28"),
        (b'[{"id": "x"}, "\\ud800"]', "a lone surrogate at byte 15"),
    ],
)
def test_what_is_no_json_is_malformed(kind: Any, data: bytes, text: str) -> None:
    """A document that is malformed does not fit either, and is told to be malformed, for all kinds of types."""
    with pytest.raises(Malformed, match=f"^{text.replace('(', '[(]').replace(')', '[)]')}$"):
        reader(kind)(data)


def test_a_number_out_of_range_is_malformed() -> None:
    """It is refused as it is without a contract."""
    for data in (b'{"id": 1e999}', b'{"id": "x", "tags": 1e999}'):
        with pytest.raises(Malformed, match=r"^a number out of range"):
            reader(models.Row)(data)


KINDS = [case[0] for case in CASES]
NAMES = st.sampled_from(
    ["name", "age", "id", "tags", "rows", "by_name", "pair", "shape", "type", "r", "a", "items", "x"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=20
)


@given(st.sampled_from(KINDS), VALUES)
@settings(max_examples=100, deadline=None)
def test_whatever_comes_fits_or_is_told(kind: Any, value: Any) -> None:
    """JSON and built-in data are judged alike: both make a value, or both tell at least one error."""
    told: list[int] = []
    for make, given_value in ((reader(kind), json.dumps(value).encode()), (builder(kind), value)):
        try:
            make(given_value)
        except Invalid as exc:
            told.append(len(exc.wrongs))
    assert told == [] or (len(told) == 2 and all(1 <= count <= MAX_ERRORS for count in told))


def test_a_model_that_raises_something_else_raises_it() -> None:
    """A bug in a model is not what a client did wrong."""

    class Broken(models.Model):
        @classmethod
        def model_validate_json(cls, *args: Any, **kwargs: Any) -> Any:
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        reader(Broken)(b"{}")
