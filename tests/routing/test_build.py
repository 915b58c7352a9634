"""Build routes: all mistakes in one report, and routes in the order of precedence."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from fsapi import App, TreeError
from tests.site import Site, write

OK = "def GET(req, res): res.end()\n"


def mistakes(site: Site, files: dict[str, str]) -> list[tuple[str, int | None]]:
    """Return the file and line of every mistake of a tree."""
    with pytest.raises(TreeError) as caught:
        site(files)
    return [(mistake.file, mistake.line) for mistake in caught.value.mistakes]


def test_all_mistakes_of_a_tree_are_in_one_report(site: Site) -> None:
    """Names, shared URLs, imports and handlers are reported together, in the order of files."""
    files = {"[id.py": OK, "a.py": "import nope_1", "b.py": "async def GET(q, s): ...", "c.py": OK, "c/index.py": OK}
    assert mistakes(site, files) == [
        ("server/[id.py", None),
        ("server/a.py", 1),
        ("server/b.py", 1),
        ("server/c/index.py", None),
    ]


def test_a_file_with_two_mistakes_has_both_reported(site: Site) -> None:
    """Each export is checked by itself."""
    assert mistakes(site, {"a.py": "GET = 1\nPOST = 2\n"}) == [("server/a.py", 1), ("server/a.py", 2)]


def test_a_file_that_shares_its_url_is_one_mistake(site: Site) -> None:
    """Its contract is not compared with the URL, which it does not get."""
    source = "from fsapi import Req\nfrom tests.models import Id\ndef GET(req: Req[None, Id], res): ..."
    assert mistakes(site, {"(a)/[id].py": source, "[id].py": source}) == [("server/[id].py", None)]


def test_files_below_one_that_cannot_be_imported_are_not_reported(site: Site) -> None:
    """`[id].py` is the parent of `[id]/posts.py`: one mistake, not two."""
    assert mistakes(site, {"[id].py": "import nope_2", "[id]/posts.py": OK, "b.py": OK}) == [("server/[id].py", 1)]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import sys\nsys.exit(3)", 2),
        ("\nraise BaseException('x')", 2),
        ("from ._broken import X", 1),
        ("def GET(req, res:", 1),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", 3),
    ],
)
def test_every_exception_of_an_import_is_a_mistake_of_its_file(site: Site, source: str, line: int) -> None:
    """So is `sys.exit()`, which would end a server silently; the line is that of the route file."""
    assert mistakes(site, {"a.py": source, "b.py": OK, "_broken.py": "1/0"}) == [("server/a.py", line)]


def test_ctrl_c_during_an_import_stops_the_start(site: Site) -> None:
    """It is not a mistake of the file."""
    with pytest.raises(KeyboardInterrupt):
        site({"a.py": "raise KeyboardInterrupt"})


def test_a_syntax_error_in_a_helper_is_reported_at_its_import(site: Site) -> None:
    """The traceback leads from the line of the route file to the helper."""
    assert mistakes(site, {"a.py": "from ._h import x", "_h.py": "(", "b.py": OK}) == [("server/a.py", 1)]


def test_a_file_that_is_not_text_is_a_mistake_without_a_line(site: Site, tmp_path: Path) -> None:
    """Python cannot read any line of it."""
    (tmp_path / "server").mkdir()
    (tmp_path / "server/a.py").write_bytes(b"\xff\xfe")
    assert mistakes(site, {"b.py": OK}) in ([("server/a.py", None)], [("server/a.py", 1)])


def test_an_empty_tree_starts_with_a_warning(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Every request will be a 404."""
    assert site({}).routes == ()
    assert [record.getMessage() for record in caplog.records] == [
        "server holds no route file: every request will be a 404"
    ]


def test_another_folder_gets_no_advice_about_server(tmp_path: Path) -> None:
    """Its name has been given already."""
    write(tmp_path / "api", {"a.py": "X = 1"})
    with pytest.raises(TreeError) as caught:
        App(tmp_path, server="api")
    assert [mistake.file for mistake in caught.value.mistakes] == ["api/a.py"]


def test_routes_come_in_the_order_of_precedence(site: Site) -> None:
    """Segment by segment from the left: literal, text with params, matcher, param, rest."""
    expected = [
        "/",
        "/a",
        "/a/b",
        "/a/[x]",
        "/a/[...r]",
        "/[x]-[y]",
        "/[n=int]",
        "/[n=uuid]",
        "/[x]",
        "/[x]/b",
        "/[...r]",
    ]
    names = [f"{pattern[1:]}.py" if pattern != "/" else "index.py" for pattern in expected]
    assert [route.pattern for route in site(dict.fromkeys(reversed(names), OK)).routes] == expected


def test_an_optional_segment_makes_two_routes_of_one_file(site: Site) -> None:
    """Each has its own place in the order."""
    app = site({"[[lang]]/about.py": OK, "[x].py": OK, "files/[[...path]].py": OK})
    assert [(route.pattern, route.file) for route in app.routes] == [
        ("/about", "server/[[lang]]/about.py"),
        ("/files", "server/files/[[...path]].py"),
        ("/files/[...path]", "server/files/[[...path]].py"),
        ("/[x]", "server/[x].py"),
        ("/[lang]/about", "server/[[lang]]/about.py"),
    ]


@pytest.mark.e2e
def test_hundreds_of_files_are_all_served(site: Site) -> None:
    """A large tree is no special case."""
    app = site({f"d{n % 40}/f{n}/[id].py": OK for n in range(300)})
    assert len(app.routes) == 300
    assert app.test_client().get("/d7/f7/x").status_code == 200


def test_nothing_is_logged_if_nothing_is_wrong(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A start is silent."""
    with caplog.at_level(logging.DEBUG):
        site({"a.py": OK})
    assert not [record for record in caplog.records if record.name == "fsapi"]
