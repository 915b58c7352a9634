"""The requests that the benchmarks send, each with the answer that every application must give."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

#: The folders of the API; each has the same six URLs. The environment variable says how many there are.
FOLDERS = [f"r{number}" for number in range(int(os.environ.get("FOLDERS", "100")))]
_ASKED = f"/{FOLDERS[len(FOLDERS) // 2]}"
ROWS = [{"id": number, "name": f"Name {number}", "email": f"{number}@example.com"} for number in range(100)]
BODY = b'{"name":"Ada"}'


class Case(NamedTuple):
    """A request, and the status and the data of its answer; None for the error pages, which may differ."""

    name: str
    method: str
    path: str
    data: Any
    query: str = ""
    body: bytes = b""
    status: int = 200


CASES = (
    Case("GET static", "GET", _ASKED, {"id": None}),
    Case("GET query", "GET", f"{_ASKED}/search", {"page": "2", "tag": "a"}, "page=2&tag=a"),
    Case("one param", "GET", f"{_ASKED}/42", {"id": "42"}),
    Case("three params", "GET", f"{_ASKED}/4/posts/5/comments/6", {"id": "4", "post": "5", "comment": "6"}),
    Case("rest", "GET", f"{_ASKED}/files/a/b/c", {"path": "a/b/c"}),
    Case("POST JSON", "POST", _ASKED, {"name": "Ada"}, body=BODY),
    Case("contract", "GET", f"{_ASKED}/typed/42", {"id": 42, "page": 2, "size": 10}, "page=2&size=10"),
    Case("100 rows", "GET", "/rows", {"rows": ROWS}),
    Case("404", "GET", "/nowhere/42", None, status=404),
    Case("405", "DELETE", _ASKED, None, status=405),
)
