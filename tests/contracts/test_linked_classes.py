"""Handlers whose types refer to each other share what is known of the classes."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fsapi import App, TreeError
from tests.site import Site, client, count_calls, write

IMPORTS = """
from __future__ import annotations
from typing import Annotated
from msgspec import Meta, Struct
"""
CLASS = """
class M{0}(Struct):
    a: int
    b: M{1} | None = None
    c: list[M{2}] = []
    d: dict[str, M{3}] = {{}}
"""
ROUTE = """
from fsapi import Req, Res
from {1} import _models as models
def POST(req: Req[models.M{0}], res: Res[models.M{0}]): res.json(req.body)
def GET(req: Req, res: Res[list[models.M{0}]]): res.json([{{"a": 1, "more": 1}}])
"""


def linked(count: int, tree: str = "server", files: int | None = None) -> dict[str, str]:
    """Return a tree with so many classes, each of which leads to all others, and a file for each, or so many."""
    classes = [CLASS.format(n, (n + 1) % count, n * 7 % count, (n + 3) % count) for n in range(count)]
    return {
        "_models.py": IMPORTS + "".join(classes),
        **{f"r{n}.py": ROUTE.format(n, tree) for n in range(files or count)},
    }


def test_each_handler_of_linked_classes_has_its_own_contract(site: Site) -> None:
    """What they share is complete, and they send no fields that are not declared."""
    browser = client(site(linked(4)))
    for n in range(4):
        value: dict[str, Any] = {"a": n, "b": {"a": 1, "b": None, "c": [], "d": {}}, "c": [], "d": {"x": {"a": 2}}}
        sent = browser.post(f"/r{n}", json={**value, "more": 1}).json
        assert sent == {**value, "d": {"x": {"a": 2, "b": None, "c": [], "d": {}}}}
        assert browser.get(f"/r{n}").json == [{"a": 1, "b": None, "c": [], "d": {}}]
        answer = browser.post(f"/r{n}", json={**value, "c": [{"a": "x"}]})
        assert (answer.status_code, "body $.c[0].a: " in answer.text) == (422, True)


def test_linked_classes_are_compiled_once_for_all_handlers(site: Site) -> None:
    """Three Structs for each, of which 60 handlers of 60 classes took 25 MB."""
    gc.collect()
    before = len(msgspec.Struct.__subclasses__())
    site(linked(6))
    assert len(msgspec.Struct.__subclasses__()) - before <= 6 * (1 + 3)


def test_a_start_takes_hardly_longer_for_more_linked_classes(tmp_path: Path, site: Site) -> None:
    """Each handler read all of them again, and so did each of its parts in the document."""
    site({}, docs="/docs")  # what is imported late
    counts: list[int] = []
    for count in (8, 16):
        tree = f"tree{count}"
        write(tmp_path / tree, linked(count, tree))
        counts.append(count_calls(lambda tree=tree: App(tmp_path, server=tree, docs="/docs")))  # type: ignore[misc]
    assert counts[1] < 3 * counts[0]


def test_a_hundred_linked_classes_are_not_nested_too_deep(site: Site) -> None:
    """The way through all of them is that long."""
    schemas = site(linked(100, files=1), docs="/docs").openapi()["components"]["schemas"]
    assert {f"M{n}-{kind}" for n in range(100) for kind in ("Input", "Output")} <= schemas.keys()


def test_what_is_wrong_with_linked_classes_is_reported_for_each_handler(site: Site) -> None:
    """Nothing is known to be right before all that is below it has been seen."""
    files = linked(3)
    files["_models.py"] += "    e: tuple[int] | Annotated[int, Meta(ge=1)] = 1\n"
    with pytest.raises(TreeError) as raised:
        site(files)
    assert str(raised.value).count("on which msgspec crashes") == 3 * 2
