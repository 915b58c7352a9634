"""How an export is called: which callables are accepted, and which are rejected when the app is built."""

# The tables hold functions without annotations.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, contextmanager
from types import FunctionType
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from werkzeug.wrappers import Request, Response

from fsapi.exports.signatures import READ_REQUEST, call_signature
from fsapi.tree.mistakes import Rejected
from tests.site import Site, client


def plain(req: Any, res: Any) -> None: ...


def one(req: Any) -> None: ...


def three(req: Any, res: Any, user: Any) -> None: ...


async def coroutine(req: Any, res: Any) -> None: ...


async def async_generator(req: Any, res: Any) -> AsyncGenerator[None, None]:
    yield


def generator(req: Any, res: Any) -> Any:
    yield


def wraps(wrapped: Callable[..., Any], wrapper: Any) -> Callable[..., Any]:
    """Return what a decorator returns that is made with functools.wraps: a function of its own, as `wrapper` is."""
    own = FunctionType(wrapper.__code__, wrapper.__globals__, argdefs=wrapper.__defaults__)
    own.__kwdefaults__ = wrapper.__kwdefaults__
    return functools.wraps(wrapped)(own)


def signed(wrapper: Any) -> Any:
    """Return a wrapper with the signature of what it wraps."""
    wrapper.__signature__ = inspect.signature(wrapper)
    return wrapper


def options(req: Any, res: Any = None, *, key: int = 1) -> None: ...


def two(req: Any, res: Any) -> None: ...


def any_number(*args: Any, **kwargs: Any) -> None: ...


class Methods:
    """Functions that belong to a class."""

    async def coroutine(self, req: Any, res: Any) -> None: ...

    def generator(self, req: Any, res: Any) -> Any:
        yield

    @staticmethod
    def static(req: Any, res: Any) -> None: ...

    @classmethod
    def of_class(cls, req: Any, res: Any) -> None: ...

    def bound(self, req: Any, res: Any) -> None: ...

    def short(self, req: Any) -> None: ...


class Object:
    """A callable object."""

    def __call__(self, req: Any, res: Any) -> None: ...


class Shadowed(Object):
    """A callable object with an attribute that is not its method."""

    def __init__(self) -> None:
        self.__call__: Any = None


class Uncallable:
    """An object whose class says that it cannot be called."""

    __call__: Any = None


class StaticObject:
    """A callable object that is not passed to its own function."""

    @staticmethod
    def __call__(req: Any, res: Any) -> None: ...


class AsyncObject:
    """A callable object whose call makes a coroutine."""

    async def __call__(self, req: Any, res: Any) -> None: ...


class Decorator:
    """A decorator made as a class, which can be used on methods, too."""

    def __init__(self, wrapped: Callable[..., Any]) -> None:
        functools.update_wrapper(self, wrapped)

    def __call__(self, req: Any, res: Any) -> None: ...

    def __get__(self, instance: object, owner: type) -> Callable[..., Any]:
        return functools.partial(self, instance)


class AsyncDecorator(Decorator):
    """As above, but its call makes a coroutine."""

    async def __call__(self, req: Any, res: Any) -> None: ...  # type: ignore[override] # as users write it


class Proxy:
    """An object that passes for the function it calls, as the decorators of wrapt do."""

    def __init__(self, wrapped: Callable[..., Any]) -> None:
        self.__wrapped__ = wrapped

    @property  # type: ignore[misc] # as in wrapt
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride] # as in wrapt
        return type(self.__wrapped__)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def __call__(self, *args: Any) -> None: ...


ACCEPTED: dict[str, Any] = {
    "a function": plain,
    "a lambda": lambda req, res: None,
    "a built-in function without a signature": max,
    "a bound method": Methods().bound,
    "a method of a class": Methods.of_class,
    "a static method": Methods.static,
    "a staticmethod that was never put into a class": staticmethod(plain),
    "a callable object": Object(),
    "a callable object with an attribute": Shadowed(),
    "a callable object with a static method": StaticObject(),
    "a partial": functools.partial(three, user=1),
    "a partial of a partial": functools.partial(functools.partial(three), user=1),
    "a cached function": functools.lru_cache(plain),
    "a cached static method": functools.lru_cache(staticmethod(plain)),
    "a wrapper that adds an argument": wraps(three, two),
    "a wrapper that adds an argument to any others": wraps(three, any_number),
    "a wrapper that adds arguments in front": wraps(lambda user, req, res: None, two),
    "a wrapper that drops an argument": wraps(one, two),
    "a partial of a wrapper": functools.partial(wraps(three, two)),
    "a wrapper of a wrapper": wraps(wraps(three, two), any_number),
    "a wrapper that shows the signature of what it wraps": signed(wraps(three, two)),
    "a wrapper with options, that does the same": signed(wraps(three, options)),
    "a decorator that is an object": Decorator(three),
    "a decorator that passes for what it wraps": Proxy(three),
    "a wrapper that runs a coroutine": wraps(coroutine, two),
    "asgiref's wrapper that runs a coroutine": async_to_sync(coroutine),
    "a wrapper that sends what a generator yields": wraps(generator, two),
    "a wrapper that enters a context manager": wraps(contextmanager(generator), two),
}


@pytest.mark.parametrize("value", ACCEPTED.values(), ids=ACCEPTED)
def test_a_callable_that_takes_two_arguments_is_accepted(value: object) -> None:
    """Of a wrapper its own signature counts, not that of what it wraps."""
    call_signature("GET", value, ("req", "res"))


