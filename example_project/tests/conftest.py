"""Fixtures: a database file for each test, and a client of the application."""

from pathlib import Path

import pytest
from werkzeug.test import Client


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a database file for the test, which does not exist yet."""
    path = tmp_path / "data" / "example.db"
    monkeypatch.setenv("EXAMPLE_DB", str(path))
    return path


@pytest.fixture
def client() -> Client:
    """Return a client that calls the application without a server."""
    # Imported here, so that collecting tests, or running those of other trees, does not load this tree.
    from wsgi import app

    return app.test_client()
