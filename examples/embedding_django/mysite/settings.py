"""The settings of the site."""

from __future__ import annotations

import os
from pathlib import Path

from mysite.secrets import secret

BASE_DIR = Path(__file__).parents[1]
DATA = Path(os.environ.get("NOTES_DATA") or BASE_DIR / "data")
DATA.mkdir(exist_ok=True)

DEBUG = os.environ.get("NOTES_DEBUG") == "1"
SECRET_KEY = secret("NOTES_SECRET", debug=DEBUG)
# Only over HTTPS. Django's own defaults make them SameSite=Lax, and the session HttpOnly.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "mysite.urls"
WSGI_APPLICATION = "mysite.wsgi.application"
STATIC_URL = "static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "notes.sqlite3",
        "ATOMIC_REQUESTS": True,  # a handler that raises leaves nothing behind
    }
}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "notes",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
