"""The app of the project in the working directory or in FSAPI_ROOT: `gunicorn fsapi.wsgi:app` needs no code."""

import os

from fsapi.app import App

app = App(os.environ.get("FSAPI_ROOT", "."))
