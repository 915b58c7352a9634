"""Exceptions of the project's own code while a value is built: which are the client's mistake, and which a bug."""

from __future__ import annotations

import dataclasses
import json
import logging
from typing import Any

import attrs
import msgspec
import pydantic
import pytest
from attrs.validators import instance_of

from fsapi.contracts.typeinfo import describe
from fsapi.contracts.validation import Invalid, builder, reader
from fsapi.json.malformed import Malformed
from tests.models import TOP
from tests.site import Site, client


class Rejected(ValueError):
    """A ValueError of the project's own."""


def fail(kind: str) -> None:
    """Raise an exception of some kind, as code of a project can."""
    raised: dict[str, Any] = {
        "value": ValueError("no - at `$.kind`"),
        "own": Rejected("Number out of range"),
        "decode": UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"),
        "type": TypeError("a bug"),
        "key": KeyError("a bug"),
        "recursion": RecursionError("a bug"),
        "os": OSError("a bug"),
    }
    if kind == "deep":
        fail(kind)
    if kind in ("malformed", "inner"):
        msgspec.json.decode(b"[1", type=int if kind == "inner" else list[int])
    if kind in raised:
        raise raised[kind]


class Plain(msgspec.Struct):
    """A Struct that fails on demand."""

    kind: str

    def __post_init__(self) -> None:
        fail(self.kind)


@dataclasses.dataclass
class Data:
    """A dataclass that does."""

    kind: str

    def __post_init__(self) -> None:
        fail(self.kind)


@attrs.define
class After:
    """An attrs class that does, and has a validator that does not."""

    kind: str = attrs.field(validator=instance_of(str))

    def __attrs_post_init__(self) -> None:
        fail(self.kind)


class Factory(msgspec.Struct):
    """A Struct whose default cannot be made."""

    n: int = msgspec.field(default_factory=lambda: int("x"))


class Wrong(msgspec.Struct):
    """A Struct whose method takes too much."""

    def __post_init__(self, more: int) -> None:  # type: ignore[override] # the mistake
        """Do nothing."""


class Inside(pydantic.BaseModel):
    """A model whose validator fails on demand."""

    kind: str

    @pydantic.field_validator("kind")
    @classmethod
    def _check(cls, value: str) -> str:
        fail(value)
        return value


def check(instance: Any, attribute: Any, value: str) -> None:
    """Fail on demand."""
    fail(value)


@attrs.define
class Checked:
    """An attrs class with a validator of the project's own."""

    kind: str = attrs.field(validator=check)


CLASSES = [Plain, Data, After]
MISTAKES = {"value": "no - at `$.kind`", "own": "Number out of range"}
BUGS = {
    "type": TypeError,
    "key": KeyError,
    "recursion": RecursionError,
    "deep": RecursionError,
    "os": OSError,
}


def build(make: Any, hint: Any, value: Any) -> Any:
    """Return a value built as a type from JSON or built-in data."""
    return make(describe(hint))(json.dumps(value).encode() if make is reader else value)


@pytest.mark.parametrize("make", [reader, builder])
@pytest.mark.parametrize("cls", [*CLASSES, Checked])
@pytest.mark.parametrize("kind", MISTAKES)
def test_a_value_error_is_the_clients_mistake(make: Any, cls: Any, kind: str) -> None:
    """It is reported at its place with all other errors, whatever it says."""
    with pytest.raises(Invalid) as caught:
        build(make, list[cls], [{"kind": "ok"}, {"kind": kind}, {"kind": 1}, {"kind": kind}])
    wrong = "Expected `str`, got `int`"
    assert caught.value.errors == [("$[1]", MISTAKES[kind]), ("$[2].kind", wrong), ("$[3]", MISTAKES[kind])]


@pytest.mark.parametrize("make", [reader, builder])
@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("kind", BUGS)
@pytest.mark.parametrize("before", [[], [{"kind": 1}]])
def test_any_other_exception_is_a_bug(make: Any, cls: Any, kind: str, before: list[Any]) -> None:
    """It goes up as it is, also where the client has made a mistake before it."""
    with pytest.raises(BUGS[kind]):
        build(make, list[cls], [*before, {"kind": kind}])
    with pytest.raises(BUGS[kind]):
        build(make, cls, {"kind": kind})


@pytest.mark.parametrize("make", [reader, builder])
@pytest.mark.parametrize("kind", ["type", "key", "deep"])
def test_a_bug_in_a_model_goes_up(make: Any, kind: str) -> None:
    """At the top and within another type."""
    for hint, value in ((Inside, {"kind": kind}), (list[Inside], [{"kind": kind}])):
        with pytest.raises(BUGS[kind]):
            build(make, hint, value)


