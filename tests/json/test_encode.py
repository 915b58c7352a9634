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


def test_values_of_these_types_are_written() -> None:
    """The JSON is compact UTF-8, with null for NaN and escapes for lone surrogates."""
    found = {name: encode(make()) for name, (make, _) in WRITTEN.items()}
    assert found == {name: text.encode() for name, (_, text) in WRITTEN.items()}


def test_values_in_an_iterator_are_written_alike() -> None:
    """It takes a second attempt, since an iterator can be read only once."""
    found = {name: encode(iter([make()])) for name, (make, _) in WRITTEN.items()}
    assert found == {name: f"[{text}]".encode() for name, (_, text) in WRITTEN.items()}


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
def test_a_lone_surrogate_changes_no_other_value(wrap: Wrap) -> None:
    """It is written by another encoder, which agrees with the first."""
    found = {name: written(wrap(make(), "\ud800")) for name, (make, _) in WRITTEN.items()}
    assert found == {name: written(wrap(make(), "x")) for name, (make, _) in WRITTEN.items()}


def test_keys_of_these_types_are_written() -> None:
    """Each as the value would be, as text."""
    texts = {kind: f'{{"{name}":1}}' for kind, (_, name) in KEYS.items()}
    assert {kind: encode({key: 1}) for kind, (key, _) in KEYS.items()} == {
        k: text.encode() for k, text in texts.items()
    }
    for kind, (key, _) in KEYS.items():
        assert encode(UserDict({key: 1})) == encode({key: 1}), kind
        assert encode(iter([{key: 1}])) == f"[{texts[kind]}]".encode(), kind
        assert written([{key: 1}, "\ud800"]) == written([{key: 1}, "x"]), kind


NO_KEYS = [None, True, False, (1, 2), frozenset({1}), range(2), 1j, iter(()), Data, Model]


@pytest.mark.parametrize("kind", [dict, UserDict])
@pytest.mark.parametrize("more", ["x", "\ud800"])
def test_keys_of_other_types_are_an_error(kind: Wrap, more: str) -> None:
    """A bool or None too: JSON.stringify and json.dumps would write `true` and `null`."""
    for key in NO_KEYS:
        with pytest.raises(EncodeError, match=r"^\$ has a key of the type .*, which cannot be a JSON key$"):
            encode(kind({key: 1, "more": more}))


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
