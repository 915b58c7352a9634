"""Trees made of a dict of names and sources, and clients that check every response against PEP 3333."""

from __future__ import annotations

import gc
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from importlib.machinery import SourceFileLoader
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.validate import validator

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse

from fsapi import App

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: The folder of the repository.
ROOT = Path(__file__).parents[1]

#: Makes an App of a tree given as names and sources.
Site = Callable[..., App]


def write(project: Path, files: Mapping[str, str]) -> Path:
    """Write files below a project folder, and return the folder."""
    for name, source in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return project


def client(app: WSGIApplication) -> Client:
    """Return a client that goes through wsgiref.validate and gives the raw target as gunicorn does."""
    return _Client(validator(app))


class _Client(Client):
    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, with the path as it was written in RAW_URI."""
        if args and isinstance(args[0], str):
            overrides = dict(kwargs.pop("environ_overrides", {}))
            kwargs["environ_overrides"] = {"RAW_URI": args[0], **overrides}
        kwargs.setdefault("buffered", True)
        return super().open(*args, **kwargs)


def environ(path: str = "/", method: str = "GET", body: bytes = b"", /, **changes: Any) -> dict[str, Any]:
    """Return an environ without a raw target; a change to None removes the key."""
    made = EnvironBuilder(method=method).get_environ()
    del made["RAW_URI"], made["REQUEST_URI"]
    made.update({"PATH_INFO": path, "wsgi.input": BytesIO(body), "wsgi.errors": sys.stderr, **changes})
    return {key: value for key, value in made.items() if value is not None}


def call(app: WSGIApplication, made: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Call an application with an environ that need not obey PEP 3333; return status, headers and body."""
    started: list[tuple[str, dict[str, str]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        started.append((status, {name.lower(): value for name, value in headers}))
        return lambda data: data

    chunks: Iterable[bytes] = app(made, start_response)
    body = b"".join(chunks)
    getattr(chunks, "close", lambda: None)()
    ((status, headers),) = started
    return status, headers, body


def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
    """Ignore the start of a response."""
    return lambda data: data


def handler(body: str, method: str = "GET", top: str = "") -> str:
    """Return the source of a route file with one handler; `top` goes above it."""
    return (
        f"{textwrap.dedent(top)}\ndef {method}(req, res):\n{textwrap.indent(textwrap.dedent(body) or 'pass', '    ')}\n"
    )


def raised(call: Callable[..., object], *arguments: Any) -> str:
    """Return the type and the message of the exception that a call raises, an empty string if it raises none."""
    try:
        call(*arguments)
    except Exception as exc:
        return f"{type(exc).__name__}: {exc}"
    return ""


def accepted(call: Callable[[Any], object], values: Iterable[Any], message: str) -> list[Any]:
    """Return the values for which a call does not raise what `raised` returns by this regex: those that are wrong."""
    return [value for value in values if not re.search(message, raised(call, value), re.DOTALL)]


def count_calls(run: Callable[[], object]) -> int:
    """Return how many functions are called by another one; those of C and steps of generators count too."""
    count = 0

    def note(_frame: object, event: str, _function: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.disable()  # a finalizer of an earlier test would count
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def save(path: Path, source: str, time: float) -> None:
    """Write a file as if at that time, in seconds."""
    path.write_text(source, encoding="utf-8")
    os.utime(path, (time, time))


def restore_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the test, let imports read and write bytecode as before it."""
    monkeypatch.setattr(SourceFileLoader, "path_stats", SourceFileLoader.path_stats)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", os.environ.get("PYTHONDONTWRITEBYTECODE", ""))


class Source:
    """A `wsgi.input` of `size` bytes that gives at most `piece` of them at a time, and counts them in `taken`."""

    def __init__(self, size: int, piece: int = 1 << 20) -> None:
        self.left, self.piece, self.taken = size, piece, 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none at the end."""
        data = b"x" * min(self.left, self.piece, self.piece if size < 0 else size)
        self.left -= len(data)
        self.taken += len(data)
        return data


class Broken:
    """A `wsgi.input` that raises."""

    def __init__(self, exc: BaseException) -> None:
        self.exc = exc

    def read(self, size: int = -1) -> bytes:
        """Raise."""
        raise self.exc
