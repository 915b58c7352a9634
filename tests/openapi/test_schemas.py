"""JSON Schemas of the types of contracts."""

from __future__ import annotations

import dataclasses
import enum
import time
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

import msgspec
import pydantic
import pydantic_core
import pytest
from msgspec import UNSET, Meta, Struct, UnsetType
from typing_extensions import TypeAliasType, TypedDict
from werkzeug.datastructures import FileStorage

from fsapi.openapi.schemas import Schemas, references
from tests import models
from tests.site import count_calls

PLACE = "#/components/schemas/"
T = TypeVar("T")


def components(*, read: Any = (), sent: Any = ()) -> dict[str, Any]:
    """Return the components of types that are read and of types that are sent."""
    schemas = Schemas()
    return schemas.name([*map(schemas.read, read), *map(schemas.sent, sent)])[1]


def component(hint: Any, *, sent: bool = False) -> Any:
    """Return the component of a class."""
    return components(**{"sent" if sent else "read": [hint]})[hint.__name__]


def field(hint: Any, *, sent: bool = False) -> Any:
    """Return the schema of a field of a Struct that has a type."""
    return component(msgspec.defstruct("Holder", [("x", hint)]), sent=sent)["properties"]["x"]


class Lists(pydantic.BaseModel):
    """A pydantic model with constraints, and with fields that are named like them."""

    pattern: Annotated[str, pydantic.Field(pattern="^a", max_length=3)] = "a"
    pair: tuple[Annotated[int, pydantic.Field(ge=0)], int] = (0, 0)
    minimum: dict[str, Any] = {"maximum": 3}


class Same(pydantic.BaseModel):
    """A pydantic model that is sent as it is read."""

    x: int


class User(pydantic.BaseModel):
    """A pydantic model that is sent in another way than it is read."""

    id: int = pydantic.Field(validation_alias="userId", serialization_alias="ID")
    secret: str = pydantic.Field("", exclude=True)
    day: Annotated[int, pydantic.PlainSerializer(str, return_type=str)] = 1
    best: User | None = None

    @pydantic.computed_field  # type: ignore[prop-decorator] # as pydantic says
    @property
    def name(self) -> str:
        """Return a name."""
        return str(self.id)


class Checked(pydantic.BaseModel):
    """A pydantic model that checks itself."""

    x: int

    @pydantic.model_validator(mode="after")
    def check(self) -> Checked:
        """Check nothing."""
        return self


class Own(pydantic.BaseModel):
    """A pydantic model with a method of its own that writes its schema."""

    x: int

    @classmethod
    def model_json_schema(cls, *given: Any, **options: Any) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride] # as users write it
        """Return something else."""
        return {"type": "null"}


class Generics(pydantic.BaseModel, Generic[T]):
    """A generic pydantic model."""

    items: list[T]


class Right(enum.Flag):
    """Flags that can be combined."""

    READ = 1
    WRITE = 2


class Sparse(enum.Flag):
    """Flags with a gap."""

    A = 1
    B = 4


class Mixed(enum.IntFlag):
    """Flags that take other bits."""

    A = 1


Many = enum.Flag("Many", "A B C D E F G H I")


class Level(enum.IntEnum):
    """Numbers that cannot be combined."""

    LOW = 1
    HIGH = 10


class Number(enum.Enum):
    """Numbers with an operator of flags."""

    ONE = 1
    THREE = 3

    def __or__(self, other: object) -> int:
        return 0


class Triple(NamedTuple):
    """A named tuple with defaults."""

    a: int
    b: list[int] = [1]  # noqa: RUF012 # as users write it
    c: str = ""


@dataclasses.dataclass
class Defaults:
    """Defaults that a function makes."""

    ids: list[int] = dataclasses.field(default_factory=lambda: [1, 2])
    names: frozenset[str] = frozenset({"c", "a", "b"})
    by: dict[str, int] = dataclasses.field(default_factory=dict[str, int])
    day: Any = dataclasses.field(default_factory=lambda: 3)
    wrong: list[int] = dataclasses.field(default_factory=lambda: 1 / 0)  # type: ignore[arg-type, return-value]


