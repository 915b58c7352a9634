"""The secrets of the site, which come from the environment and are never in the source."""

from __future__ import annotations

import os


def secret(name: str, *, debug: bool) -> str:
    """Return a secret of the environment; only the debug mode, which no production has, starts without it."""
    value = os.environ.get(name)
    if not value and not debug:
        raise RuntimeError(f"set the environment variable {name}: only debug mode (NOTES_DEBUG=1) starts without it")
    return value or "secret"
