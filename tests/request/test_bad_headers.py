"""Headers that Werkzeug's parsers fail on are as if they had not been sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fsapi import App
from tests.site import Site, call, environ, handler

DATES = ["Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 0000 00:00:00 GMT", "Mon, 99 Jan 2020 99:99:99 GMT"]
VALUES = [
    *DATES, 'W/"', '"', "W/", "Basic \xff", "Basic =", "Basic Zm9v", 'Digest "', "Digest a=", "Bearer", "bytes=",
    "bytes=-", "bytes=--1", "bytes=1-0", "bytes=\xb2-", "bytes=0-,", "x=1", "bytes=99999999999999999999999-", "",
    "\xff", ",", "=", "9" * 5000, "a=\xff", "*", "W/*", "Mon, 01 Jan 2020 00:00:00 +99999999", "xn--zca", "xn--0",
    "xn--" + "9" * 2000, "a" * 2000, "\0", "a:99999", "[", "[::1", "..",
]  # fmt: skip
KEYS = [
    "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_DATE", "HTTP_AUTHORIZATION",
    "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_COOKIE", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE",
    "HTTP_CACHE_CONTROL", "HTTP_MAX_FORWARDS", "HTTP_ACCEPT_CHARSET", "HTTP_HOST", "HTTP_X_FORWARDED_FOR",
    "HTTP_ACCEPT_ENCODING", "HTTP_REFERER", "HTTP_PRAGMA", "HTTP_ORIGIN",
    "QUERY_STRING",
]  # fmt: skip
READS = {
    "sends a file": "return send_file(io.BytesIO(b'abc'), req.environ, mimetype='a/b', etag='x', last_modified=1)",
    "makes conditional": "return Response('abc', headers={'ETag': '\"x\"'}).make_conditional(req.environ)",
    "asks for changes": "res.json(is_resource_modified(req.environ, etag='x', last_modified=NOW))",
    "reads raw": "[str(getattr(req.raw, name)) for name in NAMES]\nres.json(req.raw.args.to_dict())",
    "asks what is accepted": "res.json([getattr(req.raw, name).quality('utf-8') for name in ACCEPTED])",
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
ACCEPTED = ["accept_charsets", "accept_encodings", "accept_languages"]
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


HOSTS = {
    "a.example:81": "a.example:81",
    "xn--strae-oqa.de": "xn--strae-oqa.de",  # which IDNA has since 2008
    "XN--ZCA:81": "xn--zca:81",
    "xn--bcher-kva.example": "bücher.example",
    "xn--0": "xn--0",
    "a b": "",
    "xn--" + "9" * 500: "xn--" + "9" * 500,
}


def test_a_host_that_python_cannot_decode_stays_in_the_url(site: Site) -> None:
    """Its codec knows less than browsers, and no host is a 500."""
    raw = "[req.raw.host_url, req.raw.root_url, req.raw.url_root, req.raw.base_url, req.raw.url]"
    app = site({"a.py": handler(f"res.json({raw})")})
    for host, shown in HOSTS.items():
        seen = json.loads(call(app, environ("/a", HTTP_HOST=host, SCRIPT_NAME="/m", QUERY_STRING="b"))[2])
        assert seen == [f"http://{shown}{end}" for end in ("/", "/m/", "/m/", "/m/a", "/m/a?b")]


CHARSETS = {
    **dict.fromkeys(["utf-8", "UTF-8;q=0.5, iso-8859-1", "*", "latin1,*;q=0", "windows-1252"], True),
    **dict.fromkeys(["utf--8", "utf-8,x", "x", "", "\0", "\xff", "utf-8,"], False),
}


def test_accepted_charsets_that_python_does_not_know_are_none(app: App) -> None:
    """It would look for a module of each name, and remember the name for ever."""
    for value, kept in CHARSETS.items():
        given = environ("/asks-what-is-accepted", HTTP_ACCEPT_CHARSET=value)
        assert (call(app, given)[0], "HTTP_ACCEPT_CHARSET" in given) == ("200 OK", kept), value


def test_many_blanks_before_the_value_of_a_cookie_are_dropped(site: Site) -> None:
    """Werkzeug's regex takes quadratic time on them; those within quotes stay."""
    app = site({"a.py": handler("res.json(req.raw.cookies)")})
    many = 500 * " "
    seen = call(app, environ("/a", HTTP_COOKIE=f'a={many}1; b="{many}"; c=  2; d{many}=3'))[2]
    assert json.loads(seen) == {"a": "1", "b": many, "c": "2", "d": "3"}


def test_raw_reads_json_as_req_does(site: Site) -> None:
    """Whatever `req.body` rejects is a 400 for `req.raw` too, and never a 500."""
    app = site({"a.py": handler("res.json(req.raw.get_json())", "POST"), "b.py": handler("res.json(req.body)", "POST")})
    for data in (b"[" * 100_000, b"9" * 5000, b"NaN", b'"\\ud800"', b"\xff", b'{"a": [1, null]}', b"1e400"):
        sent = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(data))}
        raw, req = (call(app, environ(path, "POST", data, **sent))[0] for path in ("/a", "/b"))
        assert raw == req, data


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
