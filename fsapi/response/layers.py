"""The headers of a response, in layers: those of its answer, and those that middleware sets whatever the answer is.

| headers | set by middleware on the way in | on the way out |
|---|---|---|
| DESCRIBING, which describe a body | are defaults for what a handler fills in | go to the answer |
| ADDED_UP: `Set-Cookie`, `Vary` | stay, and add up with those of other functions, in the order set | the same |
| all others | stay, unless the handler sets them too | the same, and replace those of the handler |

What stays is sent with every answer, errors included.
"""

from __future__ import annotations

from collections.abc import Callable

#: The headers that describe the body of an answer, and go with it when the answer is replaced.
DESCRIBING = frozenset(
    {
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-range",
        "content-type",
        "etag",
        "last-modified",
        "location",
    }
)
#: The headers of which a function replaces only its own lines.
ADDED_UP = frozenset({"set-cookie", "vary"})
#: The number of the handler among the functions that set headers.
HANDLER = 0

#: The value of one line, or the values of several.
Value = str | list[str]
#: Lower-case name → name and value.
Headers = dict[str, tuple[str, Value]]


class Layers:
    """The headers of one response.

    `answer` has those of the handler or of a returned Response, `kept` those of middleware, and `defaults` the
    describing ones that middleware has set on its way in. `own` are the describing headers that the running function
    has set since its way in or out began, if it is middleware. `added` has the lines of ADDED_UP in the order in which
    they were set: of two cookies of one name, a browser takes the later (RFC 6265, 5.3). A `writer` is the number of
    the function that runs.
    """

    __slots__ = ("added", "answer", "defaults", "kept", "own")

    def __init__(self) -> None:
        self.answer: Headers = {}
        self.kept: Headers = {}
        self.own: Headers = {}
        self.defaults: Headers = {}
        # Lower-case name, number of the function, name and value. Comprehensions are guarded: each counts as a call.
        self.added: list[tuple[str, int, str, str]] = []

    def set(self, writer: int, key: str, name: str, value: Value) -> None:
        """Set a header for the running function."""
        if key in ADDED_UP:
            if self.added:
                self.added = [line for line in self.added if line[:2] != (key, writer)]
            self.add(writer, key, name, value)
        elif writer == HANDLER:
            self.answer[key] = name, value
        elif key in DESCRIBING:
            self.own[key] = name, value
        else:
            self.kept[key] = name, value
            self.answer.pop(key, None)

    def add(self, writer: int, key: str, name: str, value: Value) -> None:
        """Add lines to a header of ADDED_UP for the running function; of another header these are all."""
        if key not in ADDED_UP:
            self.set(writer, key, name, value)
            return
        for line in to_lines(value):
            self.added.append((key, writer, name, line))

    def get(self, key: str, *, ended: bool) -> Value | None:
        """Return the value of a header as it will be sent, or as it would be for an answer that has not ended."""
        if key in ADDED_UP:
            found = [value for added, _, _, value in self.added if added == key]
            return found if len(found) > 1 else found[0] if found else None
        layers = (self.own, self.answer, {} if ended else self.defaults, self.kept)
        value = next((headers[key][1] for headers in layers if key in headers), None)
        return [*value] if isinstance(value, list) else value  # a handler may change what it gets

    def vary(self, writer: int, name: str) -> None:
        """Add a name to the lines of `Vary` of the running function, unless a line has it already."""
        value = self.get("vary", ended=True)
        known = (value if isinstance(value, str) else ",".join(value or ())).lower().replace(",", " ").split()
        if name.lower() not in known and "*" not in known:
            self.add(writer, "vary", "Vary", name)

    def remove(self, key: str) -> None:
        """Remove a header, whichever function has set it."""
        for headers in (self.answer, self.own, self.defaults, self.kept):
            headers.pop(key, None)
        self.added = [line for line in self.added if line[0] != key]

    def to_send(self, lines: list[tuple[str, str]]) -> None:
        """Add the headers to some lines, of which the first may be a Content-Type that is only a default."""
        if "content-type" in self.answer and lines[:1] and lines[0][0] == "Content-Type":
            del lines[0]
        for name, value in ({**self.kept, **self.answer} if self.kept else self.answer).values():
            if isinstance(value, str):
                lines.append((name, value))
            else:
                lines += [(name, line) for line in value]
        for _, _, name, value in self.added:
            lines.append((name, value))

    def start_answer(self, takes_type: Callable[[str], bool]) -> None:
        """Begin the first answer that is filled in; `takes_type` says whether a Content-Type of middleware fits it."""
        defaults = dict(self.defaults)
        if "content-type" in defaults and not takes_type(str(defaults["content-type"][1])):
            del defaults["content-type"]
        self.answer = {**defaults, **self.answer, **self.own}
        self.own = {}

    def replace_answer(self, before: int, status: int) -> None:
        """Begin an answer that replaces another; `before` is the status that the old one had.

        Headers that describe the old body go, but a 304 stands for it (RFC 9110, 15.4.5), and a Location goes with
        the status. Those that the running function has set stay.
        """
        stay = {"etag", "last-modified"} if status == 304 else set[str]()
        if status == before:
            stay.add("location")
        self.answer = {key: entry for key, entry in self.answer.items() if key not in DESCRIBING - stay} | self.own
        self.own = {}

    def adopt(self, headers: Headers) -> None:
        """Take the headers of a returned Response; they win over those that the same function has set."""
        for key in [key for key in headers if key in ADDED_UP]:
            self.add(HANDLER, key, *headers.pop(key))
        self.answer = {**self.answer, **self.own, **headers}
        self.own = {}

    def end_phase(self, *, ended: bool) -> None:
        """Give what describes a body to the answer, or to one to come, when a middleware's way in or out has ended."""
        target = self.answer if ended else self.defaults
        target.update(self.own)
        self.own = {}

    def discard(self) -> None:
        """Drop the headers of the answer, and all that describe a body."""
        self.answer, self.own, self.defaults = {}, {}, {}
        if self.added:
            self.added = [line for line in self.added if line[1] != HANDLER]


def to_lines(value: Value) -> list[str]:
    """Return the value of a header as a list of lines."""
    return [value] if isinstance(value, str) else value
