"""The links and tables of the documentation are true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapi import App, Req, Res
from tests.docs.blocks import GET
from tests.docs.pages import PAGES, code, links, page, rows
from tests.site import ROOT, client, write

pytestmark = pytest.mark.e2e

# A route file with the names that the lines of the page for Next.js users need; a line takes the place of `...`.
HANDLER = """
from types import SimpleNamespace
from werkzeug.utils import redirect
user, users, db = dict(id="1"), [], SimpleNamespace(get_users=list)
def default(req, res):
    ...
    res.ended or res.end()
"""


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_file(name: str) -> None:
    """A link that is not to another site is to a file of the repository."""
    assert [link for link in links(name) if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_the_index_links_to_every_page() -> None:
    """A new page is listed with the question that it answers."""
    listed = {(ROOT / "docs" / link).resolve() for link in links("docs/index.md")}
    assert {path for path in ROOT.glob("docs/**/*.md") if path.name != "index.md"} <= listed


def files_and_urls() -> Iterator[tuple[str, str, str]]:
    """Yield each file of the table of URLs with one of its URLs, and its params under that URL."""
    for row in rows("docs/routing.md", "| file | URL | params |"):
        files, urls, params = (code(cell) for cell in row)
        params = [text for text in params if text.startswith("{")] or ["{}"]
        count = max(len(files), len(urls))
        yield from zip((files * count)[:count], urls * count, params * count)


@pytest.mark.parametrize(("file", "url", "params"), list(files_and_urls()))
def test_each_file_of_the_table_has_its_url_and_params(file: str, url: str, params: str, tmp_path: Path) -> None:
    """Each file, alone in a tree, answers its URL with its params."""
    answer = client(App(write(tmp_path, {f"server/{file}": GET}))).get(url)
    assert (answer.status_code, answer.json) == (200, ast.literal_eval(params))


@pytest.mark.parametrize("header", ["| Req | type | |", "| Res | |"])
def test_the_readme_and_the_page_on_requests_have_the_same_tables(header: str) -> None:
    """A reader of either sees the whole of Req and Res."""
    assert rows("README.md", header) == rows("docs/requests.md", header)


@pytest.mark.parametrize("kind", [Req, Res])
def test_every_public_name_of_req_and_res_is_documented(kind: type) -> None:
    """The page on requests names each, and no name that is not there."""
    named = set(re.findall(rf"`{kind.__name__.lower()}\.(\w+)", page("docs/requests.md")))
    assert {name for name in dir(kind) if not name.startswith("_")} == named


@pytest.mark.parametrize("row", rows("docs/coming-from-next.md", "| JavaScript | Python | what differs |"))
def test_each_line_for_next_js_users_works_in_a_handler(row: list[str], tmp_path: Path) -> None:
    """Each line of the column Python can be the body of a handler."""
    lines = "\n    ".join(code(row[1]))
    app = App(write(tmp_path, {"server/[id].py": HANDLER.replace("...", lines)}), errors="raise")
    answer = client(app).post("/7?include=reviews&page=2", json={"name": "Ada"})
    assert answer.status_code in (200, 201, 204, 303, 404)


def test_the_files_for_next_js_users_make_a_tree(tmp_path: Path) -> None:
    """The files of the column fsapi are a tree that can be built."""
    table = rows("docs/coming-from-next.md", "| Next.js | fsapi | what differs |")
    files = [file for row in table for file in code(row[1])]
    assert {route.file for route in App(write(tmp_path, dict.fromkeys(files, GET))).routes} == set(files)


def test_the_page_on_architecture_names_every_package_and_no_missing_file() -> None:
    """A file that is moved or a package that is added has to be named there."""
    named = set(code(page("docs/architecture.md")))
    files = {name for name in named if name.endswith(".py")}
    assert {name for name in files if not any((base / name).is_file() for base in (ROOT / "fsapi", ROOT))} == set()
    assert {path.parent.name for path in ROOT.glob("fsapi/*/__init__.py")} <= named
