"""What `App(openapi=OpenAPI(...))` says of the whole document."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from fsapi import OpenAPI
from tests.site import Site, client

GET = "def GET(req, res): ...\n"


def test_the_head_of_the_document_is_what_it_says(site: Site) -> None:
    """Text and mappings are taken as they are."""
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    options = OpenAPI(title="T", version="2", description="D", servers=["/api"], security_schemes={"key": scheme})
    made = site({"a.py": GET}, openapi=options).openapi()
    validate(made)
    assert made["info"] == {"title": "T", "version": "2", "description": "D"}
    assert (made["servers"], made["components"]["securitySchemes"]) == ([{"url": "/api"}], {"key": scheme})


def test_the_document_is_served_at_its_path_with_its_servers(site: Site) -> None:
    """Without any, the mount is the server."""
    server = {"url": "https://{host}", "variables": {"host": {"default": "example.com"}}}
    app = client(site({"a.py": GET}, openapi=OpenAPI("/openapi.json", servers=[server])))
    assert (app.get("/openapi.json").json or {})["servers"] == [server]
    plain = client(site({"a.py": GET}, openapi=OpenAPI("/openapi.json")))
    assert (plain.get("/openapi.json").json or {})["servers"] == [{"url": "/"}]


def test_without_a_path_the_document_is_not_served(site: Site) -> None:
    """The command writes it all the same."""
    app = site({"a.py": GET}, openapi=OpenAPI(title="T"))
    assert client(app).get("/openapi.json").status_code == 404
    assert app.openapi()["info"]["title"] == "T"


SCHEMES: list[tuple[Any, str]] = [
    ({}, ' of OpenAPI has no type. Write it, as in {"type": "http", "scheme": "bearer"}.'),
    ("x", ' of OpenAPI is \'x\'. Write a dict such as {"type": "http", "scheme": "bearer"}.'),
    ({"type": []}, '["type"] of OpenAPI is []. Write apiKey, http, mutualTLS, oauth2 or openIdConnect.'),
    ({"type": "http"}, " of OpenAPI has the type http, but no scheme. Write scheme too."),
    (
        {"type": "apiKey", "in": "header"},
        " of OpenAPI has the type apiKey, but no name. Write name too.",
    ),
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": 1}, "title of OpenAPI is text, not 1"),
    ({"version": 1.0}, "version of OpenAPI is text, not 1.0"),
    ({"description": None}, "description of OpenAPI is text, not None"),
    ({"path": 5}, "path of OpenAPI is a path such as /openapi.json, or None, not 5"),
    *(
        ({"servers": value}, f'servers of OpenAPI is a list such as ["https://example.com"], not {value!r}')
        for value in ("/", 5, None, {"url": "/"})
    ),
    ({"servers": [5]}, 'servers[0] of OpenAPI is 5. Write a dict such as {"url": "https://example.com"}.'),
    ({"servers": [{}]}, 'servers[0] of OpenAPI has no url. Write it, as in {"url": "https://example.com"}.'),
    (
        {"servers": ["https://{host}"]},
        "servers[0] of OpenAPI has {host} in its url, which is not one of its variables. "
        'Write "variables": {"host": {"default": "..."}}.',
    ),
    ({"servers": [object()]}, "OpenAPI cannot be written as JSON"),
    ({"security_schemes": {"a b": {}}}, "the name of a security scheme has letters, digits, and ._-, unlike 'a b'"),
    ({"security_schemes": {5: {}}}, "the name of a security scheme has letters, digits, and ._-, unlike 5"),
    (
        {"security_schemes": []},
        'security_schemes of OpenAPI is a dict such as {"bearer": {"type": "http", "scheme": "bearer"}}, not []',
    ),
    *(({"security_schemes": {"a": scheme}}, f'security_schemes["a"]{what}') for scheme, what in SCHEMES),
]


@pytest.mark.parametrize(("options", "what"), WRONG)
def test_what_openapi_does_not_allow_is_rejected(options: Any, what: str) -> None:
    """The error is raised when it is made."""
    with pytest.raises(ValueError, match=re.escape(what)):
        OpenAPI(**options)
