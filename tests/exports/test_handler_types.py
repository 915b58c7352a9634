"""Annotations that do not fit the call of a handler are rejected when the app is built."""

from __future__ import annotations

import pytest

from fsapi import TreeError
from fsapi.exports.signatures import READ_REQUEST
from tests.site import Site

TOP = """
import dataclasses, datetime, decimal, enum, functools, uuid
from collections.abc import *
from collections.abc import Callable
from typing import *
import attrs, msgspec, pydantic
from werkzeug.wrappers import Request, Response
import fsapi
from fsapi import Req, Res
from tests.models import NewUser, User

T = TypeVar("T")
Alias = Req[None]
Named = NewType("Named", Req)
class Own(Req): ...
class HasHeaders(Protocol):
    headers: Any
class Row(TypedDict):
    id: int
@dataclasses.dataclass
class Data: ...
@dataclasses.dataclass
class App:
    def __call__(self, environ, start_response): ...
@attrs.define
class Attrs: ...
class Model(pydantic.BaseModel): ...
class Color(enum.Enum):
    RED = 1
class Pair(NamedTuple):
    a: int
class OwnResponse(Response): ...
class Plain: ...
def wraps(handler):
    @functools.wraps(handler)
    def wrapper(*args): return handler(*args)
    return wrapper
def forgets(handler):
    def wrapper(req: Req, res: Res): return handler(req, res)
    return wrapper
class Handler:
    def fits(self, req: Req, res: Res) -> None: ...
    def swapped(self, res: Res, req: Req) -> None: ...
class Object:
    def __call__(self, res: Res, req: Req) -> None: ...
"""


def mistakes(site: Site, handler: str, file: str = "a.py") -> list[str]:
    """Return the messages about a file with one handler."""
    try:
        site({file: f"{TOP}{handler}", "ok.py": "def GET(req, res): ..."})
    except TreeError as exc:
        return [f"{mistake.what}\n{mistake.remedy}" for mistake in exc.mistakes]
    return []


@pytest.mark.parametrize(
    "handler",
    [
        "def GET(req, res): ...",
        "def GET(req: Req, res: Res): ...",
        "def GET(req: 'Req', res: 'fsapi.Res'): ...",
        "def GET(req: Req[NewUser], res: Res[User]): ...",
        "def GET(req: Req, res): ...",
        "def GET(req, res: Res): ...",
        "def GET(request: Req, response: Res): ...",
        "def GET(res: Req, req: Res): ...",
        "def GET(req: Alias, res: Res): ...",
        "def GET(req: Named, res: Res): ...",
        "def GET(req: Own, res: Res): ...",
        "def GET(req: Annotated[Req, 'words'], res: Annotated[Res[User], 'words']): ...",
        "def GET(req: Any, res: object): ...",
        "def GET(req: T, res: T): ...",
        "def GET(req: HasHeaders, res: Hashable): ...",
        "def GET(req: Req | None, res: Optional[Res] = None): ...",
        "def GET(req: Req | Res, res: Req | Res): ...",
        "def POST(req: Req[NewUser] | None, res: Optional[Res[User]] = None): ...",
        "class OwnReq(Req[NewUser]): ...\ndef POST(req: OwnReq, res: NewType('Own', Res[User])): ...",
        "def GET(req: Request | Req, res: Annotated[Union[Res, Response], 1]): ...",
        "def GET(*args: Any): ...",
        "def GET(*args: Req | Res): ...",
        "def GET(req: Req, *args: Res): ...",
        "def GET(req: Req, res: Res, user: str = '', *rest: int, key: int = 1, **more: int): ...",
        "GET = Handler().fits",
        "GET = functools.partial(lambda a, req, res: ..., 1)",
        "def f(user: int, req: Req, res: Res): ...\nGET = functools.partial(f, 1)",
        "def f(req: Req, res: Res, user: int): ...\nGET = functools.partial(f, user=1)",
        "@wraps\ndef GET(req: Req, res: Res, user: int): ...",
        "@wraps\ndef GET(user: int, req: Req, res: Res): ...",
        "@wraps\ndef GET(user: int, res: Res, req: Req): ...",
        "@wraps\ndef GET(req: Request, res: Res): ...",
        "@wraps\ndef GET(id: int, q: str) -> dict: ...",
        "@wraps\ndef GET(req: Req) -> dict: ...",
        "GET = wraps(functools.partial(lambda a, req, res: ..., 1))",
        "GET = wraps(Handler().fits)",
        "@forgets\ndef GET(id: int, q: str) -> dict: ...",
        "@functools.lru_cache\ndef GET(req: Req, res: Res): ...",
    ],
)
def test_annotations_that_can_be_a_req_and_a_res_are_accepted(site: Site, handler: str) -> None:
    """Further parameters, and those of what a decorator wraps, are the decorator's."""
    assert mistakes(site, handler) == []


