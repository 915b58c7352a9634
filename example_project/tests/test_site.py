"""The page, and the routes that need no database."""

from pathlib import Path

from werkzeug.test import Client


def test_the_page_is_sent_as_it_is_on_disk(client: Client) -> None:
    """GET / sends the front end as HTML."""
    with client.get("/") as answer:
        assert answer.mimetype == "text/html"
        assert answer.data == (Path(__file__).parents[1] / "app" / "index.html").read_bytes()


def test_an_unchanged_page_is_a_304(client: Client) -> None:
    """A browser that has the page gets a 304 without a body."""
    with client.get("/") as first, client.get("/", headers={"If-None-Match": first.headers["ETag"]}) as answer:
        assert (answer.status_code, answer.data) == (304, b"")


def test_head_has_the_headers_of_get(client: Client) -> None:
    """HEAD / has the headers of GET, and no body."""
    with client.head("/") as answer:
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "text/html", b"")


def test_a_rest_segment_is_a_list(client: Client) -> None:
    """The rest segment takes one segment or more, as a list."""
    assert client.get("/docs/users/create").json == {"slug": ["users", "create"]}
    assert client.get("/docs").mimetype == "text/html"  # which is the docs page


def test_a_segment_over_100_characters_is_a_404(client: Client) -> None:
    """A segment longer than 100 characters is a 404."""
    assert client.get(f"/docs/a/{'é' * 100}").status_code == 200
    assert client.get(f"/docs/a/{'é' * 101}").status_code == 404


def test_a_browser_gets_a_page_for_an_error(client: Client) -> None:
    """Browsers get an error as a page, and all others as JSON."""
    with client.get("/nothing", headers={"Accept": "text/html"}) as page, client.get("/nothing") as data:
        assert (page.status_code, page.mimetype) == (404, "text/html")
        assert b"<h1>Not Found</h1>" in page.data
        assert data.json == {"error": "Not Found"}


def test_a_group_adds_nothing_to_the_url(client: Client) -> None:
    """`(meta)/health.py` is /health, and needs no database."""
    assert client.get("/health").json == {"status": "ok"}
    assert client.get("/meta/health").status_code == 404
