"""What a model has not written never reaches an answer unchecked: the JSON of a model is not read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

import pytest
from msgspec import Struct
from pydantic import BaseModel, ImportString, IPvAnyAddress, RootModel, create_model, model_validator
from typing_extensions import TypedDict

from fsapi.answers.writer import AnswerError, writer

NAN = float("nan")


class M(BaseModel):
    """A model."""

    a: int


class M2(M):
    """A model with a field more."""

    pw: str = "secret"


class Others(RootModel[list[M2]]):
    """A model that is a list."""


class Many(BaseModel):
    """A model with a list."""

    a: list[int]


class Deep(BaseModel):
    """A model with models in a dict."""

    m: dict[str, Many]


class Counted(BaseModel):
    """A model whose validator counts its runs."""

    a: int
    f: float = 0

    @model_validator(mode="after")
    def count(self) -> Counted:
        self.a += 1
        return self


class S(Struct):
    """A Struct."""

    a: int


class S2(S):
    """A Struct with a field more."""

    pw: str = "secret"


class Beside(Struct):
    """A number beside a model."""

    f: float
    m: M | None


class Cat(Struct, tag=True):
    """One with a tag."""

    n: float


class Dog(Struct, tag=True):
    """Another one."""

    n: float


class Row(Struct, tag=True, array_like=True):
    """An array with a tag."""

    n: float


class Line(Struct, tag=True, array_like=True):
    """Another one."""

    n: float


@dataclass
class Held:
    """An object with a field more."""

    a: int
    pw: str = "secret"


def iterators() -> Iterator[Many]:
    """Yield models that hold an iterator."""
    for found in (iter([1, 2]), (each for each in [1, 2]), map(int, ["1", "2"])):
        yield Many.model_construct(a=found)


WRITTEN = b'{"a":1}'
#: A type, data, and the JSON of it, or the end of the error.
ANSWERS: list[tuple[Any, Any, bytes | str]] = [
    (M | None, M2(a=1), WRITTEN),
    (M | None, None, b"null"),
    (M | None, {"a": 1, "pw": 2}, WRITTEN),
    (M | None, Held(1), WRITTEN),
    (M | None, [M2(a=1)], "$: Input should be"),
    (M | None, "secret", "$: Input should be"),
    (M | None, (1, "secret"), "$: Input should be"),
    (M | None, 5, "$: Input should be"),
    (list[M | None], ["secret"], "$[0]: Input should be"),
    (dict[str, M | None], {"pw": "secret"}, "$.pw: Input should be"),
    (Beside, {"f": 1, "m": "secret"}, "$.m: Input should be"),
    (RootModel[list[int]] | None, [1], b"[1]"),
    (RootModel[list[int]] | None, "secret", "$: Input should be"),
    (dict[str, M], {"x": M2(a=1)}, b'{"x":{"a":1}}'),
    (dict[str, M], M2(a=1), "$: Expected a dict, got M2"),
    (dict[str, M], S2(1), "$: Expected a dict, got S2"),
    (dict[str, M], Held(1), "$: Expected a dict, got Held"),
    (list[M], Others([M2(a=1)]), "$: Expected a list, got Others"),
    (set[M], Others([M2(a=1)]), "$: Expected a list, got Others"),
    (tuple[M, M], Others([M2(a=1), M2(a=1)]), "$: Expected a list, got Others"),
    (list[list[M]], [Others([M2(a=1)])], "$[0]: Expected a list, got Others"),
    (Beside, Beside(NAN, M(a=1)), b'{"f":null,"m":{"a":1}}'),
    (Beside, Beside(NAN, None), b'{"f":null,"m":null}'),
    (tuple[float, M], (NAN, M2(a=1)), b'[null,{"a":1}]'),
    (dict[str, Beside], {"x": Beside(NAN, M2(a=1))}, b'{"x":{"f":null,"m":{"a":1}}}'),
    (Cat | Dog, Dog(NAN), b'{"type":"Dog","n":null}'),
    (Cat | Dog, {"type": "Dog", "n": NAN}, b'{"type":"Dog","n":null}'),
    (list[Cat | Dog], [Cat(1.5), Dog(NAN)], b'[{"type":"Cat","n":1.5},{"type":"Dog","n":null}]'),
    (Row | Line, Line(NAN), b'["Line",null]'),
    (Counted, Counted.model_construct(a=1, f=1.0), b'{"a":1,"f":1.0}'),
    (Counted, Counted.model_construct(a=1, f=NAN), b'{"a":1,"f":null}'),
    *((Many, many, "$: an iterator in a model can be read only once") for many in iterators()),
    *((Deep, Deep.model_construct(m={"x": many}), "can be read only once") for many in iterators()),
    *((list[Many], [many], "$[0]: an iterator in a model can be read only once") for many in iterators()),
]  # fmt: skip


def test_only_what_fits_is_sent() -> None:
    """Beside models, in unions with them, and in lists and dicts of them."""
    for hint, data, wanted in ANSWERS:
        write = writer(hint)
        assert write is not None
        if isinstance(wanted, bytes):
            assert write(data) == wanted, (hint, data)
        else:
            with pytest.raises(AnswerError) as caught:
                write(data)
            assert wanted in str(caught.value), (hint, data)
            assert "secret" not in str(caught.value)


def written(hint: Any, data: Any) -> bytes:
    """Return the JSON of data within a contract."""
    write = writer(hint)
    assert write is not None
    return write(data)


class Own:
    """A class that pydantic only asks about."""


class Asked(BaseModel, arbitrary_types_allowed=True):
    """A model with types for which pydantic writes any value."""

    a: IPvAnyAddress | None = None
    b: ImportString[Any] = None
    c: type[int] | None = None
    d: Callable[..., Any] | None = None
    e: Own | None = None


class Keyed(TypedDict):
    """A TypedDict, which pydantic leaves open in an open model."""

    a: M


class Open(BaseModel, extra="allow"):
    """A model that takes any fields."""


class Sent(BaseModel):
    """A model with two of them that can be written."""

    a: IPvAnyAddress
    b: ImportString[Any]


@pytest.mark.parametrize("name", Asked.model_fields)
def test_an_object_with_fields_is_not_sent_for_a_type_without(name: str) -> None:
    """Neither its fields nor its repr, if nobody has validated it."""
    for value in (M2(a=1), S2(a=1), Held(a=1)):
        fields: dict[str, Any] = {name: value}
        made = Asked.model_construct(**fields)
        with pytest.raises(AnswerError):
            written(Asked, made)


#: Keys of a core schema, some of which hold no schemas.
KEYS = ["type", "function", "serialization", "metadata", "default", "expected", "members", "cls", "config", "ref"]


@pytest.mark.parametrize("name", KEYS)
def test_a_field_can_be_called_as_a_key_of_a_core_schema(name: str) -> None:
    """It is held to its type like any other, and so is a TypedDict in an open model."""
    fields: dict[str, Any] = {name: (Own | None, None)}
    asked = create_model("Model", __base__=Asked, **fields)
    made = asked()
    assert b'"%b":null' % name.encode() in written(asked, made)
    setattr(made, name, M2(a=1))
    with pytest.raises(AnswerError):
        written(asked, made)
    fields = {name: (Keyed, ...)}
    opened = create_model("Model", __base__=Open, **fields)
    assert written(opened, opened(**{name: {"a": M(a=1), "pw": 1}})) == b'{"%b":{"a":{"a":1}}}' % name.encode()


def test_a_type_that_pydantic_only_asks_about_is_sent() -> None:
    """By its own serializer."""
    assert written(Sent, Sent(a=IPv4Address("1.2.3.4"), b="json.loads")) == b'{"a":"1.2.3.4","b":"json.loads"}'
