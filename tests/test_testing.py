"""Handlers called in tests, without a tree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any, Literal, TypedDict

import pytest
from msgspec import Struct
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from fsapi import Req, Res, TreeError
from fsapi.testing import call


class Id(TypedDict):
    """The params of a path."""

    id: int


class New(Struct):
    """A body."""

    name: str


@dataclass
class User:
    """An answer."""

    id: int
    name: str


def GET(req: Req[None, Id, New], res: Res[User]) -> None:
    """Answer with what was sent."""
    res.json(User(req.params["id"], req.query.name))


def POST(req: Req[New, Id], res: Res[User, Literal[201]]) -> None:
    """Answer with what was sent."""
    res.json(User(req.params["id"], req.body.name))


def show(req: Req, res: Res) -> None:
    """Answer with all that a request has."""
    res.setHeader("Method", req.method)
    res.json([req.params, dict(req.query), req.body, vars(req.state), req.headers.get("x-a"), req.environ.get("own")])


def test_a_handler_runs_within_its_contract() -> None:
    """Params and query are converted, and the answer has the declared status."""
    assert call(GET, params={"id": "4"}, query={"name": "Ada"}).json == {"id": 4, "name": "Ada"}
    answer = call(POST, params={"id": 4}, json=New("Ada"))
    assert (answer.status_code, answer.json) == (201, {"id": 4, "name": "Ada"})


JSON = {"Content-Type": "application/json"}
# fmt: off
REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"params": {"id": "x"}, "json": {"name": "Ada"}}, 404), ({"params": {"id": "4"}, "json": {"name": 1}}, 422),
    ({"params": {"id": "4"}}, 415), ({"params": {"id": "4"}, "data": b"{", "headers": JSON}, 400),
    ({"params": {"id": "4"}, "json": None}, 422),
]
# fmt: on


@pytest.mark.parametrize(("sent", "status"), REFUSED)
def test_what_does_not_fit_the_contract_is_answered(sent: dict[str, Any], status: int) -> None:
    """As it is for a client."""
    assert call(POST, **sent).status_code == status


def test_without_a_contract_everything_arrives_as_it_is_given() -> None:
    """Also params that no path can have."""
    answer = call(
        show, params={"id": 4}, query="a=1&b=2", state={"user": "ada"}, headers={"X-A": "1"}, environ={"own": 2}
    )
    assert answer.json == [{"id": 4}, {"a": "1", "b": "2"}, None, {"user": "ada"}, "1", 2]


def test_a_query_by_name_may_have_several_values() -> None:
    """As in Werkzeug's test client."""

    def GET(req: Req, res: Res) -> None:
        res.json(req.raw.args.getlist("a"))

    assert call(GET, query={"a": ["1", "2 3"]}).json == ["1", "2 3"]


def test_a_form_may_have_files() -> None:
    """As in Werkzeug's test client."""

    def POST(req: Req, res: Res) -> None:
        res.json([req.raw.form["a"], req.raw.files["f"].read().decode()])

    assert call(POST, data={"a": "1", "f": (BytesIO(b"text"), "f.txt")}).json == ["1", "text"]


@pytest.mark.parametrize(("method", "sent"), [(None, "GET"), ("PUT", "PUT"), ("HEAD", "HEAD"), ("OPTIONS", "OPTIONS")])
def test_the_method_is_the_name_of_the_function_or_given(method: str | None, sent: str) -> None:
    """A function of another name is called as GET."""
    assert call(show, method=method).headers["Method"] == sent


def test_a_method_beyond_the_seven_is_a_405() -> None:
    """As for a client."""
    assert call(show, method="PURGE").status_code == 405


def test_http_exceptions_are_answered_and_others_raised() -> None:
    """A test sees what it would otherwise look for in a log."""

    def GET(req: Req, res: Res) -> None:
        raise Forbidden("no") if req.query.get("a") else KeyError("bug")

    assert (call(GET, query="a=1").status_code, call(GET, query="a=1").json) == (403, {"error": "no"})
    with pytest.raises(KeyError, match="bug"):
        call(GET)


def test_a_handler_that_never_ends_is_raised() -> None:
    """With the name of its module and its line."""

    def GET(req: Req, res: Res) -> None: ...

    with pytest.raises(RuntimeError, match="GET did not end the response"):
        call(GET)


def test_a_returned_response_is_the_answer() -> None:
    """Streams are read to their end."""

    def GET(req: Req, res: Res) -> Response:
        return Response(iter(["a", "b"]), 202)

    assert (call(GET).status_code, call(GET).text) == (202, "ab")


