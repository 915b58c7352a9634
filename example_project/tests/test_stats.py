"""`/stats`, which asks for a token."""

import pytest
from werkzeug.test import Client


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the token."""
    monkeypatch.setenv("EXAMPLE_TOKEN", "a-long-token")


def test_the_token_opens_the_group(client: Client) -> None:
    """The scheme is read without case."""
    for scheme in ("Bearer", "bearer"):
        answer = client.get("/stats", headers={"Authorization": f"{scheme} a-long-token"})
        assert answer.json == {"users": 3, "products": 2}


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic a-long-token", "Bearer ä"])
def test_without_the_token_the_answer_is_a_401(client: Client, given: str) -> None:
    """It names the scheme."""
    answer = client.get("/stats", headers={"Authorization": given})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json == {"error": "a bearer token is needed"}


def test_if_there_is_no_token_nobody_has_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even an empty one."""
    monkeypatch.delenv("EXAMPLE_TOKEN")
    assert client.get("/stats", headers={"Authorization": "Bearer "}).status_code == 401


def test_the_document_says_so(client: Client) -> None:
    """It has the scheme, and the operation that asks for it."""
    document = client.get("/openapi.json").json
    assert document is not None
    operation = document["paths"]["/stats"]["get"]
    assert document["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    assert (operation["security"], list(operation["responses"])) == ([{"bearer": []}], ["200", "401", "default"])
    assert "security" not in document["paths"]["/health"]["get"]
