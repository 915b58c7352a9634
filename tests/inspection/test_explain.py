"""Which file answers a request, and why no other does."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from fsapi import App
from fsapi.flask import mount
from fsapi.inspection.explain import explain
from fsapi.inspection.find_app import load_apps
from fsapi.inspection.wrapped_apps import Mounted, find_apps
from fsapi.request.route import FILE_KEY
from tests.site import Site, call, environ, write

OK = "def {}(req, res): res.end()\n"
TREE = {
    "server/_middleware.py": "def middleware(req, res): ...",
    "server/index.py": OK.format("default"),
    "server/users/index.py": OK.format("GET"),
    "server/users/me.py": OK.format("GET") + OK.format("POST"),
    "server/users/[name].json.py": OK.format("GET"),
    "server/users/[id=int].py": OK.format("GET"),
    "server/users/[key=uuid].py": OK.format("GET"),
    "server/users/[id].py": "import _h\n" + OK.format("GET"),
    "server/users/[id]/posts.py": OK.format("GET"),
    "server/users/[...rest].py": OK.format("GET"),
    "server/v/[[n]].py": OK.format("HEAD"),
    "server/m.py": "from _h import *",
    "app/pages/users/index.py": "def page(req): return ''",
    "app/pages/about.py": "def page(req): return ''",
    "app/pages/m.py": "def page(req): return ''",
    "server/p/[key].py": OK.format("POST"),
    "app/pages/p/_middleware.py": "def middleware(req, res): ...",
    "app/pages/p/top.py": "def page(req): return ''",
    "app/pages/p/[id].py": """
from typing import TypedDict
from fsapi import Req
class Id(TypedDict):
    id: int
def page(req: Req[None, Id]): return ''
""",
    "server/t/[id]/[[n]].py": """
from typing import TypedDict
from fsapi import Req, Res
class Id(TypedDict):
    id: int
    n: int | None
class Own(TypedDict):
    id: str
    n: str | None
def GET(req: Req[int, Id, Id], res: Res): res.end()
def PUT(req: Req[None, Own], res: Res): res.end()
""",
    "server/odd/[id].py": """
from dataclasses import dataclass
from fsapi import Req, Res
@dataclass
class Odd:
    id: str
    def __post_init__(self): raise KeyError
def GET(req: Req[None, Odd], res: Res): res.end()
""",
    "_h.py": OK.format("DELETE"),
}
ID = "b5f2a7de-0000-4000-8000-000000000000"
#: What is asked for, and the lines of the answer.
EXPLAINED = {
    "GET /users/me?x=1": """
GET /users/me?x=1 is answered by GET in server/users/me.py:1
  URL         /users/me
  middleware  server/_middleware.py
These share the path so far:
  server/users/[id].py         `[id]`, a param, comes after `me`, a literal
  server/users/[...rest].py    `[...rest]`, the rest of the path, comes after `me`, a literal
  server/users/index.py        the path goes on with `me`
  app/pages/users/index.py     the path goes on with `me`
  server/users/[name].json.py  `me` does not fit `[name].json`
  server/users/[id=int].py     `me` does not fit `[id=int]`
  server/users/[key=uuid].py   `me` does not fit `[key=uuid]`
  server/users/[id]/posts.py   the path ends before `posts`
""",
    "GET users/7": """
GET /users/7 is answered by GET in server/users/[id=int].py:1
  URL         /users/[id=int]
  params      id = 7
  middleware  server/_middleware.py
These share the path so far:
  server/users/[id].py         `[id]`, a param, comes after `[id=int]`, an int
  server/users/[...rest].py    `[...rest]`, the rest of the path, comes after `[id=int]`, an int
  server/users/[id]/posts.py   the path ends before `posts`
""",
    f"GET /users/{ID}": f"""
GET /users/{ID} is answered by GET in server/users/[key=uuid].py:1
  params      key = UUID('{ID}')
  server/users/[id].py         `[id]`, a param, comes after `[key=uuid]`, a UUID
