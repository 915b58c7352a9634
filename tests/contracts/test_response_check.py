"""Answers compared with their contracts, in development."""

from __future__ import annotations

import pytest

from fsapi.contracts.response_check import DEVELOPMENT
from tests.models import TOP
from tests.site import Site, client

CASES: list[tuple[str, str, list[str]]] = [
    ("Res[User]", "res.json({'id': 1, 'name': 'Ada'})", []),
    ("Res[User]", "res.json({'id': '1'})", ["$.name: Missing field", "$.id: Expected `int`, got `str`"]),
    ("Res[list[User]]", "res.json([{'id': 1, 'name': 2}])", ["$[0].name: Expected `str`, got `int`"]),
    ("Res[User, Literal[201]]", "res.json({'id': 1, 'name': 'Ada'})", []),
    ("Res[int, Literal[201]]", "res.json(1, 202)", ["the status is 202, not 201"]),
    ("Res[int, Literal[200, 201]]", "res.status(204).end()", ["the status is 204, not 200 or 201"]),
    ("Res[None, Literal[204]]", "res.end()", []),
    ("Res[None, Literal[204]]", "res.json('no body goes out')", []),
    ("Res[int]", "res.end('1')", ["the answer is text/plain, not JSON"]),
    ("Res[int]", "res.setHeader('Content-Type', 'application/json; a=b'); res.end('1')", []),
    ("Res[int]", "res.json({'error': 'no'}, 404)", []),
    ("Res[Any]", "res.json({'a': 1})", []),
    ("Res[Model]", "res.json(Model(name='Ada'))", []),
    ("Res[Model]", "res.json({'name': 1})", ["$.name: Input should be a valid string"]),
    ("Res[float]", "res.json(float('nan'))", ["$: Expected `float`, got `null`"]),
    ("Res", "res.json({'a': 1})", []),
]


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
    client(site({"a.py": f"{TOP}def GET(req: Req, res: {res}): {line}\n"})).get("/a")
    messages = [record.getMessage() for record in caplog.records]
    assert messages == [f"GET in server/a.py does not keep its contract: {problem}" for problem in problems]
    assert {record.levelname for record in caplog.records} <= {"WARNING"}


@pytest.mark.parametrize("value", [None, ""])
def test_production_does_not_validate_answers(
    site: Site, value: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is sent as it is, and nothing is logged."""
    monkeypatch.delenv(DEVELOPMENT, raising=False) if value is None else monkeypatch.setenv(DEVELOPMENT, value)
    answer = client(site({"a.py": f"{TOP}def GET(req: Req, res: Res[User]): res.json(1)\n"})).get("/a")
    assert (answer.json, caplog.records) == (1, [])


def test_development_sends_the_same_answers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A returned Response is not compared, and an exception is a 500."""
    monkeypatch.setenv(DEVELOPMENT, "1")
    get = "from werkzeug import Response\ndef GET(req: Req, res: Res[User]): return Response('x')\n"
    app = client(site({"a.py": f"{TOP}{get}def PUT(req, res: Res[User]): 1 / 0\n"}))
    assert [app.get("/a").text, app.put("/a").status_code] == ["x", 500]
