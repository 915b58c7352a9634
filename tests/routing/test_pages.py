"""Pages: HTML beside the API, in one order of precedence with the route files."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from fsapi import App, TreeError
from fsapi.inspection import route_table
from fsapi.tree.import_hook import register
from tests.site import Site, client, write
from tests.test_app import calls

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
API = "def {0}(req, res): res.json(['api', req.params])\n"
WRITE = "Write `def page(req):`, or start the file name with _ if it is not a page."
PAGE = "def page(req): return f'<p>page {req.params}</p>'\n"


FILES = {
    "server/index.py": API.format("POST"),
    "server/users/index.py": API.format("GET") + API.format("POST"),
    "server/users/[id].py": API.format("GET") + API.format("PUT"),
    "app/pages/index.py": PAGE,
    "app/pages/users/index.py": PAGE,
    "app/pages/users/new.py": PAGE,
    "app/pages/users/[slug].py": PAGE,
    "app/pages/about.py": PAGE,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a tree and pages, in part with the same URLs."""
    return write(tmp_path, FILES)


@pytest.fixture(scope="module")
def app(shared_site: Site) -> App:
    """Return the App of this project, built once for all tests that add no file to it."""
    return shared_site({f"../{name}": source for name, source in FILES.items()})


@pytest.mark.parametrize("export", ["GET", "HEAD", "default"])
def test_url_for_rejects_a_url_at_which_a_page_answers_get(tmp_path: Path, export: str) -> None:
    """A link to it would lead there."""
    files = {"server/users/[id].py": API.format(export), "app/pages/users/new.py": PAGE, "app/pages/users/[x].py": PAGE}
    app = App(write(tmp_path, files))
    assert app.url_for("users/[id].py", id="old") == "/users/old"
    with pytest.raises(ValueError, match=r"would be /users/new, which app/pages/users/new\.py answers$"):
        app.url_for("users/[id].py", id="new")


def test_url_for_gives_the_url_of_a_file_that_answers_no_get(tmp_path: Path) -> None:
    """A page answers none of its methods."""
    app = App(write(tmp_path, {"server/users/[id].py": API.format("PUT"), "app/pages/users/new.py": PAGE}))
    assert app.url_for("users/[id].py", id="new") == "/users/new"


def ask(project: Path | App, path: str, method: str = "GET", accept: str | None = BROWSER) -> TestResponse:
    """Return the answer to a request with the Accept header of a browser, or another one."""
    headers = {} if accept is None else {"Accept": accept}
    app = project if isinstance(project, App) else App(project)
    return client(app).open(path, method=method, headers=headers)


