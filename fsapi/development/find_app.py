"""Find the app that a command works on: the same one that production runs.

1. `--app module:name`, if it is given;
2. `app` in `wsgi.py` of the working directory, if there is one;
3. an App of the project in FSAPI_ROOT, else in the working directory.
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
    """Raised when an app cannot be loaded; the text is the report for its author."""


def load(spec: str | None) -> WSGIApplication:
    """Return the app of a project; raise Unloadable with the report of its tree or with a traceback."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` does, for the script `fsapi`
    try:
        return _import_app(*_parse_spec(spec)) if spec else _find_app()
    except TreeError as exc:
        raise Unloadable(str(exc)) from exc
    except Unloadable:
        raise
    except (Exception, SystemExit) as exc:
        raise Unloadable("".join(traceback.format_exception(_from_project(exc))).rstrip()) from exc


def load_app(spec: str | None) -> App:
    """Return the App of a project; raise Unloadable, also if the app is not an App."""
    app = load(spec)
    if not isinstance(app, App):
        raise Unloadable(f"the app is a {type(app).__name__}, not an fsapi App\n  Pass the App: --app module:name.")
    return app


def _parse_spec(spec: str) -> tuple[str, str]:
    """Return the module and the name of `module:name`; the default name is `app`."""
    module, _, name = spec.partition(":")
    return module, name or "app"


def _find_app() -> WSGIApplication:
    """Return the app if none is given on the command line."""
    if os.path.isfile("wsgi.py"):
        module = importlib.import_module("wsgi")
        if hasattr(module, "app"):
            return _import_app("wsgi", "app")
    return App(os.environ.get("FSAPI_ROOT", "."))


def _import_app(module: str, name: str) -> WSGIApplication:
    """Return the callable of this name in a module; raise Unloadable if there is none."""
    app: WSGIApplication | None = getattr(importlib.import_module(module), name, None)
    if not callable(app):
        raise Unloadable(f"{module} has no app called `{name}`\n  Write `{name} = App(__file__)` in it, or pass --app.")
    return app


def _from_project(exc: BaseException) -> BaseException:
    """Return an exception whose traceback starts in the project, without the frames of fsapi and of the import."""
    tb, package = exc.__traceback__, os.path.dirname(fsapi.__file__) + os.sep
    while tb is not None and (
        tb.tb_frame.f_code.co_filename.startswith((package, "<frozen"))
        or tb.tb_frame.f_code.co_filename == importlib.__file__
    ):
        tb = tb.tb_next
    return exc.with_traceback(tb)
