"""What a client sends is never read as the place or the kind of an error, whatever msgspec writes into its messages."""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Callable
from itertools import product
from typing import Annotated, Any, Literal
from urllib.parse import quote_plus, urlencode

import attrs
import msgspec
import pydantic
import pytest
from msgspec import Meta, Struct
from werkzeug.test import TestResponse

from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, builder, reader
from tests import models
from tests.site import Site, client

#: Everything that msgspec writes into a message, and what its readers could look for.
WORDS = [
    "x - at `$[9]",
    "x - at `$[9]`",
    "x' - at `$.n`",
    " - at `$",
    " - at `",
    " - at `key` in `$`",
    " - at `key` in `$.n",
    "`$.x`",
    "$.value",
    ".value",
    "[0]",
    "[...]",
    "$",
    "`",
    "'",
    '"',
    "\n",
    "\n - at `$.n`\n",
    "Number out of range",
    "Number out of range - at `$.n`",
    "a out of range - at `$",
    "Expected `int`, got `str`",
    "a, got `str`",
    "Object missing required field `n`",
    "Object contains unknown field `n`",
    "Invalid enum value 'a'",
    "x as a key",
    "JSON is malformed: x (byte 3)",
    "Input data was truncated",
    "maximum recursion depth exceeded",
    "\\u0000",
    "{0} %s %(x)s",
    "é\u2028\U0001f600",
]
NOT_INT = "Expected `int`, got `str`"


class Colour(enum.Enum):
    """An enum of strings."""

    A = "a"


class Guess(enum.Enum):
    """An enum that looks for other values itself, and fails."""

    A = "a"

    @classmethod
    def _missing_(cls, value: object) -> Any:
        raise ValueError(f"{value} is no guess")


class Cat(Struct, tag="cat"):
    """A tagged Struct."""

    n: int = 0


class Dog(Struct, tag="dog"):
    """Another tagged Struct."""

    n: int = 0


class Left(Struct, tag="left", array_like=True):
    """A tagged Struct that is an array."""

    n: int = 0


class Right(Struct, tag="right", array_like=True):
    """Another tagged Struct that is an array."""

    n: int = 0


class Closed(Struct, forbid_unknown_fields=True):
    """A Struct that forbids unknown fields."""

    n: int = 0


class Taken(Struct):
    """A Struct that rejects every name, and repeats it."""

    name: str

    def __post_init__(self) -> None:
        raise ValueError(f"{self.name} is taken")


class Echo(Struct):
    """A Struct that rejects every name by the name alone."""

    name: str

    def __post_init__(self) -> None:
        raise ValueError(self.name)


@dataclasses.dataclass
class Owned:
    """A dataclass that does so."""

    name: str

    def __post_init__(self) -> None:
        raise ValueError(self.name)


def judge(instance: Any, attribute: Any, value: str) -> None:
    """Reject every name in a TypeError, and repeat it."""
    raise TypeError(value)


@attrs.define
class Judged:
    """An attrs class with a validator that rejects every name."""

    name: str = attrs.field(validator=judge)


class Named(pydantic.BaseModel):
    """A model with a validator that repeats a name."""

    name: str

    @pydantic.field_validator("name")
    @classmethod
    def _check(cls, value: str) -> str:
        raise ValueError(value)


Patterned = Annotated[str, Meta(pattern="^a$")]

#: The type of a value, the value for a word, the place of its error within the value, and the message or its end.
POSITIONS: list[tuple[str, Any, Callable[[str], Any], str, str]] = [
    ("Literal", Literal["a", "b"], lambda word: word, "", "Invalid enum value {!r}"),
    ("Enum", Colour, lambda word: word, "", "Invalid enum value {!r}"),
    ("Enum with _missing_", Guess, lambda word: word, "", "Invalid enum value {!r}"),
    ("pattern", Patterned, lambda word: word, "", "Expected `str` matching regex '^a$'"),
    ("int", int, lambda word: word, "", NOT_INT),
    ("tag", Cat | Dog, lambda word: {"type": word}, ".type", "Invalid value TAG"),
    ("tag of an only Struct", Cat, lambda word: {"type": word}, ".type", "Invalid value TAG"),
    ("tag of an array", Left | Right, lambda word: [word, "x"], "[0]", "Invalid value TAG"),
    ("key before a wrong value", dict[str, int], lambda word: {word: "x"}, ".{}", NOT_INT),
    ("key beside a wrong value", dict[str, int], lambda word: {word: 1, "k": "x"}, ".k", NOT_INT),
    ("key of a number", dict[int, int], lambda word: {word: 1}, "", f"{NOT_INT} as a key"),
    ("key of a Literal", dict[Literal["a"], int], lambda word: {word: 1}, "", "Invalid enum value {!r} as a key"),
    ("unknown field", Closed, lambda word: {word: 1}, ".{}", "Unknown field"),
    ("ValueError", Taken, lambda word: {"name": word}, "", "{} is taken"),
    ("ValueError alone", Echo, lambda word: {"name": word}, "", "{}"),
    ("ValueError of a dataclass", Owned, lambda word: {"name": word}, "", "{}"),
    ("TypeError of a validator", Judged, lambda word: {"name": word}, "", "{}"),
    ("model", Named, lambda word: {"name": word}, ".name", "Value error, {}"),
]
#: Ways to read a value: what makes the reader, what it is given, and how msgspec quotes a tag in its message.
WAYS: list[tuple[Any, Callable[[Any], Any], str]] = [
    (reader, lambda value: json.dumps(value).encode(), "'{}'"),
    (builder, lambda value: value, "{!r}"),
]


