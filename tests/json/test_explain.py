"""Find the value that cannot be written as JSON: the error names the path to it and its type."""

from __future__ import annotations

import enum
import fileinput
import io
import mmap
import types
from collections import UserDict, deque
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from unittest.mock import MagicMock

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.local import LocalProxy

from fsapi.json.encode import EncodeError, encode
from tests.json.values import Attrs, Data, Model, Results, Struct, Text


class Endless:
    """Looks like a scalar of numpy that has no type of Python."""

    def tolist(self) -> Endless:
        return Endless()


class Iterated:
    """Can be iterated, and no more."""

    def __iter__(self) -> Iterator[int]:
        return iter([1])


class Sized(Iterated):
    """Can be iterated and has a length."""

    def __len__(self) -> int:
        return 1


class File(Results):
    """Looks like a list that is a file."""

    def read(self) -> bytes:
        return b""


class Masked(Results):
    """Shows the class of a value that it does not give."""

    __class__: Any = property(lambda self: bytes)  # pyright: ignore[reportIncompatibleMethodOverride]


class Lines(Results):
    """Looks like a list that gives lines."""

    def readline(self) -> str:
        return ""


class Descriptor(Results):
    """Looks like a list that the system has opened."""

    def fileno(self) -> int:
        return 0


class Odd(enum.Enum):
    """An enumeration of values that JSON cannot hold."""

    COMPLEX = 1j


class Broken(dict[str, Any]):
    """A dict that cannot be read."""

    def keys(self) -> Any:
        raise ValueError("gone")


async def later() -> AsyncIterator[int]:
    """Yield a number."""
    yield 1


def failing() -> Iterator[int]:
    """Yield a number and raise an error."""
    yield 1
    yield int("x")


def circle() -> list[Any]:
    """Return a list that contains itself."""
    made: list[Any] = []
    made.append(made)
    return made


def nested(value: Any, depth: int) -> Any:
    """Return a value in that many lists."""
    for _ in range(depth):
        value = [value]
    return value


VALUES: list[tuple[Any, str, str]] = [
    (object(), "$", "object"),
    ({"a": [1, {"b": 1j}]}, "$.a[1].b", "complex"),
    ([Struct(Data(Attrs({1j})))], "$[0].x.x.x[0]", "complex"),
    ([10**5000], "$[0]", "int"),
    ([Text], "$[0]", "type"),
    ([Data], "$[0]", "type"),
    ([enum], "$[0]", "module"),
    ({7: {1.5: {"a": 1j}}}, "$[7][float].a", "complex"),
    ({"a": {"b": iter([1, {2: 1j}])}}, "$.a.b[1][2]", "complex"),
    ({"a": iter([iter([1]), iter([1j])])}, "$.a[1][0]", "complex"),
    ({"a": deque([{"b": 1j}])}, "$.a[0].b", "complex"),
    ({"a": UserDict(b=[1j])}, "$.a.b[0]", "complex"),
    ({"a": Results(1, 1j)}, "$.a[1]", "complex"),
    ({"a": {"x": 1j}.values()}, "$.a[0]", "complex"),
    (["\ud800", {"a": ["\ud800", 1j]}], "$[1].a[1]", "complex"),
    ([Odd.COMPLEX, "\ud800"], "$[0]", "tests.json.test_explain.Odd"),
    (MultiDict({"a": 1j}), "$.a", "complex"),
    ([MultiDict({"a": 1j})], "$[0].a[0]", "complex"),
    ({"a": failing()}, "$.a", "generator"),
    (Broken(), "$", "tests.json.test_explain.Broken"),
    ({"a": later()}, "$.a", "async_generator"),
    ({"a": Iterated()}, "$.a", "tests.json.test_explain.Iterated"),
    ({"a": Sized()}, "$.a", "tests.json.test_explain.Sized"),
    ({"a": File(1)}, "$.a", "tests.json.test_explain.File"),
    ({"a": io.StringIO("a")}, "$.a", "_io.StringIO"),
    ({"a": io.BytesIO(b"a")}, "$.a", "_io.BytesIO"),
    ({"a": mmap.mmap(-1, 1)}, "$.a", "mmap.mmap"),
    ({"a": fileinput.FileInput([])}, "$.a", "fileinput.FileInput"),  # noqa: SIM115 - it opens nothing
    ({"a": Lines(1)}, "$.a", "tests.json.test_explain.Lines"),
    ({"a": Descriptor(1)}, "$.a", "tests.json.test_explain.Descriptor"),
    ({"a": [memoryview(b"abcd")[::2]]}, "$.a[0]", "memoryview"),
    ({"a": iter([memoryview(b"abcd")[::2]])}, "$.a[0]", "memoryview"),
    ({"a": Struct(memoryview(b"abcd")[::-1])}, "$.a.x", "memoryview"),
    (["\ud800", memoryview(b"abcd")[::2]], "$[1]", "memoryview"),
    ({"a": FileStorage()}, "$.a", "werkzeug.datastructures.file_storage.FileStorage"),
    ({"a": Model(x=object())}, "$.a", "tests.json.values.Model"),
    ({"a": Endless()}, "$.a", "tests.json.test_explain.Endless"),
    ({"a": MagicMock()}, "$.a", "unittest.mock.MagicMock"),
    ({"a": LocalProxy(lambda: 1j)}, "$.a", "werkzeug.local.LocalProxy"),
    ({"a": LocalProxy(lambda: {"b": 1j})}, "$.a.b", "complex"),
    ({"a": Masked(97, 98)}, "$.a", "tests.json.test_explain.Masked"),
    ({"a": types.SimpleNamespace()}, "$.a", "types.SimpleNamespace"),
]


