"""/api/notes."""

from __future__ import annotations

from django.urls import reverse

from fsapi import Req, Res

from .. import _login


def GET(req: Req, res: Res) -> None:
    """List your notes."""
    res.json(list(_login.required(req).notes.order_by("id").values("id", "text")))


def POST(req: Req, res: Res) -> None:
    """Write a note."""
    note = _login.required(req).notes.create(text=req.body["text"])
    res.setHeader("Location", reverse("api", kwargs={"rest": f"notes/{note.id}"}))
    res.json({"id": note.id, "text": note.text}, 201)
