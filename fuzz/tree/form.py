"""`/form`: the form that was sent, without a contract."""

from __future__ import annotations

from fsapi import Req, Res

max_body = None
max_fields = 8


def POST(req: Req, res: Res) -> None:
    """Answer with the fields and the files."""
    files = [[name, file.filename, file.read().hex()] for name, file in req.raw.files.items(multi=True)]
    res.json([list(req.raw.form.items(multi=True)), files])
