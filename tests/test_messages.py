"""Every message about a mistake in a tree, word for word."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from fsapi import App, TreeError
from tests.site import Site, write

OK = "def GET(req, res): res.end()\n"
PAGE = "def page(req): return ''\n"
FORMS = "Write [id], [id=int], [[id]], [...slug] or [[...slug]]; a name is ASCII letters, digits, _ and -."

MESSAGES: list[tuple[dict[str, str], str]] = [
    (
        {"users/[id].py": OK, "users/[slug].py": OK},
        "server/users/[slug].py: serves the same URLs as server/users/[id].py\n  Move their handlers into one file.",
    ),
    (
        {"f/index.py": OK, "f/[[...x]].py": OK},
        "server/f/index.py: serves /f, as server/f/[[...x]].py does\n"
        "  Rename [[...x]] to [...x], or move their handlers into one file.",
    ),
    (
        {"x/[[y]].py": OK, "[[y]]/x.py": OK},
        "server/x/[[y]].py: serves /x, as server/[[y]]/x.py does\n"
        "  Rename [[y]] to [y], or move their handlers into one file.",
    ),
    (
        {"Users.py": OK, "users.py": OK},
        "server/users.py: differs from server/Users.py only in case or Unicode form\n  Rename one of them.",
    ),
    (
        {"a/[...x]/b.py": OK},
        "server/a/[...x]/b.py: `[...x]` takes the rest of the path, but is not last\n  Move it to the end.",
    ),
    (
        {"[id]/b/[id].py": OK},
        "server/[id]/b/[id].py: the path has two params named `id`\n  Rename one of them.",
    ),
    ({"[größe].py": OK}, f"server/[größe].py: the brackets of the segment `[größe]` are malformed\n  {FORMS}"),
    ({"[id.py": OK}, f"server/[id.py: the brackets of the segment `[id` are malformed\n  {FORMS}"),
    (
        {"[a][b].py": OK},
        "server/[a][b].py: `[a][b]` has two params with no text between them\n  Put text between them, as in [a]-[b].",
    ),
    (
        {"a[[b]].py": OK},
        "server/a[[b]].py: `[[b]]` must be a whole segment, but is part of `a[[b]]`\n"
        "  Make it the whole name of a file or folder.",
    ),
    ({"[id=itn].py": OK}, "server/[id=itn].py: `[id=itn]` has the unknown matcher `itn`\n  Write [id=int]."),
    (
        {"[id=X].py": OK},
        "server/[id=X].py: `[id=X]` has the unknown matcher `X`\n  The matchers are int and uuid.",
    ),
    ({"{id}.py": OK}, "server/{id}.py: `{id}` is the syntax of another framework\n  Write [id]."),
    ({"{p:path}.py": OK}, "server/{p:path}.py: `{p:path}` is the syntax of another framework\n  Write [...p]."),
    ({"<int:id>.py": OK}, "server/<int:id>.py: `<int:id>` is the syntax of another framework\n  Write [id=int]."),
    ({"(.*)/a.py": OK}, "server/(.*)/a.py: `(.*)` is the syntax of another framework\n  Write [...path]."),
    ({"[id=str].py": OK}, "server/[id=str].py: `[id=str]` has the unknown matcher `str`\n  Write [id]."),
    (
        {"a#b.py": OK},
        "server/a#b.py: the name `a#b` contains '#', which a URL segment cannot contain\n  Rename it.",
    ),
    ({"()/x.py": OK}, "server/()/x.py: the group `()` has no name\n  Name it, as in (admin)."),
    (
        {"([id])/x.py": OK},
        "server/([id])/x.py: the group `([id])` has a param, but adds nothing to the URL\n  Rename it to [id].",
    ),
    (
        {"(admin).py": OK},
        "server/(admin).py: `(admin)` is a group, but groups are folders\n  Rename it to admin.py.",
    ),
    (
        {"[id]/__init__.py": "", "[id]/a.py": OK},
        "server/[id]/__init__.py: type checkers cannot read a package in a bracketed folder\n  Delete it.",
    ),
    (
        {"a.py": OK, "_Middleware.py": ""},
        "server/_Middleware.py: is ignored, but is nearly called _middleware.py\n"
        "  Name it _middleware.py, or give it a name that is less like it.",
    ),
    (
        {"a.py": OK, "_errors/x.py": ""},
        "server/_errors: is a folder that is ignored, but is nearly called _error.py\n"
        "  Make it the file _error.py, or give it a name that is less like it.",
    ),
    (
        {f"{'/'.join(f'[[p{n}]]' for n in range(7))}.py": OK, "a.py": OK},
        "server/[[p0]]/[[p1]]/[[p2]]/[[p3]]/[[p4]]/[[p5]]/[[p6]].py: the path has more than 6 optional segments\n"
        "  Make some of them required, as in [p6].",
    ),
    (
        {"index.py": "async def GET(req, res): ..."},
        "server/index.py:1: GET is async\n  fsapi is synchronous: drop the `async`.",
    ),
    (
        {"a.py": "def GET(req, res): yield"},
        "server/a.py:1: GET is a generator function, which would never run\n  Return a werkzeug Response that streams.",
    ),
    ({"a.py": "GET = 5"}, "server/a.py:1: GET is not a function\n  Write `def GET(req, res):`."),
    (
        {"a.py": "def GET(req): ..."},
        "server/a.py:1: GET takes (req), but is called with (req, res)\n  Write `def GET(req, res):`.",
    ),
    (
        {"a.py": "def GET(id): ..."},
        "server/a.py:1: GET takes (id), but is called with (req, res)\n"
        "  Write `def GET(req, res):`. "
        'What was sent is in `req.params["id"]`, `req.query.get("q")` and `req.body`.',
    ),
    (
        {"a.py": "def GET(res, req): ..."},
        "server/a.py:1: GET takes (res, req), but is called with (req, res)\n  Write `def GET(req, res):`.",
    ),
    (
        {"a.py": "def GET(environ, start_response): ..."},
        "server/a.py:1: GET takes (environ, start_response), but is called with (req, res)\n"
        "  Write `def GET(req, res):`. Return the WSGI application from it.",
    ),
    (
        {"a.py": "from fsapi import Req, Res\ndef GET(req: Req, res: Res[int] | Res[list[int]]): ..."},
        "server/a.py:2: the annotations of GET have two contracts, Res[int] and Res[list[int]]\n"
        "  Write one of them. A union goes into its brackets: Res[A | B].",
    ),
    (
        {"a.py": "from fsapi import Req, Res\ndef POST(req: 'Req | Req[int]', res: Res): ..."},
        "server/a.py:2: the annotations of POST have two contracts, Req and Req[int]\n"
        "  Write one of them. A union goes into its brackets: Req[A | B].",
    ),
    (
        {
            "a.py": "from typing import overload\n@overload\ndef GET(req): ...\n@overload\ndef GET(req, res): ...\n"
            "def GET(req, res): ..."
        },
        "server/a.py:6: GET has overloads, which are not read\n  Write one contract: Req[A | B], Res[C | D].",
    ),
    (
        {"a.py": "from typing import no_type_check\n@no_type_check\ndef GET(req, res): ..."},
        "server/a.py:3: GET has @no_type_check, so its annotations are not read\n  Drop the decorator.",
    ),
    (
        {
            "a.py": "from typing import TypeVar\nfrom fsapi import Req, Res\nT = TypeVar('T')\n"
            "def GET(req: Req, res: Res[list[T]]): ..."
        },
        "server/a.py:4: the data type of GET has the type variable T, which stands for any type\n"
        "  Write the type itself, or Any.",
    ),
    (
        {"a.py": "from fsapi import Req, Res\ndef GET(res: Res, req: Req): ..."},
        "server/a.py:2: GET takes (res: Res, req: Req), but is called with (req: Req, res: Res)\n"
        "  Write `def GET(req: Req, res: Res):`.",
    ),
    (
        {"a.py": "def GET(id: int, q: str = ''): ..."},
        "server/a.py:1: GET takes (id: int, q: str), but is called with (req: Req, res: Res)\n"
        "  Write `def GET(req: Req, res: Res):`. "
        'What was sent is in `req.params["id"]`, `req.query.get("q")` and `req.body`.',
    ),
    (
        {"a.py": "def GET(req, res) -> dict[str, int]: return {}"},
        "server/a.py:1: GET is annotated to return dict[str, int], but returned data is not sent\n"
        "  Send it with `res.json(...)`, and write `-> None`.",
    ),
    (
        {"a.py": "from werkzeug.wrappers import Request\n@Request.application\ndef GET(request): ..."},
        "server/a.py:3: GET is a WSGI application, made by @Request.application\n"
        "  Write `def GET(req, res):`. `req.raw` is the werkzeug Request, and the Response can be returned.",
    ),
    (
        {"a.py": "from contextlib import contextmanager\n@contextmanager\ndef GET(req, res): yield"},
        "server/a.py:3: GET is a context manager, which would never run\n  Write `def GET(req, res):`.",
    ),
    (
        {
            "a.py": OK,
            "_middleware.py": "from contextlib import contextmanager\n@contextmanager\ndef middleware(req, res): yield",
        },
        "server/_middleware.py:3: middleware is a context manager, which would never run\n"
        "  Drop the decorator: middleware is a generator function.",
    ),
    (
        {"a.py": OK, "_middleware.py": "middleware = []"},
        "server/_middleware.py:1: middleware is an empty list\n"
        "  Write functions into it: `middleware = [first, second]`.",
    ),
    (
        {"a.py": OK, "_middleware.py": "def first(req, res): ...\nmiddleware = [first, [first]]"},
        "server/_middleware.py:2: middleware[1] is not a function\n"
        "  Write functions into it: `middleware = [first, second]`.",
    ),
    (
        {"a.py": OK, "_middleware.py": "def first(req): ...\nmiddleware = [first]"},
        "server/_middleware.py:2: middleware[0] takes (req), but is called with (req, res)\n"
        "  Write `def middleware(req, res):`.",
    ),
    (
        {"a.py": OK, "_middleware.py": "X = 1"},
        "server/_middleware.py:1: defines no middleware\n  Write `def middleware(req, res):`.",
    ),
    (
        {"a.py": OK, "_middleware.py": "openapi = None\ndef middlewares(req, res): ..."},
        "server/_middleware.py:2: defines no middleware, but `middlewares` looks like it\n  Name it middleware.",
    ),
    (
        {"a.py": OK, "_middleware.py": "def middlewares(req, res): ..."},
        "server/_middleware.py:1: defines no middleware, but `middlewares` looks like it\n  Name it middleware.",
    ),
    (
        {"a.py": OK, "_error.py": "X = 1"},
        "server/_error.py:1: defines no error\n  Write `def error(req, res, error):`.",
    ),
    (
        {"a.py": OK, "_error.py": "from fsapi import Error\ndef errors(req, res, error): ..."},
        "server/_error.py:2: defines no error, but `errors` looks like it\n  Name it error.",
    ),
    (
        {"a.py": OK, "_error.py": "def error(exc): ..."},
        "server/_error.py:1: error takes (exc), but is called with (req, res, error)\n"
        "  Write `def error(req, res, error):`.",
    ),
    (
        {"a.py": OK, "_error.py": "def error(error, req, res): ..."},
        "server/_error.py:1: error takes (error, req, res), but is called with (req, res, error)\n"
        "  Write `def error(req, res, error):`.",
    ),
    (
        {"a.py": OK, "_error.py": "from fsapi import Req, Res\ndef error(req: Req, res: Res, error: ValueError): ..."},
        "server/_error.py:2: error takes (req: Req, res: Res, error: ValueError), "
        "but is called with (req: Req, res: Res, error: Error)\n"
        "  Write `def error(req: Req, res: Res, error: Error):`.",
    ),
    (
        {"a.py": OK, "_error.py": "from fsapi import Req\ndef error(req: Req[int], res, error): ..."},
        "server/_error.py:2: the annotations of error have a contract for the request, which an error need not fit\n"
        "  Write Req without types.",
    ),
    (
        {
            "a.py": OK,
            "_error.py": "from fsapi import Res\nfrom typing import *\n"
            "def error(req, res: Res[str, Literal[400]], error): ...",
        },
        "server/_error.py:3: Res of error has a status, but an error has its own\n  Write Res[Data].",
    ),
    (
        {"a.py": OK, "_error.py": "class Error: ...\ndef error(req, res, error: Error): ..."},
        "server/_error.py:2: error takes (req, res, error: server._error.Error), "
        "but is called with (req: Req, res: Res, error: Error)\n"
        "  Write `def error(req: Req, res: Res, error: Error):`.",
    ),
    (
        {"a.py": OK, "_error.py": "async def error(req, res, error): ..."},
        "server/_error.py:1: error is async\n  fsapi is synchronous: drop the `async`.",
    ),
    (
        {"a.py": OK, "_error.py": "def error(req, res, error) -> dict: ..."},
        "server/_error.py:1: error is annotated to return dict, but returned data is not sent\n"
        "  Send it with `res.json(...)`, and write `-> None`.",
    ),
    (
        {"a.py": OK + "def post(req, res): ..."},
        "server/a.py:2: `post` looks like the handler POST, but is not one\n"
        "  Name it POST, or _post if it is a helper.",
    ),
    (
        {"a.py": OK + "def get(req, res): ..."},
        "server/a.py:2: `get` looks like the handler GET, but is not one\n  Name it _get if it is a helper.",
    ),
    (
        {"a.py": "def GET(req: 'User', res): ..."},
        "server/a.py:1: an annotation of GET needs User, which is not defined at run time\n"
        "  Import User outside of `if TYPE_CHECKING:`: annotations are read when the app starts.",
    ),
    (
        {"a.py": "def GET(req: '1/0', res): ..."},
        "server/a.py:1: an annotation of GET cannot be read: ZeroDivisionError: division by zero\n  Fix or remove it.",
    ),
    (
        {"[id].py": "from fsapi import Req\ndef GET(req: Req[None, dict[str, int]], res): ..."},
        "server/[id].py:2: the params type of GET is dict[str, int], which has no fields\n"
        "  Write a TypedDict, a dataclass or a msgspec.Struct with a field for each name.",
    ),
    (
        {"a.py": "from fsapi import Req\ndef POST(req: Req[complex], res): ..."},
        "server/a.py:2: the body type of POST contains complex, which cannot be written as JSON\n"
        "  Use a msgspec.Struct, a dataclass, a TypedDict or another type that can be written as JSON.",
    ),
    (
        {
            "a.py": "from dataclasses import dataclass, field\nfrom fsapi import Req\n@dataclass\nclass Body:\n"
            "    admin: bool = field(init=False, default=False)\ndef POST(req: Req[Body], res): ..."
        },
        "server/a.py:6: the body type of POST has `Body.admin`, which a client could fill, but __init__ cannot\n"
        "  Write a type without it for what clients send.",
    ),
    (
        {"a.py": "from fsapi import Req\ndef POST(req: Req[list[set[list[int]]]], res): ..."},
        "server/a.py:2: the body type of POST has `set[list[int]]`, but list[int] cannot be in a set\n"
        "  Write `list[list[int]]`.",
    ),
    (
        {"a.py": "from fsapi import Req\nfrom tests.models import Id\ndef GET(req: Req[None, Id], res): ..."},
        "server/a.py:3: the params of GET have `id`, which is not in the path\n  Remove it, or add it to the path.",
    ),
    (
        {"a.py": OK, "_middleware.py": "from fsapi import Req\ndef middleware(req: Req[int], res): ..."},
        "server/_middleware.py:2: the annotations of middleware have a contract, "
        "but middleware runs before contracts are checked\n"
        "  Write Req and Res without types.",
    ),
    (
        {
            "a.py": f"from fsapi import Req\n{OK}def POST(req: Req[complex], res): ...",
            "[id].py": OK + "async def PUT(req, res): ...",
        },
        "server/[id].py:2: PUT is async\n  fsapi is synchronous: drop the `async`.\n"
        "server/a.py:3: the body type of POST contains complex, which cannot be written as JSON\n"
        "  Use a msgspec.Struct, a dataclass, a TypedDict or another type that can be written as JSON.",
    ),
    (
        {"users/index.py": "def get(req, res): ..."},
        "server/users/index.py:1: defines no handler, but `get` looks like one\n  Name it GET, in capitals.",
    ),
    (
        {"a.py": "def DEFAULT(req, res): ..."},
        "server/a.py:1: defines no handler, but `DEFAULT` looks like one\n  Name it default, in lower case.",
    ),
    (
        {"a.py": "X = 1", "b.py": OK},
        "server/a.py:1: defines no handler\n"
        "  Write `def GET(req, res):`, or start the file name with _ if it is not a route file.",
    ),
    (
        {"middlewares.py": "def middleware(req, res): ...", "errors.py": "X = 1", "b.py": OK},
        "server/errors.py:1: defines no handler\n"
        "  Write `def GET(req, res):`, or name the file _error.py if that is what it is meant to be.\n"
        "server/middlewares.py:1: defines no handler\n"
        "  Write `def GET(req, res):`, or name the file _middleware.py if that is what it is meant to be.",
    ),
    (
        {"a.py": OK + "max_body = '10 MB'"},
        "server/a.py:2: max_body is '10 MB'\n  Write a number of bytes, or None for no limit.",
    ),
    (
        {"a.py": OK + "max_fields = 1.5"},
        "server/a.py:2: max_fields is 1.5\n  Write a number of fields, or None for no limit.",
    ),
    (
        {
            "a.py": "import typing, pydantic\nfrom fsapi import Req, Res\nclass M(pydantic.BaseModel):\n"
            "    x: typing.Callable[[], int]\ndef GET(req: Req, res: Res[M]): ..."
        },
        "server/a.py:5: the data type of GET cannot be described in a document: "
        "Cannot generate a JsonSchema for core_schema.CallableSchema\n  Give its fields types that have a JSON Schema.",
    ),
    (
        {
            "a.py": "from fsapi import Req, Res\nimport attrs\n@attrs.define\nclass M:\n"
            "    a: int = attrs.field(converter=int)\ndef POST(req: Req[M], res: Res): ..."
        },
        "server/a.py:6: the body type of POST has `M.a`, whose converter would not run\n"
        "  Convert the value in __attrs_post_init__.",
    ),
    (
        {
            "a.py": "from fsapi import Req, Res\nimport attrs\n@attrs.define\nclass M:\n"
            "    a: int = attrs.field(alias='b')\ndef POST(req: Req[M], res: Res): ..."
        },
        "server/a.py:6: the body type of POST has `M.a` with the alias b, which JSON does not have\n"
        "  Name the field b.",
    ),
    (
        {
            "a.py": "from fsapi import Req, Res\nimport dataclasses\n@dataclasses.dataclass(init=False)\nclass M:\n"
            "    a: int\n    def __init__(self, a): ...\ndef POST(req: Req[M], res: Res): ..."
        },
        "server/a.py:7: the body type of POST has `M`, whose own __init__ would not run\n"
        "  Write __post_init__ instead.",
    ),
    (
        {
            "a.py": "from fsapi import Req, Res\nfrom pydantic.dataclasses import dataclass\n@dataclass\nclass M:\n"
            "    a: int\ndef POST(req: Req[M], res: Res): ..."
        },
        "server/a.py:6: the body type of POST has `M`, a pydantic dataclass, whose checks would not run\n"
        "  Make it a pydantic.BaseModel.",
    ),
    (
        {
            "a.py": "from fsapi import Req, Res\nfrom msgspec import Struct\nclass M(Struct):\n    a: int\n"
            "    async def __post_init__(self): ...\ndef POST(req: Req[M], res: Res): ..."
        },
        "server/a.py:6: the body type of POST has `M`, whose __post_init__ would not run\n"
        "  Make it a plain function, without async and yield.",
    ),
    (
        {
            "a.py": "from fsapi import Req, Res\nfrom pydantic import BaseModel\nclass M(BaseModel):\n"
            "    async def model_post_init(self, context): ...\ndef POST(req: Req[M], res: Res): ..."
        },
        "server/a.py:5: the body type of POST has `M`, whose async model_post_init would not run\n"
        "  fsapi is synchronous: drop the `async`.",
    ),
    (
        {
            "a.py": "from typing import Iterable\nfrom fsapi import Req, Res\nfrom pydantic import BaseModel\n"
            "class M(BaseModel):\n    a: Iterable[int]\ndef POST(req: Req[M], res: Res): ..."
        },
        "server/a.py:6: the body type of POST has `M`, and in it an Iterable, which pydantic checks only when it is "
        "read\n  Write a list: `list[...]`.",
    ),
    (
        {
            "a.py": "from fsapi import Req, Res\nfrom pydantic import BaseModel\nclass A(BaseModel): ...\n"
            "class B(BaseModel): ...\ndef POST(req: Req[A | B], res: Res): ..."
        },
        "server/a.py:5: the body type of POST has a union of several models\n"
        "  Make one model of them, and take its `root`:\n  class Either(pydantic.RootModel[Cat | Dog]): ...",
    ),
    *(
        (
            {
                "[x].py": "import pydantic\nfrom fsapi import Req\nclass M(pydantic.BaseModel):\n"
                "    x: str = pydantic.Field(validation_alias=pydantic.AliasPath('a', 'b'))\n"
                f"def GET(req: Req[{types}], res): ..."
            },
            f"server/[x].py:5: the {part} type of GET has `M.x`, which is read from an object, but {place} has none\n"
            '  Write a name in place of its AliasPath: `Field(validation_alias="x")`.',
        )
        for types, part, place in (("None, dict[str, str], M", "query", "a query"), ("None, M", "params", "a path"))
    ),
    (
        {"a.py": OK + "openapi = ['x']"},
        "server/a.py:2: openapi is a list\n"
        '  Write a dict such as {"tags": ["users"]}, or None to leave the file out of the document.',
    ),
    (
        {"a.py": OK + "openapi = {'operationID': 'x'}"},
        "server/a.py:2: openapi has the key operationID, which an operation does not have\n  Write operationId.",
    ),
    (
        {"a.py": OK + "openapi = {'PUT': {'deprecated': 'yes'}}"},
        "server/a.py:2: openapi has PUT, but the file does not\n  Define the handler, or remove the key.",
    ),
    (
        {"a.py": OK + "openapi = {'deprecated': 'yes'}"},
        "server/a.py:2: openapi[\"deprecated\"] is 'yes'\n  Write True or False.",
    ),
    (
        {"_middleware.py": "def middleware(req, res): ...\nopenapi = {'responses': {4: 'No'}}", "a.py": OK},
        'server/_middleware.py:2: openapi["responses"] has the key 4, which is not a status\n'
        "  Write a status such as 404, or 4XX or default.",
    ),
    (
        {"a.py": OK + "openapi = {'responses': {404: None}}"},
        'server/a.py:2: openapi["responses"][404] is None\n  Write a text that describes it, or a Response Object.',
    ),
    (
        {"a.py": OK + "openapi = {'x-1': print}"},
        "server/a.py:2: openapi cannot be written as JSON: "
        "Encoding objects of type builtin_function_or_method is unsupported\n  Write texts, numbers, lists and dicts.",
    ),
    (
        {"a.py": OK + "openapi = {'security': [{'bearer': []}]}"},
        "server/a.py:2: openapi names the security scheme bearer, which is not declared\n"
        "  Declare it: App(..., openapi=fsapi.OpenAPI(..., security_schemes="
        '{"bearer": {"type": "http", "scheme": "bearer"}})).',
    ),
    (
        {"a.py": OK + "openapi = {'operationId': 'x'}", "b.py": OK + "openapi = {'operationId': 'x'}"},
        "server/b.py:2: has the operationId x, as server/a.py does\n  Give each operation its own id.",
    ),
    (
        {"a.py": OK + "def PUT(req, res): ...\nopenapi = {'operationId': 'x'}"},
        "server/a.py:3: has the operationId x for GET and for PUT\n"
        '  Write it for one of them: openapi = {"PUT": {"operationId": "x"}}.',
    ),
    (
        {"a.py": "X = 1"},
        "server: does not look like a tree of route files\n"
        '  If the API is in another folder, pass its name: App(__file__, server="api").\n'
        "server/a.py:1: defines no handler\n"
        "  Write `def GET(req, res):`, or start the file name with _ if it is not a route file.",
    ),
    (
        {"a.py": OK, "settings.py": "X = 1", "urls.py": "X = 1"},
        "server: does not look like a tree of route files\n"
        '  If the API is in another folder, pass its name: App(__file__, server="api").\n'
        "server/settings.py:1: defines no handler\n"
        "  Write `def GET(req, res):`, or start the file name with _ if it is not a route file.\n"
        "server/urls.py:1: defines no handler\n"
        "  Write `def GET(req, res):`, or start the file name with _ if it is not a route file.",
    ),
]


@pytest.mark.parametrize(("files", "message"), MESSAGES, ids=[next(iter(files)) for files, _ in MESSAGES])
def test_each_mistake_has_this_message(site: Site, files: dict[str, str], message: str) -> None:
    """The file, what is wrong, and on the next line how to fix it."""
    with pytest.raises(TreeError) as caught:
        site(files)
    assert str(caught.value) == message


def test_the_message_of_a_missing_tree_has_both_fixes(tmp_path: os.PathLike[str]) -> None:
    """Create the folder, or name the folder that is there."""
    with pytest.raises(TreeError) as caught:
        App(tmp_path)
    assert str(caught.value) == (
        "server: there is no such folder\n  Write `def GET(req, res):` in server/index.py.\n"
        '  If the API is in another folder, pass its name: App(__file__, server="api").'
    )


@pytest.mark.parametrize("root", ["missing", "missing/main.py", "a.py/b", "dangling", "loop/main.py", "a" * 300])
def test_the_message_of_a_project_that_is_not_there(tmp_path: Path, root: str) -> None:
    """Its own folder is named, not one in it."""
    write(tmp_path, {"a.py": ""})
    for name, target in (("dangling", "nowhere"), ("loop", "loop")):
        (tmp_path / name).symlink_to(target)
    with pytest.raises(TreeError) as caught:
        App(tmp_path / root)
    reason = os.strerror(caught.value.__cause__.errno)  # type: ignore[union-attr]
    assert str(caught.value) == (
        f"{tmp_path / root}: the project folder cannot be reached: {reason}\n"
        "  Pass the project folder, or a file in it: App(__file__)."
    )


@pytest.mark.parametrize("root", ["shut", "shut/in", "shut/in/main.py"])
def test_the_message_of_a_project_that_cannot_be_entered(user_folder: Path, root: str) -> None:
    """It, or a folder above it, belongs to another user."""
    write(user_folder, {"shut/in/server/a.py": OK, "shut/in/main.py": ""})
    (user_folder / "shut").chmod(0)
    with pytest.raises(TreeError) as caught:
        App(user_folder / root)
    assert str(caught.value) == (
        f"{user_folder / root}: the project folder cannot be reached: Permission denied\n"
        "  Give this user permission to enter it and the folders above it."
    )


@pytest.mark.parametrize("folder", ["server", "app/pages"])
@pytest.mark.parametrize("target", ["nowhere", "{0}"])
def test_the_message_of_a_folder_that_is_a_broken_link(tmp_path: Path, folder: str, target: str) -> None:
    """Without it the project would start, and answer nothing."""
    write(tmp_path, {"server/a.py": OK, "app/x": ""} if folder != "server" else {"app/pages/a.py": PAGE})
    link = tmp_path / folder
    link.symlink_to(target.format(link.name))
    with pytest.raises(TreeError) as caught:
        App(tmp_path)
    reason = "Too many levels of symbolic links" if target == "{0}" else "No such file or directory"
    remedy = "Create it, or give this user permission to read and enter it."
    assert str(caught.value) == f"{folder}: the folder cannot be read: {reason}\n  {remedy}"


@pytest.mark.parametrize("name", ["root", "server", "pages"])
@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_the_message_of_an_argument_that_no_path_can_be(tmp_path: Path, name: str, value: str) -> None:
    """A NUL, and text that no file name can hold."""
    options: dict[str, Any] = {"root": tmp_path, name: value}
    with pytest.raises(ValueError, match="cannot be a path") as caught:
        App(**options)
    assert str(caught.value) == f"{name} cannot be a path: {value!r}"


@pytest.mark.parametrize(
    ("options", "file", "message"),
    [
        (
            {"openapi": "/openapi.json"},
            "openapi.json.py",
            "serves /openapi.json, as the OpenAPI document does\n"
            "  Give the document another path: App(..., openapi=...).",
        ),
        (
            {"docs": "/docs"},
            "docs/index.py",
            "serves /docs, as the docs page does\n  Give the docs page another path: App(..., docs=...).",
        ),
        (
            {"docs": "/docs"},
            "docs/page.js.py",
            "serves /docs/page.js, as the docs page does\n  Give the docs page another path: App(..., docs=...).",
        ),
        (
            {"docs": "/docs"},
            "docs/openapi.json.py",
            "serves /docs/openapi.json, as the OpenAPI document does\n"
            "  Give the docs page another path: App(..., docs=...).",
        ),
    ],
)
def test_the_message_of_a_file_with_a_url_of_the_app_itself(
    site: Site, options: dict[str, str], file: str, message: str
) -> None:
    """The option that moves the URL away is named."""
    with pytest.raises(TreeError) as caught:
        site({file: OK}, **options)
    assert str(caught.value) == f"server/{file}: {message}"


def test_the_message_of_a_folder_that_cannot_be_entered(user_folder: Path) -> None:
    """Nobody knows what is in there."""
    write(user_folder, {"server/shut/a.py": OK, "app/pages/a.py": ""})
    for name in ("server/shut", "app"):
        (user_folder / name).chmod(0)
    with pytest.raises(TreeError) as caught:
        App(user_folder)
    remedy = "Create it, or give this user permission to read and enter it."
    assert str(caught.value) == "\n".join(
        f"{name}: the folder cannot be read: Permission denied\n  {remedy}" for name in ("app/pages", "server/shut")
    )


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/etc/passwd", "is a symbolic link out of the project\n  Replace it with the files themselves."),
        ("nowhere", "is a broken symbolic link\n  Replace it with the files themselves."),
        (None, "is not a file\n  Replace it with one."),
    ],
)
def test_the_message_of_middleware_that_must_not_run(
    site: Site, tmp_path: Path, target: str | None, message: str
) -> None:
    """Its folder would be open, or run what is not in the project."""
    path = write(tmp_path, {"server/a.py": OK}) / "server/_middleware.py"
    path.symlink_to(target) if target else os.mkfifo(path)
    with pytest.raises(TreeError) as caught:
        site({})
    assert str(caught.value) == f"server/_middleware.py: {message}"


def test_the_message_of_a_failed_import_has_its_traceback(site: Site) -> None:
    """The traceback starts in the route file, and the exception is the cause of the TreeError."""
    with pytest.raises(TreeError) as caught:
        site({"a.py": "import nope_xyz", "b.py": OK})
    start, _, rest = str(caught.value).partition("\n")
    assert start == "server/a.py:1: cannot be imported: ModuleNotFoundError: No module named 'nope_xyz'"
    assert [line.strip() for line in rest.splitlines()[::3]] == [
        "Traceback (most recent call last):",
        "ModuleNotFoundError: No module named 'nope_xyz'",
    ]
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


@pytest.mark.parametrize("name", ["a.py", "_middleware.py", "_error.py"])
@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "import sys\nclass Routes: ...\nsys.modules[__name__] = Routes()",
            "puts an object in sys.modules in place of its module: a Routes\n"
            "  Define its functions in the file itself.",
        ),
        (
            "from pathlib import PurePosixPath\n__file__ = PurePosixPath(__file__)\nopenapi = {}",
            "sets `__file__`, the path of a module as a str, to a PurePosixPath\n  Give the variable another name.",
        ),
    ],
)
def test_the_message_of_a_module_that_cannot_be_read(site: Site, name: str, source: str, message: str) -> None:
    """It is one of the mistakes of the tree."""
    with pytest.raises(TreeError) as caught:
        site({name: source, "b.py": "async def GET(req, res): ..."})
    assert str(caught.value).partition("\nserver/b.py:")[0] == f"server/{name}: {message}"


#: Sources that cannot be imported, and the first line of what is said.
RAISING = {
    "raise ValueError('first\\nsecond')": ":1: cannot be imported: ValueError: first",
    "exc = ValueError('raised')\nexc.__notes__ = ['a note', 'and\\nanother']\nraise exc": (
        ":3: cannot be imported: ValueError: raised"
    ),
    "raise Exception": ":1: cannot be imported: Exception",
    "raise type('Own', (Exception,), {})('why')": ":1: cannot be imported: server.a.Own: why",
    "def": ":1: cannot be imported: SyntaxError: invalid syntax",
    "raise ImportError('x', name=3)": ":1: cannot be imported: ImportError: x",
    "# coding: absent": ": cannot be imported: SyntaxError: unknown encoding: absent",
}


def test_the_message_of_a_failed_import_starts_with_one_line(site: Site) -> None:
    """The first one of the exception, without its notes; all lines stand in the traceback."""
    found = dict[str, str]()
    for source in RAISING:
        with pytest.raises(TreeError) as caught:
            site({"a.py": source})
        found[source] = str(caught.value).splitlines()[0].removeprefix("server/a.py")
    assert found == RAISING


def test_the_message_of_an_import_that_meets_another_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the traceback come the two places, and what to do."""
    write(tmp_path, {"site/stock/__init__.py": "", "p/stock/db.py": "", "p/server/a.py": f"from stock import db\n{OK}"})
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    with pytest.raises(TreeError) as caught:
        App(tmp_path / "p")
    assert str(caught.value).splitlines()[-2:] == [
        f"  `stock` is {tmp_path}/site/stock here, not {tmp_path}/p/stock: what is first on sys.path has the name.",
        "  Rename one of them.",
    ]


def test_the_message_of_a_file_that_cannot_be_read(user_folder: Path) -> None:
    """The remedy is not a traceback."""
    (write(user_folder, {"server/a.py": OK, "server/b.py": OK}) / "server/a.py").chmod(0)
    with pytest.raises(TreeError) as caught:
        App(user_folder)
    assert str(caught.value) == (
        "server/a.py: cannot be read: Permission denied\n  Give this user permission to read it."
    )


def test_the_message_of_a_syntax_error_has_its_line(site: Site) -> None:
    """It is Python's own message and position."""
    with pytest.raises(TreeError, match=r"^server/a.py:2: cannot be imported: SyntaxError: '\(' was never closed"):
        site({"a.py": "\ndef GET(req, res:\n", "b.py": OK})