WRITE = "Write `def GET(req, res):`."
ASYNC = ("GET is async", "fsapi is synchronous: drop the `async`.")
GENERATOR = ("GET is a generator function, which would never run", "Return a werkzeug Response that streams.")
CLASS = ("GET is not a function", WRITE)
MANAGER = ("GET is a context manager, which would never run", WRITE)
APPLICATION = (
    "GET is a WSGI application, made by @Request.application",
    f"{WRITE} `req.raw` is the werkzeug Request, and the Response can be returned.",
)


RETURN = "Return the WSGI application from it."


def takes(signature: str, more: str = "") -> tuple[str, str]:
    """Return the message about a signature."""
    return f"GET takes {signature}, but is called with (req, res)", f"{WRITE} {more}".rstrip()


class RequestWithMore(Request):
    """A Request of the project's own."""


REJECTED: dict[str, tuple[Any, tuple[str, str]]] = {
    "a number": (5, CLASS),
    "a class": (Object, CLASS),
    "a class method that was never put into a class": (classmethod(plain), CLASS),
    "a property": (property(one), CLASS),
    "a coroutine function": (coroutine, ASYNC),
    "a function that yields to a loop": (async_generator, ASYNC),
    "a bound coroutine function": (Methods().coroutine, ASYNC),
    "an object whose call is a coroutine": (AsyncObject(), ASYNC),
    "an object that cannot be called": (Uncallable(), CLASS),
    "a partial of a coroutine function": (functools.partial(coroutine), ASYNC),
    "a partial of an object whose call is a coroutine": (functools.partial(AsyncObject()), ASYNC),
    "a staticmethod of a coroutine function": (staticmethod(coroutine), ASYNC),
    "a cached coroutine function": (functools.lru_cache(coroutine), ASYNC),
    "a wrapper that is a coroutine function": (wraps(plain, coroutine), ASYNC),
    "a decorator whose call is a coroutine": (AsyncDecorator(plain), ASYNC),
    "asgiref's wrapper that makes a coroutine": (sync_to_async(plain), ASYNC),
    "a generator function": (generator, GENERATOR),
    "a bound generator function": (Methods().generator, GENERATOR),
    "a partial of a generator function": (functools.partial(generator), GENERATOR),
    "a staticmethod of a generator function": (staticmethod(generator), GENERATOR),
    "a wrapper that is a generator function": (wraps(plain, generator), GENERATOR),
    "a context manager": (contextmanager(generator), MANAGER),
    "an asynchronous context manager": (asynccontextmanager(async_generator), MANAGER),
    "a partial of a context manager": (functools.partial(contextmanager(generator)), MANAGER),
    "an application of werkzeug": (Request.application(lambda request: Response()), APPLICATION),
    "an application of werkzeug with another Request": (
        RequestWithMore.application(lambda request: Response()),
        APPLICATION,
    ),
    "a WSGI application": (lambda environ, start_response: [], takes("(environ, start_response)", RETURN)),
    "a function without arguments": (lambda: None, takes("()")),
    "a function of one argument": (one, takes("(req)")),
    "a function of a request alone": (lambda request: None, takes("(request)")),
    "a function of three arguments": (three, takes("(req, res, user)", READ_REQUEST)),
    "a function of a param": (lambda name: None, takes("(name)", READ_REQUEST)),
    "a function of keywords": (lambda *, req, res: None, takes("(*, req, res)")),
    "a bound method of one argument": (Methods().short, takes("(req)")),
    "a method that is not bound": (Methods.bound, takes("(self, req, res)", READ_REQUEST)),
    "a built-in function of one argument": (len, takes("(obj, /)", READ_REQUEST)),
    "a partial with too many arguments": (functools.partial(plain, 1), takes("(res)")),
    "a cached function of one argument": (functools.lru_cache(one), takes("(req)")),
    "a wrapper of one argument": (wraps(plain, one), takes("(req)")),
    "a wrapper of three arguments": (wraps(plain, three), takes("(req, res, user)", READ_REQUEST)),
    "a wrapper of no argument": (wraps(plain, lambda: None), takes("()")),
}  # fmt: skip


@pytest.mark.parametrize(("value", "message"), REJECTED.values(), ids=REJECTED)
def test_a_callable_that_cannot_answer_is_rejected(value: object, message: tuple[str, str]) -> None:
    """Its call would raise, or only make something that never runs."""
    with pytest.raises(Rejected) as caught:
        call_signature("GET", value, ("req", "res"))
    assert (caught.value.what, caught.value.remedy) == message


MIDDLEWARE: dict[str, tuple[Any, str]] = {
    "a context manager": (contextmanager(generator), "Drop the decorator: middleware is a generator function."),
    "a function of other arguments": (lambda a: None, "Write `def middleware(req, res):`."),
    "an asynchronous function": (coroutine, "fsapi is synchronous: drop the `async`."),
}


@pytest.mark.parametrize(("value", "remedy"), MIDDLEWARE.values(), ids=MIDDLEWARE)
def test_middleware_has_remedies_of_its_own(value: object, remedy: str) -> None:
    """Other than a handler it can be a generator function."""
    call_signature("middleware", generator, ("req", "res"), generator=True)
    with pytest.raises(Rejected) as caught:
        call_signature("middleware", value, ("req", "res"), generator=True)
    assert caught.value.remedy == remedy


INJECTS = """
import functools
def with_user(handler):
    @functools.wraps(handler)
    def wrapper(req, res):
        return handler(req, res, 'ada')
    return wrapper
@with_user
def GET(req, res, user): res.json(user)
"""


def test_a_decorator_may_add_an_argument(site: Site) -> None:
    """The handler gets what the decorator adds."""
    assert client(site({"a.py": INJECTS})).get("/a").json == "ada"
