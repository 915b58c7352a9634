"""A project that fails in every way, and whose names, locals and exceptions hold a secret that no client may see."""

from __future__ import annotations

import re
from typing import NamedTuple

#: What stands in the name of the project folder, of modules, classes and locals, and in the texts of exceptions.
SECRET = "zqsecret"
#: What no client may see: the secret, names of files, folders and modules, and the words of a traceback.
WORDS = re.compile(
    rb"zqsecret|traceback|\.py\b|/tmp/|/usr/|/home/|site-packages|<class|<function| object at 0x|line \d", re.I
)

_LIB = """
import asyncio, enum
from contextlib import suppress
from typing import Any, Literal, TypedDict
import attrs, pydantic
from dataclasses import dataclass
from msgspec import Struct
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import (
    BadGateway, BadRequestKeyError, HTTPException, InternalServerError, NotFound, SecurityError, Unauthorized, abort
)
from werkzeug.wrappers import Response

class ZqSecretOwn(BaseException): ...

class ZqSecretSilent(Exception):
    def __str__(self): raise ValueError("zqsecret")

class ZqSecretPlain: ...

class ZqSecretColor(enum.Enum):
    RED = "red"

class ZqSecretStruct(Struct):
    name: str
    age: int = 0
    color: ZqSecretColor | None = None
    inner: "ZqSecretStruct | None" = None

@dataclass
class ZqSecretDataclass:
    name: str
    ages: dict[str, int]
    inner: "ZqSecretDataclass | None" = None

class ZqSecretDict(TypedDict):
    name: str
    pair: tuple[int, str]

@attrs.define
class ZqSecretAttrs:
    name: str
    colors: list[ZqSecretColor]

class ZqSecretModel(pydantic.BaseModel):
    name: str
    inner: "ZqSecretModel | None" = None
    color: ZqSecretColor | None = None
    kind: type[int] | None = None

class ZqSecretUpload(Struct):
    title: str
    file: FileStorage

class ZqSecretRaises(Struct):
    how: str

    def __post_init__(self):
        fail(self.how)

class ZqSecretBroken:
    name = "zqsecret"

    @property
    def age(self): raise RuntimeError("zqsecret")

def fail(how):
    secret = "zqsecret"
    kind = eval(how)
    raise kind(secret) if isinstance(kind, type) else kind

def begin(how, pieces):
    for _ in range(pieces):
        yield b"begun"
    fail(how)
"""
#: What a handler can raise.
# fmt: off
RAISED = [
    "ValueError", "KeyError", "OSError", "FileNotFoundError", "ImportError", "SyntaxError", "StopIteration",
    "RecursionError", "SystemExit", "GeneratorExit", "BaseException", "ZqSecretOwn", "ZqSecretSilent",
    "asyncio.CancelledError", "UnicodeDecodeError('utf-8', b'zqsecret', 0, 1, 'zqsecret')",
    "BadRequestKeyError('zqsecret')", "InternalServerError(original_exception=ValueError('zqsecret'))",
    "BadGateway()", "NotFound(description=ZqSecretPlain())", "HTTPException()", "Unauthorized()",
]
#: What a handler can do wrong.
MISTAKES = [
    "res.json(ZqSecretPlain())", "res.json({'a': [ZqSecretPlain()]})", "res.json({ZqSecretPlain(): 1})",
    "res.json(fail)", "res.end(ZqSecretPlain())", "res.status(ZqSecretPlain())", "res.setHeader('X', 'zqsecret\\n')",
    "res.setHeader('X-zqsecret\\n', '1')", "return {'zqsecret': 1}", "return ZqSecretPlain()", "return 'zqsecret'",
    "pass", "res.json('zqsecret'); res.json(1)", "res.setHeader('Set-Cookie', 'zqsecret=1'); fail('ValueError')",
    "res.json('zqsecret'); fail('OSError')", "req.params['zqsecret']", "req.body.zqsecret", "import zqsecret_nothing",
    "exec('zqsecret(')", "raise NotFound from ValueError('zqsecret')", "abort(500)", "abort(404, ZqSecretPlain())",
    "return Response(begin('ValueError', 0))", "return Response(begin('OSError', 1))",
    "return Response(begin('SystemExit', 2))", "return fail", "return lambda environ, start: fail('ValueError')",
    "return lambda environ, start: [b'zqsecret']", "r = Response(); r.call_on_close(begin); return r",
    "return Response('x', status='999 zqsecret')", "return Response('x', headers={'X-Bad': 'zqsecret\\u20ac'})",
    "return Response(open(__file__ + '.zqsecret'))",
]
_ANSWERS = [
    "res.json(ZqSecretPlain())", "res.json({'name': 5})", "res.json(ZqSecretBroken())", "res.json({})",
    "res.json({'name': 'a', 'age': 'zqsecret'})", "res.json([ZqSecretPlain()])", "res.json(iter([fail]))",
]
_TYPES = ["Struct", "Dataclass", "Dict", "Attrs", "Model", "Upload", "Raises"]
# fmt: on
_TOP = "from fsapi import Req, Res\nfrom zqsecret_lib import *\n\n"


def _handler(source: str, hint: str = "") -> str:
    return f"{_TOP}def GET(req, res{hint}):\n    zqsecret_local = 'zqsecret'\n    {source}\n"


def _error(source: str) -> str:
    return f"{_TOP}def error(req, res, error):\n    zqsecret_local = 'zqsecret'\n    {source}\n"


