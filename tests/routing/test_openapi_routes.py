"""The docs page is served below the path that is given, guarded as the API is, and needs nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from fsapi import App, TreeError
from fsapi.embedding import to_wsgi
from fsapi.flask import mount
from fsapi.inspection import route_table
from fsapi.openapi import docs_page
from tests.site import Site, client, handler, write

GET = handler("res.json(1)")
TOKEN = "def middleware(req, res):\n    if 'token' not in req.query: res.json({'error': 'no token'}, 401)\n"


@pytest.fixture
def user(site: Site) -> Client:
    """Return a client of an app with a docs page."""
    return client(site({"a.py": GET}, docs="/docs"))


def found(user: Client, page: str) -> dict[str, str]:
    """Return the type of everything that a page refers to, by its URL, as a browser finds it."""
    urls = re.findall(r'(?:href|src|content)="(\.[^"]*)"', user.get(page).text)
    answers = {url: user.get(url) for url in (urljoin(page, url) for url in urls)}
    return {url: str(answer.mimetype) for url, answer in answers.items() if answer.status_code == 200}


def test_the_page_is_html(user: Client) -> None:
    """It is made once, so that a request only sends it."""
    answer = user.get("/docs")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")


def test_what_the_page_refers_to_is_served(user: Client) -> None:
    """The document is below the page unless `openapi` has another path for it."""
    assert found(user, "/docs") == {
        "/docs/openapi.json": "application/json",
        "/docs/icon.svg": "image/svg+xml",
        "/docs/page.css": "text/css",
        "/docs/page.js": "text/javascript",
    }


def test_every_import_of_a_script_is_served(user: Client) -> None:
    """Scripts are modules that import each other by relative URLs."""
    scripts = {name: user.get(f"/docs/{name}").text for name in docs_page.assets() if name.endswith(".js")}
    imported = {name for text in scripts.values() for name in re.findall(r' from "\./(.+)";', text)}
    assert imported | {"page.js"} == scripts.keys()


def test_the_page_shows_the_document_of_openapi(site: Site) -> None:
    """There is one document, at the path that is given for it."""
    user = client(site({"a.py": GET}, openapi="/v1/openapi.json", docs="/docs"))
    assert "/v1/openapi.json" in found(user, "/docs")
    assert user.get("/docs/openapi.json").status_code == 404


@pytest.mark.parametrize("docs", ["/docs", "/a/b:c/d é", "/docs/docs"])
def test_the_urls_of_the_page_are_relative(site: Site, docs: str) -> None:
    """They work with a slash at the end, under any mount, and behind a proxy that strips a prefix."""
    app = site({"a.py": GET}, docs=docs)
    user = client(DispatcherMiddleware(app, {"/api": app, to_wsgi("/äpi"): app}))
    below = urljoin("http://x/", docs).removeprefix("http://x/").replace(" ", "%20").replace("é", "%C3%A9")
    for path in ("/docs", "/docs/", "/docs?x=/", "/api/docs", "/api/docs/", "/%C3%A4pi/docs/"):
        urls = found(user, path.replace("docs", below))
        assert {url.rpartition("/")[2] for url in urls} == {"openapi.json", "icon.svg", "page.css", "page.js"}, path


def test_the_root_of_the_app_is_in_the_page(user: Client) -> None:
    """Requests go there, whatever `servers` of the document says."""
    assert 'name="fsapi-root" content="./"' in user.get("/docs").text
    assert 'name="fsapi-root" content="./../"' in user.get("/docs/").text


@pytest.mark.parametrize("path", ["/docs", "/docs/page.js", "/docs/page.css", "/docs/icon.svg"])
def test_every_file_has_a_strict_policy(user: Client, path: str) -> None:
    """Only files of this origin run, and what is written as HTML is rejected."""
    headers = user.get(path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert [policy[name] for name in ("default-src", "script-src", "style-src")] == ["'none'", "'self'", "'self'"]
    assert policy["require-trusted-types-for"] == "'script'"
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-cache")


def test_no_code_is_inline_or_from_elsewhere(user: Client) -> None:
    """A policy that allows neither shows the same page."""
    text = user.get("/docs").text
    assert re.findall(r"<style|\son\w+=|\sstyle=|<script[^>]*>[^<]|https?:", text) == []
    assert "innerHTML" not in "".join(user.get(f"/docs/{name}").text for name in docs_page.assets())


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/docs/page.js"])
def test_a_file_that_the_client_has_is_a_304(user: Client, path: str) -> None:
    """Its ETag is that of the content (RFC 9110, 13.1.2)."""
    etag = user.get(path).headers["ETag"]
    answer = user.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
    assert user.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_page_is_served_like_a_route_file(user: Client) -> None:
    """It has HEAD, OPTIONS and 405, and other paths below it are free."""
    head, page = user.head("/docs"), user.get("/docs")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(page.data)))
    assert user.options("/docs").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert (user.post("/docs").status_code, user.get("/docs/x").status_code) == (405, 404)


def test_the_middleware_of_the_root_guards_the_page(site: Site) -> None:
    """The page, its files and the document are as public as the API."""
    user = client(site({"a.py": GET, "_middleware.py": TOKEN}, docs="/docs"))
    paths = ["/docs", *(f"/docs/{name}" for name in docs_page.assets()), "/docs/openapi.json"]
    assert {user.get(path).status_code for path in paths} == {401}
    assert {user.get(f"{path}?token").status_code for path in paths} == {200}


def test_the_policy_of_the_page_wins_over_that_of_middleware(site: Site) -> None:
    """A policy for JSON would allow the page no script."""
    policy = "def middleware(req, res): res.setHeader('Content-Security-Policy', \"default-src 'none'\")\n"
    user = client(site({"a.py": GET, "_middleware.py": policy}, docs="/docs"))
    assert user.get("/a").headers["Content-Security-Policy"] == "default-src 'none'"
    assert "script-src 'self'" in user.get("/docs").headers["Content-Security-Policy"]


def test_the_page_and_the_document_are_listed(site: Site) -> None:
    """The files of the page are among the routes, but would fill the table."""
    app = site({"a.py": GET}, docs="/docs")
    assert route_table.table([*route_table.rows(app.routes)]).splitlines() == [
        "GET  /a                  server/a.py:2",
        "GET  /docs               docs",
        "GET  /docs/openapi.json  openapi",
    ]
    assert "/docs/page.js" in [route.pattern for route in app.routes]


def test_the_page_is_not_in_the_document(site: Site) -> None:
    """It is not a part of the API."""
    app = site({"a.py": GET}, docs="/docs")
    assert list(app.openapi()["paths"]) == list(client(app).get("/docs/openapi.json").get_json()["paths"]) == ["/a"]


def test_a_wide_route_below_the_page_keeps_its_other_urls(site: Site) -> None:
    """Only the files of the page are taken."""
    user = client(site({"docs/[...slug].py": handler("res.json(req.params)")}, docs="/docs"))
    assert user.get("/docs/page").json == {"slug": ["page"]}
    assert user.get("/docs/page.js").mimetype == "text/javascript"


@pytest.mark.parametrize("path", ["docs", "", "/", "/[x]", "/{x}", "/a?b", "//a", "/a/", "/a/../b", "/./a"])
def test_the_path_of_the_page_has_no_params(site: Site, path: str) -> None:
    """The error is raised when the app is built."""
    with pytest.raises(ValueError, match=f"^docs is a path such as /docs, not {re.escape(repr(path))}$"):
        site({"a.py": GET}, docs=path)


@pytest.mark.parametrize("openapi", ["/docs", "/docs/page.js"])
def test_the_document_has_a_path_of_its_own(site: Site, openapi: str) -> None:
    """One of the two could not be reached."""
    with pytest.raises(ValueError, match=f"^openapi is '{openapi}', which the docs page at '/docs' serves"):
        site({"a.py": GET}, openapi=openapi, docs="/docs")


@pytest.mark.parametrize(
    "file", ["server/docs.py", "server/docs/index.py", "server/docs/page.css.py", "app/pages/docs.py"]
)
def test_a_file_with_a_url_of_the_page_is_rejected(tmp_path: Path, file: str) -> None:
    """Otherwise one of the two could not be reached."""
    name = "page" if "pages" in file else "GET"
    write(tmp_path, {"server/a.py": GET, file: f"def {name}(*given): ..."})
    with pytest.raises(TreeError, match=r"serves /docs(/page.css)?, as the docs page does\n  Give the docs page"):
        App(tmp_path, docs="/docs")


def test_the_page_is_served_inside_flask(site: Site) -> None:
    """The prefix is part of every URL, and of the server in the document."""
    host = Flask("host")
    mount(host, "/api", site({"a.py": GET}, docs="/docs"))
    user = client(host)
    assert set(found(user, "/api/docs")) == set(found(user, "/api/docs/")) >= {"/api/docs/page.js"}
    assert user.get("/api/docs/openapi.json").get_json()["servers"] == [{"url": "/api"}]
