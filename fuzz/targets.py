"""The fuzz targets: each takes bytes, and raises if what reads a request breaks a rule with them.

| target | reads | rule |
|---|---|---|
| `path` | SCRIPT_NAME, PATH_INFO and RAW_URI, on a line each | a path without empty or dot segments, or a 400 or 404 |
| `segment` | the name of a file, and below it a segment of a path | the params are those that a greedy regex finds |
| `query` | a query string | the same pairs as from `parse_qsl`, and Werkzeug can read it |
| `body` | a content type, a length, and below them a body | JSON comes back as it is, or the answer is a 4xx |
| `forms` | a content type, and below it a form | the same answer whatever pieces the form comes in |
| `contracts` | a param, a query, and below them JSON | a 422 names each place, and an answer is a valid body |

The last three send requests to an app, which gets the exceptions of its handlers back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote
from uuid import UUID

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from fsapi import App
from fsapi.request.bad_headers import drop_bad_headers
from fsapi.request.path import SLASH, read_path, read_url
from fsapi.request.query import query_pairs
from fsapi.routing.segment_match import segment_match
from fsapi.tree.mistakes import Rejected
from fsapi.tree.segment import Param, parse

HERE = Path(__file__).parent
#: Has a folder for each target, with the texts that it starts from.
CORPUS = HERE / "corpus"

Environ = dict[str, Any]
_REGEX = {"": "(?s:.+)", "int": "0|-?[1-9][0-9]*", "uuid": "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"}


def path(data: bytes) -> None:
    """Read a path, as a server passes it and as one that passes no raw target does."""
    script, info, target, *_ = [*data.decode("latin-1").split("\n", 2), "", ""]
    _read_path({"SCRIPT_NAME": script, "PATH_INFO": info, "RAW_URI": target})
    _read_path({"PATH_INFO": info})
    segments = [part for part in data.decode("utf-8", "ignore").split("\n") if part not in ("", ".", "..")]
    encoded = "/" + "/".join(quote(part, safe="") for part in segments)
    made = {"PATH_INFO": ("/" + "/".join(segments)).encode().decode("latin-1"), "RAW_URI": encoded}
    if "\0" not in made["PATH_INFO"]:
        assert read_path(made) == "/" + "/".join(part.replace("/", SLASH) for part in segments)
        assert read_url(made) == encoded


def _read_path(made: Environ) -> None:
    """Read the path of an environ, and check what it promises."""
    found = read_path(made)
    if isinstance(found, HTTPException):
        assert found.code in (400, 404)
    else:
        segments = found.split("/")[1:] if found != "/" else []
        assert found.startswith("/")
        assert not {"", ".", ".."} & set(segments)
    assert read_url(made).startswith("/")


def segment(data: bytes) -> None:
    """Read a name of the tree, and match a segment of a path with it."""
    name, _, text = data.decode("utf-8", "replace").partition("\n")
    try:
        pieces = parse(name[:80]).pieces
    except Rejected:
        return
    text = text[:80].replace("/", SLASH)
    params = [piece for piece in pieces if isinstance(piece, Param)]
    # Other segments are matched without this function; a regex takes too long for more of these.
    if text and pieces != tuple(params[:1]) and 0 < len(params) <= 2 and not any(param.rest for param in params):
        assert segment_match(pieces)(text) == by_regex(pieces, text)


def by_regex(pieces: Sequence[str | Param], text: str) -> list[Any] | None:
    """Return what a greedy regex finds in a segment, by the rules for its parts."""
    groups = (re.escape(piece) if isinstance(piece, str) else f"({_REGEX[piece.matcher]})" for piece in pieces)
    match = re.fullmatch("".join(groups), text)
    params = [piece for piece in pieces if isinstance(piece, Param)]
    values = [_read(param, part) for param, part in zip(params, match.groups())] if match else [None]
    return None if None in values else values


def _read(param: Param, text: str) -> Any:
    """Return the value of a part of a segment, None if it breaks a rule."""
    if param.matcher == "int":
        return int(text) if -(2**63) <= int(text) < 2**63 else None
    return UUID(text) if param.matcher else None if text in (".", "..") else text.replace(SLASH, "/")


def query(data: bytes) -> None:
    """Read a query string, and let Werkzeug read it together with headers of the same text."""
    text = data.decode("latin-1")
    pairs = query_pairs({"QUERY_STRING": text})
    assert pairs == parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
    headers = dict.fromkeys(("DATE", "RANGE", "IF_RANGE", "IF_MODIFIED_SINCE", "AUTHORIZATION", "COOKIE"), text)
    made: Environ = {"QUERY_STRING": text, **{f"HTTP_{name}": value for name, value in headers.items()}}
    drop_bad_headers(made)
    request = Request(made)
    for name in ("args", "date", "range", "if_range", "if_modified_since", "authorization", "cookies"):
        getattr(request, name)


@cache
def app() -> App:
    """Return the app that the requests go to."""
    return App(HERE, server="tree", errors="raise")


class _Pieces(BytesIO):
    """A stream of a server that gives at most `size` bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        return super().read(min(self._size, size) if size is not None and size >= 0 else self._size)


