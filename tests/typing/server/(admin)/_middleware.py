"""Runs around the handlers of a group: a generator function."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapi import Req, Res


def middleware(req: Req, res: Res) -> Iterator[None]:
    """Tell how long it took."""
    start = time.monotonic()
    yield
    res.setHeader("Server-Timing", f"total;dur={time.monotonic() - start}")
    if res.statusCode == 404 and res.content == b"null":
        res.statusCode = 204  # error: that is res.status(204)
    seen = res.getHeader("X-Seen")
    res.setHeader("X-Seen", seen.upper())  # error: it may be None, or a list
    res.setHeader("X-Was", seen if isinstance(seen, str) else "nothing")
