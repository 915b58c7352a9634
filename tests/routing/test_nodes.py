"""Of many names beside each other, a request tries those whose text it may have."""

from __future__ import annotations

from fsapi.routing.nodes import Siblings
from fsapi.tree.segment import parse


def siblings(*names: str) -> Siblings[str]:
    """Return names in this order of precedence; each is followed by itself."""
    found = Siblings[str]()
    for name in names:
        found.add(parse(name).pieces, name)
    return found


def tried(names: Siblings[str], segment: str) -> list[str]:
    """Return the names that are tried for a segment."""
    return [name for _, name in names.candidates(segment)]


def test_a_name_with_another_text_is_not_tried() -> None:
    """A folder may have thousands."""
    names = siblings("[n=int]", *(f"f{n}-[x]{end}" for n in range(1000) for end in (".a", ".bc")), "[x].a", "[x]-[y]")
    assert tried(names, "f7-x.a") == ["[n=int]", "f7-[x].a", "[x].a", "[x]-[y]"]
    assert tried(names, "f1000-x.bc") == tried(names, "") == ["[n=int]", "[x]-[y]"]


def test_a_name_with_another_text_between_its_params_is_not_tried() -> None:
    """Whether there are more names than parts of a segment or not."""
    for count in (5, 1000):
        names = siblings(*(f"[x]-m{n}-[y]-[z]" for n in range(count)), "[x]--[y]", "[x].a", "[x]-[y]")
        assert tried(names, "a-m3-b-c") == ["[x]-m3-[y]-[z]", "[x]-[y]"]
        assert tried(names, "a--m3-m4-b") == ["[x]-m3-[y]-[z]", "[x]-m4-[y]-[z]", "[x]--[y]", "[x]-[y]"]
        assert tried(names, "") == []


def test_texts_do_not_overlap() -> None:
    """There is one character at least between them."""
    names = siblings("ab[x]bc", "ab[x]", "[x]bc", "[x].[y]")
    assert tried(names, "abc") == ["ab[x]", "[x]bc", "[x].[y]"]


def test_few_names_are_all_tried() -> None:
    """That takes less time than to look their texts up."""
    assert tried(siblings("a[x]", "b[x]"), "c") == ["a[x]", "b[x]"]
