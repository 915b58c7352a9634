"""Take headers out of an environ that Werkzeug's parsers fail on, so that no client can cause a 500 with one.

HTTP lets a server ignore a conditional header or a range that it cannot read (RFC 9110, 13.1.3 and 14.2); credentials
that cannot be read are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from encodings.aliases import aliases
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.datastructures import Authorization
from werkzeug.http import parse_date, parse_if_range_header, parse_range_header

from fsapi.request.negotiation import MOST_ACCEPTED, without_blanks

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PARSERS: dict[str, Callable[[str], object]] = {
    "HTTP_AUTHORIZATION": Authorization.from_header,
    "HTTP_DATE": parse_date,
    "HTTP_IF_MODIFIED_SINCE": parse_date,
    "HTTP_IF_RANGE": lambda value: parse_if_range_header(value).to_header(),
    "HTTP_IF_UNMODIFIED_SINCE": parse_date,
    "HTTP_RANGE": parse_range_header,
}
# Credentials in quotes are short, and Werkzeug takes quadratic time on many of them; a token may be longer.
_MOST = 8 * 1024
# Those that Werkzeug splits by regexes that take quadratic time on blanks.
_BLANK_KEYS = {"HTTP_ACCEPT", "HTTP_ACCEPT_CHARSET", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE"}
# Blanks before the value of a cookie, on which its regex takes quadratic time.
_MANY_BLANKS = re.compile(r"=[ \t]{32,}")
# The charsets of Python, which looks for a module of any other name, and keeps every name that it was asked for.
_CHARSETS = {"*", *aliases, *aliases.values()}
# Every character that Werkzeug decodes as ASCII.
_ASCII = "".join(map(chr, range(128)))


def drop_bad_headers(environ: WSGIEnvironment) -> None:
    """Remove the headers that cannot be parsed or take long, and encode the bytes of a query that are not ASCII."""
    credentials: str = environ.get("HTTP_AUTHORIZATION", "")
    if len(credentials) > _MOST and '"' in credentials:
        del environ["HTTP_AUTHORIZATION"]
    for key in _PARSERS.keys() & environ.keys():
        try:
            _PARSERS[key](environ[key])
        except (ValueError, OverflowError):
            del environ[key]
    for key in _BLANK_KEYS & environ.keys():
        if len(environ[key]) > MOST_ACCEPTED:
            del environ[key]
        else:
            environ[key] = without_blanks(environ[key])
    if not all(map(_is_charset, environ.get("HTTP_ACCEPT_CHARSET", "*").split(","))):
        del environ["HTTP_ACCEPT_CHARSET"]
    if "HTTP_COOKIE" in environ:
        environ["HTTP_COOKIE"] = _MANY_BLANKS.sub("=", environ["HTTP_COOKIE"])
    query: str = environ.get("QUERY_STRING", "")
    if not query.isascii():
        environ["QUERY_STRING"] = quote(query, safe=_ASCII, encoding="latin-1", errors="replace")


def _is_charset(accepted: str) -> bool:
    """Return whether Python knows a charset that a client accepts."""
    return accepted.partition(";")[0].strip().lower().replace("-", "_") in _CHARSETS
