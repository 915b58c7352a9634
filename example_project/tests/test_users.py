"""`/users` and `/users/42`."""

import json
from datetime import date
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from lib import db
from lib.models import NewUser

NAMES = ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
# The first two belong to no user; the others are impossible: an id is a 64-bit integer in its one plain form.
UNUSED = ["4", "9223372036854775807"]
IMPOSSIBLE = ["0", "-1", "1.0", "01", "٣", "ada", "1%20", "null", "9223372036854775808", "9" * 5000]
BODIES: list[tuple[Any, str]] = [
    (None, "$"),
    ([], "$"),
    ("Ada", "$"),
    ({}, "$.name"),
    ({"name": None}, "$.name"),
    ({"name": 7}, "$.name"),
    ({"name": ""}, "$.name"),
    ({"name": "x" * 101}, "$.name"),
    ({"name": "Ada", "born": "1815-13-10"}, "$.born"),
    ({"name": "Ada", "born": ""}, "$.born"),
]
# All spaces of Python and of ECMAScript, and the control characters.
BLANKS = [chr(code) for code in range(0x10000) if chr(code).isspace() or code < 32 or 127 <= code < 160] + ["\ufeff"]


def paths(answer: TestResponse) -> list[str]:
    """Return the places of the errors of a 422."""
    assert answer.status_code == 422
    return [f"{wrong['in']} {wrong['path']}" for wrong in answer.get_json()["details"]]


def test_the_list_starts_with_the_seed(client: Client) -> None:
    """GET /users lists the seeded users, oldest first."""
    answer = client.get("/users")
    assert answer.status_code == 200
    assert answer.json == [{"id": id, "name": name} for id, name in enumerate(NAMES, 1)]


def test_users_are_listed_page_by_page(client: Client) -> None:
    """`limit` and `after` list the users page by page, and the last page is empty."""
    pieces = [client.get(f"/users?limit=2&after={after}").get_json() for after in (0, 2, 3, 2**63 - 1)]
    assert [[user["id"] for user in piece] for piece in pieces] == [[1, 2], [3], [], []]


def test_users_are_found_by_a_text_in_their_name(client: Client) -> None:
    """`q` is text, not a pattern, and ignores case."""
    found = [client.get("/users", query_string={"q": q}).get_json() for q in ("AL", "turing", "%", "")]
    assert [[user["id"] for user in users] for users in found] == [[2], [2], [], [1, 2, 3]]


def test_a_query_that_does_not_fit_is_a_422_with_all_errors(client: Client) -> None:
    """A 422 lists every query parameter that does not fit."""
    answer = client.get(f"/users?q={'x' * 101}&after=-1&limit=101")
    assert paths(answer) == ["query $.q", "query $.after", "query $.limit"]


@pytest.mark.parametrize("limit", ["0", "-1", "", "ten", "1.5", "9" * 400])
def test_a_limit_is_a_number_from_1_to_100(client: Client, limit: str) -> None:
    """Any other limit is a 422."""
    assert paths(client.get(f"/users?limit={limit}")) == ["query $.limit"]


def test_get_shows_one_user(client: Client) -> None:
    """GET /users/1 shows one user."""
    assert client.get("/users/1").json == {"id": 1, "name": "Ada Lovelace"}


def test_a_new_user_is_created(client: Client) -> None:
    """POST /users answers 201 with the new user, and stores it."""
    answer = client.post("/users", json={"name": " Guido <b>&\0 ", "born": "1956-01-31"})
    assert (answer.status_code, answer.json) == (201, {"id": 4, "name": "Guido <b>&\0", "born": "1956-01-31"})
    assert client.get("/users/4").json == answer.json


