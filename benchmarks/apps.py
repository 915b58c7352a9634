"""The same API as a WSGI application of each framework, and as a function written by hand.

Each of its folders has six URLs: `/r0`, `/r0/search`, `/r0/{id}`, `/r0/{id}/posts/{post}/comments/{comment}`,
`/r0/files/{path}` and `/r0/typed/{id}`. `/rows` sends one hundred rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import bottle  # type: ignore[import-untyped] # it has none
import falcon
import flask
from cases import FOLDERS, ROWS

from fsapi import App

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

#: The application that the ratios are for, and the one without a framework.
OWN, BY_HAND = "fsapi", "by hand"

#: File of a folder → its source.
FILES = {
    "index.py": (
        "def GET(req, res):\n    res.json({'id': None})\n"
        "def POST(req, res):\n    res.json({'name': req.body['name']})\n"
    ),
    "search.py": "def GET(req, res):\n    res.json({'page': req.query['page'], 'tag': req.query['tag']})\n",
    "[id].py": "def GET(req, res):\n    res.json({'id': req.params['id']})\n",
    "[id]/posts/[post]/comments/[comment].py": "def GET(req, res):\n    res.json(req.params)\n",
    "files/[...path].py": "def GET(req, res):\n    res.json({'path': '/'.join(req.params['path'])})\n",
    "typed/[id].py": (
        "from typing import TypedDict\nfrom msgspec import Struct\nfrom fsapi import Req, Res\n"
        "class Params(TypedDict):\n    id: int\n"
        "class Search(Struct):\n    page: int\n    size: int\n"
        "def GET(req: Req[None, Params, Search], res: Res):\n"
        "    res.json({'id': req.params['id'], 'page': req.query.page, 'size': req.query.size})\n"
    ),
}


def by_hand() -> WSGIApplication:
    """Return a WSGI function with the standard json: fast, but nothing to maintain."""
    folders = set(FOLDERS)

    def answer(made: WSGIEnvironment) -> tuple[str, object]:
        folder, *parts = made["PATH_INFO"][1:].split("/")
        if folder == "rows":
            return "200 OK", {"rows": ROWS}
        if folder not in folders:
            return "404 Not Found", {"error": "Not Found"}
        match parts:
            case [] if made["REQUEST_METHOD"] == "POST":
                return "200 OK", {"name": json.loads(made["wsgi.input"].read(int(made["CONTENT_LENGTH"])))["name"]}
            case _ if made["REQUEST_METHOD"] != "GET":
                return "405 Method Not Allowed", {"error": "Method Not Allowed"}
            case []:
                return "200 OK", {"id": None}
            case ["search"]:
                query = dict(parse_qsl(made["QUERY_STRING"]))
                return "200 OK", {"page": query["page"], "tag": query["tag"]}
            case ["files", *rest]:
                return "200 OK", {"path": "/".join(rest)}
            case ["typed", id]:
                query = dict(parse_qsl(made["QUERY_STRING"]))
                return "200 OK", {"id": int(id), "page": int(query["page"]), "size": int(query["size"])}
            case [id]:
                return "200 OK", {"id": id}
            case [id, "posts", post, "comments", comment]:
                return "200 OK", {"id": id, "post": post, "comment": comment}
            case _:
                return "404 Not Found", {"error": "Not Found"}

    def application(made: WSGIEnvironment, start: Callable[..., Any]) -> Iterable[bytes]:
        status, data = answer(made)
        body = json.dumps(data).encode()
        start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return application


def with_fsapi(project: Path) -> WSGIApplication:
    """Return an App of a tree that is written into a folder."""
    files = {f"{folder}/{name}": source for folder in FOLDERS for name, source in FILES.items()}
    files["rows.py"] = f"ROWS = {ROWS}\ndef GET(req, res):\n    res.json({{'rows': ROWS}})\n"
    for name, source in files.items():
        file = project / "server" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    return App(project)


class _Resource:
    """The handlers of Falcon."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"id": None}

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"name": req.media["name"]}

    def on_get_params(self, req: falcon.Request, resp: falcon.Response, **params: str) -> None:
        resp.media = params

    def on_get_search(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"page": req.get_param("page", required=True), "tag": req.get_param("tag", required=True)}

    def on_get_typed(self, req: falcon.Request, resp: falcon.Response, id: int) -> None:
        page, size = req.get_param_as_int("page", required=True), req.get_param_as_int("size", required=True)
        resp.media = {"id": id, "page": page, "size": size}

    def on_get_rows(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"rows": ROWS}


def with_falcon() -> WSGIApplication:
    """Return Falcon's App."""
    app: Any = falcon.App()
    resource = _Resource()
    app.add_route("/rows", resource, suffix="rows")
    for folder in FOLDERS:
        app.add_route(f"/{folder}", resource)
        app.add_route(f"/{folder}/search", resource, suffix="search")
        app.add_route(f"/{folder}/{{id}}", resource, suffix="params")
        app.add_route(f"/{folder}/{{id}}/posts/{{post}}/comments/{{comment}}", resource, suffix="params")
        app.add_route(f"/{folder}/files/{{path:path}}", resource, suffix="params")
        app.add_route(f"/{folder}/typed/{{id:int}}", resource, suffix="typed")
    return app  # type: ignore[no-any-return]


def with_bottle() -> WSGIApplication:
    """Return Bottle's application."""
    app: Any = bottle.Bottle()
    app.route("/rows", "GET", lambda: {"rows": ROWS})
    for folder in FOLDERS:
        app.route(f"/{folder}", "GET", lambda: {"id": None})
        app.route(f"/{folder}", "POST", lambda: {"name": bottle.request.json["name"]})
        app.route(f"/{folder}/search", "GET", lambda: _search(bottle.request.query))
        app.route(f"/{folder}/<id>", "GET", lambda **params: params)
        app.route(f"/{folder}/<id>/posts/<post>/comments/<comment>", "GET", lambda **params: params)
        app.route(f"/{folder}/files/<path:path>", "GET", lambda path: {"path": path})
        app.route(f"/{folder}/typed/<id:int>", "GET", lambda **params: _typed(params, bottle.request.query))
    return app  # type: ignore[no-any-return]


def with_flask() -> WSGIApplication:
    """Return Flask's application."""
    app = flask.Flask("benchmark")
    app.add_url_rule("/rows", "rows", lambda: {"rows": ROWS})
    for folder in FOLDERS:
        app.add_url_rule(f"/{folder}", f"index{folder}", lambda: {"id": None})
        app.add_url_rule(f"/{folder}", f"post{folder}", lambda: {"name": flask.request.json["name"]}, methods=["POST"])
        app.add_url_rule(f"/{folder}/search", f"search{folder}", lambda: _search(flask.request.args))
        app.add_url_rule(f"/{folder}/<id>", f"id{folder}", lambda **params: params)
        app.add_url_rule(f"/{folder}/<id>/posts/<post>/comments/<comment>", f"three{folder}", lambda **params: params)
        app.add_url_rule(f"/{folder}/files/<path:path>", f"rest{folder}", lambda path: {"path": path})
        app.add_url_rule(
            f"/{folder}/typed/<int:id>", f"typed{folder}", lambda **params: _typed(params, flask.request.args)
        )
    return app


def _search(query: Any) -> dict[str, str]:
    """Return two values of a query."""
    return {"page": query["page"], "tag": query["tag"]}


def _typed(params: dict[str, int], query: Any) -> dict[str, int]:
    """Return a param, and two values of a query as ints."""
    return {**params, "page": int(query["page"]), "size": int(query["size"])}
