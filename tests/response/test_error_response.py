"""Exceptions as answers: the status, the text and the headers of each."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest
from werkzeug import exceptions
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from fsapi.request.req import Req
from fsapi.request.route import Limits, Route
from fsapi.response.error_response import answer_error
from fsapi.response.res import Res
from fsapi.response.sending import send
from fsapi.tree.patterns import Pattern
from tests.site import Site, call, client, environ, handler

ROUTE = Route(
    file="server/x.py",
    pattern="/x",
    module=ModuleType("x"),
    url=Pattern(),
    variables=(),
    methods={},
    otherwise=lambda req, res: None,
    limits=Limits(),
)


def answered(exc: HTTPException) -> TestResponse:
    """Return the answer to an exception, as a client sees it."""
    return client(lambda given, start: send(filled(exc, given), given["REQUEST_METHOD"], start)).get("/")


def filled(exc: BaseException, given: dict[str, Any], res: Res | None = None) -> Res:
    """Return the response that an exception is answered with."""
    res = res or Res()
    answer_error(exc, Req(given, "GET", ROUTE, {}, None), res, lambda file, exc: None, html=None)
    return res


class Custom(HTTPException):
    """An exception of the project's own."""

    code = 418
    description = "short and stout"


class Own(HTTPException):
    """An exception that makes its Response itself."""

    code = 402

    def get_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a Response with another status, type and a header."""
        return Response("<h1>pay</h1>", 403, {"X-Pay": "1"}, content_type="text/html")


# fmt: off
PHRASES = [
    (exceptions.NotFound(), "Not Found"), (exceptions.MethodNotAllowed(), "Method Not Allowed"),
    (exceptions.InternalServerError(), "Internal Server Error"), (exceptions.BadRequest(), "Bad Request"),
]
# fmt: on
SAID = [(exceptions.NotFound("no user 42"), "no user 42"), (Custom(), "short and stout"), (Custom("é"), "é")]


def test_the_error_is_the_description_or_the_phrase_of_the_status() -> None:
    """An error is JSON with the description that the raiser gave, else the phrase of the status."""
    for exc, text in PHRASES + SAID:
        given = answered(exc)
        assert (given.status_code, given.json, given.mimetype) == (exc.code, {"error": text}, "application/json")


def test_a_status_without_a_phrase_has_a_text() -> None:
    """A status without a phrase has a text all the same."""
    assert answered(type("Rare", (HTTPException,), {"code": 599})()).json == {"error": "Unknown Error"}


def test_a_401_says_how_to_authenticate() -> None:
    """A 401 says how to authenticate, with one line for each way."""
    patterns = [WWWAuthenticate("basic", {"realm": "a"}), WWWAuthenticate("bearer")]
    given = answered(exceptions.Unauthorized(www_authenticate=patterns))
    assert given.headers.getlist("WWW-Authenticate") == ["Basic realm=a", "Bearer"]


@pytest.mark.parametrize(
    ("exc", "name", "value"),
    [
        (exceptions.MethodNotAllowed(["GET", "PUT"]), "Allow", "GET, PUT"),
        (exceptions.ServiceUnavailable(retry_after=30), "Retry-After", "30"),
        (
            exceptions.TooManyRequests(retry_after=datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)),
            "Retry-After",
            "Wed, 01 Jan 2020 00:00:00 GMT",
        ),
        (exceptions.RequestedRangeNotSatisfiable(5), "Content-Range", "bytes */5"),
    ],
)
def test_the_headers_of_an_exception_are_sent(exc: HTTPException, name: str, value: str) -> None:
    """The headers of an exception are sent, and its answer is JSON with its true length."""
    given = answered(exc)
    assert (given.headers[name], given.mimetype, given.content_length) == (value, "application/json", len(given.data))


def test_a_redirect_that_is_raised_keeps_its_location() -> None:
    """A redirect that is raised keeps its Location."""
    given = answered(RequestRedirect("http://localhost/b"))
    assert (given.status_code, given.headers["Location"], given.is_json) == (308, "http://localhost/b", True)


def test_an_exception_with_a_response_is_that_response() -> None:
    """An exception with a Response is that Response, as it is."""
    given = answered(HTTPException(response=Response("own", 418, {"X": "1"})))
    assert (given.status_code, given.text, given.headers["X"]) == (418, "own", "1")


def test_an_exception_that_makes_its_response_gives_status_and_headers() -> None:
    """An exception that makes its Response gives its status and headers; the answer stays JSON."""
    given = answered(Own("pay first"))
    assert (given.status_code, given.headers["X-Pay"], given.json) == (403, "1", {"error": "pay first"})


def raised(site: Site, exceptions: Iterable[object]) -> list[TestResponse]:
    """Return the answers to exceptions, or classes of them, that a handler raises."""
    app = client(site({"x.py": handler("raise req.environ['test.exc']")}))
    return [app.get("/x", environ_overrides={"test.exc": exc}) for exc in exceptions]


def test_an_exception_without_a_status_is_a_500(site: Site) -> None:
    """An exception that says no status is not a success."""
    answers = raised(site, [HTTPException(), HTTPException("hello"), type("E", (HTTPException,), {})()])
    assert [answer.status_code for answer in answers] == [500] * 3


def zero(*args: Any) -> Any:
    """Fail."""
    return 1 / 0


def nothing(*args: Any) -> Any:
    """Return what is no Response."""


def forged(*args: Any) -> list[tuple[str, str]]:
    """Return a header that would be two."""
    return [("X", "a\r\nb: c")]


FAULTY: list[dict[str, Any]] = [{"code": 1000}, {"code": "abc"}, {"get_response": zero}, {"get_response": nothing}]
FAULTY.append({"get_headers": forged})


def test_an_exception_that_cannot_be_answered_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """An exception of the project's own that fails to make its answer is a 500, logged once."""
    answers = raised(site, [type("Faulty", (exceptions.BadRequest,), changes) for changes in FAULTY])
    assert ([answer.status_code for answer in answers], len(caplog.records)) == ([500] * len(FAULTY), len(FAULTY))


