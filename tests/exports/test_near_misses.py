"""Names that are nearly those of handlers and settings, beside a handler that is right."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import pytest

from fsapi import TreeError
from tests.site import Site, client

OK = "def GET(req, res): res.end()\n"


def found(site: Site, source: str, *, top: str = OK, **more: str) -> list[str]:
    """Return the mistakes in a route file, each with its line."""
    return found_each(site, [source], top=top, **more)[source]


def found_each(site: Site, sources: Iterable[str], *, top: str = OK, **more: str) -> dict[str, list[str]]:
    """Return the mistakes in route files that are in one tree."""
    files = {f"server/a{n}.py": source for n, source in enumerate(sources)}
    mistakes: dict[str, list[str]] = {source: [] for source in files.values()}
    try:
        site({name[7:]: top + source for name, source in files.items()} | {f"{name}.py": more[name] for name in more})
    except TreeError as exc:
        for mistake in exc.mistakes:
            mistakes[files[mistake.file]].append(f"{mistake.line}: {mistake.what}\n{mistake.remedy}")
    return mistakes


NEAR = [
    ("post", "POST"), ("Post", "POST"), ("pOST", "POST"), ("delete", "DELETE"), ("Default", "default"),
    ("DEFAULT", "default"), ("options", "OPTIONS"), ("head", "HEAD"), ("patch", "PATCH"),
    ("PSOT", "POST"), ("POTS", "POST"), ("OPST", "POST"), ("DELTE", "DELETE"), ("DELEET", "DELETE"),
    ("POSTS", "POST"), ("PPOST", "POST"), ("POS", "POST"), ("OST", "POST"), ("PIST", "POST"), ("PATH", "PATCH"),
    ("PTACH", "PATCH"), ("UPT", "PUT"), ("PUTT", "PUT"), ("OPTION", "OPTIONS"), ("HED", "HEAD"), ("HAED", "HEAD"),
]  # fmt: skip


def test_a_function_that_is_nearly_called_like_a_method_is_rejected(site: Site) -> None:
    """Another case; or, in capitals, one letter added, left out or changed, or two neighbours swapped."""
    message = "2: `{0}` looks like the handler {1}, but is not one\nName it {1}, or _{0} if it is a helper."
    expected = {f"def {name}(req, res): ...": [message.format(name, right)] for name, right in NEAR}
    assert found_each(site, expected) == expected


def test_a_second_spelling_of_a_handler_is_a_helper(site: Site) -> None:
    """There is nothing else that it could be called."""
    message = "2: `{0}` looks like the handler GET, but is not one\nName it _{0} if it is a helper."
    expected = {f"def {name}(req, res): ...": [message.format(name)] for name in ("get", "Get", "GTE", "GETS")}
    assert found_each(site, expected) == expected


OTHERS = [
    "path", "posts", "gett", "Gett", "psot", "Posts", "GET2", "GET_", "_post", "_PSOT", "POSTED", "PST2", "PSTO2",
    "DELEETT", "TSOP", "render", "TRACE", "PROPFIND", "get_user", "middleware", "defaults", "FETCH", "Head2",
]  # fmt: skip


def test_a_function_with_any_other_name_is_a_helper(site: Site) -> None:
    """Small letters with a wrong letter are words of their own, and _ means private."""
    expected: dict[str, list[str]] = {f"def {name}(req, res): ...": [] for name in OTHERS}
    assert found_each(site, expected) == expected


TAKING = [
    "def post(req, res): ...",
    "def post(req, res, user=None): ...",
    "def post(req, res, *more, key=1): ...",
    "async def post(req, res): ...",
    "def post(req, res): yield",
    "post = lambda req, res: 1",
    "from fsapi import Req, Res\ndef post(request: Req, response: 'Res[int] | None'): ...",
    "from functools import wraps\ndef f(g): return wraps(g)(lambda *args: g(*args, 1))\n"
    "@f\ndef post(req, res, user): ...",
    "from functools import partial\ndef _f(req, res, user): ...\npost = partial(_f, user=1)",
    "from functools import lru_cache\n@lru_cache\ndef post(req, res): ...",
    "class _C:\n    def __call__(self, req, res): ...\npost = _C()",
    "class _C:\n    def f(self, req, res): ...\npost = _C().f",
]


def test_every_callable_that_takes_req_and_res_looks_like_a_handler(site: Site) -> None:
    """By the names of its parameters, or by their annotations, also where a decorator adds one."""
    messages = {
        source: [message.partition(": ")[2][:12] for message in found]
        for source, found in found_each(site, TAKING).items()
    }
    assert messages == {source: ["`post` looks"] for source in TAKING}


NOT_TAKING = [
    "def post(url, data): ...",
    "def post(url, json=None): ...",
    "def post(req): ...",
    "def post(res, req): ...",
    "def post(req, res, user): ...",
    "def post(a: 'Nope', b): ...",
    "def post(a: int, b: str): ...",
    "def post(*args): ...",
    "from json import dumps as post",
    "from ._h import post",
    "from ._h import post\nPSOT = post",
    "post = 5",
    "post = max",
    "class post:\n    def __init__(self, req, res): ...",
    "class Post:\n    def get(self, req, res): ...",
    "import functools as post",
]


def test_what_does_not_take_req_and_res_or_comes_from_elsewhere_is_no_handler(site: Site) -> None:
    """A helper that posts to another service may be called `post`."""
    expected: dict[str, list[str]] = {source: [] for source in NOT_TAKING}
    assert found_each(site, expected, _h="def post(req, res): ...") == expected


WRAPPERS = """
import functools
def wraps(f):
    @functools.wraps(f)
    def wrapper(*args): return f(*args)
    return wrapper
