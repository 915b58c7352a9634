"""Measure whether memory grows with the requests: 100,000 mixed ones to one App in this process.

All kinds of answers come in turn: JSON, contracts and their errors, forms and files, streams, errors of handlers. After
each tenth, the resident memory is printed, beside that after some thousands that are not counted.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import tempfile
from collections.abc import Iterator
from io import BytesIO
from itertools import count, islice
from pathlib import Path
from typing import Any

from werkzeug.test import EnvironBuilder

from fsapi import App

STEPS, WARM_UP = 10, 4_000
TREE = {
    "_middleware.py": """
def middleware(req, res):
    req.state.seen = req.headers.get("x-id")
    res.setHeader("X-Seen", str(req.state.seen))
""",
    "echo/[id].py": """
def GET(req, res):
    res.json({"id": req.params["id"], "query": dict(req.query)})

def POST(req, res):
    res.json(req.body)
""",
    "users/[id=int].py": """
from typing import Annotated
from msgspec import Meta, Struct
from fsapi import Req, Res

class User(Struct):
    name: Annotated[str, Meta(min_length=1)]
    tags: list[str] = []

def PUT(req: Req[User], res: Res[User]) -> None:
    res.json(req.body)
""",
    "form.py": """
from msgspec import Struct
from werkzeug.datastructures import FileStorage
from fsapi import Req, Res

class Upload(Struct):
    name: str
    file: FileStorage

def POST(req: Req[Upload], res: Res) -> None:
    res.json([req.body.name, len(req.body.file.read())])
""",
    "stream.py": """
from werkzeug.wrappers import Response

def GET(req, res):
    return Response((b"x" * 1000 for _ in range(10)), mimetype="text/plain")
""",
    "fault.py": """
def GET(req, res):
    raise ValueError("on purpose")
""",
}


def requests() -> Iterator[dict[str, Any]]:
    """Yield the options of mixed requests without end, each with values of its own."""
    for number in count():
        yield {"path": f"/echo/{number}", "query_string": {"n": str(number), "m": "x" * (number % 50)}}
        yield {"path": "/echo/a", "method": "POST", "json": {"n": number, "list": ["x" * (number % 500)] * 20}}
        yield {"path": f"/users/{number}", "method": "PUT", "json": {"name": f"user {number}", "tags": ["a", "b"]}}
        yield {"path": f"/users/{number}", "method": "PUT", "json": {"name": "", f"{number}": [1]}}
        yield {"path": "/form", "method": "POST", "data": {"name": "a", "file": (BytesIO(b"x" * 2000), "a.txt")}}
        yield {"path": "/form", "method": "POST", "data": {"name": "a"}}
        yield {"path": "/stream"}
        yield {"path": "/fault"}
        yield {"path": f"/nothing/{number}", "headers": {"Accept": "text/html", "X-Id": str(number)}}
        yield {"path": "/users/x", "method": "DELETE"}
        yield {"path": "/echo/1", "method": "OPTIONS"}
        yield {"path": "/echo/1", "method": "HEAD", "headers": {"Cookie": f"a={number}"}}
        yield {"path": "/echo/1", "method": "POST", "data": b"{", "content_type": "application/json"}


def send(app: App, options: dict[str, Any]) -> None:
    """Send one request, and read the whole answer."""
    builder = EnvironBuilder(**options)
    try:
        body = app(builder.get_environ(), lambda status, headers, exc_info=None: lambda data: None)
        try:
            for _ in body:
                pass
        finally:
            getattr(body, "close", lambda: None)()
    finally:
        builder.close()


def resident() -> int:
    """Return the bytes of memory that this process has, once nothing is left to collect."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure(app: App, total: int) -> Iterator[tuple[int, int]]:
    """Yield the requests so far and the memory, in ten steps after the warm-up."""
    source = requests()
    for step in range(STEPS + 1):
        for options in islice(source, total // STEPS if step else WARM_UP):
            send(app, options)
        yield step * total // STEPS, resident()


def main() -> None:
    """Print a line for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    logging.getLogger("fsapi").addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory() as folder:
        for name, source in TREE.items():
            path = Path(folder, "server", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
        first = 0
        for sent, memory in measure(App(folder), parser.parse_args().requests):
            first = first or memory
            print(f"{sent:,} requests: {memory / 2**20:.1f} MiB, {100 * (memory / first - 1):+.2f} %", flush=True)


if __name__ == "__main__":
    main()
