"""Read the exports of modules: which are handlers, and which are rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsapi import TreeError
from fsapi.exports.bindings import line
from fsapi.tree import import_hook
from tests.site import Site, client, write


def answers(site: Site, source: str, **more: str) -> dict[str, tuple[int, str | None]]:
    """Return the status and the header X-Ran for every method of one route file."""
    browser = client(site({"a.py": source, **{f"{name}.py": text for name, text in more.items()}}))
    found = {method: browser.open("/a", method=method) for method in ("GET", "HEAD", "POST", "OPTIONS")}
    return {method: (answer.status_code, answer.headers.get("X-Ran")) for method, answer in found.items()}


RAN = "def {0}(req, res):\n    res.setHeader('X-Ran', '{0}')\n    res.end()\n"


def test_head_runs_get_and_options_answers_itself(site: Site) -> None:
    """A file with GET answers three methods."""
    expected = {"GET": (200, "GET"), "HEAD": (200, "GET"), "POST": (405, None), "OPTIONS": (204, None)}
    assert answers(site, RAN.format("GET")) == expected


def test_default_takes_every_method_without_its_own_function(site: Site) -> None:
    """Named handlers win, and HEAD prefers GET."""
    found = answers(site, RAN.format("GET") + RAN.format("default"))
    assert [ran for _, ran in found.values()] == ["GET", "GET", "default", "default"]


def test_handlers_for_head_and_options_replace_the_automatic_ones(site: Site) -> None:
    """A handler of the file comes before the automatic answer."""
    found = answers(site, RAN.format("GET") + RAN.format("HEAD") + RAN.format("OPTIONS"))
    assert (found["HEAD"], found["OPTIONS"]) == ((200, "HEAD"), (200, "OPTIONS"))


@pytest.mark.parametrize("source", [RAN.format("default"), RAN.format("GET")])
@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
def test_other_methods_are_405(site: Site, source: str) -> None:
    """`default` answers the seven named methods only, and methods are compared exactly."""
    app = client(site({"a.py": f"{source}def GET2(req, res): res.end()\nTRACE = PROPFIND = GET2"}))
    methods = ["TRACE", "PROPFIND", "get", "default", "GET2"]
    assert {method: app.open("/a", method=method).status_code for method in methods} == dict.fromkeys(methods, 405)


def test_allow_names_all_methods_in_order(site: Site) -> None:
    """405 and OPTIONS list the same methods."""
    browser = client(site({"a.py": RAN.format("DELETE") + RAN.format("GET")}))
    allowed = [browser.open("/a", method=method).headers["Allow"] for method in ("POST", "OPTIONS")]
    assert allowed == ["GET, HEAD, DELETE, OPTIONS"] * 2


CALLABLES = [
    "from ._h import GET",
    "from ._h import GET as f\nGET = lambda req, res: f(req, res)",
    "import functools\nfrom ._h import GET as f\nGET = functools.partial(f)",
    "from ._h import GET as f\nclass C:\n    def __call__(self, req, res): f(req, res)\nGET = C()",
    "import functools\nfrom ._h import GET as f\n@functools.wraps(f)\ndef GET(*a): return f(*a)",
    "def GET(req, res, extra=None, *more, key=1, **options): res.setHeader('X-Ran', 'GET'); res.end()",
    "class C:\n    def f(self, req, res): res.setHeader('X-Ran', 'GET'); res.end()\nGET = C().f",
]


def test_every_callable_that_takes_two_arguments_is_a_handler(site: Site) -> None:
    """It can be imported, decorated, bound, or an object with `__call__`."""
    app = client(site({"_h.py": RAN.format("GET"), **{f"{n}.py": source for n, source in enumerate(CALLABLES)}}))
    answers = {source: app.get(f"/{n}") for n, source in enumerate(CALLABLES)}
    found = {source: (answer.status_code, answer.headers.get("X-Ran")) for source, answer in answers.items()}
    assert found == dict.fromkeys(CALLABLES, (200, "GET"))


def test_a_callable_without_a_signature_is_a_handler(site: Site) -> None:
    """Some built-in functions have none to check."""
    assert site({"a.py": "GET = max"}).routes[0].allow == ("GET", "HEAD", "OPTIONS")


REJECTED = [
    ("GET = 5", 1, "GET is not a function"),
    ("class GET:\n    pass", 1, "GET is not a function"),
    ("\nasync def GET(req, res): ...", 2, "GET is async"),
    ("async def GET(req, res): yield", 1, "GET is async"),
    ("class C:\n    async def __call__(self, req, res): ...\nGET = C()", 3, "GET is async"),
    ("import functools\nasync def f(a, req, res): ...\nGET = functools.partial(f, 1)", 3, "GET is async"),
    ("def GET(req, res): yield", 1, "GET is a generator function, which would never run"),
    ("def GET(req): ...", 1, "GET takes (req), but is called with (req, res)"),
    ("def default(a, b, c): ...", 1, "default takes (a, b, c), but is called with (req, res)"),
    ("def get(req, res): ...", 1, "defines no handler, but `get` looks like one"),
    ("X = 1\ndef DELET(req, res): ...", 2, "defines no handler, but `DELET` looks like one"),
    ("def Default(req, res): ...", 1, "defines no handler, but `Default` looks like one"),
    ("X = 1", 1, "defines no handler"),
    ("def helper(): ...", 1, "defines no handler"),
    ("def GET(req: 'Nope', res): ...", 1, "an annotation of GET needs Nope, which is not defined at run time"),
    ("def GET(req: 'a b', res): ...", 1, "an annotation of GET cannot be read: SyntaxError: Forward reference"),
    ("def GET(req, res): ...\nmax_body = '1'", 2, "max_body is '1'"),
    ("def GET(req, res): ...\nmax_body = -1", 2, "max_body is -1"),
    ("def GET(req, res): ...\nmax_body = True", 2, "max_body is True"),
]


def test_an_export_that_cannot_be_a_handler_is_rejected_with_its_line(site: Site) -> None:
    """The line is the one that gives the name its value."""
    with pytest.raises(TreeError) as caught:
        site({f"{n:02}.py": source for n, (source, _, _) in enumerate(REJECTED)} | {"b.py": RAN.format("GET")})
    mistakes = sorted(caught.value.mistakes, key=lambda mistake: mistake.file)
    assert [(mistake.file, mistake.line) for mistake in mistakes] == [
        (f"server/{n:02}.py", line) for n, (_, line, _) in enumerate(REJECTED)
    ]
    assert [mistake.what[: len(what)] for mistake, (*_, what) in zip(mistakes, REJECTED)] == [
        row[2] for row in REJECTED
    ]


def test_req_and_res_need_not_be_imported_at_run_time(site: Site) -> None:
    """The documentation imports them under TYPE_CHECKING."""
    head = "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
    body = "    import fsapi\n    from fsapi import Req, Res\ndef GET(req: Req, res: fsapi.Res) -> None: res.end()"
    assert client(site({"a.py": head + body})).get("/a").status_code == 200


ALIASES = {
    "from fsapi import Req as R, Res as S": "req: R, res: S",
    "from fsapi import Req as R\n    from fsapi import Res as S": "req: R[None], res: S[int]",
    "import fsapi as f": "req: f.Req, res: f.Res[int]",
    "import os, fsapi as f": "req: f.Req | None, res: 'f.Res[int]'",
    "if True:\n        from fsapi import Res as S": "req, res: S",
    "from fsapi import (\n        Req as _Req,\n        Res as _Res,\n    )": "req: _Req, res: _Res",
}


@pytest.mark.parametrize("condition", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_fsapi_may_have_any_name_that_exists_only_for_type_checkers(site: Site, condition: str) -> None:
    """Of middleware and error functions too."""
    files: dict[str, str] = {}
    for n, (imports, parameters) in enumerate(ALIASES.items()):
        head = "from __future__ import annotations\nimport typing\nfrom typing import TYPE_CHECKING\n"
        head, plain = f"{head}if {condition}:\n    {imports}\n", parameters.replace("[None]", "")
        files[f"{n}/a.py"] = f"{head}def GET({parameters}) -> None: res.json(1)"
        files[f"{n}/_middleware.py"] = f"{head}def middleware({plain.replace('[int]', '')}) -> None: ..."
        files[f"{n}/_error.py"] = f"{head}def error({plain}, error) -> None: ..."
    app = client(site(files))
    assert {imports: app.get(f"/{n}/a").json for n, imports in enumerate(ALIASES)} == dict.fromkeys(ALIASES, 1)


@pytest.mark.parametrize(
    ("imports", "name"),
    [("from fsapi import Nope as N", "N"), ("from .fsapi import Req as N", "N"), ("from lib import Req as N", "N"),
     ("import fsapi.request as N", "N"), ("from fsapi import Req", "N")],
)  # fmt: skip
def test_another_name_that_exists_only_for_type_checkers_is_a_mistake(site: Site, imports: str, name: str) -> None:
    """It is not defined when the app starts."""
    head = f"from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {imports}\n"
    with pytest.raises(TreeError, match=f"an annotation of GET needs {name}, which is not defined at run time"):
        site({"a.py": f"{head}def GET(req: {name}, res) -> None: ..."})


def test_max_body_none_is_no_limit(site: Site) -> None:
    """Each file can set a limit for its own bodies."""
    routes = site({"a.py": RAN.format("GET") + "max_body = None", "b.py": RAN.format("GET") + "max_body = 7"}).routes
    assert [route.limits.body for route in routes] == [None, 7]


def test_the_line_of_a_name_is_that_of_its_last_binding(tmp_path: Path) -> None:
    """A name imported with a star has no line."""
    write(tmp_path / "server", {"a.py": "GET = 1\nif GET:\n    from json import loads as GET\nfrom os import *"})
    name = import_hook.module_name(
        import_hook.register(tmp_path / "server"), tmp_path / "server", tmp_path / "server/a.py"
    )
    module = import_hook.load(name)
    assert [line(module, "GET"), line(module, "getcwd")] == [3, None]


def test_a_file_that_can_no_longer_be_read_has_no_lines(tmp_path: Path) -> None:
    """The list of routes shows the files that were loaded, even if they have changed since."""
    (file,) = [write(tmp_path / "server", {"a.py": "GET = 1"}) / "a.py"]
    module = import_hook.load(
        import_hook.module_name(import_hook.register(tmp_path / "server"), tmp_path / "server", file)
    )
    file.write_text("(")
    assert line(module, "GET") is None
