"""The search params of a request, and the pairs of a form; asking for a param that was not sent is a 400."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from fsapi.request.missing import Missing

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Query(dict[str, Any]):
    """Search params by name, as text or as a contract has converted them; of equal names the last one wins."""

    def __missing__(self, name: str) -> NoReturn:
        raise Missing("query parameter", name)


def read_query(environ: WSGIEnvironment) -> Query:
    """Return the search params by name."""
    text: str = environ.get("QUERY_STRING", "")
    if "%" in text or "+" in text or not text.isascii():
        return Query(query_pairs(environ))
    query = Query()
    for part in text.split("&"):  # a list of pairs would take half as long again
        if part:
            name, _, value = part.partition("=")
            query[name] = value
    return query


def query_pairs(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    """Return all search params in order, repeated names included; bad UTF-8 becomes U+FFFD."""
    text: str = environ.get("QUERY_STRING", "")
    if not text.isascii():
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return read_pairs(text)


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Return the pairs of a query or an urlencoded form (WHATWG URL, 5.1) as `parse_qsl` does; bad UTF-8 is replaced.

    The time and memory of `parse_qsl` for `%` is a hundred times that for other characters.
    """
    pairs: list[tuple[str, str]] = []
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((name, value))
    if "%" in text or "+" in text:
        return [(_unquote(name), _unquote(value)) for name, value in pairs]
    return pairs


def _unquote(text: str) -> str:
    """Return text with spaces in place of `+`, and bytes in place of `%41`."""
    text = text.replace("+", " ")
    return _ESCAPE.sub(_to_byte, text.encode()).decode("utf-8", "replace") if "%" in text else text


def _to_byte(escape: re.Match[bytes]) -> bytes:
    """Return the byte of an escape."""
    return _BYTES[escape[0]]


_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_DIGITS = "0123456789ABCDEFabcdef"
_BYTES = {f"%{high}{low}".encode(): bytes.fromhex(high + low) for high in _DIGITS for low in _DIGITS}
