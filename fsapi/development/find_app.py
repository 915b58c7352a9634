"""The one app that every command works on, which is the one that production runs.

It is `--app module:name`, else `app` of `wsgi.py` in the working directory, else an App of FSAPI_ROOT or of the
working directory.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import TYPE_CHECKING

import fsapi
from fsapi.app import App
from fsapi.tree.mistakes import TreeError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Unloadable(Exception):
    """An app that cannot be loaded; the text is what its author has to read."""


def load(spec: str | None) -> WSGIApplication:
    """Return the app of a project; raise Unloadable with the report of its tree, or with the traceback."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` does, for the script `fsapi`
    try:
        return _attribute(*_named(spec)) if spec else _found()
    except TreeError as exc:
        raise Unloadable(str(exc)) from exc
    except Unloadable:
        raise
    except (Exception, SystemExit) as exc:
        raise Unloadable("".join(traceback.format_exception(_without_us(exc))).rstrip()) from exc


def load_app(spec: str | None) -> App:
    """Return what `load` does, where that is an App; raise Unloadable."""
    app = load(spec)
    if not isinstance(app, App):
        raise Unloadable(f"the app is a {type(app).__name__}, not an fsapi App\n  Pass the App: --app module:name.")
    return app


def _named(spec: str) -> tuple[str, str]:
    """Return the two names of `module:name`, of which the second is `app` by default."""
    module, _, name = spec.partition(":")
    return module, name or "app"


def _found() -> WSGIApplication:
    """Return the app where none was named."""
    if os.path.isfile("wsgi.py"):
        module = importlib.import_module("wsgi")
        if hasattr(module, "app"):
            return _attribute("wsgi", "app")
    return App(os.environ.get("FSAPI_ROOT", "."))


def _attribute(module: str, name: str) -> WSGIApplication:
    """Return a callable of a module; raise Unloadable where there is none of that name."""
    app: WSGIApplication | None = getattr(importlib.import_module(module), name, None)
    if not callable(app):
        raise Unloadable(f"{module} has no app called `{name}`\n  Write `{name} = App(__file__)` in it, or pass --app.")
    return app


def _without_us(exc: BaseException) -> BaseException:
    """Return an exception whose traceback starts in the project: the way there is of no interest."""
    place, ours = exc.__traceback__, os.path.dirname(fsapi.__file__) + os.sep
    while place is not None and (
        place.tb_frame.f_code.co_filename.startswith((ours, "<frozen"))
        or place.tb_frame.f_code.co_filename == importlib.__file__
    ):
        place = place.tb_next
    return exc.with_traceback(place)