def errors(build: Any, value: Any) -> list[tuple[str, str]]:
    """Return the errors of a value, none if it is valid."""
    try:
        build(value)
    except Invalid as invalid:
        return invalid.errors
    return []


def around(hint: Any) -> list[tuple[Any, Callable[[Any], Any], str]]:
    """Return types that hold a value beside another error: at the top, in a field, a list, a dict and a tuple."""
    both: Any = msgspec.defstruct("Both", [("v", hint), ("n", int)])
    return [
        (both, lambda value: {"v": value, "n": "x"}, "$.v"),
        (both, lambda value: {"n": "x", "v": value}, "$.v"),
        (list[both], lambda value: [{"v": value, "n": "x"}, {"v": value, "n": "x"}], "$[1].v"),
        (dict[str, both], lambda value: {"a": {"v": value, "n": "x"}}, "$.a.v"),
        (tuple[int, hint], lambda value: ["x", value], "$[1]"),
        (
            msgspec.defstruct("Outer", [("v", list[hint]), ("n", int)]),
            lambda value: {"v": [value], "n": "x"},
            "$.v[0]",
        ),
    ]


def is_other(error: tuple[str, str]) -> bool:
    """Return whether an error is the one beside a value."""
    return error[0].endswith(("n", "$[0]")) and error[1] == NOT_INT


def test_the_words_of_a_client_change_neither_place_nor_message() -> None:
    """Whatever the type of the value is."""
    wrong: list[object] = []
    for (name, hint, make, place, message), (build, send, quoted) in product(POSITIONS, WAYS):
        alone = build(describe(hint))
        for word in WORDS:
            expected = (f"${place.format(word)}", message.replace("TAG", quoted).format(word))
            if (found := errors(alone, send(make(word)))) != [expected]:
                wrong.append((name, build, word, found))
    assert wrong == []


@pytest.mark.parametrize("words", [WORDS[::8], pytest.param(WORDS, marks=pytest.mark.e2e)], ids=["some", "all"])
def test_the_words_of_a_client_hide_no_other_error(words: list[str]) -> None:
    """Nor do other errors change their place."""
    wrong: list[object] = []
    for (name, hint, make, place, message), (build, send, quoted) in product(POSITIONS, WAYS):
        for outer, hold, path in around(hint):
            both = build(describe(outer))
            for word in words:
                found = errors(both, send(hold(make(word))))
                expected = (path + place.format(word), message.replace("TAG", quoted).format(word))
                if expected not in found or not any(map(is_other, found)):
                    wrong.append((name, build, outer, word, found))
    assert wrong == []


SEARCH = (
    models.TOP
    + """
import enum
class Colour(enum.Enum):
    A = 'a'
class Search(Struct, forbid_unknown_fields=True):
    color: Colour
    kind: Literal['a', 'b']
    size: int
    tag: list[Literal['a']] = []
def GET(req: Req[None, Any, Search], res: Res): res.json('ok')
def POST(req: Req[Search], res: Res): res.json('ok')
"""
)


def pairs(word: str) -> str:
    """Return a query or a form in which every value is a word, and the last name."""
    return urlencode([("color", word), ("kind", word), ("size", word), ("tag", "a"), ("tag", word), (word, "1")])


def details(word: str) -> list[tuple[str, str]]:
    """Return the errors of such a query or form."""
    invalid = f"Invalid enum value {word!r}"
    found = [(word, "Unknown field"), ("color", invalid), ("kind", invalid), ("size", NOT_INT), ("tag[1]", invalid)]
    return [(f"$.{place}", message) for place, message in found]


def read(answer: TestResponse) -> list[tuple[str, str]]:
    """Return the errors of a 422."""
    body: Any = answer.json
    assert answer.status_code == 422
    return [(error["path"], error["message"]) for error in body["details"]]


def test_the_words_of_a_query_or_a_form_stay_where_they_are(site: Site) -> None:
    """No place has the name of a field that fsapi uses itself, and none is lost."""
    web, form = client(site({"a.py": SEARCH})), "application/x-www-form-urlencoded"
    expected = {word: details(word) for word in WORDS}
    assert {word: read(web.get(f"/a?{pairs(word)}")) for word in WORDS} == expected
    assert {word: read(web.post("/a", data=pairs(word), content_type=form)) for word in WORDS} == expected


def test_a_param_that_does_not_fit_is_a_404_whatever_it_says(site: Site) -> None:
    """Nothing of it is reported."""
    source = models.TOP + "class P(TypedDict):\n    id: Literal['a']\ndef GET(req: Req[None, P], res): ...\n"
    web = client(site({"[id].py": source}))
    assert {word: web.get(f"/{quote_plus(word, safe='')}").status_code for word in WORDS} == dict.fromkeys(WORDS, 404)
