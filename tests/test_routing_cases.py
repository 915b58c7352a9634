"""The hundred routing cases, each in several orders of the directory listing.

A case is a tree, its requests with the file, params and status expected, or the refusal at start. The middleware
cases wait for middleware.
"""

from __future__ import annotations

import json
import logging
import os
import random
from pathlib import Path
from typing import Any

import pytest

from fsapi import App, TreeError
from tests.site import Site, client

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("routing_cases.json").read_text("utf-8"))
ORDERS = ["sorted", "reversed", "shuffled-1", "shuffled-2"]

_HANDLER = """
def {name}(req, res):
    res.json({{"file": {file!r}, "params": req.params, "query": req.query, "ran": {name!r}}})
"""


def _source(case: dict[str, Any], file: str) -> str:
    if file in case.get("sources", {}):
        return str(case["sources"][file])
    names = case.get("exports", {}).get(file, ["GET", "POST"])
    return "".join(_HANDLER.format(name=name, file=file) for name in names)


@pytest.fixture(params=ORDERS)
def order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """List every directory in another order than the disk does."""
    listdir, kind = os.listdir, str(request.param)

    def listed(path: Any = ".") -> list[str]:
        names = sorted(listdir(path), reverse=kind == "reversed")
        if kind.startswith("shuffled"):
            random.Random(kind).shuffle(names)
        return names

    monkeypatch.setattr(os, "listdir", listed)


def _cases(start: str) -> list[Any]:
    cases = [case for case in CASES if case["start"] == start and case["group"] != "middleware"]
    return [pytest.param(case, id=case["id"]) for case in cases]


def _tree(case: dict[str, Any]) -> dict[str, str]:
    """Return the files of a case, with a subfolder where the case has none."""
    return {file: _source(case, file) for file in case["tree"]}


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("case", _cases("ok"))
@pytest.mark.usefixtures("order")
def test_requests(case: dict[str, Any], site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Every request of a case reaches the file that it names, with its params and status."""
    app = site(_tree(case))
    for request in case["requests"]:
        caplog.clear()
        _check(app, request, caplog)


def _check(app: App, request: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    expect, told = dict(request["expect"]), f"{request['method']} {request['path']}"
    with caplog.at_level(logging.DEBUG, "fsapi"):
        answer = client(app).open(request["path"], method=request["method"])
    assert answer.status_code == expect.pop("status"), told
    file, params = expect.pop("file"), expect.pop("params")
    body = answer.get_json(silent=True) or {}
    if "file" in body:
        assert (body["file"], body["params"]) == (file, params), told
    _check_more(answer, expect, body, caplog.text)


def _check_more(answer: Any, expect: dict[str, Any], body: Any, log: str) -> None:
    checks = {
        "allow": lambda value: sorted(answer.headers["Allow"].split(", ")) == sorted(value),
        "body_empty": lambda value: (answer.data == b"") is value,
        "query": lambda value: body["query"] == value,
        "ran": lambda value: answer.request.method == "HEAD" or body["ran"] == value,
        "json": lambda value: body == value,
        "not_in_body": lambda value: value not in answer.text,
        "log": lambda value: value in log,
    }
    for name, value in expect.items():
        assert checks[name](value), (name, value, body, log)


@pytest.mark.parametrize("case", _cases("refused"))
@pytest.mark.usefixtures("order")
def test_refusals(case: dict[str, Any], site: Site) -> None:
    """A tree that cannot be served is refused with the names of its files, and the reason."""
    with pytest.raises(TreeError) as caught:
        site(_tree(case))
    message = str(caught.value)
    assert all(name in message for name in case["error"]["names"]), message
    assert any(words in message for words in case["error"]["says_any"]), message


def test_no_case_is_lost() -> None:
    """All hundred cases run, but for those of middleware."""
    assert len(_cases("ok")) + len(_cases("refused")) == len(CASES) - 2 == 98