@pytest.mark.parametrize("type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_creates_a_user_too(client: Client, type: str) -> None:
    """The same contract takes a form; a field left empty counts as missing."""
    answer = client.post("/users", data={"name": "Zoë", "born": ""}, content_type=type)
    assert (answer.status_code, answer.json) == (201, {"id": 4, "name": "Zoë"})


def test_a_dry_run_creates_nobody(client: Client) -> None:
    """`?dry_run=true` answers 204 to a user that fits, and stores nothing."""
    answer = client.post("/users?dry_run=true", json={"name": "Guido"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert len(db.get_users()) == 3


def test_errors_of_query_and_body_come_in_one_422(client: Client) -> None:
    """Errors in the query and in the body come in one 422."""
    answer = client.post("/users?dry_run=maybe", json={"name": " ", "born": "yesterday"})
    assert paths(answer) == ["query $.dry_run", "body $.name", "body $.born"]
    assert answer.get_json()["details"][2]["message"] == "Invalid RFC3339 encoded date"


def test_a_user_is_replaced(client: Client) -> None:
    """PUT /users/2 answers with the changed user, and leaves the others alone."""
    db.update_user(2, NewUser("Alan Turing", date(1912, 6, 23)))
    assert client.put("/users/2", json={"name": "Alan"}).json == {"id": 2, "name": "Alan"}
    assert [user.name for user in db.get_users()] == ["Ada Lovelace", "Alan", "Grace Hopper"]


def test_a_user_is_deleted(client: Client) -> None:
    """DELETE /users/2 answers 204 without a body, and the user is gone."""
    answer = client.delete("/users/2")
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get("/users/2").status_code == 404


def test_an_id_is_never_used_again(client: Client) -> None:
    """The id of a deleted user is not reused, so that an old link cannot lead to someone else."""
    client.delete("/users/3")
    assert client.post("/users", json={"name": "Guido"}).json == {"id": 4, "name": "Guido"}


@pytest.mark.parametrize("id", UNUSED)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_missing_user_is_a_404(client: Client, method: str, id: str) -> None:
    """An unknown id is a 404 for every method, sent by the handler."""
    answer = client.open(f"/users/{id}", method=method, json={"name": "Ada"})
    assert (answer.status_code, answer.json) == (404, {"error": "Not found"})


@pytest.mark.parametrize("id", IMPOSSIBLE)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_that_does_not_fit_is_a_404(client: Client, method: str, id: str) -> None:
    """An impossible id is a 404 before the handler runs, whatever the body is."""
    answer = client.open(f"/users/{id}", method=method, json={})
    assert (answer.status_code, answer.json) == (404, {"error": "Not Found"})


@pytest.mark.parametrize(("body", "path"), BODIES, ids=repr)
@pytest.mark.parametrize(("method", "url"), [("POST", "/users"), ("PUT", "/users/1")])
def test_a_body_that_is_no_user_is_a_422(client: Client, method: str, url: str, body: Any, path: str) -> None:
    """A body that is not a user is a 422 with the place, and changes nothing."""
    assert paths(client.open(url, method=method, data=json.dumps(body), content_type="application/json")) == [
        f"body {path}"
    ]
    assert [user.name for user in db.get_users()] == NAMES


def test_a_name_is_not_blank(client: Client) -> None:
    """A name of only spaces and control characters is rejected, whether one of them or all."""
    for name in [*BLANKS, "".join(BLANKS)]:
        assert paths(client.post("/users?dry_run=1", json={"name": name})) == ["body $.name"]


@pytest.mark.parametrize("name", ["x", "\u200d", "€", "👩‍🚀", "\0x\0", " x", "é" * 100, "💥" * 100])
def test_a_name_is_any_other_text_of_at_most_100_characters(client: Client, name: str) -> None:
    """Names are stored as sent, without the space around them."""
    assert client.post("/users", json={"name": name}).json == {"id": 4, "name": name.strip()}


def test_no_body_is_a_422(client: Client) -> None:
    """An absent body does not fit either."""
    assert paths(client.post("/users", content_type="application/json")) == ["body $"]


@pytest.mark.parametrize("type", ["text/plain", "application/xml", ""])
def test_a_body_of_another_content_type_is_a_415(client: Client, type: str) -> None:
    """A body that is neither JSON nor a form is a 415 that lists the accepted types."""
    answer = client.post("/users", data='{"name": "Ada"}', content_type=type)
    assert (answer.status_code, answer.headers["Accept"].split(", ")[0]) == (415, "application/json")


@pytest.mark.parametrize("data", [b'{"name"', b'{"name": "\\ud800"}', b'{"name": "\xff"}'])
def test_malformed_json_is_a_400(client: Client, data: bytes) -> None:
    """JSON that cannot be read, or has lone surrogates, is a 400."""
    assert client.post("/users", data=data, content_type="application/json").status_code == 400


def test_a_method_that_the_file_lacks_is_a_405(client: Client) -> None:
    """A method that the file lacks is a 405 that lists the allowed ones."""
    answer = client.patch("/users/1")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, PUT, DELETE, OPTIONS")