def reason(data: Any) -> str:
    """Return the text of the error."""
    with pytest.raises(EncodeError) as caught:
        encode(data)
    return str(caught.value)


@pytest.mark.parametrize(("data", "path", "name"), VALUES, ids=range(len(VALUES)))
def test_the_error_names_the_path_and_the_type_of_a_value(data: Any, path: str, name: str) -> None:
    """So that the developer finds the value that cannot be written."""
    assert reason(data) == f"{path} is of the type {name}, which cannot be written as JSON"


@pytest.mark.parametrize("kind", [open, NamedTemporaryFile])
def test_a_file_is_not_a_list_of_its_lines(kind: Any) -> None:
    """An open file can be iterated, and so can what wraps one."""
    with kind(Path(__file__)) if kind is open else kind() as file:
        assert reason([file]).startswith("$[0] is of the type ")


KEYS: list[tuple[Any, str, str]] = [
    ({"a": {"b": 1, None: 1}}, "$.a", "NoneType"),
    ({(1, 2): 1}, "$", "tuple"),
    ({10**5000: 1}, "$", "int"),
    ({"a": deque([UserDict({1j: 1})])}, "$.a[0]", "complex"),
    ({Odd.COMPLEX: "\ud800"}, "$", "tests.json.test_explain.Odd"),
    (MultiDict({None: 1}), "$", "NoneType"),
]


@pytest.mark.parametrize(("data", "path", "name"), KEYS, ids=range(len(KEYS)))
def test_the_error_names_the_path_and_the_type_of_a_key(data: Any, path: str, name: str) -> None:
    """The path is that of the object with the key."""
    assert reason(data) == f"{path} has a key of the type {name}, which cannot be a JSON key"


@pytest.mark.parametrize("data", [circle(), nested(1, 20_000), ["\ud800", nested(1, 20_000)]], ids=range(3))
def test_data_that_is_nested_too_deep_is_an_error(data: Any) -> None:
    """Only such data is said to be."""
    assert reason(data) == "the data is nested too deep, or contains itself"


def test_the_error_of_an_iterator_is_the_cause() -> None:
    """The log shows where it was raised."""
    with pytest.raises(EncodeError) as caught:
        encode({"a": failing()})
    assert isinstance(caught.value.__cause__, ValueError)


class Counted(UserDict[str, complex]):
    """A mapping whose value cannot be written, and which counts how often it is read."""

    reads = 0

    def __getitem__(self, key: str) -> complex:
        self.reads += 1
        return super().__getitem__(key)


def test_the_path_to_a_deep_value_is_found_in_linear_time() -> None:
    """The work does not double with each level."""
    counted = Counted(x=1j)
    reason(nested(counted, 12))
    assert counted.reads < 100
