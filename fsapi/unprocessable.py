"""The answer to a request that does not fit its contract: 422, with all errors of the query and the body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from werkzeug.exceptions import UnprocessableEntity

# `in` is a keyword of Python.
Detail = TypedDict("Detail", {"in": str, "path": str, "message": str})


class Unprocessable(UnprocessableEntity):
    """A 422 (RFC 9110, 15.5.21); `details` are the errors, each with its place."""

    def __init__(self, details: Sequence[Detail]) -> None:
        first, more = details[0], len(details) - 1
        text = f"{first['in']} {first['path']}: {first['message']}"
        super().__init__(f"{text}, and {more} more" if more else text)
        self.details = details
