"""A contract reads the body, whatever middleware has read of it before, and by whatever way."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import Client

from tests.models import TOP
from tests.site import Site, client

JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
#: How middleware reads a body.
WAYS = {
    "nothing": "pass",
    "the form": "req.raw.form.get('token')",
    "the files": "req.raw.files.get('token')",
    "all values": "req.raw.values.get('token')",
    "the data": "req.raw.get_data()",
    "the data, not kept": "req.raw.get_data(cache=False)",
    "the data, and the form": "req.raw.get_data(); req.raw.form.get('token')",
    "the form from the data": "req.raw.get_data(parse_form_data=True)",
    "the JSON": "req.raw.get_json(silent=True)",
    "the stream": "req.raw.stream.read()",
    "a part of the stream": "req.raw.stream.read(3)",
    "a line of the stream": "req.raw.stream.readline()",
    "wsgi.input": "req.environ['wsgi.input'].read()",
    "the body": "req.body",
    "the bytes": "req.bytes",
    "the bytes, and the form": "req.bytes; req.raw.form.get('token')",
    "a part of the stream, and the form": "req.raw.stream.read(3); req.bytes; req.raw.form.get('token')",
}


def app(site: Site, way: str, hint: str, sent: str = "req.body") -> Client:
    """Return a client of a file with a contract below middleware that reads the body; the answer is `sent`."""
    handler = f"{TOP}def POST(req: Req[{hint}], res: Res): res.json({sent})\n"
    files = {"_middleware.py": f"def middleware(req, res):\n    {way}\n", "a.py": handler}
    return client(site(files))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("content_type", [JSON, URLENCODED, MULTIPART])
def test_a_contract_reads_what_middleware_has_read(site: Site, way: str, content_type: str) -> None:
    """JSON and forms alike, and the bytes can be read as well."""
    form = {"name": "Ada", "age": "36"}
    options: Any = {"json": {"name": "Ada", "age": 36}} if content_type == JSON else {"data": form}
    answer = app(site, way, "NewUser", "[req.body, len(req.bytes) > 10]").post(
        "/a", content_type=content_type, **options
    )
    assert answer.json == [{"name": "Ada", "age": 36}, True]


@pytest.mark.parametrize("way", [WAYS["nothing"], WAYS["the form"], WAYS["the files"], WAYS["all values"]])
def test_a_form_with_files_is_the_one_that_was_parsed(site: Site, way: str) -> None:
    """The files of the form are handed on."""
    data = {"title": "A", "file": (BytesIO(b"hi"), "a.txt")}
    answer = app(site, way, "Upload", "[req.body.title, req.body.file.read().decode()]").post("/a", data=data)
    assert answer.json == ["A", "hi"]


@pytest.mark.parametrize("way", [WAYS["the stream"], WAYS["a part of the stream"]])
def test_a_form_with_files_that_was_read_as_a_stream_is_gone(
    site: Site, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It may be large, so it is not kept: the log says what to do, and the client is not blamed."""
    answer = app(site, way, "Upload", "1").post("/a", data={"title": "A", "file": (BytesIO(b"hi"), "a.txt")})
    assert answer.status_code == 500
    assert "read req.body before req.raw" in str(caplog.records[0].exc_info)


@pytest.mark.parametrize("way", [WAYS["the form"], WAYS["the bytes"], WAYS["the data"]])
def test_a_malformed_form_is_a_400_all_the_same(site: Site, way: str) -> None:
    """Middleware sees an empty form, and the contract says why."""
    answer = app(site, way, "NewUser", "1").post("/a", data=b"garbage", content_type=f"{MULTIPART}; boundary=x")
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith("the body is not a form: ")


@pytest.mark.parametrize("way", [WAYS["nothing"], WAYS["the form"]])
def test_json_sent_as_a_form_is_a_415(site: Site, way: str) -> None:
    """`curl -d` says that all it sends is a form."""
    answer = app(site, way, "NewUser").post("/a", data='{"name": "Ada"}', content_type=URLENCODED)
    assert (answer.status_code, answer.json, answer.headers["Accept"]) == (
        415,
        {
            "error": f"the body is JSON, but its content type is {URLENCODED!r}: "
            "send it with `Content-Type: application/json`"
        },
        JSON,
    )


# Limits.

FLAT = f"{TOP}def POST(req: Req[TypedDict('T', {{'f0': str}}, total=False)], res: Res): res.json(1)\n"


def fields(count: int, content_type: str) -> dict[str, Any]:
    """Return a form with so many fields."""
    return {"data": {f"f{number}": "x" for number in range(count)}, "content_type": content_type}


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
@pytest.mark.parametrize(("setting", "most"), [("", 1000), ("max_fields = 3", 3), ("max_fields = 0", 0)])
def test_a_form_has_so_many_fields_at_most(site: Site, content_type: str, setting: str, most: int) -> None:
    """1,000 unless the file or the App sets another limit."""
    web = client(site({"a.py": f"{setting}\n{FLAT}"}))
    assert web.post("/a", **fields(max(most, 1), content_type)).status_code == (200 if most else 413)
    answer = web.post("/a", **fields(most + 1, content_type))
    assert (answer.status_code, answer.json) == (413, {"error": f"the form has more than {most} fields"})


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
def test_none_is_no_limit_of_fields(site: Site, content_type: str) -> None:
    """A file may take forms of any number of fields."""
    assert (
        client(site({"a.py": f"max_fields = None\n{FLAT}"})).post("/a", **fields(1100, content_type)).status_code == 200
    )


def test_the_limit_of_fields_holds_for_raw_too(site: Site) -> None:
    """Also without a contract, and by the limit of the App."""
    web = client(site({"a.py": "def POST(req, res): res.json(len(req.raw.form))\n"}, max_fields=2))
    assert [web.post("/a", **fields(count, URLENCODED)).status_code for count in (2, 3)] == [200, 413]
