"""Read the base value of an instance of a subclass."""

from __future__ import annotations

import datetime
import runpy

import freezegun
import pytest

from fsapi.json import base_values
from fsapi.json.encode import encode
from tests.json.values import WRITTEN


@pytest.mark.parametrize("name", ["freezegun", "datetime", "pendulum", "pendulum in a zone", "pendulum Duration"])
def test_dates_are_written_while_freezegun_stops_the_time(name: str) -> None:
    """It replaces the classes in the namespaces of all modules."""
    make, text = WRITTEN[name]
    with freezegun.freeze_time("2020-01-02"):
        assert encode(make()) == text.encode()


def test_the_module_may_be_imported_while_freezegun_stops_the_time() -> None:
    """It finds the real classes anyway."""
    with freezegun.freeze_time("2020-01-02"):
        module = runpy.run_path(base_values.__file__)
        moment = datetime.datetime.now()
        value = module["reader_of"](moment)(moment)
    assert type(value) is datetime.datetime
    assert value == datetime.datetime(2020, 1, 2)


@pytest.mark.parametrize("value", [object(), 1j, range(1)])
def test_other_types_have_no_base_value(value: object) -> None:
    """They are read in another way, if at all."""
    assert base_values.reader_of(value) is None
