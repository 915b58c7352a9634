"""Every error of a value, with path and message."""

from __future__ import annotations

import dataclasses
import json
import re
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapi.contracts import validation
from fsapi.contracts.all_errors import MAX_ERRORS
from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid
from fsapi.json.malformed import Malformed
from fsapi.json.path import MAX_LENGTH
from tests import models

NOT_INT = "Expected `int`, got `str`"


def builder(hint: Any) -> validation.Build:
    """Return the function that builds a value of a type from built-in data."""
    return validation.builder(describe(hint))


def reader(hint: Any) -> Callable[[bytes], Any]:
    """Return the function that builds a value of a type from JSON."""
    return validation.reader(describe(hint))


def errors(hint: Any, data: Any) -> list[tuple[str, str]]:
    """Return the errors of data as JSON; bytes are JSON already."""
    with pytest.raises(Invalid) as caught:
        reader(hint)(data if isinstance(data, bytes) else json.dumps(data).encode())
    return caught.value.errors


IN_SET = "An array or object cannot be in a set"
TOO_MANY = "Expected `array` of at most length 1"


class Real(msgspec.Struct):
    """An object with a float."""

    value: float


class Short(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """An array with one item and no others."""

    value: int


class Shorts(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """One in another."""

    first: Short


@dataclasses.dataclass(frozen=True)
class Frozen:
    """A class that can be hashed if its field can."""

    value: Any


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
    (models.Pair, ["x", "y", 3], [("$", "Expected `array` of length 1 to 2"), ("$[0]", NOT_INT)]),
    (tuple[int, str], ["x"], [("$", "Expected `array` of length 2"), ("$[0]", NOT_INT)]),
    (list[tuple[models.Row, int]], [[{}]], [("$[0]", "Expected `array` of length 2"), ("$[0][0].id", "Missing field")]),
    (models.Point, ["x"], [("$", "Expected `array` of at least length 2"), ("$[0]", NOT_INT)]),
    (models.Point, ["x", 1, 2], [("$[0]", NOT_INT)]),
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
    (dict[int, int], {"1": "y", "2": 2}, [("$.1", NOT_INT)]),
    (dict[int, int], {"1": "y", "x": 1}, [("$", "Expected `int`, got `str` as a key"), ("$.1", NOT_INT)]),
    (models.Pair, ["x"], [("$[0]", NOT_INT)]),
    (models.Tagged, ["at", "x", "y"], [("$[1]", NOT_INT), ("$[2]", NOT_INT)]),
    (models.Tagged, ["by", 1, 2], [("$[0]", "Invalid value 'by'")]),
    (models.Tagged | models.Other, ["at", "x", "y"], [("$[1]", NOT_INT), ("$[2]", NOT_INT)]),
    (models.Tagged | models.Other, ["other", 1], [("$[1]", "Expected `str`, got `int`")]),
    (models.Tagged | models.Other, ["by", 1, 2], [("$[0]", "Invalid value 'by'")]),
    (models.Circle, {"type": "x", "r": "y"}, [("$.type", "Invalid value 'x'")]),
    (
        list[models.Bounds],
        [{"low": 2, "high": 1}, {"low": "x"}, {"low": 3, "high": 1}],
        [
            ("$[0]", "low is above high"),
            ("$[1].high", "Missing field"),
            ("$[1].low", NOT_INT),
            ("$[2]", "low is above high"),
        ],
    ),
    (
        dict[str, dict[str, dict[str, dict[str, int]]]],
        {"a": {"b": {"c": {"d": "x", "e": 1, "f": "x"}}, "g": {"h": {"i": "x"}}}},
        [("$.a.b.c.d", NOT_INT), ("$.a.b.c.f", NOT_INT), ("$.a.g.h.i", NOT_INT)],
    ),
    (list[int], {"a": 1}, [("$", "Expected `array`, got `object`")]),
    (set[Any], [[1]], [("$", IN_SET)]),
    (set[object], [1, {}], [("$", IN_SET)]),
    (set, [1, []], [("$", IN_SET)]),
    (frozenset[tuple[Any, int]], [[1, 1], [[1], 1]], [("$", IN_SET)]),
    (set[Frozen], [{"value": 1}, {"value": []}], [("$", IN_SET)]),
    (dict[str, list[set[Any]]], {"a": [[1], [[1]], [[2]]]}, [("$.a[1]", IN_SET), ("$.a[2]", IN_SET)]),
    (tuple[set[Any], int], [[[]], "x"], [("$[0]", IN_SET), ("$[1]", NOT_INT)]),
    (Short, [1, 2], [("$", TOO_MANY)]),
    (
        list[Short],
        [[1, 2], ["x"], ["x", 3]],
        [("$[0]", TOO_MANY), ("$[1][0]", NOT_INT), ("$[2]", TOO_MANY), ("$[2][0]", NOT_INT)],
    ),
    (dict[str, Short], {"a": [1, 2], "b": ["x"]}, [("$.a", TOO_MANY), ("$.b[0]", NOT_INT)]),
    (tuple[Short, int], [[1, 2], "x"], [("$[0]", TOO_MANY), ("$[1]", NOT_INT)]),
    (Shorts, [[1, 2], 3], [("$", TOO_MANY), ("$[0]", TOO_MANY)]),
    (dict[str, int], [1], [("$", "Expected `object`, got `array`")]),
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


def test_every_error_is_reported() -> None:
    """Each has its path, in the order of the fields of a type and the items of a list."""
    assert [(hint, data, errors(hint, data)) for hint, data, _ in CASES] == CASES


def test_built_in_data_has_the_same_errors_as_json() -> None:
    """Queries and forms are checked as JSON is; msgspec adds the length of an array that is too short."""
    for hint, data, expected in (case for case in CASES if not hasattr(case[0], "model_fields")):
        with pytest.raises(Invalid) as caught:
            builder(hint)(data)
        found = [(path, re.sub(r", got \d+$", "", message)) for path, message in caught.value.errors]
        assert found == expected, (hint, data)


def test_a_name_with_a_dot_is_one_name() -> None:
    """The longest field name at the start of the path is the field."""
    hint = msgspec.defstruct("Dots", [("a", models.Row), ("b", int)], rename={"b": "a.id"})
    assert errors(hint, {"a": {"id": 1}, "a.id": "x"}) == [("$.a.id", NOT_INT)]
    assert errors(hint, {"a": {"id": "x"}, "a.id": 1}) == [("$.a.id", NOT_INT)]


def test_the_last_of_equal_keys_counts() -> None:
    """A value that does not fit is not an error if the key comes again with one that does."""
    assert reader(models.NewUser)(b'{"name": 1, "name": "Ada"}') == models.NewUser("Ada")
    assert errors(models.NewUser, b'{"name": 1, "name": "Ada", "age": "x"}') == [
        ("$.age", "Expected `int | null`, got `str`")
    ]


def test_an_array_that_comes_again_can_be_shorter() -> None:
    """The error of the first one has an index that the last one does not have."""
    assert reader(models.Row)(b'{"id": 1, "tags": [1, 2, 3], "tags": []}').tags == []
    assert errors(models.Row, b'{"id": 1, "tags": ["a", 2], "tags": [1]}') == [
        ("$.tags[0]", "Expected `str`, got `int`")
    ]


def test_the_last_of_equal_keys_counts_for_what_cannot_be_hashed() -> None:
    """An array is no error where one that fits comes after it."""
    assert reader(dict[str, set[Any]])(b'{"a": [[1]], "a": [1]}') == {"a": {1}}


def test_a_type_error_of_a_hash_method_is_raised() -> None:
    """It is a bug of the project; from 0.23 on msgspec does not tell it from a value that cannot be in a set."""
    is_told = tuple(map(int, msgspec.__version__.split(".")[:2])) < (0, 23)

    class Buggy(msgspec.Struct):
        value: int

        def __hash__(self) -> int:
            raise TypeError(f"no hash of {self.value}")

    with pytest.raises(TypeError if is_told else Invalid, match="no hash of 1" if is_told else "cannot be in a set"):
        reader(set[Buggy])(b'[{"value": 1}]')
    with pytest.raises(TypeError if is_told else Invalid, match="no hash of 2" if is_told else "cannot be in a set"):
        builder(set[Buggy])([{"value": 2}])


def test_a_type_error_that_does_not_come_again_is_raised() -> None:
    """A default can fail once."""
    failures = [TypeError("once")]

    def default() -> int:
        if failures:
            raise failures.pop()
        return 1

    class Flaky(msgspec.Struct):
        value: int = msgspec.field(default_factory=default)

    with pytest.raises(TypeError, match="once"):
        reader(Flaky)(b"{}")


def test_an_object_that_comes_again_is_checked_as_a_whole_once() -> None:
    """Its own error counts only if the last of the objects has it."""
    hint = dict[str, models.Bounds]
    assert reader(hint)(b'{"a": {"low": 2, "high": 1}, "a": {"low": 1, "high": 2}}') == {"a": models.Bounds(1, 2)}
    data = b'{"a": {"low": 2, "high": 1}, "a": {"low": 1, "high": 2}, "b": {"low": 2, "high": 1}}'
    assert errors(hint, data) == [("$.b", "low is above high")]


def test_a_number_keeps_its_digits_where_a_key_comes_again() -> None:
    """The document is read again without the keys that do not count."""
    data = b'{"name": 1, "name": "Ada", "price": 1.000000000000000000001}'
    assert reader(models.Data)(data) == models.Data("Ada", Decimal("1.000000000000000000001"))
    data = b'{"name": 1, "name": "Ada", "price": {"a": 1, "a": 2}, "price": "\\u0031.50"}'
    assert str(reader(models.Data)(data).price) == "1.50"


def test_an_error_that_only_msgspec_finds_is_reported_by_itself() -> None:
    """The types that a base class leaves open are not known here."""

    @dataclasses.dataclass
    class Numbers(models.Page[int]):
        pass

    assert errors(Numbers, {"items": [1, "x"]}) == [("$.items[1]", NOT_INT)]


def test_an_error_that_does_not_come_again_is_no_bug() -> None:
    """A method of the project's can decide otherwise the next time: JSON then fits, other data has the first error."""
    seen: list[int] = []

    class Moody(msgspec.Struct):
        a: int

        def __post_init__(self) -> None:
            seen.append(self.a)
            if len(seen) % 4 == 1:
                raise ValueError("not today")

    assert reader(Moody)(b'{"a": 1}').a == 1
    with pytest.raises(Invalid) as caught:
        builder(Moody)({"a": 1})
    assert caught.value.errors == [("$", "not today")]


@pytest.mark.parametrize("count", [MAX_ERRORS - 1, MAX_ERRORS, MAX_ERRORS + 1, 5000])
def test_at_most_fifty_errors_are_reported(count: int) -> None:
    """An answer stays small, however much is wrong."""
    assert len(errors(list[models.Row], [{"id": "x"}] * count)) == min(count, MAX_ERRORS)


def test_at_most_fifty_errors_of_a_model_are_reported() -> None:
    """The limit holds for pydantic too."""
    assert len(errors(models.Post, {"author": {"name": ""}, "tags": [1] * 99})) == MAX_ERRORS


def test_the_errors_of_a_model_are_only_counted_where_they_are_too_many() -> None:
    """A model would build millions of errors together, but it can count them first."""
    found = errors(models.Post, {"author": {"name": ""}, "tags": [1] * 10_001})
    assert found == [("$", "10001 errors, too many to list")]


def test_errors_far_apart_are_found() -> None:
    """The items between them are checked in blocks, and none is skipped."""
    rows: list[Any] = [{"id": 1}] * 5000
    rows[0], rows[2500], rows[4999] = {}, {}, {}
    assert [path for path, _ in errors(list[models.Row], rows)] == ["$[0].id", "$[2500].id", "$[4999].id"]


def test_long_paths_and_messages_are_cut() -> None:
    """Both can contain text of any length from the client."""
    ((path, _),) = errors(models.Strict, {"name": "Ada", "x" * 999: 1})
    ((_, message),) = errors(models.Attrs, {"name": "Ada", "color": "x" * 999})
    assert (len(path), len(message), message[-1]) == (MAX_LENGTH, MAX_LENGTH, "…")


def node(depth: int, value: str) -> bytes:
    """Return nested Nodes as JSON: `value` is at the bottom, and once more on every level above it."""
    data = f'{{"value":{value}}}'
    for _ in range(depth):
        data = f'{{"value":1,"nodes":[{data},{{"value":{value}}}]}}'
    return data.encode()


def test_errors_are_found_on_all_of_fifty_levels() -> None:
    """Each level is checked further beside its first error."""
    assert len(errors(models.Node, node(20, '"x"'))) == 21


def test_below_fifty_levels_only_the_first_error_is_reported() -> None:
    """Levels of objects and of lists count alike."""
    assert len(errors(models.Node, node(60, '"x"'))) == 1
    ((path, message),) = errors(models.Node, node(60, "1").replace(b'{"value":1}', b'{"value":"x"}', 1))
    assert (path[-1], message) == ("…", NOT_INT)


def test_below_many_dicts_keys_stay_unnamed() -> None:
    """A key that msgspec reports as `[...]` is searched for on ten levels at most."""
    data = '{"value":"x"}'
    for _ in range(11):
        data = f'{{"value":1,"trees":{{"a":{data}}}}}'
    assert errors(models.Tree, data.encode()) == [("$" + ".trees[...]" * 11 + ".value", NOT_INT)]


@pytest.mark.parametrize("hint", [models.NewUser, list[models.Row], models.Model])
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
def test_bytes_that_are_not_json_are_malformed(hint: Any, data: bytes, text: str) -> None:
    """The document is reported as malformed, even if a value before the fault does not fit its type."""
    with pytest.raises(Malformed, match=f"^{text.replace('(', '[(]').replace(')', '[)]')}$"):
        reader(hint)(data)


def test_a_number_out_of_range_is_malformed() -> None:
    """It is rejected as it is without a contract."""
    for data in (b'{"id": 1e999}', b'{"id": "x", "tags": 1e999}'):
        with pytest.raises(Malformed, match=r"^a number out of range"):
            reader(models.Row)(data)


OUT_OF_RANGE: list[tuple[Any, str, str]] = [
    (float, "1e999", ""),
    (list[float], "[1, 1e999]", " at `$[1]`"),
    (models.Bounds, '{"low": 1, "high": 1e999}', " at `$.high`"),
    (list[Real], '[{"value": 1}, {"value": 1e999}]', " at `$[1].value`"),
    (dict[str, float], '{"a": 1e999}', " at `$.a`"),
    (dict[str, dict[str, list[float]]], '{"a": {"b": [1, 1e999]}}', " at `$.a.b[1]`"),
    (dict[str, float], '{"a": 1, "b": %s}' % ("9" * 5000), " at `$.b`"),
    (tuple[int, list[Real]], '["x", [{"value": 1}, {"value": 1e999}]]', " at `$[1][1].value`"),
    (dict[str, list[Real]], '{"a": [{"value": "x"}, {"value": 1e999}]}', " at `$.a[1].value`"),
]


def test_the_place_of_a_number_out_of_range_is_reported() -> None:
    """Also after other errors."""
    for hint, data, place in OUT_OF_RANGE:
        with pytest.raises(Malformed) as caught:
            reader(hint)(data.encode())
        assert str(caught.value) == f"a number out of range{place}", (hint, data)


def test_a_key_out_of_range_does_not_fit() -> None:
    """It is text in JSON."""
    assert errors(dict[float, int], b'{"1e999": 1}') == [("$", "Number out of range as a key")]


LARGE_DECIMALS: list[tuple[Any, str, list[str]]] = [
    (list[Decimal], '[1e999, "x", "y"]', ["$[1]", "$[2]"]),
    (dict[str, Decimal], '{"a": 1e999, "b": "x"}', ["$.b"]),
    (set[Decimal], '[1e999, "x"]', ["$[1]"]),
    (tuple[Decimal, ...], '["x", 1e999]', ["$[0]"]),
    (dict[str, list[Decimal | None]], '{"a": [1e999, null, "x"]}', ["$.a[2]"]),
    (models.Data, '{"name": 1, "price": 1e999}', ["$.name"]),
]


def test_a_decimal_can_be_larger_than_a_float() -> None:
    """It hides no error."""
    for hint, data, paths in LARGE_DECIMALS:
        assert [path for path, _ in errors(hint, data.encode())] == paths, (hint, data)


HINTS = [case[0] for case in CASES]
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


@given(st.sampled_from(HINTS), VALUES)
@settings(derandomize=False)
def test_json_and_built_in_data_fit_alike_or_have_errors(hint: Any, value: Any) -> None:
    """Either both become a value, or both have at least one error."""
    counts: list[int] = []
    for make, given_value in ((reader(hint), json.dumps(value).encode()), (builder(hint), value)):
        try:
            make(given_value)
        except Invalid as exc:
            counts.append(len(exc.errors))
    assert counts == [] or (len(counts) == 2 and all(1 <= count <= MAX_ERRORS for count in counts))


def test_another_exception_of_a_model_is_raised() -> None:
    """A bug in a model is not the client's mistake."""

    class Broken(models.Model):
        @classmethod
        def model_validate_json(cls, *args: Any, **kwargs: Any) -> Any:
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        reader(Broken)(b"{}")


def test_an_error_that_comes_again_only_for_the_whole_is_reported_by_itself() -> None:
    """The parts have been read without it in between."""
    seen: list[int] = []

    class Moody(msgspec.Struct):
        a: int

        def __post_init__(self) -> None:
            seen.append(self.a)
            if len(seen) in (1, 4):
                raise ValueError("not today")

    with pytest.raises(Invalid) as caught:
        reader(Moody)(b'{"a": 1}')
    assert caught.value.errors == [("$", "not today")]


def test_keys_that_come_again_with_fitting_values_take_little_time() -> None:
    """Each is an error of msgspec at first; ten thousand of them took 4 s."""
    rows = b",".join([b'{"id": "x", "id": 1}'] * 10_000)
    read = validation.reader(describe(list[models.Row]))
    start = time.thread_time()
    assert len(read(b"[%b]" % rows)) == 10_000
    with pytest.raises(Invalid) as caught:
        read(b'[%b, {"id": "x"}]' % rows)
    assert (caught.value.errors, time.thread_time() - start < 1.5) == ([("$[10000].id", NOT_INT)], True)


def test_an_error_takes_no_longer_where_a_project_has_many_types() -> None:
    """Python keeps 512 regexes: one for each field would be compiled again at each error."""
    sent = b"{%s}" % b",".join(b'"f%d":%s' % (place, b'"x"' if place == 19 else b"1") for place in range(20))
    types = [
        msgspec.defstruct(f"T{n}", [(f"f{f}", int, msgspec.field(name=f"{n}f{f}")) for f in range(20)])
        for n in range(60)
    ]
    bodies = [sent.replace(b'"f', b'"%df' % number) for number in range(len(types))]
    readers = [validation.reader(describe(each)) for each in types]

    def seconds(numbers: Sequence[int]) -> float:
        start = time.thread_time()
        for number in numbers:
            with pytest.raises(Invalid):
                readers[number](bodies[number])
        return time.thread_time() - start

    one, many = (min(seconds(numbers) for _ in range(4)) for numbers in ([0] * 60, range(60)))
    assert many < 2.5 * one
