"""The figures on the page about reliability are those of the tests."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests import test_battery_cases as battery
from tests.docs.pages import page, rows
from tests.e2e.battery_cases import cases
from tests.leaky import requests
from tests.site import ROOT

pytestmark = pytest.mark.e2e
NAME = "docs/reliability.md"
#: The ids of the study that are about the application by itself.
U = {f"U{n:02}" for n in (*range(1, 29), *range(30, 42), *range(48, 69), *range(70, 87))}


def test_the_table_of_http_cases_counts_them() -> None:
    """By letter: the requests, and those that `serve` answers as strictly as gunicorn."""
    header = "| cases | about | ids | requests | gunicorn, sync | gunicorn, gthread | `serve` |"
    sent, strict = Counter(case.id[0] for case in cases()), Counter(case.id[0] for case in cases() if not case.dev)
    table = {letter: list(map(int, counts)) for letter, _, *counts in rows(NAME, header)}
    assert {letter: counts[1:] for letter, counts in table.items()} == {
        letter: [sent[letter]] * 3 + [strict[letter]] for letter in sent
    }
    assert sum(counts[0] for counts in table.values()) == 124


def test_the_ids_that_serve_answers_otherwise_are_listed() -> None:
    """All of them, and no others."""
    listed = {id for _, ids in rows(NAME, "| `serve` | ids |") for id in ids.split(", ")}
    assert listed == {case.id for case in cases() if case.dev}


def test_the_table_of_in_process_cases_counts_its_rows() -> None:
    """In the order of the tables."""
    counts = [len(battery.HANDLERS), len(battery.ENVIRONS), len(battery.BROKEN), len(battery.TREES)]
    assert [int(count) for _, count in rows(NAME, "| table | rows |")] == counts


def test_every_in_process_id_is_in_a_test() -> None:
    """As the page says, 78 of them."""
    text = "".join(file.read_text("utf-8") for file in (ROOT / "tests").glob("test_battery*.py"))
    assert {*re.findall(r"\bU\d\d\b", text)} >= U
    assert f"{len(U)} ids are about" in page(NAME)


def test_the_page_counts_the_requests_that_could_show_a_secret() -> None:
    """Each once as a program and once as a browser."""
    assert f"{len(requests())} requests are sent" in page(NAME)


def test_other_servers_were_sent_the_same_requests() -> None:
    """Their figures are out of date where the battery has grown."""
    assert f"The {len(cases())} requests of the" in page("docs/deploying.md")
