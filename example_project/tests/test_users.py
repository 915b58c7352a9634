"""`/users` and `/users/42`."""

from typing import Any

import pytest
from werkzeug.test import Client

from lib import db, fields

MISSING = ["4", "0", "-1", "1.0", "01", "٣", "ada", "1%20", "9223372036854775808", "9" * 400]
BODIES: list[Any] = [None, [], "Ada", 7, {}, {"name": ""}, {"name": "  "}, {"name": 7}, {"name": "x" * 101}]


def test_the_list_starts_with_the_seed(client: Client) -> None:
    """GET /users lists the seeded users, the oldest first."""
    answer = client.get("/users")
    assert (answer.status_code, answer.json) == (200, db.get_users())
    assert [user["id"] for user in db.get_users()] == [1, 2, 3]


def test_one_user(client: Client) -> None:
    """GET /users/1 shows one user."""
    assert client.get("/users/1").json == {"id": 1, "name": "Ada Lovelace"}


def test_a_new_user_is_created(client: Client) -> None:
    """POST /users answers 201 with the new user, which is there from then on."""
    answer = client.post("/users", json={"name": " Guido <b>&\0 "})
    assert (answer.status_code, answer.json) == (201, {"id": 4, "name": "Guido <b>&\0"})
    assert client.get("/users/4").json == answer.json


def test_a_user_is_renamed(client: Client) -> None:
    """PUT /users/2 answers with the user under its new name, and leaves the others alone."""
    assert client.put("/users/2", json={"name": "Alan"}).json == {"id": 2, "name": "Alan"}
    assert [user["name"] for user in db.get_users()] == ["Ada Lovelace", "Alan", "Grace Hopper"]


def test_a_user_is_deleted(client: Client) -> None:
    """DELETE /users/2 answers 204 without a body, and the user is gone."""
    answer = client.delete("/users/2")
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get("/users/2").status_code == 404


def test_an_id_is_never_used_again(client: Client) -> None:
    """The id of a deleted user stays free, so that an old link cannot lead to someone else."""
    client.delete("/users/3")
    assert client.post("/users", json={"name": "Guido"}).json == {"id": 4, "name": "Guido"}


@pytest.mark.parametrize("id", MISSING)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_missing_user_is_a_404(client: Client, method: str, id: str) -> None:
    """An id that no user has, or could have, is a 404 for every method."""
    answer = client.open(f"/users/{id}", method=method, json={"name": "Ada"})
    assert (answer.status_code, answer.json) == (404, {"error": "Not found"})


@pytest.mark.parametrize("body", BODIES, ids=repr)
@pytest.mark.parametrize(("method", "path"), [("POST", "/users"), ("PUT", "/users/1")])
def test_a_body_without_a_name_is_a_400(client: Client, method: str, path: str, body: Any) -> None:
    """A body that is no JSON object with a name in it is a 400 that says so, and changes nothing."""
    answer = client.open(path, method=method, json=body)
    assert answer.status_code == 400
    assert "name" in answer.text
    assert [user["name"] for user in db.get_users()] == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]


@pytest.mark.parametrize("options", [{}, {"data": '{"name": "Ada"}'}, {"data": b"\xff"}])
def test_a_body_that_is_not_sent_as_json_is_a_400(client: Client, options: dict[str, Any]) -> None:
    """No body, and a body of another content type, are 400."""
    assert client.post("/users", content_type="text/plain", **options).status_code == 400


def test_malformed_json_is_a_400(client: Client) -> None:
    """JSON that cannot be read is a 400."""
    assert client.post("/users", data='{"name"', content_type="application/json").status_code == 400


def test_the_longest_name_is_taken(client: Client) -> None:
    """A name may have as many characters as the limit says."""
    assert client.post("/users", json={"name": "é" * fields.LONGEST}).status_code == 201


def test_another_method_is_a_405(client: Client) -> None:
    """A method that the file lacks is a 405 that lists those that it has."""
    answer = client.patch("/users/1")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, PUT, DELETE, OPTIONS")
