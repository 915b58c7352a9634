"""Users and products in one SQLite file, which is created and seeded on first use.

Every call opens a connection and runs one statement, which is a transaction. So threads and worker processes share
nothing. If the file is locked, SQLite waits.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import UNSET

from lib.models import Avatar, ImageType, NewUser, Product, Review, Stats, User

#: The file, unless the environment variable EXAMPLE_DB names another.
DEFAULT = Path(__file__).resolve().parents[1] / "data" / "example.db"

# Seconds. There is no write-ahead log: with short connections it would be created and deleted at each call.
_PATIENCE = 10
# The statements that bring the tables to each version from the one before; the file stores its version (PRAGMA
# user_version). AUTOINCREMENT never reuses the id of a deleted user. The image comes last: SQLite reads a row from the
# left, and no further than it has to.
_VERSIONS = (
    (
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",
        "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL)",
        "CREATE TABLE reviews (product INTEGER NOT NULL, stars INTEGER NOT NULL, text TEXT NOT NULL)",
        "CREATE INDEX reviews_by_product ON reviews (product)",
        "INSERT INTO users (name) VALUES ('Ada Lovelace'), ('Alan Turing'), ('Grace Hopper')",
        "INSERT INTO products VALUES (1, 'Teapot', 2490), (2, 'Kettle', 3900)",
        "INSERT INTO reviews VALUES (1, 5, 'Short and stout.'), (1, 4, 'Answers 418 to coffee.'), (2, 3, 'Loud.')",
    ),
    (
        "ALTER TABLE users ADD COLUMN born TEXT",
        "ALTER TABLE users ADD COLUMN image_type TEXT",
        "ALTER TABLE users ADD COLUMN caption TEXT",
        "ALTER TABLE users ADD COLUMN image BLOB",
    ),
)
_USER = "id, name, born, image_type, caption"


def get_users(q: str = "", *, after: int = 0, limit: int = -1) -> list[User]:
    """Return the users with `q` in their name and an id above `after`, oldest first; a negative limit means no limit.

    The search ignores the case of ASCII letters.
    """
    where = "id > ? AND instr(lower(name), lower(?))"
    return _users(f"SELECT {_USER} FROM users WHERE {where} ORDER BY id LIMIT ?", after, q, limit)


def get_user(id: int) -> User | None:
    """Return a user, or None."""
    return _only(_users(f"SELECT {_USER} FROM users WHERE id = ?", id))


def create_user(new: NewUser) -> User:
    """Add a user, and return it with its id."""
    (user,) = _users(f"INSERT INTO users (name, born) VALUES (?, ?) RETURNING {_USER}", *_written(new))
    return user


def update_user(id: int, new: NewUser) -> User | None:
    """Replace a user, except for the avatar, and return it; None if there is no such user."""
    statement = f"UPDATE users SET name = ?, born = ? WHERE id = ? RETURNING {_USER}"
    return _only(_users(statement, *_written(new), id))


def delete_user(id: int) -> bool:
    """Delete a user with the avatar; return False if there is no such user."""
    return bool(_rows("DELETE FROM users WHERE id = ? RETURNING id", id))


def get_image(id: int) -> tuple[ImageType, bytes] | None:
    """Return the content type and the bytes of a user's avatar; None if there is no such user or avatar."""
    for kind, image in _rows("SELECT image_type, image FROM users WHERE id = ? AND image IS NOT NULL", id):
        return kind, image
    return None


def set_avatar(id: int, avatar: Avatar, image: bytes) -> User | None:
    """Set or replace the avatar of a user, and return the user; None if there is no such user."""
    statement = f"UPDATE users SET image_type = ?, caption = ?, image = ? WHERE id = ? RETURNING {_USER}"
    return _only(_users(statement, avatar.type, avatar.caption, image, id))


def get_product(id: int) -> Product | None:
    """Return a product without its reviews, or None."""
    for key, name, cents in _rows("SELECT id, name, cents FROM products WHERE id = ?", id):
        return Product(id=key, name=name, cents=cents)
    return None


def get_reviews(product: int) -> list[Review]:
    """Return the reviews of a product, oldest first."""
    rows = _rows("SELECT stars, text FROM reviews WHERE product = ? ORDER BY rowid", product)
    return [Review(stars=stars, text=text) for stars, text in rows]


def get_stats() -> Stats:
    """Count the users and the products."""
    ((users, products),) = _rows("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM products)")
    return Stats(users, products)


def _written(new: NewUser) -> tuple[str, str | None]:
    """Return the columns of a user that clients send."""
    return new.name.strip(), new.born.isoformat() if new.born else None


def _users(statement: str, *values: int | str | bytes | None) -> list[User]:
    """Run one statement and return the users that it selects or returns."""
    return [
        User(id, name, date.fromisoformat(born) if born else UNSET, Avatar(kind, caption) if kind else UNSET)
        for id, name, born, kind, caption in _rows(statement, *values)
    ]


def _only(users: list[User]) -> User | None:
    """Return the only user, or None."""
    return users[0] if users else None


def _rows(statement: str, *values: int | str | bytes | None) -> list[tuple[Any, ...]]:
    """Run one statement and return all of its rows: SQLite commits a RETURNING statement only after the last row."""
    path = Path(os.environ.get("EXAMPLE_DB") or DEFAULT)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
        if _version(connection) < len(_VERSIONS):
            _upgrade(connection)
        return connection.execute(statement, values).fetchall()


def _version(connection: sqlite3.Connection) -> int:
    """Return the version of the tables, 0 if there are none."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _upgrade(connection: sqlite3.Connection) -> None:
    """Upgrade the tables to the last version, all or nothing: closing the connection rolls back an open transaction."""
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have upgraded them while this one waited for the lock.
    for statements in _VERSIONS[_version(connection) :]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_VERSIONS)}")
    connection.execute("COMMIT")
