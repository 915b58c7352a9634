"""A contract reads the body, whatever middleware has read of it before, and by whatever way."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, encode_multipart

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
    "a part of the stream, and its form": "req.raw.stream.read(3); req.raw.form.get('token')",
    "a part of the stream, and the data": "req.raw.stream.read(3); req.raw.get_data()",
    "the JSON, whatever the type": "req.raw.get_json(force=True, silent=True)",
    "all of wsgi.input, in pieces": "list(iter(lambda: req.environ['wsgi.input'].read(5), b''))",
    "a Request of its own": "own(req.environ).form.get('token')",
    "the data by a Request of its own": "own(req.environ).get_data()",
    "by three": "req.environ['wsgi.input'].read(9); own(req.environ).form.get('token'); req.raw.files.get('token')",
}
READER = """
from werkzeug import Request

opened = []

def own(environ):
    opened.append(Request(environ))
    return opened[-1]

def middleware(req, res):
    {}
    try:
        yield
    finally:
        while opened:
            opened.pop().close()
"""


def app(site: Site, way: str, hint: str, sent: str = "req.body") -> Client:
    """Return a client of a file with a contract below middleware that reads the body; the answer is `sent`."""
    handler = f"{TOP}def POST(req: Req[{hint}], res: Res): res.json({sent})\n"
    files = {"_middleware.py": READER.format(way), "a.py": handler}
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


def upload(size: int) -> dict[str, Any]:
    """Return a form with a file of so many bytes."""
    fields = {"title": "A", "file": FileStorage(BytesIO(b"x" * size), "a.txt")}
    boundary, data = encode_multipart(fields)
    return {"data": data, "content_type": f"{MULTIPART}; boundary={boundary}"}


@pytest.mark.parametrize("size", [2, 2_000_000])
def test_a_form_with_files_is_read_whatever_has_read_it_before(site: Site, size: int) -> None:
    """The title and the file come whole, also where they were parsed before."""
    sent = "[req.body.title, len(req.body.file.read())]"
    answers = {name: app(site, way, "Upload", sent).post("/a", **upload(size)).json for name, way in WAYS.items()}
    assert {name: given for name, given in answers.items() if given != ["A", size]} == {}


def test_a_form_with_files_is_kept_in_a_file_not_in_memory(site: Site) -> None:
    """Middleware that reads a large upload in pieces does not fill the memory."""
    way = "list(map(len, iter(lambda: req.environ['wsgi.input'].read(65536), b'')))"
    web = app(site, way, "Upload", "1")
    sent = upload(8_000_000)
    tracemalloc.start()
    try:
        given = web.post("/a", **sent)
        assert (given.status_code, tracemalloc.get_traced_memory()[1] < 3_000_000) == (200, True)
    finally:
        tracemalloc.stop()


def test_a_form_over_a_limit_stays_a_413(site: Site) -> None:
    """Middleware that goes on after the 413 does not leave the rest of the form to the contract."""
    way = "try: req.raw.form\n    except Exception: pass"
    files = {"_middleware.py": f"def middleware(req, res):\n    {way}\n", "a.py": f"max_fields = 2\n{FLAT}"}
    assert client(site(files)).post("/a", **fields(5, MULTIPART)).status_code == 413


def test_a_stream_that_is_gone_is_a_500_that_says_why(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Without a contract nothing is kept, since it may be large: the log says what to do."""
    files = {
        "_middleware.py": "def middleware(req, res): req.raw.stream.read()\n",
        "a.py": "def POST(req, res): res.json(req.body)\n",
    }
    assert client(site(files)).post("/a", json=1).status_code == 500
    assert "by middleware" in str(caplog.records[0].exc_info)
    assert "read req.body or req.bytes before that" in str(caplog.records[0].exc_info)


def test_a_form_is_what_is_left_of_a_stream_that_is_not_kept(site: Site) -> None:
    """Without a contract nothing is kept."""
    reads = "req.raw.stream.read(4)\n    res.json(req.raw.form)"
    answer = client(site({"a.py": f"def POST(req, res):\n    {reads}\n"})).post("/a", data={"a": "1", "b": "2"})
    assert answer.json == {"b": "2"}


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
