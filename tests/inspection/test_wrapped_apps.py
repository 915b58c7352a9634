"""An App is found within whatever wraps it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.profiler import ProfilerMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

# It has no types.
from whitenoise import (  # type: ignore[import-untyped] # pyright: ignore[reportMissingTypeStubs]
    WhiteNoise,  # pyright: ignore[reportUnknownVariableType]
)

from fsapi import App
from fsapi.flask import mount
from fsapi.inspection import wrapped_apps
from fsapi.inspection.wrapped_apps import Mounted, find_apps
from tests.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

FILES = {"a.py": "def GET(req, res): res.end()"}


class Slots:
    """Middleware without a `__dict__`."""

    __slots__ = ("_inner",)

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, *arguments: Any) -> Any:
        return self._inner(*arguments)


class ByName:
    """Middleware that finds what it wraps in a global."""

    def __call__(self, *arguments: Any) -> Any:
        return GLOBALS(*arguments)


class ByMethod:
    """Middleware that finds what it wraps in a global that a method uses."""

    def __call__(self, *arguments: Any) -> Any:
        return self._answer(*arguments)

    def _answer(self, *arguments: Any) -> Any:
        return GLOBALS(*arguments)


class ByClass:
    """Middleware that has what it wraps from a class above its own."""

    inner: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return self.inner(*arguments)

    @classmethod
    def answer(cls, *arguments: Any) -> Any:
        """Answer as a method of the class itself."""
        return cls.inner(*arguments)


class BySubclass(ByClass):
    """Middleware that inherits what it wraps."""


class AsClass(ByClass):
    """A class that is called as an application, as in PEP 3333."""

    def __init__(self, environ: Any, start_response: Any) -> None:
        self._body = self.inner(environ, start_response)


def by_class(environ: Any, start_response: Any) -> Any:
    """Call an application that a class has."""
    return ByClass.inner(environ, start_response)


def unloaded() -> Any:
    """Be asked by nobody."""
    raise AssertionError


LAZY = LocalProxy(unloaded)


def by_lazy(environ: Any, start_response: Any) -> Any:
    """Use an object that loads when it is asked for anything."""
    return LAZY and GLOBALS(environ, start_response)


def by_module(environ: Any, start_response: Any) -> Any:
    """Call an application of another module."""
    return wrapped_here.GLOBALS(environ, start_response)


wrapped_here = sys.modules[__name__]

GLOBALS: WSGIApplication = Flask("empty")


def by_name(environ: Any, start_response: Any) -> Any:
    """Call an application as a function of `wsgi.py` does."""
    return GLOBALS(environ, start_response)


def closure(app: WSGIApplication) -> WSGIApplication:
    """Wrap an application in a function."""
    return lambda environ, start_response: app(environ, start_response)


def call(inner: WSGIApplication, environ: Any, start_response: Any) -> Any:
    """Call an application."""
    return inner(environ, start_response)


def default(app: WSGIApplication) -> WSGIApplication:
    """Wrap an application in a function that has it as a default."""

    def call(environ: Any, start_response: Any, inner: WSGIApplication = app) -> Any:
        return inner(environ, start_response)

    return call


def proxy(app: WSGIApplication) -> WSGIApplication:
    """Put a proxy, which says that it is an App, before an application."""
    made: Any = LocalProxy(lambda: app)
    return made  # type: ignore[no-any-return]


def decorated(app: WSGIApplication) -> WSGIApplication:
    """Wrap an application in a function that says so."""

    @functools.wraps(app)
    def call(*arguments: Any) -> Any:
        return app(*arguments)

    return call


def on_flask(app: WSGIApplication) -> WSGIApplication:
    """Put middleware around a Flask site, as its documentation says."""
    site = Flask("site")
    site.wsgi_app = DispatcherMiddleware(site.wsgi_app, {"/x": app})  # type: ignore[method-assign]
    return site


def as_view(app: WSGIApplication) -> WSGIApplication:
    """Mount an App inside of a Flask site."""
    site = Flask("site")
    assert isinstance(app, App)
    mount(site, "/x", app)
    return site


WRAPPERS: dict[str, Callable[[WSGIApplication], WSGIApplication]] = {
    "itself": lambda app: app,
    "ProxyFix": ProxyFix,
    "WhiteNoise": WhiteNoise,
    "Sentry": SentryWsgiMiddleware,
    "OpenTelemetry": OpenTelemetryMiddleware,
    "a profiler": ProfilerMiddleware,
    "a mount": lambda app: DispatcherMiddleware(Flask("site"), {"/x": app}),
    "under mounts": lambda app: DispatcherMiddleware(app, {"/x": Flask("site")}),
    "slots": Slots,
    "a closure": closure,
    "a decorator": decorated,
    "a partial": lambda app: functools.partial(call, app),
    "a named partial": lambda app: functools.partial(call, inner=app),
    "a method": lambda app: Slots(app).__call__,
    "a default": default,
    "a proxy": proxy,
    "Flask": on_flask,
    "a view of Flask": as_view,
}


@pytest.mark.parametrize("outer", ["itself", "Sentry", "a closure", "WhiteNoise"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # WhiteNoise has no folder
def test_apps_are_found_in_whatever_wraps_them(site: Site, outer: str) -> None:
    """Also in wrappers of wrappers."""
    app = site(FILES)
    for name, wrap in WRAPPERS.items():
        assert app in [mounted.app for mounted in find_apps(WRAPPERS[outer](wrap(app)))], name


CLASSES = [BySubclass(), ByClass.answer, AsClass, by_class]


@pytest.mark.parametrize("wrapper", [by_name, ByName(), ByMethod(), by_module, by_lazy, *CLASSES])
def test_functions_of_the_project_are_looked_through_by_the_globals_they_use(
    site: Site, monkeypatch: pytest.MonkeyPatch, wrapper: WSGIApplication
) -> None:
    """A plain function in `wsgi.py` is the simplest middleware."""
    app = site(FILES)
    monkeypatch.setitem(globals(), "GLOBALS", app)
    monkeypatch.setattr(ByClass, "inner", app)
    assert [mounted.app for mounted in find_apps(wrapper)] == [app]


def test_the_app_of_a_fallback_comes_after_the_one_before_it(site: Site) -> None:
    """Both answer."""
    inner = site(FILES)
    outer = site({"b.py": FILES["a.py"]}, fallback=ProxyFix(inner))
    assert [mounted.app for mounted in find_apps(Slots(outer))] == [outer, inner]


def test_what_fsapi_uses_itself_is_not_looked_through(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reload looks at an App, wherever fsapi is installed."""
    monkeypatch.setattr(wrapped_apps, "_MOST", 100)
    inner = site(FILES)
    within: WSGIApplication = inner
    for _ in range(9):
        within = closure(within)
    outer = site({"b.py": FILES["a.py"]}, fallback=within)
    assert [mounted.app for mounted in find_apps(outer)] == [outer, inner]


