"""The headers of a response, in layers: those of its answer, and those that middleware sets whatever the answer is.

| headers | set by middleware on the way in | on the way out |
|---|---|---|
| DESCRIBING, which describe a body | are defaults for what a handler fills in | go to the answer |
| ADDED_UP: `Set-Cookie`, `Vary` | stay, and add up with those of other functions | the same |
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
    has set since its way in or out began, if it is middleware. A `writer` is the number of the function that runs.
    """

    __slots__ = ("answer", "defaults", "kept", "own")

    def __init__(self) -> None:
        self.answer: Headers = {}
        # Set by middleware: by name, and for ADDED_UP also by the number of the function.
        self.kept: dict[tuple[str, int], tuple[str, Value]] = {}
        self.own: Headers = {}
        self.defaults: Headers = {}

    def set(self, writer: int, key: str, name: str, value: Value) -> None:
        """Set a header for the running function."""
        if writer == HANDLER:
            self.answer[key] = name, value
        elif key in DESCRIBING:
            self.own[key] = name, value
        elif key in ADDED_UP:
            self.kept[key, writer] = name, value
        else:
            self.kept[key, HANDLER] = name, value
            self.answer.pop(key, None)

    def own_lines(self, writer: int, key: str) -> list[str]:
        """Return the lines that the running function has set for a header of ADDED_UP."""
        entry = self.answer.get(key) if writer == HANDLER else self.kept.get((key, writer))
        return [] if entry is None else to_lines(entry[1])

    def get(self, key: str, *, ended: bool) -> Value | None:
        """Return the value of a header as it will be sent, or as it would be for an answer that has not ended."""
        if key in ADDED_UP:
            found: list[str] = []
            for place, entry in self.kept.items():
                if place[0] == key:
                    found += to_lines(entry[1])
            if key in self.answer:
                found += to_lines(self.answer[key][1])
            return found if len(found) > 1 else found[0] if found else None
        layers = (self.own, self.answer, {} if ended else self.defaults)
        found_in = [headers[key] for headers in layers if key in headers]
        first = found_in[0] if found_in else self.kept.get((key, HANDLER))
        return None if first is None else first[1]

    def vary(self, writer: int, name: str) -> None:
        """Add a name to the lines of `Vary` of the running function, unless a line has it already."""
        value = self.get("vary", ended=True)
        known = value if isinstance(value, str) else ",".join(value or ())
        if name.lower() not in known.lower().replace(",", " ").split() and "*" not in known:
            self.set(writer, "vary", "Vary", [*self.own_lines(writer, "vary"), name])

    def remove(self, key: str) -> None:
        """Remove a header, whichever function has set it."""
        for headers in (self.answer, self.own, self.defaults):
            headers.pop(key, None)
        self.kept = {place: entry for place, entry in self.kept.items() if place[0] != key}

    def to_send(self, lines: list[tuple[str, str]]) -> None:
        """Add the headers to some lines, of which the first may be a Content-Type that is only a default."""
        if "content-type" in self.answer and lines[:1] and lines[0][0] == "Content-Type":
            del lines[0]
        entries = list(self.answer.values())
        for (key, number), entry in self.kept.items():
            if number != HANDLER or key not in self.answer:
                entries.append(entry)
        for name, value in entries:
            if isinstance(value, str):
                lines.append((name, value))
            else:
                lines += [(name, line) for line in value]

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
        before = {**self.answer, **self.own}
        for key in ADDED_UP & before.keys() & headers.keys():
            name, value = headers[key]
            headers[key] = name, [*to_lines(value), *to_lines(before[key][1])]
        self.answer = {**before, **headers}
        self.own = {}

    def end_phase(self, *, ended: bool) -> None:
        """Give what describes a body to the answer, or to one to come, when a middleware's way in or out has ended."""
        target = self.answer if ended else self.defaults
        target.update(self.own)
        self.own = {}

    def discard(self) -> None:
        """Drop the headers of the answer, and all that describe a body."""
        self.answer, self.own, self.defaults = {}, {}, {}


def to_lines(value: Value) -> list[str]:
    """Return the value of a header as a list of lines."""
    return [value] if isinstance(value, str) else value
