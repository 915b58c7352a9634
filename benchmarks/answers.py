"""Measure what it costs that an answer keeps its contract: against encoding alone, and beside FastAPI's way.

| a figure is | compared with |
|---|---|
| data written within `Res[Data]` | the same data, or dicts of its fields made by hand, encoded without a contract |
| FastAPI | pydantic's `validate_python(from_attributes=True)` and `dump_json`, of a type with the same fields |
| a request through the App | the handler without a contract |

All are called in process and take turns. A figure is the best of all rounds, and only the ratios mean anything.
`make bench` runs it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pydantic
from contracts import show, time
from msgspec import Struct
from send import call, environ

from fsapi import App
from fsapi.answers.writer import writer
from fsapi.json.encode import encode

#: Way to write some data → what does.
_Works = dict[str, Callable[[], bytes]]
FIELDS: dict[str, Any] = {"id": 1, "name": "Ada", "email": "ada@example.com", "active": True}


class User(Struct):
    """A user as it is sent."""

    id: int
    name: str
    email: str
    active: bool


class Row(User):
    """A user with a secret."""

    password: str = "hunter2"


class Model(pydantic.BaseModel):
    """A user of pydantic."""

    id: int
    name: str
    email: str
    active: bool


class Numbers(Struct):
    """A field with a list of numbers."""

    numbers: list[int]


#: What a handler sends, and what FastAPI takes in its place.
USERS: dict[str, tuple[Any, Any]] = {
    "exact": (User(**FIELDS), Model(**FIELDS)),
    "a subclass": (Row(**FIELDS), SimpleNamespace(**FIELDS, password="hunter2")),
    "a dict": (FIELDS, FIELDS),
    "a dict with another key": ({**FIELDS, "password": "hunter2"},) * 2,
    "an object": (SimpleNamespace(**FIELDS, password="hunter2"),) * 2,
}
FILES = {
    "none": "def GET(req, res):\n    res.json(USER)\n",
    "any": "def GET(req, res: Res[Any]):\n    res.json(USER)\n",
    "contract": "def GET(req, res: Res[User]):\n    res.json(USER)\n",
}
TOP = "from typing import Any\nfrom answers import FIELDS, User\nfrom fsapi import Res\nUSER = User(**FIELDS)\n"


def written(hint: Any, data: Any) -> Callable[[], bytes]:
    """Return the function that writes data within a contract."""
    write = writer(hint)
    if write is None:
        raise SystemExit(f"{hint} is no contract")
    return partial(write, data)


def as_fastapi(hint: Any, data: Any) -> Callable[[], bytes]:
    """Return the function that writes data as FastAPI does."""
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(hint)
    return lambda: adapter.dump_json(adapter.validate_python(data, from_attributes=True))


def compare(title: str, works: _Works, calls: int, rounds: int = 50) -> None:
    """Print what the ways to write some data cost."""
    show(title, {name: partial(time, work, calls) for name, work in works.items()}, rounds)


def requests() -> None:
    """Print what a contract costs a request."""
    with tempfile.TemporaryDirectory() as folder:
        for name, source in FILES.items():
            path = Path(folder, "server", f"{name}.py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(TOP + source)
        app = App(folder)
        works = {name: partial(call, app, environ("GET", f"/{name}", b""), b"") for name in FILES}
        if len({work() for work in works.values()}) > 1:
            raise SystemExit("the answers differ")
        show("A request with one small exact object", {name: partial(time, work) for name, work in works.items()}, 200)


def main() -> None:
    """Print the tables."""
    for number, calls in ((1, 1000), (100, 20)):
        hint, model = (User, Model) if number == 1 else (list[User], list[Model])
        for name, (mine, theirs) in USERS.items():
            ours, other = (mine, theirs) if number == 1 else ([mine] * number, [theirs] * number)
            plain: Any = User(**FIELDS) if number == 1 else [User(**FIELDS)] * number
            works: _Works = {
                "plain": partial(encode, plain),
                "fsapi": written(hint, ours),
                "FastAPI": as_fastapi(model, other),
            }
            compare(f"{number} of {name}", works, calls)
    numbers = [*range(1_000_000)]
    works = {
        "plain": partial(encode, numbers),
        "fsapi": written(list[int], numbers),
        "a field": written(Numbers, Numbers(numbers)),
    }
    compare("A million numbers", works, 1, 3)
    requests()


if __name__ == "__main__":
    main()