class Sparing(Struct, omit_defaults=True):
    """A Struct that leaves defaults out."""

    a: int
    b: int = 1


class Perhaps(Struct):
    """A Struct with fields that may be left out."""

    a: int | UnsetType
    b: int | UnsetType = UNSET
    c: int = 1


def test_classes_are_components_by_name() -> None:
    """So is everything that they refer to."""
    assert sorted(components(read=[models.Nested])) == ["Circle", "Nested", "Row", "Square"]


def test_models_are_components_by_name() -> None:
    """A pydantic model brings its definitions along."""
    found = components(read=[list[models.Post], models.Post])
    assert sorted(found) == ["Model", "Post"]
    assert found["Post"]["properties"]["author"] == {"$ref": f"{PLACE}Model"}


def test_classes_of_equal_names_get_their_modules_as_a_prefix() -> None:
    """All of them do, whoever describes them."""
    struct = msgspec.defstruct("Row", [("x", int)], module="server.[id]")
    model = pydantic.create_model("Row", x=(models.Model, ...), __module__="a.b")
    found = components(read=[models.Row, struct, model])
    assert sorted(found) == ["Model", "a.b.Row", "server._id_.Row", "tests.models.Row"]


def item(base: Any, kind: Any, module: str) -> Any:
    """Return a class called Item."""
    made: Any = type("Item", (base,), {"__annotations__": {"x": kind}, "__module__": module})
    return made


@pytest.mark.parametrize("page", [models.Page, Generics])
@pytest.mark.parametrize("base", [Struct, pydantic.BaseModel])
def test_a_generic_class_over_namesakes_is_a_component_for_each(page: Any, base: Any) -> None:
    """Each refers to its own, and the names say which."""
    if (page, base) == (Generics, Struct):
        base = object  # a dataclass, since pydantic knows no Struct
    one, two = (item(base, kind, f"server.{name}") for kind, name in ((int, "a"), (str, "[id]")))
    if base is object:
        one, two = map(dataclasses.dataclass, (one, two))
    found = components(read=[page[one], page[two]], sent=[page[two]])
    name = page.__name__
    for module, kind in (("a", "integer"), ("_id_", "string")):
        (holder,) = (each for each in found if each.startswith(f"{name}_server.{module}.Item_") and "Out" not in each)
        assert found[holder]["properties"]["items"]["items"] == {"$ref": f"{PLACE}server.{module}.Item"}
        assert found[f"server.{module}.Item"]["properties"]["x"]["type"] == kind


@pytest.mark.parametrize("base", [Struct, pydantic.BaseModel])
def test_a_class_can_hold_its_namesake(base: Any) -> None:
    """They are two components, even if they share a module."""
    inner = item(base, int, "m")
    found = components(read=[item(base, inner, "m")])
    assert sorted(found) == ["m.Item", "m.Item_2"]
    assert {each["properties"]["x"].get("$ref") for each in found.values()} & {f"{PLACE}{name}" for name in found}


def test_a_name_does_not_depend_on_the_order() -> None:
    """Nor on classes that the document does not refer to."""
    struct = msgspec.defstruct("Row", [("x", int)], module="a")
    assert components(read=[models.Row, struct]) == components(read=[struct, models.Row])
    schemas = Schemas()
    schemas.read(struct)
    assert list(schemas.name(schemas.read(models.Row))[1]) == ["Row"]


@pytest.mark.e2e
def test_to_name_many_components_takes_less_time_than_to_write_them() -> None:
    """That of 4,000 took 1.6 times as long: to look for each went through all."""
    classes = [msgspec.defstruct(f"Row{n}", [("a", int), ("b", int, 0)]) for n in range(2000)]
    schemas, start = Schemas(), time.thread_time()
    used = [write(each) for each in classes for write in (schemas.read, schemas.sent)]
    written = time.thread_time()
    assert len(schemas.name(used)[1]) == 4000
    assert time.thread_time() - written < written - start


