"""Headers that Werkzeug's parsers fail on are as if they had not been sent."""

from __future__ import annotations

from typing import Any

import pytest

from fsapi import App
from tests.site import Site, call, environ, handler

DATES = ["Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 0000 00:00:00 GMT", "Mon, 99 Jan 2020 99:99:99 GMT"]
VALUES = [
    *DATES, 'W/"', '"', "W/", "Basic \xff", "Basic =", "Basic Zm9v", 'Digest "', "Digest a=", "Bearer", "bytes=",
    "bytes=-", "bytes=--1", "bytes=1-0", "bytes=\xb2-", "bytes=0-,", "x=1", "bytes=99999999999999999999999-", "",
    "\xff", ",", "=", "9" * 5000, "a=\xff", "*", "W/*", "Mon, 01 Jan 2020 00:00:00 +99999999",
]  # fmt: skip
KEYS = [
    "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_DATE", "HTTP_AUTHORIZATION",
    "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_COOKIE", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE",
    "HTTP_CACHE_CONTROL", "HTTP_MAX_FORWARDS", "HTTP_ACCEPT_CHARSET",
    "HTTP_ACCEPT_ENCODING", "HTTP_REFERER", "HTTP_PRAGMA", "HTTP_ORIGIN",
    "QUERY_STRING",
]  # fmt: skip
READS = {
    "sends a file": "return send_file(io.BytesIO(b'abc'), req.environ, mimetype='a/b', etag='x', last_modified=1)",
    "makes conditional": "return Response('abc', headers={'ETag': '\"x\"'}).make_conditional(req.environ)",
    "asks for changes": "res.json(is_resource_modified(req.environ, etag='x', last_modified=NOW))",
    "reads raw": "[str(getattr(req.raw, name)) for name in NAMES]\nres.json(req.raw.args.to_dict())",
    "returns an app": "return lambda environ, start: Response('abc').make_conditional(environ)(environ, start)",
}
TOP = """
import io
from datetime import datetime, timezone
from werkzeug.http import is_resource_modified
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

NOW = datetime.now(timezone.utc)
NAMES = [name for name in dir(Request) if not name.startswith("_") and not callable(getattr(Request, name))]
NAMES = [name for name in NAMES if name not in ("json", "data", "form", "files", "values", "stream")]
"""


@pytest.fixture(scope="module")
def app(shared_site: Site) -> App:
    """Return an app with a file for each way to read headers."""
    return shared_site({f"{name.replace(' ', '-')}.py": handler(body, top=TOP) for name, body in READS.items()})


@pytest.mark.parametrize("blank", [" ", "\t", "\x0b"])
def test_blanks_in_an_accept_header_count_once(app: App, blank: str) -> None:
    """Werkzeug's parser takes quadratic time on them."""
    given = environ("/reads-raw", HTTP_ACCEPT=f"text/html{blank * 1000}x")
    call(app, given)
    assert given["HTTP_ACCEPT"] == "text/html x"


def test_an_accept_header_of_many_kilobytes_is_none(app: App) -> None:
    """No client needs one."""
    given = environ("/reads-raw", HTTP_ACCEPT_LANGUAGE="de," * 3000)
    assert (call(app, given)[0], "HTTP_ACCEPT_LANGUAGE" in given) == ("200 OK", False)


def test_long_credentials_in_quotes_are_none(app: App) -> None:
    """Werkzeug's parser takes quadratic time on them; a long token stays."""
    for value, kept in (('Digest a="' + '"' * 9000, False), ("Bearer " + "x" * 9000, True)):
        given = environ("/reads-raw", HTTP_AUTHORIZATION=value)
        assert (call(app, given)[0], "HTTP_AUTHORIZATION" in given) == ("200 OK", kept)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", READS)
def test_no_header_is_a_500(name: str, key: str, app: App) -> None:
    """Whatever a client sends, Werkzeug's functions do not fail."""
    changes: dict[str, Any] = {}
    for value in VALUES:
        changes[key] = value
        status, _, _ = call(app, environ(f"/{name.replace(' ', '-')}", **changes))
        assert int(status[:3]) < 500, (key, value)


def test_only_what_cannot_be_read_is_dropped(site: Site) -> None:
    """All other headers stay as they came, and a request that asks for none pays nothing."""
    app = site(
        {
            "a.py": handler(
                "res.json([req.headers.get('date'), sorted(req.environ.keys() & {'HTTP_DATE', 'HTTP_RANGE'})])"
            )
        }
    )
    sent = environ("/a", HTTP_DATE=DATES[0], HTTP_RANGE="bytes=0-1")
    assert call(app, sent)[2] == f'["{DATES[0]}",["HTTP_RANGE"]]'.encode()


def test_raw_reads_a_query_as_req_does(site: Site) -> None:
    """Raw bytes and bad UTF-8 alike are U+FFFD."""
    app = site({"a.py": handler("res.json([req.query, req.raw.args.to_dict(), req.raw.args.getlist('a')])")})
    for query in ("a=\xff", "a=%FF"):
        seen = call(app, environ("/a", QUERY_STRING=query))[2].decode()
        assert seen.count("\ufffd") == 3, query
