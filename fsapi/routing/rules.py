"""Make the Werkzeug Map of some routes, in little time: `app.url_map` shows it, and URLs are built with it."""

from __future__ import annotations

import gc
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

from werkzeug.routing import BaseConverter, Map, Rule

from fsapi.request.path import SLASH
from fsapi.request.route import Route
from fsapi.routing.url_values import as_text, is_list
from fsapi.tree.segment import MATCHERS, REST_RANK, TEXT_RANK, Param


class _Text(BaseConverter):
    """A param that takes one segment, or a part of one: any text, even a newline."""

    regex = "[^/]+"
    weight = TEXT_RANK
    part_isolating = True

    def to_python(self, value: str) -> Any:
        return value.replace(SLASH, "/")

    def to_url(self, value: Any) -> str:
        """Return a value quoted for a URL; raise ValueError if the URL would not give the same value back."""
        text = as_text(value)
        if not re.fullmatch(self.regex, text.replace("/", SLASH)) or text in (".", "..") or SLASH in text:
            raise ValueError(f"{value!r} does not fit into the path")
        try:
            return quote(text, safe="!$&'()*+,;=:@")  # RFC 3986, 3.3
        except UnicodeEncodeError:
            raise ValueError(f"{value!r} does not fit into the path") from None


class _Int(_Text):
    """A whole number in the form that Python writes: no leading zero, no plus sign, no minus zero."""

    regex = "0|-?[1-9][0-9]{0,18}"
    weight = MATCHERS["int"]

    def to_python(self, value: str) -> int:
        return int(value)


class _Uuid(_Text):
    """A UUID in its canonical form, in upper or lower case (RFC 9562, 4)."""

    regex = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    weight = MATCHERS["uuid"]

    def to_python(self, value: str) -> UUID:
        return UUID(value)


class _Rest(_Text):
    """A param that takes one segment or more."""

    regex = "[^/]+(?:/[^/]+)*"
    weight = REST_RANK
    part_isolating = False

    def to_python(self, value: str) -> list[str]:
        return [part.replace(SLASH, "/") for part in value.split("/")]

    def to_url(self, value: Any) -> str:
        if not is_list(value):
            raise ValueError(f"{value!r} does not fit into the path: the rest of it is a list")
        segment = _Text(self.map)
        return "/".join(segment.to_url(part) for part in value)


@contextmanager
def collector_paused() -> Generator[None]:
    """Pause the garbage collector: it would go through many rules again and again, and none of them is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def make_map(routes: Iterable[Route]) -> Map:
    """Return a Map with a rule for each route."""
    made = Map(
        [Rule(_rule(route), endpoint=route) for route in routes],
        converters={"default": _Text, "int": _Int, "uuid": _Uuid, "rest": _Rest},
        strict_slashes=False,
        merge_slashes=False,
        redirect_defaults=False,
    )
    made.update()  # now, so that neither a thread nor a forked worker does it at its first request
    return made


def _rule(route: Route) -> str:
    """Return the rule of a route in the syntax of Werkzeug.

    Its variables are numbered, because Werkzeug rejects names such as `my-id`.
    """
    variables = iter(route.variables)
    return "/" + "/".join(
        "".join(piece if isinstance(piece, str) else _variable(piece, next(variables)[1]) for piece in segment.pieces)
        for segment in route.url.segments
    )


def _variable(param: Param, name: str) -> str:
    """Return a param in the syntax of Werkzeug."""
    converter = "rest" if param.rest else param.matcher
    return f"<{converter}:{name}>" if converter else f"<{name}>"
