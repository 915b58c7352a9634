"""Numbers of pydantic models: their digits, and those that no float holds."""

# ruff: noqa: UP007, UP031, UP045 - a union of models is written as type checkers take it; JSON is full of braces

from __future__ import annotations

import dataclasses
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, Optional, Union

import msgspec
import pydantic
import pytest
from pydantic import AliasChoices, AliasPath, ConfigDict, Discriminator, Field, RootModel, Tag
from typing_extensions import TypedDict

from fsapi.contracts import validation
from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid
from fsapi.json.malformed import Malformed

LONG = "0.1000000000000000055511151231257827"
#: Numbers that a float does not hold.
EXACT = [LONG, "1e-400", "-1e400", "1" + "0" * 400, "-" + "7" * 5000, "12345678901234567890.5", "1.5E-321"]


class Price(pydantic.BaseModel):
    """A model with a decimal."""

    kind: Literal["price"] = "price"
    value: Decimal


class Weight(pydantic.BaseModel):
    """A model with a float."""

    kind: Literal["weight"]
    value: float


class Names(pydantic.BaseModel):
    """A decimal with several names."""

    model_config = ConfigDict(populate_by_name=True)
    value: Decimal = Field(validation_alias=AliasChoices("first", "second", AliasPath("third", 1, "x")))


