"""A Response that a handler has returned, kept until it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


class Returned(NamedTuple):
    """A Response, with its body, status line and Content-Length for the request at hand; None is an unknown length."""

    body: Iterable[bytes]
    status: str
    length: str | None
    response: Response

    @property
    def content(self) -> bytes | None:
        """Return the body, None if it is a stream."""
        return self.response.get_data() if self.response.is_sequence else None
