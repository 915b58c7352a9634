"""One change between two documents."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """One change: where in a part of an operation, such as `$.name`, what it is, and whether it breaks a client."""

    place: str
    what: str
    breaking: bool
