"""The 400 for a header or search param that a handler needs and the client did not send."""

from __future__ import annotations

from werkzeug.exceptions import BadRequestKeyError


class Missing(BadRequestKeyError):
    """A 400 that names the missing header or search param."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(name)
        self.description = f"the {kind} {name!r} is missing"
