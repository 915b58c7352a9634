"""One instance: `gunicorn wsgi:app` in this folder."""

from fsapi import App

app = App(__file__)
