"""The search params of a request; asking for one that was not sent is a 400."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

from fsapi.request.missing import Missing

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Query(dict[str, Any]):
    """Search params by name, as text or as a contract has converted them; of equal names the last one wins."""

    def __missing__(self, name: str) -> NoReturn:
        raise Missing("query parameter", name)


def query_pairs(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    """Return all search params in order, repeated names included; bad UTF-8 becomes U+FFFD."""
    text: str = environ.get("QUERY_STRING", "")
    if not text.isascii():
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
    if "%" in text or "+" in text:
        return parse_qsl(text, keep_blank_values=True, errors="replace")
    # What parse_qsl does where there is nothing to decode.
    pairs: list[tuple[str, str]] = []
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((name, value))
    return pairs