def test_a_page_is_html(app: App) -> None:
    """A client that does not accept HTML gets it too if only a page has the URL."""
    answer = ask(app, "/about", accept="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text == "<p>page {}</p>"


ACCEPTS = {
    BROWSER: True,
    "text/html": True,
    "text/html, application/json;q=0.9": True,
    "application/json": False,
    "text/html, application/json": False,
    "*/*": False,
    "": False,
    None: False,
    "nonsense;;q=": False,
}


def test_accept_chooses_where_both_have_the_same_shape(app: App) -> None:
    """A client that prefers HTML gets the page; `Vary` tells caches that others get something else."""
    answers = {accept: ask(app, "/users", accept=accept) for accept in ACCEPTS}
    assert {accept: answer.text.startswith("<p>page") for accept, answer in answers.items()} == ACCEPTS
    assert {answer.headers["Vary"] for answer in answers.values()} == {"Accept"}


VARY = "from werkzeug.exceptions import abort\nfrom werkzeug.wrappers import Response\n"
ANSWERS = {
    "return Response('', headers={'Vary': 'Cookie'})": (200, ["Accept", "Cookie"]),
    "return Response('', headers={'Vary': 'accept'})": (200, ["Accept", "accept"]),
    "abort(409)": (409, ["Accept"]),
    "1 / 0": (500, ["Accept"]),
    "return 5": (500, ["Accept"]),
    "pass": (500, ["Accept"]),
}


@pytest.mark.parametrize("middleware", ["", "def middleware(req, res): ...", "def middleware(req, res): yield"])
def test_whatever_is_chosen_varies_by_accept(tmp_path: Path, middleware: str) -> None:
    """Errors and returned Responses do too, with or without middleware."""
    files = dict.fromkeys(["app/pages/_middleware.py", "server/_middleware.py"], middleware) if middleware else {}
    for n, body in enumerate(ANSWERS):
        files[f"app/pages/{n}.py"] = f"{VARY}def page(req): {body}"
        files[f"server/{n}.py"] = f"{VARY}def GET(req, res): {body}"
    app = App(write(tmp_path, files))
    for accept in (BROWSER, "application/json"):
        answers = {body: ask(app, f"/{n}", accept=accept) for n, body in enumerate(ANSWERS)}
        found = {body: (answer.status_code, sorted(answer.headers.getlist("Vary"))) for body, answer in answers.items()}
        assert found == ANSWERS


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_params_that_do_not_fit_vary_by_accept(tmp_path: Path, accept: str) -> None:
    """The contract of the file that was chosen answers with a 404."""
    top = "from fsapi import Req\nfrom tests.models import Id\n"
    files = {
        "app/pages/[id].py": "def page(req: Req[None, Id]): ...",
        "server/[id].py": "def GET(req: Req[None, Id], res): ...",
    }
    answer = ask(write(tmp_path, {name: top + source for name, source in files.items()}), "/x", accept=accept)
    assert (answer.status_code, answer.headers.getlist("Vary")) == (404, ["Accept"])


@pytest.mark.parametrize(
    ("set_vary", "found"), [("'Cookie'", ["Accept", "Cookie"]), ("'*'", ["*"]), ("['Accept']", ["Accept"])]
)
def test_a_handler_that_sets_vary_keeps_accept(tmp_path: Path, set_vary: str, found: list[str]) -> None:
    """What it sets replaces what was set before it."""
    api = f"def GET(req, res):\n    res.setHeader('Vary', {set_vary})\n    res.end()"
    answer = ask(write(tmp_path, {"app/pages/a.py": PAGE, "server/a.py": api}), "/a", accept=None)
    assert sorted(answer.headers.getlist("Vary")) == found


@pytest.mark.parametrize(("accept", "file"), [(BROWSER, "app/pages/a.py"), (None, "server/a.py")])
def test_middleware_sees_vary_and_its_answers_have_it(tmp_path: Path, accept: str | None, file: str) -> None:
    """An answer that comes from middleware depends on Accept too."""
    source = "def middleware(req, res): res.json([req.route.file, res.getHeader('Vary')], 401)"
    files = {"app/pages/_middleware.py": source, "server/_middleware.py": source}
    files |= {"app/pages/a.py": PAGE, "server/a.py": API.format("GET")}
    answer = ask(write(tmp_path, files), "/a", accept=accept)
    assert (answer.json, answer.headers["Vary"]) == ([file, "Accept"], "Accept")


def test_params_have_the_names_of_the_chosen_file(app: App) -> None:
    """`[slug].py` and `[id].py` have the same shape."""
    found = [ask(app, "/users/7", accept=accept).text for accept in (BROWSER, "*/*")]
    assert found == ["<p>page {'slug': '7'}</p>", '["api",{"id":"7"}]']


def test_the_more_specific_file_wins_even_if_it_is_a_page(app: App) -> None:
    """The page `new.py` hides `[id].py` from GET and HEAD."""
    assert ask(app, "/users/new", accept="application/json").text == "<p>page {}</p>"


METHODS = [
    ("PUT", "/users/new", 200, '["api",{"id":"new"}]'),
    ("POST", "/users", 200, '["api",{}]'),
    ("POST", "/about", 405, None),
    ("OPTIONS", "/about", 204, None),
    ("HEAD", "/about", 200, ""),
    ("HEAD", "/users", 200, ""),
    ("POST", "/nope", 404, None),
]


def test_other_methods_know_only_route_files(app: App) -> None:
    """A PUT reaches the API even if a page has that URL; a page answers only GET and HEAD."""
    answers = [ask(app, path, method, "*/*") for method, path, _, _ in METHODS]
    assert [answer.status_code for answer in answers] == [status for _, _, status, _ in METHODS]
    assert [None if row[3] is None else answer.text for answer, row in zip(answers, METHODS)] == [
        row[3] for row in METHODS
    ]


def test_allow_lists_the_methods_of_both(app: App) -> None:
    """It lists the methods of the page and of the route file of the same shape."""
    allowed = [ask(app, path, method).headers["Allow"] for path, method in (("/", "DELETE"), ("/", "OPTIONS"))]
    assert allowed == ["GET, HEAD, POST, OPTIONS"] * 2
    assert ask(app, "/about", "POST").headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_a_page_answers_where_the_route_file_has_no_get(app: App, accept: str) -> None:
    """There is nothing to choose, so the answer does not vary."""
    answer = ask(app, "/", accept=accept)
    assert (answer.text, "Vary" in answer.headers) == ("<p>page {}</p>", False)


HTML = {
    "def page(req): return 'é'": "é",
    "from markupsafe import Markup\ndef page(req): return Markup('<b>')": "<b>",
    "class H:\n    def __html__(self): return '<i>'\ndef page(req): return H()": "<i>",
    "from werkzeug.wrappers import Response\ndef page(req): return Response('r')": "r",
}


def test_a_page_returns_html_or_a_response(tmp_path: Path) -> None:
    """HTML is a str, or an object with `__html__`."""
    app = App(write(tmp_path, {f"app/pages/{n}.py": source for n, source in enumerate(HTML)}))
    assert {source: ask(app, f"/{n}").text for n, source in enumerate(HTML)} == HTML


def test_any_other_value_from_a_page_is_a_500(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the file and the type."""
    values = ["None", "5", "{'a': 1}"]
    app = App(write(tmp_path, {f"app/pages/{n}.py": f"def page(req): return {v}" for n, v in enumerate(values)}))
    assert [ask(app, f"/{n}").status_code for n in range(3)] == [500] * 3
    assert [f"app/pages/{n}.py:1: page returned " in caplog.text for n in range(3)] == [True] * 3


@pytest.mark.parametrize(("accept", "kind"), [(BROWSER, "text/html; charset=utf-8"), ("*/*", "application/json")])
def test_errors_are_pages_for_browsers(tmp_path: Path, accept: str, kind: str) -> None:
    """API clients keep getting JSON, and every error varies by Accept."""
    app = App(write(tmp_path, {"app/pages/boom.py": "def page(req): 1 / 0", "server/a.py": API.format("GET")}))
    statuses = {("/nope", "GET"): 404, ("/boom", "GET"): 500, ("/boom", "PUT"): 405, ("/%FF", "GET"): 400}
    answers = {(path, method): ask(app, path, method, accept) for path, method in statuses}
    assert {case: answer.status_code for case, answer in answers.items()} == statuses
    assert {answer.headers["Content-Type"] for answer in answers.values()} == {kind}
    assert [answer.headers.getlist("Vary") for answer in answers.values()] == [["Accept"]] * 4


def test_an_error_page_escapes_its_description(tmp_path: Path) -> None:
    """A description can contain text that a client has sent."""
    source = "from werkzeug.exceptions import abort\ndef page(req): abort(409, '<script>')"
    answer = ask(write(tmp_path, {"app/pages/a.py": source}), "/a")
    assert (answer.status_code, "<p>&lt;script&gt;</p>" in answer.text) == (409, True)


def test_without_pages_errors_are_json_for_browsers_too(tmp_path: Path) -> None:
    """An API without pages is not a site."""
    answer = ask(write(tmp_path, {"server/a.py": API.format("GET")}), "/nope")
    assert (answer.json, "Vary" in answer.headers) == ({"error": "Not Found"}, False)


def test_each_tree_has_its_own_middleware(project: Path) -> None:
    """Middleware sees the file that was chosen in `req.route`."""
    source = "def middleware(req, res): res.setHeader('X-M', [*(res.getHeader('X-M') or []), '{0} ' + req.route.file])"
    write(project, {f"{name}/_middleware.py": source.format(name) for name in ("server", "app/pages")})
    found = [ask(project, "/users", accept=accept).headers.getlist("X-M") for accept in (BROWSER, "*/*")]
    assert found == [["app/pages app/pages/users/index.py"], ["server server/users/index.py"]]


def test_routes_lists_pages_and_route_files(project: Path) -> None:
    """They are in one order of precedence."""
    table = [line.split() for line in route_table.table([*route_table.rows(App(project).routes)]).splitlines()]
    assert ["GET", "/users/new", "app/pages/users/new.py:1"] in table
    assert [row[1] for row in table if row[1] in ("/about", "/users/[slug]")] == ["/about", "/users/[slug]"]
    assert {rule.endpoint.file for rule in App(project).url_map.iter_rules()} >= {"app/pages/about.py"}


def test_the_modules_of_pages_are_below_pages(project: Path) -> None:
    """They are not below `app`, since there may be an `app.py`."""
    App(project)
    assert register(project / "app/pages") == "pages"


def test_a_page_gets_its_own_absent_params(tmp_path: Path) -> None:
    """The route file of the same shape has no such params."""
    project = write(tmp_path, {"app/pages/[[lang]]/a.py": PAGE, "server/a.py": API.format("GET")})
    assert ask(project, "/a").text == "<p>page {'lang': None}</p>"


def test_pages_need_no_tree_of_route_files(tmp_path: Path) -> None:
    """A missing folder of pages is not a mistake either."""
    assert ask(write(tmp_path, {"app/pages/a.py": PAGE}), "/a").status_code == 200


WRONG = [
    (
        "from fsapi import Req\ndef page(req: Req[int]): ...",
        ":2: the annotations of page ask for a body, which browsers do not send\n  Write Req[None, Params, Query].",
    ),
    ("async def page(req): ...", ":1: page is async\n  fsapi is synchronous: drop the `async`."),
    ("def page(req, res): ...", ":1: page takes (req, res), but is called with (req)\n  Write `def page(req):`."),
    ("def Page(req): ...", ":1: defines no page, but `Page` looks like one\n  " + WRITE),
    ("X = 1", ":1: defines no page\n  " + WRITE),
]


def test_wrong_pages_stop_the_start(tmp_path: Path) -> None:
    """Wrong handlers do too."""
    with pytest.raises(TreeError) as caught:
        App(write(tmp_path, {f"app/pages/{n}.py": source for n, (source, _) in enumerate(WRONG)}))
    messages = [f"app/pages/{n}.py{message}" for n, (_, message) in enumerate(WRONG)]
    assert sorted(map(str, caught.value.mistakes)) == messages


@pytest.mark.parametrize("name", ["middleware", "error"])
def test_a_page_that_is_nearly_called_like_a_private_file_has_its_name_in_the_remedy(tmp_path: Path, name: str) -> None:
    """Without the `_` it is a page."""
    with pytest.raises(TreeError, match=rf"or name the file _{name}\.py if that is what it is meant to be"):
        App(write(tmp_path, {f"app/pages/{name}.py": "X = 1"}))


def test_mistakes_of_both_trees_are_in_one_report(tmp_path: Path) -> None:
    """A project is fixed in one go."""
    with pytest.raises(TreeError) as caught:
        App(write(tmp_path, {"app/pages/[a.py": PAGE, "server/b.py": "X = 1", "server/c.py": API.format("GET")}))
    assert [mistake.file for mistake in caught.value.mistakes] == ["app/pages/[a.py", "server/b.py"]


@pytest.mark.parametrize("name", ["_Middleware.py", "_errors.py", "users/_middleware/a.py"])
def test_names_that_nearly_run_stop_the_start(project: Path, name: str) -> None:
    """Pages have middleware of their own."""
    with pytest.raises(TreeError, match="is ignored, but is nearly called"):
        App(write(project, {f"app/pages/{name}": ""}))


def test_the_log_names_the_page_that_failed(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The route file of the same shape did not run."""
    write(project, {"app/pages/users/index.py": "def page(req): 1 / 0"})
    assert ask(project, "/users").status_code == 500
    assert caplog.messages == ["GET /users failed in app/pages/users/index.py"]


@pytest.mark.parametrize("accept", [BROWSER, "application/json", None])
def test_a_page_beside_a_route_file_costs_few_calls(project: Path, accept: str | None) -> None:
    """The header is set where the choice is made, and an Accept that was seen before is not parsed again."""
    assert len(calls(App(project), "/users", HTTP_ACCEPT=accept)) <= 45
