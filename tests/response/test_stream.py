"""The body of a returned Response while the server iterates it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextvars import ContextVar, copy_context

import pytest

from fsapi import App
from fsapi.response.stream import Stream
from tests.site import Site, Source, call, client, environ, handler, start_response

RESPONSE = "from werkzeug.wrappers import Response"
name: ContextVar[str] = ContextVar("name")


def stream(body: Iterable[bytes], told: list[object]) -> Stream:
    """Return a Stream that tells of its failures and of its end."""
    return Stream(body, copy_context(), told.append, lambda: told.append("closed"))


class Closing(list[bytes]):
    """A body with a `close` that tells, and may raise."""

    def __init__(self, told: list[object], exc: BaseException | None = None) -> None:
        super().__init__([b"a", b"b"])
        self.told, self.exc = told, exc

    def close(self) -> None:
        """Tell of the end."""
        self.told.append("body")
        if self.exc is not None:
            raise self.exc


def failing(exc: BaseException) -> Iterator[bytes]:
    """Yield once, then raise."""
    yield b"a"
    raise exc


def test_a_body_is_iterated_as_it_is() -> None:
    """A body is iterated as it is."""
    assert list(stream([b"a", b"", b"b"], [])) == [b"a", b"", b"b"]


@pytest.mark.parametrize("read", [0, 1, 2])
def test_the_body_is_closed_however_far_it_was_read(read: int) -> None:
    """The body is closed, however far it was read, and then the request's end is told."""
    told: list[object] = []
    made = stream(Closing(told), told)
    for _ in range(read):
        next(made)
    made.close()
    assert told == ["body", "closed"]


def test_a_body_without_close_is_closed_too() -> None:
    """A body that has nothing to close is closed all the same."""
    told: list[object] = []
    stream([b"a"], told).close()
    assert told == ["closed"]


def test_on_close_runs_although_the_body_s_close_raises() -> None:
    """The request's end is told although the body's own close raises."""
    told: list[object] = []
    with pytest.raises(ValueError, match="no"):
        stream(Closing(told, ValueError("no")), told).close()
    assert [str(entry) for entry in told] == ["body", "no", "closed"]


@pytest.mark.parametrize(
    ("exc", "raised"), [(ValueError(), ValueError), (OSError(), RuntimeError), (GeneratorExit(), RuntimeError)]
)
def test_a_failure_goes_to_the_server_as_what_it_survives(exc: BaseException, raised: type[Exception]) -> None:
    """A failure halfway is told, and goes to the server as what that survives and answers."""
    told: list[object] = []
    made = stream(failing(exc), told)
    assert next(made) == b"a"
    with pytest.raises(raised):
        next(made)
    assert told == [exc]


def test_the_body_runs_in_its_context() -> None:
    """The body, its close included, runs in the context that it was given."""

    def body() -> Iterator[bytes]:
        try:
            yield name.get().encode()
        finally:
            name.set("closed")

    context = copy_context()
    context.run(name.set, "joe")
    made = Stream(body(), context, lambda exc: None, lambda: None)
    assert next(made) == b"joe"
    made.close()
    assert (context[name], name.get("unset")) == ("closed", "unset")


def test_a_failure_halfway_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A stream that fails leaves one log record with its file."""
    app = site({"x.py": handler("return Response(1 // n for n in [1, 0])", top=RESPONSE)})
    with pytest.raises(ZeroDivisionError):
        call(app, environ("/x"))
    assert [record.message for record in caplog.records] == ["GET /x failed in server/x.py"]


EXITS = f"""
{RESPONSE}
def body():
    yield b"a"
    raise SystemExit(3)
