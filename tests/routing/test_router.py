"""Match paths to routes, and build the URLs of route files."""

from __future__ import annotations

import gc
import http
import re
import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Map

from fsapi import App
from fsapi.tree.patterns import patterns_of
from fsapi.tree.segment import parse
from tests.site import Site, client, write

ECHO = "def GET(req, res): res.json([req.route.file, {k: str(v) for k, v in req.params.items()}])\n"
OK = "def GET(req, res): res.end()\n"


def found(app: App, path: str) -> Any:
    """Return the file and the params of a path, or the status."""
    answer = client(app).get(path)
    return answer.json if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize("is_enabled", [True, False])
def test_a_build_leaves_the_garbage_collector_as_it_was(site: Site, is_enabled: bool) -> None:
    """It is paused while the Map is made."""
    if not is_enabled:
        gc.disable()
    try:
        site({"a.py": OK})
        assert gc.isenabled() is is_enabled
    finally:
        gc.enable()


def test_the_map_is_werkzeug_s_and_holds_every_route(site: Site) -> None:
    """One rule for each URL shape, without methods, whose endpoint is the route."""
    app = site({"users/[my-id].py": OK, "f/[[...p]].py": OK, "n/[i=int]/[a]-[b].py": OK})
    assert isinstance(app.url_map, Map)
    assert {rule.rule: rule.endpoint.file for rule in app.url_map.iter_rules()} == {
        "/f": "server/f/[[...p]].py",
        "/f/<rest:p0>": "server/f/[[...p]].py",
        "/n/<int:p0>/<p1>-<p2>": "server/n/[i=int]/[a]-[b].py",
        "/users/<p0>": "server/users/[my-id].py",
    }
    assert [rule.methods for rule in app.url_map.iter_rules()] == [None] * 4


def test_the_map_matches_by_itself(site: Site) -> None:
    """Its converters give the values that a request has."""
    app = site({f"{name}.py": OK for name in ["n/[i=int]", "u/[u=uuid]", "f/[...p]", "t/[x]"]})
    match = app.url_map.bind("").match
    found = [match(path)[1]["p0"] for path in ("/n/-3", f"/u/{UUID}", "/f/a/b", "/t/x\0y")]
    assert found == [-3, UUID, ["a", "b"], "x/y"]


INTS = {
    "0": 0,
    "-12": -12,
    "9223372036854775807": 2**63 - 1,
    "9223372036854775808": 404,
    "-9223372036854775808": -(2**63),
    "-9223372036854775809": 404,
    "9" * 5000: 404,
    "-0": 404,
    "+1": 404,
    "01": 404,
    "1_0": 404,
    "%D9%A3": 404,
    "1%0A": 404,
}


def test_an_int_has_one_spelling(site: Site) -> None:
    """A number that Python writes in another way is not an int, nor is one beyond 64 bits."""
    app = site({"n/[i=int].py": "def GET(req, res): res.json(req.params['i'])"})
    assert {text: found(app, f"/n/{text}") for text in INTS} == INTS


def test_a_uuid_is_canonical_in_either_case(site: Site) -> None:
    """A param that is not one goes to the next candidate."""
    app = site({"[u=uuid].py": ECHO, "[x].py": ECHO})
    assert found(app, "/6BA7B810-9dad-11d1-80b4-00c04fd430c8") == ["server/[u=uuid].py", {"u": str(UUID)}]
    others = ["6ba7b8109dad11d180b400c04fd430c8", "{x}"]
    assert [found(app, f"/{text}") for text in others] == [["server/[x].py", {"x": text}] for text in others]


def test_a_matcher_that_misses_falls_through_at_every_depth(site: Site) -> None:
    """The search goes on with the next candidate instead of a 404."""
    app = site({"[i=int]/a.py": ECHO, "[u=uuid]/a.py": ECHO, "[x]/a.py": ECHO, "[...r].py": ECHO})
    assert [found(app, path)[0] for path in ("/1/a", "/z/a", "/1/b")] == [
        "server/[i=int]/a.py",
        "server/[x]/a.py",
        "server/[...r].py",
    ]


def test_text_around_params_is_greedy_from_the_left(site: Site) -> None:
    """Patterns of Werkzeug and Django are greedy too."""
    assert found(site({"[a]-[b].py": ECHO}), "/1-2-3") == ["server/[a]-[b].py", {"a": "1-2", "b": "3"}]


