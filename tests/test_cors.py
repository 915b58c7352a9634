"""Cross-origin requests as browsers send them."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from fsapi import cors
from tests.site import Site, client

OK = "def GET(req, res):\n    res.setHeader('Vary', 'Accept')\n    res.json(1)\ndef PUT(req, res): res.json(2)\n"
APP = "https://app.example"
CORS = f"origins=[{APP!r}, 'http://localhost:5173']"


def ask(site: Site, options: str = CORS, method: str = "GET", path: str = "/a", **headers: str) -> TestResponse:
    """Return the answer to a request with headers, of a tree whose root allows other origins."""
    middleware = f"from fsapi import cors\nmiddleware = cors({options})"
    app = site({"_middleware.py": middleware, "a.py": OK, "boom.py": "def GET(req, res): 1 / 0"})
    return client(app).open(path, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})


def told(answer: TestResponse) -> dict[str, str]:
    """Return what a browser is told of other origins."""
    names = {name: name.removeprefix("Access-Control-").lower() for name, _ in answer.headers}
    return {short: answer.headers[name] for name, short in names.items() if name.startswith("Access-Control-")}


def test_an_allowed_origin_is_told_so(site: Site) -> None:
    """Itself, and that the answer depends on it."""
    answer = ask(site, Origin=APP)
    assert (told(answer), answer.headers.getlist("Vary")) == ({"allow-origin": APP}, ["Accept", "Origin"])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{APP}.evil.example", "http://app.example"])
def test_another_origin_is_told_nothing(site: Site, origin: str) -> None:
    """The answer still depends on the origin, for caches."""
    answer = ask(site, Origin=origin)
    assert (told(answer), "Origin" in answer.headers.getlist("Vary")) == ({}, True)


def test_a_request_without_an_origin_is_answered_as_ever(site: Site) -> None:
    """But caches are told that another one would be answered otherwise."""
    answer = ask(site)
    assert (told(answer), answer.headers.getlist("Vary"), answer.json) == ({}, ["Accept", "Origin"], 1)


def test_every_origin_can_be_allowed(site: Site) -> None:
    """The answer is the same for all, so it does not vary."""
    answer = ask(site, "origins='*'", Origin="https://any.example")
    assert (told(answer), answer.headers.getlist("Vary")) == ({"allow-origin": "*"}, ["Accept"])


def test_credentials_are_allowed_where_asked(site: Site) -> None:
    """A browser sends cookies only where it is told so, and to a named origin."""
    assert told(ask(site, f"{CORS}, credentials=True", Origin=APP))["allow-credentials"] == "true"


def test_a_preflight_is_answered(site: Site) -> None:
    """With all methods, so that a 405 can be read, the headers, and for how long."""
    answer = ask(site, method="OPTIONS", Origin=APP, Access_Control_Request_Method="PUT")
    assert (answer.status_code, answer.data) == (204, b"")
    assert told(answer) == {
        "allow-origin": APP,
        "allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        "allow-headers": "Authorization, Content-Type",
        "max-age": "600",
    }


def test_headers_and_max_age_are_what_was_given(site: Site) -> None:
    """In seconds."""
    options = f"{CORS}, headers=['X-A', 'X-B'], max_age=5"
    found = told(ask(site, options, "OPTIONS", Origin=APP, Access_Control_Request_Method="GET"))
    assert (found["allow-headers"], found["max-age"]) == ("X-A, X-B", "5")


def test_options_that_is_no_preflight_is_that_of_the_file(site: Site) -> None:
    """Without the method that is meant, it is an ordinary request."""
    answer = ask(site, method="OPTIONS", Origin=APP)
    assert (answer.headers["Allow"], told(answer)) == ("GET, HEAD, PUT, OPTIONS", {"allow-origin": APP})


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/boom", "GET", 500),
        ("/nope", "GET", 404),
        ("/a", "DELETE", 405),
        ("/%FF", "GET", 400),
        ("/nope", "OPTIONS", 204),
    ],
)
def test_errors_of_every_kind_can_be_read(site: Site, path: str, method: str, status: int) -> None:
    """A page must be able to tell what went wrong."""
    answer = ask(site, CORS, method, path, Origin=APP, Access_Control_Request_Method="GET")
    assert (answer.status_code, told(answer)["allow-origin"], "Origin" in answer.headers["Vary"]) == (status, APP, True)


def test_vary_is_not_told_twice(site: Site) -> None:
    """A handler may have told it itself."""
    source = "def GET(req, res):\n    res.setHeader('Vary', 'accept, ORIGIN')\n    res.json(1)"
    app = site({"_middleware.py": f"from fsapi import cors\nmiddleware = cors({CORS})", "a.py": source})
    assert client(app).get("/a").headers.getlist("Vary") == ["accept, ORIGIN"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"origins": "*", "credentials": True}, "browsers refuse credentials"),
        ({"origins": ["https://app.example/"]}, "is no origin"),
        ({"origins": ["app.example"]}, "is no origin"),
        ({"origins": "https://*.example"}, "is no origin"),
        ({"origins": ["*"]}, "is no origin"),
        ({"origins": ["https://App.example"]}, "is no origin"),
        ({"origins": ["https://app.example:443"]}, "is no origin"),
        ({"origins": ["http://app.example:80"]}, "is no origin"),
        ({"origins": ["https://joe@app.example"]}, "is no origin"),
        ({"origins": ["https://café.example"]}, "is no origin"),
        ({"origins": []}, "origins is empty"),
    ],
)
def test_what_no_browser_would_heed_is_refused(options: dict[str, Any], words: str) -> None:
    """When the app is built, and not when a browser complains."""
    with pytest.raises(ValueError, match=words):
        cors(**options)


@pytest.mark.parametrize("origin", ["null", "http://[::1]:8000", "http://127.0.0.1:5173", "chrome-extension://abc"])
def test_whatever_a_browser_sends_can_be_named(origin: str, site: Site) -> None:
    """Ports, addresses, and the schemes of extensions."""
    assert told(ask(site, f"origins=[{origin!r}], headers='X-A'", Origin=origin)) == {"allow-origin": origin}


def test_what_an_exception_says_of_vary_and_cookies_adds_up(site: Site) -> None:
    """Else a cache would mix up origins."""
    source = "from werkzeug.exceptions import NotAcceptable\nclass E(NotAcceptable):\n"
    source += "    def get_headers(self, *a, **k): return [('Vary', 'Accept'), ('Set-Cookie', 'a=1')]\n"
    source += "def GET(req, res): raise E"
    middleware = f"from fsapi import cors\nmiddleware = cors({CORS})"
    answer = client(site({"_middleware.py": middleware, "a.py": source})).get("/a", headers={"Origin": APP})
    assert (answer.status_code, answer.headers.getlist("Vary")) == (406, ["Origin", "Accept"])