""",
    "GET /users/a.json": """
GET /users/a.json is answered by GET in server/users/[name].json.py:1
  params      name = 'a'
  server/users/[id].py        `[id]`, a param, comes after `[name].json`, text around params
""",
    "GET /users/a%2Fb/posts/é": """
GET /users/a%2Fb/posts/%C3%A9 is answered by GET in server/users/[...rest].py:1
  params      rest = ['a/b', 'posts', 'é']
  server/users/[id]/posts.py   the path goes on with `é`
  server/users/[name].json.py  `a%2Fb` does not fit `[name].json`
""",
    "GET /users": """
GET /users is answered by GET in server/users/index.py:1
  app/pages/users/index.py     has the same URL, and answers clients that prefer HTML
""",
    "PUT /users/me": """
PUT /users/me is a 405: server/users/me.py has no PUT
  Allow       GET, HEAD, POST, OPTIONS
""",
    "PATCH /": "\nPATCH / is answered by default in server/index.py:1\n",
    "OPTIONS /users/me": """
OPTIONS /users/me is answered without code, for server/users/me.py
  Allow       GET, HEAD, POST, OPTIONS
""",
    "HEAD /v": "\nHEAD /v is answered by HEAD in server/v/[[n]].py:1\n  URL         /v\n  params      n = None\n",
    "HEAD /about": "\nHEAD /about is answered by page in app/pages/about.py:1\n",
    "GET /m": "\nGET /m is answered by page in app/pages/m.py:1\n",
    "DELETE /m": "\nDELETE /m is answered by DELETE in server/m.py\n",
    "POST /about": "\nPOST /about is a 405: app/pages/about.py has no POST\n",
    "GET /p/7": """
GET /p/7 is answered by page in app/pages/p/[id].py:6
  URL         /p/[id]
  params      id = '7'
  middleware  app/pages/p/_middleware.py
  server/p/[key].py   has the same URL, and answers other methods
""",
    "HEAD /p/x": "\nHEAD /p/x is a 404: the params do not fit the contract of page in app/pages/p/[id].py:6\n",
    "POST /p/top": """
POST /p/top is answered by POST in server/p/[key].py:1
  middleware  server/_middleware.py
  app/pages/p/[id].py  has the same URL, and answers clients that prefer HTML
  app/pages/p/top.py   is a page, which answers GET and HEAD alone
""",
    "GET http://x.example:8000/user#top": """
GET /user is a 404: no file has this path
  middleware  server/_middleware.py
  nearest     /users  server/users/index.py
""",
    "GET /zzz": "\nGET /zzz is a 404: no file has this path\n",
    "GET /t/7": "\nGET /t/7 is answered by GET in server/t/[id]/[[n]].py:10\n  params      id = '7'\n",
    "GET /t/x": """
GET /t/x is a 404: the params do not fit the contract of GET in server/t/[id]/[[n]].py:10
  URL         /t/[id]
  params      id = 'x'
""",
    "HEAD /t/7/x": "\nHEAD /t/7/x is a 404: the params do not fit the contract of GET in server/t/[id]/[[n]].py:10\n",
    "PUT /t/x/x": "\nPUT /t/x/x is answered by PUT in server/t/[id]/[[n]].py:11\n",
    "POST /t/x": "\nPOST /t/x is a 405: server/t/[id]/[[n]].py has no POST\n",
    "GET /odd/x": "\nGET /odd/x is answered by GET in server/odd/[id].py:8\n",
    "GET localhost:8000/t/7/7": "\nGET /t/7/7 is answered by GET in server/t/[id]/[[n]].py:10\n",
    "GET 127.0.0.1:80?x": "\nGET /?x is answered by default in server/index.py:1\n",
    "GET [::1]:80/zzz": "\nGET /zzz is a 404: no file has this path\n",
    "GET t:80/x": "\nGET /t:80/x is a 404: no file has this path\n",
    "GET /zzz?next=http://x/y": "\nGET /zzz?next=http://x/y is a 404: no file has this path\n",
    "GET //x": "\nGET //x is a 404: empty segments, `.` and `..` match nothing, even encoded\n",
    "GET /x/%2e%2e": "\nGET /x/%2e%2e is a 404: empty segments, `.` and `..` match nothing, even encoded\n",
    "GET /%ff": "\nGET /%ff is a 400: the path is not UTF-8\n",
    "GET /%00": "\nGET /%00 is a 400: the path contains NUL\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change into a project."""
    monkeypatch.chdir(write(tmp_path, TREE))
    return tmp_path


