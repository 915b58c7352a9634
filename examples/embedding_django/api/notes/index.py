"""/api/notes."""

from __future__ import annotations

from typing import Literal, TypedDict

from django.urls import reverse

from fsapi import Req, Res

from .. import _login


class NewNote(TypedDict):
    """A note to be created."""

    text: str


class Note(NewNote):
    """A note with its number."""

    id: int


def GET(req: Req, res: Res) -> None:
    """List your notes."""
    res.json(list(_login.required(req).notes.order_by("id").values("id", "text")))


def POST(req: Req[NewNote], res: Res[Note, Literal[201]]) -> None:
    """Write a note."""
    note = _login.required(req).notes.create(text=req.body["text"])
    res.setHeader("Location", reverse("api", kwargs={"rest": f"notes/{note.id}"}))
    res.json({"id": note.id, "text": note.text})
