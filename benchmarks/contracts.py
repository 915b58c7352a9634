"""Measure what contracts cost: against handlers without, against FastAPI, and with bodies made to be expensive.

| table | a figure is | compared with |
|---|---|---|
| the cost of binding | a request through the App | the handler without a contract |
| FastAPI | the binding of one request | the whole request of fsapi |
| hostile bodies | the rejection of 10 MB | the slower of two decodings by msgspec: the same bytes without a type, |
| | | or as many bytes that fit, to the type |
| routes without annotations | a request, with `--before REV` | that revision of this repository |

All are called in process and take turns. A figure is the best of all rounds, and only the ratios mean anything.
`make bench` runs it. FastAPI has an advantage: only its Request, `await request.json()` and `solve_dependencies`
are measured, not its routing, its answer, or the exit stacks that it makes for each request.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import msgspec
from cases import CASES
from fastapi.dependencies.utils import get_dependant, solve_dependencies
from send import call, environ
from starlette.requests import Request

from fsapi import App, Req, Res
from fsapi.contracts.binding import bind
from fsapi.request.body import Body
from fsapi.request.contract import Contract

HERE = Path(__file__).resolve().parent
CALLS, ROUNDS, SIZE = 1_000, 50, 10_000_000
USER, SEARCH = {"name": "Ada", "age": 36, "email": "ada@example.com"}, "page=2&tag=a&tag=b"
BODY = json.dumps(USER, separators=(",", ":")).encode()

#: Folder → the lines before its classes, and their base.
KINDS = {
    "Struct": ("", "msgspec.Struct"),
    "strict": ("", "msgspec.Struct, forbid_unknown_fields=True"),
    "dataclass": ("@dataclasses.dataclass", "object"),
    "TypedDict": ("", "TypedDict"),
    "pydantic": ("", "pydantic.BaseModel"),
}
TYPES = """
import dataclasses, fastapi, msgspec, pydantic
from typing import Annotated, TypedDict
from fsapi import Req
class Params(TypedDict):
    id: int
{0}
class Search({1}):
    page: int
    tag: list[str]
{0}
class User({1}):
    name: str
    age: int
    email: str
{0}
class Node({1}):
    pad: str
    inner: 'Node | None'
def endpoint(id: int, body: User, query: Annotated[Search, fastapi.Query()]): ...
"""
BY_HAND = """
def GET(req, res):
    res.json({'id': int(req.params['id'])})
def POST(req, res):
    body, query = req.body, req.query
    user = {'name': body['name'], 'age': body['age'], 'email': body['email']}
    res.json({'id': int(req.params['id']), 'page': int(query['page']), 'tag': query['tag'], **user})
"""
TYPED = """
def GET(req: Req[None, Params], res):
    res.json({'id': req.params['id']})
def POST(req: Req[User, Params, Search], res):
    body, query = req.body, req.query
    user = {'name': body.name, 'age': body.age, 'email': body.email}
    res.json({'id': req.params['id'], 'page': query.page, 'tag': query.tag[-1], **user})
"""
#: File → the type of its bodies.
BODIES = {
    "user": "User",
    "users": "list[User]",
    "groups": "dict[str, dict[str, list[User]]]",
    "strings": "list[str]",
    "nested": "Node",
}

Block = Callable[[], float]

#: The code of a process with one version of the package: it reads a case, and writes the microseconds of a request.
WORKER = f"""
import sys, tempfile
from pathlib import Path
from time import perf_counter
from apps import with_fsapi
from cases import CASES
from send import call, environ
with tempfile.TemporaryDirectory() as folder:
    app = with_fsapi(Path(folder))
    for line in sys.stdin:
        case = next(case for case in CASES if case.name == line.strip())
        made, body = environ(case.method, case.path, case.body, case.query), case.body
        start = perf_counter()
        for _ in range({CALLS}):
            call(app, made, body)
        print((perf_counter() - start) / {CALLS} * 1e6, flush=True)