class Open(pydantic.BaseModel):
    """A model that keeps other fields as decimals."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Decimal]  # type: ignore[assignment, unused-ignore] # pyright: ignore[reportIncompatibleVariableOverride] # pydantic documents it so


class Strict(pydantic.BaseModel):
    """A strict model."""

    model_config = ConfigDict(strict=True)
    value: Decimal


class Typed(TypedDict):
    """A TypedDict."""

    value: Decimal


class Pair(NamedTuple):
    """A NamedTuple."""

    name: str
    value: Decimal


@pydantic.dataclasses.dataclass
class Data:
    """A dataclass of pydantic."""

    value: Decimal


Tagged = Annotated[Union[Price, Weight], Field(discriminator="kind")]
Called = Annotated[
    Union[Annotated[Price, Tag("p")], Annotated[Data, Tag("d")]],
    Discriminator(lambda value: "p" if "kind" in value else "d"),
]
Bounded = Annotated[Decimal, Field(max_digits=6000, allow_inf_nan=False)]
Ordered = Annotated[Union[int, Decimal], Field(union_mode="left_to_right")]

#: Type of a field, JSON for it with a number in place of `#`, and what finds the number in the field.
DECIMALS: list[tuple[Any, str, Callable[[Any], Any]]] = [
    (Decimal, "#", lambda v: v),
    (Optional[Decimal], "#", lambda v: v),
    (Bounded, "#", lambda v: v),
    (Union[Decimal, str], "#", lambda v: v),
    (Union[bool, None, Decimal], "#", lambda v: v),
    (list[Decimal], "[1, #]", lambda v: v[1]),
    (dict[str, Decimal], '{"a": #}', lambda v: v["a"]),
    (dict[str, list[Optional[Decimal]]], '{"a": [null, #]}', lambda v: v["a"][1]),
    (tuple[int, Decimal], "[1, #]", lambda v: v[1]),
    (tuple[Decimal, ...], "[1, 2, #]", lambda v: v[2]),
    (Price, '{"value": 1, "value": #}', lambda v: v.value),
    (Optional[Price], '{"value": #, "other": [{"x": 0.12345678901234567}]}', lambda v: v.value),
    (list[Price], '[{"value": 1}, {"value": #}]', lambda v: v[1].value),
    (Tagged, '{"kind": "price", "value": #}', lambda v: v.value),
    (Called, '{"kind": "price", "value": #}', lambda v: v.value),
    (Union[dict[str, str], list[Decimal], list[str]], "[#]", lambda v: v[0]),
    (Names, '{"second": #}', lambda v: v.value),
    (Names, '{"value": #}', lambda v: v.value),
    (Names, '{"third": [{}, {"x": #}]}', lambda v: v.value),
    (Open, '{"any": #}', lambda v: v.any),
    (Strict, '{"value": #}', lambda v: v.value),
    (Typed, '{"value": #}', lambda v: v["value"]),
    (Pair, '["x", #]', lambda v: v.value),
    (Pair, '{"name": "x", "value": #}', lambda v: v.value),
    (Data, '{"value": #}', lambda v: v.value),
    (RootModel[list[Decimal]], "[#]", lambda v: v.root[0]),
]

#: Types of a field, JSON for it, and the place of the number that no float holds below the field.
OUT_OF_RANGE: list[tuple[Any, str, str]] = [
    (float, "1e400", ""),
    (float, "-1E+400", ""),
    (float, "1" + "0" * 400, ""),
    (float, "9" * 5000, ""),
    (Optional[float], "1e400", ""),
    (Annotated[float, Field(gt=0)], "1e400", ""),
    (int, "1e400", ""),
    (str, "1e400", ""),
    (Any, "[1, 1e400]", "[1]"),
    (dict, '{"a.b": 1e400}', ".a.b"),
    (dict[str, float], '{"a": 1e400}', ".a"),
    (list[Weight], '[{"kind": "weight", "value": 1}, {"kind": "weight", "value": 1e400}]', "[1].value"),
    (Tagged, '{"kind": "weight", "value": 1e400}', ".value"),
    *(
        (Annotated[Union[float, Decimal], Field(union_mode="left_to_right")], number, "")
        for number in ("1e400", "1" + "0" * 309)
    ),
    (Annotated[str, pydantic.BeforeValidator(str)], "1e400", ""),
    (Annotated[Any, pydantic.PlainValidator(str)], "1e400", ""),
    (Price, '{"kind": 1e400, "value": 1e400}', ".kind"),
    (list[float], '["x", 1e400, 1e500]', "[1]"),
]


def wrapped(hint: Any) -> list[tuple[Any, str, Callable[[Any], Any], str]]:
    """Return types that contain a model with a field: JSON with `#` for the field, what finds the model, its path."""
    model = pydantic.create_model("Model", v=(hint, ...))
    struct = msgspec.defstruct("Box", [("m", model), ("any", Any, None)])
    data = dataclasses.make_dataclass("Data", [("m", Optional[model])])
    make_dict: Any = TypedDict
    typed = make_dict("Typed", {"m": model})
    return [
        (model, '{"v": #}', lambda made: made, "$"),
        (Optional[model], '{"v": #}', lambda made: made, "$"),
        (list[model], '[{"v": #}]', lambda made: made[0], "$[0]"),  # type: ignore[valid-type]
        (dict[str, model], '{"k": {"v": #}}', lambda made: made["k"], "$.k"),  # type: ignore[valid-type]
        (tuple[int, model], '[1, {"v": #}]', lambda made: made[1], "$[1]"),  # type: ignore[valid-type]
        (struct, '{"any": 0.30000000000000004, "m": {"v": #}}', lambda made: made.m, "$.m"),
        (data, '{"m": {"v": #}}', lambda made: made.m, "$.m"),
        (typed, '{"m": {"v": #}}', lambda made: made["m"], "$.m"),
    ]


def read(hint: Any, text: str) -> Any:
    """Return a value of a type for JSON."""
    return validation.reader(describe(hint))(text.encode())


def test_a_decimal_keeps_its_digits() -> None:
    """Also one that no float or int holds, and in a model below another type."""
    wrong: list[object] = []
    for hint, data, find in DECIMALS:
        for whole, start, model_of, _ in wrapped(hint):
            read_whole = validation.reader(describe(whole))
            for number in EXACT:
                text = start.replace("#", data.replace("#", number))
                if find(model_of(read_whole(text.encode())).v) != Decimal(number):
                    wrong.append((whole, hint, text))
    assert wrong == []


def test_a_number_that_only_a_decimal_holds_is_malformed() -> None:
    """As for any other type: it has a place, and no error before it hides it."""
    wrong: list[object] = []
    for hint, data, place in OUT_OF_RANGE:
        for whole, start, _, path in wrapped(hint):
            text = start.replace("#", data)
            with pytest.raises((Malformed, Invalid)) as caught:
                read(whole, text)
            is_long = data.isdigit() and len(data) > 4300
            if str(caught.value) != f"a number out of range at `{path}.v{place}`" and not is_long:
                wrong.append((whole, hint, text, caught.value))
    assert wrong == []


def test_a_whole_number_beyond_all_floats_is_a_decimal_where_one_can_be() -> None:
    """Pydantic would take it for an infinite float."""
    for hint in (Union[float, Decimal], Union[Decimal, float, None], Union[float, int], Union[int, Decimal, float]):
        for whole, start, model_of, _ in wrapped(hint):
            made = model_of(read(whole, start.replace("#", "-1" + "0" * 309))).v
            assert (made, type(made) is float) == (-(10**309), False)


def test_a_number_that_nothing_reads_is_let_through() -> None:
    """As a Struct skips what is no field of it."""
    for number in ("1e400", "9" * 5000, "[" * 600 + "1e400" + "]" * 600):
        for hint in (Price, Optional[Price]):
            data = '{"value": 1, "other": %s}' % number
            made = read(list[hint], f"[{data}]")  # type: ignore[valid-type]
            assert read(hint, data) == made[0] == Price(value=Decimal(1))


def test_a_number_beside_a_model_keeps_its_meaning() -> None:
    """What is taken as any JSON is a float, and rejected if none holds it."""
    hint = msgspec.defstruct("Both", [("m", Price), ("any", Any), ("n", int, 0)])
    made = read(hint, '{"any": [%s], "m": {"value": %s}}' % (LONG, LONG))
    assert (type(made.any[0]), made.any[0], made.m.value) == (float, float(LONG), Decimal(LONG))
    with pytest.raises(Malformed, match=r"^a number out of range at `\$.any\[0\]`$"):
        read(hint, '{"any": [1e400], "m": {"value": 1e400}}')
    with pytest.raises(Malformed, match=r"^a number out of range at `\$.any\[0\]`$"):
        read(hint, '{"any": [1e400], "m": {"value": 1e400}, "n": "x"}')


def test_text_is_no_number() -> None:
    """Pydantic reads it as it reads text anywhere: a float takes Infinity, a Decimal takes only what is finite."""
    assert read(Weight, '{"kind": "weight", "value": "Infinity"}').value == float("inf")
    for text in ("NaN", "sNaN", "-Infinity", "inf", "1e400000000000000000000"):
        hints: list[Any] = [Decimal, Optional[Decimal], Bounded, Annotated[Decimal, Field(ge=0)]]
        for hint in hints:
            model = pydantic.create_model("Model", v=(hint, ...))
            with pytest.raises(Invalid):
                read(model, '{"v": "%s"}' % text)


LONG_INTEGERS: list[tuple[Any, str, str]] = [
    (int, "9" * 5000, ""),
    (Any, "[9%s]" % ("9" * 5000), "[0]"),
    (Union[int, str], "9" * 5000, ""),
    (dict[str, int], '{"k": -%s}' % ("9" * 5000), ".k"),
    (bool, "9" * 5000, ""),
]


def test_a_whole_number_that_python_does_not_read_does_not_fit() -> None:
    """As for a Struct."""
    for hint, data, place in LONG_INTEGERS:
        for whole, start, _, path in wrapped(hint):
            with pytest.raises(Invalid) as caught:
                read(whole, start.replace("#", data))
            assert caught.value.errors == [(f"{path}.v{place}", "Integer value out of range")]


def test_a_number_of_a_model_stays_what_it_is() -> None:
    """What a float or an int holds is not made a decimal, nor text."""
    model = pydantic.create_model(
        "Model", v=(Union[float, Decimal, None], None), s=(Union[str, Decimal], ""), n=(int, 0)
    )
    made = read(model, '{"v": %s, "s": 0.12345678901234567, "n": %s, "x": 1e-400}' % (LONG, "7" * 400))
    assert (type(made.v), type(made.s), made.n) == (float, Decimal, int("7" * 400))
    assert read(model, '{"v": 1e400}').v == Decimal("1e400")
    assert read(pydantic.create_model("Real", v=(list[float], ...)), '{"v": [1e308, 1e-400]}').v == [1e308, 0.0]


class Tree(pydantic.BaseModel):
    """A model that contains itself."""

    n: int = 0
    child: Tree | None = None
    any: Any = None


def test_a_deep_document_is_read_as_a_struct_reads_it() -> None:
    """Pydantic itself reads 200 levels of JSON."""
    deep = "[" * 900 + "]" * 900
    found = msgspec.json.decode(deep)
    assert read(Tree, '{"any": %s}' % deep).any == read(list[Tree], '[{"any": %s}]' % deep)[0].any == found
    with pytest.raises(Invalid) as caught:
        read(Tree, '{"n": %s}' % deep)
    assert caught.value.errors == [("$.n", "Input should be a valid integer")]
    with pytest.raises(Invalid) as caught:
        read(Tree, '{"n": "x", "any": %s}' % deep)
    assert [path for path, _ in caught.value.errors] == ["$.n"]


def test_a_document_that_pydantic_cannot_descend_is_malformed() -> None:
    """The models in it are nested too deep."""
    for depth in (300, 2000):
        with pytest.raises(Malformed, match=r"^nested too deep$"):
            read(Tree, '{"child": ' * depth + '{"n": 1}' + "}" * depth)
        with pytest.raises(Malformed, match=r"^nested too deep$"):
            read(list[Tree], "[" + '{"child": ' * depth + '{"n": 1}' + "}" * depth + "]")


def test_the_last_of_equal_keys_counts_in_a_model() -> None:
    """Pydantic checks all values of a dict."""
    model = RootModel[dict[str, int]]
    assert read(model, '{"a": "x", "a": 1}').root == {"a": 1}
    with pytest.raises(Invalid) as caught:
        read(model, '{"a": 1, "a": "x", "b": "y"}')
    assert [path for path, _ in caught.value.errors] == ["$.a", "$.b"]


def test_whole_numbers_beside_a_struct_are_read_as_before() -> None:
    """A model in a union of nothing else does not change how its neighbours are read."""
    hint = msgspec.defstruct("Both", [("n", int), ("m", Optional[Price], None)])
    assert read(hint, '{"n": %s, "m": {"value": 1e-400}}' % ("7" * 400)).n == int("7" * 400)
    with pytest.raises(Invalid) as caught:
        read(hint, '{"n": "x", "m": {"value": "y"}, "o": %s}' % ("9" * 5000))
    assert [path for path, _ in caught.value.errors] == ["$.n", "$.m.value"]


def test_an_error_deep_within_models_has_a_place() -> None:
    """It needs no stack, and each step is followed once."""
    with pytest.raises(Invalid) as caught:
        read(Tree, '{"child": ' * 190 + '{"n": "x"}' + "}" * 190)
    assert len(caught.value.errors) == 1


def test_a_bug_of_a_validator_goes_up_from_every_depth() -> None:
    """Also where pydantic is given what was decoded."""

    def fail(value: Any) -> Any:
        raise pydantic.errors.PydanticUserError("bug", code=None)

    model = pydantic.create_model("Model", v=(Annotated[Any, pydantic.AfterValidator(fail)], ...))
    for text in ("1", "[" * 600 + "]" * 600):
        with pytest.raises(pydantic.errors.PydanticUserError):
            read(model, '{"v": %s}' % text)


def test_a_long_key_takes_its_memory_once() -> None:
    """And not for each value below it; the message has its beginning."""
    hint = msgspec.defstruct("Beside", [("m", Optional[Weight], None), ("any", Any, None)])
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match=r"^a number out of range at `\$.any.k{193}…`$"):
            read(hint, '{"any": {"%s": [%s 1e400]}}' % ("k" * 20_000, "1.5," * 5_000))
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
