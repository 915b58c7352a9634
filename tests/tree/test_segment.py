"""Read names of the tree as segments."""

from __future__ import annotations

import random

import pytest

from fsapi.tree.mistakes import Rejected
from fsapi.tree.segment import Param, parse


@pytest.mark.parametrize(
    ("name", "pieces", "optional"),
    [
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
    ],
)
def test_a_name_is_read_as_text_and_params(name: str, pieces: tuple[str | Param, ...], optional: bool) -> None:
    """Brackets are params, double brackets are optional params, and the rest is text."""
    segment = parse(name)
    assert (segment.pieces, segment.optional, segment.name) == (pieces, optional, name)


@pytest.mark.parametrize(
    "name",
    ["[id", "id]", "[id]]", "[[id]", "[]", "[[]]", "[...]", "[..id]", "[ id ]", "[1d]", "[a.b]", "[a b]", "[[[id]]]",
     "[...a=int]", "[id=]x]", "x[y", "[a][b]", "x[[a]]", "[...a]x", "[[a]]-[b]", "[id=]", "[id=number]"],
)  # fmt: skip
def test_any_other_use_of_brackets_is_rejected(name: str) -> None:
    """A mistyped param must not become a literal."""
    with pytest.raises(Rejected, match=r"`"):
        parse(name)


@pytest.mark.parametrize("name", ["a%b", "a#b", "a?b", "a\\b", "a\nb", "a\x7fb", "a*b", "a\udcffb"])
def test_characters_that_a_segment_cannot_contain_are_rejected(name: str) -> None:
    """They would end the segment or be decoded twice."""
    with pytest.raises(Rejected, match="which a URL segment cannot contain"):
        parse(name)


@pytest.mark.parametrize(
    ("matcher", "remedy"),
    [
        ("itn", "Write [id=int]."),
        ("Int", "Write [id=int]."),
        ("uid", "Write [id=uuid]."),
        ("UUID", "Write [id=uuid]."),
        ("integer", "Write [id=int]."),
        ("number", "Write [id=int]."),
        ("guid", "Write [id=uuid]."),
        ("str", "Write [id]."),
        ("string", "Write [id]."),
        ("slug", "Write [id]."),
        ("path", "Write [...id]."),
        ("X", "The matchers are int and uuid."),
        ("", "The matchers are int and uuid."),
    ],
)
def test_the_remedy_for_an_unknown_matcher_is_the_nearest_one(matcher: str, remedy: str) -> None:
    """So it is for a type of another framework; if none is near, the remedy lists all of them."""
    with pytest.raises(Rejected) as caught:
        parse(f"[id={matcher}]")
    assert caught.value.remedy == remedy


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("v[n=integer].json", "v[n=int].json"),
        ("[a=int]-[b=Int]", "[a=int]-[b=int]"),
        ("[[id=number]]", "[[id=int]]"),
        ("[[p=path]]", "[[...p]]"),
        ("[p=path].json", "[p].json"),
        ("[p=slug]-[q]", "[p]-[q]"),
    ],
)
def test_the_remedy_is_the_whole_name(name: str, own: str) -> None:
    """It can be a segment of a tree as it stands; in text around it a param takes no rest."""
    with pytest.raises(Rejected) as caught:
        parse(name)
    assert caught.value.remedy == f"Write {own}."
    assert parse(own).params


def test_narrower_segments_come_before_wider_ones() -> None:
    """Literal, text with params (more and longer text first), matcher, param, rest."""
    names = ["users", "[a]-[b]-[c]", "pre-[id]", "[n=int].x", "[n].x", "[n=int]", "[n=uuid]", "[n]", "[...n]"]
    shuffled = random.Random(7).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: parse(name).order) == names
