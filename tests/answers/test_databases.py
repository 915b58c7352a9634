"""Rows and objects of databases within contracts: no field that is not declared leaves."""

# Django and peewee have no types: what comes of them is unknown here.
# mypy: disable-error-code="import-untyped, attr-defined, no-untyped-call, misc"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportAttributeAccessIssue=false

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

import msgspec
import peewee
import pydantic
import pytest
import sqlalchemy
from django.db import connection, models
from msgspec import Struct
from sqlalchemy import orm

from fsapi.answers.writer import writer
from tests.answers.test_writer import sqlite_row
from tests.hosts import django_project as django_project  # sets Django up

SECRET = "hunter2"


class TeamOut(Struct):
    """A team without its secret."""

    name: str


class UserOut(Struct):
    """A user without its secret."""

    id: int
    name: str
    active: bool
    balance: Decimal
    team: TeamOut | None


@dataclass
class UserData:
    """A user as a dataclass."""

    id: int
    name: str
    active: bool
    balance: Decimal
    team: TeamOut | None = None


class UserDict(TypedDict):
    """A user as a TypedDict."""

    id: int
    name: str
    active: bool
    balance: Decimal
    team: TeamOut | None


class TeamModel(pydantic.BaseModel):
    """A team as a model."""

    name: str


class UserModel(pydantic.BaseModel):
    """A user as a model."""

    id: int
    name: str
    active: bool
    balance: Decimal
    team: TeamModel | None


class Base(orm.DeclarativeBase):
    """The tables of SQLAlchemy."""


class AlchemyTeam(Base):
    """A team of SQLAlchemy."""

    __tablename__ = "team"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    secret: orm.Mapped[str] = orm.mapped_column(default=SECRET)
    users: orm.Mapped[list[AlchemyUser]] = orm.relationship(back_populates="team")


class AlchemyUser(Base):
    """A user of SQLAlchemy."""

    __tablename__ = "user"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    active: orm.Mapped[bool]
    balance: orm.Mapped[Decimal] = orm.mapped_column(sqlalchemy.Numeric(10, 2))
    secret: orm.Mapped[str] = orm.mapped_column(default=SECRET)
    team_id: orm.Mapped[int] = orm.mapped_column(sqlalchemy.ForeignKey("team.id"))
    team: orm.Mapped[AlchemyTeam] = orm.relationship(back_populates="users")


DATABASE = peewee.SqliteDatabase(":memory:")


class PeeweeTeam(peewee.Model):
    """A team of peewee."""

    name = peewee.TextField()
    secret = peewee.TextField(default=SECRET)

    class Meta:
        """Where it is stored."""

        database = DATABASE


class PeeweeUser(peewee.Model):
    """A user of peewee."""

    name = peewee.TextField()
    active = peewee.BooleanField()
    balance = peewee.DecimalField()
    secret = peewee.TextField(default=SECRET)
    team = peewee.ForeignKeyField(PeeweeTeam, backref="users")

    class Meta:
        """Where it is stored."""

        database = DATABASE


class DjangoTeam(models.Model):
    """A team of Django."""

    name = models.TextField()
    secret = models.TextField(default=SECRET)

    class Meta:
        """Its app."""

        app_label = "answers"


class DjangoUser(models.Model):
    """A user of Django."""

    name = models.TextField()
    active = models.BooleanField()
    balance = models.DecimalField(max_digits=10, decimal_places=2)
    secret = models.TextField(default=SECRET)
    team = models.ForeignKey(DjangoTeam, models.CASCADE, related_name="users")

    class Meta:
        """Its app."""

        app_label = "answers"


FIELDS: Any = {"name": "Ada", "active": True, "balance": Decimal("1.25")}
USER = {"id": 1, "name": "Ada", "active": True, "balance": "1.25", "team": {"name": "core"}}
HINTS = [UserOut, UserData, UserDict, UserModel]


@pytest.fixture
def session() -> Iterator[orm.Session]:
    """Return a session of SQLAlchemy with a user."""
    engine = sqlalchemy.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with orm.Session(engine) as opened:
        opened.add(AlchemyUser(**FIELDS, team=AlchemyTeam(name="core")))
        opened.commit()
        yield opened
    engine.dispose()


@pytest.fixture
def peewee_user() -> Iterator[Any]:
    """Return the query of a user of peewee."""
    with DATABASE.connection_context():
        DATABASE.create_tables([PeeweeTeam, PeeweeUser])
        PeeweeUser.create(**FIELDS, team=PeeweeTeam.create(name="core"))
        yield PeeweeUser.select()


@pytest.fixture
def django_user() -> Iterator[Any]:
    """Return the query of a user of Django."""
    with connection.schema_editor() as editor:
        editor.create_model(DjangoTeam)
        editor.create_model(DjangoUser)
    DjangoUser.objects.create(**FIELDS, team=DjangoTeam.objects.create(name="core"))
    yield DjangoUser.objects.all()
    with connection.schema_editor() as editor:
        editor.delete_model(DjangoUser)
        editor.delete_model(DjangoTeam)


def written(hint: Any, value: Any) -> Any:
    """Return what is written of a value within a contract."""
    write = writer(hint)
    assert write is not None
    return json.loads(write(value))


