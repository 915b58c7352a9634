"""Files as they are loaded: the middleware of their folders, in files with one function or several."""

from __future__ import annotations

import pytest

from fsapi import App, TreeError
from fsapi.inspection import route_table
from tests.site import Site, client

TRACES = """
def before(name):
    def middleware(req, res): vars(req.state).setdefault("trace", []).append(name)
    return middleware
def around(name):
    def middleware(req, res):
        before(name)(req, res)
        yield
        req.state.trace.append(name)
    return middleware
"""
SHOW = """
traces = []
def GET(req, res):
    traces.append(req.state.trace)
    res.json(req.route.middleware)
"""


@pytest.fixture
def app(site: Site) -> App:
    """Return an app with two files of two functions each, a plain one and a generator."""
    outer, inner = ('[before("a"), around("b")]', '(around("c"), before("d"))')
    files = {"_middleware.py": outer, "in/_middleware.py": inner}
    return site({"in/a.py": SHOW, **{name: f"{TRACES}middleware = {value}" for name, value in files.items()}})


def test_a_list_of_functions_runs_in_its_order(app: App) -> None:
    """The first is the outermost: it comes first on the way in, and last on the way out."""
    client(app).get("/in/a")
    assert app.routes[0].module.traces == [["a", "b", "c", "d", "c", "b"]]


def test_a_file_with_several_functions_is_named_once(app: App) -> None:
    """`Route.middleware` and the list of routes name files."""
    files = ["server/_middleware.py", "server/in/_middleware.py"]
    assert client(app).get("/in/a").json == files
    assert route_table.table([*route_table.rows(app.routes)]) == f"GET  /in/a  server/in/a.py:3  {' > '.join(files)}"


@pytest.mark.parametrize("path", ["/nope", "/openapi.json"])
def test_all_functions_of_the_root_run_for_paths_without_a_file(site: Site, path: str) -> None:
    """For a 404 and for the document, and those of other folders do not."""
    mark = "def mark(n):\n    return lambda req, res: res.setHeader(f'X-{n}', n)\nmiddleware = [mark(1), mark(2)]"
    inner = "def middleware(req, res): res.setHeader('X-3', '3')"
    app = site(
        {"_middleware.py": mark, "a/_middleware.py": inner, "a/b.py": "def GET(req, res): ..."}, openapi="/openapi.json"
    )
    answer = client(app).get(path)
    assert [answer.headers.get(f"X-{n}") for n in (1, 2, 3)] == ["1", "2", None]


def test_a_list_is_read_when_the_app_is_built(site: Site) -> None:
    """What is appended later does not run."""
    source = "from ._middleware import middleware\nmiddleware.append(1)\ndef GET(req, res): res.json(len(middleware))"
    app = site({"_middleware.py": "def first(req, res): ...\nmiddleware = [first]", "a.py": source})
    assert client(app).get("/a").json == 2


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("[]", ["middleware is an empty list"]),
        ("()", ["middleware is an empty list"]),
        ("[f, 5, None]", ["middleware[1] is not a function", "middleware[2] is not a function"]),
        ("[[f]]", ["middleware[0] is not a function"]),
        ("[f, (f, f)]", ["middleware[1] is not a function"]),
        ("[f, dict]", ["middleware[1] is not a function"]),
        ("{f}", ["middleware is not a function"]),
        ("{'f': f}", ["middleware is not a function"]),
        ("iter([f])", ["middleware is not a function"]),
        ("'f'", ["middleware is not a function"]),
        ("[f, short, f, later]", ["middleware[1] takes (a), but is called with (req, res)", "middleware[3] is async"]),
        ("[f, contextmanager(g)]", ["middleware[1] is a context manager, which would never run"]),
        (
            "[f, typed]",
            ["the annotations of middleware[1] have a contract, but middleware runs before contracts are checked"],
        ),
    ],
)
def test_a_list_with_anything_but_functions_is_rejected(site: Site, value: str, what: list[str]) -> None:
    """Each is named by its place, with the line of the list."""
    top = """
from contextlib import contextmanager
from fsapi import Req
def f(req, res): ...
def g(req, res): yield
def short(a): ...
def typed(req: Req[int], res): ...
async def later(req, res): ...
"""
    with pytest.raises(TreeError) as caught:
        site({"_middleware.py": f"{top}middleware = {value}", "a.py": "def GET(req, res): ..."})
    assert [(mistake.what, mistake.line) for mistake in caught.value.mistakes] == [(each, 9) for each in what]


@pytest.mark.parametrize("value", ["[f]", "(f, f)", "[f, g]", "[cors(origins='*'), partial(f)]", "List([f])"])
def test_a_list_or_tuple_of_functions_is_accepted(site: Site, value: str) -> None:
    """They may be anything that middleware can be, and the same one twice."""
    top = """
from functools import partial
from fsapi import cors
class List(list): ...
def f(req, res): ...
def g(req, res): yield
"""
    assert site({"_middleware.py": f"{top}middleware = {value}", "a.py": "def GET(req, res): ..."}).routes
