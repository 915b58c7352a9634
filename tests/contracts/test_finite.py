"""Decimals without a value are rejected, wherever they are."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, NamedTuple, TypedDict

import attrs
import msgspec
import pydantic
import pytest

from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, builder, reader
from tests.models import TOP
from tests.site import Site, client

FINITE = "Expected a finite number"
WITHOUT_VALUE = [
    "NaN",
    "nan",
    "sNaN",
    "SNAN12",
    "-NaN",
    "Infinity",
    "-inf",
    "+Inf",
    "INFINITY",
    " NaN ",
    "n_an",
    "I_nf",
]


class Struct(msgspec.Struct, rename="camel"):
    """A Struct with another name in JSON."""

    the_price: Decimal


@dataclasses.dataclass(kw_only=True)
class Data:
    """A dataclass."""

    price: Decimal | None = None


@attrs.define(kw_only=True)
class Attrs:
    """An attrs class."""

    price: Decimal


class Keys(TypedDict):
    """A TypedDict."""

    price: Decimal


class Pair(NamedTuple):
    """A named tuple."""

    price: Decimal
    name: str = ""


class Row(msgspec.Struct, array_like=True, tag=True):
    """A Struct that is an array with a tag in front."""

    price: Decimal


class Nested(msgspec.Struct):
    """A Struct that holds itself."""

    more: Nested | None = None
    price: Decimal = Decimal(1)


PLACES: list[tuple[Any, Callable[[str], Any], str]] = [
    (Decimal, lambda text: text, "$"),
    (Decimal | None, lambda text: text, "$"),
    (Decimal | int, lambda text: text, "$"),
    (list[Decimal], lambda text: ["1", text], "$[1]"),
    (tuple[int, Decimal], lambda text: [1, text], "$[1]"),
    (dict[str, Decimal], lambda text: {"a": "1", "b": text}, "$.b"),
    (dict[str, list[Decimal]], lambda text: {"a": [text]}, "$.a[0]"),
    (Struct, lambda text: {"thePrice": text}, "$.thePrice"),
    (Data, lambda text: {"price": text}, "$.price"),
    (Attrs, lambda text: {"price": text}, "$.price"),
    (Keys, lambda text: {"price": text}, "$.price"),
    (Pair, lambda text: [text], "$[0]"),
    (Row, lambda text: ["Row", text], "$[1]"),
    (list[Struct | None], lambda text: [None, {"thePrice": text}], "$[1].thePrice"),
    (Nested, lambda text: {"more": {"price": text}}, "$.more.price"),
]


def errors(make: Any, hint: Any, value: Any) -> list[tuple[str, str]]:
    """Return the errors of a value as JSON or built-in data."""
    with pytest.raises(Invalid) as caught:
        make(describe(hint))(json.dumps(value).encode() if make is reader else value)
    return caught.value.errors


@pytest.mark.parametrize(("hint", "put", "path"), PLACES)
@pytest.mark.parametrize("make", [reader, builder])
def test_a_decimal_has_a_value_at_every_depth(make: Any, hint: Any, put: Any, path: str) -> None:
    """Neither NaN nor an infinity can be written as JSON again, or compared."""
    for text in WITHOUT_VALUE:
        assert errors(make, hint, put(text)) == [(path, FINITE)], text


@pytest.mark.parametrize("make", [reader, builder])
def test_a_key_has_a_value(make: Any) -> None:
    """A key that is a Decimal or a float is read from text as well."""
    assert errors(make, dict[Decimal, int], {"NaN": 1}) == [("$", f"{FINITE} as a key")]
    assert errors(make, list[dict[Decimal, int]], [{"NaN": 1}]) == [("$[0]", f"{FINITE} as a key")]
    assert errors(reader, dict[float, int], {"nan": 1}) == [("$", f"{FINITE} as a key")]


IN_SETS: list[tuple[Any, Any, list[str]]] = [
    (dict[Decimal, int], {"1": 1, "sNaN": 1}, ["$"]),
    (dict[str, dict[Decimal, int]], {"a": {"sNaN": 1}, "b": {"1": 1}, "c": {"sNaN": "x"}}, ["$.a", "$.c", "$.c.sNaN"]),
    (set[Decimal], ["1", "sNaN"], ["$[1]"]),
    (frozenset[Decimal | None], [None, "-sNaN1", "NaN"], ["$[1]", "$[2]"]),
    (list[set[Decimal]], [["1"], ["sNaN"], ["x"], ["sNaN"]], ["$[1][0]", "$[2][0]", "$[3][0]"]),
    (set[tuple[Decimal, int]], [["sNaN", 1]], ["$[0][0]"]),
]


@pytest.mark.parametrize("make", [reader, builder])
def test_a_decimal_that_python_cannot_hash_is_the_clients_mistake(make: Any) -> None:
    """As an item of a set, or a key."""
    for hint, value, paths in IN_SETS:
        assert [path for path, _ in errors(make, hint, value)] == paths, (hint, value)


@pytest.mark.parametrize("make", [reader, builder])
def test_all_errors_are_found_beside_decimals(make: Any) -> None:
    """Those of other types hide none of them."""
    rows: list[Any] = [{"thePrice": "1"}] * 3000
    for index, price in ((0, "NaN"), (5, 1), (7, True), (1999, "inf"), (2000, None), (2999, "sNaN")):
        rows[index] = {"thePrice": price}
    assert [path for path, _ in errors(make, list[Struct], rows)] == [
        f"$[{index}].thePrice" for index in (0, 7, 1999, 2000, 2999)
    ]


def test_a_letter_may_be_escaped() -> None:
    """JSON can write each as a number."""
    with pytest.raises(Invalid):
        reader(describe(Decimal))(b'"\\u004ea\\u004E"')


@pytest.mark.parametrize("text", ["1.10", "-0.000", "1E+999", "123456789012345678901234567890.5"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_decimal_keeps_its_digits(text: str, quote: str) -> None:
    """A number of JSON is read as text is."""
    assert str(reader(describe(list[Decimal]))(f"[{quote}{text}{quote}]".encode())[0]) == text


class Price(pydantic.BaseModel):
    """Decimals of a model of pydantic, and what else a number can be for it."""

    one: Decimal = pydantic.Field(Decimal(0), alias="itsOne")
    limited: Annotated[Decimal, pydantic.Field(gt=0)] = Decimal(1)
    maybe: Decimal | str | None = None
    all: list[Decimal] = []
    pair: tuple[Decimal, float] | None = None
    named: dict[str, Decimal] = {}
    more: list[Price] = []
    real: float = 0
    either: Decimal | float = 0
    any: Any = None


LONG = "0.12345678901234567890123"
LONG_PLACES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "itsOne": (LONG, lambda price: price.one),
    "limited": (LONG, lambda price: price.limited),
    "maybe": (LONG, lambda price: price.maybe),
    "all": (f"[1, {LONG}]", lambda price: price.all[1]),
    "pair": (f"[{LONG}, 1.5]", lambda price: price.pair[0]),
    "named": (f'{{"a": {LONG}}}', lambda price: price.named["a"]),
    "more": (f'[{{"itsOne": {LONG}}}]', lambda price: price.more[0].one),
}


@pytest.mark.parametrize("name", LONG_PLACES)
def test_a_long_decimal_of_a_model_keeps_its_digits(name: str) -> None:
    """Pydantic would read a float first."""
    text, read = LONG_PLACES[name]
    price = reader(describe(Price))(f'{{"{name}": {text}, "real": {LONG}}}'.encode())
    assert (str(read(price)), price.real) == (LONG, float(LONG))


def test_a_long_number_of_a_model_that_need_not_be_a_decimal_is_a_float() -> None:
    """As it is without decimals; so is one where no field is, or a value is of another shape."""
    price = reader(describe(Price))(f'{{"either": {LONG}, "any": [{LONG}], "x": {LONG}}}'.encode())
    assert (price.either, price.any) == (float(LONG), [float(LONG)])
    with pytest.raises(Invalid) as caught:
        reader(describe(Price))(f'{{"all": {LONG}, "pair": [{LONG}, 1, 2], "named": [{LONG}]}}'.encode())
    assert [path for path, _ in caught.value.errors] == ["$.all", "$.pair", "$.named"]


def test_words_like_nan_are_no_numbers() -> None:
    """They only make the decoded data be looked through."""
    value = reader(describe(dict[str, Decimal | dict[str, Any]]))(b'{"banana": "1", "inf": {"nan": "information"}}')
    assert value == {"banana": Decimal(1), "inf": {"nan": "information"}}


def test_deep_data_is_looked_through() -> None:
    """However deep it is, its decimals are found."""
    data = b'{"more":' * 700 + b'{"price":"NaN"}' + b"}" * 700
    with pytest.raises(Invalid):
        reader(describe(Nested))(data)


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-inf"])
def test_no_part_of_a_request_has_a_decimal_without_a_value(site: Site, text: str) -> None:
    """A param is a 404, all else a 422."""
    source = TOP + (
        "class P(TypedDict):\n    id: Decimal\n"
        "class Q(Struct):\n    least: Decimal = Decimal(0)\n    all: list[Decimal] = []\n"
        "def POST(req: Req[Q, P, Q], res: Res): res.json('ok')\n"
    )
    app = client(site({"[id].py": source}))
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert app.post(f"/{text}", json={}).status_code == 404
    assert app.post(f"/1?least={text}", json={}).status_code == 422
    assert app.post(f"/1?all=1&all={text}", json={}).status_code == 422
    assert app.post("/1", data=f"least={text}", **form).status_code == 422
    assert app.post("/1", json={"least": text}).status_code == 422
    assert app.post("/1?least=1.5&all=2", json={"all": ["3"]}).status_code == 200