def send(
    target: str, body: bytes, kind: bytes, *, length: bytes | None = None, piece: int = 1 << 16
) -> tuple[int, bytes]:
    """Send a POST; return the status and the body of the answer."""
    path, _, search = target.partition("?")
    made: Environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": search,
        "CONTENT_TYPE": kind.decode("latin-1"),
        "wsgi.input": _Pieces(body, piece),
        "wsgi.input_terminated": True,
    }
    made |= {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": length.decode("latin-1")}
    started: list[str] = []

    def start_response(status: str, headers: object, exc_info: object = None) -> Callable[[bytes], object]:
        started.append(status)
        return bytes

    chunks = app()(made, start_response)
    data = b"".join(chunks)
    getattr(chunks, "close", lambda: None)()
    assert len(started) == 1
    return int(started[0][:3]), data


def body(data: bytes) -> None:
    """Send a body of any type and declared length, in pieces of one byte and of any size."""
    kind, length, text = [*data.split(b"\n", 2), b"", b""][:3]
    status, answer = send("/echo", text, kind, length=length)
    assert status in (200, 400, 413, 415), status
    assert send("/echo", text, kind, length=length, piece=1) == (status, answer)
    if status == 200 and kind == b"application/json" and length in (b"", str(len(text)).encode()):
        assert _same(json.loads(answer), json.loads(text) if text else None)


def _same(answer: Any, sent: Any) -> bool:
    """Return whether two values of JSON are the same; a number that is too large for a float is null."""
    return answer == sent or str(answer) == str(sent) or "inf" in str(sent)


def forms(data: bytes) -> None:
    """Send a form to a handler without a contract, and to one with a contract."""
    kind, _, form = data.partition(b"\n")
    for target, allowed in (("/form", {200, 400, 413, 415}), ("/upload", {200, 400, 413, 415, 422})):
        status, answer = send(target, form, kind)
        assert status in allowed, status
        for size in (1, 7):
            assert send(target, form, kind, piece=size) == (status, answer), size


def contracts(data: bytes) -> None:
    """Send JSON to a handler with a contract; the answer of a success is accepted again."""
    line, _, text = data.partition(b"\n")
    id, _, search = line.decode("latin-1").partition("?")
    target = f"/order/{id.replace('/', '')}?{search}"
    post = partial(send, target, kind=b"application/json")
    status, answer = post(text)
    assert status in (200, 400, 404, 422), status
    if status == 422:
        details = json.loads(answer)["details"]
        assert 0 < len(details) <= 50
        assert {detail["in"] for detail in details} <= {"query", "body"}
        assert all(detail["path"].startswith("$") and detail["message"] for detail in details)
    if status == 200:
        assert post(answer) == (200, answer)


#: The functions by name.
TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (path, segment, query, body, forms, contracts)
}