WRITE = "Write `def GET(req: Req, res: Res):`."


@pytest.mark.parametrize(
    ("handler", "taken", "foreign"),
    [
        ("def GET(res: Res, req: Req): ...", "res: Res, req: Req", False),
        ("def GET(req: Res, res: Req): ...", "req: Res, res: Req", False),
        ("def GET(req: Req, res: Req): ...", "req: Req, res: Req", False),
        ("def GET(res: Res, req): ...", "res: Res, req", False),
        ("def GET(res, req: Req): ...", "res, req: Req", False),
        ("def GET(a: Res[User], b: Req[None]): ...", "a: Res[User], b: Req[None]", False),
        ("def GET(req: 'Res', res: 'fsapi.Req | None'): ...", "req: Res, res: Req | None", False),
        ("def GET(*args: Req): ...", "args: Req, args: Req", False),
        ("def GET(req: Req, *args: Req): ...", "req: Req, args: Req", False),
        ("GET = Handler().swapped", "res: Res, req: Req", False),
        ("GET = Object()", "res: Res, req: Req", False),
        ("GET = functools.partial(Handler().swapped)", "res: Res, req: Req", False),
        ("@functools.lru_cache\ndef GET(res: Res, req: Req): ...", "res: Res, req: Req", False),
        ("@wraps\ndef GET(res: Res, req: Req): ...", "res: Res, req: Req", False),
        ("@wraps\ndef GET(res: Res, req: Req, user: int): ...", "res: Res, req: Req", False),
        ("def GET(id: int, q: str = ''): ...", "id: int, q: str", True),
        ("def GET(id: int, res: Res): ...", "id: int, res: Res", True),
        ("def GET(req: Req, user: NewUser): ...", "req: Req, user: NewUser", True),
        ("def GET(req: Request, res: Response): ...", "req: Request, res: Response", True),
        ("def GET(req: Row, res: Res): ...", "req: Row, res: Res", True),
        ("def GET(req: dict[str, Any], res: Res): ...", "req: dict[str, Any], res: Res", True),
        ("def GET(req: int | None, res: Res): ...", "req: int | None, res: Res", True),
        ("def GET(req: None, res: Res): ...", "req: None, res: Res", True),
        ("def GET(req: Literal['a'], res: Res): ...", "req: Literal['a'], res: Res", True),
        ("def GET(req: Callable[[], int], res: Res): ...", "req: Callable[[], int], res: Res", True),
        ("def GET(id: Annotated[int, msgspec.Meta(ge=1)], q: str): ...", "id: int, q: str", True),
    ],
)
def test_annotations_that_are_not_those_of_the_call_are_rejected(
    site: Site, handler: str, taken: str, foreign: bool
) -> None:
    """They are swapped, or of something else, as in Flask and FastAPI: then the message says where that is."""
    what = f"GET takes ({taken}), but is called with (req: Req, res: Res)"
    assert mistakes(site, handler) == [f"{what}\n{WRITE} {READ_REQUEST}" if foreign else f"{what}\n{WRITE}"]


@pytest.mark.parametrize(
    "handler",
    ["def GET(res, req): ...", "GET = lambda res, req: None", "GET = functools.wraps(lambda: 1)(lambda res, req: 1)"],
)
def test_names_in_the_other_order_are_rejected(site: Site, handler: str) -> None:
    """Without annotations the names say what a parameter is taken for."""
    message = "GET takes (res, req), but is called with (req, res)\nWrite `def GET(req, res):`."
    assert mistakes(site, handler) == [message]


