"""The table of routes that `fsapi routes` prints."""

from __future__ import annotations

from fsapi.inspection import route_table
from tests.site import Site

OK = "def {}(req, res): res.end()\n"


def test_every_handler_has_a_row_with_its_file_and_line(site: Site) -> None:
    """Columns are aligned, rows are in the order of precedence, and `*` stands for `default`."""
    app = site(
        {
            "users/[id].py": OK.format("GET") + "\n" + OK.format("DELETE"),
            "index.py": "from ._h import default\n",
            "_h.py": OK.format("default"),
            "x.py": "from ._h import *\nfrom ._h import default as GET",
        }
    )
    assert route_table.table([*route_table.rows(app.routes)]).splitlines() == [
        "*       /            server/index.py:1",
        "GET     /users/[id]  server/users/[id].py:1",
        "DELETE  /users/[id]  server/users/[id].py:3",
        "GET     /x           server/x.py:2",
        "*       /x           server/x.py",
    ]


def test_an_app_without_routes_has_an_empty_table(site: Site) -> None:
    """It is not an error."""
    rows = [*route_table.rows(site({}).routes)]
    assert (route_table.table(rows), rows) == ("", [])


def test_the_document_is_listed(site: Site) -> None:
    """It has a URL of the app, but no file."""
    app = site({"a.py": "def GET(req, res): ..."}, openapi="/openapi.json")
    assert (
        route_table.table([*route_table.rows(app.routes)])
        == "GET  /a             server/a.py:1\nGET  /openapi.json  openapi"
    )


def test_a_mount_is_part_of_the_url(site: Site) -> None:
    """A client asks below it."""
    app = site({"index.py": OK.format("GET"), "a.py": OK.format("GET")})
    assert [row["url"] for row in route_table.rows(app.routes, "/api")] == ["/api", "/api/a"]


def test_a_long_cell_moves_its_own_line_only(site: Site) -> None:
    """On a narrow terminal the files of all others would not be seen."""
    rows = [*route_table.rows(site({"a.py": OK.format("GET"), f"{'b' * 30}.py": OK.format("GET")}).routes)]
    assert route_table.table(rows, 20).splitlines() == [
        "GET  /a  server/a.py:1",
        f"GET  /{'b' * 30}  server/{'b' * 30}.py:1",
    ]
