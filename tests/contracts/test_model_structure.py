"""What pydantic reads at each place of a document, and how far the path of an error can be followed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, RootModel

from fsapi.json.malformed import Malformed
from fsapi.models.numbers import Floats, decode_floats, fit
from fsapi.models.places import find_place
from fsapi.models.reader import reader_of
from fsapi.models.structure import Structure
from fsapi.models.wrappers import is_endless, may_be_left_out

INT, ITEMS = {"type": "int"}, {"type": "list", "items_schema": {"type": "decimal"}}
UNION = {"type": "union", "choices": [ITEMS]}
CHAIN = {"type": "chain", "steps": [ITEMS, {"type": "any"}]}
BROKEN = {"type": "union", "choices": [({"type": "no such"}, "a"), {"type": "no such"}, ITEMS]}


def structure(schema: Any) -> Structure:
    """Return the structure of a core schema."""
    return Structure(schema)


def test_a_union_of_one_and_a_chain_read_what_is_in_them() -> None:
    """Neither has a name in a path."""
    for schema in (UNION, CHAIN):
        assert find_place(structure(schema), ["x"], [0]).steps == (0,)


def test_a_choice_without_a_name_can_be_any() -> None:
    """As where the schema of a choice cannot be built alone."""
    assert find_place(structure(BROKEN), ["x"], ["list[decimal]", 0]).steps == (0,)
    assert find_place(structure(BROKEN), ["x"], ["b", 0]).steps == (0,)


@pytest.mark.parametrize("missing", [{"type": "missing-sentinel"}, {"type": "missing-sentinel", "schema": ITEMS}])
def test_a_field_that_can_be_missing_may_be_left_out(missing: Any) -> None:
    """The sentinel is a choice, or around the others, as the version of pydantic has it; it holds no JSON."""
    for schema in (missing, {"type": "default", "schema": {"type": "nullable", "schema": missing}}):
        assert may_be_left_out({"schema": {"type": "union", "choices": [INT, (schema, "a")]}}, {})
    chain = {"type": "chain", "steps": [INT, {"type": "json-or-python", "json_schema": missing}]}
    assert may_be_left_out({"schema": {"type": "function-after", "schema": chain}}, {})
    assert not may_be_left_out({"schema": {"type": "default", "schema": ITEMS}, "serialization_exclude_if": None}, {})
    assert not may_be_left_out({"schema": {"type": "model", "schema": missing}}, {})
    assert may_be_left_out({"schema": INT, "serialization_exclude_if": bool}, {})
    union = structure({"type": "union", "choices": [missing, ITEMS]})
    assert (find_place(union, ["x"], ["list[decimal]", 0]).steps, union.holds_any_float) == ((0,), False)


def test_a_name_for_what_can_be_missing_may_be_left_out() -> None:
    """A name can contain itself."""
    name = {"type": "definition-ref", "schema_ref": "Name"}
    for other, is_left_out in ((INT, False), ({"type": "missing-sentinel"}, True)):
        definitions = {"Name": {"type": "union", "choices": [other, name]}}
        assert may_be_left_out({"schema": name}, definitions) is is_left_out


def test_names_that_contain_each_other_at_once_are_endless() -> None:
    """A list between them is not, nor is a name that stands in several."""
    name = {"type": "nullable", "schema": {"type": "definition-ref", "schema_ref": "A"}}
    between = {"type": "list", "items_schema": name}
    for inner, ends in ((name, False), (between, True), (INT, True)):
        first = {"ref": "A", "type": "chain", "steps": [{"type": "definition-ref", "schema_ref": "B"}]}
        second = {"ref": "B", "type": "union", "choices": [INT, (inner, "label")]}
        assert is_endless({"type": "definitions", "schema": name, "definitions": [first, second]}) is not ends


def test_a_path_that_leads_nowhere_ends_where_it_leaves_the_json() -> None:
    """What a validator has made was not sent."""
    cases: list[tuple[list[str | int], tuple[int, ...]]] = [([0, "x"], (0,)), (["x"], ()), ([0, 0], (0,))]
    for path, steps in cases:
        assert find_place(structure(ITEMS), ["x"], path).steps == steps


def test_equal_ways_are_followed_once() -> None:
    """The choices of a union can be the same."""
    schema = {"type": "union", "choices": [ITEMS, ITEMS]}
    assert find_place(structure(schema), ["x"], ["list[decimal]", 0]).steps == (0,)


def test_a_value_that_is_no_number_stays() -> None:
    """Also as the whole document."""
    for value in ("x", None, True):
        assert fit(structure({"type": "any"}), value, Floats()) is value
    sent, floats = decode_floats(b"[1.5, 1.25e0]")
    assert fit(structure(ITEMS), sent, floats) == [1.5, "1.25"]


def test_a_document_without_an_end_to_its_depth_is_malformed() -> None:
    """Whoever reads its numbers."""
    with pytest.raises(Malformed, match=r"^nested too deep$"):
        decode_floats(b"[" * 100_000 + b"]" * 100_000)


class Anything(BaseModel):
    """A model of any JSON."""

    any: Any


def test_data_of_any_depth_is_read() -> None:
    """Also where no stack is left to write it for pydantic."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert reader_of(Anything).build({"any": deep}).any is deep


def test_a_root_model_reads_what_is_in_it() -> None:
    """It has no name in a path."""
    found = Structure(RootModel[list[int]].__pydantic_core_schema__)
    assert (find_place(found, ["x"], [0]).steps, found.holds_any_float) == ((0,), False)
