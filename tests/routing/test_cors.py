"""Cross-origin requests as browsers send them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from fsapi import cors
from tests.site import Site, client

OK = "def GET(req, res):\n    res.setHeader('Vary', 'Accept')\n    res.json(1)\ndef PUT(req, res): res.json(2)\n"
APP = "https://app.example"
CORS = f"origins=[{APP!r}, 'http://localhost:5173']"


def ask(site: Site, options: str = CORS, method: str = "GET", path: str = "/a", **headers: str) -> TestResponse:
    """Return the response to a request, from a tree whose root allows other origins."""
    return allowing(site, options).open(
        path, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def allowing(site: Site, options: str = CORS) -> Client:
    """Return a client of such a tree."""
    middleware = f"from fsapi import cors\nmiddleware = cors({options})"
    return client(site({"_middleware.py": middleware, "a.py": OK, "boom.py": "def GET(req, res): 1 / 0"}))


def ask_each(site: Site, options: Iterable[str], method: str = "GET", **headers: str) -> list[dict[str, str]]:
    """Return the Access-Control headers of trees with these options, each of which is a folder of one App."""
    files = {
        f"{n}/_middleware.py": f"from fsapi import cors\nmiddleware = cors({each})" for n, each in enumerate(options)
    }
    app = client(site(files | {name.replace("_middleware", "a"): OK for name in files}))
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return [cors_headers(app.open(f"/{n}/a", method=method, headers=sent)) for n in range(len(files))]


def cors_headers(answer: TestResponse) -> dict[str, str]:
    """Return the Access-Control headers of a response, by what follows that prefix."""
    names = {name: name.removeprefix("Access-Control-").lower() for name, _ in answer.headers}
    return {short: answer.headers[name] for name, short in names.items() if name.startswith("Access-Control-")}


def test_an_allowed_origin_is_named_in_the_response(site: Site) -> None:
    """`Vary` tells caches that the response depends on the origin."""
    answer = ask(site, Origin=APP)
    assert (cors_headers(answer), answer.headers.getlist("Vary")) == ({"allow-origin": APP}, ["Origin", "Accept"])


def test_another_origin_gets_no_cors_headers(site: Site) -> None:
    """`Vary` is sent all the same: a cache must not give this response to an allowed origin."""
    app = allowing(site)
    for origin in ("https://evil.example", "null", f"{APP}.evil.example", "http://app.example"):
        answer = app.get("/a", headers={"Origin": origin})
        assert (cors_headers(answer), "Origin" in answer.headers.getlist("Vary")) == ({}, True), origin


def test_a_request_without_an_origin_gets_no_cors_headers(site: Site) -> None:
    """`Vary` is sent all the same."""
    answer = ask(site)
    assert (cors_headers(answer), answer.headers.getlist("Vary"), answer.json) == ({}, ["Origin", "Accept"], 1)


def test_every_origin_can_be_allowed(site: Site) -> None:
    """The response is the same for all, so it does not vary."""
    answer = ask(site, "origins='*'", Origin="https://any.example")
    assert (cors_headers(answer), answer.headers.getlist("Vary")) == ({"allow-origin": "*"}, ["Accept"])


def test_credentials_are_allowed_on_request(site: Site) -> None:
    """A browser sends cookies only if this header allows it and the origin is named."""
    assert cors_headers(ask(site, f"{CORS}, credentials=True", Origin=APP))["allow-credentials"] == "true"


def test_a_preflight_gets_methods_headers_and_max_age(site: Site) -> None:
    """All methods are listed, so that a page can read a 405."""
    answer = ask(site, method="OPTIONS", Origin=APP, Access_Control_Request_Method="PUT")
    assert (answer.status_code, answer.data) == (204, b"")
    assert cors_headers(answer) == {
        "allow-origin": APP,
        "allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        "allow-headers": "Authorization, Content-Type",
        "max-age": "600",
    }


def test_allowed_headers_and_max_age_can_be_set(site: Site) -> None:
    """`max_age` is in seconds."""
    options = f"{CORS}, headers=['X-A', 'X-B'], max_age=5"
    found = cors_headers(ask(site, options, "OPTIONS", Origin=APP, Access_Control_Request_Method="GET"))
    assert (found["allow-headers"], found["max-age"]) == ("X-A, X-B", "5")


def test_options_without_a_requested_method_is_answered_by_the_file(site: Site) -> None:
    """It is not a preflight, but an ordinary request."""
    answer = ask(site, method="OPTIONS", Origin=APP)
    assert (answer.headers["Allow"], cors_headers(answer)) == ("GET, HEAD, PUT, OPTIONS", {"allow-origin": APP})


ERRORS = [
    ("/boom", "GET", 500),
    ("/nope", "GET", 404),
    ("/a", "DELETE", 405),
    ("/%FF", "GET", 400),
    ("/nope", "OPTIONS", 204),
]


def test_pages_can_read_error_responses(site: Site) -> None:
    """A page must be able to tell what went wrong."""
    app, headers = allowing(site), {"Origin": APP, "Access-Control-Request-Method": "GET"}
    answers = [app.open(path, method=method, headers=headers) for path, method, _ in ERRORS]
    assert [answer.status_code for answer in answers] == [status for _, _, status in ERRORS]
    assert [cors_headers(answer)["allow-origin"] for answer in answers] == [APP] * len(ERRORS)
    assert ["Origin" in answer.headers["Vary"] for answer in answers] == [True] * len(ERRORS)


OUTER, INNER = "https://outer.example", "https://inner.example"
GUARD = """
def guard(req, res):
    if "authorization" not in req.headers:
        res.json({"error": "no token"}, 401)
