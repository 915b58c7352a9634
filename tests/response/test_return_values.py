"""Which handler runs, and what becomes of what it returns."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import pytest

from fsapi import App
from tests.site import Site, call, client, environ, handler, start_response

RESPONSE = "from werkzeug.wrappers import Response"
ALL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def answer(site: Site, body: str, top: str = RESPONSE, **kwargs: Any) -> Any:
    """Return the answer of one handler."""
    return client(site({"x.py": handler(body, top=top)})).get("/x", **kwargs)


def faults(site: Site, caplog: pytest.LogCaptureFixture, bodies: Iterable[str]) -> dict[str, str]:
    """Return what the log says of handlers with these bodies, whose answers are a 500; each has a file of one App."""
    app = client(site({f"{n}.py": handler(body, top=RESPONSE) for n, body in enumerate(bodies)}))
    statuses = {body: app.get(f"/{n}").status_code for n, body in enumerate(bodies)}
    assert statuses == dict.fromkeys(bodies, 500)
    exceptions = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert len(exceptions) == len(caplog.records)
    return dict(zip(bodies, exceptions))


def said(caplog: pytest.LogCaptureFixture) -> str:
    """Return the exception of the only log record."""
    (record,) = caplog.records
    assert record.exc_info
    return str(record.exc_info[1])


def ran(app: App) -> dict[str, str]:
    """Return what `req.method` was for each method."""
    return {method: client(app).open("/x", method=method).headers["Ran"] for method in ALL}


def test_the_method_picks_the_handler(site: Site) -> None:
    """Each method has its own function."""
    functions = [handler(f"res.setHeader('Ran', req.method + ' in {name}')\nres.end()", name) for name in ALL]
    assert ran(site({"x.py": "".join(functions)})) == {method: f"{method} in {method}" for method in ALL}


def test_default_answers_the_methods_without_a_function(site: Site) -> None:
    """`default` answers the methods that have no function of their own."""
    app = site({"x.py": handler("res.setHeader('Ran', req.method)\nres.end()", "default")})
    assert ran(app) == {method: method for method in ALL}


METHODS = ["get", "Get", "TRACE", "CONNECT", "PROPFIND", "FOOBAR", "DB", "default", "", "GET ", "__init__"]


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize(("name", "allow"), [("GET", "GET, HEAD, OPTIONS"), ("default", ", ".join(ALL))])
def test_an_unknown_method_is_a_405(name: str, allow: str, site: Site) -> None:
    """Every other method is 405, although the file exports its name: methods are case-sensitive (RFC 9110, 9.1)."""
    app = site({"x.py": handler("res.end()", name) + "\nDB = TRACE = lambda req, res: res.end()"})
    sent = {method: call(app, environ("/x", REQUEST_METHOD=method)) for method in METHODS}
    found = {method: (status, headers["allow"], body) for method, (status, headers, body) in sent.items()}
    assert found == dict.fromkeys(METHODS, ("405 Method Not Allowed", allow, b'{"error":"Method Not Allowed"}'))


def test_a_method_that_the_file_lacks_is_a_405_with_allow(site: Site) -> None:
    """A method that the file lacks is a 405 with a complete Allow, and no wider file answers it."""
    app = site({"x.py": handler("res.end()", "PUT"), "[id].py": handler("res.end()", "POST")})
    given = client(app).post("/x")
    assert (given.status_code, given.headers["Allow"]) == (405, "PUT, OPTIONS")
    assert client(app).head("/x").status_code == 405


def test_head_runs_get_and_drops_the_body(site: Site) -> None:
    """HEAD runs GET, has its headers and no body, and is still HEAD to the handler."""
    app = site({"x.py": handler("res.setHeader('Ran', req.method)\nres.json([1])")})
    given = client(app).head("/x")
    assert (given.headers["Ran"], given.headers["Content-Length"], given.data) == ("HEAD", "3", b"")


def test_options_is_a_204_with_allow(site: Site) -> None:
    """OPTIONS is a 204 with Allow, and with no CORS header that nobody asked for."""
    given = client(site({"x.py": handler("", "GET") + handler("", "DELETE")})).options("/x")
    assert (given.status_code, dict(given.headers), given.data) == (204, {"Allow": "GET, HEAD, DELETE, OPTIONS"}, b"")


def test_a_handler_that_never_ends_the_response_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A handler that returns without ending is a 500 whose log names file and method."""
    assert answer(site, "res.status(201)").json == {"error": "Internal Server Error"}
    assert said(caplog) == "server/x.py:2: GET did not end the response: call res.json(...) or res.end(...)"


