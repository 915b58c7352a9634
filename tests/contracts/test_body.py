"""Bodies are read by their content type."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import Client

from fsapi.contracts.body import content_types
from fsapi.request.contract import UNTYPED
from tests import models
from tests.models import TOP
from tests.site import Site, client

JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


def echo(site: Site, hint: str, answer: str = "req.body") -> Client:
    """Return a client of `/a`: POST takes a body of a type, and answers with an expression."""
    return client(site({"a.py": f"{TOP}def POST(req: Req[{hint}], res: Res): res.json({answer})\n"}))


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
    assert (answer.status_code, answer.json) == (415, {"error": text})
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


FORM = {"name": "Ada", "age": "36"}


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
def test_a_form_fills_an_object(site: Site, content_type: str) -> None:
    """Text is read as the types of the fields."""
    assert echo(site, "NewUser").post("/a", data=FORM, content_type=content_type).json == {"name": "Ada", "age": 36}


def test_a_form_fills_an_annotated_type(site: Site) -> None:
    """Metadata does not change what a body may be."""
    app = echo(site, "Annotated[NewUser, Meta(description='someone')]")
    assert app.post("/a", data=FORM).json == {"name": "Ada", "age": 36}
    assert app.post("/a", data={"age": "x"}).get_json()["details"][0]["path"] == "$.name"


def test_a_form_fills_a_model(site: Site) -> None:
    """The model reads the text itself."""
    assert echo(site, "Model").post("/a", data={"name": "Ada", "born": "1815-12-10"}).get_json()["born"] == "1815-12-10"


def test_a_model_is_filled_by_its_aliases(site: Site) -> None:
    """By an alias or a choice of aliases, from a form as from JSON."""
    app = echo(site, "Named", "[req.body.first_name, req.body.tags, req.body.key]")
    assert app.post("/a", data={"firstName": "Ada", "tag": ["1", "2"], "key": "x"}).json == ["Ada", [1, 2], "x"]
    assert app.post("/a", json={"firstName": "Ada", "tags": [3]}).json == ["Ada", [3], ""]


@pytest.mark.parametrize("hint", ["Open", "TypedDict('T', {'anything': Any}, total=False)"])
def test_a_file_without_a_field_for_it_is_left_out(site: Site, hint: str) -> None:
    """A field of Any does not count: its value could not be written as JSON."""
    data = {"anything": (BytesIO(b"x"), "x"), "other": (BytesIO(b"x"), "x")}
    answer = client(site({"a.py": f"{TOP}T = {hint}\ndef POST(req: Req[T], res: Res): res.json(req.body)\n"})).post(
        "/a", data=data
    )
    assert answer.json in ({"anything": None}, {})


def test_a_form_that_does_not_fit_is_a_422(site: Site) -> None:
    """It reports every error, as for JSON."""
    answer = echo(site, "NewUser").post("/a", data={"age": "x"})
    assert [detail["path"] for detail in answer.get_json()["details"]] == ["$.name", "$.age"]


def test_an_empty_input_is_missing_unless_its_field_is_text(site: Site) -> None:
    """Browsers send empty text for an input that nobody filled in."""
    app = echo(site, "NewUser")
    assert app.post("/a", data={"name": "Ada", "age": ""}).json == {"name": "Ada", "age": None}
    assert (
        app.post("/a", data={"name": "", "age": ""}).get_json()["details"][0]["message"]
        == "Expected `str` of length >= 1"
    )


def test_an_unknown_field_of_a_form_is_rejected_where_the_type_forbids_it(site: Site) -> None:
    """An empty one is rejected too."""
    assert (
        echo(site, "Strict").post("/a", data={"name": "Ada", "x": ""}).get_json()["error"] == "body $.x: Unknown field"
    )


def test_a_file_fills_a_field_of_a_form(site: Site) -> None:
    """It is Werkzeug's FileStorage, with name, type and stream."""
    answer = "[req.body.file.filename, req.body.file.mimetype, req.body.file.read(), req.body.title, req.body.public]"
    data = {"file": (BytesIO(b"hi"), "a.txt", "text/plain"), "title": "A", "public": "on"}
    assert echo(site, "Upload", answer).post("/a", data=data).json == ["a.txt", "text/plain", "aGk=", "A", True]


def test_files_of_one_name_fill_a_list(site: Site) -> None:
    """They keep the order in which they came."""
    data = {"file": (BytesIO(b"x"), "x"), "more": [(BytesIO(b"a"), "1.txt"), (BytesIO(b"b"), "2.txt")]}
    assert echo(site, "Upload", "[file.filename for file in req.body.more]").post("/a", data=data).json == [
        "1.txt",
        "2.txt",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"title": "x"}, "Missing field"),
        ({"file": (BytesIO(), "")}, "Missing field"),
        ({"file": "text"}, "Expected a file"),
    ],
)
def test_a_missing_file_is_a_422(site: Site, data: Any, message: str) -> None:
    """A browser sends a file without a name for an input that nobody filled in; text is not a file."""
    answer = echo(site, "Upload", "1").post("/a", data=data, content_type=MULTIPART)
    assert (answer.status_code, answer.get_json()["details"]) == (
        422,
        [{"in": "body", "path": "$.file", "message": message}],
    )


