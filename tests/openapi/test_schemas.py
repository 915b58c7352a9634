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


def test_classes_are_shared_by_name() -> None:
    """And all that they refer to."""
    schemas = Schemas([models.Nested])
    assert schemas.of(models.Nested) == {"$ref": f"{PLACE}Nested"}
    assert sorted(schemas.components) == ["Circle", "Nested", "Row", "Square"]


def test_models_are_shared_by_name() -> None:
    """A pydantic model brings its definitions along."""
    schemas = Schemas([list[models.Post], models.Post])
    assert schemas.of(models.Post) == {"$ref": f"{PLACE}Post"}
    assert sorted(schemas.components) == ["Model", "Post"]
    assert schemas.components["Post"]["properties"]["author"] == {"$ref": f"{PLACE}Model"}


def test_classes_of_equal_names_are_told_apart() -> None:
    """By their modules."""
    other = msgspec.defstruct("Row", [("x", int)], module="other")
    schemas = Schemas([models.Row, other])
    assert [schemas.of(kind)["$ref"] for kind in (models.Row, other)] == [
        f"{PLACE}tests.models.Row",
        f"{PLACE}other.Row",
    ]


def test_models_of_equal_names_are_told_apart() -> None:
    """The second one has its module before its name, and so has what it refers to."""
    other = pydantic.create_model("Post", x=(models.Model, ...), __module__="a.b")
    schemas = Schemas([models.Post, other, models.Model])
    assert schemas.of(other) == {"$ref": f"{PLACE}a.b.Post"}
    assert schemas.components["a.b.Post"]["properties"]["x"] == {"$ref": f"{PLACE}a.b.Model"}
    assert schemas.of(models.Model) == {"$ref": f"{PLACE}Model"}


def test_a_model_that_has_the_name_of_a_class_is_told_apart() -> None:
    """All models have their modules before their names then."""
    other = pydantic.create_model("Row", x=(int, ...), __module__="a.b")
    schemas = Schemas([models.Row, other, models.Model])
    names = [schemas.of(kind)["$ref"].removeprefix(PLACE) for kind in (models.Row, other, models.Model)]
    assert names == ["Row", "a.b.Row", "tests.models.Model"]


def test_a_model_that_holds_its_like_is_shared() -> None:
    """Pydantic tells it as a reference to one of its definitions."""
    schemas = Schemas([models.Branch])
    assert schemas.of(models.Branch) == {"$ref": f"{PLACE}Branch"}
    assert sorted(schemas.components) == ["Branch"]


@pytest.mark.parametrize("kind", [models.Query, models.Model])
def test_fields_are_told_one_by_one(kind: Any) -> None:
    """With their schemas, and whether they have to be there."""
    assert [name for name, _, _ in Schemas([kind]).fields(kind)] == list(
        getattr(kind, "model_fields", kind.__annotations__)
    )


def test_defaults_are_json() -> None:
    """Whatever they are in Python."""
    kind = msgspec.defstruct("Defaults", [("a", tuple[int, ...], (1,)), ("b", Decimal, Decimal("1.5"))])
    assert [schema["default"] for _, schema, _ in Schemas([kind]).fields(kind)] == [[1], "1.5"]


def test_a_file_is_bytes() -> None:
    """As browsers send it in a form."""
    found = {name: schema for name, schema, _ in Schemas([models.Upload]).fields(models.Upload)}
    assert found["file"] == {"type": "string", "format": "binary"}


def test_references_are_found_at_any_depth() -> None:
    """In lists and in objects."""
    assert references({"a": [{"b": {"$ref": f"{PLACE}x"}}], "$ref": f"{PLACE}y", "c": {"$ref": "#/elsewhere"}}) == {
        "x",
        "y",
    }


def test_what_is_needed_is_needed_by_way_of_others() -> None:
    """A schema that refers to itself is found once."""
    schemas = Schemas([models.Node, models.Row])
    assert list(schemas.used_by([{"$ref": f"{PLACE}Node"}])) == ["Node"]


def test_shared_schemas_have_no_defaults() -> None:
    """openapi-typescript takes a field with a default for one that is always there."""
    schemas = Schemas([models.Data])
    assert "default" in schemas.components["Data"]["properties"]["price"]
    assert "default" not in schemas.used_by(schemas.of(models.Data))["Data"]["properties"]["price"]
