"""`/users` for a browser: a page."""

from html import escape

from shop import db

from fsapi import Req


def page(req: Req) -> str:
    """List the users."""
    users = db.users(int(req.query.get("page", "1")), 20)
    rows = "".join(f"<li>{escape(user.name)}</li>" for user in users)
    if not rows:
        return db.users(req.query["page"], 20)[0].name  # error: the query is text
    return f"<ul>{rows}</ul>"
