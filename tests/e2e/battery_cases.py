r"""The HTTP cases of the battery: raw requests, and the answers that are allowed.

`allowed` lists statuses, separated by `|`, and `closed` for no answer at all. Several requests on one connection are
separated by commas; a server that closes after one of them, and says so, need not answer the rest. `dev` is what
Werkzeug's server may do besides: it frames requests more loosely, and is not for production; `headless` is a page
without status and headers, which it sends for what it takes for HTTP/0.9. `seen` is what the handler of /echo, /items
or /files must have seen if the status is 200, and `check` whatever else must hold, on `serve` only without `dev`.
Besides, every answer of every case is strictly framed and has no Location.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.wire import Answer

MIB = 1 << 20
LIMIT = 10 * MIB
_ECHO = """
def GET(req, res):
    seen = {"body": req.body, "params": req.params, "query": dict(req.query), "headers": dict(req.headers)}
    res.json({"method": req.method, **seen})
"""
TREE = {
    "server/echo.py": f"{_ECHO}\nPOST = GET\n",
    "server/items/[id].py": _ECHO,
    "server/files/[...path].py": f"{_ECHO}\nPOST = GET\n",
    "server/boom.py": "def GET(req, res):\n    raise ValueError('a secret of line 2')\n\nPOST = GET\n",
    "server/never.py": "def GET(req, res):\n    pass\n",
    "server/small.py": "max_body = 10\n\ndef POST(req, res):\n    res.json(req.body)\n",
    "server/end/items.py": "def GET(req, res):\n    res.end('x' * 1000)\n",
}

_PHRASE = b'{"error":"Internal Server Error"}'
_NULL = b'{"error":"Not Found"}'


#: Returns whether the answers to a case are right.
Check = Callable[[list[Answer]], bool]


@dataclass(frozen=True)
class Case:
    """A case: what is sent, in pieces, and what may come back."""

    id: str
    sent: Sequence[bytes]
    allowed: str
    seen: Mapping[str, Any] = field(default_factory=dict[str, Any])
    dev: str = ""
    check: Check = lambda answers: True
    end: bool = False
    count: int = 0
    pause: float = 0
    seconds: float = 6
    methods: tuple[str, ...] = ()

    def statuses(self, kind: str) -> list[set[str]]:
        """Return the statuses that are allowed for each of the answers."""
        text = f"{self.allowed} | {self.dev}" if kind == "dev" and self.dev else self.allowed
        return [set(part.replace(" ", "").split("|")) for part in text.split(",")]


def raw(start: str, *fields: str, body: bytes = b"", host: str = "Host: localhost", keep: bool = False) -> bytes:
    """Return a request of any form; it asks the server to close unless `keep`."""
    lines = [start, *([host] if host else []), *fields, *([] if keep else ["Connection: close"]), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def get(target: str, *fields: str, method: str = "GET", keep: bool = False) -> list[bytes]:
    """Return a request without a body."""
    return [raw(f"{method} {target} HTTP/1.1", *fields, keep=keep)]


def post(body: bytes, kind: str | None = "application/json", *fields: str, target: str = "/echo") -> list[bytes]:
    """Return a request with a body and its length."""
    types = [] if kind is None else [f"Content-Type: {kind}"]
    return [raw(f"POST {target} HTTP/1.1", *types, f"Content-Length: {len(body)}", *fields, body=body)]


def framed(*fields: str, body: bytes = b"", version: str = "1.1") -> list[bytes]:
    """Return a request with JSON that is framed by headers of any form."""
    return [raw(f"POST /echo HTTP/{version}", "Content-Type: application/json", *fields, body=body)]


def chunked(body: bytes, coding: str = "chunked") -> list[bytes]:
    """Return a request whose body is written as chunks already."""
    return framed(f"Transfer-Encoding: {coding}", body=body)


def chunks(size: int) -> bytes:
    """Return so many bytes as chunks."""
    pieces = [b"x" * min(MIB, size - start) for start in range(0, size, MIB)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def item(id: str) -> dict[str, Any]:
    """Return what the handler of /items sees."""
    return {"params": {"id": id}}


def rest(*path: str) -> dict[str, Any]:
    """Return what the handler of /files sees."""
    return {"params": {"path": list(path)}}


def query(**pairs: str) -> dict[str, Any]:
    """Return what a handler sees of the search params."""
    return {"query": pairs}


def body(value: Any) -> dict[str, Any]:
    """Return what a handler sees of the body."""
    return {"body": value}


def has(name: str, value: str) -> Check:
    """Return a check of a header of the first answer."""
    return lambda answers: answers[0].field(name) == value


def header(name: str, value: str | None) -> Check:
    """Return a check of a header that the handler has seen, None if it must not have seen it."""
    return lambda answers: bool(answers) and answers[0].json()["headers"].get(name) == value


def lacks(*texts: bytes) -> Check:
    """Return a check of bytes that no answer may contain."""
    return lambda answers: not any(text in answer.body for answer in answers for text in texts)


def bodies(*expected: Mapping[str, Any]) -> Check:
    """Return a check of what the handlers of several requests have seen."""
    return lambda answers: all(
        answer.status != 200 or not answer.body or seen.items() <= answer.json().items()
        for answer, seen in zip(answers, expected)
    )


def small(answers: list[Answer]) -> bool:
    """Return whether no answer is larger than 20 MiB."""
    return all(len(answer.body) < 20 * MIB for answer in answers)


def text_if_seen(answers: list[Answer]) -> bool:
    """Return whether the handler has seen a text, if it ran."""
    return answers[0].status != 200 or isinstance(answers[0].json()["body"], str)


def is_json(answers: list[Answer]) -> bool:
    """Return whether the answers are JSON."""
    return all(answer.field("content-type") == "application/json" and answer.json() is not None for answer in answers)


def plain(answers: list[Answer]) -> bool:
    """Return whether no header repeats, and none but Connection is about the connection."""
    hop = {"keep-alive", "te", "trailer", "upgrade", "proxy-authenticate", "proxy-connection"}
    return all(len({name for name, _ in each.fields} - hop) == len(each.fields) for each in answers)


EMPTY: dict[str, Any] = {"body": None, "params": {}, "query": {}, "method": "GET"}
ECHO_ALLOW, ITEM_ALLOW = "GET, HEAD, POST, OPTIONS", "GET, HEAD, OPTIONS"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
SMUGGLED = raw("GET /items/SMUGGLED HTTP/1.1", keep=True)
LAST = raw("GET /echo?last HTTP/1.1")
#: What a request gets that cannot be read: no answer of a handler.
BAD = "400 | closed"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe"


def posted(target: str, data: bytes, *fields: str) -> bytes:
    """Return a request with a body, after which the connection stays open."""
    kind = "Content-Type: application/json"
    return raw(f"POST {target} HTTP/1.1", kind, f"Content-Length: {len(data)}", *fields, body=data, keep=True)


A = [
    Case("A01", get("/echo"), "200", EMPTY, check=is_json),
    Case("A02", get("/items/42"), "200", item("42")),
    Case("A03", get("/items/%E2%82%AC%20x"), "200", item("€ x")),
    Case("A04", get("/items/%FF%FE"), "400"),
    *[Case("A05", get(f"/items/{bad}"), "400") for bad in ("%C0%AF", "%ED%A0%80", "%F8%88%80%80%80")],
    Case("A06", get("/items/a%2Fb"), "200", item("a/b")),
    Case("A07", get("/files/a/b/c.txt"), "200", rest("a", "b", "c.txt")),
    Case("A07", get("/files/a%2Fb"), "200", rest("a/b")),
    *[Case("A08", get(target), "400") for target in ("/items/a%00b", "/files/%00", "/echo%00")],
    *[
        Case("A09", get(target), "404")
        for target in ("/files/../echo", "/files/%2e%2e/echo", "/files/../../etc/passwd", "/files/./a")
    ],
    Case("A09", get("/files/..%2fecho"), "200", rest("../echo")),
    *[Case("A10", get(target), "404") for target in ("//evil.example/x", "/%5cevil", "/items//evil")],
    Case("A10", get("/\\evil"), "404 | 400"),
    *[Case("A11", get(target), "404") for target in ("//echo", "///items/1", "/echo//")],
    Case("A12", get("/echo/"), "200", EMPTY),
    Case("A13", get("/ECHO"), "404"),
    *[Case("A14", get(target), "404") for target in ("/items/", "/items")],
    Case("A15", get("/items/a%0Ab"), "200", item("a\nb")),
    Case("A15", get("/files/a%0Ab"), "200", rest("a\nb")),
    Case("A15", get("/items/a%0D%0AX-Evil:1"), "200", item("a\r\nX-Evil:1"), check=lambda a: not a[0].field("x-evil")),
    Case("A15", get("/items/%09%7F"), "200", item("\t\x7f")),
    Case("A16", get("/items/%2525"), "200", item("%25")),
    Case("A16", get("/items/100%25"), "200", item("100%")),
    *[Case("A17", get(f"/items/{same}"), "200", item(same)) for same in ("a+b", "a;b=c@d:e")],
    *[Case("A18", get(f"/items/{same}"), "200", item(same)) for same in ("%zz", "%", "a%2")],
    *[
        Case("A19", get(f"/items/{same}"), "200", item(same))
        for same in ("__class__", "__proto__", "[id]", "{x}", "None", "index")
    ],
    Case("A20", get("/files/" + "a/" * 1900), "200", rest(*["a"] * 1900), seconds=1),
    *[Case("A20", get(target), "404", seconds=1) for target in ("/" + "a/" * 1900, "/" * 3900)],
    Case("A21", get("http://127.0.0.1:80/items/7"), "200", item("7")),
    Case("A22", get("http://other.example/items/7?a=1"), "200", item("7")),
    Case("A22", get("http://other.example"), "404"),
    Case("A23", get("*", method="OPTIONS"), "200 | 204 | 400 | 404 | 405"),
    *[Case("A24", get(target), "404", check=is_json) for target in ("/%3Cscript%3E", "/nope")],
    Case("A25", get("/echo#frag"), "200 | 400 | 404"),
    Case("A25", get("/echo a"), BAD),
]

Q = [
    Case("Q01", get("/echo?a=1&b=2"), "200", query(a="1", b="2")),
    Case("Q02", get("/echo?a=1&a=2"), "200", query(a="2")),
    Case("Q03", get("/echo?a=b+c%20d&e=%26%3D"), "200", query(a="b c d", e="&=")),
    Case("Q04", get("/echo?a=1;b=2"), "200", query(a="1;b=2")),
    Case("Q05", get("/echo?&&a=&b=x&"), "200", query(a="", b="x")),
    Case("Q06", get("/echo?a=%FF"), "200", query(a="\ufffd")),
    Case("Q06", get("/echo?a=%00"), "200", query(a="\0")),
    Case("Q06", get("/echo?a=%zz"), "200", query(a="%zz")),
    Case("Q06", get("/echo?a=%ED%A0%80"), "200", query(a="\ufffd\ufffd\ufffd")),
    Case("Q07", get("/echo?" + "&".join(f"a{n}" for n in range(800))), "200 | 414", seconds=1.5),
    Case("Q07", get("/echo?" + "&a" * 1200), "200", query(a=""), seconds=1.5),
    Case("Q07", get("/echo?" + "&" * 3900), "200", query(), seconds=1.5),
    Case(
        "Q08",
        get("/echo?__proto__=1&constructor=2&a[b]=3"),
        "200",
        query(**{"constructor": "2", "a[b]": "3"}, __proto__="1"),
    ),
    Case("Q09", get("/echo?a=b?c&d=%E2%82%AC"), "200", query(a="b?c", d="€")),
]

M = [
    Case(
        "M01",
        get("/echo", method="HEAD"),
        "200",
        methods=("HEAD",),
        check=lambda a: int(a[0].field("content-length") or 0) > 50,
    ),
    Case("M01", get("/items/1", method="HEAD"), "200", methods=("HEAD",)),
    Case("M01", get("/nope", method="HEAD"), "404", methods=("HEAD",), check=has("content-length", str(len(_NULL)))),
    Case("M02", get("/boom", method="HEAD"), "500", methods=("HEAD",)),
    Case("M03", get("/echo", method="DELETE"), "405", check=has("allow", ECHO_ALLOW)),
    Case("M03", post(b"1", target="/items/1"), "405", check=has("allow", ITEM_ALLOW)),
    Case("M03", get("/files/a", method="PUT"), "405", check=has("allow", ECHO_ALLOW)),
    *[Case("M04", get("/echo", method=name), "405") for name in ("PROPFIND", "FOOBAR", "M-SEARCH")],
    *[Case("M04", get("/echo", method=name), "400 | 405 | 501") for name in ("__init__", "default")],
    Case("M05", get("/echo", "X-Secret: sesame", method="TRACE"), "405", check=lacks(b"sesame")),
    Case("M06", get("host:80", method="CONNECT"), "400 | 404"),
    Case("M06", get("/echo", method="CONNECT"), "405"),
    *[Case("M07", get("/echo", method=name), "400 | 405") for name in ("get", "Get", "post")],
    Case("M08", get("/echo", method="OPTIONS"), "204", check=has("allow", ECHO_ALLOW)),
    Case("M09", post(b"1", "application/json", "X-HTTP-Method-Override: DELETE"), "200", {"method": "POST"}),
    Case("M09", post(b"1", target="/echo?_method=DELETE"), "200", {"method": "POST"}),
    Case("M10", get("/nope", method="FOOBAR"), "404"),
]

NO_JSON = [
    b"{",
    b"}",
    b'{"a":1}}',
    b"[1,]",
    b"[,1]",
    b"{'a':1}",
    b"{a:1}",
    b"nul",
    b"True",
    b"undefined",
    b"01",
    b"+1",
    b"1.",
    b".5",
    b"0x1",
    b"1 2",
    b'"',
    b'"\t"',
    b'"\\x41"',
    b"1 // one",
    b"1\0",
]
VALUES: list[Any] = [5, "x", None, True, [], {}, 0, False, 1.5, -0]
B = [
    Case("B01", post(b'{"a": [1, "b"]}'), "200", body({"a": [1, "b"]})),
    Case("B02", post("ä€😀".encode(), "text/plain; charset=utf-8"), "200", body("ä€😀")),
    Case("B03", post(b"[1]", None), "200", body("[1]")),
    *[
        Case("B04", post(b"[1]", kind), "200", body([1]))
        for kind in (
            "application/json",
            "Application/JSON",
            "application/json;charset=utf-8",
            "application/json ; a=b",
            'application/json; charset="utf-8"',
        )
    ],
    Case("B05", post(b"[1]", "application/vnd.api+json"), "200", body([1])),
    *[Case("B06", post(text), "400") for text in NO_JSON],
    Case("B07", post(b""), "200", body(None)),
    Case("B08", get("/echo", "Content-Type: application/json"), "200", body(None)),
    *[
        Case("B09", post(b"[1]", kind), "200 | 400 | 415", check=text_if_seen)
        for kind in (
            "application/json\tx",
            "application/json garbage",
            "application/jsonx",
            "text/application/json",
            "application/x-json",
            "json",
            "application/json/x",
            "+json",
        )
    ],
    Case("B10", post(b'\xef\xbb\xbf{"a":1}'), "400"),
    *[Case("B11", post(text), "400") for text in (b"\xff", b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'{"\xff":1}')],
    *[Case("B12", post(text), "400") for text in (b"NaN", b"[Infinity]", b"-Infinity")],
    *[Case("B13", post(text), "400") for text in (b"1e400", b"[-1e999]")],
    *[
        Case("B14", post(text), "200 | 400", seconds=2)
        for text in (b"9" * 5000, b"9" * 10**6, b"[-" + b"9" * 5000 + b"]")
    ],
    Case("B16", post(b"[" * 100 + b"]" * 100), "200", body(json.loads("[" * 100 + "]" * 100))),
    Case("B17", post(b'{"a":1,"a":2}'), "200", body({"a": 2})),
    *[Case("B18", post(text), "400") for text in (b'"\\ud800"', b'{"\\udfff":1}')],
    Case("B18", post(b'"\\ud83d\\ude00"'), "200", body("😀")),
    *[Case("B19", post(json.dumps(value).encode()), "200", body(value)) for value in VALUES],
    *[Case("B20", post('{"a":1}'.encode(name)), "400") for name in ("utf-16", "utf-16-le", "utf-32")],
    *[
        Case("B21", post(text.encode()), "200", body(value))
        for text, value in (
            ('"\\u0000"', "\0"),
            ('"\u2028"', "\u2028"),
            ('"😀"', "😀"),
            ('"</script>"', "</script>"),
            ('"\\u003c/script\\u003e"', "</script>"),
            ('"<\\/script>"', "</script>"),
        )
    ],
    *[
        Case("B24", [sent], status)
        for size, status in ((10, "200"), (11, "413"))
        for sent in (
            *post(b"x" * size, "text/plain", target="/small"),
            raw("POST /small HTTP/1.1", "Transfer-Encoding: chunked", body=chunks(size)),
        )
    ],
    *[
        Case("B27", framed(f"Content-Length: {length}", body=b"x"), "413 | 400", count=1)
        for length in ("1" + "0" * 18, "9" * 30)
    ],
    Case("B28", chunked(b"4\r\n[1,2\r\n3\r\n,3]\r\n0\r\n\r\n"), "200", body([1, 2, 3])),
    Case("B28", chunked(b"3\r\n[1]\r\n0\r\n\r\n", "Chunked"), "200", body([1])),
    Case("B28", chunked(b"3;a=b\r\n[1]\r\n0\r\n\r\n"), "200", body([1]), dev="400"),
    Case("B28", chunked(b"0003\r\n[1]\r\n00\r\n\r\n"), "200", body([1])),
    Case("B28", chunked(b"3\r\n[1]\r\n0\r\nX-Trailer: 1\r\n\r\n"), "200", body([1]), dev="400"),
    *[
        Case("B29", chunked(part), "400 | 408 | 411 | closed", end=True)
        for part in (b"", b"5", b"5\r\n", b"5\r\n[1", b"5\r\n[1,2]", b"5\r\n[1,2]\r\n", b"5\r\n[1,2]\r\n0")
    ],
    *[
        Case("B30", chunked(part + b"0\r\n\r\n"), "400 | 411 | closed", end=True)
        for part in (b"zz\r\n1\r\n", b"-2\r\n12\r\n", b"1\r\n1x", b"\r\n", b"2 2\r\n12\r\n")
    ],
    Case("B30", chunked(b"0x2\r\n12\r\n0\r\n\r\n"), "400 | 411 | closed", body(12), dev="200", end=True),
    Case("B31", framed("Content-Length: 10", body=b"12345"), "400 | 408 | closed", end=True),
    Case("B31", [raw("POST /echo HTTP/1.1", "Content-Length: 10", body=b"12345")], "400 | 408 | closed", end=True),
    *[
        Case("B32", framed(f"Content-Length: {length}", body=b"12345"), BAD, end=True)
        for length in ("abc", "-1", "+5", "5_0", "5,5", "0x5", "5 5", "1.0", "\xb2", "5;", "1e1")
    ],
    *[
        Case("B33", framed("Content-Length: 5", f"Content-Length: {other}", body=b"12345"), BAD, dev="200", end=True)
        for other in ("6", "5")
    ],
    Case(
        "B34",
        framed("Content-Length: 3", "Transfer-Encoding: chunked", body=b"3\r\n[1]\r\n0\r\n\r\n"),
        "400 | 411 | closed",
        body([1]),
        dev="200",
    ),
    *[
        Case("B35", chunked(b"3\r\n[1]\r\n0\r\n\r\n", coding), "400 | 411 | 501 | closed", dev="200")
        for coding in ("xchunked", "chunked, identity", "gzip", "chunked, chunked", "identity")
    ],
    Case(
        "B36",
        framed("Transfer-Encoding: chunked", body=b"3\r\n[1]\r\n0\r\n\r\n", version="1.0"),
        "400 | 411 | closed",
        body([1]),
        dev="200",
    ),
    Case(
        "B37",
        post(b"[1]", "application/json", "Expect: 100-continue"),
        "200",
        body([1]),
        check=lambda a: 100 in a[0].before,
    ),
    Case("B38", framed("Expect: 100-continue", f"Content-Length: {100 * MIB}"), "413 | 417", count=1),
    Case("B39", post(b"[1]", "application/json", "Expect: tea"), "417 | 200 | 400"),
    Case("B41", post(b"a=1&b=2", "application/x-www-form-urlencoded"), "200", body("a=1&b=2")),
    Case("B41", post(MULTIPART, "multipart/form-data; boundary=x"), "200", body(MULTIPART.decode())),
    Case("B41", post(MULTIPART, "multipart/form-data"), "200", body(MULTIPART.decode())),
    *[Case("B42", post(PNG, kind), "400") for kind in ("text/plain", "application/octet-stream", "image/png")],
    Case("B43", post(b"caf\xe9", "text/plain; charset=iso-8859-1"), "200", body("café")),
    *[
        Case("B43", post(b"abc", f"text/plain; charset={name}"), "415")
        for name in ("utf-7", "hex", "rot13", "idna", "zlib", "utf-16", "unicode_escape", "x")
    ],
    Case(
        "B44",
        post(b'{"__proto__":1,"constructor":2,"__class__":3}'),
        "200",
        body({"__proto__": 1, "constructor": 2, "__class__": 3}),
    ),
    Case("B45", [post(b"[1, 2, 3]")[0][:-4], b", 3]"], "200", body([1, 2, 3]), pause=0.6),
    Case(
        "B46",
        [raw("GET /echo HTTP/1.1", f"Content-Length: {len(SMUGGLED)}", body=SMUGGLED)],
        "200",
        body(SMUGGLED.decode()),
    ),
]

H = [
    Case("H01", get("/echo", "X-Custom-THING:  a b"), "200", check=header("x-custom-thing", "a b")),
    Case("H02", get("/echo", "X-A: 1", "X-A: 2"), "200", check=header("x-a", "1,2")),
    Case("H03", get("/echo", "X-A: caf\xe9 \xe2\x82\xac"), "200 | 400"),
    Case("H04", get("/echo", "X_User: admin"), "200", check=header("x-user", None)),
    Case("H04", get("/echo", "X_User: admin", "X-User: joe"), "200", check=header("x-user", "joe")),
    *[Case("H05", get("/echo", f"X-A: a{bad}b"), BAD, dev="200") for bad in "\0\x01\x7f\r"],
    *[
        Case("H06", get("/echo", line), BAD, dev="200 | 403")
        for line in ("X-A : 1", "X-A: 1\r\n folded", "X-A", ": 1", " X-A: 1", "X A: 1")
    ],
    Case("H07", [b"GET /echo HTTP/1.1\nHost: localhost\nConnection: close\n\n"], BAD, dev="200", end=True),
    Case("H07", get("/echo", "X-A: 1\nX-B: 2"), BAD, dev="200"),
    Case("H08", get("/echo", *(f"X-{n}: 1" for n in range(150))), "431 | 400"),
    Case("H08", get("/echo", "X-A: " + "a" * 9000), "431 | 400 | 200"),
    Case("H08", get("/echo?" + "a" * 6000), "414 | 400 | 200"),
    Case("H09", [raw("GET /echo HTTP/1.1", "Host: other.example")], "400", dev="200 | 403"),
    *[
        Case("H10", [raw(f"GET {target} HTTP/1.1", host=f"Host: {host}")], "200 | 400 | 404", dev="403")
        for host in ("", " ", "evil.example", "a b<>/", "a@b", "[::1", "x" * 300, "é")
        for target in ("/echo/", "//evil", "/nope")
    ],
    *[
        Case("H11", get("/items/1", f"{name}: {value}"), "200", item("1"))
        for name, value in (
            ("X-Forwarded-Prefix", "/items"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-Original-URL", "/boom"),
            ("X-Rewrite-URL", "/boom"),
            ("X-Forwarded-Proto", "gopher"),
            ("X-Forwarded-Path", "/boom"),
        )
    ],
    *[
        Case("H12", [raw("POST /echo HTTP/1.1", "Content-Length: 5", line, body=b"hello")], "200", body("hello"))
        for line in ("Content_Length: 100", "Transfer_Encoding: chunked")
    ],
]

R = [
    *[
        Case("R01", get(target), status, check=is_json)
        for target, status in (("/echo", "200"), ("/items/1", "200"), ("/nope", "404"), ("/boom", "500"))
    ],
    *[
        Case("R02", get("/boom", *accept), "500", dev="500", check=lambda answers: answers[0].body == _PHRASE)
        for accept in ([], ["Accept: text/html"])
    ],
    Case("R04", get("/never"), "500", seconds=3),
    Case(
        "R05",
        [raw("GET /echo HTTP/1.0")],
        "200",
        body(None),
        check=lambda answers: answers[0].field("transfer-encoding") is None,
    ),
    *[Case("R06", get(target), "200", check=plain) for target in ("/echo", "/end/items")],
    *[
        Case("R07", sent, status)
        for sent, status in (
            (get("/nope"), "404"),
            (get("/boom"), "500"),
            (get("/never"), "500"),
            (get("/items"), "404"),
            (get("/echo", method="PUT"), "405"),
            (post(b"{"), "400"),
            (post(b"\xff", "text/plain"), "400"),
            (post(b"1", "text/plain; charset=hex"), "415"),
            (post(b"1", "text/plain", "Content-Encoding: br"), "415"),
            (get("/items/%FF"), "400"),
            (post(b"1", target="/nope"), "404"),
            (post(b"1", target="/boom"), "500"),
        )
    ],
]

NEXT = raw("GET /echo?next HTTP/1.1")
C = [
    Case(
        "C01",
        [get(f"/echo?n={n}", keep=True)[0] for n in range(19)] + [NEXT],
        ", ".join(["200"] * 20),
        check=bodies(*[query(n=str(n)) for n in range(19)], query(next="")),
    ),
    Case(
        "C02",
        [b"".join([*(get(f"/items/{n}", keep=True)[0] for n in range(7)), NEXT])],
        ", ".join(["200"] * 8),
        check=bodies(*map(item, "0123456"), query(next="")),
    ),
    Case(
        "C03",
        [
            posted("/echo", b"[1]")
            + get("/echo?a", keep=True)[0]
            + get("/echo", method="HEAD", keep=True)[0]
            + raw("POST /echo HTTP/1.1", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n")
        ],
        "200, 200, 200, 200",
        methods=("POST", "GET", "HEAD", "POST"),
        check=bodies(body([1]), {"body": None, "query": {"a": ""}}, {}, body("abc")),
    ),
    *[
        Case("C04", [posted(target, SMUGGLED, *fields) + LAST], f"{status}, 200", check=lacks(b"SMUGGLED"))
        for target, status, fields in (
            ("/nope", 404, ()),
            ("/items/1", 405, ()),
            ("/echo", 400, ()),
            ("/boom", 500, ()),
            ("/never", 405, ()),
            ("/echo", 415, ("Content-Encoding: gzip",)),
        )
    ],
    *[
        Case("C05", [posted(target, b"x" * 300 * 1024) + NEXT], f"{status}, 200", check=bodies({}, query(next="")))
        for target, status in (("/nope", 404), ("/items/1", 405))
    ],
    Case(
        "C06",
        [raw("POST /echo HTTP/1.1", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n", keep=True) + NEXT],
        "200, 200",
        check=bodies(body("abc"), query(next="")),
    ),
    Case("C07", get("/echo"), "200", seconds=3, check=lambda answers: answers[0].closes),
    Case("C08", get("/echo"), "200", end=True),
    Case("C09", [bytes([byte]) for byte in post(b"[1]")[0]], "200", body([1])),
    Case(
        "C11",
        [bytes.fromhex("160301007a010000760303") + bytes(range(120))],
        "400 | 505 | closed",
        dev="headless",
        end=True,
    ),
    Case("C11", [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], "400 | 505 | closed", dev="headless", end=True),
    Case("C11", [b"garbage\r\n\r\n"], BAD, dev="headless", end=True),
    Case("C11", [raw("GET /echo HTTP/9.9")], "400 | 505 | closed", dev="headless", end=True),
    Case("C14", [get("/end/items", keep=True)[0] * 19 + raw("GET /end/items HTTP/1.1")], ", ".join(["200"] * 20)),
]


def large() -> list[Case]:
    """Return the cases with megabytes, which are made when they are needed."""
    return [
        *[
            Case("B15", post(text), "400")
            for text in (b"[" * 10**5, b'{"a":' * 10**5, b"[" * 10**5 + b"]" * 10**5, b"[" * 5_000_000)
        ],
        Case("B22", post(b'"' + b"x" * MIB + b'"'), "200", body("x" * MIB)),
        Case("B23", post(b"x" * LIMIT, "text/plain"), "200", body("x" * LIMIT), seconds=15),
        Case(
            "B23",
            [raw("POST /echo HTTP/1.1", "Transfer-Encoding: chunked", body=chunks(LIMIT))],
            "200",
            body("x" * LIMIT),
            seconds=15,
        ),
        Case("B24", post(b"x" * (LIMIT + 1), "text/plain"), "413", check=is_json),
        *[Case("B25", chunked(chunks(size)), "413", check=is_json) for size in (LIMIT + 1, 11 * MIB)],
        Case("B26", post(b"x" * 11 * MIB, "text/plain"), "413", check=is_json),
        *[
            Case("B40", post(gzip.compress(data), kind, "Content-Encoding: gzip"), "415", check=small)
            for data, kind in (
                (b"[1]", "application/json"),
                (b"x", "text/plain"),
                (b"0" * 64 * MIB, "application/json"),
            )
        ],
        Case("B47", post(b"[" + b"0," * (5 * MIB - 2) + b"0]"), "200", seconds=30),
    ]


def cases() -> list[Case]:
    """Return all cases that are one exchange of bytes; `test_battery_http.py` has those of several connections."""
    return [*A, *Q, *M, *B, *large(), *H, *R, *C]
