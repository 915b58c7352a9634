"""Values and their JSON, for the tests of all ways to write them; a function makes each, as some are read only once."""

# Django and peewee have no types: what comes of them is unknown here.
# mypy: disable-error-code="import-untyped, attr-defined, no-untyped-call, misc"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import ipaddress
import os
import sqlite3
import types
import uuid
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

import attrs
import freezegun
import markupsafe
import msgspec
import peewee
import pendulum
import pydantic
import sqlalchemy
from django.db import models
from django.forms import CharField, Form
from django.http import QueryDict
from django.utils.functional import SimpleLazyObject, lazy, lazystr
from django.utils.safestring import mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from werkzeug.datastructures import CombinedMultiDict, Headers, MultiDict
from werkzeug.local import LocalProxy

from tests.hosts import django_project as django_project  # sets Django up

NAME = gettext_lazy("Name")


class Size(models.TextChoices):
    """Choices of Django that are text, with lazy labels."""

    SMALL = "s", NAME


class Level(models.IntegerChoices):
    """Choices of Django that are numbers."""

    LOW = 1, NAME


class Colour(str, enum.Enum):
    """A str enumeration."""

    RED = "red"


class Moment(enum.Enum):
    """An enumeration of values that are neither text nor numbers."""

    START = datetime.date(2020, 1, 2)
    RAW = b"\xff"
    PAIR = (1, NAME)


class Flags(enum.Flag):
    """An enumeration of flags."""

    A = 1
    B = 2


class Lies:
    """Overrides all that could be asked for the value of an instance."""

    def lie(self, *args: object) -> Any:
        return "a lie"

    __str__ = __repr__ = __int__ = __index__ = __float__ = __bytes__ = __format__ = isoformat = total_seconds = lie
    days = seconds = year = hour = property(lie)

    def __iter__(self) -> Iterator[str]:
        return iter("a lie")


class Text(Lies, str):
    """A subclass of str."""


class Number(Lies, int):
    """A subclass of int."""


class Ratio(Lies, float):
    """A subclass of float."""


class Amount(Lies, decimal.Decimal):
    """A subclass of Decimal."""


class Octets(Lies, bytes):
    """A subclass of bytes."""


class Buffer(Lies, bytearray):
    """A subclass of bytearray."""


class Date(Lies, datetime.date):
    """A subclass of date."""


class DateTime(Lies, datetime.datetime):
    """A subclass of datetime."""


class Time(Lies, datetime.time):
    """A subclass of time."""


class Delta(Lies, datetime.timedelta):
    """A subclass of timedelta."""


class Route(Lies, PurePosixPath):
    """A subclass of a path."""


class Host(Lies, ipaddress.IPv4Address):
    """A subclass of an IP address."""


class Net(ipaddress.IPv4Network):
    """A subclass of a network."""


class NotATime(datetime.datetime):
    """Looks like the NaT of pandas, which equals nothing."""

    __hash__ = datetime.datetime.__hash__

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True


