"""The headers of a request: a mapping that answers 400 for what the client did not send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fsapi.request.missing import Missing

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The two that CGI puts into the environ under their bare names (RFC 3875, 4.1.2 and 4.1.3).
_BARE = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Headers(Mapping[str, str]):
    """The headers by name in any case, iterated in lower case; repeated lines are joined by the server."""

    __slots__ = ("_environ",)

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        # `X_User` is another header than `X-User`, and servers that pass it on must not let it stand for it.
        value = None if "_" in name or not name else self._environ.get(key if key in _BARE else f"HTTP_{key}")
        if not isinstance(value, str) or (key in _BARE and not value):
            raise Missing("header", name)
        return value

    def __iter__(self) -> Iterator[str]:
        for key, value in self._environ.items():
            if key in _BARE and value:
                yield key.lower().replace("_", "-")
            elif key.startswith("HTTP_") and key[5:] and key[5:] not in _BARE:
                yield key[5:].lower().replace("_", "-")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"
