"""The URLs of a tree: every file has one pattern or more, and files that share one are refused.

An optional segment makes two patterns of one file, each with its own place in the order of precedence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fsapi.tree.scan import File, Tree
from fsapi.tree.segment import Param, Segment


@dataclass(frozen=True)
class Pattern:
    """The URL of a file as the tree writes it: the segments that are there, and the params of those that are not."""

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
        found = [pattern for so_far in found for pattern in _steps(so_far, segment)]
    # Of two patterns of one shape the first has its params further left.
    return list({pattern.shape: pattern for pattern in reversed(found)}.values())


def _steps(pattern: Pattern, segment: Segment) -> list[Pattern]:
    """Return the ways on from a way: through a segment, and past it where it is optional."""
    through = Pattern((*pattern.segments, segment), pattern.absent)
    return [through, Pattern(pattern.segments, (*pattern.absent, *segment.params))] if segment.optional else [through]


def unique_patterns(tree: Tree) -> list[tuple[File, Pattern]]:
    """Return every pattern of every file; reject files that share one."""
    owners: dict[tuple[str, ...], tuple[File, Pattern]] = {}
    for file in tree.files:
        for pattern in patterns_of(file.segments):
            other, theirs = owners.setdefault(pattern.shape, (file, pattern))
            if other is not file:
                _reject_shared(tree, file, pattern, other, theirs)
                break
    return list(owners.values())


def _reject_shared(tree: Tree, file: File, pattern: Pattern, other: File, theirs: Pattern) -> None:
    """Refuse a file that serves a URL of another."""
    absent = pattern.absent or theirs.absent
    if absent:
        optional = next(s.name for f in (file, other) for s in f.segments if set(s.params) & set(absent))
        what, remedy = f"serves {pattern.text}, as {other.name} does", f"Rename {optional} to {optional[1:-1]}, or"
        tree.reject(file.path, what, f"{remedy} move their handlers into one file.")
    else:
        tree.reject(file.path, f"serves the same URLs as {other.name}", "Move their handlers into one file.")
