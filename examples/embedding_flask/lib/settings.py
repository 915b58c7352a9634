"""What the environment says: secrets are never in the source."""

from __future__ import annotations

import os

from flask.helpers import get_debug_flag


def secret(name: str) -> str:
    """Return a secret of the environment; only the debug mode of Flask, which no production has, starts without it."""
    value = os.environ.get(name)
    if not value and not get_debug_flag():
        raise RuntimeError(f"set the environment variable {name}: only `flask run --debug` starts without it")
    return value or "secret"
