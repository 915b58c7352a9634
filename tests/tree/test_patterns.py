"""The URL patterns of files, and files that share one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fsapi.tree.patterns import patterns_of, unique_patterns
from fsapi.tree.scan import Tree
from fsapi.tree.segment import parse

MakeTree = Callable[..., Tree]


@pytest.mark.parametrize(
    ("names", "urls"),
    [
        ([], ["/"]),
        (["users", "[id]"], ["/users/[id]"]),
        (["v", "[[id]]"], ["/v", "/v/[id]"]),
        (["[[a]]", "[[b]]"], ["/", "/[a]", "/[a]/[b]"]),
    ],
)
def test_an_optional_segment_adds_a_pattern_without_it(names: list[str], urls: list[str]) -> None:
    """Of several optional segments the left ones are filled first, so that no two patterns match the same paths."""
    assert sorted(pattern.text for pattern in patterns_of(map(parse, names))) == urls


def test_patterns_are_listed_by_file(tree: MakeTree) -> None:
    """Each file has its own, in the order of the files."""
    found = unique_patterns(tree("b/[[id]].py", "a.py"))
    urls = {file.name: sorted(pattern.text for pattern in patterns) for file, patterns in found.items()}
    assert urls == {"server/a.py": ["/a"], "server/b/[[id]].py": ["/b", "/b/[id]"]}


def test_a_shared_url_belongs_to_the_first_file(tree: MakeTree) -> None:
    """The later file is a mistake and has no pattern."""
    found = tree("[a].py", "[b].py")
    assert [len(patterns) for patterns in unique_patterns(found).values()] == [1, 0]
    assert [(m.file, m.what) for m in found.mistakes] == [("server/[b].py", "serves the same URLs as server/[a].py")]


@pytest.mark.parametrize("names", [("[id]/x.py", "[a]/[[id]]/x.py"), ("[a]/x.py", "[b]/[[id]]/x.py")])
def test_the_remedy_names_the_optional_segment(tree: MakeTree, names: tuple[str, str]) -> None:
    """A param of the other file may have the same name."""
    found = tree(*names)
    unique_patterns(found)
    (mistake,) = found.mistakes
    assert mistake.remedy == "Rename [[id]] to [id], or move their handlers into one file."