def test_the_path_of_a_mount_is_known(site: Site) -> None:
    """Mounts add up, and an App can have several."""
    app = site(FILES)
    inner = DispatcherMiddleware(Flask("site"), {"/v1": ProxyFix(app), "/v2": app})
    found = find_apps(DispatcherMiddleware(Flask("site"), {"/api": inner}))
    assert sorted(mounted.prefix for mounted in found) == ["/api/v1", "/api/v2"]


def test_the_path_of_a_mount_in_flask_is_known(site: Site) -> None:
    """A longer one takes what is below it, and a mount of the whole Flask site adds to both."""
    outer, inner, host = site(FILES), site(FILES), Flask("site")
    mount(host, "/", outer)
    mount(host, "/v2/", inner)
    assert set(find_apps(host)) == {Mounted(outer, "", ("/v2",)), Mounted(inner, "/v2")}
    mounted = find_apps(DispatcherMiddleware(Flask("other"), {"/my api": host}))
    assert set(mounted) == {Mounted(outer, "/my api", ("/my api/v2",)), Mounted(inner, "/my api/v2")}


def test_an_app_that_is_not_there_is_not_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in a site without one, nor in what would take for ever to look at."""
    assert find_apps(Flask("site")) == []
    monkeypatch.setattr(wrapped_apps, "_MOST", 1)
    assert find_apps(closure(site(FILES))) == []