KINDS = {
    "{}": "dict",
    "'text'": "str",
    "1": "int",
    "res": "Res",
    "lambda: 1": "function",
    "False": "bool",
    "dict": "the class dict",
    "list": "the class list",
    "str": "the class str",
    "type": "the class type",
    "Response": "the class Response",
    "ValueError": "the class ValueError",
    "Row": "the class GET.<locals>.Row",
    "[dict]": "list",
}


def test_another_return_value_is_a_500_that_says_what_to_call(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Any other value is a 500 whose log names file, method and type, and says what to call."""
    row = "class Row:\n    def __init__(self, a, b): pass\n"
    bodies = {f"{row}return {value}": kind for value, kind in KINDS.items()}
    assert faults(site, caplog, bodies) == {
        body: f"server/{n}.py:2: GET returned {kind}: call res.json(...), or return a werkzeug Response"
        for n, (body, kind) in enumerate(bodies.items())
    }


def test_to_end_and_to_return_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A handler that ended the response and returns one too is a 500, since one of the two would be lost."""
    values = {"Response()": "Response", "{}": "dict", "len": "builtin"}
    found = faults(site, caplog, [f"res.json(1)\nreturn {value}" for value in values])
    for n, (message, kind) in enumerate(zip(found.values(), values.values())):
        assert message.startswith(f"server/{n}.py:2: GET ended the response and returned {kind}")


def test_a_call_after_the_end_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What comes after the end raises in the handler, and is a 500."""
    calls = ["res.json(2)", "res.end()", "res.status(201)", "res.setHeader('X', '1')"]
    found = faults(site, caplog, [f"res.json(1)\n{second}" for second in calls])
    assert [message.endswith("the response has already ended") for message in found.values()] == [True] * 4


def test_a_handler_may_catch_the_error_of_a_late_call(site: Site) -> None:
    """A handler that catches what came after the end has answered."""
    assert answer(site, "res.json(1)\ntry:\n    res.json(2)\nexcept RuntimeError:\n    pass").json == 1


def test_a_handler_that_raises_after_the_end_is_a_500(site: Site) -> None:
    """A handler that raises after the end does not report success, and its headers are dropped."""
    given = answer(site, "res.setHeader('Set-Cookie', 'a=1')\nres.json(1)\nraise ValueError")
    assert (given.status_code, "Set-Cookie" in given.headers) == (500, False)


def test_headers_of_res_are_sent_with_a_returned_response(site: Site) -> None:
    """What was set on res is sent with a returned Response, where that does not say otherwise."""
    sets = "for name in ('X-A', 'X-B', 'Vary'):\n    res.setHeader(name, 'res')\n"
    given = answer(site, sets + "return Response('', 201, {'X-A': 'own', 'Vary': 'own'})")
    assert (given.status_code, given.headers["X-A"], given.headers["X-B"]) == (201, "own", "res")
    assert given.headers.getlist("Vary") == ["res", "own"]


def test_cookies_of_both_are_one_line_each(site: Site) -> None:
    """Cookies of a Response, and of res, are one line each."""
    body = "res.setHeader('Set-Cookie', 'a=1')\nr = Response()\nr.set_cookie('b', '2', httponly=True)\nreturn r"
    assert answer(site, body).headers.getlist("Set-Cookie") == ["a=1", "b=2; HttpOnly; Path=/"]


def test_a_redirect_can_be_returned(site: Site) -> None:
    """A redirect goes where the handler says."""
    given = answer(site, "return redirect('/y')", "from werkzeug.utils import redirect")
    assert (given.status_code, given.headers["Location"]) == (302, "/y")


def test_a_stream_is_sent_piece_by_piece_without_a_length(site: Site) -> None:
    """A stream is sent piece by piece, without a length."""
    given = answer(site, "return Response(c for c in 'abc')", buffered=False)
    assert (list(given.iter_encoded()), given.content_length) == ([b"a", b"b", b"c"], None)
    given.close()


def test_server_sent_events_are_a_stream(site: Site) -> None:
    """Server-sent events are a stream of their type."""
    source = "return Response((f'data: {n}\\n\\n' for n in range(2)), content_type='text/event-stream')"
    given = answer(site, source)
    assert (given.content_type, given.text) == ("text/event-stream", "data: 0\n\ndata: 1\n\n")


SEND = "from werkzeug.utils import send_file"


def test_a_file_has_its_type_length_and_etag(site: Site) -> None:
    """A file is sent with its type, its length and its tag."""
    given = answer(site, "return send_file(__file__, req.environ)", SEND)
    assert given.text.splitlines()[0] == SEND
    assert given.headers["Content-Type"].startswith("text/x-python")
    assert (given.content_length, given.headers["ETag"][0]) == (len(given.data), '"')


def test_a_range_of_a_file_is_a_206(site: Site) -> None:
    """A range of a file is a 206."""
    given = answer(
        site, "return send_file(__file__, req.environ, conditional=True)", SEND, headers={"Range": "bytes=0-3"}
    )
    assert (given.status_code, given.data) == (206, b"from")


class Wrapper:
    """What a server gives as `wsgi.file_wrapper`: it can send the file without Python."""

    def __init__(self, file: Any, size: int = 8192) -> None:
        self.file, self.size = file, size
        self.close = file.close

    def __iter__(self) -> Any:
        return iter(lambda: self.file.read(self.size), b"")


@pytest.mark.parametrize(("length", "kind"), [(None, "Wrapper"), ("3", "Stream")])
def test_the_server_gets_its_own_file_wrapper_back(length: str | None, kind: str, site: Site) -> None:
    """The server gets its own file wrapper back untouched, unless a request's body has to be drained at its end."""
    app = site({"x.py": handler("return send_file(__file__, req.environ)", top=SEND)})
    made = environ("/x", "GET", b"abc", CONTENT_LENGTH=length, **{"wsgi.file_wrapper": Wrapper})
    body: Any = app(made, start_response)
    assert (type(body).__name__, b"".join(body)[:4]) == (kind, b"from")
    body.close()
    assert made["wsgi.input"].read() == (b"abc" if length is None else b"")


class Sealed(Wrapper):
    """A file wrapper in C: what it has cannot be replaced."""

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(self, "close"):
            raise AttributeError(name)
        super().__setattr__(name, value)


CLOSED = f"{SEND}\nclosed = []"
SENT = "r = send_file(__file__, req.environ)\nr.call_on_close(lambda: closed.append(r.response.file.closed))\nreturn r"


@pytest.mark.parametrize("wrapper", [Wrapper, Sealed, None])
def test_what_is_called_on_close_runs_once_however_a_file_is_sent(wrapper: type[Wrapper] | None, site: Site) -> None:
    """By the server itself, or by Python; the file is closed before."""
    app = site({"x.py": handler(SENT, "default", top=CLOSED)})
    for count, method in enumerate(("GET", "HEAD", "POST"), 1):
        given = environ("/x", method, b"abc", **{"wsgi.file_wrapper": wrapper} if wrapper else {})
        body: Any = app(given, start_response)
        b"".join(body)
        body.close()
        assert sys.modules["server.x"].closed == [True] * count


def test_a_function_called_on_close_that_raises_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The server closes its file wrapper outside of every `try`."""
    app = site(
        {"x.py": handler("r = send_file(__file__, req.environ)\nr.call_on_close(lambda: 1 / 0)\nreturn r", top=SEND)}
    )
    body: Any = app(environ("/x", **{"wsgi.file_wrapper": Wrapper}), start_response)
    with pytest.raises(ZeroDivisionError):
        body.close()
    assert said(caplog) == "division by zero"


APPS = [
    "    start('201 Created', [('X', '1')])\n    return [b'a', b'b']",
    "    start('201 Created', [('X', '1')])\n    yield b'a'\n    yield b'b'",
    "    yield b''\n    start('201 Created', [('X', '1')])\n    yield b'ab'",
    "    start('201 Created', [('X', '1')])(b'a')\n    return [b'b']",
    "    write = start('201 Created', [('X', '1')])\n    write(b'a')\n    write(b'b')\n    return []",
]


def test_a_returned_wsgi_application_is_sent(site: Site) -> None:
    """A returned WSGI application is sent, whether it starts at once, when it is iterated, or by write()."""
    bodies = [f"res.setHeader('Y', '2')\ndef app(environ, start):\n{app}\nreturn app" for app in APPS]
    web = client(site({f"{n}.py": handler(body) for n, body in enumerate(bodies)}))
    answers = [web.get(f"/{n}") for n in range(len(APPS))]
    sent = [(given.status, given.headers["X"], given.headers["Y"], given.data) for given in answers]
    assert sent == [("201 Created", "1", "2", b"ab")] * len(APPS)


def test_a_class_whose_instances_are_the_body_is_an_application(site: Site) -> None:
    """PEP 3333 has one as an example."""
    app = "class App:\n    def __init__(self, environ, start): self.start = start\n"
    app += "    def __iter__(self):\n        self.start('201 Created', [])\n        yield b'ab'\n"
    given = answer(site, f"{app}return App")
    assert (given.status, given.data) == ("201 Created", b"ab")


def test_a_function_under_request_application_can_be_returned(site: Site) -> None:
    """It is a WSGI application, although it wraps a function of one argument."""
    top = "from werkzeug.wrappers import Request, Response"
    body = "@Request.application\ndef app(request): return Response(request.args['q'])\nreturn app"
    assert answer(site, body, top, query_string="q=1").text == "1"


def test_an_application_that_fails_before_it_starts_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """An application that fails before it starts is a 500."""
    assert answer(site, "return lambda environ, start: 1 / 0").status_code == 500
    assert said(caplog) == "division by zero"


def test_a_callable_that_starts_no_response_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A callable of two arguments that never starts a response is a 500."""
    bodies = ["return lambda environ, start: []", "return lambda environ, start: None", "return max"]
    assert len(faults(site, caplog, bodies)) == 3


def test_a_returned_application_reads_the_body_itself(site: Site) -> None:
    """A returned application reads the request's body itself, to its end and no further."""
    body = (
        "def app(environ, start):\n    start('200 OK', [])\n    return iter(lambda: environ['wsgi.input'].read(2), b'')"
    )
    app = site({"x.py": handler(f"{body}\nreturn app", "POST")})
    made = environ("/x", "POST", b"abcdeNEXT", CONTENT_LENGTH="5")
    assert call(app, made)[2] == b"abcde"


def test_head_has_no_body_with_a_returned_application(site: Site) -> None:
    """HEAD has no body, whoever makes it."""
    app = site({"x.py": handler("return lambda e, s: [s('200 OK', [('Content-Length', '1')]), b'a'][1:]")})
    given = client(app).head("/x")
    assert (given.headers["Content-Length"], given.data) == ("1", b"")


def test_a_returned_response_is_closed_when_it_has_been_sent(site: Site) -> None:
    """What a Response holds is closed when the server has sent it, also under HEAD."""
    app = site(
        {
            "x.py": handler(
                "r = Response('a')\nr.call_on_close(lambda: done.append(1))\nreturn r", top=f"{RESPONSE}\ndone = []"
            )
        }
    )
    client(app).get("/x").close()
    client(app).head("/x").close()
    assert app.routes[0].module.done == [1, 1]


@pytest.mark.parametrize("why", ["res.end()\nreturn r", "r.status_code = 600\nreturn r"])
def test_a_rejected_response_is_closed(why: str, site: Site) -> None:
    """A Response that is rejected is closed all the same."""
    source = f"r = Response('a')\nr.call_on_close(lambda: done.append(1))\n{why}"
    app = site({"x.py": handler(source, top=f"{RESPONSE}\ndone = []")})
    client(app).get("/x")
    assert app.routes[0].module.done == [1]


def test_a_close_that_raises_while_an_error_is_answered_is_a_500(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What is logged is the last that went wrong."""
    around = "def middleware(req, res):\n    yield\n    1 / 0"
    returning = "r = Response('a')\nr.call_on_close(lambda: open('/nope'))\nreturn r"
    app = site({"_middleware.py": around, "x.py": handler(returning, top=RESPONSE)})
    assert client(app).get("/x").status_code == 500
    assert said(caplog).startswith("[Errno 2]")


def test_a_handler_that_its_file_has_deleted_is_named_without_a_line(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """The names of a module may change after the start."""
    answer(site, "globals().pop('GET')\nreturn 1")
    assert said(caplog) == "server/x.py: GET returned int: call res.json(...), or return a werkzeug Response"
