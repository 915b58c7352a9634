"""The docs page: its files, read once, and the HTML that refers to them and to the document by relative URLs.

All of it is served by the App itself and no code is inline, so that the page needs no network besides the App, and
works under a strict Content-Security-Policy. Relative URLs work under any mount, and behind any proxy that keeps the
end of a path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import escape
from werkzeug.http import generate_etag, quote_etag

from fsapi.tree.patterns import Pattern
from fsapi.tree.segment import Segment

_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# importlib.resources would cost 4 % of `import fsapi`.
_FOLDER = Path(__file__).with_name("docs_files")
_PAGE = "page.html"

#: The headers of every file. Trusted Types make a browser reject text that is written as HTML.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "Cache-Control": "no-cache",  # asks each time, by the ETag, so that an upgrade is seen at once
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class File(NamedTuple):
    """A file as it is sent: the content with its type, and its ETag."""

    content: bytes
    type: str
    etag: str


def assets() -> dict[str, File]:
    """Return the files that the page refers to, by their names."""
    names = sorted(path.name for path in _FOLDER.iterdir() if path.name != _PAGE)
    return {name: _file(name, (_FOLDER / name).read_bytes()) for name in names}


def page(url: Pattern, document: Pattern, *, slash: bool) -> File:
    """Return the page at a URL, for a request with or without a slash at its end; the assets are below it."""
    depth = len(url.segments) if slash else len(url.segments) - 1
    root = "./" + "../" * depth
    base = "./" if slash else f"./{_quote(url.segments[-1:])}/"
    values = {"root": root, "base": base, "document": root + _quote(document.segments)}
    text = Template((_FOLDER / _PAGE).read_text("utf-8"))
    return _file(_PAGE, text.substitute({name: escape(value) for name, value in values.items()}).encode())


def _quote(segments: Sequence[Segment]) -> str:
    """Return literal segments as they are written in a URL."""
    return "/".join(quote(segment.name, safe="") for segment in segments)


def _file(name: str, content: bytes) -> File:
    """Return a file with the type of its name."""
    return File(content, _TYPES[name.rpartition(".")[2]], quote_etag(generate_etag(content)))
