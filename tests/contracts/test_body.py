"""Bodies by the content type in which they come."""

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


def echo(site: Site, kind: str, answer: str = "req.body") -> Client:
    """Return a client of `/a`, whose POST has a body of a type and answers with an expression."""
    return client(site({"a.py": f"{TOP}def POST(req: Req[{kind}], res: Res): res.json({answer})\n"}))


@pytest.mark.parametrize(
    ("kind", "expected"),
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
def test_the_content_types_of_a_type(kind: Any, expected: list[str]) -> None:
    """What text can fill comes as a form too, a file in multipart alone, and text as it is."""
    assert content_types(kind) == expected


@pytest.mark.parametrize(
    "content_type", [JSON, "Application/JSON; charset=latin-1", "application/vnd.api+json", "text/x+json"]
)
def test_json_has_many_names(site: Site, content_type: str) -> None:
    """It is what comes as application/json or +json, and is UTF-8 whatever its charset says."""
    answer = echo(site, "NewUser").post("/a", data='{"name": "Zoë"}'.encode(), content_type=content_type)
    assert answer.json == {"name": "Zoë", "age": None}


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/html", "the body comes as 'text/html'"),
        ("application/jsonx", "the body comes as 'application/jsonx'"),
        ("", "the body has no content type"),
    ],
)
def test_another_content_type_is_a_415(site: Site, content_type: str, text: str) -> None:
    """The answer says in Accept what would be taken (RFC 9110, 15.5.16)."""
    answer = echo(site, "Strict").post("/a", data='{"name": "Ada"}', content_type=content_type)
    assert (answer.status_code, answer.json) == (415, {"error": text})
    assert answer.headers["Accept"] == f"{JSON}, {URLENCODED}, {MULTIPART}"


def test_an_encoded_body_is_a_415(site: Site) -> None:
    """Nothing is inflated."""
    answer = echo(site, "Strict").post("/a", data=b"x", content_type=JSON, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")


@pytest.mark.parametrize("kind", ["Strict", "Model", "list[int]", "int"])
def test_an_empty_body_is_a_422(site: Site, kind: str) -> None:
    """JSON that is announced and does not come is missing."""
    answer = echo(site, kind).post("/a", content_type=JSON)
    assert (answer.status_code, answer.get_json()["details"]) == (
        422,
        [{"in": "body", "path": "$", "message": "Missing body"}],
    )


@pytest.mark.parametrize(("data", "content_type"), [(b"", None), (b"", JSON), (b"null", JSON)])
def test_a_body_that_may_be_missing_is_none(site: Site, data: bytes, content_type: str | None) -> None:
    """`NewUser | None` takes no body at all, an empty one, and null."""
    assert echo(site, "NewUser | None").post("/a", data=data, content_type=content_type).json is None


def test_a_body_without_a_content_type_is_not_guessed(site: Site) -> None:
    """Not where it may be missing either."""
    assert echo(site, "NewUser | None").post("/a", data=b"{}").status_code == 415


def test_too_much_is_a_413(site: Site) -> None:
    """The limit of a file holds for what its contracts read."""
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


@pytest.mark.parametrize(("kind", "data"), BODIES)
def test_bodies_of_every_kind(site: Site, kind: str, data: Any) -> None:
    """What the handler reads is of the type, and goes back as the JSON that it came as."""
    assert echo(site, kind).post("/a", json=data).json == data


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Data", "Data"),
        ("Typed", "dict"),
        ("Pair", "Pair"),
        ("Shape", "Square"),
        ("Model", "Model"),
        ("Attrs", "Attrs"),
    ],
)
def test_a_body_is_of_its_type(site: Site, kind: str, name: str) -> None:
    """A class makes an instance, a TypedDict a dict."""
    data: Any = (
        [1]
        if kind == "Pair"
        else {"type": "square", "a": 1, "name": "x"}
        if kind != "Shape"
        else {"type": "square", "a": 1}
    )
    assert echo(site, kind, "type(req.body).__name__").post("/a", json=data).json == name