def test_an_encoded_slash_or_percent_sign_is_never_part_of_a_file_name(site: Site) -> None:
    """What stands for them inside does not match the text of any name."""
    names = ["[a]2F", "[a]5", "x[a]F", "[a]0"]
    app = site({f"{n}/{name}.py": ECHO for n, name in enumerate(names)})
    paths = [f"/{n}/{text}" for n in range(len(names)) for text in ("x%2F", "100%25", "x%2Fy")]
    assert {path: found(app, path) for path in paths} == dict.fromkeys(paths, 404)


def test_a_repeated_request_has_fresh_params(site: Site) -> None:
    """Changes that a handler makes to its params end with the request, even to the list of an absent rest."""
    source = "def GET(req, res):\n    res.json(dict(req.params))\n    req.params['p'].append('x')"
    app = site({"f/[[...p]].py": source})
    assert [found(app, "/f") for _ in range(2)] == [{"p": []}, {"p": []}]


def test_several_optional_segments_fill_from_the_left() -> None:
    """Of two patterns of one shape, the one whose params are further left is kept."""
    names = [
        tuple(p.name for s in pattern.segments for p in s.params)
        for pattern in patterns_of([parse("[[a]]"), parse("[[b]]")])
    ]
    assert sorted(names) == [(), ("a",), ("a", "b")]


URLS: list[tuple[str, dict[str, Any], str]] = [
    ("index.py", {}, "/"),
    ("users/[my-id].py", {"my-id": "a b/c?é"}, "/users/a%20b%2Fc%3F%C3%A9"),
    ("users/[my-id].py", {"my-id": 42}, "/users/42"),
    ("f/[[...p]].py", {"p": ["a", "b/c"]}, "/f/a/b%2Fc"),
    ("f/[[...p]].py", {"p": []}, "/f"),
    ("f/[[...p]].py", {}, "/f"),
    ("v/[[id]].py", {"id": None}, "/v"),
    ("r/[a]-[b].py", {"a": 1, "b": 2}, "/r/1-2"),
    ("n/[i=int].py", {"i": -3}, "/n/-3"),
    ("(g)/x.y.py", {}, "/x.y"),
]


def test_url_for_is_the_url_of_a_file(site: Site) -> None:
    """Values are quoted so that a request for the URL gives them back."""
    names = ["index", "users/[my-id]", "f/[[...p]]", "v/[[id]]", "r/[a]-[b]", "n/[i=int]", "(g)/x.y"]
    app = site({f"{name}.py": ECHO for name in names})
    assert [app.url_for(file, **params) for file, params, _ in URLS] == [url for _, _, url in URLS]
    assert [found(app, url)[0] for _, _, url in URLS] == [f"server/{file}" for file, _, _ in URLS]


def test_url_for_rejects_values_that_no_request_gives_back(site: Site) -> None:
    """The URL would lead to another route, or to none."""
    app = site({"users/[id].py": OK})
    for value in ("", ".", "..", "a\0b"):
        with pytest.raises(ValueError, match="does not fit into the path"):
            app.url_for("users/[id].py", id=value)


class Color(str, Enum):
    """An enum of texts."""

    RED = "red"


class Size(Enum):
    """An enum of numbers."""

    BIG = 3


class Liar(str):
    """A str with a text of its own."""

    def __str__(self) -> str:
        return "lie"


UUID = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


TEXTS: list[tuple[object, str]] = [
    (Color.RED, "red"),
    (Size.BIG, "3"),
    (http.HTTPStatus.OK, "200"),
    (Liar("true"), "true"),
    (1.5, "1.5"),
    (Decimal("1.50"), "1.50"),
    (True, "True"),
    (UUID, str(UUID)),
    (date(2026, 1, 2), "2026-01-02"),
    (datetime(2026, 1, 2, 3), "2026-01-02T03:00:00"),
    (ip_network("10.0.0.0/31"), "10.0.0.0%2F31"),
    ("a\nb", "a%0Ab"),
    ("%2F", "%252F"),
]


def test_url_for_writes_values_as_text(site: Site) -> None:
    """An enum is its value, and a subclass of str its base."""
    app = site({"users/[id].py": OK})
    urls = [app.url_for("users/[id].py", id=value) for value, _ in TEXTS]
    assert urls == [f"/users/{text}" for _, text in TEXTS]


def test_url_for_rejects_values_that_are_not_text(site: Site) -> None:
    """What Python writes for them is not what was meant."""
    app = site({"users/[id].py": OK})
    values: list[object] = [["a"], ("a",), b"a", {"a": 1}, {"a"}, object(), OK.join, int, "\ud800"]
    for value in values:
        with pytest.raises(ValueError, match=r"does not fit into the path"):
            app.url_for("users/[id].py", id=value)


