"""Bodies are read by their content type."""

from __future__ import annotations

from typing import Any

import pytest

from fsapi.contracts.body import content_types
from fsapi.request.contract import UNTYPED
from tests import models
from tests.models import TOP, echo
from tests.site import Site, client

JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (UNTYPED, []),
        (None, []),
        (models.NewUser, [JSON, URLENCODED, MULTIPART]),
        (models.Model, [JSON, URLENCODED, MULTIPART]),
        (models.Nested, [JSON]),
        (models.Post, [JSON]),
        (list[models.NewUser], [JSON]),
        (models.Upload, [MULTIPART]),
        (str, [JSON, "text/plain"]),
    ],
)
def test_a_type_decides_its_content_types(hint: Any, expected: list[str]) -> None:
    """A flat object may be a form too, a file must be in a multipart form, and a str may be plain text."""
    assert content_types(hint) == expected


@pytest.mark.parametrize(
    "content_type", [JSON, "Application/JSON; charset=latin-1", "application/vnd.api+json", "text/x+json"]
)
def test_json_is_application_json_or_a_json_suffix(site: Site, content_type: str) -> None:
    """It is UTF-8, whatever its charset says (RFC 8259, 8.1)."""
    answer = echo(site, "NewUser").post("/a", data='{"name": "Zoë"}'.encode(), content_type=content_type)
    assert answer.json == {"name": "Zoë", "age": None}


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/html", "the content type 'text/html' is not accepted"),
        ("application/jsonx", "the content type 'application/jsonx' is not accepted"),
        ("", "the body has no content type"),
    ],
)
def test_another_content_type_is_a_415(site: Site, content_type: str, text: str) -> None:
    """The answer lists the accepted ones in Accept (RFC 9110, 15.5.16)."""
    answer = echo(site, "Strict").post("/a", data='{"name": "Ada"}', content_type=content_type)
    remedy = "send it with `Content-Type: application/json`"
    assert (answer.status_code, answer.json) == (415, {"error": f"{text}: {remedy}"})
    assert answer.headers["Accept"] == f"{JSON}, {URLENCODED}, {MULTIPART}"


def test_an_encoded_body_is_a_415(site: Site) -> None:
    """A Content-Encoding is not decoded."""
    answer = echo(site, "Strict").post("/a", data=b"x", content_type=JSON, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")


@pytest.mark.parametrize("hint", ["Strict", "Model", "list[int]", "int"])
def test_an_empty_json_body_is_a_422(site: Site, hint: str) -> None:
    """The content type promises JSON, so the body is missing."""
    answer = echo(site, hint).post("/a", content_type=JSON)
    assert (answer.status_code, answer.get_json()["details"]) == (
        422,
        [{"in": "body", "path": "$", "message": "Missing body"}],
    )


@pytest.mark.parametrize(("data", "content_type"), [(b"", None), (b"", JSON), (b"null", JSON)])
def test_an_optional_body_can_be_missing(site: Site, data: bytes, content_type: str | None) -> None:
    """`NewUser | None` is None for no body, an empty one, and null."""
    assert echo(site, "NewUser | None").post("/a", data=data, content_type=content_type).json is None


def test_the_content_type_is_not_guessed(site: Site) -> None:
    """An optional body needs a content type too, unless it is empty."""
    assert echo(site, "NewUser | None").post("/a", data=b"{}").status_code == 415


def test_a_body_over_the_limit_is_a_413(site: Site) -> None:
    """`max_body` of a route file holds for its contracts."""
    app = client(site({"a.py": f"{TOP}max_body = 9\ndef POST(req: Req[list[int]], res: Res): res.json(1)\n"}))
    assert app.post("/a", data=b"[1,2,3,4,5]", content_type=JSON).status_code == 413
    assert app.post("/a", data=b"[1,2,3]", content_type=JSON).status_code == 200


BODIES: list[tuple[str, Any]] = [
    ("Data", {"name": "tea", "price": "1.50"}),
    ("Attrs", {"name": "tea", "color": "blue"}),
    ("Typed", {"when": "2026-01-02T03:04:05Z"}),
    ("Pair", [1, "x"]),
    ("Point", [1, 2]),
    ("Shape", {"type": "square", "a": 1}),
    ("list[Data]", [{"name": "tea", "price": "1"}]),
    ("Page[UUID]", {"items": ["7d6f648d-3a84-4b81-b263-bcc6273905a1"], "first": None}),
    ("Post", {"author": {"name": "Ada", "born": None}, "tags": ["a"]}),
    ("list[Model]", [{"name": "Ada", "born": "1815-12-10"}]),
    ("Root", [1, 2]),
    ("Tangled", {"more": {"a": {"more": [], "other": [1]}, "b": 2}, "other": []}),
    ("dict[str, Color]", {"a": "red"}),
    ("dict[str, object]", {"a": [1, {}]}),
    ("object", [1]),
    ("Annotated[list[int], Meta(min_length=1)]", [1]),
]


@pytest.mark.parametrize(("hint", "data"), BODIES)
def test_every_kind_of_type_round_trips(site: Site, hint: str, data: Any) -> None:
    """A handler that sends its body back sends the JSON that came."""
    assert echo(site, hint).post("/a", json=data).json == data


@pytest.mark.parametrize(
    ("hint", "data", "name"),
    [
        ("Data", {"name": "x"}, "Data"),
        ("Typed", {"name": "x"}, "dict"),
        ("Pair", [1], "Pair"),
        ("Shape", {"type": "square", "a": 1}, "Square"),
        ("Model", {"name": "x"}, "Model"),
        ("Attrs", {"name": "x"}, "Attrs"),
    ],
)
def test_a_body_is_an_instance_of_its_type(site: Site, hint: str, data: Any, name: str) -> None:
    """For a TypedDict it is a dict."""
    assert echo(site, hint, "type(req.body).__name__").post("/a", json=data).json == name


def test_a_str_comes_as_plain_text_or_json(site: Site) -> None:
    """Plain text is decoded by its charset."""
    app = echo(site, "Annotated[str, Meta(max_length=3)]")
    assert app.post("/a", data="Zoë".encode("latin-1"), content_type="text/plain; charset=latin-1").json == "Zoë"
    assert app.post("/a", json="Zoë").json == "Zoë"
    assert app.post("/a", data="four", content_type="text/plain").status_code == 422
