"""Write JSON: which values can be written and how, and what the error says about the others."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
import sqlite3
import types
import uuid
from collections import UserDict
from typing import Any, NamedTuple

import attrs
import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapi.json.encode import EncodeError, encode
from fsapi.json.engine import decode

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_json)
def test_json_that_is_written_reads_back_equal(value: Any) -> None:
    """Both here and with the standard library."""
    data = encode(value)
    assert decode(data) == json.loads(data) == value


class Colour(str, enum.Enum):
    """A member of a str enumeration."""

    RED = "red"


class Text(str):
    """A subclass of str."""


class Number(int):
    """A subclass of int."""


class Ratio(float):
    """A subclass of float."""


class Point(NamedTuple):
    """A NamedTuple."""

    x: int


class Struct(msgspec.Struct):
    """A Struct of msgspec."""

    x: Any


@dataclasses.dataclass
class Data:
    """A dataclass."""

    x: Any


@attrs.define
class Attrs:
    """A class of attrs."""

    x: Any


class Model(pydantic.BaseModel):
    """A model of pydantic."""

    x: Any


class Row:
    """Looks like a Row of SQLAlchemy: iteration gives only its values."""

    _mapping = types.MappingProxyType({"x": 1})


class Array:
    """Looks like a numpy array."""

    def tolist(self) -> list[int]:
        return [1]


def _row() -> sqlite3.Row:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row: sqlite3.Row = connection.execute("SELECT 1 AS x").fetchone()
    connection.close()
    return row


WRITTEN: list[tuple[Any, str]] = [
    ({"a": [1, 2.5, None, True]}, '{"a":[1,2.5,null,true]}'),
    ("é\u2028</script>", '"é\u2028</script>"'),
    ([float("nan"), float("inf"), -float("inf"), Ratio("nan")], "[null,null,null,null]"),
    (10**30, "1" + "0" * 30),
    ((1, {2}, frozenset({3})), "[1,[2],[3]]"),
    (b"\xff", '"/w=="'),
    (datetime.datetime(2020, 1, 2, 3, 4), '"2020-01-02T03:04:00"'),
    (datetime.date(2020, 1, 2), '"2020-01-02"'),
    (datetime.time(3, 4), '"03:04:00"'),
    (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (decimal.Decimal("1.50"), '"1.50"'),
    ([Colour.RED, Text("t"), Number(3), Ratio(0.5)], '["red","t",3,0.5]'),
    ({Colour.RED: 1, Text("t"): 2, Number(3): 4, 5: 6}, '{"red":1,"t":2,"3":4,"5":6}'),
    ([Struct(1), Data(1), Attrs(1), Model(x=1)], '[{"x":1},{"x":1},{"x":1},{"x":1}]'),
    (Point(1), "[1]"),
    ([types.MappingProxyType({"x": 1}), UserDict(x=1)], '[{"x":1},{"x":1}]'),
    ([_row(), Row()], '[{"x":1},{"x":1}]'),
    ([Array(), range(2), (x for x in "ab"), {"x": 1}.keys()], '[[1],[0,1],["a","b"],["x"]]'),
    (["\ud800", float("nan"), 1.5, "é"], '["\\ud800",null,1.5,"\\u00e9"]'),
    ({"\ud800": {"x": (1, float("inf"))}}, '{"\\ud800":{"x":[1,null]}}'),
    ([Text("\udfff"), Struct(uuid.UUID(int=0))], '["\\udfff",{"x":"00000000-0000-0000-0000-000000000000"}]'),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN, ids=range(len(WRITTEN)))
def test_values_of_these_types_are_written(value: Any, text: str) -> None:
    """The JSON is compact UTF-8, with null for NaN and escapes for lone surrogates."""
    assert encode(value) == text.encode()


def test_a_generator_is_read_only_once() -> None:
    """Its values are not lost if a lone surrogate makes a second attempt necessary."""
    assert encode(letter for letter in ["\ud800"]) == b'["\\ud800"]'


def _circle() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


NOT_JSON: list[tuple[Any, str]] = [
    (object(), "$ is of the type object, which cannot be written as JSON"),
    ({"a": [1, {"b": 1j}]}, "$.a[1].b is of the type complex, which cannot be written as JSON"),
    ([Struct(Data(Attrs({1j})))], "$[0].x.x.x[0] is of the type complex, which cannot be written as JSON"),
    ([10**5000], "$[0] is of the type int, which cannot be written as JSON"),
    ([Text], "$[0] is of the type type, which cannot be written as JSON"),
    ([enum], "$[0] is of the type module, which cannot be written as JSON"),
    ({"a": {"b": 1, None: 1}}, "$.a has a key of the type NoneType, which cannot be a JSON key"),
    ({(1, 2): 1}, "$ has a key of the type tuple, which cannot be a JSON key"),
    ({10**5000: 1}, "$ has a key of the type int, which cannot be a JSON key"),
    ({7: {1.5: {"a": 1j}}}, "$[7][float].a is of the type complex, which cannot be written as JSON"),
    (_circle(), "the data is nested too deep, or contains itself"),
    (_nested(1, 20_000), "the data is nested too deep, or contains itself"),
]


@pytest.mark.parametrize(("value", "reason"), NOT_JSON, ids=range(len(NOT_JSON)))
def test_the_error_names_the_path_and_the_type_of_a_value(value: Any, reason: str) -> None:
    """So that the developer finds the value that cannot be written."""
    with pytest.raises(EncodeError) as caught:
        encode(value)
    assert str(caught.value) == reason


@pytest.mark.parametrize("key", [True, False])
def test_a_bool_cannot_be_a_key(key: bool) -> None:
    """Nor can None: JSON.stringify and json.dumps would write `true` and `null`."""
    with pytest.raises(EncodeError):
        encode({key: None})


def test_the_error_is_the_same_after_a_lone_surrogate() -> None:
    """The surrogate can be written, the value after it cannot."""
    with pytest.raises(EncodeError, match=r"^\$\[1\] is of the type object"):
        encode(["\ud800", object()])


class Counted(UserDict[str, complex]):
    """A mapping whose value cannot be written, and which counts how often it is read."""

    reads = 0

    def __getitem__(self, key: str) -> complex:
        self.reads += 1
        return super().__getitem__(key)


def test_the_path_to_a_deep_value_is_found_in_linear_time() -> None:
    """The work does not double with each level."""
    counted = Counted(x=1j)
    with pytest.raises(EncodeError):
        encode(_nested(counted, 12))
    assert counted.reads < 100
