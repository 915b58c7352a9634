"""A request is forgotten as soon as it has been answered.

What refers to itself waits for the garbage collector, which counts objects and not bytes: a few large bodies in such
cycles take hundreds of megabytes.
"""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

import pytest

from fsapi import App
from tests.site import Site, call, environ, handler

TOP = """
from typing import Any, Optional
import msgspec, pydantic
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import Conflict
from werkzeug.wrappers import Response
from fsapi import Req, Res
max_body = 1000

class Struct(msgspec.Struct):
    n: int
    file: Optional[FileStorage] = None

class Data(msgspec.Struct):
    n: int

class Model(pydantic.BaseModel):
    n: int
    models: "list[Model]" = []

def broken():
    yield b"a"
    raise ValueError

def app(environ, start_response):
    start_response("200 OK", [])
    return [b"a"]
"""
AROUND = "def middleware(req, res):\n    try:\n        yield\n    finally:\n        pass\n"
CATCHES = "def middleware(req, res):\n    try:\n        yield\n    except ValueError:\n        res.json(1)\n"
FAILS = "def error(req, res, error):\n    raise ValueError\n"
# fmt: off
BODIES = {
    "body": "req.body", "bytes": "req.bytes", "form": "[*req.raw.form, *req.raw.files]", "data": "req.raw.get_data()",
    "lines": "[*req.raw.stream]", "json": "req.raw.get_json(silent=True)", "url": "[req.raw.url, req.raw.cookies]",
}
FILES = {
    **{f"{name}.py": "max_body = 1000\n" + handler(f"res.json(len({read} or ''))", "POST")
       for name, read in BODIES.items()},
    "struct.py": TOP + "def POST(req: Req[Struct], res: Res):\n    res.json(1)\n",
    "model.py": TOP + "def POST(req: Req[Model], res: Res):\n    res.json(1)\n",
    "models.py": TOP + "def POST(req: Req[list[Model]], res: Res):\n    res.json(1)\n",
    "unfit.py": TOP + "def POST(req: Req, res: Res[Data]):\n    res.json({'body': req})\n",
    "unfit-model.py": TOP + "def POST(req: Req, res: Res[Model]):\n    res.json({'body': req})\n",
    "iterator.py": handler("res.json(each for each in [1, req.bytes])", "POST"),
    "unknown.py": handler("res.json([req])", "POST"),
    "raises.py": handler("1 / len(req.bytes[:0])", "POST"),
    "conflict.py": TOP + handler("raise Conflict('a')", "POST"),
    "again.py": TOP + "KEPT = Conflict('a')\n" + handler("raise KEPT", "POST"),
    "ends.py": TOP + handler("raise Conflict(response=Response('a'))", "POST"),
    "nothing.py": handler("", "POST"),
    "stream.py": TOP + handler("return Response((b'a' for _ in range(3)))", "POST"),
    "broken.py": TOP + handler("return Response(broken())", "POST"),
    "app.py": TOP + handler("return app", "POST"),
    "around/_middleware.py": AROUND,
    "around/raises.py": handler("1 / 0", "POST"),
    "around/conflict.py": TOP + handler("raise Conflict('a')", "POST"),
    "around/again.py": TOP + "KEPT = Conflict('a')\n" + handler("raise KEPT", "POST"),
    "around/stream.py": TOP + handler("return Response((b'a' for _ in range(3)))", "POST"),
    "catches/_middleware.py": CATCHES,
    "catches/raises.py": handler("raise ValueError", "POST"),
    "caught/_middleware.py": CATCHES.replace("ValueError", "Exception"),
    "caught/again.py": TOP + "KEPT = Conflict('a')\n" + handler("raise KEPT", "POST"),
    "error/_error.py": FAILS,
    "error/raises.py": handler("1 / 0", "POST"),
    "error/again.py": TOP + "KEPT = Conflict('a')\n" + handler("raise KEPT", "POST"),
    "[id=int].py": handler("res.json(req.params)", "POST"),
}
JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n1\r\n--b--\r\n'
SENT: list[tuple[bytes, dict[str, Any]]] = [
    (b"", {}), (b'{"n":1}', {"CONTENT_TYPE": JSON}), (b'{"n":"x"}', {"CONTENT_TYPE": JSON}),
    (b'[{"n":"x"}]', {"CONTENT_TYPE": JSON}), (b'{"n":', {"CONTENT_TYPE": JSON}),
    (b"n=1", {"CONTENT_TYPE": URLENCODED}), (b"n=x", {"CONTENT_TYPE": URLENCODED}),
    (FILE, {"CONTENT_TYPE": MULTIPART}), (b"x", {"CONTENT_TYPE": MULTIPART}),
    (b"x" * 1001, {}), (b"x" * 1001, {"CONTENT_TYPE": MULTIPART}), (b"x", {"CONTENT_LENGTH": "9"}),
    (b"x", {"CONTENT_LENGTH": "x"}), (b"x", {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}),
    (b"x" * 1001, {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}), (b"x", {"REQUEST_METHOD": "DELETE"}),
    (b"a", {"CONTENT_TYPE": "text/plain; charset=utf-16"}),
]
# fmt: on


class Input(BytesIO):
    """A body, of which one can tell that it is gone."""


@contextmanager
def no_garbage_collection() -> Generator[None]:
    """Leave what refers to itself where it is."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def is_kept(app: App, path: str, body: bytes, changes: dict[str, Any]) -> bool:
    """Return whether a request is still there after its answer."""
    stream = Input(body)
    kept = weakref.ref(stream)
    made = environ(path, "POST", **{"CONTENT_LENGTH": str(len(body)), "wsgi.input": stream, **changes})
    del stream
    with suppress(Exception):
        call(app, made)
    del made
    return kept() is not None


def test_no_request_waits_for_the_garbage_collector(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is wrong with its body, and whatever its handler does."""
    caplog.set_level(logging.CRITICAL + 1, "fsapi")  # pytest keeps records with their exceptions
    app = site(FILES)
    paths = [f"/{name.removesuffix('.py')}" for name in FILES if "/_" not in name] + ["/1", "/no/path", "/\0"]
    with no_garbage_collection():
        kept = [(path, body[:20], sent) for path in paths for body, sent in SENT if is_kept(app, path, body, sent)]
    assert kept == []
