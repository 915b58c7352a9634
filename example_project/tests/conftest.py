"""Fixtures: a database file for each test, and a client of the application."""

from pathlib import Path

import pytest
from werkzeug.test import Client


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a database file of the test's own; nothing has made it yet."""
    path = tmp_path / "data" / "example.db"
    monkeypatch.setenv("EXAMPLE_DB", str(path))
    return path


@pytest.fixture
def client() -> Client:
    """Return a client that calls the application without a server."""
    # Here, so that tests can be collected, and those of other trees run, without this tree being loaded.
    from wsgi import app

    return app.test_client()
