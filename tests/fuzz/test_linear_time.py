"""No part of a request takes more time than its size allows: eight times the size, at most 24 times the CPU time.

Linear time is 8, quadratic time 64. The time is that of the thread, and the least of several runs, so that other work
on the machine hardly counts.
"""

from __future__ import annotations

import gc
import random
import re
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from fsapi import App
from tests.site import Site, call, handler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]
#: Makes the part of a request that is tested, of about so many bytes.
Part = Callable[[int], Environ]

#: In bytes; the larger part has eight times as many.
SIZE = 20_000
#: A part that takes less than this for its larger size, in seconds, is fast enough anyway.
FAST = 0.002
READ = """
    raw = req.raw
    given = [req.params, dict(req.query), dict(req.headers), req.url, len(raw.args), len(raw.cookies)]
    given += [raw.url, raw.access_route, raw.cache_control]
    given += [raw.range, raw.if_range, raw.authorization, raw.date, raw.if_none_match, raw.accept_mimetypes.best]
    res.json(len(str(given)))
"""
MODELS = """
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, TypedDict
from uuid import UUID
from msgspec import Meta, Struct
from fsapi import Req, Res
max_body = max_fields = None

class Node(Struct, forbid_unknown_fields=True):
    name: str = ""
    number: Decimal | None = None
    nodes: "list[Node]" = []
    by_name: "dict[str, Node]" = {}
    ids: list[UUID] = []

class Search(Struct, forbid_unknown_fields=True):
    tags: list[int] = []

@dataclass
class Form:
    name: str = ""
    tags: list[int] = ()

def POST(req: Req[Node], res: Res[Node]) -> None:
    res.json(req.body)

def GET(req: Req[Any, Any, Search], res: Res) -> None:
    res.json(len(req.query.tags))

def PUT(req: Req[Form], res: Res) -> None:
    res.json(len(req.body.tags))
"""
PYDANTIC = """
from typing import Any, Optional, Union
from msgspec import Struct
from pydantic import BaseModel
from fsapi import Req, Res
max_body = None

class Model(BaseModel):
    number: float = 0
    models: "Union[int, list[Model]]" = 0

class Both(Struct):
    model: Optional[Model] = None
    any: Any = None

def POST(req: Req[Model], res: Res) -> None:
    res.end()

def PUT(req: Req[Both], res: Res) -> None:
    res.end()
"""
WRITES = """
def writes(count):
    def app(environ, start_response):
        write = start_response("200 OK", [])
        for _ in range(count):
            write(b"a")
        return []
    return app
"""
FILES = {
    "[...path].py": handler(READ, "GET") + handler("res.json(req.body)", "POST"),
    "form.py": "max_body = max_fields = None\n" + handler("res.json([len(req.raw.form), len(req.raw.files)])", "POST"),
    "contract.py": MODELS,
    "pydantic.py": PYDANTIC,
    "lines.py": handler("res.json(sum(1 for _ in req.environ['wsgi.input']))", "POST"),
    "raw-lines.py": handler("res.json(sum(1 for _ in req.raw.stream))", "POST"),
    "writes.py": handler("return writes(int(req.query['n']))", top=WRITES),
    "headers.py": handler("for n in range(int(req.query['n'])):\n    res.appendHeader('Link', 'a')\nres.end()"),
}
NAMES = ["a", "[x]", "[n=int]", "[u=uuid]", "a-[x]", "[x]-[y]", "[x]-[y]-[z].a", "[a=int]-[b]-[c]", "[x].[y]", "v[x]"]


@pytest.fixture(scope="module")
def app(shared_site: Site) -> App:
    """Return an app with pages, so that it reads Accept, and a random tree that every path can get lost in."""
    chance = random.Random(12)
    folders = [chance.choices(NAMES, k=chance.randrange(2, 5)) for _ in range(40)]
    tree = {
        "/".join(re.sub(r"\[(\w+)", rf"[\g<1>{place}", name) for place, name in enumerate(names)): names
        for names in folders
    }
    ends = {f"{folder}/end{number}.py": handler("res.end()") for number, folder in enumerate(tree)}
    return shared_site({**FILES, **ends, "../app/pages/page.py": "def page(req):\n    return ''\n"})