@pytest.mark.parametrize("exc", [SystemExit(3), GeneratorExit()])
def test_an_exception_that_exits_while_it_is_answered_is_a_500(exc: BaseException, site: Site) -> None:
    """An exit while an exception makes its answer does not end the server either."""

    def get_response(*args: Any) -> None:
        raise exc

    kind = type("Exiting", (exceptions.BadRequest,), {"get_response": get_response})
    app = site({"x.py": handler("raise req.environ['test.exc']()")})
    assert call(app, environ("/x", **{"test.exc": kind}))[0] == "500 Internal Server Error"


def test_the_headers_of_an_exception_are_sent_line_by_line() -> None:
    """Its content type and length are those of another body."""
    lines = [("X", "1"), ("X", "2"), ("Content-Type", "a/b"), ("content-length", "9")]

    def get_headers(*args: Any) -> list[tuple[str, str]]:
        return lines

    res = filled(type("Custom", (exceptions.NotFound,), {"get_headers": get_headers})(), environ())
    assert (res.statusCode, res.getHeader("X"), res.getHeader("Content-Type")) == (404, ["1", "2"], "application/json")


def test_an_unexpected_exception_replaces_what_was_filled_in() -> None:
    """The client learns the status and nothing else."""
    res = Res()
    res.setHeader("X", "1")
    res.end("secret")
    filled(ZeroDivisionError(), environ(), res)
    assert (res.statusCode, res.getHeader("X"), res.content) == (500, None, b'{"error":"Internal Server Error"}')


def test_the_description_of_a_500_is_the_raiser_s(site: Site) -> None:
    """A 500 that was raised on purpose says what its raiser said, and is not logged."""
    app = site(
        {"x.py": handler("raise E('db is down')", top="from werkzeug.exceptions import InternalServerError as E")}
    )
    assert client(app).get("/x").json == {"error": "db is down"}


def test_an_answer_does_not_change_its_exception() -> None:
    """An exception that is raised again and again is answered the same."""
    exc = exceptions.MethodNotAllowed(["GET"])
    assert [filled(exc, environ()).getHeader("Allow") for _ in range(2)] == ["GET", "GET"]


SELF: list[Any] = []
SELF.append(SELF)
ODD = [object(), {"a": object()}, {None: 1}, Response(), int, SELF]


RAISING = {
    "x.py": handler("raise E(req.environ['test.given'])", top="from werkzeug.exceptions import BadRequest as E"),
    "z.py": handler("raise E(req.environ['test.given'])", top="from werkzeug.exceptions import NotFound as E"),
    "../app/pages/y.py": "def page(req): return ''",
}


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_description_that_cannot_be_written_is_a_500(
    accept: str, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, and the client gets an answer all the same."""
    app = client(site(RAISING))
    for count, description in enumerate(ODD, 1):
        answer = app.get("/x", headers={"Accept": accept}, environ_overrides={"test.given": description})
        assert (answer.status_code, answer.mimetype, len(caplog.records)) == (500, accept, count), type(description)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_any_other_description_is_shown(accept: str, site: Site) -> None:
    """As JSON and as a page: file names with odd bytes, exceptions, iterators."""
    app, numbers = client(site(RAISING)), iter([1, 2])
    shown: dict[object, str] = {
        "no \udc80 file": "no ",
        ValueError("bad x"): "bad x",
        numbers: "[1,2]",
        "<b>": "b",
        7: "7",
    }
    for description, text in shown.items():
        answer = app.get("/z", headers={"Accept": accept}, environ_overrides={"test.given": description})
        assert (answer.status_code, answer.mimetype, text in answer.text) == (404, accept, True), description


CODES: list[object] = [700, 100, -1, 0, True, "abc", 404.0, None]


@pytest.mark.parametrize("caught", ["res.json({'e': 1})", "raise", "res.status(418).end()"])
def test_a_status_that_cannot_be_sent_is_a_500(caught: str, site: Site) -> None:
    """Also where middleware catches the exception and answers without a status."""
    middleware = f"def middleware(req, res):\n    try: yield\n    except Exception: {caught}\n"
    app = client(site({"_middleware.py": middleware, "x.py": handler("raise req.environ['test.exc']()")}))
    kinds = [type("Odd", (HTTPException,), {"code": code}) for code in CODES]
    statuses = [app.get("/x", environ_overrides={"test.exc": kind}).status_code for kind in kinds]
    assert statuses == [418 if "418" in caught else 500] * len(CODES)
