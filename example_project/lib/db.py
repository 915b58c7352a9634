"""Users and products in one SQLite file, which is made and seeded on first use.

Every call runs one statement in a connection of its own, so that nothing is shared by threads or worker
processes, and each statement is a transaction. Where the file is locked, SQLite waits.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, TypedDict

#: The file, unless the environment variable EXAMPLE_DB names another.
DEFAULT = Path(__file__).resolve().parents[1] / "data" / "example.db"

# Seconds. There is no write-ahead log: with short connections it would be made and deleted again at each call.
_PATIENCE = 10
# AUTOINCREMENT never gives the id of a deleted user to another.
_SEED = (
    "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",
    "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL)",
    "CREATE TABLE reviews (product INTEGER NOT NULL, stars INTEGER NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX reviews_by_product ON reviews (product)",
    "INSERT INTO users (name) VALUES ('Ada Lovelace'), ('Alan Turing'), ('Grace Hopper')",
    "INSERT INTO products VALUES (1, 'Teapot', 2490), (2, 'Kettle', 3900)",
    "INSERT INTO reviews VALUES (1, 5, 'Short and stout.'), (1, 4, 'Answers 418 to coffee.'), (2, 3, 'Loud.')",
    "PRAGMA user_version = 1",
)


class User(TypedDict):
    """A row of `users`."""

    id: int
    name: str


class Product(TypedDict):
    """A row of `products`; the price is in cents."""

    id: int
    name: str
    cents: int


class Review(TypedDict):
    """A row of `reviews`, without its product; stars are from 1 to 5."""

    stars: int
    text: str


def get_users() -> list[User]:
    """Return all users, the oldest first."""
    return [User(id=id, name=name) for id, name in _rows("SELECT id, name FROM users ORDER BY id")]


def get_user(id: int) -> User | None:
    """Return a user, or None."""
    return _only(_rows("SELECT id, name FROM users WHERE id = ?", id))


def create_user(name: str) -> User:
    """Add a user, and return it with its id."""
    ((id, name),) = _rows("INSERT INTO users (name) VALUES (?) RETURNING id, name", name)
    return User(id=id, name=name)


def update_user(id: int, name: str) -> User | None:
    """Give a user another name, and return it, or None where there is no such user."""
    return _only(_rows("UPDATE users SET name = ? WHERE id = ? RETURNING id, name", name, id))


def delete_user(id: int) -> bool:
    """Delete a user; return False where there is no such user."""
    return bool(_rows("DELETE FROM users WHERE id = ? RETURNING id", id))


def get_product(id: int) -> Product | None:
    """Return a product, or None."""
    for key, name, cents in _rows("SELECT id, name, cents FROM products WHERE id = ?", id):
        return Product(id=key, name=name, cents=cents)
    return None


def get_reviews(product: int) -> list[Review]:
    """Return the reviews of a product, the oldest first."""
    rows = _rows("SELECT stars, text FROM reviews WHERE product = ? ORDER BY rowid", product)
    return [Review(stars=stars, text=text) for stars, text in rows]


def _only(rows: list[tuple[Any, ...]]) -> User | None:
    """Return the user of the only row, or None where there is none."""
    return User(id=rows[0][0], name=rows[0][1]) if rows else None


def _rows(statement: str, *values: int | str) -> list[tuple[Any, ...]]:
    """Run one statement and return all of its rows; with RETURNING it is only then committed."""
    path = Path(os.environ.get("EXAMPLE_DB") or DEFAULT)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
        if not _seeded(connection):
            _seed(connection)
        return connection.execute(statement, values).fetchall()


def _seeded(connection: sqlite3.Connection) -> bool:
    """Tell whether the tables are there."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0])


def _seed(connection: sqlite3.Connection) -> None:
    """Make and fill the tables, all or nothing; closing the connection takes back what was not committed."""
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have done it while this one waited for the lock.
    if not _seeded(connection):
        for statement in _SEED:
            connection.execute(statement)
    connection.execute("COMMIT")
