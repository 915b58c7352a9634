"""Match paths to routes, and build the URLs of route files."""

from __future__ import annotations

import http
import re
import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from ipaddress import ip_network
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import Map

from fsapi import App
from fsapi.request.route import Limits, Route, map_variables
from fsapi.routing.router import Router
from fsapi.tree.patterns import Pattern, patterns_of
from fsapi.tree.segment import Param, parse
from tests.site import Site, client, write

ECHO = "def GET(req, res): res.json([req.route.file, {k: str(v) for k, v in req.params.items()}])\n"
OK = "def GET(req, res): res.end()\n"


def found(app: App, path: str) -> Any:
    """Return the file and the params of a path, or the status."""
    answer = client(app).get(path)
    return answer.json if answer.status_code == 200 else answer.status_code


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


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/n/0", 0),
        ("/n/-12", -12),
        ("/n/9223372036854775807", 2**63 - 1),
        ("/n/9223372036854775808", None),
        ("/n/-9223372036854775808", -(2**63)),
        ("/n/-9223372036854775809", None),
        ("/n/" + "9" * 5000, None),
        ("/n/-0", None),
        ("/n/+1", None),
        ("/n/01", None),
        ("/n/1_0", None),
        ("/n/%D9%A3", None),
        ("/n/1%0A", None),
    ],
)
def test_an_int_has_one_spelling(site: Site, path: str, value: int | None) -> None:
    """A number that Python writes in another way is not an int, nor is one beyond 64 bits."""
    app = site({"n/[i=int].py": "def GET(req, res): res.json(req.params['i'])"})
    answer = client(app).get(path)
    assert (answer.json if answer.status_code == 200 else None) == value


@pytest.mark.parametrize(
    ("text", "fits"),
    [("6BA7B810-9dad-11d1-80b4-00c04fd430c8", True), ("6ba7b8109dad11d180b400c04fd430c8", False), ("{x}", False)],
)
def test_a_uuid_is_canonical_in_either_case(site: Site, text: str, fits: bool) -> None:
    """A param that is not one goes to the next candidate."""
    app = site({"[u=uuid].py": ECHO, "[x].py": ECHO})
    expected = ["server/[u=uuid].py", {"u": str(uuid.UUID(text))}] if fits else ["server/[x].py", {"x": text}]
    assert found(app, f"/{text}") == expected


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


@pytest.mark.parametrize("name", ["[a]2F.py", "[a]5.py", "x[a]F.py", "[a]0.py"])
def test_an_encoded_slash_or_percent_sign_is_never_part_of_a_file_name(site: Site, name: str) -> None:
    """What stands for them inside does not match the text of any name."""
    app = site({name: ECHO})
    assert [found(app, path) for path in ("/x%2F", "/100%25", "/x%2Fy")] == [404] * 3


def test_a_repeated_request_has_fresh_params(site: Site) -> None:
    """Changes that a handler makes to its params end with the request, even to the list of an absent rest."""
    source = "def GET(req, res):\n    res.json(dict(req.params))\n    req.params['p'].append('x')"
    app = site({"f/[[...p]].py": source})
    assert [found(app, "/f") for _ in range(2)] == [{"p": []}, {"p": []}]


# Compare trees with a short matcher: the first route, in order, whose whole pattern fits.
NAMES = ["a", "b", "[x]", "[n=int]", "[x].a", "a-[x]", "[x]-[y]", "[[x]]", "[...x]", "[[...x]]"]
PATHS = ["a", "b", "1", "1.a", "a-1", "a-b", "1-2.a", "é", "x%2Fa", "%25", "a%0Ab"]


def reference(routes: list[tuple[Pattern, str]], parts: list[str]) -> str | None:
    """Return the file of the first pattern that fits a path."""
    for pattern, file in sorted(routes, key=lambda route: route[0].order):
        regex = "/".join(_regex(segment.pieces) for segment in pattern.segments)
        if re.fullmatch(regex, "/".join(part.replace("%2F", "\0") for part in parts), re.DOTALL):
            return file
    return None