def test_a_type_with_a_file_takes_only_multipart_forms(site: Site) -> None:
    """A file cannot be written as JSON."""
    answer = echo(site, "Upload", "1").post("/a", json={"file": "x"})
    assert (answer.status_code, answer.headers["Accept"]) == (415, MULTIPART)


def test_a_file_in_a_field_of_text_is_a_422(site: Site) -> None:
    """The error names the field."""
    answer = echo(site, "Strict").post("/a", data={"name": (BytesIO(b"x"), "x.txt")})
    assert answer.get_json()["details"] == [
        {"in": "body", "path": "$.name", "message": "Expected `str`, got `FileStorage`"}
    ]


def test_a_file_in_a_list_of_numbers_is_a_422(site: Site) -> None:
    """The error names the item."""
    answer = echo(site, "TypedDict('T', {'ids': list[int]})").post("/a", data={"ids": ["1", (BytesIO(b"x"), "x.txt")]})
    assert answer.json == {
        "error": "body $.ids[1]: Expected `int`, got `FileStorage`",
        "details": [{"in": "body", "path": "$.ids[1]", "message": "Expected `int`, got `FileStorage`"}],
    }


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        (MULTIPART, "the body is not a form: Missing boundary"),
        (f"{MULTIPART}; boundary=x", "the body is not a form: Invalid form-data cannot parse beyond State.PREAMBLE"),
    ],
)
def test_a_malformed_form_is_a_400(site: Site, content_type: str, text: str) -> None:
    """Werkzeug would show it as an empty form."""
    answer = echo(site, "Upload", "1").post("/a", data=b"garbage", content_type=content_type)
    assert (answer.status_code, answer.json) == (400, {"error": text})


@pytest.mark.parametrize("name", ["", '; name="a\\"', '; filename="x.txt"'])
def test_a_part_without_a_name_is_left_out(site: Site, name: str) -> None:
    """It cannot belong to a field."""
    part = f"--x\r\nContent-Disposition: form-data{name}\r\n\r\n1\r\n--x\r\n"
    data = f'{part}Content-Disposition: form-data; name="name"\r\n\r\nAda\r\n--x--\r\n'
    answer = echo(site, "NewUser").post("/a", data=data.encode(), content_type=f"{MULTIPART}; boundary=x")
    assert answer.json == {"name": "Ada", "age": None}


def test_a_form_over_the_limit_is_a_413(site: Site) -> None:
    """`max_body` counts files too."""
    source = f"{TOP}max_body = 999\ndef POST(req: Req[Upload], res: Res): res.json(1)\n"
    assert client(site({"a.py": source})).post("/a", data={"file": (BytesIO(b"x" * 999), "x")}).status_code == 413


def test_the_form_can_be_read_after_a_contract(site: Site) -> None:
    """`req.raw` has what the contract has read."""
    assert echo(site, "NewUser", "dict(req.raw.form)").post("/a", data=FORM).json == FORM


@pytest.mark.parametrize("content_type", [JSON, URLENCODED, MULTIPART])
def test_the_bytes_can_be_read_after_a_contract(site: Site, content_type: str) -> None:
    """A signature is checked over the bytes, whatever the content type."""
    data: Any = '{"name": "Ada", "age": 36}' if content_type == JSON else FORM
    answer = echo(site, "NewUser", "[req.body, b'Ada' in req.bytes]").post("/a", data=data, content_type=content_type)
    assert answer.json == [{"name": "Ada", "age": 36}, True]


def test_a_key_that_is_not_required_may_be_missing_in_a_form(site: Site) -> None:
    """NotRequired is about the key: a value that is sent must still fit."""
    app = echo(site, "Partial")
    assert app.post("/a", data={"a": "1"}).json == {"a": 1}
    assert app.post("/a", data={"a": "1", "b": "x"}).get_json()["details"][0]["path"] == "$.b"


def test_uploads_are_closed_after_the_answer(site: Site) -> None:
    """Those on disk, which are too large for memory, are closed too."""
    source = (
        "seen = []\ndef POST(req: Req[Upload], res: Res): seen.append(req.body.file.stream); res.json(seen[0].closed)\n"
    )
    app = client(site({"a.py": TOP + source}))
    part = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"a" * 600_000 + b"\r\n--x--\r\n"
    )
    assert app.post("/a", data=part, content_type=f"{MULTIPART}; boundary=x").json is False
    assert sys.modules["server.a"].seen[0].closed is True
