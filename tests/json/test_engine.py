"""msgspec, as far as no other test reaches."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from msgspec import Meta

from fsapi.contracts import models
from fsapi.json import engine
from fsapi.json.malformed import Malformed


def test_what_is_nested_too_deep_is_malformed() -> None:
    """Also where it is looked at again, from further down the stack of Python."""
    with pytest.raises(Malformed, match=r"^nested too deep$"):
        engine.first_error(engine.Raw(b"[" * 100_000), list[Any], models.decode_hook)


def test_what_is_said_about_a_type_need_not_be_hashable() -> None:
    """A description of it is made anew each time."""
    kind = Annotated[int, Meta(ge=1), ["words"]]
    assert engine.type_info(kind) == engine.type_info(kind)


def test_parts_can_be_opened_by_name() -> None:
    """What has no such name is not looked at."""
    assert list(engine.decode_shallow(engine.Raw(b'{"a b": [1], "c": 2, "d": 3}'), ["a b", "d"])) == ["a b", "d"]
