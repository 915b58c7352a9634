"""The database file: made once, whoever comes first, and kept."""

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


def test_the_file_is_made_on_first_use(database: Path) -> None:
    """The file and its folder are made and seeded by the first call, not by the import."""
    assert not database.parent.exists()
    assert [user.name for user in db.get_users()] == NAMES
    assert database.is_file()


def test_what_is_written_stays(database: Path) -> None:
    """What one call writes is in the file for whoever opens it."""
    user = db.create_user(NewUser("Guido"))
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT id, name FROM users WHERE id = 4").fetchall() == [(user.id, "Guido")]


def test_the_seed_is_sown_once() -> None:
    """Users that were deleted do not come back."""
    assert [db.delete_user(id) for id in (1, 2, 3)] == [True] * 3
    assert db.get_users() == []


def test_a_half_sown_seed_is_taken_back(database: Path) -> None:
    """Where the seed fails, as it does beside a table of the same name, nothing of it is left."""
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE reviews (id)")
    with pytest.raises(sqlite3.OperationalError, match="reviews already exists"):
        db.get_users()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("reviews",)]


def test_an_earlier_file_goes_on_working(database: Path) -> None:
    """A file of version 1 is brought to the next one when it is first used, and keeps what is in it."""
    _write_version_1(database)
    assert db.get_users() == [User(7, "Guido")]
    assert db.set_avatar(7, Avatar("image/png", ""), b"image") == db.get_user(7)
    assert db.get_image(7) == ("image/png", b"image")
    assert db.create_user(NewUser("Barbara")).id == 8


@pytest.mark.e2e
def test_processes_share_an_earlier_file(database: Path) -> None:
    """Worker processes that start together bring it to the next version once."""
    _write_version_1(database)
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert _created(pool) == list(range(8, 24))


def test_half_of_a_new_version_is_taken_back(database: Path) -> None:
    """Where the way to the next version fails, the file is as it was."""
    _write_version_1(database, "ALTER TABLE users ADD COLUMN caption")
    with pytest.raises(sqlite3.OperationalError, match="duplicate column name: caption"):
        db.get_users()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT * FROM users").fetchall() == [(7, "Guido", None)]
        assert connection.execute("PRAGMA user_version").fetchall() == [(1,)]


def test_a_later_file_is_left_alone(database: Path) -> None:
    """What a later version of this project has made is used as it is."""
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
    """Worker processes that start together seed once, and none of them finds the file locked."""
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert _created(pool) == list(range(4, 20))


def test_threads_write_at_once() -> None:
    """Writers wait for each other, and no write is lost."""
    with ThreadPoolExecutor(8) as pool:
        assert _created(pool) == list(range(4, 20))


def _created(pool: Executor) -> list[int]:
    users = pool.map(db.create_user, [NewUser(f"user {number}") for number in range(16)])
    return sorted(user.id for user in users)


def _write_version_1(database: Path, *more: str) -> None:
    """Write a file as the first version of this project did, with one user."""
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
