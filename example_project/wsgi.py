"""The project as a WSGI application: `gunicorn wsgi:app` in this folder."""

from fsapi import App, OpenAPI

app = App(
    __file__,
    openapi=OpenAPI("/openapi.json", security_schemes={"bearer": {"type": "http", "scheme": "bearer"}}),
    docs="/docs",
)
