"""A hundred routing cases, each in several orders of the directory listing.

A case is a tree with its requests and the file, params, status and middleware expected of each, or with the error at
the start.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fsapi import App, TreeError
from tests.site import Site, client, write

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
ORDERS = ["sorted reversed", pytest.param("shuffled-1 shuffled-2", marks=pytest.mark.e2e)]

_HANDLER = """
def {name}(req, res):
    res.json({{"file": {file!r}, "params": req.params, "query": req.query, "ran": {name!r}}})
"""

_MIDDLEWARE = """
def middleware(req, res):
    res.setHeader("X-Middleware", [*(res.getHeader("X-Middleware") or []), {file!r}])
"""


def _source(case: dict[str, Any], file: str) -> str:
    if file in case.get("sources", {}):
        return str(case["sources"][file])
    if file.endswith("_middleware.py"):
        return _MIDDLEWARE.format(file=file)
    names = case.get("exports", {}).get(file, ["GET", "POST"])
    return "".join(_HANDLER.format(name=name, file=file) for name in names)


@pytest.fixture(params=ORDERS)
def orders(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return an iterator over orders; each lists every directory in that order until the next."""
    scandir = os.scandir

    def each() -> Iterator[str]:
        for order in request.param.split():
            monkeypatch.setattr(os, "scandir", partial(_Listing, scandir, order))
            yield order

    return each()


class _Listing:
    """What os.scandir returns, in one of the orders."""

    def __init__(self, scandir: Callable[[Any], Any], order: str, path: Any) -> None:
        with scandir(path) as listing:
            entries = sorted(listing, key=lambda entry: str(entry.name), reverse=order == "reversed")
        self._entries = iter(random.Random(order).sample(entries, len(entries)) if order[:8] == "shuffled" else entries)

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __enter__(self) -> Iterator[Any]:
        return self._entries

    def __exit__(self, *args: object) -> None:
        """Close nothing: the listing has been read to its end."""


def _cases(start: str) -> list[Any]:
    cases = [case for case in CASES if case["start"] == start]
    return [pytest.param(case, id=case["id"]) for case in cases]


def _tree(case: dict[str, Any]) -> dict[str, str]:
    """Return the sources of a case by file name."""
    return {file: _source(case, file) for file in case["tree"]}


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("case", _cases("ok"))
def test_every_request_reaches_its_file(
    case: dict[str, Any], tmp_path: Path, site: Site, orders: Iterator[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Params, status and middleware are as the case says."""
    write(tmp_path / "server", _tree(case))
    for _ in orders:
        app = site({})
        for request in case["requests"]:
            caplog.clear()
            _check(app, request, caplog)


def _check(app: App, request: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    expect, sent = dict(request["expect"]), f"{request['method']} {request['path']}"
    answer = client(app).open(request["path"], method=request["method"])
    body: Any = answer.get_json(silent=True) or {}
    found = {
        "status": answer.status_code,
        "allow": sorted(answer.headers.get("Allow", "").split(", ")),
        "body_empty": answer.data == b"",
        "json": body,
        "middleware": answer.headers.getlist("X-Middleware"),
        **{name: body.get(name, expect.get(name)) for name in ("file", "params", "query", "ran")},
    }
    assert expect.pop("not_in_body", "\0") not in answer.text, sent
    assert expect.pop("log", "") in caplog.text, sent
    assert found == {**found, **expect}, sent


@pytest.mark.parametrize("case", _cases("refused"))
def test_a_tree_that_cannot_be_served_stops_the_start(
    case: dict[str, Any], tmp_path: Path, site: Site, orders: Iterator[str]
) -> None:
    """The error names the files and the reason."""
    write(tmp_path / "server", _tree(case))
    for _ in orders:
        with pytest.raises(TreeError) as caught:
            site({})
        message = str(caught.value)
        assert all(name in message for name in case["error"]["names"]), message
        assert any(words in message for words in case["error"]["says_any"]), message


def test_all_hundred_cases_run() -> None:
    """Each starts or stops the start."""
    assert len(_cases("ok")) + len(_cases("refused")) == len(CASES) == 100