def test_text_is_a_body_of_its_own(site: Site) -> None:
    """`Req[str]` takes text as it is, in its charset, and JSON."""
    app = echo(site, "Annotated[str, Meta(max_length=3)]")
    assert app.post("/a", data="Zoë".encode("latin-1"), content_type="text/plain; charset=latin-1").json == "Zoë"
    assert app.post("/a", json="Zoë").json == "Zoë"
    assert app.post("/a", data="four", content_type="text/plain").status_code == 422


FORM = {"name": "Ada", "age": "36"}


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
def test_a_form_fills_a_body(site: Site, content_type: str) -> None:
    """Text is read as what the fields take."""
    assert echo(site, "NewUser").post("/a", data=FORM, content_type=content_type).json == {"name": "Ada", "age": 36}


def test_a_form_fills_a_type_of_which_more_is_said(site: Site) -> None:
    """`Annotated` and an alias change nothing of what a body is."""
    app = echo(site, "Annotated[NewUser, Meta(description='someone')]")
    assert app.post("/a", data=FORM).json == {"name": "Ada", "age": 36}
    assert app.post("/a", data={"age": "x"}).get_json()["details"][0]["path"] == "$.name"


def test_a_form_fills_a_model(site: Site) -> None:
    """A model reads the text itself."""
    assert echo(site, "Model").post("/a", data={"name": "Ada", "born": "1815-12-10"}).get_json()["born"] == "1815-12-10"


def test_a_model_is_filled_by_the_names_that_it_is_sent(site: Site) -> None:
    """Aliases and choices of them, by a form, by JSON and in the answer."""
    app = echo(site, "Named", "[req.body.first_name, req.body.tags, req.body.key]")
    assert app.post("/a", data={"firstName": "Ada", "tag": ["1", "2"], "key": "x"}).json == ["Ada", [1, 2], "x"]
    assert app.post("/a", json={"firstName": "Ada", "tags": [3]}).json == ["Ada", [3], ""]


@pytest.mark.parametrize("kind", ["Open", "TypedDict('T', {'anything': Any}, total=False)"])
def test_a_file_comes_where_it_is_asked_for_alone(site: Site, kind: str) -> None:
    """Where anything is taken, and under names that no field has, it is left out: JSON has no form for it."""
    data = {"anything": (BytesIO(b"x"), "x"), "other": (BytesIO(b"x"), "x")}
    answer = client(site({"a.py": f"{TOP}T = {kind}\ndef POST(req: Req[T], res: Res): res.json(req.body)\n"})).post(
        "/a", data=data
    )
    assert answer.json in ({"anything": None}, {})


def test_a_form_that_does_not_fit_is_a_422(site: Site) -> None:
    """With every error, as for JSON."""
    answer = echo(site, "NewUser").post("/a", data={"age": "x"})
    assert [detail["path"] for detail in answer.get_json()["details"]] == ["$.name", "$.age"]


def test_an_input_that_nobody_filled_in_is_missing(site: Site) -> None:
    """Browsers send it as empty text, which is no number; empty text is text."""
    app = echo(site, "NewUser")
    assert app.post("/a", data={"name": "Ada", "age": ""}).json == {"name": "Ada", "age": None}
    assert (
        app.post("/a", data={"name": "", "age": ""}).get_json()["details"][0]["message"]
        == "Expected `str` of length >= 1"
    )


def test_an_unknown_field_of_a_form(site: Site) -> None:
    """It is refused where the type refuses it, empty or not."""
    assert (
        echo(site, "Strict").post("/a", data={"name": "Ada", "x": ""}).get_json()["error"] == "body $.x: Unknown field"
    )


def test_files_are_fields_of_a_form(site: Site) -> None:
    """They are Werkzeug's FileStorage, with name, type and stream."""
    answer = "[req.body.file.filename, req.body.file.mimetype, req.body.file.read(), req.body.title, req.body.public]"
    data = {"file": (BytesIO(b"hi"), "a.txt", "text/plain"), "title": "A", "public": "on"}
    assert echo(site, "Upload", answer).post("/a", data=data).json == ["a.txt", "text/plain", "aGk=", "A", True]


