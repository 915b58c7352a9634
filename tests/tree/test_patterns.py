"""The URLs of files: which patterns a file has, and which files share one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsapi.tree.patterns import patterns_of, unique_patterns
from fsapi.tree.scan import Tree, scan
from fsapi.tree.segment import parse
from tests.site import write


def tree(project: Path, *names: str) -> Tree:
    """Return a tree of empty files."""
    write(project / "server", dict.fromkeys(names, ""))
    return scan(project, project / "server")


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


def test_patterns_are_listed_by_file(tmp_path: Path) -> None:
    """Each file has its own, in the order of the files."""
    found = unique_patterns(tree(tmp_path, "b/[[id]].py", "a.py"))
    urls = {file.name: sorted(pattern.text for pattern in patterns) for file, patterns in found.items()}
    assert urls == {"server/a.py": ["/a"], "server/b/[[id]].py": ["/b", "/b/[id]"]}


def test_a_shared_url_belongs_to_the_first_file(tmp_path: Path) -> None:
    """The later file is rejected, and has no pattern."""
    found = tree(tmp_path, "[a].py", "[b].py")
    assert [len(patterns) for patterns in unique_patterns(found).values()] == [1, 0]
    assert [(m.file, m.what) for m in found.mistakes] == [("server/[b].py", "serves the same URLs as server/[a].py")]


@pytest.mark.parametrize("names", [("[id]/x.py", "[a]/[[id]]/x.py"), ("[a]/x.py", "[b]/[[id]]/x.py")])
def test_the_remedy_names_the_segment_that_is_optional(tmp_path: Path, names: tuple[str, str]) -> None:
    """Not one of the other file, even if its param has the same name."""
    found = tree(tmp_path, *names)
    unique_patterns(found)
    (mistake,) = found.mistakes
    assert mistake.remedy == "Rename [[id]] to [id], or move their handlers into one file."
