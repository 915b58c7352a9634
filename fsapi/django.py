"""An App as a view of Django: middleware, `request.user`, ATOMIC_REQUESTS and the handling of connections apply to it.

urlpatterns = [re_path(r"^api(?:/(?P<rest>.*))?$", view(api), name="api")]
"""

# Django has no types, and its stubs would be one more thing to install: what comes of it is unknown here.
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterable
from contextlib import ExitStack, suppress
from http.cookies import CookieError, Morsel
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.test import stream_encode_multipart

from fsapi.app import App
from fsapi.embedding import call_app, to_wsgi, watch_trees

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

watch_trees()


def view(api: App, *, csrf: bool = True) -> Callable[..., Any]:
    """Return an App as a view: what its pattern captures as `rest` is the path, and what is before it the prefix.

    Unexpected exceptions of handlers go to Django, so that it rolls back and reports them; HTTP exceptions are
    answered by the App, and roll nothing back. A handler has the request as `req.environ["django.request"]`.
    `csrf=False` takes Django's check away, which only an API may do that no cookie opens.
    """
    watch_trees()

    def fsapi(request: Any, rest: str = "", **captured: object) -> Any:
        with ExitStack() as opened:
            response = _response(*call_app(api, _environ(request, rest, opened)))
            response._resource_closers.append(opened.pop_all().close)
            return response

    return fsapi if csrf else csrf_exempt(fsapi)


def _environ(request: Any, rest: str, opened: ExitStack) -> WSGIEnvironment:
    """Return the environ for the App; what has to be closed after the answer is `opened`."""
    path: str = request.path_info
    prefix = path[: len(path) - len(rest)].removesuffix("/")
    environ = {
        **request.environ,
        # Django has put decoded text in both places.
        "SCRIPT_NAME": to_wsgi(request.environ["SCRIPT_NAME"].rstrip("/") + prefix),
        "PATH_INFO": to_wsgi(path[len(prefix) :]),
        "django.request": request,
    }
    # Of a chunked body Django reads nothing.
    if request._read_started and environ.get("CONTENT_LENGTH"):
        return {**environ, **_reread(request, opened)}
    return environ


def _reread(request: Any, opened: ExitStack) -> WSGIEnvironment:
    """Return what an environ needs to have its body read again, after middleware has read it.

    A form with files, which CsrfViewMiddleware parses without keeping it, is encoded anew.
    """
    try:
        return {"wsgi.input": BytesIO(request.body)}
    except RawPostDataException:
        if request.content_type != "multipart/form-data":
            raise
    fields = MultiDict[str, Any](dict(request.POST.lists()))
    for name, files in request.FILES.lists():
        for file in files:
            file.seek(0)
            fields.add(name, FileStorage(file, file.name, name, file.content_type))
    # Werkzeug's own boundary could be guessed.
    stream, length, boundary = stream_encode_multipart(fields, boundary=secrets.token_hex(16))
    kind = f"multipart/form-data; boundary={boundary}"
    return {"wsgi.input": opened.enter_context(stream), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind}


def _response(status: str, headers: Headers, body: Iterable[bytes]) -> Any:
    """Return an answer as Django's middleware expects it."""
    code, _, reason = status.partition(" ")
    if isinstance(body, tuple):
        response = HttpResponse(b"".join(body), status=int(code), reason=reason)
    else:
        response = StreamingHttpResponse(body, status=int(code), reason=reason)
    del response["Content-Type"]  # which the App has set if there is to be one
    for name in dict.fromkeys(headers.keys()):
        if name.lower() != "set-cookie":
            response[name] = ", ".join(headers.getlist(name))  # RFC 9110, 5.3
    for line in headers.getlist("Set-Cookie"):
        cookie = _Cookie(line)
        # A name may come twice, with two paths, or be none that Python knows.
        response.cookies[line if cookie.key in (None, *response.cookies) else cookie.key] = cookie
    return response


class _Cookie(Morsel[str]):
    """A Set-Cookie line that is sent as it is: Python's parser drops what it does not know."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line
        name, _, value = line.partition(";")[0].partition("=")
        with suppress(CookieError):  # a name that only Python refuses
            self.set(name.strip(), value.strip(), value.strip())

    def __reduce__(self) -> tuple[type[_Cookie], tuple[str]]:
        return _Cookie, (self.line,)  # Django's cache pickles responses

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802 # Morsel's
        """Return the line as it was sent."""
        return self.line
