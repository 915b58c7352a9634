"""The project as a WSGI application: `gunicorn wsgi:app` in this folder."""

from fsapi import App

app = App(__file__, openapi="/openapi.json", docs="/docs")
