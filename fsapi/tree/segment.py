"""Read a name of the tree as one segment of a URL.

| name | segment |
|---|---|
| `users` | a literal |
| `[id]`, `[id=int]` | a param, with a matcher |
| `[[id]]` | an optional param |
| `[...slug]`, `[[...slug]]` | the rest of the path: one segment or more, none or more |
| `[name].json`, `[a]-[b]` | text around params |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from fsapi.tree.mistakes import Rejected, printable
from fsapi.tree.other_syntax import kind_of, reject_other_syntax

#: The matchers and their rank among params: the narrower is tried first.
MATCHERS = {"int": 10, "uuid": 20}
TEXT_RANK, REST_RANK = 30, 40

_PARAM = re.compile(
    r"(?P<open>\[\[?)(?P<rest>\.\.\.)?(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"(?:=(?P<matcher>[A-Za-z0-9_]*))?(?P<close>\]\]?)"
)
# RFC 3986, 3.3: these end a segment or would be decoded twice. `*` stands for a dot in module names.
_BAD_CHARACTERS = {*"%#?\\*", *map(chr, (*range(0x20), *range(0x7F, 0xA0)))}
_FORMS = "Write [id], [id=int], [[id]], [...slug] or [[...slug]]; a name is ASCII letters, digits, _ and -."


class Param(NamedTuple):
    """A named part of a segment; without a `matcher` any text fits."""

    name: str
    matcher: str = ""
    rest: bool = False

    @property
    def rank(self) -> int:
        """Return the rank in the order of precedence, the narrowest param first."""
        return REST_RANK if self.rest else MATCHERS.get(self.matcher, TEXT_RANK)

    @property
    def shape(self) -> str:
        """Return the param without its name."""
        return "[...]" if self.rest else f"[={self.matcher}]" if self.matcher else "[]"


class Segment(NamedTuple):
    """One part of a path.

    | field | is |
    |---|---|
    | `name` | the name of the folder, or of the file without `.py` |
    | `pieces` | its literal text and params, from the left |
    | `optional` | whether the path can be without it |
    | `params` | those of its pieces |
    | `rest` | whether it takes the rest of the path |
    | `shape` | the segment without the names of its params; segments of equal shape match the same text |
    | `order` | its sort key of precedence |
    """

    name: str
    pieces: tuple[str | Param, ...]
    optional: bool
    params: tuple[Param, ...]
    rest: bool
    shape: str
    order: tuple[int, tuple[int, ...], str]


@lru_cache
def parse(name: str) -> Segment:
    """Read the name of a folder, or of a file without `.py`; raise Rejected if it cannot be a segment."""
    reject_other_syntax(name)
    _reject_characters(name)
    pieces: list[str | Param] = []
    optional, end = False, 0
    for found in _PARAM.finditer(name):
        if found.start() > end:
            pieces.append(name[end : found.start()])
        elif pieces:
            raise Rejected(
                f"`{name}` has two params with no text between them", "Put text between them, as in [a]-[b]."
            )
        pieces.append(_parse_param(name, found))
        optional, end = len(found["open"]) == 2, found.end()
    if name[end:]:
        pieces.append(name[end:])
    if any(bracket in piece for piece in pieces if isinstance(piece, str) for bracket in "[]"):
        raise Rejected(f"the brackets of the segment `{name}` are malformed", _FORMS)
    return _segment(name, tuple(pieces), optional=optional)


def _segment(name: str, pieces: tuple[str | Param, ...], *, optional: bool) -> Segment:
    """Return a segment with what follows from its pieces."""
    params = tuple(piece for piece in pieces if isinstance(piece, Param))
    shape = "".join(piece if isinstance(piece, str) else piece.shape for piece in pieces)
    rest = any(param.rest for param in params)
    return Segment(name, pieces, optional, params, rest, shape, (*_rank(pieces, params), shape))


def _rank(pieces: Sequence[str | Param], params: Sequence[Param]) -> tuple[int, tuple[int, ...]]:
    """Return the rank of a segment in the order of precedence: literal, text with params, matcher, param, rest.

    Of two texts with params, the one with more pieces of text comes first, then the one with the longer text. Werkzeug
    tries them in the same order.
    """
    texts = [len(piece) for piece in pieces if isinstance(piece, str)]
    ranks = [param.rank for param in params]
    if not ranks:
        return 0, ()
    if not texts:
        return ranks[0], ()
    return 1, (-len(texts), *(-size for size in texts), -len(ranks), *ranks)


def _reject_characters(name: str) -> None:
    """Raise Rejected for a character that no segment can contain."""
    if found := next((each for each in name if each in _BAD_CHARACTERS or "\ud800" <= each <= "\udfff"), None):
        what = f"the name `{printable(name)}` contains {printable(found)!r}, which a URL segment cannot contain"
        raise Rejected(what, "Rename it.")


def _parse_param(name: str, found: re.Match[str]) -> Param:
    """Read one bracketed part of a name; raise Rejected if it is malformed or cannot stand there."""
    if len(found["open"]) != len(found["close"]) or (found["rest"] and found["matcher"] is not None):
        raise Rejected(f"the brackets of the segment `{name}` are malformed", _FORMS)
    if found[0] != name and (found["rest"] or found["open"] == "[["):
        what = f"`{found[0]}` must be a whole segment, but is part of `{name}`"
        raise Rejected(what, "Make it the whole name of a file or folder.")
    matcher = found["matcher"]
    if matcher is not None and matcher not in MATCHERS:
        remedy = _suggest_matcher(name, found)
        raise Rejected(f"`{name}` has the unknown matcher `{matcher}`", remedy)
    return Param(found["name"], matcher or "", rest=found["rest"] is not None)


def _suggest_matcher(name: str, found: re.Match[str]) -> str:
    """Return the remedy for an unknown matcher: what it is in other frameworks, the nearest known one, or all."""
    kind = kind_of(found["matcher"])
    if kind is None:
        near = get_close_matches(found["matcher"].casefold(), MATCHERS, n=1, cutoff=0.3)
        if not near:
            return f"The matchers are {' and '.join(MATCHERS)}."
        kind = f"={near[0]}"
    rest = "..." if kind == "..." and found[0] == name else ""
    param = f"{found['open']}{rest}{found['name']}{kind.strip('.')}{found['close']}"
    return f"Write {name.replace(found[0], param)}."
