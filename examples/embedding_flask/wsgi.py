"""The site: a page with a login, a session, one transaction per request, and the API under /api."""

from __future__ import annotations

import secrets

import flask
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response

from fsapi import App
from fsapi.flask import mount
from lib import db, settings

USERS = dict.fromkeys(("ada", "bob"), generate_password_hash(settings.secret("NOTES_PASSWORD")))
# Checked in place of an unknown user's, so that the time of an answer does not tell which users there are.
NOBODY = generate_password_hash(secrets.token_hex())
PAGE = """<!doctype html>
<title>Notes</title>
{% if g.user %}
<p>You are {{ g.user }}. <a href="{{ url_for('fsapi/api', rest='me') }}">The API</a> knows it too.</p>
<form method="post" action="{{ url_for('logout') }}"><button>Log out</button></form>
{% else %}
<p>{{ message }}</p>
<form method="post" action="{{ url_for('login') }}">
<input name="user" placeholder="ada"><input name="password" type="password" placeholder="secret"><button>Log in</button>
</form>
{% endif %}
"""

app = flask.Flask(__name__)
app.config.update(
    MAX_CONTENT_LENGTH=64 * 1024,
    SECRET_KEY=settings.secret("NOTES_SECRET"),
    SESSION_COOKIE_SAMESITE="Lax",  # forms and scripts of other sites do not send it
    SESSION_COOKIE_HTTPONLY=True,  # no script reads it
    SESSION_COOKIE_SECURE=not app.debug,  # only over HTTPS
)


@app.before_request
def open_request() -> None:
    """Set the user and open the database, for views and route files alike."""
    flask.g.user = flask.session.get("user")
    flask.g.db = db.connect()


@app.teardown_request
def close_request(exc: BaseException | None) -> None:
    """Commit what a request has written, unless it failed."""
    if connection := flask.g.pop("db", None):
        if exc is None:
            connection.commit()
        connection.close()  # rolls back what is not committed


@app.get("/")
def home() -> str:
    """Show who has logged in, or the login form."""
    return flask.render_template_string(PAGE)


@app.post("/login")
def login() -> Response | tuple[str, int]:
    """Log in with the form."""
    user, password = flask.request.form["user"], flask.request.form["password"]
    if not check_password_hash(USERS.get(user, NOBODY), password):
        return flask.render_template_string(PAGE, message="Wrong name or password."), 403
    flask.session["user"] = user
    return flask.redirect(flask.url_for("home"))


@app.post("/logout")
def logout() -> Response:
    """Log out."""
    flask.session.clear()
    return flask.redirect(flask.url_for("home"))


mount(app, "/api", App(__file__, server="api", max_body=64 * 1024))