def test_a_request_is_explained(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What answers comes first, with params and chain; then what shares the path, and at which segment it loses."""
    apps = load_apps(None)
    for asked, lines in EXPLAINED.items():
        assert explain(apps, *asked.split()) == 0
        out = capsys.readouterr().out.splitlines()
        assert [line for line in lines.strip("\n").splitlines() if line not in out] == [], out


def test_ten_files_that_lose_are_listed_and_the_others_counted(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """A large folder has many."""
    app = site({f"a/b{number}.py": OK.format("GET") for number in range(14)})
    assert explain([Mounted(app, "")], "GET", "/a/b3") == 0
    lines = capsys.readouterr().out.splitlines()
    assert (len(lines), lines[-1]) == (14, "  and 3 more")


def test_files_that_have_all_of_the_path_are_listed_first(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """One of them may answer other requests for it; the files below are no candidates."""
    below = {f"a/b{number}.py": OK.format("GET") for number in range(14)}
    app = site({**below, "[x].py": OK.format("GET"), "../app/pages/[x].py": "def page(req): return ''"})
    assert explain([Mounted(app, "")], "GET", "/a") == 0
    assert "  app/pages/[x].py  has the same URL, and answers clients that prefer HTML" in capsys.readouterr().out


def test_mounted_apps_are_asked_below_their_paths(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Where none is, the mounts are named; a fallback is asked last."""
    inner = site({"a.py": OK.format("GET")})
    outer = site({"b.py": OK.format("GET")}, fallback=inner)
    apps = find_apps(DispatcherMiddleware(NotFound(), {"/api": outer, "/my api": outer}))
    asked = [(apps, "/api/b"), (apps, "/api/a"), (apps, "/my%20api/b"), (apps, "/c")]
    for found, url in asked:
        explain([each for each in found if each.prefix], "GET", url)
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("GET")] == [
        "GET /api/b is answered by GET in server/b.py:1",
        "GET /api/a is answered by GET in server/a.py:1",
        "GET /my%20api/b is answered by GET in server/b.py:1",
        "GET /c reaches no App: they are mounted at /api and /my api",
    ]