@pytest.mark.parametrize("hint", HINTS)
def test_objects_of_sqlalchemy(session: orm.Session, hint: Any) -> None:
    """Alone, as a list, and as what a query returns."""
    query = sqlalchemy.select(AlchemyUser)
    assert written(hint, session.get(AlchemyUser, 1)) == USER
    assert written(list[hint], session.scalars(query)) == [USER]
    assert written(list[hint], session.scalars(query).all()) == [USER]


@pytest.mark.parametrize("hint", HINTS)
def test_rows_of_sqlalchemy(session: orm.Session, hint: Any) -> None:
    """By the names of their columns."""
    columns = (AlchemyUser.id, AlchemyUser.name, AlchemyUser.active, AlchemyUser.balance, AlchemyUser.secret)
    query = sqlalchemy.select(*columns, sqlalchemy.null().label("team"))
    assert written(list[hint], session.execute(query)) == [{**USER, "team": None}]
    assert written(list[hint], session.execute(query).mappings().all()) == [{**USER, "team": None}]


class Named(NamedTuple):
    """Values by other names than those of the columns."""

    number: int
    text: str


class Found(NamedTuple):
    """A row as a driver gives it."""

    id: int
    name: str


POSITIONS: list[Any] = [
    tuple[int, str], tuple[int | str, ...], list[int | str], Named, tuple, list, tuple[int, str] | None,
    tuple[int, str] | str,
]  # fmt: skip


@pytest.mark.parametrize("hint", POSITIONS)
def test_a_row_is_its_values_where_positions_are_declared(session: orm.Session, hint: Any) -> None:
    """Of SQLAlchemy and SQLite alone and in a list, and so is a tuple with names."""
    query = sqlalchemy.select(AlchemyUser.id, AlchemyUser.name)
    rows = [session.execute(query).one(), sqlite_row(id=1, name="Ada"), Found(1, "Ada")]
    assert [written(hint, row) for row in rows] == [[1, "Ada"]] * 3
    assert written(list[hint], session.execute(query)) == [[1, "Ada"]]


def test_a_row_is_an_object_where_names_are_declared_too() -> None:
    """An object keeps the names of the columns, and is what a union takes first."""
    row = sqlite_row(id=1, name="Ada")
    assert written(list[int | str] | dict[str, int | str], row) == {"id": 1, "name": "Ada"}
    assert written(msgspec.defstruct("Pair", [("name", str), ("id", int)], array_like=True), row) == ["Ada", 1]


def test_an_object_that_cannot_be_loaded_raises_its_own_exception(session: orm.Session) -> None:
    """A relation that is lazy needs its session."""
    user = session.get(AlchemyUser, 1)
    session.expunge_all()
    with pytest.raises(orm.exc.DetachedInstanceError):
        written(UserData, user)


class TeamAndUsers(Struct):
    """A team with its users."""

    name: str
    users: list[TeamOut]


def test_related_objects_are_lists(session: orm.Session, peewee_user: Any) -> None:
    """A relation of SQLAlchemy, and a backref of peewee."""
    found = {"name": "core", "users": [{"name": "Ada"}]}
    assert written(TeamAndUsers, session.get(AlchemyTeam, 1)) == found
    assert written(TeamAndUsers, peewee_user.get().team) == found


@pytest.mark.parametrize("hint", HINTS)
def test_objects_and_rows_of_peewee(peewee_user: Any, hint: Any) -> None:
    """Objects, and tuples with names; dicts have only the key of a team."""
    columns = (PeeweeUser.id, PeeweeUser.name, PeeweeUser.active, PeeweeUser.balance, PeeweeUser.secret)
    query = PeeweeUser.select(*columns, peewee.Value(None).alias("team"))
    assert written(hint, peewee_user.get()) == USER
    assert written(list[hint], peewee_user) == [USER]
    assert written(list[hint], query.namedtuples()) == [{**USER, "team": None}]
    assert written(list[hint], query.dicts()) == [{**USER, "team": None}]


@pytest.mark.parametrize("hint", HINTS)
def test_objects_and_rows_of_django(django_user: Any, hint: Any) -> None:
    """Objects, dicts, and tuples with names."""
    fields = ["id", "name", "active", "balance", "secret"]
    rows = django_user.annotate(none=models.Value(None))
    assert written(hint, django_user.get()) == USER
    assert written(list[hint], django_user) == [USER]
    assert written(list[hint], django_user.iterator()) == [USER]
    assert written(list[hint], [{**row, "team": None} for row in rows.values(*fields)]) == [{**USER, "team": None}]


def test_a_query_of_django_runs_once(django_user: Any) -> None:
    """With a join there is no further one for each row."""
    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        assert written(list[UserOut], django_user.select_related("team")) == [USER]
    assert len(asked) == 1


@pytest.mark.parametrize("hint", HINTS)
def test_rows_of_sqlite(hint: Any) -> None:
    """SQLite has numbers for a bool and for a Decimal."""
    row = sqlite_row(id=1, name="Ada", active=1, balance=1.25, team=None, secret=SECRET)
    found = written(list[hint], [row, row])
    assert found == [{**USER, "balance": found[0]["balance"], "team": None}] * 2
    assert found[0]["balance"] == "1.25"
