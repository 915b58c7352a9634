"""Mount an App in a Flask app: Flask's hooks, session, login, error handlers and teardown apply to it.

mount(site, "/api", App(__file__, server="api"))
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.routing import PathConverter, Rule

from fsapi.app import App
from fsapi.embedding import Mount, call_app, to_wsgi, watch_trees
from fsapi.request.content_type import URLENCODED

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

watch_trees()


class _Rest(PathConverter):
    """Matches any path: Werkzeug's own converter rejects a newline and a leading slash."""

    regex = r"[\s\S]*"
    part_isolating = False  # it matches slashes, which Werkzeug cannot see in the regex
    weight = 300  # last: every other rule of the host is tried first


class _Replay(io.RawIOBase):
    """A `wsgi.input` that records the bytes that hooks read, so that the App can read them again.

    Encoding the form that a hook has parsed would be simpler, but would break signatures of the body. Werkzeug does not
    limit the fields of an urlencoded form, so a hook may read no more `fields` than the App would; None is no limit.
    """

    def __init__(self, source: Any, fields: int | None) -> None:
        super().__init__()
        self._source = source
        self._fields, self._separators = fields, 0
        self._record = io.BytesIO()
        self._replaying = False

    def readable(self) -> bool:
        """Return True: io.RawIOBase cannot be read unless this says so."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer with the next bytes; return how many."""
        view = memoryview(buffer).cast("B")
        data: bytes = self._record.read(len(view)) if self._replaying else b""
        if not data:
            data = self._source.read(len(view))
        if not self._replaying:
            self._record.write(data)
            self._separators += data.count(b"&")
            if data and self._fields is not None and self._separators + 1 > self._fields:
                raise RequestEntityTooLarge(f"the form has more than {self._fields} fields")
        view[: len(data)] = data
        return len(data)

    def rewound(self) -> Any:
        """Return a stream of the whole body: the source itself if nothing has been read from it."""
        self._replaying = True
        if self._record.tell() == 0:
            return self._source
        self._record.seek(0)
        return self


def mount(host: Flask, prefix: str, api: App) -> None:
    """Let an App answer all requests under a prefix, except those that a narrower rule of the host matches.

    `prefix` is a literal path such as `/api`; with `/` the App answers whatever the host does not.
    Unexpected exceptions of handlers go to Flask; HTTP exceptions are answered by the App. In a handler,
    `flask.request`, `session` and `g` work as in a view. `url_for("fsapi/api", rest="users/42")` builds a link.
    Raise ValueError if the prefix is not such a path or has an App already.
    """
    prefix = prefix.rstrip("/")
    endpoint = f"fsapi{prefix or '/'}"
    if "<" in prefix or "//" in prefix:
        raise ValueError(f"the prefix is {prefix!r}: write a literal path such as /api")
    if endpoint in host.view_functions:
        raise ValueError(f"an App is already mounted at {prefix or '/'}")
    host.url_map.converters["fsapi"] = _Rest
    for path in (f"{prefix}/<fsapi:rest>", *([prefix] if prefix else [])):
        # Without methods, so that the App answers OPTIONS and 405.
        host.url_map.add(Rule(path, endpoint=endpoint, methods=None, merge_slashes=False))
    mounts: list[Mount] = host.extensions.setdefault("fsapi", [])
    mounts.append(Mount(prefix, api, mounts))
    host.view_functions[endpoint] = _create_view(host, mounts[-1])
    host.url_value_preprocessor(_record_body(endpoint, api))
    watch_trees()


def _create_view(host: Flask, mount: Mount) -> Callable[..., Response]:
    """Return a view that calls an App."""
    script = to_wsgi(mount.path)

    def view(rest: str = "") -> Response:
        path: str = request.environ["PATH_INFO"]
        if not path.startswith(script):
            raise NotFound  # `//api`, which Werkzeug matches as `/api`
        changes = {
            "SCRIPT_NAME": request.environ.get("SCRIPT_NAME", "") + script,
            "PATH_INFO": path[len(script) :],
            "wsgi.input": request.environ["wsgi.input"].rewound(),
        }
        status, headers, body = call_app(mount.app, request.environ, changes)
        response = host.response_class(body, status)
        response.headers = headers  # and no others: Flask would give a 204 a Content-Type
        return response

    return view


def _record_body(endpoint: str, api: App) -> Callable[[str | None, dict[str, Any] | None], None]:
    """Return a function that Flask calls before its hooks; it records what they read of a body for the App."""
    limits = [sys.maxsize if route.limits.body is None else route.limits.body for route in api.routes]
    fields = [sys.maxsize if route.limits.fields is None else route.limits.fields for route in api.routes]

    def record(called: str | None, values: dict[str, Any] | None) -> None:
        if called == endpoint:
            most = max(fields, default=0) if request.mimetype == URLENCODED else None
            request.environ["wsgi.input"] = _Replay(request.environ["wsgi.input"], most)
            # The App checks its own limits, so hooks may read up to the largest of them, and no more is recorded.
            request.max_content_length = max(limits, default=0)

    return record