def test_url_for_rejects_what_is_not_a_list_of_segments(site: Site) -> None:
    """A str would be taken letter by letter."""
    app = site({"f/[[...p]].py": OK})
    values: list[object] = ["ab", "", b"ab", {"a"}, {"a": 1}, 5, iter("ab"), [["a"]], [None], [b"a"], ["a", ""]]
    for value in values:
        with pytest.raises(ValueError, match=r"does not fit into the path"):
            app.url_for("f/[[...p]].py", p=value)


def test_the_rest_of_a_path_is_any_sequence(site: Site) -> None:
    """An empty one is absent."""
    app = site({"f/[[...p]].py": OK})
    rests: list[object] = [("a", 1), [UUID], (), range(2)]
    urls = [app.url_for("f/[[...p]].py", p=rest) for rest in rests]
    assert urls == ["/f/a/1", f"/f/{UUID}", "/f", "/f/0/1"]


ELSEWHERE: list[tuple[str, dict[str, Any], str]] = [
    ("users/[id].py", {"id": "new"}, "/users/new, which server/users/new.py answers"),
    ("users/[id].py", {"id": 7}, "/users/7, which server/users/[n=int].py answers"),
    ("users/[id].py", {"id": UUID}, f"/users/{UUID}, which server/users/[u=uuid].py answers"),
    ("[[lang]]/about.py", {"lang": "en"}, "/en/about, which server/en/about.py answers"),
    ("f/[...p].py", {"p": ["a", "b"]}, "/f/a/b, which server/f/a/[x].py answers"),
    ("r/[a]-[b].py", {"a": 1, "b": "x"}, "/r/1-x, which server/r/[a]-x.py answers"),
    ("r/[a]-[b].py", {"a": 1, "b": "2-3"}, "/r/1-2-3, whose params are {'a': '1-2', 'b': '3'}"),
    ("[x].py", {"x": "openapi.json"}, "/openapi.json, which openapi answers"),
]


def test_url_for_rejects_urls_that_lead_elsewhere(site: Site) -> None:
    """To another file, or to the same one with other params."""
    names = ["users/[id]", "users/new", "users/[n=int]", "users/[u=uuid]", "[[lang]]/about", "en/about", "f/[...p]"]
    app = site(
        {f"{name}.py": OK for name in [*names, "f/a/[x]", "r/[a]-[b]", "r/[a]-x", "[x]"]}, openapi="/openapi.json"
    )
    for file, params, reason in ELSEWHERE:
        message = f"server/{file} with the params {params} would be {reason}"
        with pytest.raises(ValueError, match=re.escape(message) + "$"):
            app.url_for(file, **params)


def test_url_for_takes_a_uuid_in_either_case(site: Site) -> None:
    """It is the same one."""
    app, values = site({"[u=uuid].py": OK}), [UUID, str(UUID), str(UUID).upper()]
    assert [app.url_for("[u=uuid].py", u=value) for value in values] == [f"/{value}" for value in values]


def test_url_for_needs_exactly_the_params_of_the_file(site: Site) -> None:
    """A missing param is an error, and so is an unknown one."""
    app, others = site({"users/[id].py": OK}), [{}, {"id": 1, "x": 2}, {"x": 2}]
    for params in others:
        message = f"server/users/[id].py has the URL /users/[id], but the params given are {sorted(params)}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            app.url_for("users/[id].py", **params)


def test_url_for_knows_only_route_files(site: Site) -> None:
    """Any other name raises LookupError."""
    with pytest.raises(LookupError, match=r"server/nope\.py is not a route file"):
        site({"a.py": OK}).url_for("nope.py")


def test_an_int_that_does_not_fit_is_not_put_into_a_url(site: Site) -> None:
    """A matcher checks values in both directions."""
    with pytest.raises(ValueError, match="does not fit into the path"):
        site({"n/[i=int].py": OK}).url_for("n/[i=int].py", i="007")


def test_url_for_finds_a_tree_deeper_in_the_project(tmp_path: Path) -> None:
    """The file is named from the tree on, wherever the tree is."""
    app = App(write(tmp_path, {"src/api/users/[id].py": OK}), server="src/api")
    assert (app.url_for("users/[id].py", id=1), app.routes[0].file) == ("/users/1", "src/api/users/[id].py")
