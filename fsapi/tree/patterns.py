"""The URLs of a tree: every file has one pattern or more, and two files that share a URL are a mistake.

An optional segment gives a file two patterns, each with its own place in the order of precedence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fsapi.tree.scan import File, Tree
from fsapi.tree.segment import Param, Segment


class Pattern(NamedTuple):
    """A URL of a file as the tree writes it: its segments, and the params of the optional ones that it leaves out."""

    segments: tuple[Segment, ...] = ()
    absent: tuple[Param, ...] = ()

    @property
    def shape(self) -> tuple[str, ...]:
        """Return the path without the names of its params; patterns of equal shape match the same paths."""
        return tuple(segment.shape for segment in self.segments)

    @property
    def order(self) -> tuple[tuple[int, tuple[int, ...], str], ...]:
        """Return the sort key of precedence, segment by segment from the left."""
        return tuple(segment.order for segment in self.segments)

    @property
    def text(self) -> str:
        """Return the URL as the tree writes it, such as `/users/[id]`."""
        return "/" + "/".join(s.name[1:-1] if s.optional else s.name for s in self.segments)


def patterns_of(segments: Iterable[Segment]) -> list[Pattern]:
    """Return every pattern of the segments of a file; optional segments fill from the left."""
    found = [Pattern()]
    for segment in segments:
        found = [longer for pattern in found for longer in _extend(pattern, segment)]
    # Of two patterns of one shape the first has its params further left.
    return list({pattern.shape: pattern for pattern in reversed(found)}.values())


def _extend(pattern: Pattern, segment: Segment) -> list[Pattern]:
    """Return a pattern with one more segment and, if that is optional, also without it."""
    longer = Pattern((*pattern.segments, segment), pattern.absent)
    if not segment.optional:
        return [longer]
    return [longer, Pattern(pattern.segments, (*pattern.absent, *segment.params))]


def unique_patterns(tree: Tree) -> dict[File, list[Pattern]]:
    """Return the patterns of each file; reject a file at the first pattern that another file has already."""
    owners: dict[tuple[str, ...], tuple[File, Pattern]] = {}
    found: dict[File, list[Pattern]] = {file: [] for file in tree.files}
    for file, patterns in found.items():
        for pattern in patterns_of(file.segments):
            if pattern.shape in owners:
                _reject_shared(tree, (file, pattern), owners[pattern.shape])
                break
            owners[pattern.shape] = file, pattern
            patterns.append(pattern)
    return found


def _reject_shared(tree: Tree, later: tuple[File, Pattern], first: tuple[File, Pattern]) -> None:
    """Reject the later of two files that serve the same URL; name the optional segment that is the reason, if any."""
    (file, pattern), (other, _) = later, first
    optional = [segment.name for owner in (later, first) for segment in _find_absent(*owner)]
    if optional:
        what = f"serves {pattern.text}, as {other.name} does"
        remedy = f"Rename {optional[0]} to {optional[0][1:-1]}, or move their handlers into one file."
        tree.reject(file.path, what, remedy)
    else:
        tree.reject(file.path, f"serves the same URLs as {other.name}", "Move their handlers into one file.")


def _find_absent(file: File, pattern: Pattern) -> list[Segment]:
    """Return the segments of a file that are not in one of its patterns."""
    return [segment for segment in file.segments if segment.optional and set(segment.params) & set(pattern.absent)]
