"""/api/transfer."""

from __future__ import annotations

from typing import TypedDict

from django.contrib.auth.models import User
from notes.models import Note

from fsapi import Req, Res

from . import _login


class Transfer(TypedDict):
    """Who gets the notes."""

    to: str


class Moved(TypedDict):
    """How many notes were moved."""

    moved: int


def POST(req: Req[Transfer], res: Res[Moved]) -> None:
    """Give all your notes to another user.

    If there is no such user, it fails after yours are deleted, and Django rolls back.
    """
    texts = list(_login.required(req).notes.values_list("text", flat=True))
    _login.required(req).notes.all().delete()
    owner = User.objects.get(username=req.body["to"])
    Note.objects.bulk_create(Note(owner=owner, text=text) for text in texts)
    res.json({"moved": len(texts)})