def test_a_difference_deep_down_is_found_in_linear_time() -> None:
    """It makes two components of each class above it."""
    counts: list[int] = []
    for depth in (20, 40):
        made: Any = models.Row
        for n in range(depth):
            made = msgspec.defstruct(f"Level{n}", [("below", made), ("other", Level)])
        schemas = Schemas()
        used = [schemas.read(made), schemas.sent(made)]
        counts.append(count_calls(lambda each=(schemas, used): each[0].name(each[1])))  # type: ignore[misc]
    assert counts[1] < 3 * counts[0]


def test_a_model_that_contains_itself_is_a_component() -> None:
    """Pydantic gives its schema as a reference to one of its definitions."""
    assert sorted(components(read=[models.Branch])) == ["Branch"]


@pytest.mark.parametrize("hint", [models.Row, Same, models.User, Generics[Same], models.Typed])
def test_what_is_sent_as_it_is_read_is_one_component(hint: Any) -> None:
    """Only the defaults of Row tell the two apart."""
    found = components(read=[hint], sent=[hint])
    assert any("-" in name for name in found) is (hint is models.Row)


def test_what_is_sent_in_another_way_than_it_is_read_is_two_components() -> None:
    """Aliases, fields that are excluded or computed and serializers are told."""
    found = components(read=[User], sent=[list[User]])
    read, sent = found["User-Input"], found["User-Output"]
    assert [list(each["properties"]) for each in (read, sent)] == [
        ["userId", "secret", "day", "best"],
        ["ID", "day", "best", "name"],
    ]
    assert [each["properties"]["day"]["type"] for each in (read, sent)] == ["integer", "string"]
    assert [each["properties"]["best"]["anyOf"][0]["$ref"] for each in (read, sent)] == [
        f"{PLACE}User-Input",
        f"{PLACE}User-Output",
    ]


def test_a_model_that_checks_itself_is_named_after_its_class() -> None:
    """Pydantic describes the check, and the class in it."""
    generic: Any = Generics
    other = pydantic.create_model("Checked", __base__=Checked, __module__="a.b")
    assert sorted(components(read=[Checked, generic[other]])) == [
        "Generics_Checked_",
        "a.b.Checked",
        f"{__name__}.Checked",
    ]


def test_a_model_is_described_as_those_around_it_describe_it() -> None:
    """They do not ask its own method."""
    assert list(component(Own)["properties"]) == ["x"]


def test_what_holds_two_components_is_two_itself() -> None:
    """It refers to other ones."""
    holder = msgspec.defstruct("Holder", [("x", list[User]), ("y", Same)])
    found = components(read=[holder], sent=[holder])
    assert sorted(found) == ["Holder-Input", "Holder-Output", "Same", "User-Input", "User-Output"]


def test_a_class_that_is_read_or_sent_alone_keeps_its_name() -> None:
    """There is no other to tell it from."""
    assert [*components(read=[User])] == [*components(sent=[User])] == ["User"]


@pytest.mark.parametrize(
    ("hint", "read", "sent"),
    [
        (models.Row, ["id"], ["id", "tags"]),
        (models.Data, ["name"], ["name", "price"]),
        (models.Attrs, ["name"], ["name", "color"]),
        (models.Partial, ["a"], ["a"]),
        (models.Model, ["name"], ["name", "born"]),
        (Sparing, ["a"], ["a"]),
        (Perhaps, ["a"], ["c"]),
    ],
)
def test_a_field_with_a_default_is_always_sent(hint: Any, read: list[str], sent: list[str]) -> None:
    """Unless its class says otherwise, or it may be unset."""
    assert [component(hint, sent=each)["required"] for each in (False, True)] == [read, sent]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        (Literal["b", "a"], {"enum": ["a", "b"]}),
        (Annotated[models.Color, Meta(title="C")], {"title": "C", "$ref": f"{PLACE}Color"}),
        (Level, None),
        (Literal[1], None),
        (UUID, None),
    ],
)
def test_keys_of_some_texts_are_told(key: Any, names: Any) -> None:
    """Of what is sent too, since they hold there; a number as a key is text, which its schema does not say."""
    schemas = Schemas()
    (found,), named = schemas.name([schemas.sent(dict[key, int])])
    assert (found.get("propertyNames"), "Color" in named) == (names, "$ref" in (names or ()))