def _regex(pieces: tuple[str | Param, ...]) -> str:
    kinds = {"int": r"(?:0|-?[1-9][0-9]*)", "": "[^/]+"}
    return "".join(
        re.escape(p) if isinstance(p, str) else "[^/]+(?:/[^/]+)*" if p.rest else kinds[p.matcher] for p in pieces
    )


def _valid(names: list[tuple[str, ...]]) -> dict[str, list[Pattern]]:
    """Return the patterns of those files that can be in one tree."""
    taken: dict[tuple[str, ...], str] = {}
    files: dict[str, list[Pattern]] = {}
    for path in names:
        segments = [parse(name) for name in path]
        params = [param.name for segment in segments for param in segment.params]
        found = patterns_of(segments)
        if len(params) > len(set(params)) or any(s.rest for s in segments[:-1]):
            continue
        if all(taken.setdefault(pattern.shape, "/".join(path)) == "/".join(path) for pattern in found):
            files["/".join(path)] = found
    return files


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple), min_size=1, max_size=8))
def test_the_first_route_in_order_that_fits_is_the_one(names: list[tuple[str, ...]]) -> None:
    """The Map and the dictionary of literal paths agree with the order of `app.routes` for every path."""
    files = _valid(names)
    pairs = [(pattern, file) for file, found in files.items() for pattern in found]
    routes = [_route(file, pattern) for pattern, file in sorted(pairs, key=lambda pair: pair[0].order)]
    router = Router(routes)
    for parts in (list(p) for size in (1, 2, 3) for p in product(PATHS[: 11 - 3 * size + 3], repeat=size)):
        path = "/" + "/".join(parts)
        answer = router.find({"PATH_INFO": _decoded(path), "RAW_URI": path})
        assert (answer[0].file if isinstance(answer, tuple) else None) == reference(pairs, _texts(parts)), path


def _route(file: str, url: Pattern) -> Route:
    """Return a route that answers nothing."""
    return Route(
        file=file,
        pattern=url.text,
        module=re,
        url=url,
        variables=map_variables(url),
        methods={},
        otherwise=max,
        limits=Limits(),
    )


def _decoded(path: str) -> str:
    return unquote(path).encode().decode("latin-1")


def _texts(parts: list[str]) -> list[str]:
    return [part if part == "x%2Fa" else unquote(part) for part in parts]


def test_several_optional_segments_fill_from_the_left() -> None:
    """Of two patterns of one shape, the one whose params are further left is kept."""
    names = [
        tuple(p.name for s in pattern.segments for p in s.params)
        for pattern in patterns_of([parse("[[a]]"), parse("[[b]]")])
    ]
    assert sorted(names) == [(), ("a",), ("a", "b")]


@pytest.mark.parametrize(
    ("file", "params", "url"),
    [
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
    ],
)
def test_url_for_is_the_url_of_a_file(site: Site, file: str, params: dict[str, Any], url: str) -> None:
    """Values are quoted so that a request for the URL gives them back."""
    names = ["index", "users/[my-id]", "f/[[...p]]", "v/[[id]]", "r/[a]-[b]", "n/[i=int]", "(g)/x.y"]
    app = site({f"{name}.py": ECHO for name in names})
    assert app.url_for(file, **params) == url
    assert found(app, url)[0] == f"server/{file}"


@pytest.mark.parametrize("value", ["", ".", "..", "a\0b"])
def test_url_for_rejects_values_that_no_request_gives_back(site: Site, value: str) -> None:
    """The URL would lead to another route, or to none."""
    with pytest.raises(ValueError, match="does not fit into the path"):
        site({"users/[id].py": OK}).url_for("users/[id].py", id=value)


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


@pytest.mark.parametrize(
    ("value", "text"),
    [
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
    ],
)
def test_url_for_writes_values_as_text(site: Site, value: object, text: str) -> None:
    """An enum is its value, and a subclass of str its base."""
    assert site({"users/[id].py": OK}).url_for("users/[id].py", id=value) == f"/users/{text}"


