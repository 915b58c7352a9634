"""The search params of a request: a mapping that answers 400 for what the client did not send."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fsapi.request.missing import Missing

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Query(dict[str, str]):
    """The search params by name; the last of equal names wins."""

    def __missing__(self, name: str) -> str:
        raise Missing("query parameter", name)


def query_pairs(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    """Return the search params of a request with all their values; what is not UTF-8 is replaced by U+FFFD."""
    text: str = environ.get("QUERY_STRING", "")
    if not text.isascii():
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")