@pytest.mark.parametrize(
    ("hint", "constraints"),
    [
        (Annotated[int, Meta(ge=1, lt=9, multiple_of=2)], {"minimum": 1, "exclusiveMaximum": 9, "multipleOf": 2}),
        (Annotated[float, Meta(gt=1, le=9)], {"exclusiveMinimum": 1, "maximum": 9}),
        (Annotated[str, Meta(pattern="^a", max_length=3)], {"pattern": "^a", "maxLength": 3}),
        (Annotated[list[int], Meta(min_length=1)], {"minItems": 1}),
        (Annotated[dict[str, int], Meta(max_length=1)], {"maxProperties": 1}),
        (dict[Annotated[str, Meta(min_length=1)], int], {"propertyNames": {"minLength": 1}}),
        (Annotated[bytes, Meta(max_length=4)], {"maxLength": 8}),
    ],
)
def test_constraints_are_of_what_is_read(hint: Any, constraints: dict[str, Any]) -> None:
    """Answers are not held to them."""
    assert field(hint) == {**field(hint, sent=True), **constraints}


def test_constraints_of_a_model_are_of_what_is_read() -> None:
    """The size of a tuple is none, nor are fields and defaults that are named like one."""
    read, sent = (component(Lists, sent=each)["properties"] for each in (False, True))
    assert read["pattern"] == {"title": "Pattern", "type": "string", "pattern": "^a", "maxLength": 3}
    assert sent["pattern"] == {"title": "Pattern", "type": "string"}
    assert (sent["pair"]["minItems"], sent["pair"]["prefixItems"][0]) == (2, {"type": "integer"})
    assert list(sent) == ["pattern", "pair", "minimum"]


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (Right, {"type": "integer", "enum": [0, 1, 2, 3]}),
        (Sparse, {"type": "integer", "enum": [0, 1, 4, 5]}),
        (Mixed, {"type": "integer"}),
        (Many, {"type": "integer", "minimum": 0, "maximum": 511}),
        (models.Color, {"enum": ["blue", "red"]}),
        (Level, {"enum": [1, 10]}),
        (Number, {"enum": [1, 3]}),
    ],
)
def test_flags_can_be_combined(hint: Any, schema: dict[str, Any]) -> None:
    """An enum is one of its values."""
    found = component(hint)
    assert {key: found[key] for key in found if key not in ("title", "description")} == schema


def test_a_field_that_is_missing_at_times_is_not_required() -> None:
    """The sentinel is new in pydantic 2.12."""
    for missing in [pydantic_core.MISSING] if hasattr(pydantic_core, "MISSING") else []:
        fields: dict[str, Any] = {"a": (int, 1), "b": (int | missing, missing)}
        model = pydantic.create_model("Model", **fields)
        assert component(model, sent=True)["required"] == ["a"]
        make_name: Any = TypeAliasType
        named = make_name("named", int | missing)
        fields = {"a": (int, 1), "b": (named, missing), "c": (named, missing)}
        assert component(pydantic.create_model("Model", **fields), sent=True)["required"] == ["a"]
        keys: Any = TypedDict("keys", {"a": int, "b": int | missing})  # type: ignore[valid-type]
        model = pydantic.create_model("Model", keys=(keys, ...))
        assert components(sent=[model])["keys"]["required"] == ["a"]


@pytest.mark.parametrize("hint", [Right, Sparse, Mixed, Many])
def test_flags_of_a_model_can_be_combined(hint: Any) -> None:
    """Pydantic's own schema lists the members alone."""
    alone = component(hint)
    within = components(read=[pydantic.create_model("Model", x=(hint, ...))])[hint.__name__]
    keys = ("type", "enum", "minimum", "maximum")
    assert [within.get(key) for key in keys] == [alone.get(key) for key in keys]


def test_an_enum_of_a_model_is_one_of_its_values() -> None:
    """As pydantic describes it."""
    model = pydantic.create_model("Model", x=(Level, ...))
    assert components(read=[model])["Level"]["enum"] == [1, 10]


