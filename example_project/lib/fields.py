"""What clients send, checked: each function returns a value that fits, or raises the answer that says why not."""

from __future__ import annotations

import re

from werkzeug.exceptions import BadRequest, NotFound

#: Characters in a name, at most.
LONGEST = 100

# With 18 digits it fits into the 64 bits that SQLite has for an integer.
_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def id(text: str) -> int:
    """Return the id that a path names; raise NotFound (404) where no row can have it."""
    if not _ID.fullmatch(text):
        raise NotFound("Not found")
    return int(text)


def name(body: object) -> str:
    """Return the name in a JSON object, without space around it; raise BadRequest (400)."""
    match body:
        case {"name": str(text)} if 0 < len(text.strip()) <= LONGEST:
            return text.strip()
        case {"name": str(text)} if text.strip():
            raise BadRequest(f"name has more than {LONGEST} characters")
        case dict():
            raise BadRequest("name is required, and is text that is not empty")
        case _:
            raise BadRequest('the body is not a JSON object: send {"name": "Ada"} as application/json')
