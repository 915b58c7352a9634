"""What the OpenAPI document says of the whole API, as `App(openapi=...)` takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from fsapi.json import engine

# The types of security schemes, and what each needs (OpenAPI 3.1, 4.8.27).
_SCHEMES = {
    "http": ("scheme",),
    "apiKey": ("in", "name"),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
    "mutualTLS": (),
}


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
        for name in ("version", "description", *(("title",) if self.title is not None else ())):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} of OpenAPI is text, not {getattr(self, name)!r}")
        if isinstance(self.servers, str):
            raise ValueError(f"servers of OpenAPI is a list of URLs, not {self.servers!r}")
        for name, scheme in self.security_schemes.items():
            if not re.fullmatch(r"[a-zA-Z0-9._-]+", name):
                raise ValueError(f"the name of a security scheme has letters, digits, and ._-, unlike {name!r}")
            given: dict[str, Any] = {**scheme} if isinstance(scheme, Mapping) else {}  # pyright: ignore[reportUnnecessaryIsInstance] # for those without a type checker
            needed = _SCHEMES.get(given.get("type", ""))
            if needed is None or not {*needed} <= given.keys():
                kinds = "; ".join(f"{kind} ({', '.join(names)})" if names else kind for kind, names in _SCHEMES.items())
                raise ValueError(f"the security scheme {name} has a type, and what belongs to it: {kinds}")
        self.head("")  # what cannot be written as JSON raises here

    def head(self, title: str) -> dict[str, Any]:
        """Return the fields of the document but for tags, paths and schemas; `title` is the one by default."""
        text = {"description": self.description} if self.description else {}
        info = {"title": self.title or title, "version": self.version, **text}
        servers = [{"url": each} if isinstance(each, str) else each for each in self.servers]
        components = {"securitySchemes": self.security_schemes} if self.security_schemes else {}
        try:
            head: dict[str, Any] = engine.in_json(
                {"info": info, **({"servers": servers} if servers else {}), "components": components}
            )
        except TypeError as exc:
            raise ValueError(f"OpenAPI cannot be written as JSON: {exc}") from None
        return head
