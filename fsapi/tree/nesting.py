"""Read a name of the tree as the next segment of a path, and reject what cannot stand there."""

from __future__ import annotations

from fsapi.tree.listing import Entry
from fsapi.tree.mistakes import Rejected
from fsapi.tree.other_syntax import reject_other_syntax
from fsapi.tree.segment import Segment, parse

# Each can double the patterns of a file.
_MOST_OPTIONAL = 6


def add_segment(above: tuple[Segment, ...], entry: Entry) -> tuple[Segment, ...]:
    """Return the segments of an entry, given those above it; raise Rejected for a name that cannot stand there."""
    if entry.is_index or _is_group(entry):
        return above
    for segment in above:
        if segment.rest:
            raise Rejected(f"`{segment.name}` takes the rest of the path, but is not last", "Move it to the end.")
    segment, names = parse(entry.stem), {param.name for segment in above for param in segment.params}
    for param in segment.params:
        if param.name in names:
            raise Rejected(f"the path has two params named `{param.name}`", "Rename one of them.")
        names.add(param.name)
    if sum(each.optional for each in (*above, segment)) > _MOST_OPTIONAL:
        what = f"the path has more than {_MOST_OPTIONAL} optional segments"
        raise Rejected(what, f"Make some of them required, as in {segment.name[1:-1]}.")
    return (*above, segment)


def _is_group(entry: Entry) -> bool:
    """Return whether an entry is a group, a folder that adds nothing to the URL; raise Rejected for a wrong one."""
    name = entry.stem
    if not (name.startswith("(") and name.endswith(")")):
        return False
    reject_other_syntax(name)
    inner = name[1:-1]
    if entry.is_file:
        raise Rejected(f"`{name}` is a group, but groups are folders", f"Rename it to {inner or 'index'}.py.")
    if not inner:
        raise Rejected("the group `()` has no name", "Name it, as in (admin).")
    if parse(inner).params:
        raise Rejected(f"the group `{name}` has a param, but adds nothing to the URL", f"Rename it to {inner}.")
    return True
