"""The app that is served while the project cannot be: it answers with the report, and reloads itself in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape
from werkzeug.wrappers import Request, Response

from fsapi.json.encode import encode

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="1"><title>fsapi</title>
<h1>The app cannot be loaded</h1>
<pre style="overflow-wrap: anywhere; white-space: pre-wrap">{}</pre>
"""


def report_app(report: str) -> WSGIApplication:
    """Return an app that answers every request with a report: a page for browsers, JSON for others."""

    @Request.application
    def app(request: Request) -> Response:
        if request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality("application/json"):
            page = _PAGE.format(escape(report)).encode(errors="backslashreplace")  # names may not be UTF-8
            return Response(page, 500, mimetype="text/html")
        return Response(encode({"error": report}), 500, mimetype="application/json")

    return app
