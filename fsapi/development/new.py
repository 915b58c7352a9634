"""The command `new`: write a small project with routes, contracts and tests, to be changed into one's own."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

_FILES = {
    "wsgi.py": '''\
"""The project as a WSGI application: `gunicorn wsgi:app` in this folder."""

from fsapi import App

app = App(__file__, docs="/docs")
''',
    "server/notes/index.py": '''\
"""`/notes`: all notes, and new ones."""

from typing import Literal

from fsapi import Req, Res

from lib import notes
from lib.notes import NewNote, Note


def GET(req: Req, res: Res[list[Note]]) -> None:
    """List the notes."""
    res.json(notes.all_notes())


def POST(req: Req[NewNote], res: Res[Note, Literal[201]]) -> None:
    """Add a note."""
    res.json(notes.add(req.body))
''',
    "server/notes/[id].py": '''\
"""`/notes/1`: one note."""

from typing import TypedDict

from fsapi import Req, Res

from lib import notes
from lib.notes import Note


class NotePath(TypedDict):
    """The params of the path."""

    id: int


def GET(req: Req[None, NotePath], res: Res[Note]) -> None:
    """Read a note."""
    note = notes.find(req.params["id"])
    if note is None:
        res.json({"error": "Not found"}, 404)
        return
    res.json(note)
''',
    "lib/notes.py": '''\
"""The notes, in memory: they are gone when the server restarts."""

from dataclasses import dataclass


@dataclass
class NewNote:
    """What a client sends."""

    text: str


@dataclass
class Note:
    """What a client gets."""

    id: int
    text: str


_notes: list[Note] = []


def all_notes() -> list[Note]:
    """Return the notes, the oldest first."""
    return _notes


def add(new: NewNote) -> Note:
    """Keep a note."""
    note = Note(id=len(_notes) + 1, text=new.text)
    _notes.append(note)
    return note


def find(number: int) -> Note | None:
    """Return a note, or None if there is none of this number."""
    return next((note for note in _notes if note.id == number), None)
''',
    "tests/test_notes.py": '''\
"""The notes, as a client sees them."""

from wsgi import app

client = app.test_client()


def test_a_note_can_be_read_once_it_is_added() -> None:
    """It has the number that the answer says."""
    answer = client.post("/notes", json={"text": "Hello"})
    note = answer.get_json()
    assert answer.status_code == 201
    assert client.get(f"/notes/{note['id']}").get_json() == note
    assert note in client.get("/notes").get_json()


def test_a_note_without_text_is_rejected() -> None:
    """The contract says so, and names the field."""
    answer = client.post("/notes", json={})
    assert answer.status_code == 422
    assert answer.get_json()["details"][0]["path"] == "$.text"


def test_a_note_that_is_not_there_is_a_404() -> None:
    """So is a number that is none."""
    assert client.get("/notes/0").status_code == 404
    assert client.get("/notes/x").status_code == 404
''',
    "pyproject.toml": """\
[tool.pytest.ini_options]
pythonpath = ["."]
testpaths = ["tests"]

[tool.mypy]
strict = true
explicit_package_bases = true
mypy_path = "$MYPY_CONFIG_FILE_DIR"

[tool.pyright]
typeCheckingMode = "strict"
""",
    ".gitignore": """\
__pycache__/
.venv/
""",
}


def new(name: str) -> int:
    """Write a project into a new folder, or one with hidden entries alone; return the exit code."""
    folder = Path(name)
    try:
        if folder.exists() and (why := _why_not(folder)):
            print(f"{name} is there already, and {why}\n  Choose another name.", file=sys.stderr)
            return 2
        for file, source in _FILES.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
    except (OSError, ValueError) as exc:  # a NUL in the name is a ValueError
        print(f"cannot write {name}: {getattr(exc, 'strerror', exc)}", file=sys.stderr)
        return 1
    print("\n".join([f"{folder / file}" for file in _FILES]))
    step = "" if folder.resolve() == Path.cwd() else f"  cd {shlex.quote(name)}\n"
    print(f"\n{step}  python -m fsapi serve    http://127.0.0.1:8000/docs shows the routes")
    print("  pip install pytest && pytest")
    return 0


def _why_not(folder: Path) -> str:
    """Say which entry is not hidden, or would be overwritten, "" if there is none."""
    if not folder.is_dir():
        return "is not a folder"
    entries = sorted(entry.name for entry in folder.iterdir())
    return next((f"holds {name}" for name in entries if not name.startswith(".") or name in _FILES), "")
