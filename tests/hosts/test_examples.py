"""The two example sites under gunicorn: the API inside knows who has logged in on a page of the host."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.e2e.servers import Answer, Server, serve
from tests.site import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

EXAMPLES = ROOT / "examples"
#: Without these no site starts outside of debug mode.
SECRETS = {"NOTES_SECRET": "a-long-key", "NOTES_PASSWORD": "secret"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """A client that keeps cookies."""

    def __init__(self, server: Server) -> None:
        self.server, self.cookies, self.seen = server, dict[str, str](), list[str]()

    def ask(self, method: str, path: str, data: object = None, **headers: str) -> Answer:
        """Send a request, with bytes or with an object as JSON, and keep the cookies of the answer."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if data is not None and not isinstance(data, bytes):
            data, sent = json.dumps(data).encode(), {"Content-Type": "application/json", **sent}
        if token := self.cookies.get("csrftoken"):
            sent["X-CSRFToken"] = token
        answer = self.server.ask(method, path, data, sent)
        self.seen += answer.headers.get_all("Set-Cookie", [])
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return answer

    def submit(self, path: str, **fields: str) -> Answer:
        """Send the form of a page with its CSRF token."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("GET", path).body.decode())
        if token:
            fields["csrfmiddlewaretoken"] = token[1]
        return self.ask("POST", path, urlencode(fields).encode(), **FORM)


@pytest.fixture(scope="module")
def flask_site(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Server, Path]]:
    """Return the Flask site, and the file of its database, which it makes where there is none."""
    data = tmp_path_factory.mktemp("flask")
    with serve("sync", EXAMPLES / "embedding_flask", app="wsgi:app", NOTES_DATA=str(data), **SECRETS) as server:
        yield server, data / "notes.sqlite3"


@pytest.fixture
def flask(flask_site: tuple[Server, Path]) -> Generator[Browser]:
    """Return a browser of the Flask site, with a new database."""
    server, database = flask_site
    yield Browser(server)
    server.show()
    database.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def django_site(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Server, Path]]:
    """Return the Django site, and the file of its empty database."""
    data = tmp_path_factory.mktemp("django")
    project, environ = EXAMPLES / "embedding_django", {"NOTES_DATA": str(data), **SECRETS}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=project, env={**os.environ, **environ}, check=True)
    with serve("gthread", project, app="mysite.wsgi:application", **environ) as server:
        yield server, data / "notes.sqlite3"


@pytest.fixture
def django(django_site: tuple[Server, Path], tmp_path: Path) -> Generator[Browser]:
    """Return a browser of the Django site, with a new database."""
    server, database = django_site
    empty = shutil.copy(database, tmp_path)
    yield Browser(server)
    server.show()
    os.replace(empty, database)


def log_in(browser: Browser, user: str = "ada") -> Browser:
    """Log in on the page of the host."""
    if browser.ask("GET", "/login").status == 405:
        assert browser.ask("POST", "/login", f"user={user}&password=secret".encode(), **FORM).status == 302
    else:
        assert browser.submit("/admin/login/", username=user, password="secret").status == 302
    return browser


@pytest.fixture(params=["flask", "django"])
def browser(request: pytest.FixtureRequest) -> Browser:
    """Return a browser of one of the sites."""
    visitor: Browser = request.getfixturevalue(request.param)
    return visitor


def test_api_knows_who_has_logged_in_on_the_page(browser: Browser) -> None:
    """The session is the host's."""
    assert browser.ask("GET", "/api/me").json() == {"user": None}
    assert browser.ask("GET", "/api/notes").status == 401
    assert log_in(browser).ask("GET", "/api/me").json() == {"user": "ada"}
    assert browser.ask("GET", "/api/notes").json() == []


def test_links_and_redirects_keep_the_prefix(browser: Browser) -> None:
    """The host builds both."""
    created = log_in(browser).ask("POST", "/api/notes", note("first", browser))
    assert (created.status, created.headers["Location"]) == (201, "/api/notes/1")
    assert browser.ask("GET", "/api/notes/1").json() == {"id": 1, "text": "first"}
    assert browser.ask("GET", "/api/notes/latest").headers["Location"] == "/api/notes/1"


def note(text: str, browser: Browser) -> object:
    """Return the body that creates a note: the Flask site takes a list."""
    return {"text": text} if "csrftoken" in browser.cookies else [{"text": text}]


def test_a_stream_is_sent_in_chunks(browser: Browser) -> None:
    """Its response has no length."""
    for text in ("é", "b"):
        assert log_in(browser).ask("POST", "/api/notes", note(text, browser)).status == 201
    answer = browser.ask("GET", "/api/notes/export")
    assert (answer.headers["Transfer-Encoding"], answer.body.decode()) == ("chunked", "é\nb\n")


def test_the_limit_of_the_app_decides_about_413(browser: Browser) -> None:
    """The host does not replace it."""
    answer = log_in(browser).ask("POST", "/api/notes", note("x" * 70_000, browser))
    assert (answer.status, answer.json()) == (413, {"error": "the body is larger than 65536 bytes"})