def test_a_handler_that_would_stop_the_start_is_a_tree_error() -> None:
    """With what to write."""

    async def GET(req: Req, res: Res) -> None: ...

    with pytest.raises(TreeError, match="GET is async"):
        call(GET)


async def make(req: Req, res: Res) -> None:
    """Be async, and of another name than the methods."""


def test_a_tree_error_has_the_line_of_the_handler() -> None:
    """And not that of the module's own GET; a handler without code has none."""
    for handler, line in ((make, make.__code__.co_firstlineno), (partial(make), None)):
        with pytest.raises(TreeError) as caught:
            call(handler)
        assert [mistake.line for mistake in caught.value.mistakes] == [line]


class Optional(TypedDict, total=False):
    """The params of a path that may lack one."""

    id: int


def by_id(req: Req[None, Optional], res: Res) -> None:
    """Answer with the param."""
    res.json(req.params.get("id"))


def by_name(req: Req[None, dict[str, str]], res: Res) -> None:
    """Answer with all params."""
    res.json(req.params)


#: Handlers, the params of a call, and what is said of them.
PARAMS: list[tuple[Any, dict[str, Any] | None, str]] = [
    (GET, None, 'call() lacks the param `id`, which the contract of GET asks for: write params={"id": ...}'),
    (POST, {}, 'call() lacks the param `id`, which the contract of POST asks for: write params={"id": ...}'),
    (GET, {"ID": "1"}, 'call() lacks the param `id`, which the contract of GET asks for: write params={"id": ...}'),
    (GET, {"id": "1", "x": "2"}, "call() got the param `x`, but the contract of GET has `id`"),
    (by_id, {"ID": 1}, "call() got the param `ID`, but the contract of GET has `id`"),
]


def test_params_that_are_not_those_of_the_contract_are_a_mistake_of_the_test() -> None:
    """Without the contract's own answer, which would be a 404."""
    for handler, params, words in PARAMS:
        with pytest.raises(TypeError) as caught:
            call(handler, params=params)
        assert str(caught.value) == words
    assert call(by_id).json is None
    assert call(by_name, params={"any": "x"}).json == {"any": "x"}


class Nameless:
    """A handler of no module."""

    __module__ = "gone"

    def __call__(self, req: Req, res: Res) -> None:
        """Answer with the method."""
        res.json(req.method)


def test_a_callable_without_a_name_is_called_as_get() -> None:
    """Wherever it comes from."""
    assert call(Nameless()).json == "GET"


def wrong(req: Req, res: Res) -> Any:
    """Answer with what is no answer."""
    return {}


def test_the_line_is_that_of_the_handler_given() -> None:
    """Also of one inside a test, of one named unlike its method, and where the module has another GET."""

    def GET(req: Req, res: Res) -> None: ...

    for handler in (GET, wrong):
        with pytest.raises((RuntimeError, TypeError), match=f":{handler.__code__.co_firstlineno}: GET "):
            call(handler)


class Silent:
    """A handler that never ends the response."""

    def __call__(self, req: Req, res: Res) -> None: ...


def silent(word: str, req: Req, res: Res) -> None:
    """Never end the response."""


def test_the_line_of_an_object_is_that_of_the_function_that_runs() -> None:
    """Callable objects and partial functions."""
    for handler, code in ((Silent(), Silent.__call__.__code__), (partial(silent, "word"), silent.__code__)):
        with pytest.raises(RuntimeError, match=rf":{code.co_firstlineno}: GET did not end the response"):
            call(handler)


def test_a_response_is_the_answer_of_any_callable() -> None:
    """Whatever its name is."""
    assert call(lambda req, res: Response("x")).text == "x"
    assert call(lambda req, res: Response("x"), method="POST").text == "x"


def test_json_and_data_are_one_too_many() -> None:
    """One of the two would be lost."""
    sent: list[str | bytes | dict[str, str]] = ["x", b"", {}]
    for data in sent:
        with pytest.raises(TypeError, match="takes json or data, not both"):
            call(show, json=1, data=data)


def test_a_content_type_that_is_given_is_sent() -> None:
    """However its header is spelled."""

    def POST(req: Req, res: Res) -> None:
        res.json([req.headers["content-type"], req.raw.get_data().decode()])

    for name in ("Content-Type", "content-type"):
        assert call(POST, json={}, headers={name: "application/merge-patch+json"}).json == [
            "application/merge-patch+json",
            "{}",
        ]
    assert call(POST, json={}).json == ["application/json", "{}"]
