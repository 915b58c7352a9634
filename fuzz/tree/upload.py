"""`/upload`: the form that was sent, within a contract."""

from __future__ import annotations

from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage

from fsapi import Req, Res

max_body = 2048
max_fields = 8


@dataclass
class Upload:
    """A form with a file."""

    file: FileStorage
    name: str
    age: int = 0
    tags: list[str] = field(default_factory=list[str])


def POST(req: Req[Upload], res: Res) -> None:
    """Answer with the form."""
    new = req.body
    res.json([new.file.filename, new.file.read().hex(), new.name, new.age, new.tags])