def times(text: str) -> Callable[[int], str]:
    """Return a function that repeats a text up to a size."""
    return lambda size: text * (size // len(text))


def header(name: str, text: str, start: str = "", end: str = "") -> Part:
    """Return the maker of a header that repeats a text."""
    return lambda size: {name: start + times(text)(size) + end}


def path(text: str, end: str = "") -> Part:
    """Return the maker of a path that repeats a text, as the client sent it and without that."""
    return lambda size: {"PATH_INFO": "/" + times(text)(size) + end}


def raw(text: str, decoded: str) -> Part:
    """Return the maker of a raw target and its path."""
    return lambda size: {"RAW_URI": "/" + times(text)(size), "PATH_INFO": "/" + decoded * (size // len(text))}


def headers(size: int) -> Environ:
    """Return many headers."""
    return {f"HTTP_X_{number}": "1" for number in range(size // 8)}


def post(
    target: str, kind: str, text: str, start: str = "", end: str = "", *, method: str = "POST", piece: int = 1 << 20
) -> Part:
    """Return the maker of a body that repeats a text."""

    def make(size: int) -> Environ:
        data = (start + times(text)(size) + end).encode()
        stream = Pieces(data, piece)
        length = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(data)), "wsgi.input": stream}
        return {"REQUEST_METHOD": method, "PATH_INFO": target, **length}

    return make


class Pieces(BytesIO):
    """A stream that gives at most `size` bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        return super().read(self._size if size is None or size < 0 else min(size, self._size))


def whole(target: str, kind: str, text: str, *, method: str = "POST") -> Environ:
    """Return a body."""
    return post(target, kind, text, method=method)(len(text))


def numbered(size: int) -> str:
    """Return an object of different names."""
    return "{" + ",".join(f'"{number}":1' for number in range(size // 9)) + "}"


def by_name(size: int) -> str:
    """Return a node with other nodes, all of them wrong, by different names."""
    return '{"by_name":{' + ",".join(f'"{number}":{{"name":1}}' for number in range(size // 20)) + "}}"


def below(size: int, item: str, last: str) -> str:
    """Return an array below a long key."""
    return '{"any":{"' + "k" * (size // 2) + '":[' + f"{item}," * (size // 2 // len(item)) + last + "]}}"


def names(size: int, between: str = "&") -> str:
    """Return different names."""
    return between.join(map(str, range(size // 6)))


JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
PART = '--b\r\nContent-Disposition: form-data; name="name"'
FORM = PART + "\r\n\r\n"
FILE = PART + '; filename="f"\r\n\r\n'
WRONG = '{"models":[' * 50 + '{"number":"x"}' + "]}" * 50
QUERY = "QUERY_STRING"

# fmt: off
PARTS: dict[str, Part] = {
    "segments": path("/a"),
    "segments of digits": path("1/"),
    "segments that fit many names": path("1-1/"),
    "a segment": path("a"),
    "a segment of hyphens": path("-"),
    "a segment of hyphens with an end": path("1-", "1.a"),
    "a segment of dots": path("a."),
    "a segment of digits": path("9"),
    "dot segments": path("./"),
    "slashes": path("/"),
    "encoded slashes": raw("%2F", "/"),
    "encoded letters": raw("%C3%A9", "Ã©"),
    "percent signs": raw("%25", "%"),
    "a scheme": header("RAW_URI", "a", "", "://x"),
    "a host": header("RAW_URI", "a", "http://"),
    "pairs of a query": header(QUERY, "a=1&"),
    "names of a query": lambda size: {QUERY: names(size)},
    "a value of a query": header(QUERY, "a", "a="),
    "an encoded query": header(QUERY, "%C3%A9", "a="),
    "a bad query": header(QUERY, "\xff"),
    "ampersands": header(QUERY, "&"),
    "equals signs": header(QUERY, "="),
    "plus signs": header(QUERY, "+"),
    "numbers of a query": lambda size: {"PATH_INFO": "/contract", **header(QUERY, "tags=1&")(size)},
    "bad numbers of a query": lambda size: {"PATH_INFO": "/contract", **header(QUERY, "tags=x&")(size)},
    "unknown names of a query": lambda size: {"PATH_INFO": "/contract", QUERY: names(size)},
    "headers": headers,
    "a header": header("HTTP_X", "a"),
    "media types": header("HTTP_ACCEPT", "text/html;q=0.5,"),
    "different media types": lambda size: {"HTTP_ACCEPT": ",".join(f"a/{n}" for n in range(size // 8))},
    "media type parameters": header("HTTP_ACCEPT", ";a=b", "text/html"),
    "quotes in Accept": header("HTTP_ACCEPT", '"', "text/html;a="),
    "spaces in Accept": header("HTTP_ACCEPT", " ", "text/html;", "x"),
    "spaces after a type in Accept": header("HTTP_ACCEPT", " ", "text/html", "x"),
    "spaces in types in Accept": header("HTTP_ACCEPT", "text/html" + 500 * " " + "x,"),
    "cookies": header("HTTP_COOKIE", "a=1; "),
    "names of cookies": lambda size: {"HTTP_COOKIE": "; ".join(f"{n}=1" for n in range(size // 8))},
    "a cookie": header("HTTP_COOKIE", "a", "a="),
    "a quoted cookie": header("HTTP_COOKIE", "\\303", 'a="', '"'),
    "quotes in a cookie": header("HTTP_COOKIE", '\\"', 'a="'),
    "a raw host": header("HTTP_HOST", "9", "xn--"),
    "labels of a host": header("HTTP_HOST", "xn--a."),
    "proxies": header("HTTP_X_FORWARDED_FOR", '"a",'),
    "semicolons": header("HTTP_COOKIE", ";"),
    "spaces in a cookie": header("HTTP_COOKIE", " ", "a", "=1"),
    "spaces before a bad value of a cookie": header("HTTP_COOKIE", " ", "a=", 'x"'),
    "tabs before a quote in a cookie": header("HTTP_COOKIE", "\t", "a=", '"'),
    "some tabs before the quotes of cookies": header("HTTP_COOKIE", "a=" + "\t" * 60 + '"";'),
    "ranges": header("HTTP_RANGE", "1-2,", "bytes="),
    "digits of a range": header("HTTP_RANGE", "9", "bytes=", "-"),
    "spaces of a range": header("HTTP_RANGE", " ", "bytes=1-", "2"),
    "ETags": header("HTTP_IF_NONE_MATCH", '"a",'),
    "an ETag": header("HTTP_IF_RANGE", "a", '"', '"'),
    "a date": header("HTTP_DATE", " 1"),
    "parentheses of a date": header("HTTP_DATE", "("),
    "letters of a date": header("HTTP_IF_MODIFIED_SINCE", "a"),
    "digest credentials": header("HTTP_AUTHORIZATION", 'a="b",', "Digest "),
    "quotes in credentials": header("HTTP_AUTHORIZATION", '\\"', 'Digest a="'),
    "basic credentials": header("HTTP_AUTHORIZATION", "YWFh", "Basic "),
    "parameters of a content type": lambda size: {
        **post("/a", "", "x")(9), "CONTENT_TYPE": "text/plain" + times(";a=b")(size)},
    "continued parameters": lambda size: {
        **post("/a", "", "x")(9), "CONTENT_TYPE": "text/plain" + "".join(f";a*{n}=b" for n in range(size // 8))},
    "quotes in a content type": lambda size: {
        **post("/a", "", "x")(9), "CONTENT_TYPE": 'text/plain;a="' + times('\\"')(size)},
    "spaces in a content type": lambda size: {
        **post("/a", "", "x")(9), "CONTENT_TYPE": "text/plain" + times(" ")(size) + ";"},
    "a content type": lambda size: {**post("/a", "", "x")(9), "CONTENT_TYPE": "a/" + times("+json")(size)},
    "text": post("/a", "text/plain", "é"),
    "text with a bad end": post("/a", "text/plain; charset=ascii", "a", end="é"),
    "lines": post("/lines", "text/csv", "a,b,c,d,e,f,g,h\n"),
    "lines of a raw request": post("/raw-lines", "text/csv", "a,b,c,d,e,f,g,h\n"),
    "a line": post("/lines", "text/csv", "a"),
    "pieces that an application writes": lambda size: {"PATH_INFO": "/writes", QUERY: f"n={size}"},
    "headers of an answer": lambda size: {"PATH_INFO": "/headers", QUERY: f"n={size // 20}"},
    "text in pieces": post("/a", "text/plain", "a", piece=7),
    "an array": post("/a", JSON, "1,", "[", "1]"),
    "an object": lambda size: whole("/a", JSON, numbered(size)),
    "one key": post("/a", JSON, '"a":1,', "{", '"a":1}'),
    "a string": post("/a", JSON, "a", '"', '"'),
    "escapes": post("/a", JSON, "\\u00e9", '"', '"'),
    "lone surrogates": post("/a", JSON, "\\ud800", '"', '"'),
    "digits": post("/a", JSON, "9"),
    "decimals": post("/a", JSON, "9", "0."),
    "an exponent": post("/a", JSON, "9", "1e"),
    "space": post("/a", JSON, " ", "", "1"),
    "brackets": post("/a", JSON, "["),
    "objects in objects": post("/a", JSON, '{"a":'),
    "arrays of arrays": post("/a", JSON, "[[[[]]]],", "[", "1]"),
    "JSON with a bad end": post("/a", JSON, "1,", "[", "x]"),
    "JSON as a form": post("/a", URLENCODED, '"a=",', "[", "1]"),
    "nodes": post("/contract", JSON, '{"name":"a"},', '{"nodes":[', "{}]}"),
    "wrong nodes": post("/contract", JSON, '{"name":1},', '{"nodes":[', "{}]}"),
    "a wrong last node": post("/contract", JSON, '{"name":"a"},', '{"nodes":[', '{"name":1}]}'),
    "a wrong node deep down": post("/contract", JSON, '{"name":"a"},', '{"nodes":[' * 9, '{"name":1}' + "]}" * 9),
    "wrong names of nodes": post("/contract", JSON, '{"x":1},', '{"nodes":[', "{}]}"),
    "unknown names": lambda size: whole("/contract", JSON, numbered(size)),
    "nodes by one name": post("/contract", JSON, '"a":{"name":1},', '{"by_name":{', '"a":{}}}'),
    "nodes by name": lambda size: whole("/contract", JSON, by_name(size)),
    "wrong ids": post("/contract", JSON, '"x",', '{"ids":[', '"x"]}'),
    "decimals of nodes": post("/contract", JSON, '{"number":1.5},', '{"nodes":[', "{}]}"),
    "wrong decimals of nodes": post("/contract", JSON, '{"number":"NaN"},', '{"nodes":[', "{}]}"),
    "digits of a decimal": post("/contract", JSON, "9", '{"number":', "}"),
    "a long wrong name": post("/contract", JSON, "a", '{"', '":1}'),
    "wrong models": post("/pydantic", JSON, '{"number":"x"},', '{"models":[', "{}]}"),
    "wrong models deep down": post("/pydantic", JSON, WRONG + ",", '{"models":[', "{}]}"),
    "numbers below a long key": lambda size: whole("/pydantic", JSON, below(size, "1.5", "1e400"), method="PUT"),
    "a form with a contract": post("/contract", URLENCODED, "tags=1&", method="PUT"),
    "a wrong form with a contract": post("/contract", URLENCODED, "tags=x&", method="PUT"),
    "unknown fields": lambda size: whole("/contract", URLENCODED, names(size), method="PUT"),
    "fields": post("/form", URLENCODED, "a=1&"),
    "a field": post("/form", URLENCODED, "a", "a="),
    "encoded fields": post("/form", URLENCODED, "%C3%A9", "a="),
    "bad fields": post("/form", URLENCODED, "%FF", "a="),
    "percent signs in a field": post("/form", URLENCODED, "%", "a="),
    "fields in pieces": post("/form", URLENCODED, "a=1&", piece=7),
    "parts": post("/form", MULTIPART, FORM + "1\r\n", end="--b--"),
    "files": post("/form", MULTIPART, FILE + "1\r\n", end="--b--"),
    "a part": post("/form", MULTIPART, "a", FORM, "\r\n--b--"),
    "a part in pieces": post("/form", MULTIPART, "a", FORM, "\r\n--b--", piece=7),
    "lines of a part": post("/form", MULTIPART, "\r\n", FORM, "\r\n--b--"),
    "CRs of a part": post("/form", MULTIPART, "\r", FORM, "\r\n--b--"),
    "boundaries in a part": post("/form", MULTIPART, "--b", FORM, "\r\n--b--"),
    "boundaries and spaces": post("/form", MULTIPART, "\r\n--b" + " " * 99 + "x", FORM, "\r\n--b--"),
    "beginnings of boundaries": post("/form", MULTIPART, "\r\n-", FORM, "\r\n--b--", piece=3),
    "spaces after a boundary": post("/form", MULTIPART, " ", FORM + "1\r\n--b", "\r\n--b--", piece=7),
    "headers of a part": post("/form", MULTIPART, "X: 1\r\n", PART + "\r\n", "\r\n1\r\n--b--"),
    "a file name": post("/form", MULTIPART, "\\", PART + '; filename="', '"\r\n\r\n1\r\n--b--'),
    "a preamble": post("/form", MULTIPART, "--x\r\n", end=FORM + "1\r\n--b--"),
    "an epilogue": post("/form", MULTIPART, "--b\r\n", FORM + "1\r\n--b--\r\n"),
}
# fmt: on


@contextmanager
def no_garbage_collection() -> Generator[None]:
    """Collect no garbage meanwhile: how often that is done depends on what else there is."""
    gc.disable()
    yield
    gc.enable()


def seconds(app: WSGIApplication, part: Part, size: int, runs: int) -> float:
    """Return the least CPU time that a request takes of several."""
    made = [part(size) for _ in range(runs)]
    taken: list[float] = []
    for sent in made:
        start = time.thread_time()
        call(app, {"REQUEST_METHOD": "GET", "PATH_INFO": "/a", "wsgi.input": BytesIO(), **sent})
        taken.append(time.thread_time() - start)
    return min(taken)


def measured(app: WSGIApplication, part: Part, runs: int) -> tuple[float, float]:
    """Return the CPU time for the two sizes."""
    return seconds(app, part, SIZE, 2 * runs), seconds(app, part, 8 * SIZE, runs)


@pytest.mark.e2e
def test_time_is_linear_in_the_size_of_each_part_of_a_request(app: App) -> None:
    """Whatever the names of the tree are, and whatever a contract finds wrong."""
    found: dict[str, str] = {}
    with no_garbage_collection():
        for name, part in PARTS.items():
            for runs in (1, 5, 20):  # more on a machine that other work makes uneven
                small, large = measured(app, part, runs)
                if large <= max(FAST, 24 * small):
                    break
            else:
                found[name] = f"{large / small:.0f} times, {large:.3f} s"
    assert found == {}


@pytest.mark.e2e
def test_quadratic_time_is_seen() -> None:
    """Such as that of a loop that copies what is left of a text."""

    def quadratic(environ: Environ, start_response: StartResponse) -> list[bytes]:
        text = environ["QUERY_STRING"]
        for place in range(0, len(text), 8):
            assert text[place:]
        start_response("200 OK", [])
        return []

    small, large = measured(quadratic, header(QUERY, "a"), 20)
    assert large > max(FAST, 24 * small)
