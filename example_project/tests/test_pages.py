"""The page of users, and the API under the same URL."""

import sys
from types import FrameType

from werkzeug.test import Client

from lib import db
from lib.models import Avatar

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_the_page_shows_the_users(client: Client) -> None:
    """A browser gets HTML, and a name that looks like HTML is text."""
    client.post("/users", json={"name": "<b>Zoë</b>"})
    answer = client.get("/users", headers=BROWSER)
    assert answer.mimetype == "text/html"
    assert '<li id="user-1">Ada Lovelace</li>' in answer.text
    assert '<li id="user-4">&lt;b&gt;Zoë&lt;/b&gt;</li>' in answer.text


def test_the_page_shows_avatars(client: Client) -> None:
    """A user with an avatar has the image and its caption, at a URL below the prefix of the mount."""
    db.set_avatar(1, Avatar("image/png", '"Ada"'), b"image")
    answer = client.get("/users", headers=BROWSER, environ_overrides={"SCRIPT_NAME": "/shop"})
    assert '<img src="/shop/users/1/avatar" alt="&#34;Ada&#34;"> Ada Lovelace' in answer.text
    assert answer.text.count("<img") == 1


def test_the_api_keeps_its_url(client: Client) -> None:
    """`fetch()` accepts any type and gets JSON."""
    answer = client.get("/users", headers={"Accept": "*/*"})
    assert (answer.get_json()[0]["name"], answer.headers["Vary"]) == ("Ada Lovelace", "Accept")


def test_the_page_makes_no_http_request(client: Client) -> None:
    """The page calls the database directly: it opens no socket and does not run the handler of the API."""
    client.get("/users", headers=BROWSER)  # so that everything is imported
    files: set[str] = set()

    def record(frame: FrameType, event: str, arg: object) -> None:
        files.add(frame.f_code.co_filename)

    sys.setprofile(record)
    client.get("/users", headers=BROWSER)
    sys.setprofile(None)
    ran = {file.rpartition("example_project/")[2] for file in files if "example_project/" in file}
    assert ran - {"tests/test_pages.py"} == {"app/pages/users.py", "lib/db.py"}
    assert not [file for file in files if file.endswith(("socket.py", "http/client.py", "urllib/request.py"))]
