"""/api/notes/export."""

from __future__ import annotations

from werkzeug.wrappers import Response

from fsapi import Req, Res

from .. import _login


def GET(req: Req, res: Res) -> Response:
    """Stream your notes as lines of text."""
    texts = list(_login.required(req).notes.order_by("id").values_list("text", flat=True))
    return Response((f"{text}\n" for text in texts), mimetype="text/plain")
