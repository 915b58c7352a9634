"""The annotations of handlers, read as contracts, and what is wrong with them."""

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
    """Return a handler with annotations that exist at run time."""

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
def test_what_a_handler_asks_for(req: Any, expected: Contract) -> None:
    """Body, params and query come in this order; what is not said, or is what comes anyway, promises nothing."""
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
def test_what_a_handler_answers(res: Any, data: Any, statuses: tuple[int, ...], answers: bool) -> None:
    """Data comes first, the statuses of success second; what is iterated is a list in JSON."""
    assert read_contract("GET", annotated(Req, res)) == Contract(data=data, statuses=statuses, answers=answers)


def test_a_handler_without_annotations() -> None:
    """Nothing is promised."""
    handler = annotated(Req)
    handler.__annotations__ = {}
    assert read_contract("GET", handler) == Contract()


def test_a_decorated_handler_has_the_contract_of_what_it_decorates() -> None:
    """functools.wraps leads to the annotations."""

    def decorated(*args: object) -> None: ...

    assert read_contract("GET", functools.wraps(annotated(UserReq))(decorated)) == Contract(NewUser, Id)


def test_params_are_found_by_their_type() -> None:
    """A decorator may put more parameters in front."""

    def handler(user: int, res: Res[User], req: Req[NewUser]) -> None: ...

    handler.__annotations__.update(user=int, res=Res[User], req=Req[NewUser])
    assert read_contract("GET", handler) == Contract(NewUser, data=User, answers=True)


STRUCT = "Write a msgspec.Struct, a dataclass, a TypedDict or another type that JSON has a form for."
STATUS = "Write Res[Data, Literal[201]], with a status from 200 to 399."
FIELDS = "Write a TypedDict, a dataclass or a msgspec.Struct that has a field for each name."


@pytest.mark.parametrize(
    ("req", "res", "what", "remedy"),
    [
        (
            "Req[int, Id, Query, int]",
            Res,
            "Req of GET has 4 types",
            "Write Req[Body, Params, Query], with None for no body.",
        ),
        (Req[complex], Res, "the type of the body of GET has complex in it, which JSON has no form for", STRUCT),
        (
            Req,
            Res[list[Callable[[], int]]],
            "the type of the data of GET has Callable in it, which JSON has no form for",
            STRUCT,
        ),
        (Req[None, list[int]], Res, "the type of the params of GET is list[int], which has no fields", FIELDS),
        (Req[None, Id, int], Res, "the type of the query of GET is int, which has no fields", FIELDS),
        (
            Req[None, Id, dict[str, int]],
            Res,
            "the type of the query of GET is dict[str, int], which has no fields",
            FIELDS,
        ),
        *(
            (Req, res, "Res of GET does not have a status of success as its second type", STATUS)
            for res in (
                "Res[User, 201]",
                "Res[User, Literal[404]]",
                "Res[User, Literal['201']]",
                "Res[User, Literal[200], int]",
                "Res[User, str]",
            )
        ),
    ],
)
def test_what_can_never_be_kept_is_refused(req: Any, res: Any, what: str, remedy: str) -> None:
    """The text says which part of which handler, and what to write."""
    with pytest.raises(Rejected) as caught:
        read_contract("GET", annotated(req, res))
    assert (caught.value.what, caught.value.remedy) == (what, remedy)


def rejected(source: str) -> Rejected:
    """Return what is wrong with the GET of a source."""
    module: dict[str, Any] = {"__name__": "tests.models"}
    exec(
        "from tests.models import *\nfrom typing import *\nfrom fsapi import Req, Res\nimport pydantic\n" + source,
        module,
    )
    with pytest.raises(Rejected) as caught:
        read_contract("GET", module["GET"])
    return caught.value


@pytest.mark.parametrize(
    ("source", "what", "remedy"),
    [
        (
            "def GET(req: 'Req[Later]', res): ...",
            "an annotation of GET needs Later, which is not there at run time",
            "Import Later outside of `if TYPE_CHECKING:`: annotations are read when the app starts.",
        ),
        (
            "class Body(Struct):\n    x: 'Later'\ndef GET(req: Req[Body], res): ...",
            "the type of the body of GET needs Later, which is not there at run time",
            "Import Later outside of `if TYPE_CHECKING:`: annotations are read when the app starts.",
        ),
        (
            "class Body(pydantic.BaseModel):\n    x: 'Later'\ndef GET(req: Req[Body], res): ...",
            "the type of the body of GET needs Later, which is not there at run time",
            "Import Later outside of `if TYPE_CHECKING:`: annotations are read when the app starts.",
        ),
        (
            "def GET(req: Req[list[int] | set[int]], res): ...",
            "the type of the body of GET cannot be used: Type unions may not contain more than one array-like "
            "(list, set, tuple) type - type `list[int] | set[int]` is not supported",
            "Write one that msgspec can decode.",
        ),
        (
            "class Deep(Struct):\n    at: Upload\ndef GET(req: Req[Deep], res): ...",
            "the type of the body of GET has a file where none can come",
            "Make it a field of the body: `file: FileStorage`.",
        ),
        (
            "def GET(req, res: Res[Upload]): ...",
            "the type of the data of GET has a file where none can come",
            "Make it a field of the body: `file: FileStorage`.",
        ),
        (
            "class Filter(Struct):\n    by: Row\ndef GET(req: Req[None, Id, Filter], res): ...",
            "the type of the query of GET has a field that no text can fill",
            "Let its fields be text, numbers, or lists of them.",
        ),
        (
            "def GET(req: '1/0', res): ...",
            "an annotation of GET cannot be read: ZeroDivisionError: division by zero",
            "Mend or drop it.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(source: str, what: str, remedy: str) -> None:
    """Names that are missing, unions that could not be told apart, and fields that nothing can fill."""
    found = rejected(source)
    assert (found.what, found.remedy) == (what, remedy)


def test_req_and_res_are_known_without_an_import() -> None:
    """They may be imported under TYPE_CHECKING, as the documentation has it."""
    handler = annotated("Req[None, Key]", "Res[Model]")
    elsewhere = FunctionType(handler.__code__, {"Key": Key, "Model": Model})
    elsewhere.__annotations__ = handler.__annotations__
    assert read_contract("GET", elsewhere) == Contract(None, Key, data=Model, answers=True)
