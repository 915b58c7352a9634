"""/api/notes/latest."""

from __future__ import annotations

from django.urls import reverse
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from fsapi import Req, Res

from .. import _login


def GET(req: Req, res: Res) -> Response:
    """Redirect to the newest of your notes."""
    note = _login.required(req).notes.order_by("id").last()
    if note is None:
        raise NotFound("you have no notes")
    return redirect(reverse("api", kwargs={"rest": f"notes/{note.id}"}))