_FAILING = "raise ValueError('zqsecret')"
TREE = {
    "zqsecret_lib.py": _LIB,
    "server/raise/[id=int].py": f"{_TOP}RAISED = {RAISED}\n\ndef GET(req, res): fail(RAISED[req.params['id']])\n",
    **{f"server/mistake/m{n}.py": _handler(source) for n, source in enumerate(MISTAKES)},
    **{f"server/answer/a{n}.py": _handler(source, ": Res[ZqSecretStruct]") for n, source in enumerate(_ANSWERS)},
    **{
        f"server/contract/{name}.py": f"{_TOP}def POST(req: Req[ZqSecret{name}], res): res.json(1)\n" for name in _TYPES
    },
    "server/contract/[id].py": f"{_TOP}class P(TypedDict):\n    id: int\n\n"
    "class Q(Struct):\n    page: int = 0\n    color: ZqSecretColor | None = None\n\n"
    "def GET(req: Req[None, P, Q], res): res.json(1)\n",
    "server/plain.py": "max_body = 50\nmax_fields = 2\n\n"
    "def POST(req, res): res.json([req.body, len(req.raw.form), req.raw.get_json(silent=True)])\n",
    "server/before/_middleware.py": f"{_TOP}def middleware(req, res):\n    {_FAILING}\n",
    "server/before/index.py": _handler("res.json(1)"),
    "server/after/_middleware.py": f"{_TOP}def middleware(req, res):\n    yield\n    fail('KeyError')\n",
    "server/after/index.py": _handler("res.json('zqsecret')"),
    "server/swallow/_middleware.py": f"{_TOP}def middleware(req, res):\n    with suppress(Exception): yield\n",
    "server/swallow/index.py": _handler(_FAILING),
    "server/twice/_middleware.py": f"{_TOP}def middleware(req, res):\n    yield\n    yield\n",
    "server/twice/index.py": _handler("res.json('zqsecret')"),
    **{
        f"server/error{n}/{name}": text
        for n, source in enumerate(
            ["fail('ValueError')", "fail('SystemExit')", "return ZqSecretPlain()", "pass", "res.json(ZqSecretPlain())",
             "res.status(ZqSecretPlain())", "return Response(begin('ValueError', 0))"]
        )
        for name, text in (("_error.py", _error(source)), ("index.py", _handler(_FAILING)))
    },
    **{
        f"app/pages/page{n}.py": f"{_TOP}def page(req):\n    {source}\n"
        for n, source in enumerate(
            [_FAILING, "return None", "return ZqSecretPlain()", "abort(500)", "fail('SystemExit')"]
        )
    },
}  # fmt: skip


class Sent(NamedTuple):
    """A request."""

    method: str
    path: str
    body: bytes = b""
    type: str = ""
    accept: str = "*/*"


# fmt: off
_BODIES = [
    b"", b"{", b"\xff", b"null", b"5", b'"zq"', b"[]", b"{}", b'{"name": 5}', b'{"name": "a", "inner": 5}',
    b'{"name": "a", "inner": {"inner": []}}', b'{"name": "a", "color": "blue"}',
    b'{"name": "a", "colors": [1, "x"]}',
    b'{"name": "a", "kind": 5}', b'{"name": "a", "pair": [1]}', b'{"name": "a", "ages": {"x": "y"}}', b'{"age": 1e999}',
    b'{"title": 1, "file": "x"}', b"[" * 5000, b'{"how": "KeyError"}',
    b'{"how": "OSError"}', b'{"how": "TypeError"}', b'{"how": "SystemExit"}',
]
# fmt: on
_FORMS = [b"", b"a", b"name", b"a=1&b=2&c=3", b"file=x&title=1", b"%FF=%FF", b'{"a": 1}', b"x" * 60]
_PARTS = [b"", b"--x", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n", b"--x--", b"garbage"]


def requests() -> list[Sent]:
    """Return requests that fail, each once as a program and once as a browser."""
    json, form, parts = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    posted = [f"/contract/{name}" for name in _TYPES] + ["/plain"]
    made = [
        *[Sent("GET", f"/raise/{n}") for n in range(len(RAISED))],
        *[Sent("GET", f"/mistake/m{n}") for n in range(len(MISTAKES))],
        *[Sent("GET", f"/answer/a{n}") for n in range(len(_ANSWERS))],
        *[Sent("POST", path, data, json) for path in posted for data in _BODIES],
        *[Sent("POST", path, data, form) for path in posted for data in _FORMS],
        *[Sent("POST", path, data, parts) for path in posted for data in _PARTS],
        *[Sent("POST", path, b"x", kind) for path in posted for kind in ("", "text/plain; charset=hex", "image/png")],
        *[Sent("GET", f"/contract/{rest}") for rest in ("x", "5?page=x", "5?color=x", "9" * 30, "Struct")],
        *[Sent("GET", f"/{name}") for name in ("before", "after", "swallow", "twice")],
        *[Sent("GET", f"/error{n}") for n in range(7)],
        *[Sent("GET", f"/page{n}") for n in range(5)],
        *[Sent("GET", path) for path in ("/nope", "/%FF", "/%00", "//x", "/raise", "/_middleware", "/error0/_error")],
        *[Sent(method, "/plain") for method in ("GET", "DELETE", "TRACE", "FOO", "OPTIONS", "HEAD")],
    ]  # fmt: skip
    return [each._replace(accept=accept) for each in made for accept in ("*/*", "text/html")]


def leaks(data: bytes, sent: Sent) -> bytes:
    """Return the first word in the bytes of an answer that no client may see, and that it has not sent itself."""
    own = sent.path.encode().lower() + b" " + sent.body.lower()
    return next((found[0] for found in WORDS.finditer(data) if found[0].lower() not in own), b"")
