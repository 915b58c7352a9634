"""Turn what a handler returns into the response."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, NamedTuple, TypeGuard, TypeVar

from werkzeug.wrappers import Response

from fsapi.request.req import Req, environ_of
from fsapi.response.res import Res
from fsapi.response.sending import adopt
from fsapi.response.wsgi_app import call_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


# The attribute of an exception with the code of the function that it is about; None if that is not known.
_ABOUT = "_fsapi_about"

E = TypeVar("E", bound=BaseException)


class Place(NamedTuple):
    """A function of the project as messages name it, and its code if that is known."""

    text: str
    code: CodeType | None

    def __str__(self) -> str:
        return self.text


def place(file: str, name: str, function: object) -> Place:
    """Return the place of a function of a file other than a route file; it has a line if it is written there."""
    code = _code_of(function)
    if code is None:
        return Place(f"{file}: {name}", None)
    is_there = code.co_filename.replace(os.sep, "/").endswith(f"/{file}")
    return Place(f"{file}:{code.co_firstlineno}: {name}" if is_there else f"{file}: {name}", code)


def blame(exc: E, function: Place) -> E:
    """Return an exception about what a function has done, whose frames the traceback does not have."""
    vars(exc).setdefault(_ABOUT, function.code)
    return exc


def code_about(exc: BaseException, req: Req) -> CodeType | None:
    """Return the code of the function that an exception is about: the handler, unless another one is blamed."""
    code: CodeType | None = vars(exc)[_ABOUT] if _ABOUT in vars(exc) else handler_code(req)
    return code


def answer_with(returned: object, req: Req, res: Res) -> None:
    """Turn a handler's return value into the response; raise where it neither answered nor returned an answer."""
    if returned is None:
        raise RuntimeError(f"{_who(req)} did not end the response: call res.json(...) or res.end(...)")
    adopt_returned(returned, partial(_who, req), req, res)


def adopt_returned(returned: object, who: Callable[[], Place], req: Req, res: Res) -> None:
    """Answer with a returned Response or WSGI application; raise where that is impossible, with the Response closed.

    `who` names the function in the message, and is called for that alone.
    """
    response = returned if isinstance(returned, Response) else None
    try:
        response = _to_response(returned, who, req, res)
        adopt(res, response, environ_of(req))
    except BaseException as exc:
        if response is not None:
            response.close()
        blame(exc, who())
        raise


def handler_code(req: Req) -> CodeType | None:
    """Return the code of the handler that answers a request; None if it is not written in the route file."""
    route, module = req.route, vars(req.route.module)
    names = (req.method, "GET" if req.method == "HEAD" else "default", "default", "page")
    handler: object = next((module.get(name) for name in names if name in route.exports), None)
    code = _code_of(handler)
    return code if code is not None and code.co_filename == module.get("__file__") else None


def _code_of(function: object) -> CodeType | None:
    """Return the code of a function, also of a decorated or partial one and of an object that is called like one."""
    function = inspect.unwrap(function) if callable(function) else None
    while isinstance(function, partial):
        function = function.func
    call = getattr(type(function), "__call__", None)  # noqa: B004 # its code is wanted, not whether there is one
    codes = (getattr(each, "__code__", None) for each in (function, call))
    return next((code for code in codes if isinstance(code, CodeType)), None)


def _who(req: Req) -> Place:
    """Return the file and the method that answer a request, with the line of the handler if that is known."""
    code = handler_code(req)
    line = "" if code is None else f":{code.co_firstlineno}"
    return Place(f"{req.route.file}{line}: {req.method}", code)


def _to_response(returned: object, who: Callable[[], Place], req: Req, res: Res) -> Response:
    """Return what a handler returned as a Response; raise TypeError for any other value."""
    name = f"the class {returned.__qualname__}" if isinstance(returned, type) else type(returned).__qualname__
    if res.ended:
        raise TypeError(f"{who()} ended the response and returned {name}: do one of the two")
    if isinstance(returned, Response):
        return returned
    if not _is_wsgi_app(returned):
        raise TypeError(f"{who()} returned {name}: call res.json(...), or return a werkzeug Response")
    return call_wsgi_app(returned, req.environ)


def _is_wsgi_app(value: object) -> TypeGuard[WSGIApplication]:
    """Return whether a value can be called with an environ and start_response; what it wraps is not asked.

    A class is an application only if its instances are the body, as in an example of PEP 3333.
    """
    if not callable(value) or (isinstance(value, type) and not hasattr(value, "__iter__")):
        return False
    try:
        inspect.signature(value, follow_wrapped=False).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # some built-in callables have no signature
        return not isinstance(value, type)
    return True
