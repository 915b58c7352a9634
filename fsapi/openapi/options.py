"""What the OpenAPI document says of the whole API, as `App(openapi=...)` takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from fsapi.json import engine
from fsapi.openapi.checks import show
from fsapi.openapi.faults import find_faults

_SCHEME = '{"bearer": {"type": "http", "scheme": "bearer"}}'
_SERVERS = 'a list such as ["https://example.com"]'


@dataclass(frozen=True)
class OpenAPI:
    """The path and the head of the OpenAPI document.

    | field | is |
    |---|---|
    | `path` | where the document is served, such as `/openapi.json`; None if it is not |
    | `title` | the name of the API; that of the project folder if it is None |
    | `version` | the version of the API |
    | `description` | more about it, as CommonMark |
    | `servers` | the URLs of the API, or Server Objects (OpenAPI 3.1, 4.8.5); the mount if there are none |
    | `security_schemes` | Security Scheme Objects (4.8.27) by the names that `security` uses |

    Raise ValueError for a value that OpenAPI does not allow.
    """

    path: str | None = None
    _: KW_ONLY
    title: str | None = None
    version: str = "0.1.0"
    description: str = ""
    servers: Sequence[str | Mapping[str, Any]] = ()
    security_schemes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def __post_init__(self) -> None:
        if wrong := next(self._find_wrong(), None):
            raise ValueError(wrong)
        head = self.head("")
        servers = find_faults(head.get("servers", []), "[Server]", ("servers",))
        schemes = find_faults(head["components"].get("securitySchemes", {}), "{SecurityScheme}", ("security_schemes",))
        for (owner, *place), what, remedy in (*servers, *schemes):
            raise ValueError(f"{show(str(owner), place)} of OpenAPI {what}. {remedy}")

    def _find_wrong(self) -> Iterator[str]:
        """Yield what is wrong with the types of fields."""
        if self.path is not None and not isinstance(self.path, str):  # pyright: ignore[reportUnnecessaryIsInstance] # for those without a type checker
            yield f"path of OpenAPI is a path such as /openapi.json, or None, not {self.path!r}"
        for name in ("version", "description", *(("title",) if self.title is not None else ())):
            if not isinstance(getattr(self, name), str):
                yield f"{name} of OpenAPI is text, not {getattr(self, name)!r}"
        if not isinstance(self.servers, (list, tuple)):
            yield f"servers of OpenAPI is {_SERVERS}, not {self.servers!r}"
        if not isinstance(self.security_schemes, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] # as above
            yield f"security_schemes of OpenAPI is a dict such as {_SCHEME}, not {self.security_schemes!r}"
        for name in self.security_schemes:
            if not isinstance(name, str) or not re.fullmatch(r"[a-zA-Z0-9._-]+", name):  # pyright: ignore[reportUnnecessaryIsInstance] # as above
                yield f"the name of a security scheme has letters, digits, and ._-, unlike {name!r}"

    def head(self, title: str) -> dict[str, Any]:
        """Return the fields of the document but for tags, paths and schemas; `title` is the one by default.

        Raise ValueError for what cannot be written as JSON.
        """
        text = {"description": self.description} if self.description else {}
        info = {"title": self.title or title, "version": self.version, **text}
        servers = [{"url": each} if isinstance(each, str) else each for each in self.servers]
        components = {"securitySchemes": self.security_schemes} if self.security_schemes else {}
        try:
            head: dict[str, Any] = engine.in_json(
                {"info": info, **({"servers": servers} if servers else {}), "components": components}
            )
        except (TypeError, ValueError, RecursionError) as exc:
            raise ValueError(f"OpenAPI cannot be written as JSON: {exc}") from None
        return head
