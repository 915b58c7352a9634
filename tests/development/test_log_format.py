"""Exceptions as `serve` prints them."""

from __future__ import annotations

import logging
import sys

import pytest

from fsapi.development.log_format import Formatter
from tests.site import Site, client, handler


def test_a_traceback_has_no_frames_of_ours(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Neither has that of a cause."""
    source = "try:\n    res.json(object())\nexcept TypeError as exc:\n    raise KeyError from exc"
    client(site({"a.py": handler(source)})).get("/a")
    text = Formatter("%(message)s").format(caplog.records[0])
    assert (text.count("a.py"), "fsapi/response" in text, "direct cause" in text) == (3, False, True)


# Python 3.10 has no groups.
GROUP = "ExceptionGroup('two', [exc])" if sys.version_info >= (3, 11) else "exc"


def test_members_of_a_group_have_none_either(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A group is printed with its members."""
    source = "try:\n    res.json(object())\nexcept TypeError as exc:\n    raise " + GROUP
    client(site({"a.py": handler(source)})).get("/a")
    text = Formatter("%(message)s").format(caplog.records[0])
    assert ("fsapi/response" in text, "EncodeError: $ is" in text) == (False, True)


def test_a_record_without_an_exception_has_none() -> None:
    """As `exc_info=True` gives where nothing was raised."""
    record = logging.LogRecord("fsapi", logging.ERROR, "", 1, "text", None, (None, None, None))
    assert Formatter("%(message)s").format(record).strip() == "text"


class Broken(type):
    """The class of a class that does not say its name."""

    def __getattribute__(cls, name: str) -> object:
        """Fail for the names that a traceback has."""
        if name in ("__module__", "__qualname__", "__name__"):
            raise ValueError(name)
        return super().__getattribute__(name)


class Nameless(Exception, metaclass=Broken):
    """An exception that cannot be printed."""


def formatted(exc: BaseException) -> str:
    """Return what an exception is printed as once it is raised."""
    try:
        raise exc
    except BaseException:
        return Formatter("%(message)s").format(logging.LogRecord("", 40, "", 1, "text", None, sys.exc_info()))


def test_an_exception_that_cannot_be_printed_has_its_frames() -> None:
    """Its class may fail in saying its name."""
    text = formatted(Nameless())
    assert ("in formatted" in text, text.endswith("An exception whose class cannot be printed")) == (True, True)


CONTROLS = {
    "\x1b[31mred": "\\x1b[31mred", "a\rb": "a\\rb", "\x07": "\\x07", "\x7f": "\\x7f", "\x9b1m": "\\x9b1m",
    "\0": "\\x00",
    "a\n\tb": "a\n\tb", "\u202e": "\\u202e", "\u2028": "\\u2028", "größe 茶": "größe 茶",
}  # fmt: skip


def test_control_characters_do_not_reach_the_terminal() -> None:
    """Neither of an exception nor of a message; newline and tab stay."""
    for sent, printed in CONTROLS.items():
        record = logging.LogRecord("", logging.ERROR, "", 1, "%s", (sent,), None)
        assert Formatter("%(message)s").format(record) == printed
        assert formatted(ValueError(sent)).endswith(f"ValueError: {printed}")


def test_a_long_chain_is_printed_in_part() -> None:
    """The first exception, the last ones, and how many are left out; nothing is called again and again."""
    exc = ValueError("first")
    for number in range(2000):
        new = ValueError(f"number {number}")
        new.__cause__, exc = exc, new
    text = formatted(exc)
    assert text.startswith(
        "text\nValueError: first\n\n1981 exceptions that followed are left out\n\nValueError: number 1981\n"
    )
    assert text.endswith("ValueError: number 1999")
