"""The App of the project in FSAPI_ROOT, else in the working directory, for `gunicorn fsapi.wsgi:app`."""

import os

from fsapi.app import App

app = App(os.environ.get("FSAPI_ROOT", "."))
