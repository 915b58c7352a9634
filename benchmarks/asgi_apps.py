"""The API of `apps.py` as an ASGI application of each framework, with coroutines for handlers.

None of them waits for anything, so that a request runs to its end without an event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import blacksheep
import litestar
from cases import FOLDERS, ROWS
from fastapi import FastAPI

Message = MutableMapping[str, Any]
ASGIApplication = Callable[
    [dict[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


async def _index() -> dict[str, Any]:
    return {"id": None}


async def _search(page: str, tag: str) -> dict[str, Any]:
    return {"page": page, "tag": tag}


async def _param(id: str) -> dict[str, Any]:
    return {"id": id}


async def _three(id: str, post: str, comment: str) -> dict[str, Any]:
    return {"id": id, "post": post, "comment": comment}


async def _rest(path: str) -> dict[str, Any]:
    return {"path": path.lstrip("/")}  # Litestar's begins with a slash


async def _typed(id: int, page: int, size: int) -> dict[str, Any]:
    return {"id": id, "page": page, "size": size}


async def _rows() -> dict[str, Any]:
    return {"rows": ROWS}


async def _create(data: dict[str, Any]) -> dict[str, Any]:
    return {"name": data["name"]}


async def _read(request: blacksheep.Request) -> dict[str, Any]:
    return {"name": (await request.json())["name"]}


def with_fastapi() -> ASGIApplication:
    """Return FastAPI's application."""
    app = FastAPI(openapi_url=None)
    app.get("/rows")(_rows)
    for folder in (f"/{name}" for name in FOLDERS):
        app.get(folder)(_index)
        app.post(folder)(_create)
        app.get(f"{folder}/search")(_search)
        app.get(f"{folder}/{{id}}")(_param)
        app.get(f"{folder}/{{id}}/posts/{{post}}/comments/{{comment}}")(_three)
        app.get(f"{folder}/files/{{path:path}}")(_rest)
        app.get(f"{folder}/typed/{{id}}")(_typed)
    return app


def with_litestar() -> ASGIApplication:
    """Return Litestar's application."""
    folders = [f"/{name}" for name in FOLDERS]
    handlers = [
        litestar.get("/rows")(_rows),
        litestar.get(folders)(_index),
        litestar.post(folders, status_code=200)(_create),
        litestar.get([f"{folder}/search" for folder in folders])(_search),
        litestar.get([f"{folder}/{{id:str}}" for folder in folders])(_param),
        litestar.get([f"{folder}/{{id:str}}/posts/{{post:str}}/comments/{{comment:str}}" for folder in folders])(
            _three
        ),
        litestar.get([f"{folder}/files/{{path:path}}" for folder in folders])(_rest),
        litestar.get([f"{folder}/typed/{{id:int}}" for folder in folders])(_typed),
    ]
    app: Any = litestar.Litestar(handlers, openapi_config=None, logging_config=None)
    return app  # type: ignore[no-any-return]


def with_blacksheep() -> ASGIApplication:
    """Return BlackSheep's application, started."""
    app = blacksheep.Application()
    add: Any = app.router.add_get
    add("/rows", _rows)
    for folder in (f"/{name}" for name in FOLDERS):
        add(folder, _index)
        app.router.add_post(folder, _read)
        add(f"{folder}/search", _search)
        add(f"{folder}/:id", _param)
        add(f"{folder}/:id/posts/:post/comments/:comment", _three)
        add(f"{folder}/files/{{path:path}}", _rest)
        add(f"{folder}/typed/:id", _typed)
    asyncio.run(app.start())  # type: ignore[no-untyped-call] # it has no annotations
    return app
