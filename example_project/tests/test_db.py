"""The database file: created once by the first caller, and kept."""

import multiprocessing
import sqlite3
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from lib import db
from lib.models import Avatar, NewUser, User

NAMES = ["Ada Lovelace", "Alan Turing", "Grace Hopper"]


def test_the_file_is_created_on_first_use(database: Path) -> None:
    """The first call creates and seeds the file and its folder, not the import."""
    assert not database.parent.exists()
    assert [user.name for user in db.get_users()] == NAMES
    assert database.is_file()


def test_other_connections_see_what_was_written(database: Path) -> None:
    """After a call, its changes are in the file for every other connection."""
    user = db.create_user(NewUser("Guido"))
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT id, name FROM users WHERE id = 4").fetchall() == [(user.id, "Guido")]


def test_deleted_seed_users_do_not_come_back() -> None:
    """Users that were deleted do not come back."""
    assert [db.delete_user(id) for id in (1, 2, 3)] == [True] * 3
    assert db.get_users() == []


def test_a_failed_seed_is_rolled_back(database: Path) -> None:
    """If seeding fails, as it does beside a table of the same name, it leaves nothing behind."""
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE reviews (id)")
    with pytest.raises(sqlite3.OperationalError, match="reviews already exists"):
        db.get_users()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("reviews",)]


def test_an_earlier_file_is_upgraded(database: Path) -> None:
    """The first use of a file of version 1 upgrades it, and keeps its rows."""
    _write_version_1(database)
    assert db.get_users() == [User(7, "Guido")]
    assert db.set_avatar(7, Avatar("image/png", ""), b"image") == db.get_user(7)
    assert db.get_image(7) == ("image/png", b"image")
    assert db.create_user(NewUser("Barbara")).id == 8


@pytest.mark.e2e
def test_processes_upgrade_an_earlier_file_once(database: Path) -> None:
    """Worker processes that start together upgrade the file once."""
    _write_version_1(database)
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert _created(pool) == list(range(8, 24))


def test_a_failed_upgrade_is_rolled_back(database: Path) -> None:
    """If an upgrade fails, the file stays as it was."""
    _write_version_1(database, "ALTER TABLE users ADD COLUMN caption")
    with pytest.raises(sqlite3.OperationalError, match="duplicate column name: caption"):
        db.get_users()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT * FROM users").fetchall() == [(7, "Guido", None)]
        assert connection.execute("PRAGMA user_version").fetchall() == [(1,)]


def test_a_file_of_a_later_version_is_left_alone(database: Path) -> None:
    """A file of a later version of this project is used as it is."""
    db.get_users()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 9")
        assert len(db.get_users()) == 3
        assert connection.execute("PRAGMA user_version").fetchall() == [(9,)]


def test_threads_share_the_first_use() -> None:
    """Threads that start together all find the same seed."""
    barrier = Barrier(8)

    def first(_: int) -> list[User]:
        barrier.wait(timeout=10)
        return db.get_users()

    with ThreadPoolExecutor(8) as pool:
        assert [len(users) for users in pool.map(first, range(8))] == [3] * 8


@pytest.mark.e2e
def test_processes_share_the_first_use() -> None:
    """Worker processes that start together seed once, and none finds the file locked."""
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert _created(pool) == list(range(4, 20))


def test_threads_lose_no_write() -> None:
    """Writers wait for each other, and no write is lost."""
    with ThreadPoolExecutor(8) as pool:
        assert _created(pool) == list(range(4, 20))


def _created(pool: Executor) -> list[int]:
    users = pool.map(db.create_user, [NewUser(f"user {number}") for number in range(16)])
    return sorted(user.id for user in users)


def _write_version_1(database: Path, *more: str) -> None:
    """Write a file of the first version of this project, with one user."""
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        for statement in (
            "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",
            "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL)",
            "CREATE TABLE reviews (product INTEGER NOT NULL, stars INTEGER NOT NULL, text TEXT NOT NULL)",
            "CREATE INDEX reviews_by_product ON reviews (product)",
            "INSERT INTO users VALUES (7, 'Guido')",
            "PRAGMA user_version = 1",
            *more,
        ):
            connection.execute(statement)
        connection.commit()