def closes(f): return lambda req, res: f(req, res)
class Object:
    def __init__(self, f): self.f = f
    def __call__(self, req, res): return self.f(req, res)
    def method(self, req, res): return self.f(req, res)
class Updates:
    def __init__(self, f): functools.update_wrapper(self, f)
    def __call__(self, req, res): return self.__wrapped__(req, res)
def first(f, req, res): return f(req, res)
def gone(f):
    g, other = f, 1
    def wrapper(req, res): return (f or g or other)(req, res)
    del g
    return wrapper
def post(req, res): res.json('ran')
"""


EXPORTED = [
    "post", "wraps(post)", "closes(post)", "Object(post)", "Object(post).method", "Updates(post)",
    "functools.partial(post)", "functools.partial(first, post)", "functools.lru_cache(post)", "staticmethod(post)",
    "wraps(closes(Object(functools.partial(wraps(post)))))", "gone(post)",
]  # fmt: skip


def test_what_an_exported_handler_is_or_wraps_may_have_any_name(site: Site) -> None:
    """It is served under the name of the handler."""
    app = client(site({f"{n}.py": f"{WRAPPERS}GET = {handler}" for n, handler in enumerate(EXPORTED)}))
    assert {handler: app.get(f"/{n}").json for n, handler in enumerate(EXPORTED)} == dict.fromkeys(EXPORTED, "ran")


def test_what_a_handler_only_calls_is_named_as_a_helper(site: Site) -> None:
    """A call in a body is no decorator."""
    assert len(found(site, "def post(req, res): ...\ndef PUT(req, res): post(req, res)")) == 1


def test_all_near_misses_of_a_file_are_reported(site: Site) -> None:
    """Also where the file has no handler: then the first is the one that it lacks."""
    source = "def get(req, res): ...\ndef PSOT(req, res): ..."
    messages = found(site, source, top="", b=OK)
    assert [message.splitlines()[0] for message in messages] == [
        "1: defines no handler, but `get` looks like one",
        "2: `PSOT` looks like the handler POST, but is not one",
    ]


SETTINGS = {
    "max_bdy = 5": "2: max_bdy is not a setting, but looks like max_body",
    "\nmax_bodys = None": "3: max_bodys is not a setting, but looks like max_body",
    "max_boyd = 5": "2: max_boyd is not a setting, but looks like max_body",
    "mex_body = 5": "2: mex_body is not a setting, but looks like max_body",
    "maxbody = 5": "2: maxbody is not a setting, but looks like max_body",
    "maxBody = 5": "2: maxBody is not a setting, but looks like max_body",
    "MAX_BODY = 5": "2: MAX_BODY is not a setting, but looks like max_body",
    "opnapi = {}": "2: opnapi is not a setting, but looks like openapi",
    "open_api = None": "2: open_api is not a setting, but looks like openapi",
    "OPENAPI = {}": "2: OPENAPI is not a setting, but looks like openapi",
}


def test_a_name_that_is_nearly_a_setting_is_a_warning(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """With the line and the right name."""
    assert found_each(site, SETTINGS) == {source: [] for source in SETTINGS}
    assert caplog.messages == [f"server/a{n}.py:{warning}" for n, warning in enumerate(SETTINGS.values())]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_a_name_in_middleware_that_is_nearly_a_setting_is_a_warning(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """It has no `max_body`, so what is like that is its own."""
    site({"a.py": OK, "_middleware.py": "def middleware(req, res): ...\nopenpai = {}\nmax_bdy = 5"})
    assert caplog.messages == ["server/_middleware.py:2: openpai is not a setting, but looks like openapi"]


OWN = [
    "max_body = 5",
    "max_bdy = max_body = 5",
    "_max_body = 5",
    "max_bdy = 5\ndel max_bdy\nmax_body = 5",
    "MAX_BODY = 5\nmax_body = MAX_BODY",
    "from ._h import MAX_BODY",
    "from ._h import MAX_BODY as max_bdy",
    "def max_bdy(): ...",
    "max_size = max_bo = body = 5",
    "from json import JSONDecoder as OpenAPI",
]


def test_any_other_name_is_the_files_own(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """So is one beside the setting itself, and one that is imported."""
    expected: dict[str, list[str]] = {source: [] for source in OWN}
    assert (found_each(site, OWN, _h="MAX_BODY = 5"), caplog.messages) == (expected, [])