"""


@pytest.mark.parametrize("errors", ["answer", "raise"])
@pytest.mark.parametrize(
    "source", ["return Response(body())", "r = Response('a')\nr.call_on_close(lambda: exit(3))\nreturn r"]
)
def test_an_exit_does_not_reach_the_server(errors: str, source: str, site: Site) -> None:
    """A SystemExit halfway, or while the body is closed, is another exception to the server, which lives on."""
    app = site({"x.py": handler(source, top=EXITS + "\nfrom sys import exit")}, errors=errors)
    with pytest.raises(RuntimeError):
        call(app, environ("/x"))


def test_the_body_of_the_request_is_drained_at_the_end(site: Site) -> None:
    """What a stream has left of the request's body is drained when it ends, and not before."""
    app = site({"x.py": handler("return Response(c for c in 'ab')", "POST", RESPONSE)})
    source = Source(9)
    made = environ("/x", "POST", CONTENT_LENGTH="9", **{"wsgi.input": source})
    body = iter(app(made, start_response))
    assert (next(body), source.taken) == (b"a", 0)
    body.close()  # type: ignore[attr-defined]
    assert source.left == 0


def test_a_stream_reads_the_body(site: Site) -> None:
    """A stream may read the request's body while it is sent."""
    source = "return Response(iter(lambda: req.raw.stream.read(2), b''))"
    app = site({"x.py": handler(source, "POST", RESPONSE)})
    assert client(app).post("/x", data=b"abcde").data == b"abcde"


LENGTHS = """
from werkzeug.wrappers import Response
ended = []
def pieces():
    yield b"12345"
    yield b""
    yield b"67890"
    ended.append(1)
def answer(length):
    return Response(pieces(), headers={"Content-Length": str(length)})
"""


def test_a_stream_has_the_length_that_it_declares(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What is too much is not sent, and what is too short ends the connection, whatever has made the stream."""
    app = site({"a.py": handler("return answer(req.query['n'])", top=LENGTHS)})
    assert [sent(app, f"n={size}") for size in (10, 9, 5, 1)] == [b"1234567890", b"123456789", b"12345", b"1"]
    with pytest.raises(RuntimeError, match="the body ends after 10 bytes, but Content-Length is 11"):
        sent(app, "n=11")
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def sent(app: App, query: str) -> bytes:
    """Return the body of an answer."""
    return call(app, environ("/a", QUERY_STRING=query))[2]


def test_a_stream_of_its_true_length_runs_to_its_end(site: Site) -> None:
    """As one that declares no length does."""
    app = site({"a.py": handler("return answer(10)", top=LENGTHS)})
    sent(app, "")
    assert vars(app.routes[0].module)["ended"] == [1]


def test_the_answer_to_head_has_the_length_of_that_to_get(site: Site) -> None:
    """And no body (RFC 9110, 9.3.2), whether a Response or an application answers."""
    answers = {"a.py": "answer(10)", "b.py": "lambda environ, start: answer(10)(environ, start)"}
    app = site({name: handler(f"return {answer}", top=LENGTHS) for name, answer in answers.items()})
    for path in ("/a", "/b"):
        _, headers, body = call(app, environ(path, "HEAD"))
        assert (headers["content-length"], body) == ("10", b"")


CLOSING = f"""
{RESPONSE}
closed = []
class Body:
    def __iter__(self):
        return iter([b"a", b"b"])
    def close(self):
        closed.append(1)
def app(environ, start_response):
    start_response("200 OK", [("Connection", "x")])
    return Body()
"""
# fmt: off
RETURNED = [
    "Response(Body())", "Response(Body(), direct_passthrough=True)", "Response(Body(), 204)", "Response(Body(), 700)",
    "Response(Body(), headers={'Content-Length': '1'})",
    "Response(Body(), headers={'Connection': 'x'})", "Response(Body(), headers={'Content-Length': 'x'})", "app",
    "lambda environ, start_response: Body()",
]
# fmt: on


def test_a_body_is_closed_once_whatever_is_wrong_with_its_answer(site: Site) -> None:
    """Also that of a WSGI application whose headers cannot be sent (PEP 3333)."""
    app = site({f"{n}.py": handler(f"return {each}", top=CLOSING) for n, each in enumerate(RETURNED)})
    for number in range(len(RETURNED)):
        call(app, environ(f"/{number}"))
    closed = {RETURNED[int(route.pattern[1:])]: route.module.closed for route in app.routes}
    assert closed == {each: [1] for each in RETURNED}
