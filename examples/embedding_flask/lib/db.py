"""The notes, in an SQLite file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

_TABLE = "create table if not exists notes (id integer primary key, owner text not null, text text not null)"


def connect() -> sqlite3.Connection:
    """Open the database, and create it if it is new; a transaction begins with the first change."""
    folder = Path(os.environ.get("NOTES_DATA") or Path(__file__).parents[1] / "data")
    folder.mkdir(exist_ok=True)
    connection = sqlite3.connect(folder / "notes.sqlite3")
    connection.row_factory = sqlite3.Row
    connection.execute(_TABLE)
    return connection


def notes(connection: sqlite3.Connection, owner: str) -> list[dict[str, Any]]:
    """Return the notes of an owner."""
    rows = connection.execute("select id, text from notes where owner = ? order by id", (owner,))
    return [dict(row) for row in rows]


def note(connection: sqlite3.Connection, owner: str, number: int) -> dict[str, Any] | None:
    """Return one note of an owner, or None."""
    return next((note for note in notes(connection, owner) if note["id"] == number), None)


def add(connection: sqlite3.Connection, owner: str, text: str) -> int:
    """Add a note and return its number."""
    return int(connection.execute("insert into notes (owner, text) values (?, ?)", (owner, text)).lastrowid or 0)
