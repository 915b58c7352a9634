"""Find the app that a command works on: the same one that production runs.

1. `--app module:name` or `--app module:factory()`, if it is given;
2. `app` or `application` in `wsgi.py` of the working directory, then in `app.py`;
3. an App of the project in FSAPI_ROOT, else in the working directory.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from fsapi.app import App
from fsapi.inspection.app_name import WrongName, apps_in, check_app, import_app
from fsapi.inspection.overlaid import find_overlaid
from fsapi.inspection.unloadable import Unloadable
from fsapi.inspection.wrapped_apps import Mounted, find_apps
from fsapi.tree.mistakes import TreeError
from fsapi.tree.source import compile_afresh

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# What an application is called in a file, the first that is there.
_NAMES = ("app", "application")
_FACTORIES = ("create_app", "make_app")


class Site(NamedTuple):
    """An application, its name such as `wsgi:app` ("" for the App of a folder), and lines to print.

    These are about files that are passed over, and distributions that overwrite fsapi.
    """

    app: WSGIApplication
    name: str
    notes: tuple[str, ...] = ()


def load(spec: str | None) -> Site:
    """Return the application of a project; raise Unloadable with the report of its tree or with a traceback.

    The project's own files are compiled for it: bytecode may be that of an earlier save.
    """
    compile_afresh()
    if sys.path[0] not in ("", os.getcwd()):
        sys.path.insert(0, os.getcwd())  # as `python -m` does, for the script `fsapi`
    notes = list(find_overlaid())
    try:
        return _find_site(notes) if spec is None else Site(import_app(spec), spec, tuple(notes))
    except WrongName as exc:
        raise Unloadable(str(exc), 1 if spec is None else 2) from exc
    except TreeError as exc:
        raise Unloadable("\n".join([*notes, str(exc)])) from exc
    except KeyboardInterrupt:
        raise
    except BaseException as exc:  # SystemExit too, and what the project derives from BaseException
        raise Unloadable("".join(traceback.format_exception(_from_project(exc))).rstrip()) from exc


def load_apps(spec: str | None) -> list[Mounted]:
    """Return the Apps in the application of a project; raise Unloadable, also if there are none.

    What is passed over is printed. What the project prints goes to stderr.
    """
    with _stdout_on_stderr():
        site = load(spec)
    for note in site.notes:
        print(note, file=sys.stderr)
    apps = find_apps(site.app)
    if not apps:
        what = f"{site.name} is of the type {type(site.app).__name__}, and there is no App of fsapi in it"
        raise Unloadable(f"{what}\n  Pass the App itself: --app MODULE:NAME.", 1 if spec is None else 2)
    return apps


def load_app(spec: str | None) -> Mounted:
    """Return the App in the application of a project; raise Unloadable, also if there are several."""
    apps = load_apps(spec)
    if len(apps) > 1:
        places = " and ".join(mounted.prefix or "/" for mounted in apps)
        raise Unloadable(f"there are {len(apps)} Apps, at {places}\n  Pass one of them: --app MODULE:NAME.", 2)
    return apps[0]


@contextmanager
def _stdout_on_stderr() -> Generator[None]:
    """Keep what the project prints while it is imported, itself or by a program, out of the output of a command."""
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(sys.stderr))
        with suppress(OSError):  # of a process without a console
            kept = os.dup(1)
            stack.callback(os.close, kept)
            os.dup2(2, 1)
            stack.callback(os.dup2, kept, 1)
        yield


def _find_site(notes: list[str]) -> Site:
    """Return the application if none is given; add a line for each file that is passed over."""
    for name in ("wsgi", "app"):
        if os.path.isfile(f"{name}.py"):
            module = importlib.import_module(name)
            for attribute in _NAMES:
                app: WSGIApplication | None = getattr(module, attribute, None)
                if callable(app):
                    spec = f"{name}:{attribute}"
                    return Site(check_app(f"{name}.py", name, attribute, app), spec, tuple(notes))
            notes.append(_pass_over(name, module))
    return Site(App(os.environ.get("FSAPI_ROOT", ".")), "", tuple(notes))


def _pass_over(name: str, module: ModuleType) -> str:
    """Return the line that says why a file is passed over, and how to have it used."""
    line = f"{name}.py is passed over: {_why_not(module)}"
    if apps := apps_in(module):
        return f"{line}, but there is an App called `{apps[0]}`: name it `app`, or pass --app {name}:{apps[0]}"
    for factory in _FACTORIES:
        if callable(getattr(module, factory, None)):
            return f'{line}; if `{factory}` makes the app, pass --app "{name}:{factory}()"'
    return line


def _why_not(module: ModuleType) -> str:
    """Return why a module has no application."""
    for name in _NAMES:
        if hasattr(module, name):
            value: object = getattr(module, name)
            return (
                f"its `{name}` is {'None' if value is None else f'not an app, but of the type {type(value).__name__}'}"
            )
    return "it has no `app` or `application`"


def _from_project(exc: BaseException) -> BaseException:
    """Return an exception whose traceback starts in the project, without the frames of fsapi and of the import."""
    tb, package = exc.__traceback__, os.path.dirname(os.path.dirname(__file__)) + os.sep
    while tb is not None and (
        tb.tb_frame.f_code.co_filename.startswith((package, "<frozen"))
        or tb.tb_frame.f_code.co_filename == importlib.__file__
    ):
        tb = tb.tb_next
    return exc.with_traceback(tb)