"""


def project(folder: Path) -> App:
    """Return an App with the handlers that the tables compare."""
    files = {"none/[id].py": BY_HAND}
    for name, kind in KINDS.items():
        files[f"{name}/[id].py"] = TYPES.format(*kind) + TYPED
        for file, body in BODIES.items():
            files[f"{name}/{file}.py"] = TYPES.format(*kind) + f"def POST(req: Req[{body}], res):\n    res.json(None)\n"
    for file, source in files.items():
        path = folder / "server" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return App(folder)


def time(work: Callable[[], object], calls: int = CALLS) -> float:
    """Return the microseconds of a call, averaged over many."""
    start = perf_counter()
    for _ in range(calls):
        work()
    return (perf_counter() - start) / calls * 1e6


def best(blocks: dict[str, Block], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the best of all rounds of blocks that take turns."""
    found = dict.fromkeys(blocks, float("inf"))
    for _ in range(rounds):
        for name, block in blocks.items():
            found[name] = min(found[name], block())
    return found


def show(title: str, blocks: dict[str, Block], rounds: int = ROUNDS) -> None:
    """Print microseconds, and the ratio to the first."""
    found = best(blocks, rounds)
    print(title)
    for name, spent in found.items():
        print(f"  {name:48}{spent:8.2f} us {spent / next(iter(found.values())):6.2f} x")


def asked(app: App, method: str, path: str, body: bytes) -> Callable[[], bytes]:
    """Return the function that sends a request."""
    return partial(call, app, {**environ(method, path, body), "QUERY_STRING": SEARCH}, body)


def binding(app: App) -> None:
    """Print what contracts cost a request."""
    post = {"id": 42, "page": 2, "tag": "b", **USER}
    for method, body, answer in (("GET", b"", {"id": 42}), ("POST", BODY, post)):
        works = {kind: asked(app, method, f"/{kind}/42", body) for kind in ("none", "Struct", "dataclass", "pydantic")}
        for kind, work in works.items():
            if json.loads(work()) != answer:
                raise SystemExit(f"{kind} answers {work()!r}")
        show(f"What binding costs: {method}", {kind: partial(time, work) for kind, work in works.items()})


def beside_fastapi(app: App) -> None:
    """Print the cost of binding a request."""
    routes = {route.pattern: route for route in app.routes}
    types: Any = routes["/Struct/[id]"].module
    bound = bind(Contract(types.User, types.Params, types.Search), lambda req, res: None)
    made = {**environ("POST", "/Struct/42", BODY), "QUERY_STRING": SEARCH}

    def alone() -> None:
        fresh = {**made, "wsgi.input": io.BytesIO(BODY)}
        bound(Req(fresh, "POST", routes["/Struct/[id]"], {"id": "42"}, Body(fresh, SIZE)), Res())

    blocks: dict[str, Block] = {
        "fsapi: the whole request": partial(time, asked(app, "POST", "/Struct/42", BODY)),
        "fsapi: binding": partial(time, alone),
        "FastAPI: Request, json() and solve_dependencies()": with_fastapi(vars(routes["/pydantic/[id]"].module)),
    }
    show("Beside FastAPI", blocks)


def with_fastapi(names: dict[str, Any]) -> Block:
    """Return the block that solves what FastAPI calls the dependencies of an endpoint, in one running loop."""
    dependant = get_dependant(path="/pydantic/{id}", call=names["endpoint"])
    fields = {"host": "127.0.0.1:8000", "user-agent": "benchmark", "accept": "*/*", "content-type": "application/json"}
    headers = [(name.encode(), value.encode()) for name, value in fields.items()]
    scope = {"type": "http", "method": "POST", "query_string": SEARCH.encode(), "headers": headers}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def block() -> float:
        async with AsyncExitStack() as stack:
            stacks = {"fastapi_inner_astack": stack, "fastapi_function_astack": stack}
            start = perf_counter()
            for _ in range(CALLS):
                request = Request({**scope, **stacks, "path_params": {"id": "42"}}, receive)
                body = await request.json()
                solved = await solve_dependencies(
                    request=request, dependant=dependant, body=body, async_exit_stack=stack, embed_body_fields=False
                )
            spent = (perf_counter() - start) / CALLS * 1e6
        if solved.errors or solved.values["id"] != 42:
            raise SystemExit(f"FastAPI finds {solved.errors or solved.values}")
        return spent

    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(block())


