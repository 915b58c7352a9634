"""JSON Schemas of the types of contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pydantic
import pytest

from fsapi.openapi.schemas import Schemas, references
from tests import models

PLACE = "#/components/schemas/"


def test_classes_are_components_by_name() -> None:
    """So is everything that they refer to."""
    schemas = Schemas([models.Nested])
    assert schemas.of(models.Nested) == {"$ref": f"{PLACE}Nested"}
    assert sorted(schemas.components) == ["Circle", "Nested", "Row", "Square"]


def test_models_are_components_by_name() -> None:
    """A pydantic model brings its definitions along."""
    schemas = Schemas([list[models.Post], models.Post])
    assert schemas.of(models.Post) == {"$ref": f"{PLACE}Post"}
    assert sorted(schemas.components) == ["Model", "Post"]
    assert schemas.components["Post"]["properties"]["author"] == {"$ref": f"{PLACE}Model"}


def test_classes_of_equal_names_get_their_modules_as_a_prefix() -> None:
    """Both do, as msgspec names them."""
    other = msgspec.defstruct("Row", [("x", int)], module="other")
    schemas = Schemas([models.Row, other])
    assert [schemas.of(hint)["$ref"] for hint in (models.Row, other)] == [
        f"{PLACE}tests.models.Row",
        f"{PLACE}other.Row",
    ]


def test_the_second_model_of_a_name_gets_its_module_as_a_prefix() -> None:
    """So does everything that it refers to."""
    other = pydantic.create_model("Post", x=(models.Model, ...), __module__="a.b")
    schemas = Schemas([models.Post, other, models.Model])
    assert schemas.of(other) == {"$ref": f"{PLACE}a.b.Post"}
    assert schemas.components["a.b.Post"]["properties"]["x"] == {"$ref": f"{PLACE}a.b.Model"}
    assert schemas.of(models.Model) == {"$ref": f"{PLACE}Model"}


def test_all_models_get_their_modules_as_a_prefix_if_one_has_the_name_of_a_class() -> None:
    """The class keeps its name."""
    other = pydantic.create_model("Row", x=(int, ...), __module__="a.b")
    schemas = Schemas([models.Row, other, models.Model])
    names = [schemas.of(hint)["$ref"].removeprefix(PLACE) for hint in (models.Row, other, models.Model)]
    assert names == ["Row", "a.b.Row", "tests.models.Model"]


def test_a_model_that_contains_itself_is_a_component() -> None:
    """Pydantic gives its schema as a reference to one of its definitions."""
    schemas = Schemas([models.Branch])
    assert schemas.of(models.Branch) == {"$ref": f"{PLACE}Branch"}
    assert sorted(schemas.components) == ["Branch"]


@pytest.mark.parametrize("hint", [models.Query, models.Model])
def test_fields_are_those_of_the_type_in_order(hint: Any) -> None:
    """Dataclasses, TypedDicts, Structs and models have fields."""
    assert [name for name, _, _ in Schemas([hint]).fields(hint)] == list(
        getattr(hint, "model_fields", hint.__annotations__)
    )


def test_defaults_are_written_as_json() -> None:
    """A tuple is a list there, and a Decimal is text."""
    hint = msgspec.defstruct("Defaults", [("a", tuple[int, ...], (1,)), ("b", Decimal, Decimal("1.5"))])
    assert [schema["default"] for _, schema, _ in Schemas([hint]).fields(hint)] == [[1], "1.5"]


def test_an_uploaded_file_is_a_binary_string() -> None:
    """Browsers send it as bytes in a form."""
    found = {name: schema for name, schema, _ in Schemas([models.Upload]).fields(models.Upload)}
    assert found["file"] == {"type": "string", "format": "binary"}


def test_references_are_found_at_any_depth() -> None:
    """They are found in lists and in objects."""
    assert references({"a": [{"b": {"$ref": f"{PLACE}x"}}], "$ref": f"{PLACE}y", "c": {"$ref": "#/elsewhere"}}) == {
        "x",
        "y",
    }


def test_a_component_that_refers_to_itself_is_used_once() -> None:
    """The search through references ends."""
    schemas = Schemas([models.Node, models.Row])
    assert list(schemas.used_by([{"$ref": f"{PLACE}Node"}])) == ["Node"]


def test_components_have_no_defaults() -> None:
    """openapi-typescript makes a field with a default a required one."""
    schemas = Schemas([models.Data])
    assert "default" in schemas.components["Data"]["properties"]["price"]
    assert "default" not in schemas.used_by(schemas.of(models.Data))["Data"]["properties"]["price"]
