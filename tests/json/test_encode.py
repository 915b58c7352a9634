"""Write JSON: what it looks like, and that all ways to write it agree."""

from __future__ import annotations

import json
from collections import UserDict, deque
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapi.json.encode import EncodeError, encode
from fsapi.json.engine import decode
from tests.json.values import KEYS, WRITTEN, Data, Doubled, Masked, Model, Struct, tags

Wrap = Callable[..., Any]

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


@pytest.mark.parametrize(("make", "text"), WRITTEN.values(), ids=WRITTEN)
def test_values_of_these_types_are_written(make: Callable[[], Any], text: str) -> None:
    """The JSON is compact UTF-8, with null for NaN and escapes for lone surrogates."""
    assert encode(make()) == text.encode()


@pytest.mark.parametrize(("make", "text"), WRITTEN.values(), ids=WRITTEN)
def test_values_in_an_iterator_are_written_alike(make: Callable[[], Any], text: str) -> None:
    """It takes a second attempt, since an iterator can be read only once."""
    assert encode(iter([make()])) == f"[{text}]".encode()


#: Ways to hold values: what contains an object or an iterator is written in other ways than plain data.
WRAPS: dict[str, Wrap] = {
    "list": lambda *values: list(values),
    "dict": lambda *values: {"x": values},
    "iterator": lambda *values: iter(values),
    "deque": lambda *values: deque(values),
    "mapping": lambda *values: UserDict(x=list(values)),
    "Struct": lambda *values: Struct(list(values)),
    "dataclass": lambda *values: [Data(iter(values))],
}


def written(data: Any) -> Any:
    """Return what a client reads, with `x` for a lone surrogate."""
    return json.loads(encode(data).replace(b"\\ud800", b"x"))


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize("name", WRITTEN)
def test_a_lone_surrogate_changes_no_other_value(name: str, wrap: Wrap) -> None:
    """It is written by another encoder, which agrees with the first."""
    make, _ = WRITTEN[name]
    assert written(wrap(make(), "\ud800")) == written(wrap(make(), "x"))


@pytest.mark.parametrize(("key", "name"), KEYS.values(), ids=KEYS)
def test_keys_of_these_types_are_written(key: Any, name: str) -> None:
    """Each as the value would be, as text."""
    text = f'{{"{name}":1}}'
    assert encode({key: 1}) == encode(UserDict({key: 1})) == text.encode()
    assert encode(iter([{key: 1}])) == f"[{text}]".encode()
    assert written([{key: 1}, "\ud800"]) == written([{key: 1}, "x"])


NO_KEYS = [None, True, False, (1, 2), frozenset({1}), range(2), 1j, iter(()), Data, Model]


@pytest.mark.parametrize("key", NO_KEYS, ids=repr)
@pytest.mark.parametrize("more", ["x", "\ud800"])
def test_keys_of_other_types_are_an_error(key: Any, more: str) -> None:
    """A bool or None too: JSON.stringify and json.dumps would write `true` and `null`."""
    for data in ({key: 1, "more": more}, UserDict({key: 1, "more": more})):
        with pytest.raises(EncodeError, match=r"^\$ has a key of the type .*, which cannot be a JSON key$"):
            encode(data)


def test_subclasses_of_dict_and_list_within_plain_data_are_written_as_stored() -> None:
    """To look for them would cost each answer its speed; `to_dict()` makes a plain dict of a MultiDict."""
    data = [tags(), {"x": Masked(x=1)}, Doubled([1])]
    assert encode(data) == b'[{"a":[1,2],"b":[3]},{"x":{"x":1}},[1]]'


def test_an_iterator_that_occurs_twice_is_written_twice() -> None:
    """It is read only once."""
    letters = iter("ab")
    assert encode([letters, letters, "\ud800"]) == b'[["a","b"],["a","b"],"\\ud800"]'


def nested(value: Any, depth: int) -> Any:
    """Return a value in that many lists."""
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [1, "\ud800", iter([1])], ids=["number", "surrogate", "iterator"])
def test_data_may_be_nested_deeply(value: Any) -> None:
    """In all ways to write it."""
    assert encode(nested(value, 400)).startswith(b"[" * 400)
