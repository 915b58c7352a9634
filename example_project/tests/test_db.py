"""The database file: made once, whoever comes first, and kept."""

import multiprocessing
import sqlite3
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from lib import db

NAMES = ["Ada Lovelace", "Alan Turing", "Grace Hopper"]


def test_the_file_is_made_on_first_use(database: Path) -> None:
    """The file and its folder are made and seeded by the first call, not by the import."""
    assert not database.parent.exists()
    assert [user["name"] for user in db.get_users()] == NAMES
    assert database.is_file()


def test_what_is_written_stays(database: Path) -> None:
    """What one call writes is in the file for whoever opens it."""
    user = db.create_user("Guido")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT id, name FROM users WHERE id = 4").fetchall() == [(user["id"], "Guido")]


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


def test_threads_share_the_first_use() -> None:
    """Threads that start together all find the same seed."""
    barrier = Barrier(8)

    def first(_: int) -> list[db.User]:
        barrier.wait(timeout=10)
        return db.get_users()

    with ThreadPoolExecutor(8) as pool:
        assert [len(users) for users in pool.map(first, range(8))] == [3] * 8


def test_processes_share_the_first_use() -> None:
    """Worker processes that start together seed once, and none of them finds the file locked."""
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert _created(pool) == list(range(4, 20))


def test_threads_write_at_once() -> None:
    """Writers wait for each other, and no write is lost."""
    with ThreadPoolExecutor(8) as pool:
        assert _created(pool) == list(range(4, 20))


def _created(pool: Executor) -> list[int]:
    users = pool.map(db.create_user, [f"user {number}" for number in range(16)])
    return sorted(user["id"] for user in users)
