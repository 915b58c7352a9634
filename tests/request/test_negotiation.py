"""The media type that a client prefers."""

from __future__ import annotations

import pytest

from fsapi.request.negotiation import prefers_html


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,*/*;q=0.8", True),
        ("application/json,text/html;q=0.9", False),
        ("text/html;q=0.5, application/json;q=0.4" + ", a/b" * 200, True),
        ("text/html" + ", a/b" * 2000, False),
        ("application/json" + " " * 1000 + ", text/html", False),
    ],
)
def test_html_is_preferred_by_its_quality(accept: str, html: bool) -> None:
    """However long the header is."""
    assert prefers_html({"HTTP_ACCEPT": accept}) is html
