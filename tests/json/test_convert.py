"""Convert values of other packages; `values.py` has the table."""

# Django has no types: what comes of it is unknown here.
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils.functional import lazystr
from werkzeug.datastructures import MultiDict

from fsapi.json.convert import UnreadIterator, convert, convert_scalar, present
from fsapi.json.encode import encode
from tests.hosts import django_project as django_project  # sets Django up
from tests.site import Site, client, handler


@pytest.fixture
def users() -> Iterator[Any]:
    """Return the manager of a table with one user."""
    call_command("migrate", verbosity=0)
    users = get_user_model().objects
    users.create(username="ada")
    yield users
    call_command("flush", verbosity=0, interactive=False)


def test_a_query_set_is_a_list(users: Any) -> None:
    """Of dicts, tuples or values."""
    sets = [users.values("username"), users.values_list("username"), users.values_list("username", flat=True)]
    assert encode(sets) == b'[[{"username":"ada"}],[["ada"]],["ada"]]'
    assert encode([*sets, "\ud800"]) == b'[[{"username":"ada"}],[["ada"]],["ada"],"\\ud800"]'


def test_an_iterator_is_not_read_by_the_first_attempt() -> None:
    """It could not be read again."""
    letters = iter("ab")
    with pytest.raises(UnreadIterator):
        convert(letters)
    assert list(letters) == ["a", "b"]


@pytest.mark.parametrize("value", [{"x": MultiDict({"a": 1})}, [MultiDict({"a": 1})], "text", 1, None, {1}], ids=repr)
def test_plain_data_presents_itself_as_it_is(value: Any) -> None:
    """It is not searched."""
    assert present(value) is value


def test_the_query_of_a_request_is_written_with_its_first_values(site: Site) -> None:
    """Within other data it takes `to_dict()`."""
    files = {"index.py": handler("res.json(req.raw.args)"), "in.py": handler("res.json([req.raw.args.to_dict()])")}
    sent = client(site(files))
    assert [sent.get(path).text for path in ("/?a=1&a=2", "/in?a=1&a=2")] == ['{"a":"1"}', '[{"a":"1"}]']


def test_a_lazy_text_is_a_scalar() -> None:
    """Django's lazy texts are written as text in the field of an answer too."""
    assert convert_scalar(lazystr("Name")) == "Name"
