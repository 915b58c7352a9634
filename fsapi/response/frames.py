"""The frames of an exception, those of the project's own code before all others.

Ours lie between the server and the handler, and say nothing about what went wrong in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from linecache import getlines
from traceback import FrameSummary, StackSummary, TracebackException, extract_tb, format_exception_only
from types import CodeType
from typing import NamedTuple

from fsapi.tree.source import is_installed

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# How many lines are shown before and after the one that has run.
_AROUND = 4


class Raised(NamedTuple):
    """One exception: its type and its text as Python prints them, and its frames, the innermost first.

    `own` are those of the project's own code, and `others` those of libraries.
    """

    title: str
    own: tuple[FrameSummary, ...]
    others: tuple[FrameSummary, ...]


def read_chain(exc: BaseException, handler: CodeType | None) -> list[Raised]:
    """Return an exception and those that led to it, the last one raised first.

    Those that never left our code are left out. Where we raised the first one because of what the `handler` has
    returned, the handler stands in place of our frames.
    """
    chain = [_read(each) for each in _chain(exc) if each is exc or not _is_internal(extract_tb(each.__traceback__))]
    if handler is not None and _is_ours(extract_tb(exc.__traceback__)[-1]):
        frame = FrameSummary(handler.co_filename, handler.co_firstlineno, handler.co_name)
        if not any((each.filename, each.name) == (frame.filename, frame.name) for each in chain[0].own):
            chain[0] = chain[0]._replace(own=(frame, *chain[0].own))
    return chain


def format_traceback(exc: BaseException) -> str:
    """Return the traceback of an exception as Python prints it, without our frames."""
    try:
        return _format(exc)
    except Exception:  # of a class that does not say its name
        frames = (frame for frame in extract_tb(exc.__traceback__) if not _is_ours(frame))
        return "".join(StackSummary.from_list(frames).format()) + "An exception whose class cannot be printed"


def _format(exc: BaseException) -> str:
    """Return the traceback of an exception and of those that led to it."""
    whole = TracebackException.from_exception(exc, compact=True)
    for each in _with_related(whole):
        each.__cause__, each.__context__ = map(_unless_internal, (each.__cause__, each.__context__))
        each.stack = StackSummary.from_list(frame for frame in each.stack if not _is_ours(frame))
    return "".join(whole.format()).rstrip("\n")


def source_around(frame: FrameSummary) -> Iterator[tuple[int, str]]:
    """Yield the lines around the one that a frame has run, each with its number."""
    number = frame.lineno or 0
    for place, line in enumerate(getlines(frame.filename)[: number + _AROUND], 1):
        if place >= number - _AROUND:
            yield place, line.rstrip()


def file_name(frame: FrameSummary) -> str:
    """Return the file of a frame, from the working directory on if it lies in it."""
    try:
        return frame.filename.removeprefix(os.getcwd() + os.sep)
    except OSError:  # of a working directory that is gone
        return frame.filename


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """Yield an exception, then its causes and what was handled when it came."""
    seen = set[int]()
    current: BaseException | None = exc
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _read(exc: BaseException) -> Raised:
    """Return one exception as it is shown."""
    frames = [frame for frame in reversed(extract_tb(exc.__traceback__)) if not _is_ours(frame)]
    own = tuple(frame for frame in frames if _is_own(frame))
    title = "".join(format_exception_only(exc)).rstrip()
    return Raised(title, own, tuple(frame for frame in frames if frame not in own))


def _with_related(exc: TracebackException) -> Iterator[TracebackException]:
    """Yield an exception, and all that are printed with it: causes, contexts, and the members of groups."""
    yield exc
    for each in (exc.__cause__, exc.__context__, *(getattr(exc, "exceptions", None) or ())):
        if each is not None:
            yield from _with_related(each)


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