@pytest.mark.parametrize("value", [["a"], ("a",), b"a", {"a": 1}, {"a"}, object(), OK.join, int, "\ud800"])
def test_url_for_rejects_values_that_are_not_text(site: Site, value: object) -> None:
    """What Python writes for them is not what was meant."""
    with pytest.raises(ValueError, match=r"does not fit into the path"):
        site({"users/[id].py": OK}).url_for("users/[id].py", id=value)


@pytest.mark.parametrize("value", ["ab", "", b"ab", {"a"}, {"a": 1}, 5, iter("ab"), [["a"]], [None], [b"a"], ["a", ""]])
def test_url_for_rejects_what_is_not_a_list_of_segments(site: Site, value: object) -> None:
    """A str would be taken letter by letter."""
    with pytest.raises(ValueError, match=r"does not fit into the path"):
        site({"f/[[...p]].py": OK}).url_for("f/[[...p]].py", p=value)


@pytest.mark.parametrize(
    ("value", "url"), [(("a", 1), "/f/a/1"), ([UUID], f"/f/{UUID}"), ((), "/f"), (range(2), "/f/0/1")]
)
def test_the_rest_of_a_path_is_any_sequence(site: Site, value: object, url: str) -> None:
    """An empty one is absent."""
    assert site({"f/[[...p]].py": OK}).url_for("f/[[...p]].py", p=value) == url


@pytest.mark.parametrize(
    ("file", "params", "reason"),
    [
        ("users/[id].py", {"id": "new"}, "/users/new, which server/users/new.py answers"),
        ("users/[id].py", {"id": 7}, "/users/7, which server/users/[n=int].py answers"),
        ("users/[id].py", {"id": UUID}, f"/users/{UUID}, which server/users/[u=uuid].py answers"),
        ("[[lang]]/about.py", {"lang": "en"}, "/en/about, which server/en/about.py answers"),
        ("f/[...p].py", {"p": ["a", "b"]}, "/f/a/b, which server/f/a/[x].py answers"),
        ("r/[a]-[b].py", {"a": 1, "b": "x"}, "/r/1-x, which server/r/[a]-x.py answers"),
        ("r/[a]-[b].py", {"a": 1, "b": "2-3"}, "/r/1-2-3, whose params are {'a': '1-2', 'b': '3'}"),
        ("[x].py", {"x": "openapi.json"}, "/openapi.json, which openapi answers"),
    ],
)
def test_url_for_rejects_urls_that_lead_elsewhere(site: Site, file: str, params: dict[str, Any], reason: str) -> None:
    """To another file, or to the same one with other params."""
    names = ["users/[id]", "users/new", "users/[n=int]", "users/[u=uuid]", "[[lang]]/about", "en/about", "f/[...p]"]
    app = site(
        {f"{name}.py": OK for name in [*names, "f/a/[x]", "r/[a]-[b]", "r/[a]-x", "[x]"]}, openapi="/openapi.json"
    )
    with pytest.raises(ValueError, match=re.escape(f"server/{file} with the params {params} would be {reason}") + "$"):
        app.url_for(file, **params)


@pytest.mark.parametrize("value", [UUID, str(UUID), str(UUID).upper()])
def test_url_for_takes_a_uuid_in_either_case(site: Site, value: object) -> None:
    """It is the same one."""
    assert site({"[u=uuid].py": OK}).url_for("[u=uuid].py", u=value) == f"/{value}"


@pytest.mark.parametrize("params", [{}, {"id": 1, "x": 2}, {"x": 2}])
def test_url_for_needs_exactly_the_params_of_the_file(site: Site, params: dict[str, int]) -> None:
    """A missing param is an error, and so is an unknown one."""
    message = f"server/users/[id].py has the URL /users/[id], but the params given are {sorted(params)}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        site({"users/[id].py": OK}).url_for("users/[id].py", **params)


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
