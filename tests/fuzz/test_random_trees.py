"""Random trees get random requests: the right file answers, and each answer obeys PEP 3333."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapi import App
from tests.conftest import imports_restored
from tests.site import call, environ, write

#: The names of a tree with their rank in the order of precedence, and what they match.
NAMES = {
    "a": (0, "a"),
    "b": (0, "b"),
    "é": (0, "é"),
    "a-[p]": (1, r"a-(?P<p>(?!\.\.?\Z)(?s:.+))"),
    "[p=int]": (2, "(?P<p>0|-?[1-9][0-9]{0,17})"),
    "[p]": (3, "(?P<p>(?s:.+))"),
    "[...p]": (4, ""),
}
TEXTS = ["a", "b", "é", "a-1", "a-a-é", "0", "-7", "01", "1.5", "A", "a b", "a/b", "%2F", "a\n", "日", "...", "-", "a-"]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
FORMS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
KINDS = [*FORMS, "", "application/json", "application/json;;", "a/b+json", "text/plain", "text/plain; charset=x", '"']
BODIES = [b"", b"1", b'{"a":[null]}', b"{", b"\xff", b"a=b&a", b"--b\r\n", b"--b--", b"[" * 2000]

Url = tuple[str, ...]


class Request(NamedTuple):
    """What is sent; with a `place` to the URL at that place in the tree, filled with the parts."""

    place: int | None
    method: str
    parts: list[str]
    query: str
    headers: dict[str, str]
    kind: str
    body: bytes


def source(file: str, methods: list[str]) -> str:
    """Return a route file whose handlers read all of a request; PUT raises after that."""
    read = f"answer = [{file!r}, req.params, dict(req.query), dict(req.headers), req.url, req.body, list(req.raw.form)]"
    ends = {method: "raise LookupError" if method == "PUT" else "res.json(answer)" for method in methods}
    return "\n".join(f"def {method}(req, res):\n    {read}\n    {end}\n" for method, end in ends.items())


def expected(files: dict[Url, str], parts: Sequence[str]) -> tuple[str, dict[str, Any]] | None:
    """Return the file that has to answer and its params: that of the first match, segment by segment."""
    for url in sorted(files, key=lambda url: [NAMES[name][0] for name in url]):
        params = match(url, parts)
        if params is not None:
            return files[url], params
    return None


def match(url: Url, parts: Sequence[str]) -> dict[str, Any] | None:
    """Return the params of a path, None if the URL does not match it."""
    single, rest = (url[:-1], parts[len(url) - 1 :]) if url[-1] == "[...p]" else (url, parts[len(url) :])
    matches = [re.fullmatch(NAMES[name][1], part) for name, part in zip(single, parts)]
    if len(parts) < len(url) or (rest and single == url) or None in matches:
        return None
    values: dict[str, Any] = {
        f"p{place}": found["p"] for place, found in enumerate(matches) if found and found.re.groups
    }
    values |= {name: int(value) for name, value in values.items() if url[int(name[1:])] == "[p=int]"}
    return values if single == url else {**values, f"p{len(single)}": list(rest)}


def file_of(url: Url, group: str) -> str:
    """Return the name of the file of a URL; each param is named after its place."""
    return group + "/".join(name.replace("p", f"p{place}") for place, name in enumerate(url)) + ".py"


URLS = st.lists(st.sampled_from(list(NAMES)), min_size=1, max_size=3).filter(lambda url: "[...p]" not in url[:-1])
FILES = st.dictionaries(
    URLS.map(tuple),
    st.tuples(st.sampled_from(["", "(group)/"]), st.lists(st.sampled_from(METHODS), min_size=1, unique=True)),
    min_size=1,
    max_size=6,
)
TEXT = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=8)
HEADERS = st.dictionaries(st.sampled_from(["ACCEPT", "RANGE", "DATE", "X", "COOKIE", "IF_RANGE", "HOST"]), TEXT)
REQUESTS = st.builds(
    Request,
    st.one_of(st.none(), st.integers(0, 5), st.integers(0, 5)),
    st.sampled_from(METHODS),
    st.lists(st.one_of(st.sampled_from(TEXTS), st.text("a-1é.", min_size=1, max_size=3)), min_size=1, max_size=4),
    st.text("a=&%+;éF0", max_size=8),
    HEADERS,
    st.sampled_from(KINDS),
    st.sampled_from(BODIES),
)


def aimed(sent: Request, urls: list[Url]) -> Request:
    """Return a request with the path that it is for."""
    if sent.place is None:
        return sent
    url = urls[sent.place % len(urls)]
    single = [name.replace("[p]", part).replace("[p=int]", "7") for name, part in zip(url, sent.parts * 3)]
    return sent._replace(parts=[*single[:-1], *sent.parts] if url[-1] == "[...p]" else single)


def send(app: App, sent: Request) -> tuple[int, dict[str, str], bytes]:
    """Send a request as gunicorn passes it on; fail if the answer breaks a rule of PEP 3333."""
    made = environ("/" + "/".join(sent.parts).encode().decode("latin-1"), sent.method, sent.body)
    made |= {"CONTENT_TYPE": sent.kind.encode().decode("latin-1"), "CONTENT_LENGTH": str(len(sent.body))}
    made |= {"QUERY_STRING": sent.query.encode().decode("latin-1"), "wsgi.input_terminated": True}
    made |= {"RAW_URI": "/" + "/".join(quote(part, safe="") for part in sent.parts) + f"?{made['QUERY_STRING']}"}
    made |= {f"HTTP_{name}": value for name, value in sent.headers.items()}
    status, headers, body = call(validator(app), made)
    return int(status[:3]), headers, body


@pytest.mark.e2e
@given(FILES, st.lists(REQUESTS, min_size=10, max_size=10))
def test_the_right_file_answers_every_request(tree: dict[Url, tuple[str, list[str]]], requests: list[Request]) -> None:
    """The path picks the file, then the method its function; a 500 is what a handler raised, nothing else."""
    files = {url: file_of(url, group) for url, (group, _) in tree.items()}
    methods = {file_of(url, group): names for url, (group, names) in tree.items()}
    with tempfile.TemporaryDirectory() as folder, imports_restored():
        write(Path(folder), {f"server/{file}": source(file, names) for file, names in methods.items()})
        app = App(folder)
        for sent in [aimed(sent, list(files)) for sent in requests]:
            found = None if {".", ".."} & set(sent.parts) else expected(files, sent.parts)
            check(sent, found, methods[found[0]] if found else [], send(app, sent))


def check(
    sent: Request, found: tuple[str, Any] | None, methods: list[str], answer: tuple[int, dict[str, str], bytes]
) -> None:
    """Fail if an answer is not the one that the tree promises."""
    status, headers, body = answer
    handler = "GET" if sent.method == "HEAD" and "HEAD" not in methods else sent.method
    assert body == b"" or sent.method != "HEAD"
    if found is None:
        assert status == 404, sent
    elif handler not in methods:
        assert status == (204 if sent.method == "OPTIONS" else 405), sent
        assert set(methods) <= set(headers["allow"].split(", "))
    elif status == 200 and body:
        assert json.loads(body)[:2] == list(found), sent
    else:
        ends = 500 if handler == "PUT" else 200 if sent.method == "HEAD" else 400
        assert status in (400, 413, 415, ends), (sent, status)
