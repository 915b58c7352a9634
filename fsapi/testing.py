"""Call a handler in a test, without a tree, a URL or a server.

answer = call(users.POST, json={"name": "Ada"}, state={"user": ada})
assert answer.status_code == 201
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from contextvars import copy_context
from functools import partial
from types import CodeType, ModuleType
from typing import IO, TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from fsapi.answers.writer import answering
from fsapi.contracts.binding import bind
from fsapi.contracts.body import content_types
from fsapi.contracts.typeinfo import describe
from fsapi.exports.reader import read_contracts, read_limits
from fsapi.json.encode import encode
from fsapi.request.contract import UNTYPED
from fsapi.request.req import Req
from fsapi.request.route import METHODS, Handler, Limits, Route
from fsapi.respond import Responder
from fsapi.response.res import Res
from fsapi.routing.methods import method_not_allowed, method_table
from fsapi.tree.mistakes import TreeError
from fsapi.tree.patterns import Pattern

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: The default of `json`: no body, since None is a body.
NO_BODY: Any = object()


def call(
    handler: Handler,
    /,
    *,
    method: str | None = None,
    params: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | str | None = None,
    headers: Mapping[str, str] | None = None,
    json: Any = NO_BODY,
    data: str | bytes | IO[bytes] | Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    environ: Mapping[str, Any] | None = None,
) -> TestResponse:
    """Return what a handler answers, within its contract.

    `method` is the name of the function, else GET. `params` are those of the path: text, or what a matcher makes of it;
    a contract converts them, and without one the handler gets them as they are. `query` is a query string, or its
    params by name, with a list for several. `json` is any data that `res.json` could send, and `data` a raw body, or a
    form by name, with files as in Werkzeug's test client: one of the two. `state` is what middleware would have set on
    `req.state`, which does not run. `environ` adds to the WSGI environ.

    HTTP exceptions are answered, also those of the contract; all others are raised. Raise TreeError for a handler that
    would stop the start, and TypeError for other params than those of its contract.
    """
    if json is not NO_BODY and data is not None:
        raise TypeError("call() takes json or data, not both")
    method = method or _method_of(handler)
    route = _route(handler, method, dict(state or {}))
    for contract in route.contracts.values():
        _check_params(method, contract.params, params or {})
    sent = Headers(headers)
    builder = EnvironBuilder(
        method=method,
        query_string=query,
        headers=sent,
        data=data if json is NO_BODY else encode(json),
        content_type=None if json is NO_BODY or "Content-Type" in sent else "application/json",
    )
    try:
        made = {**builder.get_environ(), **(environ or {})}
    finally:
        builder.close()
    respond = Responder(route, always_raises=True, has_pages=False).respond

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        context = copy_context()
        return context.run(respond, environ, start_response, route, dict(params or {}), context)

    return TestResponse(*run_wsgi_app(app, made, buffered=True), request=builder.request_class(made))


def _method_of(handler: Handler) -> str:
    """Return the method that a function is named after, else GET."""
    name = getattr(handler, "__name__", "")
    return name if name in METHODS else "GET"


def _check_params(method: str, contract: Any, params: Mapping[str, Any]) -> None:
    """Raise TypeError unless these are the params of a contract; a path that lacks one gives None."""
    if contract is UNTYPED:
        return
    asked = {field.json_name: field.required for field in describe(contract).fields.values()}
    for name, required in asked.items():
        if required and name not in params:
            write = f'params={{"{name}": ...}}'
            raise TypeError(f"call() lacks the param `{name}`, which the contract of {method} asks for: write {write}")
    for name in params:
        if asked and name not in asked:
            names = ", ".join(f"`{known}`" for known in asked)
            raise TypeError(f"call() got the param `{name}`, but the contract of {method} has {names}")


def _route(handler: Handler, method: str, state: Mapping[str, Any]) -> Route:
    """Return a route of one handler, which finds the state in its request."""
    name, module = method if method in METHODS else "default", _module_with(handler)
    contracts, mistakes = read_contracts(module, module.__name__, {name: handler})
    limits, wrong = read_limits(module, module.__name__, Limits())
    if mistakes or wrong:
        line = _line(handler, module)
        raise TreeError([*(mistake._replace(line=line) for mistake in mistakes), *wrong])
    contract = contracts[name]
    bound = bind(contract, answering(contract, handler, f"{name} in {module.__name__}"))

    def start(req: Req, res: Res) -> object:
        vars(req.state).update(state)
        return bound(req, res)

    methods = method_table({name: start})
    return Route(
        file=module.__name__,
        pattern="",
        module=_module_of(handler, name, module),
        url=Pattern(),
        variables=(),
        methods=methods,
        otherwise=method_not_allowed(methods, seen=False),
        limits=limits,
        reads_body=bool(content_types(contract.body)),
        exports=(name,),
        contracts=contracts,
    )


def _line(handler: Handler, module: ModuleType) -> int | None:
    """Return the line of a handler in the file of its module; the module may have another of the same name."""
    code = getattr(inspect.unwrap(handler), "__code__", None)
    if isinstance(code, CodeType) and code.co_filename == getattr(module, "__file__", None):
        return code.co_firstlineno
    return None


def _module_with(handler: Handler) -> ModuleType:
    """Return the module in which a handler is written, also of a partial one."""
    while isinstance(handler, partial):
        handler = handler.func
    return inspect.getmodule(handler) or ModuleType("test")


def _module_of(handler: Handler, name: str, module: ModuleType) -> ModuleType:
    """Return a route file that has a handler under the name of its method, for the line in messages."""
    file = ModuleType(module.__name__)
    vars(file).update({"__file__": getattr(module, "__file__", None), name: handler})
    return file