@pytest.mark.parametrize(
    ("hint", "told"),
    [
        ("datetime", "date-time"),
        ("Annotated[datetime, Meta(tz=True)]", "date-time"),
        ("Annotated[datetime, Meta(tz=False)]", None),
        ("time", "time"),
        ("date", "date"),
        ("timedelta", "duration"),
        ("UUID", "uuid"),
        ("Decimal", "decimal"),
    ],
)
def test_the_format_of_a_text_is_told(hint: str, told: str | None) -> None:
    """A time that may have no offset has no format of JSON Schema."""
    names: dict[str, Any] = {}
    exec("from datetime import *\nfrom uuid import UUID\nfrom decimal import Decimal\nfrom typing import *", names)
    assert field(eval(hint, {**names, "Meta": Meta})).get("format") == told


def test_the_last_positions_of_a_tuple_can_be_left_out_of_what_is_read() -> None:
    """All of them are sent."""
    sizes = [[component(Triple, sent=each)[key] for key in ("minItems", "maxItems")] for each in (False, True)]
    assert sizes == [[1, 3], [3, 3]]


def test_a_struct_that_is_an_array_is_sent_with_all_positions() -> None:
    """Those who send one may add more."""
    assert [component(models.Point, sent=each).get("maxItems") for each in (False, True)] == [None, 2]


@pytest.mark.parametrize("hint", [models.Query, models.Model])
def test_fields_are_those_of_the_type_in_order(hint: Any) -> None:
    """Dataclasses, TypedDicts, Structs and models have fields."""
    assert [name for name, _, _ in Schemas().fields(hint)] == list(getattr(hint, "model_fields", hint.__annotations__))


def test_defaults_are_written_as_json() -> None:
    """A tuple is a list there, and a Decimal is text."""
    hint = msgspec.defstruct("Made", [("a", tuple[int, ...], (1,)), ("b", Decimal, Decimal("1.5"))])
    assert [schema["default"] for _, schema, _ in Schemas().fields(hint)] == [[1], "1.5"]


def test_a_list_that_a_function_makes_is_a_default() -> None:
    """Other functions may return something else each time; a set is sorted, since its order differs from run to run."""
    found = {name: schema.get("default") for name, schema, _ in Schemas().fields(Defaults)}
    assert found == {"ids": [1, 2], "names": ["a", "b", "c"], "by": {}, "day": None, "wrong": None}


def test_a_default_that_is_not_json_is_left_out() -> None:
    """It can only be used in Python."""
    hint = msgspec.defstruct("Made", [("a", int, object())])
    assert [schema for _, schema, _ in Schemas().fields(hint)] == [{"type": "integer"}]


def test_an_uploaded_file_is_a_binary_string() -> None:
    """Browsers send it as bytes in a form."""
    assert field(FileStorage) == {"type": "string", "format": "binary"}


def test_metadata_stands_beside_a_reference() -> None:
    """That of an outer type hides that of an inner one."""
    hint = Annotated[Annotated[models.Row, Meta(description="A")], Meta(description="B")]
    assert field(hint) == {"description": "B", "$ref": f"{PLACE}Row"}


def test_structs_with_tags_have_a_discriminator() -> None:
    """It maps each tag to a component."""
    found = components(read=[models.Shape | int | None])
    schemas = Schemas()
    (shape, _) = schemas.name(schemas.read(models.Shape))
    assert shape["discriminator"]["mapping"] == {name: f"{PLACE}{name.title()}" for name in ("circle", "square")}
    assert sorted(found) == ["Circle", "Square"]
    assert found["Circle"]["required"] == ["type", "r"]


def test_references_are_found_at_any_depth() -> None:
    """They are found in lists and in objects."""
    part = {"a": [{"b": {"$ref": f"{PLACE}x"}}], "$ref": f"{PLACE}y", "c": {"$ref": "#/elsewhere"}}
    assert references(part) == {f"{PLACE}x", f"{PLACE}y"}


def test_components_have_no_defaults() -> None:
    """openapi-typescript makes a field with a default a required one."""
    assert "default" not in component(models.Data)["properties"]["price"]