"""


def two_rules(site: Site, outer: str, inner: str) -> Client:
    """Return a client of a tree whose folder `in` has a rule of its own, below a guard that wants a token."""
    top = "from fsapi import cors\n"
    return client(
        site(
            {
                "_middleware.py": f"{top}{GUARD}middleware = [cors({outer}), guard]",
                "in/_middleware.py": f"{top}middleware = cors({inner})",
                "in/a.py": "def GET(req, res): res.json(1)",
                "b.py": "def GET(req, res): res.json(1)",
            }
        )
    )


def test_of_two_rules_the_innermost_decides_in_the_place_of_the_outermost(site: Site) -> None:
    """The guard between them refuses no preflight, and its 401 has the headers of the rule."""
    app = two_rules(site, f"origins=[{OUTER!r}]", f"origins=[{INNER!r}], credentials=True")
    preflight = app.options("/in/a", headers={"Origin": INNER, "Access-Control-Request-Method": "GET"})
    assert (preflight.status_code, cors_headers(preflight)["allow-origin"]) == (204, INNER)
    refused = app.get("/in/a", headers={"Origin": INNER})
    assert (refused.status_code, cors_headers(refused)) == (401, {"allow-origin": INNER, "allow-credentials": "true"})
    assert cors_headers(app.get("/in/a", headers={"Origin": OUTER})) == {}
    assert cors_headers(app.get("/b", headers={"Origin": OUTER})) == {"allow-origin": OUTER}


@pytest.mark.parametrize(
    ("outer", "inner", "found"),
    [
        ("origins='*'", f"origins=[{INNER!r}], credentials=True", {INNER: (INNER, "true"), OUTER: (None, None)}),
        (f"origins=[{OUTER!r}], credentials=True", "origins='*'", {INNER: ("*", None), OUTER: ("*", None)}),
    ],
)
def test_nothing_of_the_outer_rule_is_left(
    site: Site, outer: str, inner: str, found: dict[str, tuple[str | None, str | None]]
) -> None:
    """`*` never meets credentials, and a narrower rule narrows."""
    app = two_rules(site, outer, inner)
    for origin, expected in found.items():
        headers = app.get("/in/a", headers={"Origin": origin, "Authorization": "x"}).headers
        names = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")
        assert tuple(headers.get(name) for name in names) == expected


def test_vary_of_a_handler_adds_up(site: Site) -> None:
    """It replaces no line of middleware."""
    source = "def GET(req, res):\n    res.setHeader('Vary', 'accept, ORIGIN')\n    res.json(1)"
    app = site({"_middleware.py": f"from fsapi import cors\nmiddleware = cors({CORS})", "a.py": source})
    assert client(app).get("/a").headers.getlist("Vary") == ["Origin", "accept, ORIGIN"]


NOT_SECONDS: list[Any] = ["1\r\nX: y", "600", "x", "", None, 1.5, 600.0, True, -1, b"1", [600], timedelta(minutes=10)]
NOT_TEXTS: list[Any] = [None, 5, [5], [None], ["X", b"X"], b"X", [["X"]], [{}], object, {5: "X"}]


IGNORED: list[tuple[dict[str, Any], str]] = [
    ({"origins": "*", "credentials": True}, "browsers reject credentials"),
    ({"origins": ["https://app.example/"]}, "is not an origin"),
    ({"origins": ["app.example"]}, "is not an origin"),
    ({"origins": "https://*.example"}, "is not an origin"),
    ({"origins": ["*"]}, "is not an origin"),
    ({"origins": ["https://App.example"]}, "is not an origin"),
    ({"origins": ["https://app.example:443"]}, "is not an origin"),
    ({"origins": ["http://app.example:80"]}, "is not an origin"),
    ({"origins": ["https://joe@app.example"]}, "is not an origin"),
    ({"origins": ["https://café.example"]}, "is not an origin"),
    ({"origins": []}, "origins is empty"),
    ({"origins": ["https://app.example", "null"], "credentials": True}, '"null" with credentials'),
    ({"origins": "null", "credentials": True}, '"null" with credentials'),
    ({"origins": "*", "headers": ["X-A\r\nX-B"]}, "cannot be the name"),
    ({"origins": "*", "headers": "X-A, X B"}, "cannot be the name"),
    ({"origins": "*", "headers": "X-A,\nX-B"}, "cannot be the name"),
    ({"origins": "*", "headers": ["X-Ä"]}, "cannot be the name"),
    ({"origins": "*", "headers": [""]}, "cannot be the name"),
    *(({"origins": "*", "max_age": value}, "max_age is a number of seconds") for value in NOT_SECONDS),
    *(({"origins": "*", "headers": value}, "headers is a str or a list of str") for value in NOT_TEXTS),
    *(({"origins": value}, "origins is a str or a list of str") for value in NOT_TEXTS),
    *(({"origins": APP, "credentials": value}, "credentials is True or False") for value in ("false", None, 1)),
]


def test_options_that_browsers_would_ignore_are_rejected() -> None:
    """The app does not start; otherwise only a browser would complain."""
    for options, words in IGNORED:
        with pytest.raises(ValueError, match=words):
            cors(**options)


@pytest.mark.parametrize("origin", ["null", "http://[::1]:8000", "http://127.0.0.1:5173", "chrome-extension://abc"])
def test_every_origin_that_browsers_send_can_be_allowed(origin: str, site: Site) -> None:
    """Ports, addresses, and the schemes of extensions."""
    assert cors_headers(ask(site, f"origins=[{origin!r}], headers='X-A'", Origin=origin)) == {"allow-origin": origin}


def test_origins_are_any_iterable_of_texts(site: Site) -> None:
    """Sets, iterators and subclasses of str too."""
    written = ["{}", "[{}]", "({},)", "{{{}}}", "iter([{}])", "{{{}: 1}}", "type('S', (str,), {{}})({})"]
    found = ask_each(site, [f"origins={origins.format(repr(APP))}" for origins in written], Origin=APP)
    assert found == [{"allow-origin": APP}] * len(written)


def test_seconds_are_any_whole_number(site: Site) -> None:
    """From 0 on."""
    seconds = {"0": "0", "10**20": "1" + "0" * 20, "type('N', (int,), {})(5)": "5"}
    options = [f"{CORS}, max_age={each}" for each in seconds]
    found = ask_each(site, options, "OPTIONS", Origin=APP, Access_Control_Request_Method="GET")
    assert [headers["max-age"] for headers in found] == list(seconds.values())


def test_an_exception_adds_to_vary(site: Site) -> None:
    """If it replaced `Origin`, a cache would mix up origins."""
    source = "from werkzeug.exceptions import NotAcceptable\nclass E(NotAcceptable):\n"
    source += "    def get_headers(self, *a, **k): return [('Vary', 'Accept'), ('Set-Cookie', 'a=1')]\n"
    source += "def GET(req, res): raise E"
    middleware = f"from fsapi import cors\nmiddleware = cors({CORS})"
    answer = client(site({"_middleware.py": middleware, "a.py": source})).get("/a", headers={"Origin": APP})
    assert (answer.status_code, answer.headers.getlist("Vary")) == (406, ["Origin", "Accept"])


def test_a_vary_with_a_star_in_a_name_is_not_all(site: Site) -> None:
    """Only a star alone is (RFC 9110, 12.5.5)."""
    app = site({"_middleware.py": STARS, "a.py": "def GET(req, res): res.end()"})
    assert [client(app).get(path).headers.getlist("Vary") for path in ("/a?X-*", "/a?*")] == [["X-*", "Origin"], ["*"]]


STARS = """
from fsapi import cors
allow = cors(origins="https://a.example")
def middleware(req, res):
    res.setHeader("Vary", req.url.partition("?")[2])
    allow(req, res)
"""
