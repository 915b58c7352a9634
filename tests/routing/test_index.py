"""The index finds for every path what the Map finds, in linear time."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Sequence
from itertools import chain, product
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from werkzeug.exceptions import NotFound

from fsapi.request.route import Limits, Route, map_variables
from fsapi.routing.router import Router
from fsapi.routing.segment_match import segment_match
from fsapi.tree.patterns import Pattern, patterns_of
from fsapi.tree.segment import Param, parse
from fuzz.targets import by_regex
from tests.site import Site, client, handler

ID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
# fmt: off
NAMES = [
    "a", "b", "é", "v1", "[x]", "[n=int]", "[u=uuid]", "[[x]]", "[[n=int]]", "[...x]", "[[...x]]", "[x].a", "a-[x]",
    "[x]-[y]", "[x].[y]", "[x]--[y]", "[x]-[y].a", "[a=int]-[b]-[c]", "[a]-[b=int]-[c]", "[y]-[m]-[d].json",
    "v[x=int]", "v[x]", "[u=uuid]-[x]", "[a=int]-[b=int]",
]
# fmt: on
TEXTS = f"a b é 0 1 7 -1 -0 01 12 - -- . .. .a .json v v1 a-b 1-2-3-4 x/y %2F % \n {ID} 9223372036854775808".split(" ")

Parts = list[str]


def route(url: Pattern) -> Route:
    """Return a route that answers nothing."""
    return Route(
        file=url.text,
        pattern=url.text,
        module=re,
        url=url,
        variables=map_variables(url),
        methods={},
        otherwise=max,
        limits=Limits(),
    )


def tree(files: Sequence[tuple[str, ...]]) -> list[Route]:
    """Return the routes of those files that can be in one tree, in the order of precedence."""
    taken: dict[tuple[str, ...], Pattern] = {}
    for file in files:
        segments = [parse(re.sub(r"\[(\W*)(\w+)", rf"[\g<1>\g<2>{place}", name)) for place, name in enumerate(file)]
        found = patterns_of(segments)
        is_possible = not any(segment.rest for segment in segments[:-1])
        if is_possible and not any(pattern.shape in taken for pattern in found):
            taken |= {pattern.shape: pattern for pattern in found}
    return [route(url) for url in sorted(taken.values(), key=lambda url: url.order)]


def by_order(routes: Sequence[Route], parts: Parts) -> tuple[str, list[Any]] | None:
    """Return the first route in order of which every segment fits, and its values."""
    for candidate in routes:
        segments = candidate.url.segments
        rest = bool(segments) and segments[-1].rest
        single = segments[:-1] if rest else segments
        if len(parts) <= len(single) if rest else len(parts) != len(single):
            continue
        found = [by_regex(segment.pieces, part) for segment, part in zip(single, parts)]
        if None not in found:
            values = [value for values in found for value in values or ()]
            return candidate.file, [*values, parts[len(single) :]] if rest else values
    return None


def by_map(router: Router, parts: Parts) -> tuple[str, list[Any]] | None:
    """Return what the Map finds, to which an encoded slash looks like NUL."""
    path = "/" + "/".join(part.replace("/", "\0") for part in parts)
    try:
        endpoint, values = router.url_map.bind("").match(path)
    except NotFound:
        return None
    return endpoint.file, [values[variable] for _, variable in endpoint.variables]


def is_plain(parts: Parts) -> bool:
    """Return whether the Map knows all rules that matter for a path."""
    return not any("." in part or "9223" in part for part in parts)


def found(router: Router, parts: Parts) -> tuple[str, list[Any]] | None:
    """Return what the whole look-up finds for a path as a client sends it."""
    path = "/" + "/".join(parts)
    environ = {
        "PATH_INFO": path.encode().decode("latin-1"),
        "RAW_URI": "/" + "/".join(quote(p, safe="") for p in parts),
    }
    answer = router.find(environ)
    if not isinstance(answer, tuple):
        return None
    absent = {param.name for param in answer[0].url.absent}
    return answer[0].file, [value for name, value in answer[1].items() if name not in absent]


def variants(parts: Parts) -> list[Parts]:
    """Return a path and four that are like it."""
    return [parts, parts[:-1] or parts * 2, [*parts, "a"], parts[::-1], ["1", *parts]]


SEGMENTS = st.one_of(
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5).map("".join),
    st.text("a1-.é\n", max_size=4),
).filter(lambda text: text not in ("", ".", ".."))
FILES = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(tuple), min_size=1, max_size=8)


@given(FILES, st.lists(st.lists(SEGMENTS, min_size=1, max_size=5), min_size=20, max_size=20))
def test_the_index_finds_what_the_order_of_precedence_says(files: list[tuple[str, ...]], paths: list[Parts]) -> None:
    """For every tree and path, and with the same params; the Map agrees where it knows the rules."""
    routes = tree(files)
    router = Router(routes)
    for parts in chain([[]], *map(variants, paths)):
        expected = by_order(routes, parts)
        assert found(router, parts) == expected, parts
        if is_plain(parts):
            assert by_map(router, parts) == expected, parts


MANY_SHAPES: list[tuple[str, ...]] = [*product(("a", "[x]"), repeat=5), ("a", "[y]", "[...x]"), ("[x]", "a", "[...x]")]
TREES: list[tuple[list[tuple[str, ...]], list[str]]] = [
    ([("[x]", "[y]"), ("[x]", "a"), ("[x]", "b", "c")], ["1/a", "1/b", "1/b/c", "1/b/d", "a/a/a", "1/x%2Fy"]),
    ([("a", "[...x]"), *((text, "[y]", "b", "[z]") for text in "ac")], ["a/1", "a/1/b/2", "a/1/c/2", "c/1/b/2/c", "a"]),
    ([("a", "[y]", "[...x]"), ("a", "b", "[...x]")], ["a/b/c/d", "a/1/c/d", "a/b", "a/1/x%2Fy/z", "b/1/c"]),
    ([("[...x]",), ("a", "[n=int]", "[y]"), ("a", "[y]", "b")], ["", "1", "a/1/b", "a/x/b", "a/x/c", "x%2Fy/z"]),
    (
        [("a", name, *below) for name in ("[n=int]", "[u=uuid]", "[x]") for below in ((), ("b",), ("b", "[...y]"))],
        [f"a/{text}{below}" for text in ("1", ID, "x", "1%2F2") for below in ("", "/b", "/b/c%2Fd/e", "/c")],
    ),
    (
        [("a", name, *below) for name in ("[x].a", "[x].b", "[n=int]", "[x]", "[...x]") for below in ((), ("c",))],
        [f"a/{text}{below}" for text in ("x.a", "x.b", "x", "1", "x%2Fy.a") for below in ("", "/c", "/d")],
    ),
    ([("[n=int]",), ("[x]",)], ["", "1", "x"]),
    (MANY_SHAPES, ["/".join(parts) for parts in product("a1", repeat=5)] + ["a/1/2/3/4/5", "1/a/b"]),
]


@pytest.mark.parametrize(("files", "paths"), TREES)
def test_a_path_with_several_candidates_finds_the_first_in_order(
    files: list[tuple[str, ...]], paths: list[str]
) -> None:
    """Whether it is found by its literals at once, or by a walk."""
    routes = [each for each in tree(files) if each.variables]
    router = Router(routes)
    for path in paths:
        parts = [unquote(part) for part in path.split("/") if part]
        assert found(router, parts) == by_order(routes, parts), path


ALL_NAMES = tree([(name, *below) for name in NAMES for below in ((), ("a",))])
OF_ALL_NAMES = Router(ALL_NAMES)


@given(st.lists(SEGMENTS, min_size=20, max_size=20))
def test_of_many_names_in_a_folder_the_first_in_order_matches(segments: list[str]) -> None:
    """With the same name for a folder of each."""
    for segment in segments:
        for parts in ([segment], [segment, "a"], [segment, "b"]):
            assert found(OF_ALL_NAMES, parts) == by_order(ALL_NAMES, parts), parts


@given(
    st.lists(st.sampled_from([Param("a"), Param("a", "int"), Param("a", "uuid")]), min_size=1, max_size=4),
    st.lists(st.sampled_from(["-", ".", "--", "1", "a", "-1"]), min_size=5, max_size=5),
    st.lists(st.one_of(st.sampled_from(TEXTS), st.text("01-.a", max_size=3)), max_size=9).map("".join),
    st.tuples(st.booleans(), st.booleans()),
)
def test_a_segment_is_split_as_by_a_greedy_regex(
    params: list[Param], texts: list[str], text: str, ends: tuple[bool, bool]
) -> None:
    """With matchers or without, with text before and after the params or without."""
    pieces: list[str | Param] = [piece for pair in zip(texts, params) for piece in pair]
    pieces = pieces[0 if ends[0] else 1 :] + ([texts[-1]] if ends[1] else [])
    assume(pieces != [Param("a")])  # such a segment is not matched, but taken as it is
    text = text.replace("/", "\0")
    assert segment_match(pieces)(text) == by_regex(pieces, text)


PARTS: dict[tuple[str, str], dict[str, Any] | None] = {
    ("[a]-[b]", "1-2-3"): {"a": "1-2", "b": "3"},
    ("[a=int]-[b]-[c]", "1-2-3-4"): {"a": 1, "b": "2-3", "c": "4"},
    ("[a]-[b].json", "x-y.json"): {"a": "x", "b": "y"},
    ("v[n=int]", "v-3"): {"n": -3},
    ("[a]..[b]", "x....y"): {"a": "x..", "b": "y"},
    ("[a].[b]", "...x"): None,
    ("[a].json", "..json"): None,
    ("[a].json", ".json"): None,
    ("[a=int]x", "9223372036854775808x"): None,
    ("[a=int]-[b=int]", "1--2"): {"a": 1, "b": -2},
    ("[u=uuid].[x]", f"{ID.upper()}.a"): {"u": ID, "x": "a"},
    ("[a]-[b]", "x%2Fy-z"): {"a": "x/y", "b": "z"},
}


def test_text_around_params(site: Site) -> None:
    """The split is greedy from the left, and a part is never `.` or `..`, nor an int beyond 64 bits."""
    web = client(site({f"{n}/{name}.py": handler("res.json(req.params)") for n, (name, _) in enumerate(PARTS)}))
    answers = {case: web.get(f"/{n}/{case[1]}") for n, case in enumerate(PARTS)}
    assert {case: answer.json if answer.status_code == 200 else None for case, answer in answers.items()} == PARTS


def test_a_wrong_part_leaves_the_path_to_the_next_file(site: Site) -> None:
    """No other split is tried, but another file may match."""
    ok = handler("res.json([req.route.file, req.params])")
    web = client(site({"[a].[b].py": ok, "[n=int].py": ok, "[x].py": ok}))
    assert web.get("/...x").json == ["server/[x].py", {"x": "...x"}]
    assert web.get("/9223372036854775808").json == ["server/[x].py", {"x": "9223372036854775808"}]


@pytest.mark.parametrize("name", ["[y]-[m]-[d].json", "[a=int]-[b]-[c]-[d].json", "[a]--[b]--[c]--[d]x"])
@pytest.mark.parametrize("text", ["-", "1-", "--x", "1"])
def test_a_long_segment_takes_linear_time(name: str, text: str) -> None:
    """A regex would try every way to split it, and the worker would be gone."""
    matches = segment_match(parse(name).pieces)(text * 20_000)
    assert (matches is None) == (text != "--x" or not name.endswith("x"))


def test_many_names_with_matchers_and_a_text_that_is_not_there_are_tried_in_little_time() -> None:
    """A segment of 4,000 characters took 200 times as long as a short one: each name took a step for each of them."""
    names = [f"[a=int]-common-[b]-x{n}-[c]" for n in range(300)] + [f"[a=int]-x{n}-[b=int]" for n in range(300)]
    matches = [segment_match(parse(name).pieces) for name in names]

    def seconds(segment: str) -> float:
        start = time.thread_time()
        assert all(match(segment) is None for match in matches)
        return time.thread_time() - start

    assert min(seconds("1-common-" + "-q" * 2000) for _ in range(5)) < 50 * min(
        seconds("1-common--q") for _ in range(5)
    )


@pytest.mark.parametrize("text", ["1", "1-", "-1", "01", "10", "1x", "-"])
@pytest.mark.parametrize("name", ["[a=int]1[b=int]x", "[a]1[b=int]1[c=int]x", "[a=uuid]-[b=int]", "1[a=int]11[b]0"])
def test_a_text_of_digits_is_split_as_a_greedy_regex_does(name: str, text: str) -> None:
    """It can be a part of a number as well."""
    pieces = parse(name).pieces
    for segment in (
        f"{part}{text * 3}{end}" for part in (ID, "0", "-7", "a", "") for end in ("", "x", "-1", "10", "1x")
    ):
        assert segment_match(pieces)(segment) == by_regex(pieces, segment)


def test_a_long_path_that_backtracks_visits_each_node_once() -> None:
    """Wherever it can turn, the search never comes to the same place twice."""
    names = ["[x]", "[n=int]", "a[x]"]
    files = [(*(names[int(digit)] for digit in f"{number:05d}"), "end") for number in (0, 11111, 22222, 1212, 20121)]
    routes = tree(files)
    assert found(Router(routes), ["a1", "1", "1", "1", "1", "no"]) is None


@pytest.mark.parametrize("name", ["f1-[x=int]", "[x=uuid]-f1", "f1-[x=int]-[y].a"])
def test_a_segment_with_another_text_takes_a_step(name: str) -> None:
    """A folder can have a thousand such names, and a request may try all of them."""
    seen: list[str] = []
    matches = segment_match(parse(name).pieces)
    sys.setprofile(lambda frame, event, _: seen.append(frame.f_code.co_name) if event == "call" else None)
    try:
        found = matches("f2-" + "1" * 1000)
    finally:
        sys.setprofile(None)
    split = "_split_by_matchers" if "y" in name else "_split_from_right"
    assert (found, seen) == (None, ["match", split])