@pytest.mark.parametrize(
    "hint",
    [
        "None", "Any", "object", "Response", "OwnResponse", "Response | None", "Optional[Response]", "NoReturn", "T",
        "Callable[[Any, Any], Iterable[bytes]]", "App", "HasHeaders", "Plain", "Iterable[bytes]", "Iterator[str]",
        "dict | None", "dict | Response", "Annotated[Response, 1]", "type",
    ],
)  # fmt: skip
def test_what_can_be_returned_is_accepted_as_the_type_of_the_return_value(site: Site, hint: str) -> None:
    """None, a Response, a WSGI application, and all that can be one of them."""
    assert mistakes(site, f"def GET(req, res) -> {hint}: ...") == []


@pytest.mark.parametrize(
    ("hint", "written"),
    [
        ("dict", "dict"), ("dict[str, Any]", "dict[str, Any]"), ("list[User]", "list[User]"), ("str", "str"),
        ("bytes", "bytes"), ("bytearray", "bytearray"), ("int", "int"), ("float", "float"), ("bool", "bool"),
        ("complex", "complex"), ("decimal.Decimal", "Decimal"), ("tuple[dict, int]", "tuple[dict, int]"),
        ("set[int]", "set[int]"), ("frozenset[int]", "frozenset[int]"), ("Mapping[str, int]", "Mapping[str, int]"),
        ("Sequence[int]", "Sequence[int]"), ("Row", "Row"), ("NewUser", "NewUser"), ("Data", "Data"),
        ("Attrs", "Attrs"), ("Model", "Model"), ("Pair", "Pair"), ("Color", "Color"), ("Literal['a']", "Literal['a']"),
        ("uuid.UUID", "UUID"), ("datetime.datetime", "datetime"), ("datetime.timedelta", "timedelta"),
        ("dict | list", "dict | list"), ("Annotated[dict, 1]", "dict"), ("'Row'", "Row"),
    ],
)  # fmt: skip
def test_data_as_the_type_of_the_return_value_is_rejected(site: Site, hint: str, written: str) -> None:
    """The handlers of other frameworks return data; here it is sent by `res`."""
    what = f"GET is annotated to return {written}, but returned data is not sent"
    remedy = "Send it with `res.json(...)`, and write `-> None`."
    assert mistakes(site, f"def GET(req, res) -> {hint}: ...") == [f"{what}\n{remedy}"]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def middleware(res: Res, req: Req): ...", "middleware takes (res: Res, req: Req), but is called with"),
        ("def middleware(res, req): yield", "middleware takes (res, req), but is called with (req, res)"),
        ("def middleware(req, res) -> dict: ...", "middleware is annotated to return dict, but returned data"),
    ],
)
def test_middleware_is_held_to_the_same_rules(site: Site, source: str, what: str) -> None:
    """It is called as a handler is."""
    with pytest.raises(TreeError) as caught:
        site({"_middleware.py": TOP + source, "a.py": "def GET(req, res): ..."})
    assert [mistake.what[: len(what)] for mistake in caught.value.mistakes] == [what]


def test_middleware_may_be_annotated_as_a_generator(site: Site) -> None:
    """What it yields is not sent."""
    source = f"{TOP}def middleware(req: Req, res: Res) -> Generator[None, None, None]: yield"
    assert site({"_middleware.py": source, "a.py": "def GET(req, res): ..."}).routes


def test_only_a_page_returns_data(site: Site) -> None:
    """It takes a Req alone."""
    app = site({"../app/pages/a.py": "from fsapi import Req\ndef page(req: Req) -> str: return ''"})
    assert [route.file for route in app.routes] == ["app/pages/a.py"]
    with pytest.raises(TreeError, match=r"page takes \(id: int\), but is called with \(req: Req\)"):
        site({"../app/pages/b.py": "def page(id: int) -> str: return ''"})
