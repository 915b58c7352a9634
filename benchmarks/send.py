"""Send a request in process, as a server does."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cases import Case

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

#: A function that sends a request and returns the status and the body of its answer.
Send = Callable[[], tuple[int, bytes]]


def environ(method: str, path: str, body: bytes, query: str = "") -> WSGIEnvironment:
    """Return the environ of a request as gunicorn makes it."""
    made: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "RAW_URI": f"{path}?{query}" if query else path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_USER_AGENT": "benchmark",
        "HTTP_ACCEPT": "*/*",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
    }
    if body:
        made |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json"}
    return made


def call(app: WSGIApplication, made: WSGIEnvironment, body: bytes) -> bytes:
    """Call an application for one request as a server does: iterate the body and close it."""
    chunks = app({**made, "wsgi.input": io.BytesIO(body)}, lambda status, headers, exc_info=None: lambda data: None)
    answer = b"".join(chunks)
    getattr(chunks, "close", lambda: None)()
    return answer


def wsgi(app: WSGIApplication, case: Case) -> Send:
    """Return the function that sends a request to a WSGI application."""
    made, body = environ(case.method, case.path, case.body, case.query), case.body
    status = ""

    def start(line: str, headers: object, exc_info: object = None) -> Callable[[bytes], object]:
        nonlocal status
        status = line
        return bytes

    def send() -> tuple[int, bytes]:
        chunks = app({**made, "wsgi.input": io.BytesIO(body)}, start)
        answer = b"".join(chunks)
        getattr(chunks, "close", lambda: None)()
        return int(status[:3]), answer

    return send


def fits(send: Send, case: Case) -> bool:
    """Return whether an application gives the answer of a case."""
    status, body = send()
    return status == case.status and (case.data is None or json.loads(body) == case.data)
