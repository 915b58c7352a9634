"""Use an App as a Django view: middleware, `request.user`, ATOMIC_REQUESTS and connection handling apply to it.

urlpatterns = [re_path(r"^api(?:/(?P<rest>.*))?$", view(api), name="api")]
"""

# Django has no types, and its stubs would be one more dependency: its values are Any or unknown here.
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterable
from contextlib import ExitStack, suppress
from http.cookies import CookieError, Morsel
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from django.http import HttpResponse, StreamingHttpResponse
from django.http.request import RawPostDataException
from django.utils.datastructures import ImmutableList
from django.utils.encoding import repercent_broken_unicode
from django.views.decorators.csrf import csrf_exempt
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.test import stream_encode_multipart

from fsapi.app import App
from fsapi.embedding import call_app, to_wsgi, watch_trees

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_READ = "Middleware has read the body by request.read() or readline(), so it is lost: read request.body instead."

watch_trees()


def view(api: App, *, csrf: bool = True) -> Callable[..., Any]:
    """Return a view that calls an App with the path that its pattern captures as `rest`; the prefix is before it.

    Unexpected exceptions of handlers go to Django, which rolls back and reports them; HTTP exceptions are answered
    by the App and roll nothing back. In a handler the request is `req.environ["django.request"]`.
    `csrf=False` skips Django's CSRF check: use it only if the API does not authenticate by cookies.
    """
    watch_trees()

    def fsapi(request: Any, rest: str = "", **captured: object) -> Any:
        with ExitStack() as stack:
            response = _to_django(*call_app(api, request.environ, _changes(request, rest, stack)))
            response._resource_closers.append(stack.pop_all().close)
            return response

    return fsapi if csrf else csrf_exempt(fsapi)


def _changes(request: Any, rest: str, stack: ExitStack) -> WSGIEnvironment:
    """Return what differs in the environ of the App; a file to be closed with the response goes on the stack."""
    path: str = request.path_info
    prefix = path[: len(path) - len(rest)].removesuffix("/")
    script = to_wsgi(request.environ["SCRIPT_NAME"].rstrip("/") + prefix)  # Django decodes this and the path
    info = _path_info(request.environ, script, path[len(prefix) :])
    changes = {"SCRIPT_NAME": script, "PATH_INFO": info, "django.request": request}
    # Django has no public name for whether a body was read, and reads none without a length.
    if request._read_started and request.environ.get("CONTENT_LENGTH"):
        return {**changes, **_restore_body(request, stack)}
    return changes


def _path_info(environ: WSGIEnvironment, script: str, path: str) -> str:
    """Return the path below the mount as an environ holds it.

    Django writes bytes that are not UTF-8 as text, such as `%FF`. Where the server passes the raw target, they are
    those that it has, so that the App rejects them.
    """
    target: str = environ.get("RAW_URI") or environ.get("REQUEST_URI", "")
    sent, mount = unquote_to_bytes(target.partition("?")[0].encode("latin-1", "replace")), script.encode("latin-1")
    below = sent[len(mount) :]
    is_same = sent.startswith(mount) and repercent_broken_unicode(below).decode() == path
    return below.decode("latin-1") if is_same else to_wsgi(path)


def _restore_body(request: Any, stack: ExitStack) -> WSGIEnvironment:
    """Return the environ keys of a body that middleware has read, so that the App can read it again.

    A form with files is encoded again: CsrfViewMiddleware parses it and does not keep its bytes. Raise
    RawPostDataException for a body that was read as a stream.
    """
    with suppress(RawPostDataException):
        return {"wsgi.input": BytesIO(request.body)}
    fields = MultiDict[str, Any](dict(request.POST.lists()))
    if not isinstance(request.upload_handlers, ImmutableList):  # which parsing the form makes of them
        raise RawPostDataException(_READ)
    for name, files in request.FILES.lists():
        for file in files:
            file.seek(0)
            fields.add(name, FileStorage(file, file.name, name, file.content_type))
    # A random boundary: an attacker could guess Werkzeug's own and write it into an upload.
    stream, length, boundary = stream_encode_multipart(fields, boundary=secrets.token_hex(16))
    content_type = f"multipart/form-data; boundary={boundary}"
    return {"wsgi.input": stack.enter_context(stream), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": content_type}


def _to_django(status: str, headers: Headers, body: Iterable[bytes]) -> Any:
    """Return an App's answer as a Django response, which Django's middleware can read and change."""
    code, _, reason = status.partition(" ")
    if isinstance(body, list):
        response = HttpResponse(b"".join(body), status=int(code), reason=reason)
    else:
        response = StreamingHttpResponse(body, status=int(code), reason=reason)
    del response["Content-Type"]  # Django's default; the App has set its own or wants none
    for name in dict.fromkeys(headers.keys()):
        if name.lower() != "set-cookie":
            response[name] = ", ".join(headers.getlist(name))  # RFC 9110, 5.3
    for line in headers.getlist("Set-Cookie"):
        cookie = _Cookie(line)
        # A name may repeat, with another path, or be one that Python rejects.
        response.cookies[line if cookie.key in (None, *response.cookies) else cookie.key] = cookie
    return response


class _Cookie(Morsel[str]):
    """A Set-Cookie line that is sent unchanged: Python's parser drops attributes that it does not know."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line
        name, _, value = line.partition(";")[0].partition("=")
        with suppress(CookieError):  # a name that Python rejects and browsers accept
            self.set(name.strip(), value.strip(), value.strip())

    def __reduce__(self) -> tuple[type[_Cookie], tuple[str]]:
        return _Cookie, (self.line,)  # Django's cache pickles responses

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802 # Morsel's
        """Return the line as the App wrote it."""
        return self.line
