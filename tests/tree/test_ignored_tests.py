"""Files that are ignored as tests, although they define a handler: a warning says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsapi import App
from tests.site import Site, write

OK = "def GET(req, res): res.end()\n"
PAGE = "def page(req): return ''\n"


def test_an_ignored_test_with_a_handler_is_a_warning(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """It is not imported."""
    names = ["conftest", "results_test", "sub/[id]_test", "test_results"]
    site({"a.py": OK, **{f"{name}.py": f"raise SystemExit\n{OK}" for name in names}})
    assert sorted(caplog.messages) == [
        f"server/{name}.py:2: defines GET, but files of this name are tests and are ignored; "
        f"if it is a route, move it to server/{name}/index.py"
        for name in names
    ]


def test_a_folder_can_have_the_name_of_a_test(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """So the remedy of the warning has the same URL."""
    names = ["test_results", "results_test", "conftest", "[id]_test"]
    routes = site({f"{name}/index.py": OK for name in names}).routes
    assert {route.pattern for route in routes} == {f"/{name}" for name in names}
    assert caplog.messages == []


def warned(site: Site, caplog: pytest.LogCaptureFixture, sources: list[str]) -> list[str]:
    """Return the sources of tests that are warned of, each as often as it is."""
    files = {f"{n}/test_x.py": source for n, source in enumerate(sources)}
    site({"a.py": OK, "conftest.py": "def page(request): ...", **files})
    return [files[message.removeprefix("server/").split(":")[0]] for message in caplog.messages]


HANDLERS = [
    "def default(req, res): ...",
    "async def POST(req, res): ...",
    "X = PUT = view",
    "GET = wrap(view)",
    f"{OK}{OK}",
    "GET: object = wrap(view)",
    "GET, POST = views()",
    "[_, (GET, *rest)] = views()",
    "from lib.h import GET",
    "from lib.h import view as GET",
    "if x:\n    def GET(req, res): ...",
    "if x:\n    pass\nelse:\n    GET = view",
    "try:\n    from lib.h import GET\nexcept ImportError:\n    pass",
    "try:\n    pass\nexcept ImportError:\n    def GET(req, res): ...\nfinally:\n    pass",
    "with x:\n    for y in z:\n        def GET(req, res): ...",
    "match x:\n    case 1:\n        def GET(req, res): ...",
    f"{OK}def test_get(): ...",
]


def test_every_way_to_define_a_handler_is_seen(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """One warning a file."""
    assert sorted(warned(site, caplog, HANDLERS)) == sorted(HANDLERS)


TESTS = [
    "def test_get(): ...",
    "from server.a import GET",
    "GET = 'GET'",
    "def default(): ...",
    "import pytest\n@pytest.fixture\ndef default(request): ...",
    "import pytest\n@pytest.fixture(scope='module')\ndef default(request): ...",
    "class T:\n    def GET(self, res): ...",
    "def GET(",
    "x = '\\d'  # GET",
    "GET = '\0'",
    "x.GET = 1 + 1",
    "x[GET] = view",
    "GET: object",
    "GET: str = 'GET'",
    "from .a import GET",
    "from lib.h import GET\ndef test_get(): ...",
    "from lib.h import GET\nclass TestGet: ...",
    "from lib.h import GET as handler",
    "def f():\n    def GET(req, res): ...",
    "if x:\n    class T:\n        def GET(self, res): ...",
]


def test_a_test_is_ignored_in_silence(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Imported names, constants and fixtures are no handlers, and what cannot be parsed is left to the tests."""
    assert warned(site, caplog, TESTS) == []


def test_a_test_that_cannot_be_read_is_ignored(user_folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It would not be served anyway."""
    (write(user_folder, {"server/a.py": OK, "server/test_a.py": OK}) / "server/test_a.py").chmod(0)
    assert (len(App(user_folder).routes), caplog.messages) == (1, [])


def test_an_ignored_page_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A handler is none there."""
    App(write(tmp_path, {"app/pages/a.py": PAGE, "app/pages/test_a.py": PAGE, "app/pages/test_b.py": OK,
                         "app/pages/test_c.py": "from pages.a import page"}))  # fmt: skip
    assert [message.split(",")[0] for message in caplog.messages] == ["app/pages/test_a.py:1: defines page"]
