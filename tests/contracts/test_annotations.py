"""Annotations of handlers are read as contracts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterable
from http import HTTPStatus
from types import FunctionType
from typing import Annotated, Any, Literal

import pytest

import fsapi
from fsapi import Req, Res
from fsapi.contracts.annotations import read_contract
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected
from tests.models import Id, Key, Model, NewUser, Query, User

UserReq = Req[NewUser, Id]


def annotated(req: Any, res: Any = Res) -> Callable[..., None]:
    """Return a handler with annotations for `req` and `res`."""

    def handler(req: Any, res: Any) -> None: ...

    handler.__annotations__ = {"req": req, "res": res, "return": None}
    return handler


@pytest.mark.parametrize(
    ("req", "expected"),
    [
        (Req, Contract()),
        (Req[Any, dict[str, Any], dict[str, str]], Contract()),
        (Req[NewUser], Contract(NewUser)),
        (Req[None], Contract(None)),
        (Req[None, None, None], Contract(None)),
        (Req[None, Id], Contract(None, Id)),
        (Req[None, dict[str, str], Query], Contract(None, dict[str, str], Query)),
        (Req["NewUser", "Id", "Query"], Contract(NewUser, Id, Query)),
        (UserReq, Contract(NewUser, Id)),
        (Annotated[UserReq, "words"], Contract(NewUser, Id)),
        ("Req[list[NewUser]]", Contract(list[NewUser])),
        ("fsapi.Req[NewUser | None]", Contract(NewUser | None)),
    ],
)
def test_req_declares_body_params_and_query(req: Any, expected: Contract) -> None:
    """In this order. A missing type is UNTYPED, and so is the type that a request has anyway."""
    handler = annotated(req)
    handler.__globals__.update(fsapi=fsapi)
    assert read_contract("GET", handler) == expected


@pytest.mark.parametrize(
    ("res", "data", "statuses", "answers"),
    [
        (Res, UNTYPED, (), False),
        (Res[User], User, (), True),
        (Res[Any], UNTYPED, (), True),
        (Res[None, Literal[204]], type(None), (204,), True),
        (Res[User, Literal[201, 200]], User, (201, 200), True),
        (Res[User, int], User, (), True),
        (Res[User, Literal[HTTPStatus.CREATED]], User, (201,), True),
        (Res[Iterable[User]], list[User], (), True),
        (Res[Generator[User, None, None]], list[User], (), True),
    ],
)
def test_res_declares_data_and_statuses(res: Any, data: Any, statuses: tuple[int, ...], answers: bool) -> None:
    """In this order. An iterable is a list in JSON."""
    assert read_contract("GET", annotated(Req, res)) == Contract(data=data, statuses=statuses, answers=answers)


def test_a_handler_without_annotations_has_an_empty_contract() -> None:
    """Nothing is declared, so nothing is checked."""
    handler = annotated(Req)
    handler.__annotations__ = {}
    assert read_contract("GET", handler) == Contract()


def test_a_decorated_handler_keeps_its_contract() -> None:
    """functools.wraps leads to the annotations."""

    def decorated(*args: object) -> None: ...

    assert read_contract("GET", functools.wraps(annotated(UserReq))(decorated)) == Contract(NewUser, Id)


class Decorator:
    """A decorator that is an object."""

    def __init__(self, wrapped: Callable[..., None]) -> None:
        functools.update_wrapper(self, wrapped)

    def __call__(self, req: Any, res: Any) -> None: ...


class Method:
    """An object that is called as a handler."""

    def __call__(self, req: UserReq, res: Res) -> None: ...


def wrapper(*args: object) -> None: ...


@pytest.mark.parametrize(
    "handler",
    [
        functools.partial(annotated(UserReq)),
        functools.lru_cache(annotated(UserReq)),
        staticmethod(annotated(UserReq)),
        Decorator(annotated(UserReq)),
        Decorator(Decorator(annotated(UserReq))),
        Method(),
        functools.partial(Method()),
        functools.wraps(functools.partial(annotated(UserReq)))(wrapper),
        functools.wraps(Method())(wrapper),
        functools.partial(functools.wraps(Method().__call__)(wrapper)),
    ],
)
def test_every_layer_leads_to_the_contract(handler: Callable[..., None]) -> None:
    """Decorators, partials, caches and objects, in any order."""
    assert read_contract("GET", handler) == Contract(NewUser, Id)


def test_decorators_that_lead_nowhere_are_rejected() -> None:
    """A function that wraps itself has no annotations to read."""
    handler = annotated(Req)
    handler.__dict__["__wrapped__"] = handler
    with pytest.raises(Rejected, match="an annotation of GET cannot be read: ValueError: wrapper loop"):
        read_contract("GET", handler)


def test_a_name_of_the_file_comes_before_the_one_that_is_always_known() -> None:
    """A file may call its own alias Req."""
    handler = annotated("Req", "Res")
    elsewhere = FunctionType(handler.__code__, {"Req": UserReq})
    elsewhere.__annotations__ = handler.__annotations__
    assert read_contract("GET", elsewhere) == Contract(NewUser, Id)


def test_req_and_res_are_found_by_their_type() -> None:
    """A decorator may add parameters before them."""

    def handler(user: int, res: Res[User], req: Req[NewUser]) -> None: ...

    handler.__annotations__.update(user=int, res=Res[User], req=Req[NewUser])
    assert read_contract("GET", handler) == Contract(NewUser, data=User, answers=True)


COUNT = "Write Req[Body, Params, Query], with None for no body."
STATUS = "Write Res[Data, Literal[201]], with a status from 200 to 399."
IMPORT = "Import Later outside of `if TYPE_CHECKING:`: annotations are read when the app starts."


@pytest.mark.parametrize(
    ("req", "res", "what", "remedy"),
    [
        ("Req[int, Id, Query, int]", Res, "Req of GET has 4 types", COUNT),
        *(
            (Req, res, "Res of GET must have a success status as its second and last type", STATUS)
            for res in (
                "Res[User, 201]",
                "Res[User, Literal[404]]",
                "Res[User, Literal['201']]",
                "Res[User, Literal[200], int]",
                "Res[User, str]",
            )
        ),
        ("Req[Later]", Res, "an annotation of GET needs Later, which is not defined at run time", IMPORT),
        (
            "1/0",
            Res,
            "an annotation of GET cannot be read: ZeroDivisionError: division by zero",
            "Fix or remove it.",
        ),
    ],
)
def test_annotations_that_are_not_a_contract_are_rejected(req: Any, res: Any, what: str, remedy: str) -> None:
    """The message names the handler, and says what to write."""
    with pytest.raises(Rejected) as caught:
        read_contract("GET", annotated(req, res))
    assert (caught.value.what, caught.value.remedy) == (what, remedy)


def test_req_and_res_are_known_without_an_import() -> None:
    """A route file may import them under TYPE_CHECKING."""
    handler = annotated("Req[None, Key]", "Res[Model]")
    elsewhere = FunctionType(handler.__code__, {"Key": Key, "Model": Model})
    elsewhere.__annotations__ = handler.__annotations__
    assert read_contract("GET", elsewhere) == Contract(None, Key, data=Model, answers=True)