def test_many_files_are_a_list(site: Site) -> None:
    """Those of one name, in the order in which they came."""
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
def test_a_file_that_does_not_come_is_a_422(site: Site, data: Any, message: str) -> None:
    """A browser sends a file that nobody has chosen without a name; text is no file."""
    answer = echo(site, "Upload", "1").post("/a", data=data, content_type=MULTIPART)
    assert (answer.status_code, answer.get_json()["details"]) == (
        422,
        [{"in": "body", "path": "$.file", "message": message}],
    )


def test_a_file_comes_in_multipart_alone(site: Site) -> None:
    """JSON has no form for it."""
    answer = echo(site, "Upload", "1").post("/a", json={"file": "x"})
    assert (answer.status_code, answer.headers["Accept"]) == (415, MULTIPART)


def test_a_file_where_text_is_asked_for_is_a_422(site: Site) -> None:
    """A field of text takes no file."""
    answer = echo(site, "Strict").post("/a", data={"name": (BytesIO(b"x"), "x.txt")})
    assert answer.get_json()["details"] == [
        {"in": "body", "path": "$.name", "message": "Expected `str`, got `FileStorage`"}
    ]


def test_a_file_among_the_values_of_a_list_is_a_422(site: Site) -> None:
    """It is no number."""
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
    """It is not taken for an empty one."""
    answer = echo(site, "Upload", "1").post("/a", data=b"garbage", content_type=content_type)
    assert (answer.status_code, answer.json) == (400, {"error": text})


@pytest.mark.parametrize("name", ["", '; name="a\\"', '; filename="x.txt"'])
def test_a_part_without_a_name_is_left_out(site: Site, name: str) -> None:
    """Whatever made a client send it, it is no field."""
    part = f"--x\r\nContent-Disposition: form-data{name}\r\n\r\n1\r\n--x\r\n"
    data = f'{part}Content-Disposition: form-data; name="name"\r\n\r\nAda\r\n--x--\r\n'
    answer = echo(site, "NewUser").post("/a", data=data.encode(), content_type=f"{MULTIPART}; boundary=x")
    assert answer.json == {"name": "Ada", "age": None}


def test_a_form_is_bound_by_the_limit(site: Site) -> None:
    """Too much is a 413, for files and for text."""
    source = f"{TOP}max_body = 999\ndef POST(req: Req[Upload], res: Res): res.json(1)\n"
    assert client(site({"a.py": source})).post("/a", data={"file": (BytesIO(b"x" * 999), "x")}).status_code == 413


def test_the_form_can_be_read_again(site: Site) -> None:
    """`req.raw` has what the contract has read."""
    assert echo(site, "NewUser", "dict(req.raw.form)").post("/a", data=FORM).json == FORM


@pytest.mark.parametrize("content_type", [JSON, URLENCODED, MULTIPART])
def test_the_bytes_can_be_read_after_a_contract(site: Site, content_type: str) -> None:
    """For signatures, in whatever form the client has sent the body."""
    data: Any = '{"name": "Ada", "age": 36}' if content_type == JSON else FORM
    answer = echo(site, "NewUser", "[req.body, b'Ada' in req.bytes]").post("/a", data=data, content_type=content_type)
    assert answer.json == [{"name": "Ada", "age": 36}, True]


def test_an_optional_key_of_a_form(site: Site) -> None:
    """NotRequired is said of the key, not of its value."""
    app = echo(site, "Partial")
    assert app.post("/a", data={"a": "1"}).json == {"a": 1}
    assert app.post("/a", data={"a": "1", "b": "x"}).get_json()["details"][0]["path"] == "$.b"


def test_uploads_are_closed(site: Site) -> None:
    """When the request has been answered, also where they were too large to be kept in memory."""
    source = (
        "seen = []\ndef POST(req: Req[Upload], res: Res): seen.append(req.body.file.stream); res.json(seen[0].closed)\n"
    )
    app = client(site({"a.py": TOP + source}))
    part = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"a" * 600_000 + b"\r\n--x--\r\n"
    )
    assert app.post("/a", data=part, content_type=f"{MULTIPART}; boundary=x").json is False
    assert sys.modules["server.a"].seen[0].closed is True