def hostile() -> Iterator[tuple[str, str, bytes, bytes]]:
    """Yield the fault, the route, a body with the fault, and a body of equal length that fits."""
    good, bad = BODY.replace(b"36", b"360"), BODY.replace(b"36", b'"3"')
    many = SIZE // (len(good) + 1)
    strange = b"{%b," % b",".join(b'"%d":1' % number for number in range(900_000))
    group, fits = b'{"a":{"b":%b}}', array([good] * many)
    nested = b'{"pad":"%b","inner":' % (b"x" * 20_000) * 450 + b"%b" + b"}" * 450
    for kind in ("Struct", "dataclass", "TypedDict"):
        yield "all rows", f"/{kind}/users", array([bad] * many), fits
        yield "the last row", f"/{kind}/users", array([good] * (many - 1) + [bad]), fits
        yield "the first and the last row", f"/{kind}/users", array([bad] + [good] * (many - 2) + [bad]), fits
        yield "rows without their fields", f"/{kind}/users", array([b"{}"] * (SIZE // 3)), fits
        yield "900,000 unknown keys", f"/{kind}/user", strange + b'"name":1}', strange + BODY[1:]
        yield "450 levels down", f"/{kind}/nested", nested % b"1", nested % b"null"
    yield "900,000 unknown keys", "/strict/user", strange + BODY[1:], BODY
    yield "5,000,000 ints for text", "/Struct/strings", array([b"1"] * 5_000_000), array([b'"a"'] * 2_500_000)
    yield "the last row, two levels down", "/Struct/groups", group % array([good] * (many - 1) + [bad]), group % fits
    yield "all rows, and cut off", "/Struct/users", array([bad] * many)[:-1], fits
    yield "5,000,000 brackets", "/Struct/users", b"[" * 5_000_000, array([good] * (many // 2))


def array(parts: list[bytes]) -> bytes:
    """Return a JSON array."""
    return b"[%b]" % b",".join(parts)


def decode(body: bytes) -> None:
    """Decode a body up to its first error."""
    with suppress(RecursionError, msgspec.DecodeError):
        msgspec.json.decode(body)


def refusals(app: App) -> None:
    """Print milliseconds for rejecting hostile bodies and for decoding as much, and how many errors are listed."""
    print("Hostile bodies")
    modules = {route.pattern: vars(route.module) for route in app.routes}
    for name, path, body, fits in hostile():
        kind = get_args(modules[path]["POST"].__annotations__["req"])[0]
        work = asked(app, "POST", path, body)
        typed = partial(msgspec.json.decode, fits, type=kind)
        works: dict[str, Callable[[], object]] = {"refused": work, "plain": partial(decode, body), "typed": typed}
        found = best({name: partial(time, work, 1) for name, work in works.items()}, 4)
        decoded, told = max(found["plain"], found["typed"]), len(json.loads(work()).get("details", ()))
        times = f"{found['refused'] / 1e3:9.1f} ms{decoded / 1e3:9.1f} ms{found['refused'] / decoded:6.2f} x"
        print(f"  {name:31}{path:18}{times}{told:4} details")


def worker(package: Path) -> Callable[[str], float]:
    """Start a process with the package of a folder, and return the function that measures one block in it."""
    given = {**os.environ, "PYTHONPATH": str(package), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", WORKER]
    process = subprocess.Popen(command, cwd=HERE, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(case: str) -> float:
        print(case, file=process.stdin, flush=True)
        return float((process.stdout or io.StringIO()).readline())

    return ask


def before(revision: str) -> None:
    """Print the cost of a request without annotations, now and at a revision."""
    command = ["git", "archive", revision, "fsapi"]
    packed = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(folder, filter="data")
        ask = {revision: worker(Path(folder)), "now": worker(HERE.parent)}
        for case in CASES:
            works: dict[str, Block] = {name: partial(each, case.name) for name, each in ask.items()}
            show(f"Routes without annotations: {case.name}", works, 100)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure what contracts cost.")
    parser.add_argument("--before", metavar="REV", help="compare routes without annotations with a revision, only")
    revision = parser.parse_args().before
    if revision:
        before(revision)
        return
    with tempfile.TemporaryDirectory() as folder:
        app = project(Path(folder))
        binding(app)
        beside_fastapi(app)
        refusals(app)


if __name__ == "__main__":
    main()
