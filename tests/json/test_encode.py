"""JSON in and out: what is taken, what is refused and why, what is written, and how a failure is told."""

from __future__ import annotations

import contextlib
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
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapi.json.encode import EncodeError, encode
from fsapi.json.engine import decode
from fsapi.json.malformed import Malformed

TAKEN: list[tuple[bytes, Any]] = [
    (b"null", None),
    (b" \t\r\n[ ] ", []),
    (b"-0", 0),
    (b"1E+2", 100.0),
    (b"1.5e-400", 0.0),
    (b"9" * 4300, int("9" * 4300)),
    (b'"\\u0000\\u2028\\/\\b"', "\0\u2028/\b"),
    (b'"\\ud83d\\ude00"', "\U0001f600"),
    (b'"\\\\ud800"', "\\ud800"),
    ('{"é":"\u2028😀"}'.encode(), {"é": "\u2028😀"}),
    (b'{"a":1,"a":2}', {"a": 2}),
    (b'{"":{"__proto__":1}}', {"": {"__proto__": 1}}),
]
REFUSED = [
    (b"", "it ends too early, at byte 0"),
    (b"[1", "it ends too early, at byte 2"),
    (b'"\\u00', "it ends too early, at byte 5"),
    (b"[1,]", "trailing comma in array (byte 3)"),
    (b"[1]x", "trailing characters (byte 4)"),
    (b"01", "invalid number (byte 1)"),
    (b"NaN", "invalid character (byte 0)"),
    (b"[-Infinity]", "invalid character (byte 2)"),
    (b"{'a':1}", "object keys must be strings (byte 1)"),
    (b'"\t"', "invalid character (byte 1)"),
    (b"\xef\xbb\xbf1", "invalid character (byte 0)"),
    ("[1]".encode("utf-16"), "invalid character (byte 0)"),
    (b"1e400", "a number out of range"),
    (b"[1" + b"0" * 5000 + b"]", "a number out of range at `$[0]`"),
    (b"[" * 100_000, "nested too deep"),
    (b'{"a":' * 100_000, "nested too deep"),
    (b'["\xff"]', "not UTF-8 at byte 2"),
    (b'{"a\xc0\xaf":1}', "not UTF-8 at byte 3"),
    (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
    (b'["\\ud800"]', "a lone surrogate at byte 2"),
    (b'"\\ud800\\ud800"', "invalid utf-16 surrogate pair (byte 13)"),
    (b'"\\udfff"', "invalid utf-16 surrogate pair (byte 7)"),
]


@pytest.mark.parametrize(("data", "value"), TAKEN)
def test_json_is_taken(data: bytes, value: Any) -> None:
    """What RFC 8259 calls JSON is taken; the last of equal keys wins."""
    assert decode(data) == value


@pytest.mark.parametrize(("data", "reason"), REFUSED)
def test_what_is_no_json_is_refused(data: bytes, reason: str) -> None:
    """What is no JSON raises Malformed, which says what is wrong and where."""
    with pytest.raises(Malformed) as caught:
        decode(data)
    assert str(caught.value) == reason


@pytest.mark.parametrize("data", [b'"\\n\xff"', b'["\\u00e9", "\\t\xed\xa0\x80"]', b'{"\\n\xff": 1}'])
def test_bad_utf_8_after_an_escape_is_refused(data: bytes) -> None:
    """Bytes that are not UTF-8 are Malformed also where an escape stands before them in the string."""
    with pytest.raises(Malformed, match="not UTF-8"):
        decode(data)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=40) | st.text('[]{}":,\\und80129.eE+-', max_size=20).map(str.encode))
def test_any_bytes_are_json_or_malformed(data: bytes) -> None:
    """No bytes make decode raise anything but Malformed."""
    with contextlib.suppress(Malformed):
        decode(data)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_json)
def test_what_is_written_is_what_the_standard_library_reads(value: Any) -> None:
    """Data goes out as JSON that reads back equal, here and with the standard library."""
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
    """What SQLAlchemy's Row looks like: iteration gives values alone."""

    _mapping = types.MappingProxyType({"x": 1})


class Array:
    """What a numpy array looks like."""

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
def test_data_is_written(value: Any, text: str) -> None:
    """Data of these types is written as compact UTF-8, with null for NaN and escapes for lone surrogates."""
    assert encode(value) == text.encode()


def test_a_generator_of_lone_surrogates_is_written() -> None:
    """What can be iterated only once is not lost where the answer is encoded a second time."""
    assert encode(letter for letter in ["\ud800"]) == b'["\\ud800"]'


def _circle() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


UNWRITTEN: list[tuple[Any, str]] = [
    (object(), "$ is of the type object, which JSON has no form for"),
    ({"a": [1, {"b": 1j}]}, "$.a[1].b is of the type complex, which JSON has no form for"),
    ([Struct(Data(Attrs({1j})))], "$[0].x.x.x[0] is of the type complex, which JSON has no form for"),
    ([10**5000], "$[0] is of the type int, which JSON has no form for"),
    ([Text], "$[0] is of the type type, which JSON has no form for"),
    ([enum], "$[0] is of the type module, which JSON has no form for"),
    ({"a": {"b": 1, None: 1}}, "$.a has a key of the type NoneType, which is no name in JSON"),
    ({(1, 2): 1}, "$ has a key of the type tuple, which is no name in JSON"),
    ({10**5000: 1}, "$ has a key of the type int, which is no name in JSON"),
    ({7: {1.5: {"a": 1j}}}, "$[7][float].a is of the type complex, which JSON has no form for"),
    (_circle(), "the data is nested too deep, or holds itself"),
    (_nested(1, 20_000), "the data is nested too deep, or holds itself"),
]


@pytest.mark.parametrize(("value", "reason"), UNWRITTEN, ids=range(len(UNWRITTEN)))
def test_what_has_no_form_in_json_is_named(value: Any, reason: str) -> None:
    """Data that JSON has no form for raises Unwritable, which names the path to it and its type."""
    with pytest.raises(EncodeError) as caught:
        encode(value)
    assert str(caught.value) == reason


@pytest.mark.parametrize("key", [True, False])
def test_a_bool_is_no_key(key: bool) -> None:
    """A key that is a bool is refused, as None is: JSON.stringify and json.dumps would write `true`."""
    with pytest.raises(EncodeError):
        encode({key: None})


def test_a_surrogate_does_not_hide_what_cannot_be_written() -> None:
    """Data with a lone surrogate before what has no form in JSON is Unwritable, with its path."""
    with pytest.raises(EncodeError, match=r"^\$\[1\] is of the type object"):
        encode(["\ud800", object()])


class Counted(UserDict[str, complex]):
    """A mapping that has no form in JSON, and counts how often that was tried."""

    tried = 0

    def __getitem__(self, key: str) -> complex:
        self.tried += 1
        return super().__getitem__(key)


def test_a_failure_deep_down_is_told_in_reasonable_time() -> None:
    """The path to what cannot be written is found in time that does not double with each level."""
    counted = Counted(x=1j)
    with pytest.raises(EncodeError):
        encode(_nested(counted, 12))
    assert counted.tried < 100