@pytest.mark.parametrize("make", [reader, builder])
@pytest.mark.parametrize(("cls", "exception"), [(Factory, ValueError), (Wrong, TypeError)])
def test_a_class_that_cannot_be_made_is_a_bug(make: Any, cls: Any, exception: type[Exception]) -> None:
    """No client could send anything better."""
    with pytest.raises(exception) as caught:
        build(make, cls, {})
    assert not isinstance(caught.value, (Invalid, Malformed))


ATTRS_ERRORS: list[tuple[Any, Any, str]] = [
    (attrs.validators.in_(["a", "b"]), "z", "'a' must be in ['a', 'b'] (got 'z')"),
    (attrs.validators.matches_re("b+"), "z", "'a' must match regex 'b+' ('z' doesn't)"),
    (attrs.validators.deep_iterable(attrs.validators.in_([1])), [3], "'a' must be in [1] (got 3)"),
    (attrs.validators.ge(3), 1, "'a' must be >= 3: 1"),
    (attrs.validators.max_len(1), "xx", "Length of 'a' must be <= 1: 2"),
]


def test_the_message_of_an_attrs_validator_has_none_of_its_own_data() -> None:
    """Whatever kind of exception it raises."""
    for validator, value, message in ATTRS_ERRORS:
        made = attrs.make_class("Made", {"a": attrs.field(type=object, validator=validator)})
        with pytest.raises(Invalid) as caught:
            reader(describe(made))(json.dumps({"a": value}).encode())
        assert caught.value.errors == [("$", message)]


@pytest.mark.parametrize("make", [reader, builder])
def test_a_type_error_of_a_validator_is_the_clients_mistake(make: Any) -> None:
    """The validators of attrs raise it for wrong types; the message has none of attrs' own data."""
    with pytest.raises(Invalid) as caught:
        build(make, Checked, {"kind": "type"})
    assert caught.value.errors == [("$", "a bug")]

    @attrs.define
    class Picky:
        a: Any = attrs.field(validator=instance_of(str))

    with pytest.raises(Invalid) as caught:
        build(make, Picky, {"a": 1})
    assert caught.value.errors == [("$", "'a' must be <class 'str'> (got 1 that is a <class 'int'>).")]


@pytest.mark.parametrize("make", [reader, builder])
def test_text_that_cannot_be_decoded_within_a_class_is_a_value_error(make: Any) -> None:
    """It says nothing about the document that the client has sent."""
    with pytest.raises(Invalid) as caught:
        build(make, Plain, {"kind": "decode"})
    assert [path for path, _ in caught.value.errors] == ["$"]


@pytest.mark.parametrize("make", [reader, builder])
@pytest.mark.parametrize(
    ("kind", "exception"), [("inner", msgspec.ValidationError), ("malformed", msgspec.DecodeError)]
)
def test_an_error_of_msgspec_within_a_class_is_a_bug(make: Any, kind: str, exception: type[Exception]) -> None:
    """It has no place; a project that decodes data of its own there raises a ValueError instead."""
    for hint, value in ((Plain, {"kind": kind}), (list[Plain], [{"kind": kind}])):
        with pytest.raises(exception) as caught:
            build(make, hint, value)
        assert type(caught.value) is exception


class Deep(msgspec.Struct):
    """A Struct that holds itself, and needs some of the stack for each."""

    more: Deep | None = None

    def __post_init__(self) -> None:
        json.dumps([[self.more is None]])


def test_a_document_that_leaves_no_stack_is_malformed() -> None:
    """Its depth is the client's mistake, and the class has no bug."""
    read = reader(describe(Deep))
    found: set[str] = set()
    for depth in (*range(800, 1100, 4), 100_000):  # Python 3.12 counts what runs in C apart
        try:
            found.add(type(read(b'{"more":' * depth + b"null" + b"}" * depth)).__name__)
        except Malformed as exc:
            found.add(str(exc))
    assert found == {"Deep", "nested too deep"}


def test_a_bug_is_a_logged_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """With the traceback of the project's code; a mistake of the client's is a 422."""
    source = TOP + (
        "from tests.contracts.test_project_errors import Plain\n"
        "def POST(req: Req[Plain], res: Res): res.json('ok')\n"
        "def GET(req: Req[None, Any, Plain], res: Res): res.json('ok')\n"
    )
    app = client(site({"a.py": source}))
    with caplog.at_level(logging.ERROR, "fsapi"):
        assert [app.post("/a", json={"kind": kind}).status_code for kind in ("value", "own")] == [422, 422]
        assert [app.get(f"/a?kind={kind}").status_code for kind in ("value", "own")] == [422, 422]
        assert not caplog.records
        assert [app.post("/a", json={"kind": kind}).status_code for kind in BUGS] == [500] * 5
        assert [app.get(f"/a?kind={kind}").status_code for kind in BUGS] == [500] * 5
    assert [type(record.exc_info[1]) for record in caplog.records if record.exc_info] == [*BUGS.values()] * 2
