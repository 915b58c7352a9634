"""Read names of the tree as segments."""

from __future__ import annotations

import random

from fsapi.tree.mistakes import Rejected
from fsapi.tree.segment import Param, parse
from tests.site import accepted

SEGMENTS: list[tuple[str, tuple[str | Param, ...], bool]] = [
    ("users", ("users",), False),
    ("[id]", (Param("id"),), False),
    ("[my-id_2]", (Param("my-id_2"),), False),
    ("[id=int]", (Param("id", "int"),), False),
    ("[[id]]", (Param("id"),), True),
    ("[[id=uuid]]", (Param("id", "uuid"),), True),
    ("[...slug]", (Param("slug", rest=True),), False),
    ("[[...slug]]", (Param("slug", rest=True),), True),
    ("[name].json", (Param("name"), ".json"), False),
    ("[a]-[b=int]", (Param("a"), "-", Param("b", "int")), False),
    ("pre-[id]", ("pre-", Param("id")), False),
    ("a:b@c", ("a:b@c",), False),
    ("ünï", ("ünï",), False),
]


def test_a_name_is_read_as_text_and_params() -> None:
    """Brackets are params, double brackets are optional params, and the rest is text."""
    segments = [parse(name) for name, _, _ in SEGMENTS]
    assert [(segment.name, segment.pieces, segment.optional) for segment in segments] == SEGMENTS


# fmt: off
BRACKETS = [
    "[id", "id]", "[id]]", "[[id]", "[]", "[[]]", "[...]", "[..id]", "[ id ]", "[1d]", "[a.b]", "[a b]", "[[[id]]]",
    "[...a=int]", "[id=]x]", "x[y", "[a][b]", "x[[a]]", "[...a]x", "[[a]]-[b]", "[id=]", "[id=number]",
]
# fmt: on


def test_any_other_use_of_brackets_is_rejected() -> None:
    """A mistyped param must not become a literal."""
    assert accepted(parse, BRACKETS, "^Rejected: .*`") == []


def test_characters_that_a_segment_cannot_contain_are_rejected() -> None:
    """They would end the segment or be decoded twice."""
    names = ["a%b", "a#b", "a?b", "a\\b", "a\nb", "a\x7fb", "a*b", "a\udcffb"]
    assert accepted(parse, names, "^Rejected: .*which a URL segment cannot contain") == []


def remedy(name: str) -> str:
    """Return the remedy for a name, an empty string if it is not rejected."""
    try:
        parse(name)
    except Rejected as exc:
        return exc.remedy
    return ""


def test_the_remedy_for_an_unknown_matcher_is_the_nearest_one() -> None:
    """So it is for a type of another framework; if none is near, the remedy lists all of them."""
    remedies = {
        "itn": "Write [id=int].",
        "Int": "Write [id=int].",
        "uid": "Write [id=uuid].",
        "UUID": "Write [id=uuid].",
        "integer": "Write [id=int].",
        "number": "Write [id=int].",
        "guid": "Write [id=uuid].",
        "str": "Write [id].",
        "string": "Write [id].",
        "slug": "Write [id].",
        "path": "Write [...id].",
        "X": "The matchers are int and uuid.",
        "": "The matchers are int and uuid.",
    }
    assert {matcher: remedy(f"[id={matcher}]") for matcher in remedies} == remedies


def test_the_remedy_is_the_whole_name() -> None:
    """It can be a segment of a tree as it stands; in text around it a param takes no rest."""
    names = {
        "v[n=integer].json": "v[n=int].json",
        "[a=int]-[b=Int]": "[a=int]-[b=int]",
        "[[id=number]]": "[[id=int]]",
        "[[p=path]]": "[[...p]]",
        "[p=path].json": "[p].json",
        "[p=slug]-[q]": "[p]-[q]",
    }
    assert {name: remedy(name) for name in names} == {name: f"Write {own}." for name, own in names.items()}
    assert [own for own in names.values() if not parse(own).params] == []


def test_narrower_segments_come_before_wider_ones() -> None:
    """Literal, text with params (more and longer text first), matcher, param, rest."""
    names = ["users", "[a]-[b]-[c]", "pre-[id]", "[n=int].x", "[n].x", "[n=int]", "[n=uuid]", "[n]", "[...n]"]
    shuffled = random.Random(7).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: parse(name).order) == names