class Wrapped:
    """A proxy that knows only a few methods of its value, as those of other packages do."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: int) -> Any:
        return self.value[index]

    __class__: Any = property(lambda self: type(self.value))  # pyright: ignore[reportIncompatibleMethodOverride]
    __wrapped__ = property(lambda self: self.value)


class Point(NamedTuple):
    """A NamedTuple."""

    x: int


class Struct(msgspec.Struct):
    """A Struct of msgspec."""

    x: Any


@dataclasses.dataclass
class Data:
    """A dataclass."""

    x: Any


@attrs.define
class Attrs:
    """A class of attrs."""

    x: Any


class Model(pydantic.BaseModel):
    """A model of pydantic."""

    x: Any


class Array:
    """Looks like a numpy array."""

    def tolist(self) -> list[int]:
        return [1]


class Results:
    """Looks like a QuerySet: it has just what a list to its user needs."""

    def __init__(self, *items: Any) -> None:
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]


class Masked(dict[str, Any]):
    """A dict that presents other values than it stores, and `items` does not know."""

    def __getitem__(self, key: str) -> Any:
        return "***"


class Doubled(list[int]):
    """A list that presents other items than it stores."""

    def __iter__(self) -> Iterator[int]:
        return (2 * self[index] for index in range(len(self)))


class Login(Form):
    """A form whose errors are dicts and lists that store nothing."""

    name = CharField(error_messages={"required": NAME})


class Person(peewee.Model):
    """A model of peewee."""

    name = peewee.TextField()

    class Meta:
        """Where it is stored."""

        database = peewee.SqliteDatabase(":memory:")


def sqlite_row() -> sqlite3.Row:
    """Return a row of sqlite3."""
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row: sqlite3.Row = connection.execute("SELECT 1 AS x").fetchone()
    connection.close()
    return row


def result() -> sqlalchemy.Result[Any]:
    """Return a result of SQLAlchemy, with the names of methods as names of its columns."""
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        frozen = connection.execute(sqlalchemy.text("SELECT 1 AS x, 'r' AS read, 'k' AS keys")).freeze()
    engine.dispose()
    return frozen()


def rows(query: Any) -> Any:
    """Return a query of peewee, run while the database is open."""
    database = Person._meta.database
    with database.connection_context():
        database.create_tables([Person])
        Person.create(name="Ada")
        len(query)
    return query


def frozen(make: Callable[[], Any]) -> Any:
    """Return what a function makes while freezegun stops the time."""
    with freezegun.freeze_time("2020-01-02 03:04:05"):
        return make()


#: Stopping the time takes long where many modules are imported.
FROZEN = frozen(lambda: (datetime.date.today(), datetime.datetime.now()))


def tags() -> MultiDict[str, Any]:
    """Return a MultiDict, which presents the first value of each key."""
    return MultiDict([("a", 1), ("a", 2), ("b", 3)])


def entry(folder: Path = Path(__file__).parent) -> os.DirEntry[str]:
    """Return an entry of a folder."""
    with os.scandir(folder) as found:
        return next(item for item in found if item.name == "values.py")


def errors() -> Any:
    """Return the errors of a form of Django."""
    return Login({}).errors


#: Ways to stand for what a function makes.
PROXIES: list[Callable[[Callable[[], Any]], Any]] = [
    LocalProxy,
    SimpleLazyObject,
    lambda make: Wrapped(make()),
    lambda make: LocalProxy(lambda: SimpleLazyObject(make)),
]
#: Values that a proxy stands for, and their JSON.
PROXIED: dict[str, tuple[Callable[[], Any], str]] = {
    "int": (lambda: 7, "7"),
    "int subclass": (lambda: Number(3), "3"),
    "float": (lambda: 0.5, "0.5"),
    "bool": (lambda: True, "true"),
    "None": (lambda: None, "null"),
    "text": (lambda: "t", '"t"'),
    "str subclass": (lambda: Text("t"), '"t"'),
    "str enumeration": (lambda: Colour.RED, '"red"'),
    "enumeration": (lambda: Moment.START, '"2020-01-02"'),
    "bytes": (lambda: b"\xff", '"/w=="'),
    "bytearray": (lambda: bytearray(b"\xff"), '"/w=="'),
    "memoryview": (lambda: memoryview(b"\xff"), '"/w=="'),
    "date": (lambda: datetime.date(2020, 1, 2), '"2020-01-02"'),
    "date subclass": (lambda: Date(2020, 1, 2), '"2020-01-02"'),
    "datetime": (lambda: datetime.datetime(2020, 1, 2), '"2020-01-02T00:00:00"'),
    "UUID": (lambda: uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    "Decimal": (lambda: decimal.Decimal("1.50"), '"1.50"'),
    "path": (lambda: PurePosixPath("/a"), '"/a"'),
    "network": (lambda: ipaddress.ip_network("2001:db8::/64"), '"2001:db8::/64"'),
    "dict": (lambda: {"x": [1]}, '{"x":[1]}'),
    "MultiDict": (tags, '{"a":1,"b":3}'),
    "list": (lambda: [1], "[1]"),
    "tuple": (lambda: (1, "t"), '[1,"t"]'),
    "dataclass": (lambda: Data(1), '{"x":1}'),
    "Struct": (lambda: Struct(1), '{"x":1}'),
    "model": (lambda: Model(x=1), '{"x":1}'),
}


PARIS = zoneinfo.ZoneInfo("Europe/Paris")

WRITTEN: dict[str, tuple[Callable[[], Any], str]] = {
    "plain": (lambda: {"a": [1, 2.5, None, True]}, '{"a":[1,2.5,null,true]}'),
    "text": (lambda: "é\u2028</script>", '"é\u2028</script>"'),
    "NaN": (lambda: [float("nan"), float("inf"), -float("inf"), Ratio("nan"), -0.0], "[null,null,null,null,-0.0]"),
    "big int": (lambda: [10**30, Number(10**30), -(2**63)], f"[1{'0' * 30},1{'0' * 30},{-(2**63)}]"),
    "tuple and sets": (lambda: (1, {2}, frozenset({3}), Point(4)), "[1,[2],[3],[4]]"),
    "bytes": (lambda: [b"\xff", bytearray(b"\xff"), memoryview(b"\xff")], '["/w==","/w==","/w=="]'),
    "bytes subclass": (lambda: [Octets(b"\xff"), Buffer(b"\xff")], '["/w==","/w=="]'),
    "UUID": (lambda: uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    "str subclass": (lambda: [Text("t"), Colour.RED], '["t","red"]'),
    "int subclass": (lambda: Number(3), "3"),
    "float subclass": (lambda: Ratio(0.5), "0.5"),
    "Decimal": (lambda: [decimal.Decimal("1.50"), Amount("1.50")], '["1.50","1.50"]'),
    "date": (lambda: [datetime.date(2020, 1, 2), Date(2020, 1, 2)], '["2020-01-02","2020-01-02"]'),
    "datetime": (
        lambda: [kind(2020, 1, 2, 3, 4, 5, 6) for kind in (datetime.datetime, DateTime)],
        '["2020-01-02T03:04:05.000006","2020-01-02T03:04:05.000006"]',
    ),
    "datetime with a zone": (
        lambda: [DateTime(2020, 1, 2, tzinfo=datetime.timezone.utc), DateTime(2020, 10, 25, 2, tzinfo=PARIS, fold=1)],
        '["2020-01-02T00:00:00Z","2020-10-25T02:00:00+01:00"]',
    ),
    "time": (
        lambda: [datetime.time(3, 4), Time(3, 4), Time(3, tzinfo=datetime.timezone.utc)],
        '["03:04:00","03:04:00","03:00:00Z"]',
    ),
    "timedelta": (lambda: [datetime.timedelta(1), Delta(1), Delta(-1, 3600)], '["P1D","P1D","-PT82800S"]'),
    "no time": (lambda: NotATime(2020, 1, 2), "null"),
    "freezegun": (
        lambda: list(FROZEN),
        '["2020-01-02","2020-01-02T03:04:05"]',
    ),
    "pendulum": (
        lambda: [pendulum.datetime(2020, 1, 2), pendulum.date(2020, 1, 2), pendulum.time(3, 4)],
        '["2020-01-02T00:00:00Z","2020-01-02","03:04:00"]',
    ),
    "pendulum in a zone": (
        lambda: pendulum.datetime(2020, 10, 25, 2, 30, tz="Europe/Paris", fold=1),
        '"2020-10-25T02:30:00+01:00"',
    ),
    "pendulum Duration": (
        lambda: [pendulum.duration(years=1, days=-3), pendulum.datetime(2020, 1, 3) - pendulum.datetime(2020, 1, 2)],
        '["P362D","P1D"]',
    ),
    "enumerations": (lambda: [Moment.START, Moment.RAW, Flags.A | Flags.B], '["2020-01-02","/w==",3]'),
    "enumeration of a tuple": (lambda: Moment.PAIR, '[1,"Name"]'),
    "choices of Django": (lambda: [Size.SMALL, Level.LOW, Size.choices], '["s",1,[["s","Name"]]]'),
    "lazy text of Django": (
        lambda: [NAME, format_lazy("{}!", NAME), lazystr(3), SimpleLazyObject(lambda: "t")],
        '["Name","Name!","3","t"]',
    ),
    "safe text": (lambda: [mark_safe("<b>"), markupsafe.Markup("<i>"), NAME], '["<b>","<i>","Name"]'),
    "UserString": (lambda: collections.UserString("u"), '"u"'),
    "proxies": (
        lambda: [LocalProxy(lambda: "t"), LocalProxy(lambda: [1]), LocalProxy(tags)],
        '["t",[1],{"a":1,"b":3}]',
    ),
    "lazy object": (lambda: [SimpleLazyObject(lambda: {"x": 1}), SimpleLazyObject(lambda: [1])], '[{"x":1},[1]]'),
    **{
        f"{name} by a proxy": (lambda make=make: [proxy(make) for proxy in PROXIES], f"[{','.join([text] * 4)}]")
        for name, (make, text) in PROXIED.items()
    },
    "lazy values of Django": (
        lambda: [
            lazy(make, type(make()))() for name, (make, _) in PROXIED.items() if name not in ("dataclass", "model")
        ],
        f"[{','.join(text for name, (_, text) in PROXIED.items() if name not in ('dataclass', 'model'))}]",
    ),
    "entry of a folder": (entry, f'"{Path(__file__).parent}/values.py"'),
    "paths": (lambda: [PurePosixPath("/a"), PureWindowsPath("C:/x"), Path("b")], '["/a","C:\\\\x","b"]'),
    "path subclass": (lambda: Route("a"), '"a"'),
    "IP addresses": (
        lambda: [ipaddress.ip_address("::1"), Host("1.2.3.4"), ipaddress.ip_address("1.2.3.4")],
        '["::1","1.2.3.4","1.2.3.4"]',
    ),
    "IP interfaces": (
        lambda: [ipaddress.ip_interface("::1/64"), ipaddress.ip_interface("1.2.3.4/8")],
        '["::1/64","1.2.3.4/8"]',
    ),
    "networks": (
        lambda: [ipaddress.ip_network("2001:db8::/64"), ipaddress.ip_network("10.0.0.0/8"), Net("10.0.0.0/8")],
        '["2001:db8::/64","10.0.0.0/8","10.0.0.0/8"]',
    ),
    "objects": (lambda: [Struct(1), Data(1), Attrs(1), Model(x=1)], '[{"x":1},{"x":1},{"x":1},{"x":1}]'),
    "values in objects": (lambda: [Struct(NAME), Data(Date(2020, 1, 2))], '[{"x":"Name"},{"x":"2020-01-02"}]'),
    "mappings": (
        lambda: [types.MappingProxyType({"x": 1}), collections.UserDict(x=1), collections.ChainMap({"x": 1})],
        '[{"x":1},{"x":1},{"x":1}]',
    ),
    "headers": (lambda: Headers([("A", "1"), ("A", "2")]), '{"A":"1"}'),
    "row of sqlite3": (sqlite_row, '{"x":1}'),
    "result of SQLAlchemy": (result, '[{"x":1,"read":"r","keys":"k"}]'),
    "row of SQLAlchemy": (lambda: result().one(), '{"x":1,"read":"r","keys":"k"}'),
    "rows of SQLAlchemy": (lambda: result().all(), '[{"x":1,"read":"r","keys":"k"}]'),
    "mappings of SQLAlchemy": (lambda: result().mappings(), '[{"x":1,"read":"r","keys":"k"}]'),
    "scalars of SQLAlchemy": (lambda: result().scalars(), "[1]"),
    "dicts of peewee": (lambda: rows(Person.select().dicts()), '[{"id":1,"name":"Ada"}]'),
    "tuples of peewee": (lambda: rows(Person.select().tuples()), '[[1,"Ada"]]'),
    "named tuples of peewee": (lambda: rows(Person.select(Person.name).namedtuples()), '[["Ada"]]'),
    "results": (lambda: Results(1, Results(2)), "[1,[2]]"),
    "arrays": (lambda: [Array(), array.array("i", [1])], "[[1],[1]]"),
    "sequences": (lambda: [range(2), collections.deque([1]), collections.UserList([1])], "[[0,1],[1],[1]]"),
    "views": (lambda: [{"x": 1}.keys(), {"x": 1}.values(), {"x": 1}.items()], '[["x"],[1],[["x",1]]]'),
    "iterators": (
        lambda: [(x for x in "ab"), iter([1]), map(str, [1]), zip("a", "b"), reversed([1, 2])],
        '[["a","b"],[1],["1"],[["a","b"]],[2,1]]',
    ),
    "iterators in iterators": (
        lambda: ((x for x in row) for row in ([NAME], [Text("t")])),
        '[["Name"],["t"]]',
    ),
    "empty": (lambda: [iter(()), {}, [], (), set(), collections.deque(), Results()], "[[],{},[],[],[],[],[]]"),
    "MultiDict": (tags, '{"a":1,"b":3}'),
    "MultiDict of a MultiDict": (lambda: MultiDict({"x": tags()}), '{"x":{"a":1,"b":3}}'),
    "MultiDicts combined": (lambda: CombinedMultiDict([tags(), MultiDict({"c": 4})]), '{"a":1,"b":3,"c":4}'),
    "MultiDict in what is converted": (
        lambda: collections.deque([tags(), collections.UserDict(x=tags()), iter([tags()])]),
        '[{"a":1,"b":3},{"x":{"a":1,"b":3}},[{"a":1,"b":3}]]',
    ),
    "QueryDict": (lambda: QueryDict("a=1&a=2"), '{"a":"2"}'),
    "errors of a form": (errors, '{"name":["Name"]}'),
    "dict subclass": (lambda: Masked(x=1), '{"x":"***"}'),
    "list subclass": (lambda: Doubled([1, 2]), "[2,4]"),
    "dicts of the standard library": (
        lambda: collections.deque(
            [collections.OrderedDict(x=1), collections.Counter("x"), collections.defaultdict(int, x=1)]
        ),
        '[{"x":1},{"x":1},{"x":1}]',
    ),
    "lone surrogate": (lambda: ["\ud800", float("nan"), 1.5, "é"], '["\\ud800",null,1.5,"\\u00e9"]'),
    "lone surrogate as a key": (lambda: {"\ud800": {"x": (1, float("inf"))}}, '{"\\ud800":{"x":[1,null]}}'),
    "lone surrogates elsewhere": (
        lambda: [Text("\udfff"), PurePosixPath("\udfff"), Struct(iter(["\udfff"]))],
        '["\\udfff","\\udfff",{"x":["\\udfff"]}]',
    ),
}

KEYS: dict[str, tuple[Any, str]] = {
    "int": (5, "5"),
    "float": (1.5, "1.5"),
    "int subclass": (Number(3), "3"),
    "float subclass": (Ratio(0.5), "0.5"),
    "str subclass": (Text("t"), "t"),
    "safe text": (mark_safe("t"), "t"),
    "lazy text": (NAME, "Name"),
    "text by a proxy": (LocalProxy(lambda: Text("t")), "t"),
    "enumeration by a proxy": (LocalProxy(lambda: Colour.RED), "red"),
    "date by a proxy": (LocalProxy(lambda: Date(2020, 1, 2)), "2020-01-02"),
    "number by a proxy": (LocalProxy(lambda: 7), "7"),
    "UserString": (collections.UserString("u"), "u"),
    "str enumeration": (Colour.RED, "red"),
    "text choice": (Size.SMALL, "s"),
    "number choice": (Level.LOW, "1"),
    "UUID": (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "date": (datetime.date(2020, 1, 2), "2020-01-02"),
    "date subclass": (Date(2020, 1, 2), "2020-01-02"),
    "frozen date": (FROZEN[0], "2020-01-02"),
    "datetime subclass": (DateTime(2020, 1, 2), "2020-01-02T00:00:00"),
    "Decimal": (decimal.Decimal("1.50"), "1.50"),
    "Decimal subclass": (Amount("1.50"), "1.50"),
    "timedelta subclass": (Delta(1), "P1D"),
    "bytes": (b"\xff", "/w=="),
    "bytes subclass": (Octets(b"\xff"), "/w=="),
    "memoryview": (memoryview(b"\xff"), "/w=="),
    "path": (PurePosixPath("/a"), "/a"),
    "IP address": (ipaddress.ip_address("::1"), "::1"),
    "network": (ipaddress.ip_network("::/64"), "::/64"),
    "enumeration of dates": (Moment.START, "2020-01-02"),
    "lone surrogate": ("\ud800", "\\ud800"),
    "path with a lone surrogate": (PurePosixPath("\ud800"), "\\ud800"),
}
