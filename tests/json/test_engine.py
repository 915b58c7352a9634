"""Decode JSON and describe types with msgspec."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from msgspec import Meta

from fsapi.contracts.hooks import decode_hook
from fsapi.json import engine
from fsapi.json.malformed import Malformed

DOCUMENTS: list[tuple[bytes, Any]] = [
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


@pytest.mark.parametrize(("data", "value"), DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_json_as_in_rfc_8259_is_decoded(data: bytes, value: Any) -> None:
    """If a key is repeated, the last one wins."""
    assert engine.decode(data) == value


def test_a_value_that_is_nested_too_deep_is_malformed() -> None:
    """Even if it was decoded before, with more of the stack left."""
    with pytest.raises(Malformed, match=r"^nested too deep$"):
        engine.first_error(engine.Raw(b"[" * 100_000), list[Any], decode_hook)


def test_the_metadata_of_a_type_need_not_be_hashable() -> None:
    """Such a description is not cached."""
    hint = Annotated[int, Meta(ge=1), ["words"]]
    assert engine.type_info(hint) == engine.type_info(hint)


def test_only_the_named_parts_of_an_object_are_decoded() -> None:
    """A name may be any string."""
    assert list(engine.decode_shallow(engine.Raw(b'{"a b": [1], "c": 2, "d": 3}'), ["a b", "d"])) == ["a b", "d"]
