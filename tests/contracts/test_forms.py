"""Forms, with their fields and files, are read as values of a type."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from fsapi import App, TreeError
from tests.models import TOP, echo
from tests.site import Site, client, write

JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


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


NAMES = """
from typing import Any
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field
from fsapi import Req, Res

class Both(BaseModel, populate_by_name=True):
    tags: list[int] = Field([], alias="tag")

class Choices(BaseModel):
    tags: list[int] = Field([], validation_alias=AliasChoices("tag", "t", AliasPath("first", 0)))
    one: int = Field(0, validation_alias=AliasChoices("n", AliasPath("list", 1), AliasPath("deep", "er")))

class Generated(BaseModel):
    model_config = ConfigDict(alias_generator=lambda name: name.upper(), populate_by_name=True)
    tags: set[int] = set()

def GET(req: Req[None, Any, HINT], res: Res): res.json(req.query.model_dump(mode="json"))
def POST(req: Req[HINT], res: Res): res.json(req.body.model_dump(mode="json"))
"""


PATHS = """
from typing import Any
from pydantic import AliasChoices, AliasPath, BaseModel, Field
from fsapi import Req, Res

class M(BaseModel):
    x: int = Field(validation_alias=ALIAS)

def GET(req: Req[None, Any, M], res: Res): res.json(req.query.x)
"""


def test_a_field_is_filled_under_a_name_or_as_an_item(tmp_path: Path) -> None:
    """Where only an object could fill it, no client could; the document has the name that clients send."""
    reports: dict[str, object] = {}
    for alias in (
        *('"x"', 'AliasPath("x")', 'AliasPath("x", 0)', 'AliasPath("x", -1)'),
        *('AliasChoices(AliasPath("a", "b"), "x")', 'AliasPath("x", "b")', 'AliasPath("x", 0, 0)'),
        *('AliasPath("x", 0, "b")', 'AliasChoices(AliasPath("x", "b"), AliasPath("x", "c"))'),
    ):
        write(tmp_path / str(len(reports)), {"server/a.py": PATHS.replace("ALIAS", alias)})
        try:
            app = App(tmp_path / str(len(reports)))
            reports[alias] = client(app).get("/a?x=7").json
        except TreeError:
            reports[alias] = None
    assert [*reports.values()] == [7, 7, 7, 7, 7, None, None, None, None]


def test_a_body_with_a_path_into_an_object_is_json(site: Site) -> None:
    """A form could not fill it."""
    source = PATHS.replace("None, Any, M", "M").replace("GET", "POST").replace("req.query", "req.body")
    app = site({"a.py": source.replace("ALIAS", 'AliasPath("a", "b")')})
    assert client(app).post("/a", json={"a": {"b": 7}}).json == 7
    assert client(app).post("/a", data={"a": "7"}).status_code == 415
    assert list(app.openapi()["paths"]["/a"]["post"]["requestBody"]["content"]) == ["application/json"]


def test_the_document_has_the_name_that_fills_a_field(site: Site) -> None:
    """A path into an object is another way to send it."""
    app = site({"a.py": PATHS.replace("ALIAS", 'AliasChoices(AliasPath("a", "b"), "x")')})
    assert [each["name"] for each in app.openapi()["paths"]["/a"]["get"]["parameters"]] == ["x"]


@pytest.mark.parametrize(
    ("hint", "text", "found"),
    [
        ("Both", "tag=1&tag=2", {"tags": [1, 2]}),
        ("Both", "tags=1&tags=2", {"tags": [1, 2]}),
        ("Both", "tags=1", {"tags": [1]}),
        ("Choices", "tag=1", {"tags": [1], "one": 0}),
        ("Choices", "t=1&t=2", {"tags": [1, 2], "one": 0}),
        ("Choices", "n=1&n=2", {"tags": [], "one": 2}),
        ("Choices", "list=1&list=2", {"tags": [], "one": 2}),
        ("Choices", "deep=1", {"tags": [], "one": 0}),
        ("Generated", "TAGS=1&TAGS=1", {"tags": [1]}),
        ("Generated", "tags=1", {"tags": [1]}),
        ("Generated", "tAGS=1", {"tags": []}),
    ],
)
def test_a_list_of_a_model_comes_under_every_name(site: Site, hint: str, text: str, found: object) -> None:
    """In a query and in a form; an alias that is a path takes one item of a list."""
    app = client(site({"a.py": NAMES.replace("HINT", hint)}))
    sent = app.post("/a", data=text, content_type="application/x-www-form-urlencoded")
    assert [app.get(f"/a?{text}").json, sent.json] == [found, found]