def first_lines(apps: list[Mounted], urls: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the first line that explains each URL."""
    for url in urls:
        assert explain(apps, "GET", url) == 0
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("GET")]


def test_a_fallback_answers_what_no_file_has(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not a 404 of the App, and the middleware of its root does not run."""
    app = site(
        {"a.py": OK.format("GET"), "_middleware.py": "def middleware(req, res): ..."}, fallback=Response("fallback")
    )
    reasons = {
        "/x": "no file has this path",
        **dict.fromkeys(["//a", "/a/../b", "/a//b"], "empty segments, `.` and `..` match nothing, even encoded"),
        "/%ff": "the path is not UTF-8",
        "/%00": "the path contains NUL",
    }
    for url in reasons:
        explain([Mounted(app, "")], "GET", url)
        assert call(app, environ(unquote_to_bytes(url).decode("latin-1"), RAW_URI=url))[2] == b"fallback"
    assert capsys.readouterr().out.splitlines() == [
        f"GET {url} is answered by the fallback: {why}" for url, why in reasons.items()
    ]


def test_the_app_in_front_is_asked_before_those_within_its_fallback(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also for a path at which one of them is mounted; the last one answers what none of them has."""
    inner = App(write(tmp_path / "inner", {"server/[x].py": OK.format("GET"), "server/b/c.py": OK.format("GET")}))
    host = DispatcherMiddleware(NotFound(), {"/api": inner})
    front = site({"api/a.py": OK.format("POST"), "d.py": OK.format("GET")}, fallback=host)
    assert first_lines(find_apps(front), ["/api/a", "/api/b", "/api/b/c", "/api/b/d", "/d", "/e"], capsys) == [
        "GET /api/a is a 405: server/api/a.py has no GET",
        "GET /api/b is answered by GET in server/[x].py:1",
        "GET /api/b/c is answered by GET in server/b/c.py:1",
        "GET /api/b/d is a 404: no file has this path",
        "GET /d is answered by GET in server/d.py:1",
        "GET /e is answered by the fallback: no file has this path",
    ]
    assert call(front, environ("/api/a"))[0] == "405 Method Not Allowed"


def test_an_application_that_is_mounted_below_answers_there(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """DispatcherMiddleware gives it the request before the App sees it."""
    app = site({"a.py": OK.format("GET"), "admin/[...x].py": OK.format("GET")})
    inner = DispatcherMiddleware(app, {"/v2": NotFound()})
    apps = find_apps(DispatcherMiddleware(inner, {"/admin": NotFound(), "/api": app, "/api/old": NotFound()}))
    urls = ["/a", "/admin/x", "/administrator", "/v2", "/api/a", "/api/old/a", "/api/admin/x"]
    assert first_lines(apps, urls, capsys) == [
        "GET /a is answered by GET in server/a.py:1",
        "GET /admin/x reaches no App: another application is mounted at /admin",
        "GET /administrator is a 404: no file has this path",
        "GET /v2 reaches no App: another application is mounted at /v2",
        "GET /api/a is answered by GET in server/a.py:1",
        "GET /api/old/a reaches no App: another application is mounted at /api/old",
        "GET /api/admin/x is answered by GET in server/admin/[...x].py:1",
    ]


def test_an_app_in_flask_answers_below_its_mount(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it does for a real request."""
    host = Flask("site")
    mount(host, "/api", site({"a.py": OK.format("GET"), "old/[...x].py": OK.format("GET")}))
    mount(host, "/api/old", App(write(tmp_path / "old", {"server/b.py": OK.format("GET")})))
    urls = ["/api/a", "/api/b", "/api/old/b", "/api/old/a", "/a"]
    assert first_lines(find_apps(host), urls, capsys) == [
        "GET /api/a is answered by GET in server/a.py:1",
        "GET /api/b is a 404: no file has this path",
        "GET /api/old/b is answered by GET in server/b.py:1",
        "GET /api/old/a is a 404: no file has this path",
        "GET /a reaches no App: they are mounted at /api and /api/old",
    ]
    explain(find_apps(host), "GET", "/api/a")
    assert "  URL         /api/a\n" in capsys.readouterr().out
    assert [host.test_client().get(url).status_code for url in urls] == [200, 404, 200, 404, 404]


PARTS = ("users", "me", "7", "posts", "m", "a%2Fb", "t")
URLS = ["/" + "/".join(parts) for size in range(3) for parts in product(PARTS, repeat=size)]


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_the_file_that_is_named_is_the_one_that_answers(
    here: Path, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The explanation is that of a real request."""
    app = App(here)
    for url in URLS:
        made = environ(unquote_to_bytes(url).decode("latin-1"), method, RAW_URI=url)
        status, _, _ = call(app, made)
        explain([Mounted(app, "")], method, url)
        first = capsys.readouterr().out.splitlines()[0]
        assert (made[FILE_KEY] or f" is a {status[:3]}: ") in first, url
