"""Warnings about answers, in development."""

from __future__ import annotations

import pytest

from fsapi.answers.response_check import DEVELOPMENT
from tests.models import TOP
from tests.site import Site, client

_KEPT = "GET in server/a.py does not keep its contract: "
_LEFT = "GET in server/a.py does not send "
_NOT = ", which its contract does not have"
CASES: list[tuple[str, str, list[str]]] = [
    ("Res[User]", "res.json({'id': 1, 'name': 'Ada'})", []),
    ("Res[User, Literal[201]]", "res.json({'id': 1, 'name': 'Ada'})", []),
    ("Res[int, Literal[201]]", "res.json(1, 202)", [f"{_KEPT}the status is 202, not 201"]),
    ("Res[int, Literal[200, 201]]", "res.status(204).end()", [f"{_KEPT}the status is 204, not 200 or 201"]),
    ("Res[None, Literal[204]]", "res.end()", []),
    ("Res[None, Literal[204]]", "res.json('no body goes out')", []),
    ("Res[int]", "res.end('1')", [f"{_KEPT}the answer is text/plain, not JSON"]),
    ("Res[int]", "res.setHeader('Content-Type', 'application/json; a=b'); res.end('1')", []),
    ("Res[int]", "res.json({'error': 'no'}, 404)", []),
    ("Res[Any]", "res.json({'a': 1})", []),
    ("Res[Model]", "res.json(Model(name='Ada'))", []),
    ("Res[Model]", "res.json({'name': 'Ada', 'x': 1})", [f"{_LEFT}$.x{_NOT}"]),
    ("Res[Named]", "res.json({'first_name': 'Ada'})", []),
    ("Res[User]", "res.json({'id': 1, 'name': '', 'x': 1, 'y': {}})", [f"{_LEFT}$.x{_NOT}", f"{_LEFT}$.y{_NOT}"]),
    ("Res[list[User]]", "res.json([{'id': 1, 'name': '', 'x': 1}] * 2)", [f"{_LEFT}$[0].x{_NOT}"]),
    ("Res[dict[str, User]]", "res.json({'a': {'id': 1, 'name': '', 'x': 1}})", [f"{_LEFT}$.a.x{_NOT}"]),
    ("Res[list[User]]", "res.json(iter([{'id': 1, 'name': '', 'x': 1}]))", []),
    ("Res[Tagged]", "res.json(Row('x', 'y', 1))", [f"{_LEFT}$.secret{_NOT}"]),
    ("Res[Tagged]", "res.json({'a_name': 'x', 'other': ''})", []),
    ("Res[float]", "res.json(float('nan'))", ["GET in server/a.py sends null for $, which is NaN or infinite"]),
    (
        "Res[list[float]]",
        "res.json([float('nan'), float('inf')])",
        ["GET in server/a.py sends null for $[0], which is NaN or infinite"],
    ),
    ("Res", "res.json({'a': 1})", []),
]
CLASSES = """
from msgspec import Struct
class Tagged(Struct, rename='camel', omit_defaults=True):
    a_name: str
    other: str = ''
class Row(Tagged, rename='camel', omit_defaults=True):
    secret: int = 0
"""


@pytest.mark.parametrize(("res", "line", "problems"), CASES)
def test_an_answer_outside_its_contract_is_logged(
    site: Site,
    res: str,
    line: str,
    problems: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A warning names the handler, the value and the problem."""
    monkeypatch.setenv(DEVELOPMENT, "1")
    client(site({"a.py": f"{TOP}{CLASSES}def GET(req: Req, res: {res}): {line}\n"})).get("/a")
    assert [record.getMessage() for record in caplog.records] == problems
    assert {record.levelname for record in caplog.records} <= {"WARNING"}


def test_each_field_is_logged_once(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """For each handler."""
    monkeypatch.setenv(DEVELOPMENT, "1")
    get = "def GET(req: Req, res: Res[User]): res.json({'id': 1, 'name': '', 'x': 1})\n"
    app = client(site({"a.py": f"{TOP}{get}PUT = GET\n"}))
    for call in (app.get, app.get, app.put):
        call("/a")
    assert [record.getMessage()[:17] for record in caplog.records] == ["GET in server/a.p", "PUT in server/a.p"]


@pytest.mark.parametrize("value", [None, ""])
def test_production_logs_no_warnings(
    site: Site, value: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is the same."""
    monkeypatch.delenv(DEVELOPMENT, raising=False) if value is None else monkeypatch.setenv(DEVELOPMENT, value)
    get = "def GET(req: Req, res: Res[User]): res.json({'id': 1, 'name': '', 'x': 1}, 202)\n"
    answer = client(site({"a.py": TOP + get})).get("/a")
    assert (answer.json, caplog.records) == ({"id": 1, "name": ""}, [])


def test_development_sends_the_same_answers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A returned Response is not compared, and an exception is a 500."""
    monkeypatch.setenv(DEVELOPMENT, "1")
    get = "from werkzeug import Response\ndef GET(req: Req, res: Res[User]): return Response('x')\n"
    app = client(site({"a.py": f"{TOP}{get}def PUT(req, res: Res[User]): 1 / 0\n"}))
    assert [app.get("/a").text, app.put("/a").status_code] == ["x", 500]


def test_what_an_undeclared_property_raises_is_not_asked_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has no such field."""
    monkeypatch.setenv(DEVELOPMENT, "1")
    top = """
from pydantic import BaseModel, computed_field
class Declared(BaseModel):
    id: int
class Computing(Declared):
    @computed_field
    @property
    def failing(self) -> int: raise KeyError("own")
"""
    get = "def GET(req: Req, res: Res[Declared]): res.json(Computing(id=1))\n"
    assert client(site({"a.py": TOP + top + get})).get("/a").json == {"id": 1}