def test_404_and_405_are_answered_by_the_app(browser: Browser) -> None:
    """This includes methods that the host does not know."""
    assert log_in(browser).ask("GET", "/api/nothing").json() == {"error": "Not Found"}
    answer = browser.ask("PROPFIND", "/api/me")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_flask_rolls_back_what_failed_halfway(flask: Browser, flask_site: tuple[Server, Path]) -> None:
    """The exception reaches Flask, whose teardown rolls back."""
    log_in(flask)  # which creates the database
    with closing(sqlite3.connect(flask_site[1])) as database:
        database.execute(
            "create trigger full before insert on notes when new.text = 'b' begin select raise(abort, 'full'); end"
        )
    assert flask.ask("POST", "/api/notes", [{"text": "a"}, {"text": "b"}]).status == 500
    assert flask.ask("GET", "/api/notes").json() == []


def test_django_rolls_back_what_failed_halfway(django: Browser) -> None:
    """The exception reaches Django, which runs each request in a transaction."""
    assert log_in(django).ask("POST", "/api/notes", {"text": "mine"}).status == 201
    assert django.ask("POST", "/api/transfer", {"to": "nobody"}).status == 500
    assert django.ask("GET", "/api/notes").json() == [{"id": 1, "text": "mine"}]
    assert django.ask("POST", "/api/transfer", {"to": "bob"}).json() == {"moved": 1}
    assert django.ask("GET", "/api/notes").json() == []


def test_django_checks_the_token_of_a_form(django: Browser) -> None:
    """A POST without it is Django's 403."""
    del log_in(django).cookies["csrftoken"]
    assert django.ask("POST", "/api/notes", {"text": "forged"}).status == 403


def test_a_body_that_is_something_else_is_the_mistake_of_the_client(browser: Browser) -> None:
    """Nothing of it reaches the database."""
    log_in(browser)
    right = note("a", browser)
    wrong: list[object] = [{}, [], "a", 1, None, [None], [{}], [{"text": 1}], {"text": None}, [right, {"no": "text"}]]
    raw = [b"", b"{", b"\xff", b'[{"text": "\\ud800"}]', b'{"text": "\\ud800"}']
    bodies = [*(json.dumps(each).encode() for each in wrong), *raw]
    kind = {"Content-Type": "application/json"}
    statuses = {body: browser.ask("POST", "/api/notes", body, **kind).status for body in bodies}
    statuses[b"a text"] = browser.ask("POST", "/api/notes", b"a", **{"Content-Type": "text/plain"}).status
    assert {body: status for body, status in statuses.items() if status not in (400, 415, 422)} == {}
    assert browser.ask("GET", "/api/notes").json() == []


def test_django_checks_the_body_of_a_transfer(django: Browser) -> None:
    """The contract does, before anything is deleted."""
    assert log_in(django).ask("POST", "/api/transfer", {"to": 1}).status == 422


def test_the_session_cookie_is_for_this_site_alone(browser: Browser) -> None:
    """Neither a form of another site nor a script gets it, nor a network without HTTPS."""
    log_in(browser)
    (cookie,) = (line for line in browser.seen if line.startswith("session"))
    assert {part.strip().lower() for part in cookie.split(";")[1:]} >= {"samesite=lax", "httponly", "secure"}


def test_a_login_of_an_unknown_user_takes_as_long(browser: Browser) -> None:
    """Its time would tell which users there are."""
    times: dict[str, list[float]] = {"nobody": [], "ada": []}
    for user in ["ada", *times, *times, *times, *times]:
        start = time.perf_counter()
        assert try_password(browser, user).status in (200, 403)
        times[user].append(time.perf_counter() - start)
    times["ada"].pop(0)  # the first request imports what is left
    assert 0.4 < min(times["nobody"]) / min(times["ada"]) < 2.5


def try_password(browser: Browser, user: str) -> Answer:
    """Try to log in with a wrong password."""
    if browser.ask("GET", "/login").status == 405:
        return browser.ask("POST", "/login", f"user={user}&password=wrong".encode(), **FORM)
    return browser.submit("/admin/login/", username=user, password="wrong")


@pytest.mark.parametrize(
    ("project", "command", "name"),
    [
        ("embedding_flask", ["-c", "import wsgi"], "NOTES_SECRET"),
        ("embedding_flask", ["-c", "import wsgi"], "NOTES_PASSWORD"),
        ("embedding_django", ["manage.py", "check"], "NOTES_SECRET"),
        ("embedding_django", ["manage.py", "migrate"], "NOTES_PASSWORD"),
    ],
)
def test_a_site_does_not_start_without_its_secrets(tmp_path: Path, project: str, command: list[str], name: str) -> None:
    """The words of the source are for debug mode alone."""
    given = {**os.environ, **SECRETS, "NOTES_DATA": str(tmp_path), name: ""}
    debug = {"FLASK_DEBUG": "1", "NOTES_DEBUG": "1"}
    runs = [
        subprocess.run(
            [sys.executable, *command], cwd=EXAMPLES / project, env=env, capture_output=True, text=True, check=False
        )
        for env in (given, {**given, **debug})
    ]
    assert [run.returncode for run in runs] == [1, 0], runs[1].stderr
    assert f"RuntimeError: set the environment variable {name}" in runs[0].stderr
