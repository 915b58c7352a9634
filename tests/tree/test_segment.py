"""Names of the tree read as segments."""

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
    """Brackets are params, all else is text, and double brackets are optional."""
    segment = parse(name)
    assert (segment.pieces, segment.optional, segment.name) == (pieces, optional, name)


@pytest.mark.parametrize(
    "name",
    ["[id", "id]", "[id]]", "[[id]", "[]", "[[]]", "[...]", "[..id]", "[ id ]", "[1d]", "[a.b]", "[a b]", "[[[id]]]",
     "[...a=int]", "[id=]x]", "x[y", "[a][b]", "x[[a]]", "[...a]x", "[[a]]-[b]", "[id=]", "[id=number]"],
)  # fmt: skip
def test_other_brackets_are_refused(name: str) -> None:
    """What is not one of the forms is refused, and never a literal."""
    with pytest.raises(Rejected, match=r"`"):
        parse(name)


@pytest.mark.parametrize("name", ["a%b", "a#b", "a?b", "a\\b", "a\nb", "a\x7fb", "a*b", "a\udcffb"])
def test_characters_that_no_segment_has_are_refused(name: str) -> None:
    """What would end a segment, or be decoded twice, is refused with the character."""
    with pytest.raises(Rejected, match="which a URL segment cannot have"):
        parse(name)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("{id}", "Write [id]."),
        ("<int:id>", "Write [id]."),
        ("{id:int}", "Write [id]."),
        (":id", "Write [id]."),
        ("a<", "Write [a]."),
        ("<>", "Write [id]."),
    ],
)
def test_the_syntax_of_other_frameworks_is_translated(name: str, remedy: str) -> None:
    """Who writes the params of another framework is told how they are written here."""
    with pytest.raises(Rejected) as caught:
        parse(name)
    assert caught.value.remedy == remedy


@pytest.mark.parametrize(
    ("matcher", "remedy"),
    [
        ("itn", "Write =int."),
        ("uid", "Write =uuid."),
        ("UUID", "The matchers are int and uuid."),
        ("", "The matchers are int and uuid."),
    ],
)
def test_an_unknown_matcher_is_refused_with_the_nearest(matcher: str, remedy: str) -> None:
    """The nearest known matcher is offered, or all of them."""
    with pytest.raises(Rejected) as caught:
        parse(f"[id={matcher}]")
    assert caught.value.remedy == remedy


def test_the_order_is_literal_mixed_matcher_param_rest() -> None:
    """Precedence goes from the narrow to the wide; among text with params, more and longer text comes first."""
    names = ["users", "[a]-[b]-[c]", "pre-[id]", "[n=int].x", "[n].x", "[n=int]", "[n=uuid]", "[n]", "[...n]"]
    shuffled = random.Random(7).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: parse(name).order) == names
