"""The frames of an exception, those of the project's own code before all others.

Ours lie between the server and the handler, and say nothing about what went wrong in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import dropwhile
from linecache import getlines
from textwrap import dedent
from traceback import FrameSummary, StackSummary, TracebackException, extract_tb
from types import CodeType
from typing import NamedTuple, TypeVar

from fsapi.tree.source import is_installed

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# How many lines are shown before and after the one that has run.
_AROUND = 4
# How many exceptions, frames and members are shown, and how deep the members of members.
_SHOWN, _DEPTH = 20, 2
# How many characters of an exception, of a line of source and of a whole traceback are shown.
_LONGEST, _LONGEST_LINE, _LONGEST_TRACEBACK = 10_000, 1_000, 100_000

T = TypeVar("T")


class Raised(NamedTuple):
    """One exception: its type and its text as Python prints them, and its frames, the innermost first.

    `own` are those of the project's own code, and `others` those of libraries. A group has `members`, and of them as
    many as are `left_out`. `relation` is what it is to the exception that was raised after it: its `cause`, after
    `from`, or its `context`, which was handled when that one was raised; else empty.
    """

    title: str
    own: tuple[FrameSummary, ...]
    others: tuple[FrameSummary, ...]
    members: tuple[Raised, ...]
    left_out: int
    relation: str = ""


def read_chain(exc: BaseException, about: CodeType | None) -> list[Raised]:
    """Return an exception and those that led to it, the last one raised first.

    Those that never left our code are left out. Where we raised the first one because of what a function has done,
    the code that it is `about` stands in place of our frames.
    """
    whole = TracebackException.from_exception(exc, compact=True)
    chain = [
        _read(each)._replace(relation=relation)
        for each, relation in _chain(whole)
        if each is whole or not _is_internal(each.stack)
    ]
    if about is not None and whole.stack and _is_ours(whole.stack[-1]):
        frame = FrameSummary(about.co_filename, about.co_firstlineno, about.co_name)
        if not any((each.filename, each.name) == (frame.filename, frame.name) for each in chain[0].own):
            chain[0] = chain[0]._replace(own=(frame, *chain[0].own))
    return chain


def shorten(items: Sequence[T]) -> tuple[Sequence[T], int, Sequence[T]]:
    """Return the first of many items, how many are left out, and the last one: a recursion has a thousand frames."""
    if len(items) <= _SHOWN:
        return items, 0, ()
    return items[: _SHOWN - 1], len(items) - _SHOWN, items[-1:]


def format_traceback(exc: BaseException) -> str:
    """Return the traceback of an exception as Python prints it, without our frames."""
    try:
        return _format(exc)
    except Exception:  # of a class that does not say its name
        frames = (frame for frame in extract_tb(exc.__traceback__) if not _is_ours(frame))
        return "".join(StackSummary.from_list(frames).format()) + "An exception whose class cannot be printed"


def _format(exc: BaseException) -> str:
    """Return the traceback of an exception and of those that led to it; of many, the last ones and the first."""
    whole = TracebackException.from_exception(exc, compact=True)
    for each in _with_related(whole):
        each.__cause__, each.__context__ = map(_unless_internal, (each.__cause__, each.__context__))
        each.stack = StackSummary.from_list(frame for frame in each.stack if not _is_ours(frame))
    shown, left_out, last = shorten([each for each, _ in _chain(whole)])
    lines: list[str] = []
    if left_out:
        shown[-1].__cause__ = shown[-1].__context__ = None
        lines = [*last[0].format(chain=False), f"\n{left_out} exceptions that followed are left out\n\n"]
    pieces = (cut(piece, _LONGEST) for piece in (*lines, *whole.format()))
    return cut("".join(pieces).rstrip("\n"), _LONGEST_TRACEBACK)


def cut(text: str, longest: int = _LONGEST_LINE) -> str:
    """Return a text with the number of characters that are left out at its end: a client may have sent it."""
    if len(text) <= longest:
        return text
    end = "\n" if text.endswith("\n") else ""
    return f"{text[:longest]}… and {len(text) - longest:,} more characters{end}"


def source_around(frame: FrameSummary) -> Iterator[tuple[int, str]]:
    """Yield the lines around the one that a frame has run, each with its number, without the indentation of all."""
    first, last = max((frame.lineno or 0) - _AROUND, 1), (frame.lineno or 0) + _AROUND
    text = dedent("".join(getlines(frame.filename)[first - 1 : last])).removesuffix("\n")
    yield from enumerate((cut(line.rstrip()) for line in text.split("\n")) if text else (), first)


def file_name(frame: FrameSummary) -> str:
    """Return the file of a frame, from the working directory on if it lies in it."""
    try:
        return frame.filename.removeprefix(os.getcwd() + os.sep)
    except OSError:  # of a working directory that is gone
        return frame.filename


def _chain(exc: TracebackException) -> Iterator[tuple[TracebackException, str]]:
    """Yield an exception, then its causes and what was handled when it came, each with its relation to the last one."""
    current: TracebackException | None = exc
    relation = ""
    while current is not None:
        yield current, relation
        relation = "cause" if current.__cause__ is not None else "context"
        current = current.__cause__ or current.__context__


def _read(exc: TracebackException, depth: int = 0) -> Raised:
    """Return one exception as it is shown."""
    frames = [*_broken_source(exc), *(frame for frame in reversed(exc.stack) if not _is_ours(frame))]
    own = tuple(filter(_is_own, frames))
    others = tuple(frame for frame in frames if not _is_own(frame))
    members = _members(exc)
    shown = members[:_SHOWN] if depth < _DEPTH else []
    read = tuple(_read(each, depth + 1) for each in shown)
    return Raised(_title(exc), own, others, read, len(members) - len(shown))


def _broken_source(exc: TracebackException) -> Iterator[FrameSummary]:
    """Yield the place in a file that Python cannot parse as a frame."""
    file, number = getattr(exc, "filename", None), getattr(exc, "lineno", None)  # which only a SyntaxError has
    if file is not None and number is not None and not file.startswith("<"):
        yield FrameSummary(file, int(number), "<module>")


def _title(exc: TracebackException) -> str:
    """Return the type and the text of an exception, without the place that a SyntaxError has before them."""
    lines = dropwhile(lambda line: line.startswith(" "), exc.format_exception_only())
    return cut("".join(lines).rstrip(), _LONGEST)


def _members(exc: TracebackException) -> list[TracebackException]:
    """Return the members of a group."""
    return getattr(exc, "exceptions", None) or []  # Python 3.10 has no groups


def _with_related(exc: TracebackException) -> Iterator[TracebackException]:
    """Yield an exception, and all that are printed with it: causes, contexts, and the members of groups."""
    pending = [exc]
    while pending:
        each = pending.pop()
        yield each
        pending += [other for other in (each.__cause__, each.__context__, *_members(each)) if other is not None]


def _unless_internal(exc: TracebackException | None) -> TracebackException | None:
    """Return a cause, or None for one that never left our code."""
    return None if exc is None or _is_internal(exc.stack) else exc


def _is_internal(stack: StackSummary) -> bool:
    """Return whether an exception was raised and caught by our code."""
    return bool(stack) and all(map(_is_ours, stack))


def _is_ours(frame: FrameSummary) -> bool:
    """Return whether a frame is one of fsapi."""
    return frame.filename.startswith(_OURS)


def _is_own(frame: FrameSummary) -> bool:
    """Return whether a frame is of the project's own code, and not of a library."""
    return not frame.filename.startswith("<") and not is_installed(_absolute(frame.filename))


def _absolute(file: str) -> str:
    """Return a file from the root on, as far as that is known."""
    try:
        return os.path.abspath(file)
    except OSError:  # of a working directory that is gone
        return file
